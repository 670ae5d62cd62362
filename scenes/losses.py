"""Plain gradient descent on four losses; HuberLoss and SmoothL1Loss are identical.

This is true for their default settings; the two paths are identical.
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
