"""Converts a stage to a document: the data from which a page draws its frames."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from matplotlib.text import Text

from animator.drawing.style import style
from animator.drawing.svg_fonts import faces_of
from animator.drawing.text import sanitize
from animator.player.background import draw_background, key_groups
from animator.player.export import Characters, Export, Progress
from animator.player.items import items_of
from animator.player.maps import PanelMap, panel_map
from animator.player.names import css_color, css_families, families_of
from animator.player.recorder import Recorder
from animator.player.settings import settings_of
from animator.player.store import Store
from animator.player.texts import plain

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from animator.scenes.stage import PlacedPanel, Stage

_PLACES = 3
"""Decimals of the boxes of panels, in pixels."""
_SCALES = ("linear", "log")
_CONTROLS = (
    "Copy link to this step Save this frame as PNG Get the data as CSV Link copied "
    "Light Dark Auto diverged at step on loss gradient lr value 0123456789.,;:()/×−–∞"
)
"""The texts of the page's controls, which use the fonts of the figure."""


def document_of(
    stage: Stage,
    store: Store,
    characters: Characters,
    *,
    full: bool = False,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return a stage as a document; arrays and texts are added to a store.

    Args:
        stage: the stage; afterwards it is at its last step.
        store: the store that all documents of a page share.
        characters: collects the characters that the fonts of the page must have.
        full: whether maps keep all of their points, see `panel_map`.
        progress: called with the number of steps done and the total number of steps.

    Raises:
        SceneError: a panel failed while it drew a step.
    """
    families, timeline, theme = _families(stage), stage.timeline, stage.theme
    characters.add(faces_of(_CONTROLS, families))
    with style(theme, families), stage.settings():
        stage.set_step(0)
        recorder = Recorder(stage.figure, store)
        settings = settings_of(stage, store)
        export = Export(stage, store, characters, recorder, settings, progress)
        maps = _maps(export, full=full)
        items = list(items_of(export))
        stage.set_step(timeline.steps)
        background = _background(export, maps)
        panels = _panels(export, maps)
    return {
        "theme": _theme(stage, families),
        "size": [recorder.width, recorder.height],
        "type": round(theme.tick_size * stage.figure.dpi / 72, 2),
        "title": plain(sanitize(stage.title)),
        **_clock(stage, store),
        "background": background,
        "settings": settings.entries,
        "experiments": settings.experiments,
        "series": settings.series,
        "panels": panels,
        "items": items,
    }


def _maps(export: Export, *, full: bool) -> list[PanelMap | None]:
    """Return the loss map of each panel; None for a panel without a map."""
    return [
        panel_map(export.stage, panel, f"an-map-{number}", export.store, full=full)
        for number, panel in enumerate(export.stage.panels)
    ]


def _theme(stage: Stage, families: list[str]) -> dict[str, Any]:
    """Return the colours and the fonts of a stage."""
    theme, color = stage.theme, cast("Any", stage.figure.get_facecolor())
    return {
        "name": theme.name,
        "dark": _is_dark(theme.background),
        "background": css_color(color) if color[3] else None,
        "text": css_color(theme.text),
        "muted": css_color(theme.muted),
        "frame": css_color(theme.frame),
        "accent": css_color(theme.color(0)),
        "font": css_families(families),
    }


def _clock(stage: Stage, store: Store) -> dict[str, Any]:
    """Return the step of each frame of the clip, and the captions by their steps."""
    timeline = stage.timeline
    captions = [
        {"step": max(step, 0), "text": plain(sanitize(text))}
        for step, text in sorted(stage.captions.items())
        if text
    ]
    return {
        "steps": timeline.steps,
        "fps": timeline.fps,
        "stepAt": store.array([timeline.step_at(i) for i in range(timeline.frames)]),
        "captions": captions,
    }


def _families(stage: Stage) -> list[str]:
    """Return the font families of the texts of a stage."""
    texts: list[Any] = stage.figure.findobj(Text)
    return families_of(texts[0]) if texts else [stage.theme.font]


def _is_dark(color: str) -> bool:
    red, green, blue = (int(color[i : i + 2], 16) for i in (1, 3, 5))
    return 0.299 * red + 0.587 * green + 0.114 * blue < 128


def _background(export: Export, maps: list[PanelMap | None]) -> list[int]:
    """Return the pieces of the background; add its groups to the settings."""
    images = {
        own.image: own.item["image"]
        for own in maps
        if own is not None and own.image is not None
    }
    groups: dict[Artist, str] = {}
    owned = key_groups(export.stage, list(export.settings.numbers))
    for number, (artist, (label, is_key)) in enumerate(owned.items()):
        name = f"an-{'key' if is_key else 'group'}-{number}"
        groups[artist] = name
        entry = export.settings.entries[export.settings.numbers[label]]
        entry["keys" if is_key else "groups"].append(name)
    pieces = draw_background(
        export.stage, export.store, export.characters, images, groups
    )
    return [export.store.text(piece) for piece in pieces]


def _panels(export: Export, maps: list[PanelMap | None]) -> list[dict[str, Any]]:
    """Return the panels, each with its loss map."""
    return [
        _panel(export, panel, own)
        for panel, own in zip(export.stage.panels, maps, strict=True)
    ]


def _panel(export: Export, panel: PlacedPanel, own: PanelMap | None) -> dict[str, Any]:
    """Return a panel: its box, its axes and its map."""
    ax, height = panel.ax, export.recorder.height
    x0, y0, x1, y1 = ax.bbox.extents
    box = [x0, height - y1, x1, height - y0]
    shows = "other"
    if own is not None:
        shows = "map"
    elif ax.get_xlabel() == "step" and ax.get_xscale() in _SCALES:
        shows = "steps"
    return {
        "box": [round(float(side), _PLACES) for side in box],
        "kind": type(panel.panel).__name__,
        "experiments": [
            export.settings.experiment(recording) for recording in panel.recordings
        ],
        "shows": shows,
        "x": _axis(ax.get_xlabel(), ax.get_xscale(), ax.get_xlim()),
        "y": _axis(ax.get_ylabel(), ax.get_yscale(), ax.get_ylim()),
        "map": None if own is None else own.item,
    }


def _axis(label: str, scale: str, limits: tuple[float, float]) -> dict[str, Any]:
    return {
        "label": plain(label),
        "scale": scale if scale in _SCALES else "other",
        "limits": [float(limit) for limit in limits],
    }
