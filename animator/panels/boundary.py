"""Draws the decision boundaries and probabilities of a classifier during training."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, get_args

import numpy as np
from matplotlib.collections import LineCollection

from animator.base.callers import Place, made_here
from animator.base.checks import is_integer, quoted
from animator.base.errors import SceneError
from animator.base.quoting import short_repr
from animator.drawing.boundaries import boundaries
from animator.drawing.classes import draw_points, shade_classes
from animator.drawing.drawing import Drawing
from animator.drawing.heading import draw_heading
from animator.drawing.panel import PanelContext
from animator.experiments.classifier import Classifier, Meaning, classifier_of
from animator.experiments.details import DETAILS_MEMORY, Needs
from animator.experiments.experiment import Experiment, check_experiment
from animator.experiments.recording import detailed
from animator.problems.coordinate import check_names

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from animator.drawing.theme import Theme
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Trajectory


@dataclass(frozen=True, slots=True)
class Boundary:
    """The decision boundaries of a network that classifies points in two dimensions.

    The panel evaluates the model after each complete step, in evaluation mode. A
    boundary lies where another output becomes the largest. If the model has a single
    output, it lies where that output crosses its threshold. If the panel shows one
    setting, the probabilities of the classes shade the background. If it shows several
    settings, each has boundaries in its own colour.

    Attributes:
        experiment: the experiment to show; its problem is `network(model, (points,
            classes), loss)` with points of shape (n, 2).
        title: the title above the panel; defaults to the problem's name.
        setting: the label of a single setting to show, with its probabilities;
            defaults to all settings.
        outputs: the meaning of the model's outputs: ``"logits"``, ``"probability"``,
            ``"log-probability"``, or ``"score"``, which has no probabilities. By
            default, the loss function determines it.
        points: the number of grid points along each axis, 2 to 501.
        names: the names of the two inputs, which label the axes.
        memory: the most bytes that the weights of one run may occupy.

    Raises:
        SceneError: the problem is not a classifier of points in two dimensions, no
            setting has this label, or another argument is invalid.
    """

    experiment: Experiment
    title: str | None = None
    setting: str | None = None
    outputs: Meaning | None = None
    points: int = 61
    names: tuple[str, str] = ("x₁", "x₂")
    memory: int = DETAILS_MEMORY
    made_at: Place | None = made_here()

    __repr__ = short_repr

    def __post_init__(self) -> None:
        check_experiment("Boundary", self.experiment)
        if self.outputs is not None and self.outputs not in get_args(Meaning):
            raise SceneError(
                f"Boundary: outputs is {quoted(self.outputs)}; give one of "
                f"{', '.join(get_args(Meaning))}"
            )
        if not is_integer(self.points, 2, 501):
            raise SceneError(
                f"Boundary: points is {self.points!r}; give a whole number, 2 to 501"
            )
        check_names("Boundary", self.names)
        classifier_of(self.experiment.problem, self.outputs)

    @property
    def needs(self) -> Needs:
        """The panel needs all weights and buffers at every step."""
        return Needs(weights=True, memory=self.memory)

    def draw(self, ax: Axes, recording: Recording, theme: Theme) -> Drawing:
        """Draw the points, and return the moving boundaries."""
        return self.draw_in_context(ax, recording, theme, PanelContext())

    def draw_in_context(
        self, ax: Axes, recording: Recording, theme: Theme, context: PanelContext
    ) -> Drawing:
        """Draw the panel in the context of its scene."""
        classifier = classifier_of(recording.experiment.problem, self.outputs)
        runs = self._runs(recording)
        first = max(run.setting for run in recording.trajectories) + 1
        colors = [theme.color(first + k) for k in range(len(classifier.names))]
        key = draw_points(ax, classifier, colors, self.names, theme)
        heading = draw_heading(ax, self.title, recording, theme, context)
        drawings = [
            self._boundary(
                ax, recording, run, classifier, theme, colors if len(runs) == 1 else []
            )
            for run in runs
        ]
        drawing = Drawing(key=key) + heading
        for one in drawings:
            drawing += one
        return drawing

    def _runs(self, recording: Recording) -> list[Trajectory]:
        """Return the runs to show."""
        runs = [
            run
            for run in recording.trajectories
            if self.setting is None or run.label == self.setting
        ]
        if not runs:
            labels = [repr(run.label) for run in recording.trajectories]
            raise SceneError(
                f"Boundary: no setting {quoted(self.setting)}; give one of "
                f"{', '.join(labels)}"
            )
        return runs

    def _boundary(
        self,
        ax: Axes,
        recording: Recording,
        run: Trajectory,
        classifier: Classifier,
        theme: Theme,
        colors: list[str],
    ) -> Drawing:
        """Draw a setting's boundaries, and its probabilities if `colors` is given."""
        details = detailed(run, "Boundary")
        model = recording.model_at(run, 0)
        x, y = (
            np.linspace(*span, self.points) for span in (ax.get_xlim(), ax.get_ylim())
        )
        places = np.column_stack([part.ravel() for part in np.meshgrid(x, y)])
        color = theme.text if colors else theme.color(run.setting)
        outline, line = _add_lines(ax, run.label, theme, color)
        paint = shade_classes(ax, (x, y), colors, theme) if colors else None
        last = -1

        def evaluate(at: NDArray[np.float64]) -> NDArray[np.float64]:
            return classifier.margins(model, at)[0]

        def update(step: float) -> None:
            nonlocal last
            row = details.row(step)
            if row == last:
                return
            last = row
            details.load_into(model, step)
            ahead, share = classifier.margins(model, places)
            lines = boundaries(x, y, ahead, evaluate if classifier.is_bounded else None)
            outline.set_segments(lines)
            line.set_segments(lines)
            if paint is not None:
                paint(ahead, share)

        moving = [outline, line, *([ax.images[-1]] if colors else [])]
        return Drawing(moving=moving, update=update)


def _add_lines(
    ax: Axes, label: str, theme: Theme, color: str
) -> tuple[LineCollection, LineCollection]:
    """Add the lines of a setting, still empty, and the outline below them."""
    width = 1.3 * theme.line_width
    outline = LineCollection([], colors=theme.casing, linewidths=1.9 * width, zorder=4)
    line = LineCollection([], colors=color, linewidths=width, zorder=4.1)
    for lines in (outline, line):
        lines.set_label(label)
        ax.add_collection(lines, autolim=False)
    return outline, line
