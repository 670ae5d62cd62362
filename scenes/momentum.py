"""Momentum 0.9 on four losses: it overshoots the minimum and has to come back.

With their default settings, HuberLoss and SmoothL1Loss are the same function.
"""

from functools import partial

from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit

momentum = {"momentum 0.9": partial(SGD, lr=0.1, momentum=0.9)}

scene = Scene(
    title="Momentum 0.9",
    panels=[
        Heatmap(Experiment(line_fit(loss), momentum, steps=100))
        for loss in (MSELoss(), L1Loss(), HuberLoss(), SmoothL1Loss())
    ],
)
