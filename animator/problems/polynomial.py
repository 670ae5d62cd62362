"""A polynomial as a model, for fits of curves."""

from __future__ import annotations

import torch


class Polynomial(torch.nn.Module):
    """``c[0] + c[1] x + c[2] x² + …``, whose coefficients are its parameter ``c``."""

    def __init__(self, *coefficients: float) -> None:
        """Start at some coefficients, the constant term first."""
        super().__init__()
        dtype = torch.get_default_dtype()
        self.c = torch.nn.Parameter(torch.tensor(coefficients, dtype=dtype))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the heights (n, 1) over x (n, 1), by Horner's rule."""
        height = torch.zeros_like(x)
        for index in range(len(self.c) - 1, -1, -1):
            height = height * x + self.c[index]
        return height
