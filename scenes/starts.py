"""The end depends on the start: each of four starts leads to its own minimum."""

from functools import partial

from torch.optim import SGD

from animator import Experiment, Heatmap, LossCurve, Scene, Setting
from animator.problems import himmelblau

sgd = partial(SGD, lr=0.01)
starts = [(0, 0), (-1, -0.5), (0.5, -3), (-4, 0.2)]
race = Experiment(
    himmelblau(names=("θ₀", "θ₁")),
    {f"from ({x}, {y})": Setting(sgd, start=(x, y)) for x, y in starts},
    steps=30,
)

scene = Scene(
    title="Four starts",
    panels=[Heatmap(race, contours=14, scale=0.5), LossCurve(race, title="Loss")],
    mosaic="AAB",
)
