"""Checks the model, the loss and the drawn parameters of a curve fit."""

from __future__ import annotations

from typing import Any

import torch

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.problems.line import check_loss
from animator.problems.modules import extra_state, load_extra_state
from animator.problems.packing import is_equal
from animator.problems.references import refers_to
from animator.problems.scalar import Scalar


def check_model(model: object, loss: object) -> None:
    """Raise `SceneError` unless a copy of the model can be trained with the loss."""
    if not isinstance(model, torch.nn.Module):
        raise SceneError(
            f"curve_fit: {quoted(model)} is not a model; give a torch.nn.Module"
        )
    check_loss("curve_fit", loss)
    if refers_to(loss, model):
        raise SceneError(
            "curve_fit: the loss refers to the model, but a copy of it is trained; "
            "give network(model, data, loss, plane=weights(x, y))"
        )


def drawn_scalars(base: torch.nn.Module, x: Any, y: Any) -> tuple[Scalar, Scalar]:
    """Return two scalar parameters of a model, each given as (name, low, high)."""
    for which, drawn in (("x", x), ("y", y)):
        if not (
            isinstance(drawn, tuple) and len(drawn) == 3 and isinstance(drawn[0], str)
        ):
            raise SceneError(
                f"curve_fit: {which} is {quoted(drawn)}; give (name, low, high)"
            )
    try:
        scalars = Scalar(base, x[0]), Scalar(base, y[0])
    except SceneError as error:
        raise SceneError(f"curve_fit: {error}") from error
    if scalars[0].label == scalars[1].label:
        raise SceneError(
            f"curve_fit: x and y are both {x[0]!r}; give two different ones"
        )
    return scalars


def check_steady(problem: Any) -> None:
    """Raise `SceneError` if the model behaves differently in training and evaluation.

    The map would then differ from the loss that is minimised.
    """
    base = problem.base
    modes = [part.training for part in base.modules()]
    before = extra_state(base)
    losses = []
    for part in (base.train, base.eval):
        part()
        with seeded():
            losses.append(problem.loss(problem.model()).detach())
    for part, training in zip(base.modules(), modes, strict=True):
        part.training = training
    after = extra_state(base)
    changed = [name for name in before if not is_equal(before[name], after[name])]
    load_extra_state(base, before)
    same = torch.allclose(losses[0], losses[1], equal_nan=True)
    if any(modes) and (changed or not same):
        raise SceneError(
            f"curve_fit: {type(base).__name__} behaves differently in training and "
            "in evaluation, as with Dropout or BatchNorm; give model.eval(), or use "
            "network()"
        )
