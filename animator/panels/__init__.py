"""The ways to show an experiment, one a file, and what a panel is."""

from animator.panels.drawing import Drawing, Growing, Panel
from animator.panels.fit import Fit
from animator.panels.heatmap import Heatmap
from animator.panels.losscurve import LossCurve
from animator.panels.parameters import Parameters
from animator.panels.vectors import Vectors

__all__ = [
    "Drawing",
    "Fit",
    "Growing",
    "Heatmap",
    "LossCurve",
    "Panel",
    "Parameters",
    "Vectors",
]
