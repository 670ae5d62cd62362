"""Writes pages: one HTML file with documents and the script that plays them."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from animator.base.files import atomic_write
from animator.player.assembly import fill_template, loader
from animator.player.document import document_of
from animator.player.export import Characters, Progress
from animator.player.store import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    from animator.encoders.format import ClipSpec
    from animator.scenes.stage import Stage

_STILL_WIDTH, _STILL_QUALITY = 560, 35
"""The width in pixels of the image that is shown if scripts are disabled."""


@dataclass(frozen=True, slots=True)
class PageSlider:
    """A slider of a page: a hyperparameter, and the values that it can have.

    Attributes:
        name: the name in the page's URL, such as ``"momentum"``.
        label: the name that readers see.
        values: the values as readers see them, and as the URL has them.
        start: the index of the value that is shown first.
        places: the positions on the map (N, 2), if the slider is dragged there.
    """

    name: str
    label: str
    values: Sequence[str]
    start: int = 0
    places: Sequence[tuple[float, float]] | None = None

    def to_json(self) -> dict[str, Any]:
        """Return the slider as values for JSON."""
        own = {
            "name": self.name,
            "label": self.label,
            "values": list(self.values),
            "start": self.start,
        }
        return own if self.places is None else {**own, "places": list(self.places)}


@dataclass(slots=True)
class PageData:
    """The documents of a page, which share equal arrays and texts.

    Attributes:
        full: whether maps keep all of their points.
        documents: the documents, layout by layout, then theme by theme; within a theme
            in row-major order over the values of the sliders.
        sliders: the sliders of the page.
        still: an image for readers without scripts, as a data URL.
    """

    full: bool = False
    documents: list[dict[str, Any]] = field(default_factory=list)
    sliders: Sequence[PageSlider] = ()
    still: str = ""
    store: Store = field(default_factory=Store)
    characters: Characters = field(default_factory=Characters)

    def add(self, stage: Stage, progress: Progress | None = None) -> None:
        """Add a stage as a document.

        Args:
            stage: the stage; afterwards it is at its last step.
            progress: called with the number of steps done and the total number of
                steps.

        Raises:
            SceneError: a panel failed while it drew a step.
        """
        document = document_of(
            stage, self.store, self.characters, full=self.full, progress=progress
        )
        self.documents.append(document)
        if len(self.documents) == 1 + self.first:
            self.still = still_of(stage)

    @property
    def first(self) -> int:
        """The number of the document that is shown first."""
        number = 0
        for slider in self.sliders:
            number = number * len(slider.values) + slider.start
        return number

    def pack(self) -> bytes:
        """Return all data of the page, compressed with gzip."""
        themes = dict.fromkeys(entry["theme"]["name"] for entry in self.documents)
        sizes = {tuple(entry["size"]) for entry in self.documents}
        page = {
            "version": 1,
            "documents": self.documents,
            "layouts": len(sizes),
            "themes": list(themes),
            "sliders": [slider.to_json() for slider in self.sliders],
            "fonts": self.characters.fonts(self.store),
        }
        return self.store.pack(page)


def still_of(stage: Stage) -> str:
    """Return an image of a stage, at most 560 pixels wide, as a data URL."""
    canvas = stage.figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    with stage.settings():
        canvas.draw()
    image = Image.fromarray(np.asarray(canvas.buffer_rgba()))
    width, height = image.size
    if width > _STILL_WIDTH:
        size = _STILL_WIDTH, round(height * _STILL_WIDTH / width)
        image = image.resize(size, Image.Resampling.LANCZOS)
    file = BytesIO()
    image.save(file, "WEBP", quality=_STILL_QUALITY, method=4)
    return f"data:image/webp;base64,{base64.b64encode(file.getvalue()).decode()}"


def page_html(
    data: PageData,
    attributes: Mapping[str, str],
    *,
    embed: bool = False,
    has_script: bool = True,
) -> str:
    """Return the HTML of a page, or a fragment for another page.

    Args:
        data: the data of the page.
        attributes: attributes of the player's element, such as ``{"speed": "2"}``.
        embed: whether to return a fragment.
        has_script: whether to include the script, which a page needs once.
    """
    first = data.documents[0]
    title = html.escape(first["title"] or "optimizers at work")
    own = {**attributes} if embed else {"fit": "", **attributes}
    width, height = first["size"]
    player = fill_template(
        "player",
        {
            "attributes": "".join(map(_attribute, own.items())),
            "title": title,
            "still": data.still,
            "width": f"{width:g}",
            "height": f"{height:g}",
            "data": base64.b64encode(data.pack()).decode(),
        },
    )
    code = loader() if has_script else ""
    if embed:
        return f"{player}<script>{code}</script>\n" if code else player
    dark = dict.fromkeys(entry["theme"]["dark"] for entry in data.documents)
    schemes = ["dark" if is_dark else "light" for is_dark in dark]
    return fill_template(
        "page",
        {
            "title": title,
            "scheme": " ".join(schemes),
            "background": first["theme"]["background"] or "transparent",
            "player": player,
            "script": code,
        },
    )


def _attribute(entry: tuple[str, str]) -> str:
    name, value = entry
    return f' {name}="{html.escape(value)}"' if value else f" {name}"


def write_page(
    path: Path,
    stages: Iterable[Stage],
    clip: ClipSpec[Any],
    sliders: Sequence[PageSlider] = (),
    progress: Progress | None = None,
) -> None:
    """Write a page that plays stages of one scene.

    Args:
        path: the path of the file.
        stages: the stages in each layout, in each theme and with each combination of
            values, in the order of `PageData.documents`.
        clip: the properties of the clip, with the options of the format.
        sliders: the sliders that choose between the stages.
        progress: called for each stage with the number of steps done and the total
            number of steps.

    Raises:
        SceneError: a panel failed while it drew a step.
        WriteError: the file could not be written; an existing one is left unchanged.
    """
    options = clip.options
    data = PageData(full=options.full_maps, sliders=sliders)
    for stage in stages:
        data.add(stage, progress)
    text = page_html(
        data,
        options.attributes(clip.loop),
        embed=options.embed,
        has_script=options.script,
    )
    with atomic_write(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")
