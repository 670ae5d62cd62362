"""Logistic regression: the probability of a class fitted to points of two classes."""

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


def _named(name: str, ends: Any) -> tuple[str, float, float]:
    """Return a name and the two ends of a range."""
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
    """Fit the probability ``σ(weight · x + bias)`` of a class: logistic regression.

    Args:
        points: x (n,) and labels (n,), 0 or 1, or a table, as `line_fit` takes them; if
            not given, 40 points of two classes that overlap.
        missing: ``"drop"`` leaves out points that lack a number; otherwise they are an
            error.
        bias: the map's range to the right.
        weight: the map's range upward.
        start: bias and weight at the start.
        loss: of logits and labels; ``BCEWithLogitsLoss()`` if not given.
        name: what to call it; the class of the loss if not given.
        names: what the axes are called, if not bias and weight.
        validation: other points and labels, which are not trained on. The loss over
            them is logged as ``"validation loss"``.

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
        x=_named("bias", bias),
        y=_named("weight", weight),
        start=start,
        points=data,
        link=torch.sigmoid,
        name=name,
        names=names,
        validation=validation,
    )


def _read_labelled(points: Points, caller: str, missing: Missing) -> PointData:
    """Read points whose labels are 0 or 1."""
    data = read_points(points, caller, missing=missing)
    wrong = data.y[(data.y != 0) & (data.y != 1)]
    if len(wrong):
        raise SceneError(f"{caller}: a label is {wrong[0]:g}; give 0 or 1")
    return data
