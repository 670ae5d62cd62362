"""Caches slow results, so that a scene whose style changed is not trained again."""

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
from animator.base.fingerprint import FingerprintError, fingerprint

Arrays = Mapping[str, Any]
Result = TypeVar("Result")

MIN_SECONDS = 1.0
"""Results that take less time to compute are not stored."""

MAX_BYTES = 1 << 30
"""The maximum size of the cache; the least recently used results are deleted first."""


class Cache:
    """A folder of results, each named by a hash of its inputs."""

    def __init__(self, folder: Path | None = None) -> None:
        """Store results in a folder. Default: the user's cache directory."""
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
        """Return the stored result, or compute it and store it if that took long.

        A result is not stored if one of its inputs cannot be hashed; see `fingerprint`.
        Several processes can use the same folder at the same time.

        Args:
            inputs: everything that the result depends on.
            compute: computes the result.
            pack: converts a result to a mapping of names to arrays and numbers.
            unpack: the inverse of `pack`.
            share: the result's share of a larger job, between 0 and 1. The minimum
                time for storing a result is multiplied by it.

        Warns:
            RenderWarning: a stored result was damaged and has been deleted, or a new
                result could not be written.
        """
        try:
            path = self.folder / f"{fingerprint(*inputs)}.npz"
        except FingerprintError:
            return compute()
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                result = unpack(dict(arrays))
            with suppress(OSError):
                path.touch()  # mark it as recently used
            return result
        except OSError:  # there is no such file, or it cannot be read
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
        """Write a result atomically; warn if that fails."""
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
        """Delete the least recently used results until the cache is small enough."""
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
    """A cache that stores nothing."""

    def __init__(self) -> None:
        """Create a cache without a folder."""

    def get_or_compute(
        self,
        inputs: tuple[Any, ...],
        compute: Callable[[], Result],
        pack: Callable[[Result], Arrays],
        unpack: Callable[[Arrays], Result],
        *,
        share: float = 1.0,
    ) -> Result:
        """Compute and return the result."""
        return compute()


NO_CACHE = NoCache()
