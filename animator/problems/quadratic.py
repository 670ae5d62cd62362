"""A quadratic form of any dimension, given by its matrix or its eigenvalues."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.base.errors import SceneError
from animator.problems.network import network
from animator.problems.planes import PlaneMethod, weights
from animator.problems.trained_network import Network

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class QuadraticForm(torch.nn.Module):
    """The model of the quadratic form; its parameter ``w`` is the point."""

    matrix: torch.Tensor

    def __init__(self, matrix: torch.Tensor, start: torch.Tensor) -> None:
        """Store the matrix (n, n), and create ``w`` with the value `start` (n,)."""
        super().__init__()
        self.register_buffer("matrix", matrix)
        self.w = torch.nn.Parameter(start.clone())

    def forward(self, batch: Any) -> torch.Tensor:
        """Return ``wᵀ A w / 2`` (); the batch is ignored."""
        return self.w @ self.matrix @ self.w / 2


def quadratic(
    matrix: ArrayLike,
    *,
    start: Sequence[float] | None = None,
    plane: PlaneMethod | None = None,
    name: str = "quadratic",
    dtype: torch.dtype = torch.float64,
    names: tuple[str, str] | None = None,
) -> Network:
    """Create the problem of minimising ``f(w) = wᵀ A w / 2``, in any dimension n.

    Args:
        matrix: the symmetric matrix A (n, n), or the diagonal (n,) of a diagonal A.
        start: the initial w (n,). Default: ones.
        plane: the method that chooses the plane. Default: the plane of the first and
            the last weight.
        name: the name in titles and tables.
        dtype: the dtype of A and w.
        names: the labels of the x and y axes. Default: those of the plane.

    Returns:
        The problem.

    Raises:
        SceneError: the matrix is not symmetric and finite, or the shapes do not match.
    """
    try:
        values = np.asarray(matrix, np.float64)
        at = np.ones(len(values)) if start is None else np.asarray(start, np.float64)
    except (TypeError, ValueError) as error:
        raise SceneError(f"quadratic: {error}; give a matrix of numbers") from error
    if values.ndim == 1:
        values = np.diag(values)
    if values.ndim != 2 or values.shape[0] != values.shape[1] or len(values) < 2:
        raise SceneError(
            f"quadratic: the matrix has shape {values.shape}; give (n, n), or n "
            "eigenvalues, with n at least 2"
        )
    if not np.isfinite(values).all() or not np.allclose(values, values.T):
        raise SceneError(
            "quadratic: the matrix is not symmetric and finite; give (A + A.T) / 2"
        )
    if at.shape != (len(values),):
        raise SceneError(
            f"quadratic: start has shape {at.shape}; give {len(values)} numbers"
        )
    form = QuadraticForm(
        torch.tensor(values, dtype=dtype), torch.tensor(at, dtype=dtype)
    )
    drawn = plane or weights("w[0]", f"w[{len(values) - 1}]")
    points = torch.zeros(1)
    return network(form, points, _value, plane=drawn, name=name, names=names)


def _value(model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
    """Return the quadratic form () at the model's weights."""
    value: torch.Tensor = model(batch)
    return value
