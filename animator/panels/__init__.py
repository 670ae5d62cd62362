"""Panels: the views of an experiment, one kind of view per file."""

from animator.drawing.drawing import Drawing, Growing
from animator.drawing.panel import Panel
from animator.panels.boundary import Boundary
from animator.panels.eigen import Eigen
from animator.panels.fit import Fit
from animator.panels.heatmap import Heatmap
from animator.panels.learning_rate import LearningRate
from animator.panels.loss_curve import LossCurve
from animator.panels.parameters import Parameters
from animator.panels.profile import Profile
from animator.panels.sensitivity import Sensitivity
from animator.panels.series import Series
from animator.panels.surface import Surface
from animator.panels.vectors import Vectors

__all__ = [
    "Boundary",
    "Drawing",
    "Eigen",
    "Fit",
    "Growing",
    "Heatmap",
    "LearningRate",
    "LossCurve",
    "Panel",
    "Parameters",
    "Profile",
    "Sensitivity",
    "Series",
    "Surface",
    "Vectors",
]
