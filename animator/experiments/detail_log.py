"""Logs what panels need of a run besides what is always recorded."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.errors import RenderWarning, SceneError
from animator.experiments.details import Details, Needs, dense, details_of, to_array
from animator.experiments.optimizers import group_of
from animator.problems.modules import (
    real_parts,
    sizes,
    to_vector,
    weight_dtype,
)

_ELEMENT = re.compile(r"(\w+)\[(\d+)\]")
"""An element of a hyperparameter, such as ``betas[0]``."""


class DetailLog:
    """Logs what was asked for, at every step or at every n-th."""

    def __init__(
        self,
        model: torch.nn.Module,
        optimizers: Sequence[Any],
        needs: Needs,
        steps: int,
    ) -> None:
        """Make room for the steps of a run."""
        self._model, self._optimizers, self._needs = model, optimizers, needs
        self._parameters = list(model.parameters())
        self._sizes = sizes(self._parameters)
        self._dtype = weight_dtype(self._parameters)
        count = needs.weights + needs.gradient
        room = count * self._dtype.itemsize + len(needs.state) * 8
        room *= sum(self._sizes)
        if needs.weights:
            room += sum(b.numel() * b.element_size() for b in model.buffers())
        self._stride = max(1, -(-room * (steps + 1) // needs.memory))
        self._kept: list[int] = []
        self._arrays: dict[str, list[NDArray[Any]]] = {}
        if self._stride > 1:
            warnings.warn(
                f"{sum(self._sizes):,} weights and what belongs to them are kept at "
                f"every {self._stride}th step, to fit into {needs.memory:,} bytes; "
                "give the panel more memory=, or take fewer steps",
                RenderWarning,
                stacklevel=2,
            )

    def log_params(self, step: int) -> None:
        """Log weights, buffers and state after a number of steps."""
        if step % self._stride:
            return
        self._kept.append(step)
        if self._needs.weights:
            self._keep("weights", to_vector(self._parameters).copy())
            for name, buffer in self._model.named_buffers():
                self._keep(f"buffer {name}", to_array(buffer))
        for name in self._needs.state:
            parts = [self._state_of(p, name) for p in self._parameters]
            self._keep(f"state {name}", np.concatenate(parts))
        if self._needs.gradient:  # for a step whose gradient is not taken
            self._keep("gradient", np.full(sum(self._sizes), np.nan, self._dtype))

    def log_gradient(self, step: int) -> None:
        """Log the gradient after a number of steps."""
        if not self._needs.gradient or step % self._stride:
            return
        gradients = [
            torch.zeros_like(p) if p.grad is None else p.grad.to_dense()
            for p in self._parameters
        ]
        self._arrays["gradient"][-1] = to_vector(gradients).copy()

    def drop(self, step: int) -> None:
        """Forget a step, at which the run diverged."""
        if self._kept and self._kept[-1] == step:
            del self._kept[-1]
            for rows in self._arrays.values():
                del rows[-1]

    def finish(self) -> Details | None:
        """Return what was logged; None if that is nothing."""
        if not self._kept:
            return None
        stacked = {name: np.stack(rows) for name, rows in self._arrays.items()}
        return details_of(np.array(self._kept), stacked)

    def _keep(self, name: str, values: NDArray[Any]) -> None:
        self._arrays.setdefault(name, []).append(values)

    def _state_of(
        self, parameter: torch.nn.Parameter, name: str
    ) -> NDArray[np.float64]:
        """Return a part of the optimizer's state for each number of a parameter."""
        (size,) = sizes([parameter])
        value = _value(self._optimizers, parameter, name)
        if value is None:
            return np.full(size, np.nan)
        values = np.asarray(real_parts(dense(value)).double().numpy())
        if values.size not in (1, size):
            raise SceneError(
                f"the optimizer's {name!r} has the shape {tuple(value.shape)}, its "
                f"weights {tuple(parameter.shape)}; ask for a part that has one number "
                "for each weight"
            )
        return np.broadcast_to(values, size)


def _value(
    optimizers: Sequence[Any], parameter: torch.nn.Parameter, name: str
) -> torch.Tensor | None:
    """Return a part of an optimizer's state, or a hyperparameter, of a parameter."""
    element = _ELEMENT.fullmatch(name)
    key = element[1] if element else name
    sources: list[Callable[[], Any]] = [
        *(lambda o=o: o.state.get(parameter, {}) for o in optimizers),
        lambda: group_of(optimizers, parameter),
    ]
    for source in sources:
        value = source().get(key)
        if value is not None:
            value = value[int(element[2])] if element else value
            if isinstance(value, torch.Tensor):
                return value
            return torch.tensor(float(value), dtype=torch.float64)
    return None
