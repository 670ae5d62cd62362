"""Isolates runs: each starts at the problem's start, with the scene's own tensors."""

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
    """Yield a model at its start.

    It is the user's own if the loss, the setting or one of some functions refers to it.
    """
    makers = (setting.optimizer, setting.scheduler, *functions)
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
    with preserved(makers, getattr(problem, "criterion", None)):
        yield
