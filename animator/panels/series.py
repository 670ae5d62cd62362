"""Draws any logged series over the steps or over another series."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from animator.base.callers import Place, made_here
from animator.base.checks import quoted
from animator.base.errors import RenderWarning, SceneError
from animator.base.quoting import short_repr
from animator.drawing.curves import Curve, draw_curves
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.drawing.reference_lines import draw_reference_lines, reference_lines
from animator.drawing.setting_runs import band_key, family_curve
from animator.experiments.advice import did_you_mean
from animator.experiments.experiment import Experiment, check_experiments
from animator.experiments.families import losses, median_run
from animator.panels.loss_curve import VALIDATION_KEY
from animator.panels.series_checks import check_series, check_sign

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.families import Family
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory

    LineValue = float | Callable[[Trajectory], float]


@dataclass(frozen=True, slots=True)
class Series:
    """A metric or another logged series of each setting; a dot marks the step.

    The panel can show every series of the experiment: ``"loss"``, ``"lr"``,
    ``"gradient norm"``, ``"validation loss"``, the metrics of the experiment and of its
    problem, and the series that a `Recorder` has logged. If a metric was also computed
    on validation data, a dashed line shows it. The curve is straight between the steps
    at which the series was measured; the number beside it is the last measured value.

    Attributes:
        experiment: the experiment to show, or several experiments.
        name: the name of the series.
        title: the title above the panel; defaults to the name of the series.
        scale: the scale of the values, ``"linear"`` or ``"log"``. On a logarithmic
            scale, a zero is a gap in the curve and a triangle on the lower border.
        x: the quantity on the horizontal axis: ``"step"``; the name of another series
            of the same setting; or ``(label, name)`` for a series of one setting.
        xscale: the scale of the horizontal axis, ``"linear"`` or ``"log"``; a
            logarithmic scale begins at step 1.
        xlabel: the label of the horizontal axis; defaults to the name of its series.
        ylabel: the label of the vertical axis; defaults to the name of the series.
        lines: horizontal reference lines: a dict from labels to values, such as
            ``{"2/lr": 20.0}``, or a list of values. A value may be a function of a
            `Trajectory`, which gives a line for each setting in its colour, such as
            ``{"2/lr": lambda run: 2 / run.lr[0, 0]}``.
        validation: whether to show the same metric on validation data.

    Raises:
        SceneError: no setting has this series, or an argument is invalid.
    """

    experiment: Experiment | Sequence[Experiment]
    name: str
    title: str | None = None
    scale: Literal["linear", "log"] = "linear"
    x: str | tuple[str, str] = "step"
    xscale: Literal["linear", "log"] = "linear"
    xlabel: str | None = None
    ylabel: str | None = None
    lines: Mapping[str, LineValue] | Sequence[LineValue] = ()
    validation: bool = True
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiments("Series", self.experiment)
        check_series(self)

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes, and return the growing curves and their dots."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        runs = recording.medians
        shown = [run for run in runs if np.isfinite(run.values(self.name)).any()]
        if not shown:
            raise SceneError(
                f"Series: no setting of {recording.experiment} has a value of "
                f"{self.name!r}; leave the panel out"
            )
        curves = [
            curve
            for family, run in zip(recording.families, runs, strict=True)
            if run in shown
            for curve in self._curves(family, self._at(run, runs), theme)
        ]
        lines = reference_lines(self.lines, shown, theme, self.scale)
        heading = draw_heading(
            ax,
            self.name if self.title is None else self.title,
            recording,
            theme,
            context,
            series=self.name,
        )
        drawing = draw_curves(
            ax,
            curves,
            theme,
            scale=self.scale,
            zero_key=f"▼ {self.name} 0",
            xscale=self.xscale,
            xlabel=self._xlabel(),
            included=[line.value for line in lines],
        )
        ax.set_ylabel(self.name if self.ylabel is None else self.ylabel)
        drawing += draw_reference_lines(ax, lines, theme)
        key = self._key(recording, curves, [run for run in runs if run not in shown])
        return drawing + heading + Drawing(key=key)

    def _key(
        self,
        recording: Recording,
        curves: Sequence[Curve],
        missing: Sequence[Trajectory],
    ) -> list[str]:
        """Return the entries of the key; `missing` are the runs without the series.

        Warns:
            RenderWarning: a run has not logged the series, but one of a similar name.
        """
        key = [VALIDATION_KEY] * any(curve.dashed for curve in curves)
        by_label = {run.label: run for run in missing}
        key += [f"{quoted(label)}: {self.name} not logged" for label in by_label]
        for label, run in by_label.items():
            if advice := did_you_mean(self.name, run.series):
                text = f"Series: {label!r} has not logged {self.name!r}; {advice}"
                warnings.warn(text, RenderWarning, stacklevel=3)
        if any(curve.band is not None for curve in curves):
            key += band_key(recording)
        elif any(len(family) > 1 for family in recording.families):
            key.append("━ median of the seeds")
        return key

    def _curves(
        self, family: Family, at: NDArray[np.floating] | None, theme: Theme
    ) -> list[Curve]:
        """Return the curves of a setting, with any validation curve first."""
        run = median_run(family)
        color, diverged = theme.color(run.setting), run.outcome.diverged
        if at is not None and self.xscale == "log":
            x = self.x if isinstance(self.x, str) else self.x[1]
            check_sign(x, at, run, "xscale")
        curves = []
        for name in [f"validation {self.name}"] * self.validation + [self.name]:
            values = [member.values(name) for member in family]
            if name.endswith("loss"):
                values = list(losses(family, name))
            if not any(np.isfinite(each).any() for each in values):
                continue
            for each in values if self.scale == "log" else ():
                check_sign(name, each, run, "scale")
            curve = family_curve(values, color, diverged=diverged, owner=run.label)
            if name != self.name or at is not None:  # bands exist over the steps only
                curve = replace(curve, band=None)
            curves.append(replace(curve, dashed=name != self.name, at=at))
        return curves

    def _at(
        self, run: Trajectory, runs: Sequence[Trajectory]
    ) -> NDArray[np.floating] | None:
        """Return the horizontal positions of a run (steps + 1,); None for its steps."""
        if self.x == "step":
            return None
        if isinstance(self.x, str):
            found, name = run, self.x
        else:
            label, name = self.x
            labels = {other.label: other for other in runs}
            if label not in labels:
                raise SceneError(
                    f"Series: x is {self.x!r}, but no setting is named {label!r}; give "
                    f"one of {', '.join(map(repr, labels))}"
                )
            found = labels[label]
        values = found.values(name)
        if not np.isfinite(values).any():
            raise SceneError(
                f"Series: x is {self.x!r}, of which {found.label!r} has no value"
            )
        return values

    def _xlabel(self) -> str:
        if self.xlabel is not None:
            return self.xlabel
        return self.x if isinstance(self.x, str) else f"{self.x[1]} of {self.x[0]}"
