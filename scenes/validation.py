"""A network learns forty noisy points by heart: only the validation loss tells."""

from functools import partial

import torch
from torch.nn import CrossEntropyLoss, Linear, ReLU, Sequential
from torch.optim import Adam

from animator import Experiment, LossCurve, Scene, Series
from animator.problems import network


def accuracy(outputs, labels):
    """Return the share of points whose class is right."""
    return (outputs.argmax(dim=1) == labels).float().mean()


torch.manual_seed(1)
points = torch.randn(240, 2)
classes = (points.norm(dim=1) + 0.5 * torch.randn(240) > 1.2).long()
net = Sequential(Linear(2, 64), ReLU(), Linear(64, 64), ReLU(), Linear(64, 2))
problem = network(
    net,
    (points[:40], classes[:40]),
    CrossEntropyLoss(),
    validation=(points[40:], classes[40:]),
    metrics={"accuracy": accuracy},
)
adam = {"Adam": partial(Adam, lr=0.01), "AdamW": partial(torch.optim.AdamW, lr=0.01, weight_decay=3.0)}
fit = Experiment(problem, adam, steps=150)

scene = Scene(
    title="Learnt by heart",
    panels=[LossCurve(fit, title="Loss"), Series(fit, "accuracy")],
)
