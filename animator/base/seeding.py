"""Makes users' code reproducible: seeds random generators, restores global state."""

from __future__ import annotations

import functools
import os
import random
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import torch


@contextmanager
def seeded(seed: int = 0) -> Iterator[None]:
    """Seed Python's, NumPy's and torch's global random generators for the body.

    At the end, restore the generators, torch's default dtype and the working directory.

    Args:
        seed: the seed of all three generators.
    """
    folder = None
    with suppress(OSError):  # the folder may have been removed
        folder = Path.cwd()
    python, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002
    dtype = torch.get_default_dtype()
    gpus = range(torch.cuda.device_count()) if torch.cuda.is_initialized() else ()
    with torch.random.fork_rng(gpus):
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002
        _seed_torch(seed)
        try:
            yield
        finally:
            random.setstate(python)
            np.random.set_state(legacy)  # noqa: NPY002
            torch.set_default_dtype(dtype)
            if folder is not None:
                with suppress(OSError):
                    os.chdir(folder)


def _seed_torch(seed: int) -> None:
    """Seed torch's generators.

    ``torch.manual_seed`` formats a stack trace for each type of device that may be used
    later, which takes longer than a training step of a small model.
    """
    if _has_devices():
        torch.manual_seed(seed)
    else:
        torch.default_generator.manual_seed(seed)


@functools.cache
def _has_devices() -> bool:
    """Return whether torch has a device other than the CPU."""
    accelerator = getattr(torch, "accelerator", None)  # new in torch 2.6
    return accelerator is None or bool(accelerator.is_available())


@contextmanager
def one_thread() -> Iterator[None]:
    """Limit torch to one thread in the body.

    Several threads add numbers in a different order, so the last digits of a trained
    network would depend on the number of cores.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)
