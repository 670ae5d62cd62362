"""Plain gradient descent fits a line to points of a parabola, step by step."""

from functools import partial

from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Fit, Heatmap, Scene
from animator.problems import line_fit

plain = Experiment(line_fit(MSELoss()), {"plain SGD": partial(SGD, lr=0.1)})

scene = Scene(
    title="A line is fitted",
    panels=[Fit(plain, title="The points and the line"), Heatmap(plain)],
)
