"""Mini-batches make SGD stochastic: its path is noisy.

The losses shown are computed over all points.
"""

from functools import partial

from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, LossCurve, Scene, Setting
from animator.problems import line_fit

sgd = partial(SGD, lr=0.1)
race = Experiment(
    line_fit(MSELoss()),
    {"all 50 points": sgd}
    | {f"batches of {n}": Setting(sgd, batch_size=n) for n in (10, 2)},
)

scene = Scene(
    title="Mini-batches",
    panels=[
        Heatmap(race, contours=12),
        Heatmap(race, title="Near the minimum", xlim=(1.5, 3.5), ylim=(0, 2)),
        LossCurve(race, title="Loss over all points"),
    ],
    mosaic="AAB;AAC",
)
