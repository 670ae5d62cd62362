"""Everything that the library raises on purpose.

    AnimatorError
    ├── SceneError     what a scene (or a call) asks for makes no sense
    └── WriteError     a clip or a table could not be written

    RenderWarning      a clip was written, but not quite as asked for

The library raises, only `animator.cli` prints and exits: a `SceneError` is exit
status 2, a `WriteError` is 1.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animator.base.callers import Place


class RenderWarning(UserWarning):
    """A clip was written, but not quite as asked for; says how it differs."""


_LONG, _KEPT = 1000, 450


class AnimatorError(Exception):
    """Base of all errors of this package; its text is one line for the user.

    Attributes:
        place: the line of the user's code that has asked for what failed, if the error
            is found only later, as while recording.
    """

    place: Place | None = None

    def __str__(self) -> str:
        """Return the text as one line; the middle of a very long one is left out."""
        text = " ".join(line.strip() for line in super().__str__().splitlines())
        if len(text) <= _LONG:
            return text
        return f"{text[:_KEPT]} … {text[-_KEPT:]}"

    def _render_traceback_(self) -> list[str]:
        """Return the lines that a notebook shows instead of a traceback."""
        from animator.base.callers import failing_places, source_line

        place = self.place or next(iter(failing_places(self)), None)
        cause = [source_line(place)] if place is not None else []
        return [*cause, f"{type(self).__name__}: {self}"]


class SceneError(AnimatorError):
    """A scene or a call makes no sense; the text says what, the value and the fix."""


class WriteError(AnimatorError):
    """A file could not be written; what was there before is untouched."""


def message_of(error: BaseException) -> str:
    """Return the message of an error on one line."""
    return " ".join(str(error).split())


@contextmanager
def placed(place: Place | None) -> Iterator[None]:
    """Add to errors of the body the line of the user's code that caused them."""
    try:
        yield
    except AnimatorError as error:
        error.place = error.place or place
        raise


@contextmanager
def during(activity: str) -> Iterator[None]:
    """Name the activity in any error of the body that names none.

    Raises:
        SceneError: the body raised an error that is not one of the animator's.
    """
    try:
        yield
    except AnimatorError:
        raise
    except Exception as error:
        raise SceneError(
            f"{activity} failed: {type(error).__name__}: {error}{_needs(error)}"
        ) from error


def _needs(error: Exception) -> str:
    """Return advice for a panel that reads details of a run that were not recorded."""
    names = {"weights": "weights=True", "gradient": "gradient=True", "state": "state=…"}
    if isinstance(error, AttributeError) and error.obj is None and error.name in names:
        return f"; give the panel needs = Needs({names[error.name]})"
    return ""
