"""Isolates runs: each starts at the problem's start, with the scene's own tensors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from animator.experiments.setting import Setting
from animator.problems import Borrowed
from animator.problems.references import tensors_reached


@contextmanager
def model_at_start(problem: Any, setting: Setting) -> Iterator[torch.nn.Module]:
    """Yield a model at its start: the user's own if loss or setting refer to it."""
    makers = (setting.optimizer, setting.scheduler)
    if isinstance(problem, Borrowed) and problem.is_referred_to(makers):
        with problem.borrowed() as model:
            yield model
    else:
        yield problem.model()


@contextmanager
def restored_tensors(setting: Setting) -> Iterator[None]:
    """Restore, after the body, the tensors that a setting holds, such as ``lr``.

    Schedulers change a learning rate that is a tensor in place; each run begins with
    the one that the scene has.
    """
    tensors = tensors_reached((setting.optimizer, setting.scheduler, setting.groups))
    before = [tensor.detach().clone() for tensor in tensors]
    try:
        yield
    finally:
        with torch.no_grad():
            for tensor, value in zip(tensors, before, strict=True):
                if not torch.equal(tensor, value):
                    tensor.copy_(value)
