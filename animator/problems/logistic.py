"""Logistic regression: fits the probability of a class to labelled points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.base.errors import SceneError
from animator.problems.coordinate import coordinate
from animator.problems.curve import CurveFit, curve_fit
from animator.problems.points import PointData, read_points

if TYPE_CHECKING:
    from animator.problems.line import Loss
    from animator.problems.points import Missing, Points


def _axis(name: str, ends: Any) -> tuple[str, float, float]:
    """Return (name, low, high)."""
    found = coordinate(name, ends)
    return name, found.low, found.high


def logistic_fit(
    *,
    points: Points | None = None,
    missing: Missing = "error",
    bias: tuple[float, float] = (-6.0, 6.0),
    weight: tuple[float, float] = (-2.0, 8.0),
    start: tuple[float, float] = (4.0, -1.0),
    loss: Loss | None = None,
    name: str | None = None,
    names: tuple[str, str] | None = None,
    validation: Points | None = None,
) -> CurveFit:
    """Fit a logistic regression: the class probability ``σ(weight · x + bias)``.

    Source: D. Cox, The Regression Analysis of Binary Sequences, 1958.

    Args:
        points: x (n,) and labels (n,), which are 0 or 1; or a table, as for `line_fit`.
            Default: 40 points of two overlapping classes.
        missing: ``"error"`` raises if a number is missing; ``"drop"`` leaves out points
            that lack a number.
        bias: the range of the map's x axis, as (low, high).
        weight: the range of the map's y axis, as (low, high).
        start: the initial values, as (bias, weight).
        loss: a function of logits (n, 1) and labels (n, 1) that returns a scalar.
            Default: ``BCEWithLogitsLoss()``.
        name: the name in titles and tables. Default: the class of the loss.
        names: the labels of the x and y axes. Default: ``("bias", "weight")``.
        validation: points and labels that are not used for training, in the same form
            as `points`. Their loss is logged as ``"validation loss"``.

    Returns:
        The problem.

    Raises:
        SceneError: the points are not valid, or a label is neither 0 nor 1.
    """
    if points is None:
        random = np.random.RandomState(7)
        labels = np.repeat([0.0, 1.0], 20)
        points = random.randn(40) + 2.2 * labels - 1.1, labels
    data = _read_labelled(points, "logistic_fit", missing)
    if validation is not None:
        validation = _read_labelled(validation, "logistic_fit: validation", missing)
    with torch.random.fork_rng(devices=()):  # the initial values are overwritten
        neuron = torch.nn.Linear(1, 1)
    return curve_fit(
        neuron,
        torch.nn.BCEWithLogitsLoss() if loss is None else loss,
        x=_axis("bias", bias),
        y=_axis("weight", weight),
        start=start,
        points=data,
        link=torch.sigmoid,
        name=name,
        names=names,
        validation=validation,
    )


def _read_labelled(points: Points, caller: str, missing: Missing) -> PointData:
    """Read points, and check that their labels are 0 or 1."""
    data = read_points(points, caller, missing=missing)
    wrong = data.y[(data.y != 0) & (data.y != 1)]
    if len(wrong):
        raise SceneError(f"{caller}: a label is {wrong[0]:g}; give 0 or 1")
    return data
