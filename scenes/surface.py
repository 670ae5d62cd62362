"""Himmelblau's four valleys: it takes little to end in another one.

Momentum carries the same optimizer from the same start over a ridge.
"""

from functools import partial

from torch.optim import SGD, Adam

from animator import Experiment, Heatmap, Scene, Surface
from animator.problems import himmelblau

race = Experiment(
    himmelblau,
    {
        "SGD": partial(SGD, lr=0.01),
        "momentum": partial(SGD, lr=0.01, momentum=0.9),
        "Adam": partial(Adam, lr=0.3),
    },
    steps=80,
)

scene = Scene(
    title="Four valleys",
    panels=[
        Surface(race, title="Himmelblau", scale=0.5),
        Heatmap(race, title="From above", scale=0.5, contours=10, colorbar=False),
    ],
)
