"""On a saddle the gradient almost vanishes: which optimizers escape, and when?"""

from functools import partial

from torch.optim import SGD, Adam, RMSprop

from animator import Experiment, Heatmap, Profile, Scene
from animator.problems import saddle

escape = Experiment(
    saddle,
    {
        "SGD": partial(SGD, lr=0.05),
        "momentum": partial(SGD, lr=0.05, momentum=0.8),
        "RMSprop": partial(RMSprop, lr=0.02),
        "Adam": partial(Adam, lr=0.05),
    },
    steps=60,
)

scene = Scene(
    title="Leaving a saddle",
    panels=[
        Heatmap(escape, title="x² - y²", contours=15),
        Profile(escape, along="y", title="The loss along y"),
    ],
    captions={0: "y = 0.001: hardly any slope", 30: "Adam and RMSprop scale it up"},
)
