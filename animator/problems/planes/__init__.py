"""Methods that choose a plane in weight space, one per module."""

from animator.problems.planes.checkpoints import through
from animator.problems.planes.chosen_weights import weights
from animator.problems.planes.directions import CheckedPlane, Directions, PlaneMethod
from animator.problems.planes.principal import pca
from animator.problems.planes.random_directions import random_plane

__all__ = [
    "CheckedPlane",
    "Directions",
    "PlaneMethod",
    "pca",
    "random_plane",
    "through",
    "weights",
]
