"""Isolates runs: each starts with the scene's original model and tensors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from animator.experiments.setting import Setting
from animator.problems import Borrowed
from animator.problems.hidden_state import preserved


@contextmanager
def model_at_start(
    problem: Any, setting: Setting, functions: Sequence[Any] = ()
) -> Iterator[torch.nn.Module]:
    """Yield a model at the problem's start.

    It is the user's own model if the loss, the setting or one of the functions refers
    to it, and a new model otherwise.
    """
    makers = (setting.optimizer, setting.scheduler, *functions)
    if isinstance(problem, Borrowed) and problem.is_referred_to(makers):
        with problem.borrowed() as model:
            yield model
    else:
        yield problem.model()


@contextmanager
def isolated(problem: Any, setting: Setting) -> Iterator[None]:
    """Restore the state of the loss and of a setting after the body.

    Schedulers change a learning rate that is a tensor in place, and a loss may count
    its calls. Each run must start with the original state.
    """
    makers = (setting.optimizer, setting.scheduler, setting.groups)
    start = setting.start if callable(setting.start) else None
    with preserved(makers, start, getattr(problem, "criterion", None)):
        yield
