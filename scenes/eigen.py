"""Along each eigen-direction the error shrinks by a factor of its own in every step.

Gradient descent is slow where the eigenvalue is small; momentum lets all directions
shrink at almost the same rate. (After "Why Momentum Really Works", Distill, 2017.)
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
