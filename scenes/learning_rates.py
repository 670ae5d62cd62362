"""Plain SGD with six learning rates: the smallest is slow, the largest diverges."""

from functools import partial

from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit

line = line_fit(MSELoss())

scene = Scene(
    title="Plain SGD, six learning rates",
    panels=[
        Heatmap(Experiment(line, {f"lr {lr}": partial(SGD, lr=lr)}, 60), f"lr {lr}")
        for lr in (0.01, 0.1, 0.5, 0.8, 0.9, 1.5)
    ],
    columns=3,
    pace="log",
)
