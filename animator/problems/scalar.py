"""One number among a model's parameters: its value and its gradient."""

from __future__ import annotations

import re

import torch

from animator.base.errors import SceneError

_ELEMENT = re.compile(r"([^\[\]]+)(?:\[([\d, ]+)\])?")


class Scalar:
    """A parameter of one element, or an element of a larger one."""

    def __init__(self, model: torch.nn.Module, name: str) -> None:
        """Find it by name, such as ``"bias"``, ``"0.weight[1, 2]"`` or ``"c[0]"``.

        Raises:
            SceneError: the model has no such number.
        """
        parameters = dict(model.named_parameters())
        match = _ELEMENT.fullmatch(name)
        whole, element = (name, None) if name in parameters else ("", None)
        if not whole and match is not None:
            whole, element = match.groups()
        if whole not in parameters:
            raise SceneError(
                f"the model has no parameter {name!r}; it has {', '.join(parameters)}"
            )
        self.name = whole
        self.label = name.replace(".", " ")
        self.parameter = parameters[whole]
        place = tuple(int(part) for part in (element or "").split(",") if part.strip())
        if not place and self.parameter.numel() == 1:
            place = (0,) * self.parameter.dim()
        shape = tuple(self.parameter.shape)
        if len(place) != len(shape) or any(
            index >= size for index, size in zip(place, shape, strict=True)
        ):
            example = ", ".join("0" for _ in shape)
            raise SceneError(
                f"{name!r} is no one number of {whole!r}, whose shape is {shape}; "
                f"give one such as '{whole}[{example}]'"
            )
        self._place = place
        self.whole = self.parameter.numel() == 1

    def mask(self) -> torch.Tensor:
        """Return where it is in its parameter: true at its place alone."""
        mask = torch.zeros(self.parameter.shape, dtype=torch.bool)
        mask[self._place] = True
        return mask

    def value(self) -> float:
        """Return its value."""
        if self.whole:
            return self.parameter.item()
        return self.parameter.detach()[self._place].item()

    def slope(self) -> float:
        """Return its gradient, which is zero where the loss ignores it."""
        gradient = self.parameter.grad
        if gradient is None:
            return 0.0
        return gradient.item() if self.whole else gradient[self._place].item()
