"""Sets the stages of a sweep: one for each combination of values, on the same axes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from animator.drawing.panel import Panel
from animator.experiments.experiment import experiments_of
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import Recordings
from animator.rendering.fixed_layout import (
    FixedLayout,
    common_layout,
    needs_details,
    with_ranges,
)
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage
from animator.scenes.counter import CounterText
from animator.scenes.stage import Stage
from animator.scenes.sweep import Sweep
from animator.scenes.sweep_recording import all_runs


@dataclass(slots=True)
class SweepStages:
    """Sets the stages of a sweep, all with the same layout and the same limits.

    Attributes:
        sweep: the scene with each combination of values.
        recordings: the recordings of each combination.
        options: the options of the stages.
        maps: evaluates the loss maps, each once.
    """

    sweep: Sweep
    recordings: Sequence[Recordings]
    options: RenderOptions
    maps: LossMaps = field(default_factory=LossMaps)
    _layout: FixedLayout | None = None

    def stage(self, number: int, counter: CounterText | None = None) -> Stage:
        """Set the stage of a combination of values.

        Args:
            number: the number of the combination, in row-major order.
            counter: the text of the counter at each step; the scene's own if not
                given.
        """
        if self._layout is None:
            self._layout = self._make_layout(counter)
        return self._make_stage(number, self._layout, counter)

    def _make_stage(
        self, number: int, layout: FixedLayout, counter: CounterText | None
    ) -> Stage:
        scene = with_ranges(self.sweep.scenes[number], layout)
        scene = self.options.apply_to(scene)
        recordings = self.recordings[number]
        return set_stage(scene, recordings, self.options, self.maps, layout, counter)

    def _make_layout(self, counter: CounterText | None) -> FixedLayout:
        """Return a layout with limits for all runs, and margins of one combination.

        The margins are those of the combination in which most runs diverge, because
        labels of divergence need most room.
        """
        first = max(range(len(self.recordings)), key=self._count_diverged)
        scene = self.sweep.scenes[first]
        recordings = all_runs(self.sweep, self.recordings, first)
        for panel in scene.panels:
            if needs_details(panel):
                recordings |= _own(panel, self.recordings[first])
        theme = self.options.theme_of(scene)
        layout = common_layout(scene, recordings, theme, self.maps)
        self._make_stage(first, layout, counter)
        return layout

    def _count_diverged(self, number: int) -> int:
        return sum(
            run.outcome.diverged
            for recording in self.recordings[number].values()
            for run in recording.trajectories
        )


def _own(panel: Panel, recordings: Recordings) -> Recordings:
    """Return the recordings that a panel shows."""
    return {one: recordings[one] for one in experiments_of(panel.experiment)}
