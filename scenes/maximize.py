"""With maximize=True, SGD follows the gradient uphill."""

from functools import partial

import torch
from torch.optim import SGD

from animator import Experiment, Heatmap, LossCurve, Scene
from animator.problems import surface


def hills(x, y):
    """Two hills: a high one at about (1, 1), and a low one at about (-1.5, -0.5)."""
    low = torch.exp(-((x + 1.5) ** 2) / 2 - (y + 0.5) ** 2)
    return low + 2 * torch.exp(-((x - 1) ** 2) - (y - 1) ** 2)


climb = Experiment(
    surface(hills, x=(-3, 3), y=(-2.5, 2.5), start=(-0.4, 1.9)),
    {
        "plain": partial(SGD, lr=0.1, maximize=True),
        "momentum 0.9": partial(SGD, lr=0.1, momentum=0.9, maximize=True),
    },
    steps=80,
)

scene = Scene(
    title="Uphill",
    panels=[
        Heatmap(climb, title="Two hills", contours=10, extremum="maximum"),
        LossCurve(climb, title="Height", scale="linear"),
    ],
)
