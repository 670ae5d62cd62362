"""Checks whether clips can be written, and chooses their frame rates."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from animator.base.checks import quoted
from animator.base.errors import RenderWarning, SceneError
from animator.base.files import resolved
from animator.drawing.theme import THEMES
from animator.encoders.format import Format
from animator.encoders.registry import check_transparent, format_of, formats
from animator.rendering.options import AUTO, RenderOptions


def check_paths(paths: Sequence[str | Path]) -> list[Path]:
    """Return the paths of clips.

    Raises:
        SceneError: no path is given, one is given twice, or one is not a path.
    """
    for path in paths:
        if not isinstance(path, str | Path):
            raise SceneError(
                f"render: {quoted(path)} is not a path; give one such as 'a.mp4'"
            )
    targets = [Path(path) for path in paths]
    if not targets:
        raise SceneError("render: no path given; give one or more, such as 'a.mp4'")
    places = [resolved(path) for path in targets]
    for path, place in zip(targets, places, strict=True):
        if places.count(place) > 1:
            raise SceneError(f"render: {path} is given twice; write it once")
    return targets


def check_targets(targets: Sequence[Path], options: RenderOptions) -> None:
    """Raise `SceneError` if the formats of the paths do not support an option."""
    asked = [format_of(path) for path in targets]
    for format in asked:
        _check_even(format, options)
    check_own_options(targets, options)
    names = ", ".join(format.name for format in asked)
    others = [format.name for format in asked if not format.page]
    if options.theme == AUTO and others:
        able = _listed([f.name for f in formats().values() if f.page])
        raise SceneError(
            f"theme 'auto' is for {able}, not for {_listed(others)}; give one of "
            f"{', '.join(THEMES)}"
        )
    if options.transparent:
        for format in asked:
            check_transparent(format)
    if options.still is not None and not any(format.still for format in asked):
        able = _listed([f.name for f in formats().values() if f.still])
        raise SceneError(
            f"still is for {able}, not for {names}; leave it out or write one of them"
        )
    if options.max_size is not None and not any(format.smaller for format in asked):
        able = _listed([f.name for f in formats().values() if f.smaller])
        raise SceneError(
            f"max_size is for {able}, not for {names}; "
            "leave it out or write one of them"
        )


def check_own_options(targets: Iterable[Path], options: RenderOptions) -> None:
    """Raise `SceneError` if an option is for other formats than those of the paths."""
    asked = {format_of(path).name: format_of(path) for path in targets}
    names = _listed(list(asked))
    for name in [name for name in options.formats if name not in asked]:
        own: Any = options.formats[name]
        for option in formats()[name].own_options():
            if getattr(own, option.field) != getattr(type(own)(), option.field):
                raise SceneError(
                    f"{option.keyword} is for {name}, not for {names}; leave it out or "
                    f"write {name}, too"
                )
    if options.loop and not any(format.loops for format in asked.values()):
        able = _listed([f.name for f in formats().values() if f.loops])
        raise SceneError(
            f"loop is for {able}, not for {names}; leave it out or write one of them"
        )


def own_options(targets: Iterable[Path], options: RenderOptions) -> RenderOptions:
    """Return options without those that are only for formats of other paths."""
    asked = [format_of(path) for path in targets]
    names = {format.name for format in asked}
    chosen = {name: own for name, own in options.formats.items() if name in names}
    loop = options.loop if any(format.loops for format in asked) else 0
    return replace(options, formats=chosen, loop=loop)


def _check_even(format: Format[Any], options: RenderOptions) -> None:
    """Raise `SceneError` if a format needs even sides and the size is odd."""
    width, height = options.pixels
    if not format.even or not (width % 2 or height % 2):
        return
    even = f"{width + width % 2}x{height + height % 2}"
    text = f"{width}x{height}"
    if options.page is not None:
        text = f"{options.page}, which is {text} pixels at {options.page_dpi:g} dpi"
    raise SceneError(f"size is {text}, but {format.name} needs even sides; try {even}")


def _listed(names: Sequence[str]) -> str:
    """Join words as in a sentence: a, b and c."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def possible_rates(targets: Sequence[Path], fps: float) -> dict[Path, float]:
    """Return the nearest possible frame rate of each clip; warn if it differs.

    Stills get the rate of the first clip, so that they can share its stage.
    """
    rates: dict[Path, float] = {}
    for path in targets:
        format = format_of(path)
        if not format.still:
            rates[path] = _possible_rate(format, fps)
    first = next(iter(rates.values()), fps)
    return {path: rates.get(path, first) for path in targets}


def _possible_rate(format: Format[Any], fps: float) -> float:
    """Return the nearest frame rate that a format supports; warn if it differs."""
    if format.rates is None:
        return fps
    rate = format.rates.nearest(fps)
    if math.isclose(rate, fps):
        return fps
    warnings.warn(
        f"{format.name}: {rate:.4g} frames a second instead of {fps:g}: "
        f"{format.rates.reason}",
        RenderWarning,
        stacklevel=5,
    )
    return rate
