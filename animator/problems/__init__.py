"""Problems: a model, its data and a loss, with the two coordinates that are drawn."""

from animator.problems.coordinate import Coordinate
from animator.problems.curve import CurveFit, curve_fit
from animator.problems.functions import SurfaceProblem, surface
from animator.problems.line import LineFit, line_fit
from animator.problems.logistic import logistic_fit
from animator.problems.network import network
from animator.problems.planes import pca, random_plane, through, weights
from animator.problems.polynomial import Polynomial
from animator.problems.precision import drawn_dtype
from animator.problems.projected import Plane
from animator.problems.protocols import (
    Batched,
    BatchSource,
    Borrowed,
    CostlyMap,
    Evaluated,
    Measured,
    PlaneProblem,
    Problem,
    ProjectedProblem,
    WithMapNote,
    WithMinima,
)
from animator.problems.quadratic import quadratic
from animator.problems.scalar import Scalar
from animator.problems.testfunctions import (
    ackley,
    beale,
    booth,
    easom,
    goldstein_price,
    himmelblau,
    matyas,
    mccormick,
    monkey_saddle,
    rastrigin,
    ravine,
    rosenbrock,
    saddle,
    six_hump_camel,
    sphere,
    styblinski_tang,
    three_hump_camel,
)
from animator.problems.trained_network import Network

__all__ = [
    "BatchSource",
    "Batched",
    "Borrowed",
    "Coordinate",
    "CostlyMap",
    "CurveFit",
    "Evaluated",
    "LineFit",
    "Measured",
    "Network",
    "Plane",
    "PlaneProblem",
    "Polynomial",
    "Problem",
    "ProjectedProblem",
    "Scalar",
    "SurfaceProblem",
    "WithMapNote",
    "WithMinima",
    "ackley",
    "beale",
    "booth",
    "curve_fit",
    "drawn_dtype",
    "easom",
    "goldstein_price",
    "himmelblau",
    "line_fit",
    "logistic_fit",
    "matyas",
    "mccormick",
    "monkey_saddle",
    "network",
    "pca",
    "quadratic",
    "random_plane",
    "rastrigin",
    "ravine",
    "rosenbrock",
    "saddle",
    "six_hump_camel",
    "sphere",
    "styblinski_tang",
    "surface",
    "three_hump_camel",
    "through",
    "weights",
]
