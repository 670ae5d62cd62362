"""Keeps what took long to find, so that restyling a scene never trains anew."""

from __future__ import annotations

import os
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
Found = TypeVar("Found")

LONG = 1.0
"""Seconds; what is found sooner is not kept."""


ROOM = 1 << 30
"""Bytes that all results may take; those not used for longest go first."""


class Cache:
    """A folder of results, each named by all that it depends on."""

    def __init__(self, folder: Path | None = None) -> None:
        """Keep results in a folder; that of the user's cache if not given."""
        self.folder = folder or user_cache_path("descent-animator")

    def kept(
        self,
        what: tuple[Any, ...],
        find: Callable[[], Found],
        pack: Callable[[Found], Arrays],
        unpack: Callable[[Arrays], Found],
    ) -> Found:
        """Return a result that was kept, or find it, and keep it if that took long.

        Args:
            what: all that it depends on.
            find: finds it.
            pack: takes it apart into arrays and numbers.
            unpack: puts it together again.

        Warns:
            RenderWarning: a kept result is broken and was thrown away.
        """
        try:
            path = self.folder / f"{fingerprint(*what)}.npz"
        except (Unknown, RecursionError):
            return find()
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                found = unpack(dict(arrays))
            with suppress(OSError):
                path.touch()  # it has been used
            return found
        except OSError:  # there is none, or it cannot be read
            pass
        except (ValueError, KeyError, EOFError, BadZipFile, zlib.error) as error:
            warnings.warn(
                f"{path}: is broken ({error}) and was thrown away",
                RenderWarning,
                stacklevel=2,
            )
            path.unlink(missing_ok=True)
        start = time.monotonic()
        found = find()
        if time.monotonic() - start > LONG:
            self._keep(path, pack(found))
        return found

    def _keep(self, path: Path, arrays: Arrays) -> None:
        """Write a result, whole or not at all; where that fails, it is not kept."""
        part = path.with_suffix(f".{os.getpid()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with part.open("wb") as file:
                    np.savez(file, **arrays)
                part.replace(path)
            finally:
                part.unlink(missing_ok=True)
            self._make_room()
        except OSError as error:
            warnings.warn(
                f"{path}: {error.strerror}; it will have to be found again",
                RenderWarning,
                stacklevel=3,
            )

    def _make_room(self) -> None:
        """Throw away what has not been used for longest, if it is too much."""
        found = [(file.stat(), file) for file in self.folder.glob("*.npz")]
        size = sum(about.st_size for about, _ in found)
        for about, file in sorted(found, key=lambda each: each[0].st_mtime):
            if size <= ROOM:
                break
            file.unlink(missing_ok=True)
            size -= about.st_size


class NoCache(Cache):
    """Keeps nothing."""

    def __init__(self) -> None:
        """Have no folder."""

    def kept(
        self,
        what: tuple[Any, ...],
        find: Callable[[], Found],
        pack: Callable[[Found], Arrays],
        unpack: Callable[[Arrays], Found],
    ) -> Found:
        """Find a result."""
        return find()


NOTHING = NoCache()
