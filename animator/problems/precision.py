"""The dtype in which a problem is computed."""

from __future__ import annotations

from typing import Any

import torch

from animator.base.errors import SceneError
from animator.problems.projected import Plane
from animator.problems.scalar import Scalar


def drawn_dtype(problem: Any) -> torch.dtype:
    """Return the real dtype of a problem's drawn parameters; float64 for a plane.

    If the problem's model has no such parameters, it is torch's default dtype.

    Args:
        problem: the problem.
    """
    if isinstance(problem, Plane):
        return torch.float64
    try:
        dtype = Scalar(problem.model(), problem.x.name).parameter.dtype
    except (AttributeError, SceneError):
        return torch.get_default_dtype()
    return dtype.to_real() if dtype.is_complex else dtype
