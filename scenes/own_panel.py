"""A custom panel: the loss reduction of each setting so far.

It needs only the two members of animator.Panel, like the built-in panels.
"""

from dataclasses import dataclass
from functools import partial

from torch.nn import MSELoss
from torch.optim import SGD

from animator import Drawing, Experiment, Heatmap, Scene
from animator.problems import line_fit


@dataclass(frozen=True)
class Progress:
    """A bar for each setting: the loss reduction so far, relative to the best run."""

    experiment: Experiment

    def draw(self, ax, recording, theme):
        """Draw the axes, and return the bars, which move."""
        runs = recording.trajectories
        first, best = runs[0].loss[0], min(run.loss.min() for run in runs)
        bars = ax.barh([run.label for run in runs], [0] * len(runs), height=0.6)
        for bar, run in zip(bars, runs, strict=True):
            bar.set(color=theme.color(run.setting), label=run.label)
        ax.set(xlim=(0, 100), xlabel="of the way down, %")
        ax.invert_yaxis()

        def update(step):
            for bar, run in zip(bars, runs, strict=True):
                bar.set_width(100 * (first - run.loss[int(step)]) / (first - best))

        return Drawing(moving=list(bars), update=update)


race = Experiment(
    line_fit(MSELoss()),
    {
        "lr 0.01": partial(SGD, lr=0.01),
        "lr 0.1": partial(SGD, lr=0.1),
        "momentum": partial(SGD, lr=0.01, momentum=0.9),
    },
)

scene = Scene(
    title="A panel of your own",
    panels=[Heatmap(race, contours=8), Progress(race)],
)
