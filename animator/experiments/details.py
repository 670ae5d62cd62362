"""The additional data that panels request: weights, gradients, optimizer state."""

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

DETAILS_MEMORY = 1 << 29
"""The default maximum memory for the details of one run, in bytes."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The data of each run that a panel needs besides the two drawn parameters.

    Attributes:
        weights: whether to record all weights and buffers of the model at every step.
        gradient: whether to record the gradient of all weights at every step.
        state: the optimizer's state and hyperparameters to record at every step, by
            name, such as ``"exp_avg"``, ``"lr"`` or ``"betas[0]"``.
        memory: the maximum memory for one run, in bytes. If it does not suffice, only
            every n-th step is kept, with a warning.

    Raises:
        SceneError: a name is not a string, or `memory` is not a number of bytes.
    """

    weights: bool = False
    gradient: bool = False
    state: tuple[str, ...] = ()
    memory: int = DETAILS_MEMORY

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
        """Return the union of the needs of two panels."""
        return Needs(
            self.weights or other.weights,
            self.gradient or other.gradient,
            tuple(dict.fromkeys(self.state + other.state)),
            max(self.memory, other.memory),
        )

    def __bool__(self) -> bool:
        return self.weights or self.gradient or bool(self.state)


NOTHING = Needs()
"""The needs of most panels."""


@dataclass(frozen=True, slots=True, eq=False)
class Details:
    """The weights of a run and other data, at the steps that were kept.

    The P weights are in the order of ``model.parameters()``; a complex weight becomes
    two real numbers. Data that were not requested are None, or missing.
    """

    steps: NDArray[np.int64]  # (K,), every step if memory suffices
    weights: NDArray[np.floating] | None  # (K, P)
    gradient: NDArray[np.floating] | None  # (K, P), as the optimizer gets it
    state: Mapping[str, NDArray[np.float64]]
    """By name (K, P), before each step; NaN for weights without this state."""
    buffers: Mapping[str, NDArray[Any]]
    """The model's buffers by name, each (K, …), or (1, …) if constant."""

    @property
    def is_complete(self) -> bool:
        """Whether every step was kept."""
        return bool(len(self.steps) == self.steps[-1] + 1)

    def row(self, step: float) -> int:
        """Return the row of the last kept step that is not after `step`."""
        return max(int(np.searchsorted(self.steps, int(step), "right")) - 1, 0)

    def load_into(self, model: torch.nn.Module, step: float) -> None:
        """Load the weights and buffers after a number of steps into a model.

        Raises:
            SceneError: the weights were not recorded.
        """
        if self.weights is None:
            raise SceneError(
                "the weights were not recorded; give the panel "
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
    """Create details from the kept rows; constant buffers are reduced to one row."""
    parts: dict[str, dict[str, Any]] = {"state": {}, "buffer": {}}
    for key, rows in arrays.items():
        kind, _, name = key.partition(" ")
        if kind in parts:
            stays = kind == "buffer" and not (rows != rows[:1]).any()
            parts[kind][name] = rows[:1] if stays else rows
    weights, gradient = arrays.get("weights"), arrays.get("gradient")
    return Details(steps, weights, gradient, parts["state"], parts["buffer"])


def pack_details(details: Details) -> dict[str, NDArray[Any]]:
    """Convert details to arrays by name; `unpack_details` is the inverse."""
    arrays: dict[str, Any] = {"steps": details.steps}
    for name in ("weights", "gradient"):
        if getattr(details, name) is not None:
            arrays[name] = getattr(details, name)
    arrays |= {f"state {name}": rows for name, rows in details.state.items()}
    return arrays | {f"buffer {name}": rows for name, rows in details.buffers.items()}


def unpack_details(arrays: Mapping[str, NDArray[Any]]) -> Details | None:
    """Return the details that `pack_details` packed; None if there were none."""
    if "steps" not in arrays:
        return None
    rows = {name: values for name, values in arrays.items() if name != "steps"}
    return details_of(arrays["steps"], rows)


def dense(tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor as a dense CPU tensor without a graph."""
    return tensor.detach().to_dense().cpu()


def to_array(tensor: torch.Tensor) -> NDArray[Any]:
    """Return a copy of a buffer as an array; bfloat16 becomes float32, exactly."""
    tensor = dense(tensor)
    if tensor.dtype == torch.bfloat16:
        tensor = tensor.float()
    return np.asarray(tensor.clone().numpy())
