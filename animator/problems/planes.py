"""Planes in the space of all weights, on which a network's loss is drawn."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch

from animator.base.checks import is_range, quoted
from animator.base.errors import SceneError
from animator.problems.scalar import Scalar

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Vector = NDArray[np.float64]
    Paths = Sequence[NDArray[np.floating]]

_MOST = 2000
"""How many weight vectors a plane is fitted to, at most."""


@dataclass(frozen=True, slots=True)
class Directions:
    """A plane: ``origin + x · right + y · up``, and what its axes are called.

    Attributes:
        origin: a vector of all weights (P,).
        right: the direction of x (P,).
        up: the direction of y (P,).
        names: of x and y.
        xlim: the range of x that is drawn; found so that the paths fit if not given.
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
    """Lays a plane through the paths of a model's weights."""

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        """Return the plane for a model and its paths, each (K, P)."""


@dataclass(frozen=True, slots=True)
class _Pca:
    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        vectors = np.concatenate(paths).astype(np.float64)
        stride = max(1, math.ceil(len(vectors) / _MOST))
        origin = vectors.mean(axis=0)
        away = vectors[::stride] - origin
        # As there are more weights than vectors, by the matrix of their products.
        shares, mixed = np.linalg.eigh(away @ away.T)
        if shares[-1] <= 0:
            raise SceneError("pca: the weights do not change; train for more steps")
        axes: list[Vector] = []
        for k in (-1, -2):
            axis = mixed[:, k] @ away
            length = np.linalg.norm(axis)
            if length <= 1e-9 * math.sqrt(shares[-1]):  # the path is straight
                axis = np.random.default_rng(0).standard_normal(len(origin))
                axis -= (axis @ axes[0]) * axes[0]
                length = np.linalg.norm(axis)
            axis /= length
            # The sign of an axis is a matter of choice: its largest part is positive.
            axes.append(axis * np.sign(axis[np.argmax(np.abs(axis))]))
        told = [
            f"PC {number}, {100 * max(shares[-number], 0) / shares.sum():.3g} %"
            for number in (1, 2)
        ]
        return Directions(origin, axes[0], axes[1], (told[0], told[1]))


def pca() -> PlaneMethod:
    """Lay the plane in which the paths differ most, by their principal components.

    The axes tell how much of the variance of all logged weights, of all settings and
    about their mean, each of them explains.

    Source: E. Lorch, Visualizing Deep Network Training Trajectories with PCA, 2016.
    """
    return _Pca()


@dataclass(frozen=True, slots=True)
class _Random:
    seed: int
    xlim: tuple[float, float]
    ylim: tuple[float, float]

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        origin = np.asarray(paths[0][-1], np.float64)
        chance = torch.Generator().manual_seed(self.seed)
        shapes = [parameter.shape for parameter in model.parameters()]

        def direction() -> Vector:
            parts, first = [], 0
            for shape in shapes:
                part = torch.randn(shape, generator=chance, dtype=torch.float64)
                here = torch.from_numpy(origin[first : first + part.numel()])
                parts.append(_like(part, here.view(shape)).flatten())
                first += part.numel()
            return np.asarray(torch.cat(parts).numpy())

        return Directions(
            origin,
            right=direction(),
            up=direction(),
            names=("random direction 1", "random direction 2"),
            xlim=self.xlim,
            ylim=self.ylim,
        )


def _like(part: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Scale each filter of a direction to the norm of that of the weights."""
    if weights.dim() < 2:
        return torch.zeros_like(part)
    flat, norms = part.flatten(1), weights.flatten(1).norm(dim=1, keepdim=True)
    lengths: torch.Tensor = flat.norm(dim=1, keepdim=True) + 1e-10
    found: torch.Tensor = (flat * norms / lengths).view_as(part)
    return found


def random_plane(
    seed: int = 0,
    *,
    xlim: tuple[float, float] = (-1.0, 1.0),
    ylim: tuple[float, float] = (-1.0, 1.0),
) -> PlaneMethod:
    """Lay a plane of two random, filter-normalised directions through the end.

    The end is that of the first setting. Each filter (a row, of a dense layer) of a
    direction has the norm of the filter in the weights; biases and other vectors stay
    as they are.

    Source: H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, Visualizing the Loss
    Landscape of Neural Nets, 2018.

    Args:
        seed: of the directions.
        xlim: how far to go along the first one.
        ylim: how far along the second one.

    Raises:
        SceneError: a range is none, or the seed no whole number.
    """
    for name, ends in (("xlim", xlim), ("ylim", ylim)):
        if not is_range(ends):
            raise SceneError(
                f"random_plane: {name} is {quoted(ends)}; give (low, high)"
            )
    if not isinstance(seed, int) or not 0 <= seed < 2**63:
        raise SceneError(
            f"random_plane: seed is {seed!r}; give a whole number, 0 or more"
        )
    return _Random(seed, xlim, ylim)


@dataclass(frozen=True, slots=True)
class _Through:
    checkpoints: tuple[Mapping[str, Any], ...]

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        vectors = []
        for number, checkpoint in enumerate(self.checkpoints, 1):
            parts = []
            for name, parameter in model.named_parameters():
                found = checkpoint.get(name)
                if found is None or found.shape != parameter.shape:
                    raise SceneError(
                        f"through: checkpoint {number} has no {name!r} of the shape "
                        f"{tuple(parameter.shape)}; give the model's state_dict()"
                    )
                parts.append(found.detach().cpu().double().flatten())
            vectors.append(torch.cat(parts).numpy())
        origin, second, third = vectors
        right, up = second - origin, third - origin
        wide = np.linalg.norm(right)
        right = right / (wide or 1)
        up = up - (up @ right) * right
        high = np.linalg.norm(up)
        if high <= 1e-9 * wide or not wide:
            raise SceneError("through: the checkpoints lie on a line; give others")
        return Directions(origin, right, up / high, ("to checkpoint 2", "to 3"))


def through(*checkpoints: Mapping[str, Any]) -> PlaneMethod:
    """Lay the plane through three checkpoints; the first one is its origin.

    Distances on it are those between the weights.

    Source: T. Garipov, P. Izmailov, D. Podoprikhin, D. Vetrov and A. Wilson, Loss
    Surfaces, Mode Connectivity, and Fast Ensembling of DNNs, 2018.

    Args:
        checkpoints: three, each as the model's ``state_dict()`` gives it.

    Raises:
        SceneError: they are not three.
    """
    if len(checkpoints) != 3 or not all(isinstance(c, Mapping) for c in checkpoints):
        raise SceneError(
            f"through: {len(checkpoints)} checkpoints; give three, each a state_dict()"
        )
    return _Through(checkpoints)


@dataclass(frozen=True, slots=True)
class _Weights:
    x: str
    y: str

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        axes = []
        for name in (self.x, self.y):
            scalar = Scalar(model, name)
            parts = [
                scalar.mask() if parameter is scalar.parameter
                else torch.zeros(parameter.shape, dtype=torch.bool)
                for parameter in model.parameters()
            ]  # fmt: skip
            axes.append(torch.cat([p.flatten() for p in parts]).double().numpy())
        origin = np.asarray(paths[0][-1], np.float64)
        origin = np.where(axes[0] + axes[1] > 0, 0.0, origin)  # x and y are the weights
        return Directions(origin, axes[0], axes[1], (self.x, self.y))


def weights(x: str, y: str) -> PlaneMethod:
    """Lay the plane of two chosen weights; the others are at the first setting's end.

    Args:
        x: the name of one, such as ``"0.weight[1, 2]"``.
        y: the name of the other.

    Raises:
        SceneError: they are no two names.
    """
    if not (isinstance(x, str) and isinstance(y, str)) or x == y:
        raise SceneError(f"weights: {x!r} and {y!r}; give the names of two weights")
    return _Weights(x, y)
