"""Converts the growing and moving artists of a stage to items of a document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from animator.drawing.readout import Readout
from animator.drawing.svg_fonts import faces_of
from animator.drawing.trail import Tip, Trails
from animator.player.names import families_of
from animator.player.operations import DrawnTrack
from animator.player.texts import TextTrack
from animator.player.trails import tip_item, trails_item

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.player.export import Export

Track = TextTrack | DrawnTrack


def items_of(export: Export) -> Iterator[dict[str, Any]]:
    """Yield an item for each growing and moving artist, the lowest first."""
    stage = export.stage
    artists: list[Any] = [*stage.growing, *stage.moving]
    tracks = _tracks_of(export, artists)
    numbers: dict[int, int] = {}
    for number, artist in enumerate(artists):
        numbers[id(artist)] = number
        yield {
            "panel": _panel_of(export, artist),
            "owner": export.settings.owner(_label(artist)),
            **_item(export, artist, tracks, numbers),
        }


def _label(artist: Any) -> str:
    """Return the label of the setting that an artist belongs to, if any."""
    return artist.trail.line.owner if isinstance(artist, Tip) else artist.get_label()


def _panel_of(export: Export, artist: Any) -> int | None:
    """Return the number of the panel that clips an artist."""
    ax: Axes | None = getattr(artist, "axes", None)
    for number, panel in enumerate(export.stage.panels):
        if panel.ax is ax and artist.get_clip_on():
            return number
    return None


def _tracks_of(export: Export, artists: list[Any]) -> Mapping[int, Track]:
    """Record each artist at every step; return the tracks by the artist's id."""
    tracks: dict[int, Track] = {}
    for artist in artists:
        if isinstance(artist, Readout):
            tracks[id(artist)] = TextTrack(artist)
        elif not isinstance(artist, Trails | Tip):
            tracks[id(artist)] = _drawn(export, artist)
    _record_steps(export, tracks)
    formulas: dict[int, Track] = {
        name: _drawn(export, track.readout)
        for name, track in tracks.items()
        if isinstance(track, TextTrack) and track.has_formula
    }
    if formulas:
        _record_steps(export, formulas)
    return tracks | formulas


def _drawn(export: Export, artist: Any) -> DrawnTrack:
    return DrawnTrack(artist, export.recorder, grows=hasattr(artist, "grow"))


def _record_steps(export: Export, tracks: Mapping[int, Track]) -> None:
    """Draw every step, and add it to the tracks."""
    steps = export.stage.timeline.steps
    for step in range(steps + 1):
        export.stage.update(step)
        for track in tracks.values():
            track.add(step)
        if export.progress is not None:
            export.progress(step + 1, steps + 1)


def _item(
    export: Export,
    artist: Any,
    tracks: Mapping[int, Track],
    numbers: Mapping[int, int],
) -> dict[str, Any]:
    """Return the fields of an artist's item that depend on the kind of artist.

    Args:
        export: the export.
        artist: the artist.
        tracks: the tracks of artists, by the artists' ids.
        numbers: the numbers of the items, by the artists' ids.
    """
    store, settings = export.store, export.settings
    if isinstance(artist, Trails):
        return trails_item(artist, store, settings.owner, settings.by_path)
    if isinstance(artist, Tip):
        trails = _trails_of(export, artist)
        return tip_item(artist, trails, numbers[id(trails)])
    track = tracks[id(artist)]
    if isinstance(track, TextTrack):
        item = track.item(export.recorder.height, store)
        families = families_of(track.readout)
        shown = track.characters()
        faces = faces_of(shown, families, item["weight"], item["style"])
        export.characters.add(faces)
        return item
    for drawn in track.lists:
        for text, own, weight, slant in () if drawn is None else drawn.fonts:
            export.characters.add(faces_of(text, own, weight, slant))
    return track.item(store, _box_of(export, artist))


def _box_of(export: Export, artist: Any) -> list[float] | None:
    """Return left, top, right and bottom of the panel that clips an artist."""
    number = _panel_of(export, artist)
    if number is None:
        return None
    x0, y0, x1, y1 = export.stage.panels[number].ax.bbox.extents
    height = export.recorder.height
    return [float(side) for side in (x0, height - y1, x1, height - y0)]


def _trails_of(export: Export, tip: Tip) -> Trails:
    """Return the trails to which a tip belongs."""
    artists: list[Any] = [*export.stage.growing, *export.stage.moving]
    for artist in artists:
        if isinstance(artist, Trails) and tip.trail in artist.trails:
            return artist
    raise LookupError(f"{tip} leads no trail")
