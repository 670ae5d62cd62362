"""More momentum overshoots further on every loss, least where the slope is constant."""

from functools import partial

from torch.nn import HuberLoss, L1Loss, MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit

losses = {"MSE": MSELoss(), "L1": L1Loss(), "Huber": HuberLoss()}
values = (0.0, 0.5, 0.9)

scene = Scene(
    title="Momentum on three losses",
    panels=[
        Heatmap(
            Experiment(
                line_fit(loss), {f"{value}": partial(SGD, lr=0.1, momentum=value)}
            ),
            title="",
            colorbar=False,
        )
        for loss in losses.values()
        for value in values
    ],
    columns=len(values),
    row_titles=list(losses),
    column_titles=[f"momentum {value}" for value in values],
)
