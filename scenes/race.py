"""Momentum overshoots where plain SGD does not; Nesterov momentum comes between."""

from functools import partial

from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Fit, Heatmap, LossCurve, Scene
from animator.problems import line_fit

race = Experiment(
    line_fit(MSELoss()),
    {
        "plain": partial(SGD, lr=0.1),
        "momentum": partial(SGD, lr=0.1, momentum=0.9),
        "Nesterov": partial(SGD, lr=0.1, momentum=0.9, nesterov=True),
    },
)

scene = Scene(
    title="Three ways down",
    panels=[Heatmap(race), LossCurve(race, title="Loss"), Fit(race, title="Fit")],
    mosaic="AAB;AAC",
    captions={
        4: "momentum carries the blue one past the minimum",
        16: "plain SGD has arrived; the others still have to come back",
        60: "all three end in the same place",
    },
)
