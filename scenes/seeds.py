"""How much is luck: ten runs each, with small batches and with large ones."""

from functools import partial

from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Fit, Heatmap, LossCurve, Scene, Setting
from animator.problems import line_fit

sgd = partial(SGD, lr=0.1)
race = Experiment(
    line_fit(MSELoss()).at(x=(-4, 6), y=(-1.5, 7)),
    {f"batches of {n}": Setting(sgd, batch_size=n, seeds=10) for n in (2, 25)},
    steps=50,
)

scene = Scene(
    title="Ten seeds",
    panels=[
        Heatmap(race, contours=12),
        LossCurve(race, title="Loss over all points"),
        Fit(race, title="Lines"),
    ],
    mosaic="AAB;AAC",
)
