"""Six optimizers on Beale's surface, whose valley bends around a flat top.

Momentum overshoots, Adagrad slows down, and Adam and RMSprop take even steps.
"""

from functools import partial

from torch.optim import SGD, Adagrad, Adam, AdamW, RMSprop

from animator import Experiment, Heatmap, LossCurve, Scene
from animator.problems import beale

race = Experiment(
    beale,
    {
        "SGD": partial(SGD, lr=0.01),
        "momentum": partial(SGD, lr=0.003, momentum=0.9),
        "RMSprop": partial(RMSprop, lr=0.02),
        "Adam": partial(Adam, lr=0.1),
        "AdamW": partial(AdamW, lr=0.1, weight_decay=0.1),
        "Adagrad": partial(Adagrad, lr=0.5),
    },
    steps=150,
)

scene = Scene(
    title="Six optimizers",
    panels=[Heatmap(race, scale="log", contours=14), LossCurve(race, title="Loss")],
    mosaic="AAB",
)
