"""Each optimizer has the learning rate that led to the lowest loss in 16 trials.

A comparison is fair only if all optimizers get the same budget.
"""

from functools import partial

from torch.optim import SGD

from animator import Experiment, Heatmap, LossCurve, Scene, Sensitivity, log_range, tune
from animator.problems import beale

lr = {"lr": log_range(1e-3, 3)}
search = {
    "SGD": lr,
    "momentum": (partial(SGD, momentum=0.9), lr),
    "Nesterov": (partial(SGD, momentum=0.9, nesterov=True), lr),
    **dict.fromkeys(["Adagrad", "RMSprop", "Adam"], lr),
}
best = tune(beale, search, steps=100, trials=16)
race = Experiment(beale, best, steps=100)

scene = Scene(
    title="Six optimizers, each at its best",
    panels=[
        Heatmap(race, scale="log", contours=14),
        LossCurve(race, title="Loss"),
        Sensitivity(race),
    ],
    mosaic="AAB;AAC",
)
