# The public names, and where each is defined: type checkers read this file, and at run
# time each name is imported when it is first used.
from .base.errors import AnimatorError as AnimatorError
from .base.errors import RenderWarning as RenderWarning
from .base.errors import SceneError as SceneError
from .base.errors import WriteError as WriteError
from .drawing.drawing import Drawing as Drawing
from .drawing.drawing import Growing as Growing
from .drawing.panel import Panel as Panel
from .drawing.theme import DARK as DARK
from .drawing.theme import LIGHT as LIGHT
from .drawing.theme import Theme as Theme
from .experiments.details import Needs as Needs
from .experiments.experiment import Experiment as Experiment
from .experiments.lossmap import LossMap as LossMap
from .experiments.lossmap import loss_map as loss_map
from .experiments.own_loop import Recorder as Recorder
from .experiments.recorder import Recording as Recording
from .experiments.recorder import record as record
from .experiments.search import log_range as log_range
from .experiments.setting import Setting as Setting
from .experiments.trajectory import Trajectory as Trajectory
from .experiments.tuning import tune as tune
from .experiments.tuning import tune_lr as tune_lr
from .panels.boundary import Boundary as Boundary
from .panels.eigen import Eigen as Eigen
from .panels.fit import Fit as Fit
from .panels.heatmap import Heatmap as Heatmap
from .panels.learning_rate import LearningRate as LearningRate
from .panels.loss_curve import LossCurve as LossCurve
from .panels.parameters import Parameters as Parameters
from .panels.profile import Profile as Profile
from .panels.sensitivity import Sensitivity as Sensitivity
from .panels.series import Series as Series
from .panels.surface import Surface as Surface
from .panels.vectors import Vectors as Vectors
from .problems.protocols import Problem as Problem
from .rendering.clip import Clip as Clip
from .rendering.compositor import compose as compose
from .rendering.compositor import frames as frames
from .rendering.options import RenderOptions as RenderOptions
from .rendering.preview import Scene as Scene
from .rendering.renderer import render as render
from .scenes.loader import load as load
from .scenes.side_by_side import side_by_side as side_by_side
from .scenes.variants import vary as vary

__version__: str
