"""A network memorises noisy points; its validation loss shows when this begins."""

from functools import partial

import torch
from torch.nn import CrossEntropyLoss, Linear, ReLU, Sequential
from torch.optim import AdamW

from animator import Experiment, LossCurve, Scene, Series
from animator.problems import network


def accuracy(outputs, labels):
    """Return the fraction of points that are classified correctly."""
    return (outputs.argmax(dim=1) == labels).float().mean()


torch.manual_seed(1)
points = torch.randn(600, 2)
classes = (points.norm(dim=1) + 0.5 * torch.randn(600) > 1.2).long()
seen, unseen = (points[:100], classes[:100]), (points[100:], classes[100:])
net = Sequential(Linear(2, 64), ReLU(), Linear(64, 64), ReLU(), Linear(64, 2))
metrics = {"accuracy": accuracy}
problem = network(net, seen, CrossEntropyLoss(), validation=unseen, metrics=metrics)
decays = {f"weight decay {d}": partial(AdamW, lr=0.01, weight_decay=d) for d in (0, 5)}
fit = Experiment(problem, decays, steps=200)

panels = [LossCurve(fit, title="Loss"), Series(fit, "accuracy", title="Accuracy")]
scene = Scene(title="Learnt by heart", panels=panels, pace="log")
