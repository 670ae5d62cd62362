"""Keeps results that took long, so that a restyled scene is not trained again."""

from __future__ import annotations

import os
import threading
import time
import warnings
import zlib
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar
from zipfile import BadZipFile

import numpy as np
from platformdirs import user_cache_path

from animator.base.errors import RenderWarning
from animator.base.fingerprint import Unknown, fingerprint

Arrays = Mapping[str, Any]
Result = TypeVar("Result")

MIN_SECONDS = 1.0
"""A result that was computed in less time is not kept."""

MAX_BYTES = 1 << 30
"""The largest size of all results; the least recently used are deleted first."""


class Cache:
    """A folder of results, each named by a hash of all that it depends on."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep results in a folder; by default in the user's cache directory."""
        self.folder = folder or user_cache_path("descent-animator")

    def get_or_compute(
        self,
        inputs: tuple[Any, ...],
        compute: Callable[[], Result],
        pack: Callable[[Result], Arrays],
        unpack: Callable[[Arrays], Result],
        *,
        share: float = 1.0,
    ) -> Result:
        """Return a kept result; or compute it, and keep it if that took long.

        A result is not kept if one of its inputs cannot be hashed; see `fingerprint`.
        Several processes may use one folder at the same time.

        Args:
            inputs: all that the result depends on.
            compute: computes the result.
            pack: turns a result into arrays and numbers by name.
            unpack: turns these into the result again.
            share: which share of a job it is; it is kept if the job took long.

        Warns:
            RenderWarning: a kept result is broken and was deleted, or a new one cannot
                be written.
        """
        try:
            path = self.folder / f"{fingerprint(*inputs)}.npz"
        except Unknown:
            return compute()
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                result = unpack(dict(arrays))
            with suppress(OSError):
                path.touch()  # it was used just now
            return result
        except OSError:  # there is none, or it cannot be read
            pass
        except (ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
            warnings.warn(
                f"{path}: is broken ({error}) and was deleted",
                RenderWarning,
                stacklevel=2,
            )
            with suppress(OSError):
                path.unlink()
        start = time.monotonic()
        result = compute()
        if time.monotonic() - start > share * MIN_SECONDS:
            self._write(path, pack(result))
        return result

    def _write(self, path: Path, arrays: Arrays) -> None:
        """Write a result under its name once it is complete; warn if that fails."""
        partial = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with partial.open("wb") as file:
                    np.savez(file, **arrays)
                partial.replace(path)
            finally:
                partial.unlink(missing_ok=True)
        except OSError as error:
            warnings.warn(
                f"{path}: {error.strerror}; it will have to be computed again",
                RenderWarning,
                stacklevel=3,
            )
            return
        self._delete_oldest()

    def _delete_oldest(self) -> None:
        """Delete the least recently used results until the rest is small enough."""
        results = []
        for file in self.folder.glob("*.npz"):
            with suppress(OSError):  # another process may delete it at this moment
                status = file.stat()
                results.append((status.st_mtime, status.st_size, file))
        total = sum(size for _, size, _ in results)
        for _, size, file in sorted(results):
            if total <= MAX_BYTES:
                break
            with suppress(OSError):
                file.unlink(missing_ok=True)
                total -= size


class NoCache(Cache):
    """Keeps nothing."""

    def __init__(self) -> None:
        """Use no folder."""

    def get_or_compute(
        self,
        inputs: tuple[Any, ...],
        compute: Callable[[], Result],
        pack: Callable[[Result], Arrays],
        unpack: Callable[[Arrays], Result],
        *,
        share: float = 1.0,
    ) -> Result:
        """Compute a result."""
        return compute()


NO_CACHE = NoCache()
