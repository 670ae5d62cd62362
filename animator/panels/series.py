"""Any series that was logged, over the steps or over another series."""

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
from animator.drawing.families import band_key, family_curve
from animator.drawing.heading import draw_heading
from animator.drawing.levels import check_levels, draw_levels, levels_of
from animator.drawing.panel import PanelContext
from animator.experiments.advice import did_you_mean
from animator.experiments.experiment import (
    Experiment,
    check_experiments,
    experiments_of,
)
from animator.experiments.families import losses, median_run
from animator.panels.loss_curve import VALIDATION_KEY

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.families import Family
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory

    Level = float | Callable[[Trajectory], float]


@dataclass(frozen=True, slots=True)
class Series:
    """A metric, or what else was logged, for each setting, led by a dot.

    Every series of the experiment can be shown: ``"loss"``, ``"lr"``,
    ``"gradient norm"``, ``"validation loss"``, the metrics of the experiment and of its
    problem, and what a `Recorder` has logged. Of a metric that was also computed over
    validation data, that is a dashed line. Between the steps at which a series was
    measured its curve is straight; the number beside it is the last one measured.

    Attributes:
        experiment: what to show; or several experiments.
        name: of the series.
        title: above the panel; the name of the series if not given.
        scale: of its values, ``"linear"`` or ``"log"``. On a logarithmic one, a zero
            leaves a gap, and a triangle on the lower border.
        x: what the horizontal axis shows: ``"step"``; the name of another series of the
            same setting; or that of a series of one setting, as ``(label, name)``.
        xscale: of that axis, ``"linear"`` or ``"log"``; a logarithmic one begins at
            step 1.
        xlabel: the name of that axis; that of its series if not given.
        ylabel: the name of the other axis; that of the series if not given.
        lines: horizontal reference lines, by their labels, such as ``{"2/lr": 20.0}``,
            or in a list; instead of a number, a function of a `Trajectory` gives one
            for each setting, in its colour: ``{"2/lr": lambda run: 2 / run.lr[0, 0]}``.
        validation: whether the same metric over validation data is shown.

    Raises:
        SceneError: no setting has such a series, or an argument is wrong.
    """

    experiment: Experiment | Sequence[Experiment]
    name: str
    title: str | None = None
    scale: Literal["linear", "log"] = "linear"
    x: str | tuple[str, str] = "step"
    xscale: Literal["linear", "log"] = "linear"
    xlabel: str | None = None
    ylabel: str | None = None
    lines: Mapping[str, Level] | Sequence[Level] = ()
    validation: bool = True
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiments("Series", self.experiment)
        for name in ("scale", "xscale"):
            value = getattr(self, name)
            if value not in ("linear", "log"):
                raise SceneError(
                    f"Series: {name} is {quoted(value)}; give 'linear' or 'log'"
                )
        for name in ("title", "xlabel", "ylabel"):
            value = getattr(self, name)
            if not (value is None or isinstance(value, str)):
                raise SceneError(f"Series: {name} is {quoted(value)}; give a text")
        if not isinstance(self.validation, bool):
            raise SceneError(
                f"Series: validation is {quoted(self.validation)}; give True or False"
            )
        pair = isinstance(self.x, tuple) and len(self.x) == 2
        texts = all(isinstance(part, str) for part in self.x) if pair else False
        if not (isinstance(self.x, str) or texts):
            raise SceneError(
                f"Series: x is {quoted(self.x)}; give 'step', a series, or "
                "(label, series)"
            )
        self._check_name("name", self.name)
        if self.x != "step":
            self._check_name("x", self.x if isinstance(self.x, str) else self.x[1])
        check_levels("Series", self.lines, self.scale)

    def _check_name(self, argument: str, name: object) -> None:
        """Raise `SceneError` unless a setting may have such a series."""
        known = dict.fromkeys(
            name
            for experiment in experiments_of(self.experiment)
            for name in experiment.series_names()
        )
        if name in known:
            return
        advice = did_you_mean(str(name), known) or f"give one of {', '.join(known)}"
        raise SceneError(
            f"Series: {argument} is {quoted(name)}, which is not logged; {advice}"
        )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the axes; return the growing curves and their dots."""
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
        levels = levels_of(self.lines, shown, theme, self.scale)
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
            levels=[level.value for level in levels],
        )
        ax.set_ylabel(self.name if self.ylabel is None else self.ylabel)
        draw_levels(ax, levels, theme)
        key = [VALIDATION_KEY] * any(curve.dashed for curve in curves)
        missing = {run.label: run for run in runs if run not in shown}
        key += [f"{quoted(label)}: {self.name} not logged" for label in missing]
        for label, run in missing.items():
            if advice := did_you_mean(self.name, run.series):
                text = f"Series: {label!r} has not logged {self.name!r}; {advice}"
                warnings.warn(text, RenderWarning, stacklevel=2)
        if any(curve.band is not None for curve in curves):
            key += band_key(recording)
        elif any(len(family) > 1 for family in recording.families):
            key.append("━ median of the seeds")
        return drawing + heading + Drawing(key=key)

    def _curves(
        self, family: Family, at: NDArray[np.floating] | None, theme: Theme
    ) -> list[Curve]:
        """Return the curves of a setting: below that of its own, the validation's."""
        run = median_run(family)
        color, diverged = theme.color(run.setting), run.outcome.diverged
        if at is not None and self.xscale == "log":
            x = self.x if isinstance(self.x, str) else self.x[1]
            _check_sign(x, at, run, "xscale")
        curves = []
        for name in [f"validation {self.name}"] * self.validation + [self.name]:
            values = [member.values(name) for member in family]
            if name.endswith("loss"):
                values = list(losses(family, name))
            if not any(np.isfinite(each).any() for each in values):
                continue
            for each in values if self.scale == "log" else ():
                _check_sign(name, each, run, "scale")
            curve = family_curve(values, color, diverged=diverged, owner=run.label)
            if name != self.name or at is not None:  # a band is over the steps
                curve = replace(curve, band=None)
            curves.append(replace(curve, dashed=name != self.name, at=at))
        return curves

    def _at(
        self, run: Trajectory, runs: Sequence[Trajectory]
    ) -> NDArray[np.floating] | None:
        """Return where the values of a run lie (steps + 1,); None at their steps."""
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


def _check_sign(
    name: str, values: NDArray[np.floating], run: Trajectory, argument: str
) -> None:
    """Raise `SceneError` where a logarithmic scale cannot show values (steps + 1,)."""
    is_below = values < 0
    if is_below.any():
        step = int(is_below.argmax())
        raise SceneError(
            f"Series: {name!r} of {run.label!r} is {values[step]:g} at step {step}, "
            f"which has no logarithm; give {argument}='linear'"
        )
