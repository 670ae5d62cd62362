"""Weight decay moves the minimum.

The lower map shows the minimised function: the loss plus λ/2 (bias² + weight²).
"""

from functools import partial

from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, Parameters, Scene
from animator.problems import line_fit

decay = Experiment(
    line_fit(MSELoss()),
    {
        "no decay": partial(SGD, lr=0.1),
        "weight decay 2": partial(SGD, lr=0.1, weight_decay=2.0),
    },
    steps=40,
)

scene = Scene(
    title="Where weight decay leads",
    panels=[
        Heatmap(decay, title="The loss", contours=12),
        Heatmap(decay, title="The loss with its penalty", contours=12, penalty=2.0),
        Parameters(decay, title="Bias and weight"),
    ],
    mosaic="AC;BC",
)
