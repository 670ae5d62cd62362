"""The edge of stability: beyond a sharpness of 2 / lr, gradient descent overshoots.

The sharpness is the largest eigenvalue of the loss's Hessian (Cohen et al., "Gradient
descent on neural networks typically occurs at the edge of stability", 2021).
"""

from functools import partial

import torch
from torch.nn import Linear, MSELoss, Sequential, Tanh
from torch.nn.utils import parameters_to_vector
from torch.optim import SGD

from animator import Experiment, LossCurve, Scene, Series
from animator.problems import network, random_plane


def sharpness(model, inputs, labels):
    """Return the largest eigenvalue of the Hessian, computed by power iteration."""
    params = list(model.parameters())
    loss = (model(inputs) - labels).square().mean()
    slope = parameters_to_vector(torch.autograd.grad(loss, params, create_graph=True))
    vector, value = torch.ones_like(slope), 0.0
    for _ in range(20):
        unit = vector / vector.norm()
        vector = torch.autograd.grad(slope @ unit, params, retain_graph=True)
        vector = parameters_to_vector(vector)
        value = unit @ vector
    return value


torch.manual_seed(0)
x = torch.linspace(-1, 1, 40)[:, None]
net = Sequential(Linear(1, 40), Tanh(), Linear(40, 40), Tanh(), Linear(40, 1))
metrics = {"sharpness": sharpness}
points = x, torch.sin(5 * x)
problem = network(
    net, points, MSELoss(), metrics=metrics, every=6, plane=random_plane()
)
rates = {f"lr {lr}": partial(SGD, lr=lr) for lr in (0.05, 0.1)}
edge = Experiment(problem, rates, steps=720)

bound = {"2 / lr": lambda run: 2 / run.lr[0, 0]}
panels = [
    Series(edge, "sharpness", title="Sharpness", lines=bound),
    LossCurve(edge, title="Loss"),
]
scene = Scene(title="The edge of stability", panels=panels, seconds=12)
