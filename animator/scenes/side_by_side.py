"""Joins scenes into one that shows them side by side."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

from animator.base.errors import SceneError
from animator.scenes.scene import Scene, check_scene


def side_by_side(
    *scenes: Scene, title: str | None = None, caption: str | None = None
) -> Scene:
    """Show scenes in one clip, each under its own title, on the same clock.

    All show the same step at a time; those with fewer steps hold their end. Pace,
    counter and theme are the first scene's, the holds and the time the longest of all.

    Args:
        scenes: what to show.
        title: above all scenes; what their own titles have in common before a comma if
            not given. Their own titles do not repeat it.
        caption: below all scenes; the first scene's if not given.

    Raises:
        SceneError: there are no scenes, or an argument is not a scene.
    """
    for scene in scenes:
        check_scene("side by side", scene)
    if not scenes:
        raise SceneError("side by side: no scenes; give two or more")
    title, labels = _split_titles([scene.title for scene in scenes], title)
    captions: dict[int, list[str]] = {}
    for scene in scenes:
        for step, text in scene.captions.items():
            captions.setdefault(step, []).append(text)
    times = [scene.seconds for scene in scenes if scene.seconds is not None]
    return Scene(
        panels=[panel for scene in scenes for panel in scene.panels],
        title=title,
        caption=scenes[0].caption if caption is None else caption,
        captions={step: " · ".join(texts) for step, texts in captions.items()},
        pace=scenes[0].pace,
        slow=scenes[0].slow,
        hold_start=max(scene.hold_start for scene in scenes),
        hold_end=max(scene.hold_end for scene in scenes),
        seconds=max(times, default=None),
        counter=scenes[0].counter,
        theme=scenes[0].theme,
        legend=scenes[0].legend,
        legend_losses=scenes[0].legend_losses,
        parts=[
            replace(scene, title=label)
            for scene, label in zip(scenes, labels, strict=True)
        ],
    )


def _split_titles(titles: Sequence[str], over_all: str | None) -> tuple[str, list[str]]:
    """Return the title over all scenes, and each scene's own without it."""
    if over_all is None:
        pieces = zip(*(text.split(", ") for text in titles), strict=False)
        common = itertools.takewhile(lambda each: len(set(each)) == 1, pieces)
        over_all = ", ".join(each[0] for each in common)
    if not over_all:
        return over_all, list(titles)
    return over_all, [
        "" if text == over_all else text.removeprefix(f"{over_all}, ")
        for text in titles
    ]
