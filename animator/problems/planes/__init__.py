"""Planes in weight space, on which a network's loss is drawn; one kind a file."""

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
