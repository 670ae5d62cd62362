"""Draws the outcome of each trial of a hyperparameter search."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from animator.base.callers import Place, made_here
from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.drawing.text import sanitize
from animator.drawing.ticks import fit_ticks
from animator.experiments.experiment import Experiment, check_experiment
from animator.experiments.outcomes import Outcomes, outcomes_along
from animator.experiments.search import LogRange
from animator.experiments.tuned import Tuned

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording

_ROW, _MARGIN = 0.035, 0.06
"""Heights of a row of triangles, and of the margin, as fractions of the axes."""


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """The outcomes of the trials of `tune`, as a function of a hyperparameter.

    A line connects the best trials for each value; the other trials are pale dots. If
    optuna searches several hyperparameters, it hardly ever tries a value twice. The
    line then connects the best trials of each interval, for example a third of a
    decade; the key says which. A value between the trials can be better than the best
    trial. The large dot is the best of all trials. A triangle at the upper border is a
    trial whose run diverged, left the map, or ended far above the initial loss.

    Attributes:
        experiment: the experiment to show; its settings come from `tune` or `tune_lr`.
        title: the title above the panel.
        along: the hyperparameter on the horizontal axis.
        scale: the scale of the outcome, ``"log"`` or ``"linear"``.

    Raises:
        SceneError: `experiment` is not an experiment, its settings are not tuned,
            `along` was not searched, or `scale` is unknown.
    """

    experiment: Experiment
    title: str | None = None
    along: str = "lr"
    scale: Literal["linear", "log"] = "log"
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("Sensitivity", self.experiment)
        settings = self.experiment.settings
        if not isinstance(settings, Tuned):
            raise SceneError(
                f"Sensitivity: the settings of {self.experiment} are not tuned; give "
                "an Experiment(problem, tune(problem, …))"
            )
        if self.scale not in ("linear", "log"):
            raise SceneError(
                f"Sensitivity: scale is {quoted(self.scale)}; give 'linear' or 'log'"
            )
        names = sorted({n for each in settings.searches.values() for n in each.space})
        if self.along not in names:
            raise SceneError(
                f"Sensitivity: along is {quoted(self.along)}, which is not searched; "
                f"give one of {', '.join(names)}"
            )

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the outcomes; only the losses in the legend change with the step."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        tuned = self.experiment.settings
        assert isinstance(tuned, Tuned)
        found = {
            label: outcomes_along(tuned, label, self.along) for label in tuned.searches
        }
        if self.scale == "log":
            _check_not_negative(found)
        rows = list(found.values())
        self._set_axes(ax, rows, theme, is_log_range=_is_log_range(tuned, self.along))
        ax.set(xlabel=sanitize(self.along.replace("_", " ")), ylabel=_outcome(tuned))
        for number, (row, run) in enumerate(zip(rows, recording.medians, strict=True)):
            color = theme.color(run.setting)
            _draw_outcomes(ax, row, color, theme, is_log=self.is_log)
            _draw_failed(ax, row.lost, number, color, theme)
        title = f"Sensitivity to {self.along}" if self.title is None else self.title
        heading = draw_heading(ax, title, recording, theme, context)
        key = _key(tuned, rows, is_log=self.is_log)
        return heading + Drawing(key=key, fit=lambda: fit_ticks(ax))

    @property
    def is_log(self) -> bool:
        """Whether the outcome has a logarithmic scale."""
        return self.scale == "log"

    def _set_axes(
        self, ax: Axes, rows: Sequence[Outcomes], theme: Theme, *, is_log_range: bool
    ) -> None:
        """Set the scales and ranges, with space for rows of triangles."""
        scores = [score for row in rows for _, score in row.shown]
        if self.is_log:
            scores = [math.log(score) for score in scores if score > 0]
        low, high = min(scores, default=-1.0), max(scores, default=0.0)
        if low == high:
            low, high = low - 0.5, high + 0.5
        band = _ROW * len(rows) if any(row.lost for row in rows) else 0.0
        height = (high - low) / max(1 - 2 * _MARGIN - band, 0.2)
        ends = low - _MARGIN * height, low + (1 - _MARGIN) * height
        ax.set(yscale=self.scale)
        ax.set_ylim(*(map(math.exp, ends) if self.is_log else ends))
        at = [x for row in rows for x in (*row.lost, *(x for x, _ in row.shown))]
        if min(at) > 0 and (is_log_range or max(at) >= 10 * min(at)):
            ax.set(xscale="log")
        ax.minorticks_off()
        ax.grid(color=theme.frame, alpha=0.35, linewidth=0.4 * theme.line_width)
        ax.set_axisbelow(True)


def _is_log_range(tuned: Tuned, along: str) -> bool:
    """Return whether any setting searches a hyperparameter on a logarithmic scale."""
    return any(
        isinstance(search.space.get(along), LogRange)
        for search in tuned.searches.values()
    )


def _check_not_negative(found: dict[str, Outcomes]) -> None:
    """Raise `SceneError` if an outcome is negative."""
    for label, row in found.items():
        if any(score < 0 for _, score in row.shown):
            raise SceneError(
                f"Sensitivity: an outcome of {label!r} is negative, which has no "
                "logarithm; give scale='linear'"
            )


def _draw_outcomes(
    ax: Axes, row: Outcomes, color: str, theme: Theme, *, is_log: bool
) -> None:
    """Draw the trials of a setting; outcomes of 0 are triangles on the lower border."""
    lowest = ax.get_ylim()[0]
    line = [(x, y) for x, y in row.line if y > 0 or not is_log]
    ax.plot(
        *_coordinates(line), color=color, linewidth=0.8 * theme.line_width, zorder=3
    )
    for place in dict.fromkeys(row.shown):
        is_zero = is_log and place[1] == 0
        ax.plot(
            place[0],
            lowest if is_zero else place[1],
            "v" if is_zero else "o",
            color=color,
            alpha=1.0 if place in row.line else 0.4,
            markersize=theme.dot_size,
            markeredgewidth=0,
            zorder=3,
            clip_on=not is_zero,
        )
    for x, y in row.chosen:
        ax.plot(
            x,
            max(y, lowest),
            "o",
            color=color,
            markersize=theme.marker_size,
            markeredgecolor=theme.text,
            markeredgewidth=0.6 * theme.line_width,
            zorder=4,
            clip_on=False,
        )


def _coordinates(
    places: Sequence[tuple[float, float]],
) -> tuple[list[float], list[float]]:
    return [x for x, _ in places], [y for _, y in places]


def _draw_failed(
    ax: Axes, at: Sequence[float], number: int, color: str, theme: Theme
) -> None:
    """Draw triangles for failed trials, with a row for each setting."""
    ax.plot(
        at,
        [1 - _ROW * (0.6 + number)] * len(at),
        "^",
        color=color,
        markersize=0.5 * theme.marker_size,
        markeredgewidth=0,
        transform=ax.get_xaxis_transform(),
    )


def _outcome(tuned: Tuned) -> str:
    """Return the label of the axis of outcomes."""
    goal = tuned.budget.goal
    if goal.target is not None:
        return f"steps to loss {goal.target:g}"
    return {"last": "last loss", "best": "best loss"}.get(
        goal.score, "area under the loss"
    )


def _key(tuned: Tuned, rows: Sequence[Outcomes], *, is_log: bool) -> list[str]:
    """Return the meanings of the symbols, and the budget of each setting."""
    key = [f"● best of {tuned.budget_text}"]
    key += [f"─ best in each {row.intervals}" for row in rows if row.intervals][:1]
    reasons = dict.fromkeys(reason for row in rows for reason in row.reasons)
    if reasons:
        key.append(f"▲ {', '.join(sorted(reasons))}")
    if is_log and any(score == 0 for row in rows for _, score in row.shown):
        key.append("▼ 0")
    return key
