"""Determines how the loss over all points can be computed from chunks of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import torch

from animator.base.seeding import seeded
from animator.problems import trees
from animator.problems.modules import copy_module
from animator.problems.objective import Objective, outputs, split
from animator.problems.trees import Tree

Splitting = Literal["once", "outputs", "mean", "sum"]
"""How the loss over all points is computed from chunks:

``"outputs"`` concatenates the outputs of the chunks and evaluates the criterion once,
so that class weights, ignored labels and sums are exact; ``"mean"`` and ``"sum"``
combine the losses of the chunks; ``"once"`` evaluates all points without chunks.
"""
_PART = 32
"""The points in each of the two parts that are compared to find the splitting."""


def join_outputs(
    objective: Objective, model: torch.nn.Module, chunks: Iterator[Tree], points: Tree
) -> torch.Tensor:
    """Return a criterion's value () over the concatenated outputs of chunks.

    Raises:
        ValueError: the outputs cannot be concatenated.
    """
    with torch.set_grad_enabled(objective.needs_grad):
        parts = [
            trees.map_tensors(outputs(model, split(chunk)[0]), torch.Tensor.detach)
            for chunk in chunks
        ]
        joined = trees.concatenate(parts)
        return objective.function(joined, split(points)[1]).detach()


def find_splitting(
    objective: Objective, base: torch.nn.Module, points: Tree, chunk: int
) -> Splitting:
    """Determine how the loss over all points can be computed from chunks.

    The test uses weights near the start, not the start itself, where all losses could
    be equal, for example with a last layer of zeros.
    """
    size = trees.length(points)
    if size <= chunk:
        return "once"
    order = torch.randperm(size, generator=torch.Generator().manual_seed(0))
    order = order.to(trees.tensors(points)[0].device)
    try:
        with seeded():
            model = _perturbed(base)
            if objective.of_model:
                return _find_additive(objective, model, points, order, chunk)
            return _find_joined(objective, model, points, order[:61])
    except Exception:  # the loss or the model needs all points
        return "once"


def _perturbed(base: torch.nn.Module) -> torch.nn.Module:
    """Return a copy of a model in evaluation mode, with perturbed weights."""
    model = copy_module(base).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.numel():
                scale = 0.1 * parameter.abs().mean() + 0.05
                parameter.add_(scale * torch.randn_like(parameter))
    return model


def _find_joined(
    objective: Objective, model: torch.nn.Module, points: Tree, index: torch.Tensor
) -> Splitting:
    """Test whether the concatenated outputs of two parts give the same loss."""
    cut = max(1, 2 * len(index) // 3)
    every, left, right = (
        trees.select(points, part) for part in (index, index[:cut], index[cut:])
    )
    expected = objective.evaluate(model, every)
    joined = join_outputs(objective, model, iter([left, right]), every)
    return "outputs" if torch.allclose(joined, expected, rtol=1e-4) else "once"


def _find_additive(
    objective: Objective,
    model: torch.nn.Module,
    points: Tree,
    order: torch.Tensor,
    chunk: int,
) -> Splitting:
    """Test whether the loss is the mean or the sum of the losses of its parts.

    Each point is in a small group, whose loss is compared with the losses of its
    halves. This detects a single point with a different weight.
    """
    possible: set[Splitting] = {"mean", "sum"}
    groups = [order[:chunk], *order.split(2 * min(_PART, max(1, chunk // 2)))]
    for group in groups:
        half = len(group) // 2
        if not half:
            continue
        values = [
            objective.evaluate(model, trees.select(points, part))
            for part in (group, group[:half], group[half:])
        ]
        tolerance = max(64 * torch.finfo(values[0].dtype).eps, 1e-10)
        all_points, left, right = (value.item() for value in values)
        tolerance *= max(abs(all_points), abs(left), abs(right))
        share = half / len(group)
        if not abs(share * left + (1 - share) * right - all_points) <= tolerance:
            possible.discard("mean")
        if not abs(left + right - all_points) <= tolerance:
            possible.discard("sum")
        if not possible or torch.finfo(values[0].dtype).bits < 32:
            return "once"
    return min(possible)
