"""Logs the additional data that panels need: weights, gradients and state."""

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
from animator.experiments.optimizers import param_group
from animator.problems.modules import (
    real_parts,
    sizes,
    to_vector,
    weight_dtype,
)

_ELEMENT = re.compile(r"(\w+)\[(\d+)\]")
"""An element of a hyperparameter, such as ``betas[0]``."""


class DetailLog:
    """Logs the requested data at every step, or at every n-th step."""

    def __init__(
        self,
        model: torch.nn.Module,
        optimizers: Sequence[Any],
        needs: Needs,
        steps: int,
    ) -> None:
        """Prepare the log for a run of some steps."""
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
                f"{sum(self._sizes):,} weights and their details are kept at every "
                f"{self._stride}th step, to fit into {needs.memory:,} bytes; "
                "give the panel more memory=, or use fewer steps",
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
        if self._needs.gradient:  # for a step without a gradient
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
        """Remove the step at which the run diverged."""
        if self._kept and self._kept[-1] == step:
            del self._kept[-1]
            for rows in self._arrays.values():
                del rows[-1]

    def finish(self) -> Details | None:
        """Return the logged data; None if nothing was logged."""
        if not self._kept:
            return None
        stacked = {name: np.stack(rows) for name, rows in self._arrays.items()}
        return details_of(np.array(self._kept), stacked)

    def _keep(self, name: str, values: NDArray[Any]) -> None:
        self._arrays.setdefault(name, []).append(values)

    def _state_of(
        self, parameter: torch.nn.Parameter, name: str
    ) -> NDArray[np.float64]:
        """Return an entry of the optimizer's state for each element of a parameter."""
        (size,) = sizes([parameter])
        value = _value(self._optimizers, parameter, name)
        if value is None:
            return np.full(size, np.nan)
        values = np.asarray(real_parts(dense(value)).double().numpy())
        if values.size not in (1, size):
            raise SceneError(
                f"the optimizer's {name!r} has shape {tuple(value.shape)}, but its "
                f"weights have shape {tuple(parameter.shape)}; request state that has "
                "one number for each weight"
            )
        return np.broadcast_to(values, size)


def _value(
    optimizers: Sequence[Any], parameter: torch.nn.Parameter, name: str
) -> torch.Tensor | None:
    """Return the state or hyperparameter of a parameter with a name; None if absent."""
    element = _ELEMENT.fullmatch(name)
    key = element[1] if element else name
    sources: list[Callable[[], Any]] = [
        *(lambda o=o: o.state.get(parameter, {}) for o in optimizers),
        lambda: param_group(optimizers, parameter),
    ]
    for source in sources:
        value = source().get(key)
        if value is not None:
            value = value[int(element[2])] if element else value
            if isinstance(value, torch.Tensor):
                return value
            return torch.tensor(float(value), dtype=torch.float64)
    return None
