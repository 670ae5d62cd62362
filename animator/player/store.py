"""Stores the arrays and the texts of a page, each of them once."""

from __future__ import annotations

import gzip
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from animator.player.coding import Coded, encode, keep_bytes

_EVEN = 8
"""The blob begins at a multiple of this number of bytes."""


@dataclass(slots=True)
class Store:
    """Arrays and texts, to which documents refer by number.

    Documents that share a store share equal arrays and texts.
    """

    arrays: list[Coded] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _numbers: dict[Any, int] = field(default_factory=dict)
    _results: dict[Any, Any] = field(default_factory=dict)

    def array(self, values: ArrayLike) -> int:
        """Add an array of any shape, and return its number."""
        own = np.asarray(values)
        key = (own.dtype.str, own.shape, own.tobytes())
        if key not in self._numbers:
            self._numbers[key] = self._add(encode(own))
        return self._numbers[key]

    def content(self, content: bytes) -> int:
        """Add the bytes of a file, such as an image, and return their number."""
        if content not in self._numbers:
            self._numbers[content] = self._add(keep_bytes(content))
        return self._numbers[content]

    def _add(self, array: Coded) -> int:
        """Add an encoded array, unless the store has an equal one."""
        key = (array.dtype, array.shape, array.differences, array.predicted,
               array.content)  # fmt: skip
        if key not in self._numbers:
            self._numbers[key] = len(self.arrays)
            self.arrays.append(array)
        return self._numbers[key]

    def computed_once(self, key: tuple[Any, ...], compute: Callable[[], Any]) -> Any:
        """Return the result for a key; compute it only once for all documents."""
        if key not in self._results:
            self._results[key] = compute()
        return self._results[key]

    def text(self, text: str) -> int:
        """Add a text, and return its number."""
        if ("text", text) not in self._numbers:
            self._numbers["text", text] = len(self.texts)
            self.texts.append(text)
        return self._numbers["text", text]

    def pack(self, page: dict[str, Any]) -> bytes:
        """Return a page with its arrays and texts, compressed with gzip."""
        entries, offset = [], 0
        for array in self.arrays:
            entries.append(
                {
                    "dtype": array.dtype,
                    "shape": array.shape,
                    "offset": offset,
                    "bytes": len(array.content),
                    "differences": array.differences,
                    **({"predicted": True} if array.predicted else {}),
                }
            )
            offset += len(array.content)
        contents = {**page, "arrays": entries, "texts": self.texts}
        text = json.dumps(contents, ensure_ascii=False, separators=(",", ":"))
        head = text.encode("utf-8", "replace")
        padding = -(4 + len(head)) % _EVEN
        parts = [struct.pack("<I", len(head)), head, bytes(padding)]
        return gzip.compress(
            b"".join([*parts, *(array.content for array in self.arrays)]), 9, mtime=0
        )
