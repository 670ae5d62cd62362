"""Dampening 0.8 removes most of each gradient from the momentum: smoother paths.

With their default settings, HuberLoss and SmoothL1Loss are the same function.
"""

from functools import partial

from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit

dampening = {"dampening 0.8": partial(SGD, lr=0.1, momentum=0.9, dampening=0.8)}

scene = Scene(
    title="Momentum 0.9, dampening 0.8",
    panels=[
        Heatmap(Experiment(line_fit(loss), dampening, steps=100))
        for loss in (MSELoss(), L1Loss(), HuberLoss(), SmoothL1Loss())
    ],
)
