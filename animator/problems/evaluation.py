"""Evaluates a loss over all points, in chunks of bounded size where that is exact."""

from __future__ import annotations

import contextlib
import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from animator.base.seeding import seeded
from animator.problems import trees
from animator.problems.data import Data
from animator.problems.hidden_state import changes_state
from animator.problems.modules import copy_module
from animator.problems.objective import Objective, outputs, split
from animator.problems.splitting import Splitting, find_splitting, join_outputs
from animator.problems.trees import Tree


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """Evaluates the loss over all points, in the model's current mode, without a graph.

    Attributes:
        objective: the loss over a batch.
        points: all points.
        size: the number of points.
        chunk: the maximum number of points evaluated at once.
        splitting: how the loss is computed from chunks.
        is_random: whether the evaluation draws random numbers, also in evaluation mode;
            the random generators are then seeded.
        has_state: whether the evaluation changes state of the loss or the model, such
            as a counter or a hidden state; the state is then restored.
    """

    objective: Objective
    points: Tree
    size: int
    chunk: int
    splitting: Splitting
    is_random: bool
    has_state: bool

    def __call__(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points."""
        with seeded() if self.is_random else contextlib.nullcontext():
            if self.splitting == "once":
                return self.objective.evaluate(model, self.points)
            if self.splitting == "outputs":
                return self._over_outputs(model)
            return self._over_losses(model)

    def chunks(self) -> Iterator[Tree]:
        """Yield all points in chunks of nearly equal size."""
        if self.splitting == "once":
            yield self.points
            return
        count = math.ceil(self.size / self.chunk)
        ends = [self.size * index // count for index in range(count + 1)]
        for first, last in itertools.pairwise(ends):
            yield trees.select(self.points, slice(first, last))

    def run_forward(self, model: torch.nn.Module) -> None:
        """Run the model on all points, which updates its running statistics."""
        for chunk in self.chunks():
            if self.objective.of_model:
                self.objective.evaluate(model, chunk)
            else:
                with torch.set_grad_enabled(self.objective.needs_grad):
                    outputs(model, split(chunk)[0])

    def _over_outputs(self, model: torch.nn.Module) -> torch.Tensor:
        try:
            return join_outputs(self.objective, model, self.chunks(), self.points)
        except ValueError:  # outputs of chunks differ in shape
            return self.objective.evaluate(model, self.points)

    def _over_losses(self, model: torch.nn.Module) -> torch.Tensor:
        total, dtype = 0.0, torch.get_default_dtype()
        for chunk in self.chunks():
            value = self.objective.evaluate(model, chunk)
            share = 1.0
            if self.splitting == "mean":
                share = trees.length(chunk) / self.size
            total, dtype = total + share * value.item(), value.dtype
        return torch.tensor(total, dtype=dtype)


def prepare(
    objective: Objective, base: torch.nn.Module, data: Data, memory: int
) -> Evaluation:
    """Choose how to evaluate the loss over all points within `memory` bytes."""
    points = data.points
    with seeded():
        has_state = _changes_state(objective, base, data)
        is_random = _draws_random_numbers(objective, base, data)
        chunk = max(1, memory // _memory_of(objective, base, data))
    splitting: Splitting = "once"
    if data.size > chunk and not (is_random or has_state):
        splitting = find_splitting(objective, base, points, chunk)
    return Evaluation(
        objective, points, data.size, chunk, splitting, is_random, has_state
    )


def _memory_of(objective: Objective, base: torch.nn.Module, data: Data) -> int:
    """Return the approximate bytes of all layers' outputs for one point."""
    model, few = copy_module(base).eval(), data.first(1)
    given = trees.tensors(few)
    counts = [sum(tensor.numel() for tensor in given[:-1] or given)]

    def count(module: torch.nn.Module, given: object, output: object) -> None:
        counts.append(sum(t.numel() for t in trees.tensors(output)))

    try:
        for module in model.modules():
            module.register_forward_hook(count)
        objective.evaluate(model, few)
    except Exception:  # the loss needs more points, or the module is scripted
        return 4 * max(1, counts[0])
    return 4 * max(1, sum(counts))


def _draws_random_numbers(
    objective: Objective, base: torch.nn.Module, data: Data
) -> bool:
    """Return whether the loss of a few points draws global random numbers."""
    before = _random_state()
    _try_few(objective, copy_module(base).eval(), data)
    return _random_state() != before


def _changes_state(objective: Objective, base: torch.nn.Module, data: Data) -> bool:
    """Return whether the loss of a few points changes state of the loss or model."""
    model = copy_module(base).eval()
    return changes_state(
        lambda: _try_few(objective, model, data), model, objective.function
    )


def _try_few(objective: Objective, model: torch.nn.Module, data: Data) -> None:
    for few in (data.first(2), data.points):
        with contextlib.suppress(Exception):  # the loss needs more points
            objective.evaluate(model, few)
            return


def _random_state() -> tuple[Any, ...]:
    """Return the states of all global random generators, in comparable form."""
    kind, keys, *others = np.random.get_state()  # noqa: NPY002
    devices = [torch.random.get_rng_state()]
    if torch.cuda.is_initialized():
        devices += torch.cuda.get_rng_state_all()
    return (
        random.getstate(),
        (kind, np.asarray(keys).tobytes(), *others),
        tuple(state.numpy().tobytes() for state in devices),
    )
