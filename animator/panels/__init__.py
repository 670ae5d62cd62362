"""The ways to show an experiment, one a file, and what a panel is."""

from animator.panels.drawing import Drawing, Growing, Panel
from animator.panels.fit import Fit
from animator.panels.heatmap import Heatmap

__all__ = ["Drawing", "Fit", "Growing", "Heatmap", "Panel"]
