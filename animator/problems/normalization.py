"""Estimates the running statistics of normalisation layers from all points."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence

import torch
from torch.nn.modules.batchnorm import _NormBase

from animator.problems.evaluation import Evaluation


def normalizations(
    model: torch.nn.Module, trained: torch.nn.Module | None = None
) -> list[_NormBase]:
    """Return the layers whose running statistics training changes.

    Args:
        model: whose layers to return.
        trained: the model whose training modes decide which layers learn; `model`
            itself if not given.
    """
    parts = zip(model.modules(), (trained or model).modules(), strict=True)
    return [
        layer
        for layer, original in parts
        if isinstance(layer, _NormBase)
        and layer.running_mean is not None
        and original.training
    ]


def estimate(
    model: torch.nn.Module, learned: Sequence[_NormBase], evaluation: Evaluation
) -> None:
    """Estimate running statistics of some layers, the others in evaluation mode.

    They are computed over all points; if the points are evaluated in chunks, they are
    the mean over the chunks.
    """
    with contextlib.ExitStack() as stack:
        for layer in learned:
            layer.reset_running_stats()
            layer.train()
            stack.enter_context(_averaging(layer))
        evaluation.run_forward(model)
    for layer in learned:
        layer.eval()


@contextlib.contextmanager
def _averaging(layer: _NormBase) -> Iterator[None]:
    """Make running statistics a plain mean over the forward passes of the body.

    Source: the documentation of `torch.nn.BatchNorm1d`, momentum. Instance
        normalisation does not support ``momentum=None``.
    """
    momentum = layer.momentum
    passes = 0

    def weigh(*_: object) -> None:
        nonlocal passes
        passes += 1
        layer.momentum = 1 / passes

    layer.momentum = None
    hook = None
    if isinstance(layer, torch.nn.modules.instancenorm._InstanceNorm):
        hook = layer.register_forward_pre_hook(weigh)
    try:
        yield
    finally:
        layer.momentum = momentum
        if hook is not None:
            hook.remove()
