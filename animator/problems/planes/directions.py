"""A plane in the space of all weights, and what fits one to paths."""

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
    """A plane: ``origin + x · right + y · up``, and what its axes are called.

    Attributes:
        origin: a vector of all weights (P,).
        right: the direction of x (P,).
        up: the direction of y (P,).
        names: of x and y.
        xlim: the range of x that is drawn; chosen so that the paths fit if not given.
        ylim: the range of y.
    """

    origin: Vector
    right: Vector
    up: Vector
    names: tuple[str, str]
    xlim: tuple[float, float] | None = None
    ylim: tuple[float, float] | None = None

    def project(self, weights: NDArray[np.floating]) -> tuple[Vector, Vector]:
        """Return where weights (K, P) lie on the plane, and how far from it.

        Returns:
            Coordinates (K, 2) of the nearest points of the plane, and distances (K,).
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
    """Fits a plane to the paths of a model's weights."""

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        """Return the plane for a model and its paths, each (K, P)."""


@runtime_checkable
class CheckedPlane(PlaneMethod, Protocol):
    """A plane that knows before a run which models it suits."""

    def check(self, model: torch.nn.Module) -> None:
        """Raise `SceneError` unless it suits a model."""


def check_weights(caller: str, model: torch.nn.Module) -> None:
    """Raise `SceneError` unless a model has two weights to train."""
    free = int(trainable(model.parameters()).sum())
    if free < 2:
        raise SceneError(
            f"{caller}: the model has {free} weight to train, but a map needs two; "
            "give it another one, such as a bias"
        )
