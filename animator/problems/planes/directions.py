"""A plane in the space of all weights, and the protocol of methods that choose it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.problems.modules import trainable

Vector = NDArray[np.float64]
Paths = Sequence[NDArray[np.floating]]


@dataclass(frozen=True, slots=True)
class Directions:
    """A plane ``origin + x · right + y · up``, and the labels of its axes.

    Attributes:
        origin: the weight vector (P,) at x = y = 0.
        right: the direction of x (P,).
        up: the direction of y (P,).
        names: the labels of x and y.
        xlim: the range of x on the map. Default: fits the paths.
        ylim: the range of y on the map. Default: fits the paths.
    """

    origin: Vector
    right: Vector
    up: Vector
    names: tuple[str, str]
    xlim: tuple[float, float] | None = None
    ylim: tuple[float, float] | None = None

    def project(self, weights: NDArray[np.floating]) -> tuple[Vector, Vector]:
        """Project weights (K, P) orthogonally onto the plane.

        Returns:
            The coordinates (K, 2) of the nearest points of the plane, and the
            distances (K,) from it.

        Raises:
            SceneError: the two directions are parallel.
        """
        axes = np.stack([self.right, self.up])
        if np.linalg.matrix_rank(axes) < 2:
            raise SceneError(
                f"plane: {self.names[0]!r} and {self.names[1]!r} are one direction; "
                "give two"
            )
        away = np.asarray(weights, np.float64) - self.origin
        places = np.linalg.solve(axes @ axes.T, axes @ away.T).T
        off: Vector = np.linalg.norm(away - places @ axes, axis=1).astype(np.float64)
        return np.asarray(places), off


class PlaneMethod(Protocol):
    """Chooses a plane for the paths of a model's weights."""

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        """Return the plane for a model and its paths, each (K, P)."""


@runtime_checkable
class CheckedPlane(PlaneMethod, Protocol):
    """A method that can reject a model before the recording."""

    def check(self, model: torch.nn.Module) -> None:
        """Raise `SceneError` unless the method can be used with a model."""


def check_weights(caller: str, model: torch.nn.Module) -> None:
    """Raise `SceneError` unless a model has at least two trainable weights."""
    free = int(trainable(model.parameters()).sum())
    if free < 2:
        raise SceneError(
            f"{caller}: the model has {free} trainable weight, but a map needs two; "
            "give it another one, such as a bias"
        )
