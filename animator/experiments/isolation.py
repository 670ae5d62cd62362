"""Isolates runs: each begins with a model and tensors as the scene has them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from animator.experiments.setting import Setting
from animator.problems import Borrowed
from animator.problems.hidden_state import preserved


@contextmanager
def model_at_start(problem: Any, setting: Setting) -> Iterator[torch.nn.Module]:
    """Yield a model at the problem's start.

    It is the user's own if loss or setting refer to it.
    """
    makers = (setting.optimizer, setting.scheduler)
    if isinstance(problem, Borrowed) and problem.is_referred_to(makers):
        with problem.borrowed() as model:
            yield model
    else:
        yield problem.model()


@contextmanager
def isolated(problem: Any, setting: Setting) -> Iterator[None]:
    """Restore, after the body, what the loss and a setting hold.

    Schedulers change a learning rate that is a tensor in place, and a loss may count
    its calls; each run begins with what the scene has.
    """
    makers = (setting.optimizer, setting.scheduler, setting.groups)
    start = setting.start if callable(setting.start) else None
    with preserved(makers, start, getattr(problem, "criterion", None)):
        yield
