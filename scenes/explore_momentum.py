"""A valley with curvatures 1 and 50: how large can α be for each β?

Gradient descent diverges for α ≥ 2 / 50 without momentum, and for α ≥ 2 (1 + β) / 50
with momentum (G. Goh, "Why Momentum Really Works", 2017). `-f html` has a slider for
each.
"""

from functools import partial

from torch.optim import SGD

from animator import Experiment, Heatmap, LossCurve, Scene
from animator.problems import surface

valley = surface(
    lambda x, y: (x**2 + 50 * y**2) / 2, x=(-11, 7), y=(-3, 3), start=(-10, 2)
)
race = Experiment(valley, {"SGD": partial(SGD, lr=0.03, momentum=0.8)}, steps=100)

scene = Scene(
    title="Momentum in a steep valley",
    panels=[
        Heatmap(race, title="Path", aspect="auto"),
        LossCurve(race, title="Loss"),
    ],
    mosaic="AAB",
    sliders={
        "lr": [0.005, 0.01, 0.02, 0.03, 0.039, 0.05, 0.07],
        "momentum": [round(0.05 * k, 2) for k in range(20)],
    },
)
