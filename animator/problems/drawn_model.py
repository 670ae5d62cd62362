"""A model with two trainable scalar parameters; the others are constant."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.func import functional_call

from animator.problems.scalar import Scalar


class DrawnModel(torch.nn.Module):
    """A model with two trainable scalar parameters; the others are constant."""

    def __init__(
        self, base: torch.nn.Module, drawn: Sequence[Scalar], start: Sequence[float]
    ) -> None:
        """Make the scalars `drawn` of `base` trainable, with the values `start`."""
        super().__init__()
        self._base = [base]  # a list hides its parameters from `self`
        self._scalars = drawn
        for scalar, value in zip(drawn, start, strict=True):
            dtype = scalar.parameter.dtype
            parameter = torch.nn.Parameter(torch.tensor(float(value), dtype=dtype))
            self.register_parameter(scalar.label, parameter)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Return the output (n, 1) of the base model for inputs (n, 1)."""
        numbers = [self.get_parameter(scalar.label) for scalar in self._scalars]
        return evaluate_with(self._base[0], self._scalars, numbers, inputs)


def evaluate_with(
    base: torch.nn.Module,
    drawn: Sequence[Scalar],
    numbers: Sequence[torch.Tensor],
    inputs: torch.Tensor,
) -> torch.Tensor:
    """Return a model's output with some of its scalar parameters () replaced."""
    replaced: dict[str, torch.Tensor] = {}
    for scalar, number in zip(drawn, numbers, strict=True):
        old = replaced.get(scalar.name, scalar.parameter.detach())
        replaced[scalar.name] = torch.where(scalar.mask(), number, old)
    output: torch.Tensor = functional_call(base, replaced, (inputs,))
    return output
