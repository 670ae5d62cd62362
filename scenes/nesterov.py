"""Nesterov momentum 0.9: looking ahead, it overshoots less than plain momentum.

With their default settings, HuberLoss and SmoothL1Loss are the same function.
"""

from functools import partial

from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit

nesterov = {"Nesterov 0.9": partial(SGD, lr=0.1, momentum=0.9, nesterov=True)}

scene = Scene(
    title="Nesterov momentum 0.9",
    panels=[
        Heatmap(Experiment(line_fit(loss), nesterov, steps=100))
        for loss in (MSELoss(), L1Loss(), HuberLoss(), SmoothL1Loss())
    ],
)
