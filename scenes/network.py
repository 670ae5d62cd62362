"""A network learns handwritten digits.

The map is the plane through weight space in which the paths of its 2,410 weights vary
most; the axis labels give the explained variance. This scene needs scikit-learn: pip
install "descent-animator[data]".
"""

from functools import partial

import torch
from sklearn.datasets import load_digits
from torch.nn import CrossEntropyLoss, Linear, ReLU, Sequential
from torch.optim import SGD, Adam

from animator import Experiment, Heatmap, LossCurve, Scene, Setting
from animator.problems import network

torch.manual_seed(0)
images, digits = load_digits(return_X_y=True)
net = Sequential(Linear(64, 32), ReLU(), Linear(32, 10))
problem = network(net, (images / 16, digits), CrossEntropyLoss(), name="Digits")
sgd, momentum = partial(SGD, lr=0.2), partial(SGD, lr=0.1, momentum=0.9)
optimizers = {"SGD": sgd, "momentum": momentum, "Adam": partial(Adam, lr=0.005)}
settings = {label: Setting(make, batch_size=100) for label, make in optimizers.items()}
race = Experiment(problem, settings, steps=200)

maps = [Heatmap(race, scale="log", contours=12), LossCurve(race, title="Loss")]
scene = Scene(title="A network learns", panels=maps)
