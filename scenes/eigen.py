"""The error along each eigen-direction shrinks by its own factor in every step.

Gradient descent is slow along eigenvectors with small eigenvalues; with momentum, the
error shrinks along all of them at almost the same rate. (After G. Goh, "Why Momentum
Really Works", Distill, 2017.)
"""

from functools import partial

from torch.optim import SGD

from animator import Eigen, Experiment, Scene
from animator.problems import quadratic

bowl = quadratic([1.0, 3.0, 10.0, 30.0, 100.0], name="Five directions")
plain = Experiment(bowl, {"plain": partial(SGD, lr=2 / 101)}, steps=100)
momentum = partial(SGD, lr=0.033, momentum=0.67)
heavy = Experiment(bowl, {"momentum": momentum}, steps=100)

scene = Scene(
    title="Error along the eigen-directions",
    panels=[Eigen(plain, "Gradient descent"), Eigen(heavy, "Momentum 0.67")],
)
