"""Checks the arguments of an experiment."""

from __future__ import annotations

import inspect

from animator.base.checks import is_integer
from animator.base.errors import SceneError

MOST_STEPS = 10_000_000
"""The maximum total number of steps of all settings of an experiment."""
_STEP = 600
"""The measured memory of one step that is drawn in two panels, in bytes."""


def check_steps(
    steps: object, caller: str, count: int = 1, *, what: str = "settings"
) -> None:
    """Raise `SceneError` unless `count` runs of this many steps fit into memory."""
    if not is_integer(steps, 1, MOST_STEPS):
        raise SceneError(
            f"{caller}: steps is {steps!r}; give a whole number, 1 to {MOST_STEPS:,}"
        )
    if steps * count > MOST_STEPS:
        raise SceneError(
            f"{caller}: {count:,} {what} of {steps:,} steps would take "
            f"{_STEP * steps * count / 1e9:,.0f} GB of memory; give at most "
            f"{MOST_STEPS // count:,} steps, or fewer {what}"
        )


def problem_fix(value: object) -> str:
    """Return what to give in place of a value that is not a problem."""
    module = str(getattr(value, "__module__", ""))
    if inspect.isfunction(value) and module.startswith("animator.problems"):
        return f"call it: {value.__name__}(...)"
    if inspect.isfunction(value):
        return "give surface(f, x=(-2, 2), y=(-2, 2), start=(1, 1))"
    if hasattr(value, "named_parameters") and "loss" not in module:
        return "give network(model, data, loss)"
    return "give one such as line_fit(MSELoss())"
