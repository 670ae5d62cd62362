"""Logs what a panel asks for: all weights, gradients, and the optimizer's state."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.checks import is_integer, quoted
from animator.base.errors import RenderWarning, SceneError
from animator.experiments.optimizers import group_of
from animator.problems.modules import (
    load_extra_state,
    real_parts,
    set_vector,
    sizes,
    to_vector,
    weight_dtype,
)

MEMORY = 1 << 29
"""Bytes that the details of one run may take, unless a panel says otherwise."""
_ELEMENT = re.compile(r"(\w+)\[(\d+)\]")


@dataclass(frozen=True, slots=True)
class Needs:
    """What a panel needs of each run besides the two numbers that are drawn.

    Attributes:
        weights: whether it needs all weights and buffers of the model at every step.
        gradient: whether it needs the gradient of all weights at every step.
        state: what it needs of the optimizer at every step: names of its state, such
            as ``"exp_avg"``, and hyperparameters, such as ``"lr"`` or ``"betas[0]"``.
        memory: bytes that all this may take for one run; if that does not suffice, only
            every n-th step is kept, and a warning says so.

    Raises:
        SceneError: a name is no text, or `memory` is no number of bytes.
    """

    weights: bool = False
    gradient: bool = False
    state: tuple[str, ...] = ()
    memory: int = MEMORY

    def __post_init__(self) -> None:
        if not isinstance(self.state, tuple) or not all(
            isinstance(name, str) for name in self.state
        ):
            raise SceneError(
                f"Needs: state is {quoted(self.state)}; give names in a tuple, such as "
                '("exp_avg",)'
            )
        if not is_integer(self.memory, 1):
            raise SceneError(
                f"Needs: memory is {quoted(self.memory)}; give a number of bytes"
            )

    def __or__(self, other: Needs) -> Needs:
        """Return what two panels need together."""
        return Needs(
            self.weights or other.weights,
            self.gradient or other.gradient,
            tuple(dict.fromkeys(self.state + other.state)),
            max(self.memory, other.memory),
        )

    def __bool__(self) -> bool:
        return self.weights or self.gradient or bool(self.state)


NOTHING = Needs()
"""What most panels need."""


@dataclass(frozen=True, slots=True, eq=False)
class Details:
    """All weights of a run and more, at the steps that were kept.

    The P weights are in the order of ``model.parameters()``; a complex one is two real
    numbers. What was not asked for is None, or missing.
    """

    steps: NDArray[np.int64]  # (K,), all of them unless memory did not suffice
    weights: NDArray[np.floating] | None  # (K, P)
    gradient: NDArray[np.floating] | None  # (K, P), as the optimizer gets it
    state: Mapping[str, NDArray[np.float64]]
    """By name (K, P), before the step is made; NaN where a weight has none."""
    buffers: Mapping[str, NDArray[Any]]
    """The model's buffers by name, each (K, …), or (1, …) if it does not change."""

    @property
    def is_complete(self) -> bool:
        """Whether every step was kept."""
        return bool(len(self.steps) == self.steps[-1] + 1)

    def row(self, step: float) -> int:
        """Return the row of the last step that was kept, up to a step."""
        return max(int(np.searchsorted(self.steps, int(step), "right")) - 1, 0)

    def load_into(self, model: torch.nn.Module, step: float) -> None:
        """Give a model the weights and buffers that it had after so many steps.

        Raises:
            SceneError: the weights were not recorded.
        """
        if self.weights is None:
            raise SceneError(
                "the weights were not recorded; let the panel have "
                "needs = Needs(weights=True)"
            )
        row = self.row(step)
        parameters = list(model.parameters())
        set_vector(parameters, torch.from_numpy(self.weights[row].copy()))
        buffers = dict(model.named_buffers())
        state = {
            name: torch.from_numpy(np.array(values[min(row, len(values) - 1)])).to(
                buffers[name].dtype
            )
            for name, values in self.buffers.items()
        }
        load_extra_state(model, state)


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
        """Log weights, buffers and state after so many steps."""
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
        """Log the gradient after so many steps."""
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
        values = np.asarray(real_parts(_dense(value)).double().numpy())
        if values.size not in (1, size):
            raise SceneError(
                f"the optimizer's {name!r} has the shape {tuple(value.shape)}, its "
                f"weights {tuple(parameter.shape)}; ask for a part that has one number "
                "for each weight"
            )
        return np.broadcast_to(values, size)


def details_of(steps: NDArray[np.int64], arrays: Mapping[str, Any]) -> Details:
    """Return details whose rows were kept, by name; one row of a buffer that stays."""
    parts: dict[str, dict[str, Any]] = {"state": {}, "buffer": {}}
    for key, rows in arrays.items():
        kind, _, name = key.partition(" ")
        if kind in parts:
            stays = kind == "buffer" and not (rows != rows[:1]).any()
            parts[kind][name] = rows[:1] if stays else rows
    weights, gradient = arrays.get("weights"), arrays.get("gradient")
    return Details(steps, weights, gradient, parts["state"], parts["buffer"])


def packed_details(details: Details) -> dict[str, NDArray[Any]]:
    """Return details as arrays by name; `unpacked_details` is the inverse."""
    arrays: dict[str, Any] = {"steps": details.steps}
    for name in ("weights", "gradient"):
        if getattr(details, name) is not None:
            arrays[name] = getattr(details, name)
    arrays |= {f"state {name}": rows for name, rows in details.state.items()}
    return arrays | {f"buffer {name}": rows for name, rows in details.buffers.items()}


def unpacked_details(arrays: Mapping[str, NDArray[Any]]) -> Details | None:
    """Return the details that were packed; None if there were none."""
    if "steps" not in arrays:
        return None
    rows = {name: values for name, values in arrays.items() if name != "steps"}
    return details_of(arrays["steps"], rows)


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


def _dense(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.detach().to_dense().cpu()


def to_array(tensor: torch.Tensor) -> NDArray[Any]:
    """Return a copy of a buffer; NumPy has no bfloat16, which float32 holds exactly."""
    tensor = _dense(tensor)
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    return np.asarray(tensor.clone().numpy())
