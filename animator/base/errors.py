"""The exceptions and warnings that the library raises.

    AnimatorError
    ├── SceneError     a scene, or a call, is not valid
    └── WriteError     a clip or a table could not be written

    RenderWarning      a clip was written, but differs from what was requested

The library raises; only `animator.cli` prints and exits. A `SceneError` gives exit
status 2, a `WriteError` 1.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from animator.base.callers import Place


class RenderWarning(UserWarning):
    """A clip was written, but differs from what was requested."""


_LONG, _KEPT = 1000, 450


class AnimatorError(Exception):
    """Base class of all errors of this package; the message is one line.

    Attributes:
        place: the line of the user's code that caused the error. It is set if the
            error occurs later than the call, for example during recording.
    """

    place: Place | None = None

    def __str__(self) -> str:
        """Return the message as one line; a very long one is cut in the middle."""
        text = " ".join(line.strip() for line in super().__str__().splitlines())
        if len(text) <= _LONG:
            return text
        return f"{text[:_KEPT]} … {text[-_KEPT:]}"

    def _render_traceback_(self) -> list[str]:
        """Return the lines that a notebook shows in place of a traceback."""
        from animator.base.callers import failing_places, source_line

        place = self.place or next(iter(failing_places(self)), None)
        cause = [source_line(place)] if place is not None else []
        return [*cause, f"{type(self).__name__}: {self}"]


class SceneError(AnimatorError):
    """A scene or a call is not valid; the message gives the value and a fix."""


class WriteError(AnimatorError):
    """A file could not be written; an existing file is unchanged."""


def message_of(error: BaseException) -> str:
    """Return the message of an error as one line."""
    return " ".join(str(error).split())


@contextmanager
def placed(place: Place | None) -> Iterator[None]:
    """Set the user's line that caused any `AnimatorError` of the body."""
    try:
        yield
    except AnimatorError as error:
        error.place = error.place or place
        raise


@contextmanager
def during(activity: str) -> Iterator[None]:
    """Name the activity in any error of the body that names none.

    Raises:
        SceneError: the body raised an error other than `AnimatorError`.
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
    """Return a fix for a panel that reads details that were not recorded."""
    names = {"weights": "weights=True", "gradient": "gradient=True", "state": "state=…"}
    if isinstance(error, AttributeError) and error.obj is None and error.name in names:
        return f"; give the panel needs = Needs({names[error.name]})"
    return ""
