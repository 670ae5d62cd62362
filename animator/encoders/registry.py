"""Finds all formats: those in `formats/`, and those of other distributions."""

from __future__ import annotations

import pkgutil
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Any

import animator.encoders.formats as folder
from animator.base.entry_points import entry_points
from animator.base.errors import RenderWarning, SceneError
from animator.encoders.format import Format

GROUP = "animator.formats"
"""The entry point group of formats of other distributions."""
DEFAULT_FORMATS = ("mp4", "gif")
"""The formats of clips if the user chooses none."""


@cache
def formats() -> Mapping[str, Format[Any]]:
    """Return all formats by name, in the order of their ranks.

    Warns:
        RenderWarning: a format of another distribution cannot be used.
    """
    found = {format.name: format for format in _own_formats()}
    for format in _installed_formats():
        if format.name in found:
            warnings.warn(
                f"there are two formats {format.name!r}; the second one is not used",
                RenderWarning,
                stacklevel=2,
            )
        found.setdefault(format.name, format)
    ranked = sorted(found.values(), key=lambda format: (format.rank, format.name))
    return MappingProxyType({format.name: format for format in ranked})


def _own_formats() -> Iterator[Format[Any]]:
    for module in pkgutil.iter_modules(folder.__path__):
        yield import_module(f"animator.encoders.formats.{module.name}").FORMAT


def _installed_formats() -> Iterator[Format[Any]]:
    for entry in entry_points(GROUP):
        try:
            format = entry.load()
            if not isinstance(format, Format):
                raise TypeError(f"{entry.value} is not a Format")
        except Exception as error:
            warnings.warn(
                f"format {entry.name!r} cannot be used: {error}; update or remove the "
                "distribution that provides it",
                RenderWarning,
                stacklevel=3,
            )
        else:
            yield format


def format_of(path: Path) -> Format[Any]:
    """Return the format of a path, according to its suffix.

    Raises:
        SceneError: the suffix is unknown.
    """
    name = path.suffix.lower().removeprefix(".")
    if name not in formats():
        raise SceneError(
            f"{path}: cannot write {path.suffix or 'a file without suffix'!r}; "
            f"give one of .{', .'.join(formats())}"
        )
    return formats()[name]


def check_transparent(format: Format[Any]) -> None:
    """Raise `SceneError` unless a format supports transparency."""
    if not format.transparent:
        able = ", ".join(f.name for f in formats().values() if f.transparent)
        raise SceneError(f"{format.name} cannot be transparent; give one of {able}")
