"""Each step is the sum of a gradient step and a momentum step; Nesterov looks ahead.

In torch's formulation, Nesterov's momentum step already includes the gradient of this
step, so it turns sooner. The clip is slow, so that each step can be followed.
"""

from functools import partial

from torch.optim import SGD

from animator import Experiment, Heatmap, Scene, Vectors
from animator.problems import surface


def ravine(x, y):
    """A valley that is seven times as steep across as it is along."""
    return (x**2 + 7 * y**2) / 2


valley = surface(ravine, x=(-6, 3), y=(-3.5, 3.5), start=(-5.0, 2.4), minima=[(0, 0)])
momentum = {"momentum": partial(SGD, lr=0.1, momentum=0.8)}
nesterov = {"Nesterov": partial(SGD, lr=0.1, momentum=0.8, nesterov=True)}

scene = Scene(
    title="What makes a step",
    panels=[
        Vectors(Heatmap(Experiment(valley, setting, steps=12), title, contours=9))
        for title, setting in (("Momentum", momentum), ("Nesterov momentum", nesterov))
    ],
    seconds=20,
)
