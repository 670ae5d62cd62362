"""Plain gradient descent on four losses, of which two are the same.

With their default settings HuberLoss and SmoothL1Loss are one and the same function.
"""

from functools import partial

from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit

plain = {"plain SGD": partial(SGD, lr=0.1)}

scene = Scene(
    title="Four losses, lr 0.1",
    panels=[
        Heatmap(Experiment(line_fit(loss), plain, steps=100))
        for loss in (MSELoss(), L1Loss(), HuberLoss(), SmoothL1Loss())
    ],
)
