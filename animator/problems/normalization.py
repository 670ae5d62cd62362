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
    """Return the layers whose running statistics change in training.

    Args:
        model: the model whose layers are returned.
        trained: a model of the same architecture, whose modes decide which layers
            update their statistics. Default: `model`.
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
    """Estimate the running statistics of the layers `learned` from all points.

    The other layers are in evaluation mode. If the points are evaluated in chunks, the
    statistics are the means over the chunks.
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
    """Make running statistics the arithmetic mean over the body's forward passes.

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
