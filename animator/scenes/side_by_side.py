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
    """Join scenes into one that shows them side by side, each under its own title.

    All scenes show the same step at the same time; a scene with fewer steps holds at
    its end. Pace, counter and theme are those of the first scene. Holds and duration
    are the longest of all scenes.

    Args:
        scenes: the scenes.
        title: the title above all scenes; defaults to what their titles have in common
            before a comma. The titles of the scenes do not repeat it.
        caption: the text below the title; defaults to the first scene's.

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
    """Return the title above all scenes, and the titles of the scenes without it."""
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
