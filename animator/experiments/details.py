"""Logs what a panel asks for: all weights, gradients, and the optimizer's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.checks import is_integer, quoted
from animator.base.errors import SceneError
from animator.problems.modules import (
    load_extra_state,
    set_vector,
)

MEMORY = 1 << 29
"""Bytes that the details of one run may take, unless a panel says otherwise."""


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
        """Give a model the weights and buffers that it had after a number of steps.

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


def dense(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor without its graph, dense, on the processor."""
    return tensor.detach().to_dense().cpu()


def to_array(tensor: torch.Tensor) -> NDArray[Any]:
    """Return a copy of a buffer; NumPy has no bfloat16, which float32 holds exactly."""
    tensor = dense(tensor)
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    return np.asarray(tensor.clone().numpy())
