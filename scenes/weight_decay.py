"""Weight decay pulls towards (0, 0): paths end beside the minima, closest for MSELoss.

With their default settings, HuberLoss and SmoothL1Loss are the same function.
"""

from functools import partial

from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit

weight_decay = {
    "weight decay 2": partial(
        SGD, lr=0.1, momentum=0.9, nesterov=True, weight_decay=2.0
    )
}

scene = Scene(
    title="Nesterov momentum 0.9, weight decay 2",
    panels=[
        Heatmap(Experiment(line_fit(loss), weight_decay, steps=100))
        for loss in (MSELoss(), L1Loss(), HuberLoss(), SmoothL1Loss())
    ],
)
