"""The plane of two random directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch

from animator.base.checks import is_integer, is_range, quoted
from animator.base.errors import SceneError
from animator.problems.modules import trainable
from animator.problems.planes.directions import (
    Directions,
    Paths,
    PlaneMethod,
    Vector,
    check_weights,
)


@dataclass(frozen=True, slots=True)
class _Random:
    seed: int
    xlim: tuple[float, float]
    ylim: tuple[float, float]

    def check(self, model: torch.nn.Module) -> None:
        check_weights("random_plane", model)

    def fit(self, model: torch.nn.Module, paths: Paths) -> Directions:
        origin = np.asarray(paths[0][-1], np.float64)
        free = trainable(model.parameters())
        chance = torch.Generator().manual_seed(self.seed)

        def direction() -> Vector:
            parts, first = [], 0
            for parameter in model.parameters():
                shape = (
                    (*parameter.shape, 2) if parameter.is_complex() else parameter.shape
                )
                part = torch.randn(shape, generator=chance, dtype=torch.float64)
                here = torch.from_numpy(origin[first : first + part.numel()])
                parts.append(_normalize_filters(part, here.view(shape)).flatten())
                first += part.numel()
            return np.asarray(torch.cat(parts).numpy()) * free

        return Directions(
            origin,
            right=direction(),
            up=direction(),
            names=("random direction 1", "random direction 2"),
            xlim=self.xlim,
            ylim=self.ylim,
        )


def _normalize_filters(part: torch.Tensor, weights: torch.Tensor) -> torch.Tensor:
    """Scale each filter of a direction to the norm of the filter in the weights."""
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
    """Choose two random, filter-normalised directions through the final weights.

    The final weights are those of the first setting. Each filter (in a dense layer,
    each row) of a direction has the norm of the same filter in the weights. Biases,
    other vectors and frozen weights are constant.

    Source: H. Li, Z. Xu, G. Taylor, C. Studer and T. Goldstein, Visualizing the Loss
    Landscape of Neural Nets, 2018.

    Args:
        seed: the seed of the random directions.
        xlim: the range along the first direction, as (low, high).
        ylim: the range along the second direction.

    Returns:
        The method, for the argument `plane` of `network`.

    Raises:
        SceneError: a range is not valid, or the seed is not an integer from 0.
    """
    for name, ends in (("xlim", xlim), ("ylim", ylim)):
        if not is_range(ends):
            raise SceneError(
                f"random_plane: {name} is {quoted(ends)}; give (low, high)"
            )
    if not is_integer(seed, 0, 2**63 - 1):
        raise SceneError(
            f"random_plane: seed is {seed!r}; give a whole number, 0 or more"
        )
    return _Random(seed, xlim, ylim)
