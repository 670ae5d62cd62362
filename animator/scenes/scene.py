"""A scene: panels in a grid, with a title, a clock and a theme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from animator.base.callers import Place, made_here
from animator.base.checks import is_integer, quoted
from animator.base.errors import SceneError, placed
from animator.base.quoting import described
from animator.drawing.formulas import check_formulas
from animator.drawing.theme import Theme, theme_named
from animator.experiments.details import Needs
from animator.experiments.experiment import Experiment, experiments_of
from animator.panels import Panel
from animator.scenes.counter import check_counter
from animator.scenes.mosaic import is_mosaic
from animator.scenes.sliders import check_sliders
from animator.scenes.text_checks import check_experiment_texts, check_panel_texts
from animator.scenes.timeline import Timeline, check_pace, paced

LEGENDS = ("shared", "each", "none")
MOST_PANELS = 256
"""A picture of the largest size has room for no more."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Panels in a grid, with a title, a clock and a theme.

    Attributes:
        panels: what to show, row by row.
        title: above all panels.
        caption: below them; by default the first line of the docstring of a scene file.
        captions: texts that replace the caption from a step on, such as
            ``{12: "it overshoots"}``; between dollar signs they may have formulas.
        columns: of the grid; chosen to suit the picture's shape if not given.
        mosaic: which cells of the grid each panel has, one letter for each, as in
            matplotlib's `subplot_mosaic`: ``"AB;AC"`` gives the first one both rows.
        column_titles: above the grid's columns.
        row_titles: to the left of its rows.
        pace: ``"even"``; ``"log"``, the first steps long and the last ones short; or
            ``"distance"``, each as long as the distance that the fastest setting goes.
        slow: slow motion: the factor by which steps take longer, for ranges of steps,
            such as ``{(0, 10): 4}``.
        hold_start: seconds that the clip rests on the start.
        hold_end: seconds that it rests on the end, before it loops.
        seconds: of the clip; if not given, the motion between the two takes
            ``0.6 √steps``, and what slow motion adds.
        counter: what stands at the top right, with the fields ``{step}``, ``{steps}``,
            ``{epoch}`` and ``{epochs}``, such as ``"epoch {epoch:.1f}"``; ``""`` for
            nothing. An epoch uses all points once.
        theme: ``"light"``, ``"dark"`` or a `Theme` of your own.
        legend: ``"shared"``, once for all panels with the same settings, at the ends of
            their loss curves where there is room; ``"each"``, on every panel; or
            ``"none"``.
        legend_losses: whether legends have the losses at the current step.
        parts: scenes that are shown side by side, as `side_by_side` makes them; the
            panels are theirs.
        sliders: hyperparameters and their values, such as ``{"momentum": [0, 0.5,
            0.9]}``: a web page gives a slider to each of them, and ``--sweep`` makes a
            clip that runs over them.

    Raises:
        SceneError: there are no panels, one is not a panel, the grid does not hold
            them, or a number is out of range.
    """

    panels: Sequence[Panel]
    title: str = ""
    caption: str = ""
    captions: Mapping[int, str] = field(default_factory=dict)
    columns: int | None = None
    mosaic: str | None = None
    column_titles: Sequence[str] = ()
    row_titles: Sequence[str] = ()
    pace: str = "even"
    slow: Mapping[tuple[int, int], float] = field(default_factory=dict)
    hold_start: float = 0.5
    hold_end: float = 1.5
    seconds: float | None = None
    counter: str = "step {step} / {steps}"
    theme: str | Theme = "light"
    legend: Literal["shared", "each", "none"] = "shared"
    legend_losses: bool = True
    parts: Sequence[Scene] = ()
    sliders: Mapping[str, Iterable[Any]] = field(default_factory=dict)
    made_at: Place | None = made_here()

    def __repr__(self) -> str:
        panels = ", ".join(type(panel).__name__ for panel in self.panels[:8])
        more = ", …" if len(self.panels) > 8 else ""
        return described(self, f"{quoted(self.title)}: {panels}{more}")

    def __post_init__(self) -> None:
        self._check_panels()
        self._check_texts()
        self._check_formulas()
        self._check_grid()
        check_counter(self.counter)
        check_pace(self.pace)
        theme_named(self.theme)
        check_sliders(self.sliders)
        if self.legend not in LEGENDS:
            raise SceneError(
                f"scene: legend is {quoted(self.legend)}; give one of "
                f"{', '.join(LEGENDS)}"
            )
        if not isinstance(self.legend_losses, bool):
            raise SceneError(
                f"scene: legend_losses is {quoted(self.legend_losses)}; give True or "
                "False"
            )
        self.timeline([0.0])

    def _check_panels(self) -> None:
        if not isinstance(self.panels, Sequence) or not self.panels:
            raise SceneError(
                f"scene: panels is {quoted(self.panels)}; "
                "give a list of at least one panel"
            )
        if len(self.panels) > MOST_PANELS:
            raise SceneError(
                f"scene: {len(self.panels):,} panels; give at most {MOST_PANELS}"
            )
        for panel in self.panels:
            if isinstance(panel, type) or not isinstance(panel, Panel):
                raise SceneError(
                    f"scene: {quoted(panel)} is no panel; give one such as Heatmap(...)"
                )
            needs = getattr(panel, "needs", None)
            if not (needs is None or isinstance(needs, Needs)):
                raise SceneError(
                    f"{type(panel).__name__}: needs is {quoted(needs)}; give one such "
                    "as Needs(weights=True)"
                )
        if not isinstance(self.parts, Sequence) or not all(
            isinstance(part, Scene) for part in self.parts
        ):
            raise SceneError("scene: parts are scenes; make them with side_by_side")

    def _check_texts(self) -> None:
        for name in ("title", "caption"):
            text = getattr(self, name)
            if not isinstance(text, str):
                raise SceneError(f"scene: {name} is {quoted(text)}; give a text")
        if not isinstance(self.captions, Mapping) or not all(
            is_integer(step, 0) and isinstance(text, str)
            for step, text in self.captions.items()
        ):
            raise SceneError(
                f"scene: captions is {quoted(self.captions)}; give texts by step, "
                'such as {12: "it overshoots"}'
            )
        for name in ("column_titles", "row_titles"):
            titles = getattr(self, name)
            if (
                isinstance(titles, str)
                or not isinstance(titles, Sequence)
                or not all(isinstance(title, str) for title in titles)
            ):
                raise SceneError(
                    f"scene: {name} is {quoted(titles)}; give a list of texts"
                )

    def _check_formulas(self) -> None:
        for name in ("title", "caption"):
            check_formulas(f"scene: {name}", getattr(self, name))
        for text in (*self.captions.values(), *self.column_titles, *self.row_titles):
            check_formulas("scene: a text", text)
        for panel in self.panels:
            with placed(getattr(panel, "made_at", None)):
                check_panel_texts(panel)
        for experiment in self.experiments:
            with placed(experiment.made_at):
                check_experiment_texts(experiment)

    def _check_grid(self) -> None:
        if self.columns is not None and not is_integer(self.columns, 1, MOST_PANELS):
            raise SceneError(
                f"scene: columns is {self.columns!r}; give a whole number, "
                f"1 to {MOST_PANELS}"
            )
        if self.mosaic is not None and not is_mosaic(self.mosaic, len(self.panels)):
            raise SceneError(
                f"scene: mosaic is {self.mosaic!r} for {len(self.panels)} panels; give "
                "rows of the same length with a rectangle of one letter for each "
                "panel, such as 'AB;AC'"
            )
        if self.mosaic is not None and self.columns is not None:
            raise SceneError("scene: columns and mosaic exclude each other; give one")

    @property
    def experiments(self) -> list[Experiment]:
        """The experiments that the panels show, each once."""
        shown = (e for panel in self.panels for e in experiments_of(panel.experiment))
        return list(dict.fromkeys(shown))

    @property
    def needs(self) -> dict[Experiment, Needs]:
        """What the panels need of the runs besides what is always recorded."""
        found: dict[Experiment, Needs] = {}
        for panel in self.panels:
            needs = getattr(panel, "needs", None)
            if isinstance(needs, Needs):
                for experiment in experiments_of(panel.experiment):
                    found[experiment] = found.get(experiment, needs) | needs
        return found

    def timeline(self, distances: Sequence[float], fps: float = 25.0) -> Timeline:
        """Return the scene's clock.

        Args:
            distances: how far each step leads (steps,), in any unit.
            fps: frames a second.
        """
        return Timeline(
            len(distances),
            fps,
            self.hold_start,
            self.hold_end,
            self.seconds,
            () if self.pace == "even" else paced(self.pace, distances),
            self.slow,
        )


def check_scene(caller: str, scene: object) -> None:
    """Raise `SceneError` unless something is a scene."""
    if not isinstance(scene, Scene):
        raise SceneError(
            f"{caller}: {quoted(scene)} is no scene; give Scene(...) or load('file.py')"
        )
