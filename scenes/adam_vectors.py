"""Adam divides by the root of its second moment, so steps on flat slopes are long.

The gradient points across the ravine. The ellipse shows how the division by the root
scales a step in each direction.
"""

from functools import partial

from torch.optim import Adam, RMSprop

from animator import Experiment, Heatmap, Scene, Vectors
from animator.problems import surface


def ravine(x, y):
    """A valley that is seven times as steep across as it is along."""
    return (x**2 + 7 * y**2) / 2


valley = surface(ravine, x=(-6, 3), y=(-3.5, 3.5), start=(-5.0, 2.4), minima=[(0, 0)])
settings = {
    "Adam": partial(Adam, lr=0.6, betas=(0.8, 0.9)),
    "RMSprop with momentum": partial(RMSprop, lr=0.2, alpha=0.9, momentum=0.6),
}
scene = Scene(
    title="What makes an adaptive step",
    panels=[
        Vectors(Heatmap(Experiment(valley, {label: make}, steps=16), label, contours=9))
        for label, make in settings.items()
    ],
    seconds=20,
)
