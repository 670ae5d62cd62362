"""A scene: panels in a grid, with a title, a clock and a theme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from animator.base.callers import Place, made_here
from animator.base.checks import is_integer, quoted
from animator.base.errors import SceneError, placed
from animator.base.quoting import described
from animator.drawing.formula_checks import check_formulas
from animator.drawing.theme import Theme, theme_named
from animator.experiments.details import Needs
from animator.experiments.experiment import Experiment, experiments_of
from animator.panels import Panel
from animator.scenes.counter import check_counter
from animator.scenes.mosaic import is_mosaic
from animator.scenes.sliders import check_sliders
from animator.scenes.text_checks import check_experiment_texts, check_panel_texts
from animator.scenes.timeline import Timeline, check_pace, step_durations

LEGENDS = ("shared", "each", "none")
MOST_PANELS = 256
"""The most panels that fit into a picture of the largest size."""


@dataclass(frozen=True, slots=True, eq=False)
class Scene:
    """Panels in a grid, with a title, a clock and a theme.

    Attributes:
        panels: the panels, row by row.
        title: the title above all panels.
        caption: the text below the title; for a scene file, it defaults to the first
            line of the docstring.
        captions: a dict from steps to texts; each text replaces the caption from its
            step on, such as ``{12: "it overshoots"}``. Texts may contain formulas
            between dollar signs.
        columns: the number of columns of the grid; by default it is chosen to suit the
            shape of the picture.
        mosaic: the cells of the grid, with one letter for each panel, as in
            matplotlib's `subplot_mosaic`: in ``"AB;AC"`` the first panel spans both
            rows.
        column_titles: the titles above the columns of the grid.
        row_titles: the titles to the left of the rows of the grid.
        pace: the time per step: ``"even"``, the same for all steps; ``"log"``, longer
            for early steps and shorter for late steps; or ``"distance"``, proportional
            to the distance that the fastest setting moves.
        slow: slow motion: a dict from ranges of steps to the factor by which these
            steps take longer, such as ``{(0, 10): 4}``.
        hold_start: the time for which the clip shows the start, in seconds.
        hold_end: the time for which the clip shows the end before it loops, in seconds.
        seconds: the duration of the clip in seconds. By default, the motion between
            the holds takes ``0.6 √steps`` seconds, and longer with slow motion.
        counter: the text at the top right, with the fields ``{step}``, ``{steps}``,
            ``{epoch}`` and ``{epochs}``, such as ``"epoch {epoch:.1f}"``; ``""`` for
            none. An epoch uses all points once.
        theme: ``"light"``, ``"dark"``, or a `Theme`.
        legend: ``"shared"`` for one legend per group of panels with the same settings,
            placed at the ends of the loss curves if there is space; ``"each"`` for a
            legend on every panel; or ``"none"``.
        legend_losses: whether legends show the losses at the current step.
        parts: the scenes that `side_by_side` joined into this one; `panels` are then
            theirs.
        sliders: a dict from hyperparameters to lists of values, such as ``{"momentum":
            [0, 0.5, 0.9]}``. A web page has a slider for each hyperparameter, and
            ``--sweep`` renders a clip that runs through the values.

    Raises:
        SceneError: there are no panels, an element is not a panel, the panels do not
            fit into the grid, or another argument is invalid.
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
                    f"scene: {quoted(panel)} is not a panel; give one such as "
                    "Heatmap(...)"
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
                raise SceneError(f"scene: {name} is {quoted(text)}; give a string")
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
        """The experiments that the panels show, without duplicates."""
        shown = (e for panel in self.panels for e in experiments_of(panel.experiment))
        return list(dict.fromkeys(shown))

    @property
    def needs(self) -> dict[Experiment, Needs]:
        """What to record of the runs, in addition to what is always recorded."""
        found: dict[Experiment, Needs] = {}
        for panel in self.panels:
            needs = getattr(panel, "needs", None)
            if isinstance(needs, Needs):
                for experiment in experiments_of(panel.experiment):
                    found[experiment] = found.get(experiment, needs) | needs
        return found

    def timeline(self, distances: Sequence[float], fps: float = 25.0) -> Timeline:
        """Return the timeline of the scene.

        Args:
            distances: the distance that each step covers (steps,), in any unit.
            fps: frames per second.
        """
        return Timeline(
            len(distances),
            fps,
            self.hold_start,
            self.hold_end,
            self.seconds,
            () if self.pace == "even" else step_durations(self.pace, distances),
            self.slow,
        )


def check_scene(caller: str, scene: object) -> None:
    """Raise `SceneError` unless `scene` is a `Scene`."""
    if not isinstance(scene, Scene):
        raise SceneError(
            f"{caller}: {quoted(scene)} is not a scene; give Scene(...) or "
            "load('file.py')"
        )
