"""The plane through three checkpoints."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.problems.modules import real_parts, trainable
from animator.problems.planes.directions import Directions, Paths, PlaneMethod, Vector


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
                        f"through: checkpoint {number} has no {name!r} of shape "
                        f"{tuple(parameter.shape)}; give the model's state_dict()"
                    )
                parts.append(real_parts(found.detach().cpu()).double())
            vectors.append(torch.cat(parts).numpy())
        _check_frozen(model, vectors, np.asarray(paths[0][-1], np.float64))
        origin, second, third = vectors
        right, up = second - origin, third - origin
        wide = np.linalg.norm(right)
        right = right / (wide or 1)
        up = up - (up @ right) * right
        high = np.linalg.norm(up)
        if high <= 1e-9 * wide or not wide:
            raise SceneError("through: the checkpoints lie on a line; give others")
        return Directions(origin, right, up / high, ("to checkpoint 2", "to 3"))


def _check_frozen(
    model: torch.nn.Module, vectors: Sequence[Vector], end: Vector
) -> None:
    """Raise `SceneError` if a checkpoint and the model differ in frozen weights."""
    frozen = ~trainable(model.parameters())
    for number, vector in enumerate(vectors, 1):
        if not np.array_equal(vector[frozen], end[frozen], equal_nan=True):
            raise SceneError(
                f"through: checkpoint {number} has other frozen weights than the "
                "model; give checkpoints with the same, or unfreeze them with "
                "requires_grad_(True)"
            )


def through(*checkpoints: Mapping[str, Any]) -> PlaneMethod:
    """Choose the plane through three checkpoints; the first one is the origin.

    Distances on the plane equal Euclidean distances between the weights.

    Source: T. Garipov, P. Izmailov, D. Podoprikhin, D. Vetrov and A. Wilson, Loss
    Surfaces, Mode Connectivity, and Fast Ensembling of DNNs, 2018.

    Args:
        checkpoints: three state dicts, as returned by ``model.state_dict()``.

    Returns:
        The method, for the argument `plane` of `network`.

    Raises:
        SceneError: the arguments are not three state dicts.
    """
    if len(checkpoints) != 3:
        raise SceneError(f"through: {len(checkpoints)} checkpoints; give three")
    for checkpoint in checkpoints:
        if not isinstance(checkpoint, Mapping):
            raise SceneError(
                f"through: a checkpoint is {quoted(checkpoint)}; give "
                "model.state_dict()"
            )
    return _Through(checkpoints)
