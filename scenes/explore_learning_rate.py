"""A small learning rate creeps, a larger one zigzags, and too large a one diverges.

`-f html` has a slider for it, and `--sweep` renders a clip with all its values.
"""

from functools import partial

from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Fit, Heatmap, LossCurve, Scene
from animator.problems import line_fit

descent = Experiment(line_fit(MSELoss()), {"SGD": partial(SGD, lr=0.1)}, steps=40)

scene = Scene(
    title="Plain SGD, any learning rate",
    panels=[
        Heatmap(descent),
        LossCurve(descent, title="Loss"),
        Fit(descent, title="Fit"),
    ],
    mosaic="AAB;AAC",
    sliders={"lr": [round(0.02 * k, 2) for k in range(1, 51)]},
)
