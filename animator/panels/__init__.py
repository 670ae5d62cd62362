"""The ways to show an experiment, one a file, and what a panel is."""

from animator.panels.drawing import Drawing, Growing, Panel
from animator.panels.fit import Fit
from animator.panels.heatmap import Heatmap
from animator.panels.learningrate import LearningRate
from animator.panels.losscurve import LossCurve
from animator.panels.parameters import Parameters
from animator.panels.profile import Profile
from animator.panels.surface import Surface
from animator.panels.vectors import Vectors

__all__ = [
    "Drawing",
    "Fit",
    "Growing",
    "Heatmap",
    "LearningRate",
    "LossCurve",
    "Panel",
    "Parameters",
    "Profile",
    "Surface",
    "Vectors",
]
