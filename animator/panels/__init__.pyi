# The kinds of panels, and where each is defined, as in `animator/__init__.pyi`.
import animator.drawing.drawing as _drawing
import animator.drawing.panel as _panel

from .boundary import Boundary as Boundary
from .eigen import Eigen as Eigen
from .fit import Fit as Fit
from .heatmap import Heatmap as Heatmap
from .learning_rate import LearningRate as LearningRate
from .loss_curve import LossCurve as LossCurve
from .parameters import Parameters as Parameters
from .profile import Profile as Profile
from .sensitivity import Sensitivity as Sensitivity
from .series import Series as Series
from .surface import Surface as Surface
from .vectors import Vectors as Vectors

Drawing = _drawing.Drawing
Growing = _drawing.Growing
Panel = _panel.Panel
