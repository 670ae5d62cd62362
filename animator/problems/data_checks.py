"""Checks the data of a network for gradients that training would not use."""

from __future__ import annotations

from animator.base.errors import SceneError
from animator.problems import trees
from animator.problems.objective import Objective
from animator.problems.trees import Tree


def check_no_graph(points: Tree) -> None:
    """Raise `SceneError` if the data have a graph, from a tensor that requires grad.

    A training loop could backpropagate through that graph only once.
    """
    if any(tensor.grad_fn is not None for tensor in trees.tensors(points)):
        raise SceneError(
            "the data are computed from a tensor that requires a gradient; give them "
            "as data.detach(), or move this computation into the model"
        )


def check_gradients(points: Tree, objective: Objective) -> None:
    """Raise `SceneError` if the data require a gradient that nothing uses.

    A loss or a model that differentiates with respect to the inputs uses it, such as
    for a differential equation.
    """
    if objective.needs_grad:
        return
    pair = isinstance(points, tuple | list) and len(points) == 2
    parts = dict(zip(("inputs", "labels"), points, strict=True)) if pair else {}
    for name, part in (parts or {"data": points}).items():
        if any(tensor.requires_grad for tensor in trees.tensors(part)):
            raise SceneError(
                f"the {name} require a gradient, but only the model's parameters are "
                f"trained; give them as {name}.detach(), or as a part of the model"
            )
