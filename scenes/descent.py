"""Plain gradient descent on the mean squared error: ever smaller steps downhill."""

from functools import partial

from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit

plain = {"plain SGD": partial(SGD, lr=0.1)}

scene = Scene(
    title="Gradient descent, lr 0.1",
    panels=[Heatmap(Experiment(line_fit(MSELoss()), plain, steps=100))],
)
