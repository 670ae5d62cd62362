"""Lets code that is not ours run the same way every time, and leave nothing behind."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import torch


@contextmanager
def seeded(seed: int = 0) -> Iterator[None]:
    """Seed Python's, NumPy's and torch's global random numbers, for a while.

    Afterwards they go on as if nothing had happened; torch's default dtype and the
    working directory are what they were, too.

    Args:
        seed: of all three.
    """
    folder = None
    with suppress(OSError):  # it may have been removed
        folder = Path.cwd()
    python, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002
    dtype = torch.get_default_dtype()
    gpus = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
    with torch.random.fork_rng(gpus):
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        torch.manual_seed(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(legacy)  # noqa: NPY002
            torch.set_default_dtype(dtype)
            if folder is not None:
                with suppress(OSError):
                    os.chdir(folder)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch calculate with one thread, for a while.

    With several it adds numbers in another order, so that the last digits of a network
    in training depend on how many cores there are.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
