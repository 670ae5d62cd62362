"""Himmelblau's four valleys: small differences decide where a path ends.

With momentum, SGD crosses a ridge from the same start.
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
