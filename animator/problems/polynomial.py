"""A polynomial as a model for curve fits."""

from __future__ import annotations

import torch


class Polynomial(torch.nn.Module):
    """The polynomial ``c[0] + c[1] x + c[2] x² + …``; ``c`` is its parameter."""

    def __init__(self, *coefficients: float) -> None:
        """Create the parameter ``c`` with initial values, the constant term first."""
        super().__init__()
        dtype = torch.get_default_dtype()
        self.c = torch.nn.Parameter(torch.tensor(coefficients, dtype=dtype))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the values (n, 1) at x (n, 1), by Horner's method."""
        height = torch.zeros_like(x)
        for index in range(len(self.c) - 1, -1, -1):
            height = height * x + self.c[index]
        return height
