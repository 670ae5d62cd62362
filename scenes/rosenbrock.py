"""Rosenbrock's valley: paths enter it quickly, and follow it slowly."""

from functools import partial

from torch.optim import LBFGS, SGD, Adam

from animator import Experiment, Heatmap, LossCurve, Scene
from animator.problems import rosenbrock

race = Experiment(
    rosenbrock,
    {
        "SGD": partial(SGD, lr=0.001),
        "momentum": partial(SGD, lr=0.001, momentum=0.9),
        "Adam": partial(Adam, lr=0.05),
        "LBFGS": partial(LBFGS, lr=0.2, max_iter=1),
    },
    steps=300,
)

scene = Scene(
    title="Along the valley",
    panels=[Heatmap(race, scale="log", contours=12), LossCurve(race, title="Loss")],
    mosaic="AAB",
    pace="distance",
    seconds=12,
)
