"""A network bends the boundary between two moons until it separates them."""

from functools import partial

import numpy as np
import torch
from torch.nn import CrossEntropyLoss, Linear, Sequential, Tanh
from torch.optim import SGD, Adam

from animator import Boundary, Experiment, LossCurve, Scene
from animator.problems import network

torch.manual_seed(1)
turn = torch.rand(200) * np.pi
moons = torch.arange(200) % 2
x = torch.stack([turn.cos() + moons, turn.sin() * (1 - 2 * moons) + moons / 2], dim=1)
x += 0.12 * torch.randn_like(x)
net = Sequential(Linear(2, 12), Tanh(), Linear(12, 12), Tanh(), Linear(12, 2))
problem = network(net, (x, moons), CrossEntropyLoss(), name="Two moons")
sgd, momentum = partial(SGD, lr=0.3), partial(SGD, lr=0.1, momentum=0.9)
settings = {"Adam": partial(Adam, lr=0.01), "momentum": momentum, "SGD": sgd}
race = Experiment(problem, settings, steps=150)
# The opacity of a colour shows the probability of its class.
adam, every = Boundary(race, "Adam", setting="Adam"), Boundary(race, "All three")

scene = Scene(
    title="A boundary is learned",
    panels=[adam, every, LossCurve(race, "Loss")],
    mosaic="AB;AC",
)
