"""Checks the options of a rendering that do not depend on a scene or a format."""

from __future__ import annotations

from typing import Any

from animator.base.checks import is_integer, quoted
from animator.base.errors import SceneError
from animator.scenes.counter import check_counter
from animator.scenes.timeline import Timeline

MOST_LOOPS = 65535
"""The largest number of times that a clip can play; 0 means for ever."""


def check_values(options: Any) -> None:
    """Raise `SceneError` if an option has a wrong type or is out of its range."""
    if not isinstance(options.transparent, bool):
        raise SceneError(
            f"transparent is {quoted(options.transparent)}; give True or False"
        )
    for name, text in (("title", options.title), ("caption", options.caption)):
        if not isinstance(text, str | None):
            raise SceneError(f"{name} is {quoted(text)}; give a string")
    if options.counter is not None:
        check_counter(options.counter)
    _check_integer("steps", options.steps, 1, "a whole number, 1 or more")
    _check_integer("still", options.still, 0, "the number of a step, 0 or more")
    _check_integer("max_size", options.max_size, 1, "a number of bytes")
    if not is_integer(options.loop, 0, MOST_LOOPS):
        raise SceneError(
            f"loop is {quoted(options.loop)}; give 0 (for ever) to {MOST_LOOPS}"
        )


def check_clock(options: Any) -> None:
    """Raise `SceneError` if the times or texts are valid for no scene."""
    Timeline(
        1,
        options.fps,
        0 if options.hold_start is None else options.hold_start,
        0 if options.hold_end is None else options.hold_end,
        options.seconds,
    )


def _check_integer(name: str, value: object, low: int, give: str) -> None:
    if value is not None and not is_integer(value, low):
        raise SceneError(f"{name} is {quoted(value)}; give {give}")
