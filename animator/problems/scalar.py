"""One scalar among a model's parameters: its value and its gradient."""

from __future__ import annotations

import difflib
import re
from typing import TYPE_CHECKING

import numpy as np
import torch

from animator.base.errors import SceneError
from animator.problems.modules import real_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

_ELEMENT = re.compile(r"([^\[\]]+)(?:\[([\d, ]+)\])?")
_MOST_LISTED = 6
"""The maximum number of parameters that a message lists."""
_PARTS = {".real": 0, ".imag": 1}


class Scalar:
    """A scalar parameter, or one element of a larger parameter.

    For a complex number it is the real or the imaginary part: ``"z.real"``,
    ``"z[3].imag"``.
    """

    def __init__(self, model: torch.nn.Module, name: str) -> None:
        """Find a scalar by name, such as ``"bias"`` or ``"0.weight[1, 2]"``.

        Args:
            model: the model.
            name: the parameter's name in ``model.named_parameters()``, with an index if
                it has several elements.

        Raises:
            SceneError: the model has no such parameter or element.
        """
        parameters = dict(model.named_parameters())
        base, part = _without_part(name, parameters)
        match = _ELEMENT.fullmatch(base)
        owner, element = (base, None) if base in parameters else ("", None)
        if not owner and match is not None:
            owner, element = match.groups()
        if owner not in parameters:
            raise SceneError(
                f"the model has no parameter {name!r}; it has "
                f"{_list_names(parameters, name)}; give one such as "
                f"{_example_name(parameters)}"
            )
        self.name = owner
        self.label = name.replace(".", " ")
        self.parameter = parameters[owner]
        place = tuple(int(text) for text in (element or "").split(",") if text.strip())
        if not place and self.parameter.numel() == 1:
            place = (0,) * self.parameter.dim()
        shape = tuple(self.parameter.shape)
        if len(place) != len(shape) or any(
            index >= size for index, size in zip(place, shape, strict=True)
        ):
            example = ", ".join("0" for _ in shape)
            raise SceneError(
                f"{name!r} is not a single element of {owner!r} of shape {shape}; "
                f"give one such as '{owner}[{example}]'"
            )
        if self.parameter.is_complex() and part is None:
            raise SceneError(
                f"{name!r} is complex; give one of its parts, '{base}.real' or "
                f"'{base}.imag'"
            )
        self._place = place if part is None else (*place, part)
        self.is_parameter = self.parameter.numel() == 1 and part is None
        self._is_plain = self.is_parameter and not self.parameter.is_sparse

    def mask(self) -> torch.Tensor:
        """Return a mask of the parameter that is True only at this element.

        For a complex parameter it has an additional last dimension of size 2, for the
        real and the imaginary part.
        """
        shape = self.parameter.shape
        if self.parameter.is_complex():
            shape = torch.Size((*shape, 2))
        mask = torch.zeros(shape, dtype=torch.bool)
        mask[self._place] = True
        return mask

    def unit_vector(self, model: torch.nn.Module) -> NDArray[np.float64]:
        """Return the unit vector (P,) of this element in the space of all weights."""
        parts = [
            self.mask().flatten()
            if parameter is self.parameter
            else torch.zeros(real_parts(parameter).numel(), dtype=torch.bool)
            for parameter in model.parameters()
        ]
        return np.asarray(torch.cat(parts).double().numpy())

    def value(self) -> float:
        """Return the value."""
        if self._is_plain:  # the common case, and the fastest
            return float(self.parameter.item())
        return self._read(self.parameter.detach())

    def assign(self, value: float) -> None:
        """Set the value, in place."""
        tensor = self.parameter.detach()  # shares its memory
        if tensor.is_complex():
            tensor = torch.view_as_real(tensor)
        tensor[self._place] = value

    def slope(self) -> float:
        """Return the gradient; zero if the loss does not depend on the parameter."""
        gradient = self.parameter.grad
        if gradient is None:
            return 0.0
        if self._is_plain and not gradient.is_sparse:
            return float(gradient.item())
        return self._read(gradient.detach())

    def _read(self, tensor: torch.Tensor) -> float:
        if tensor.is_sparse:
            tensor = tensor.to_dense()
        if tensor.is_complex():
            tensor = torch.view_as_real(tensor)
        return float(tensor[self._place].item())


def _list_names(names: Iterable[str], wanted: str) -> str:
    """Return the names of parameters; if there are many, the most similar ones."""
    known = list(names)
    if len(known) <= _MOST_LISTED:
        return ", ".join(known)
    close = difflib.get_close_matches(wanted, known, n=_MOST_LISTED, cutoff=0.3)
    return f"{', '.join(close or known[:_MOST_LISTED])} and others"


def _example_name(parameters: Mapping[str, torch.nn.Parameter]) -> str:
    """Return the name of one element of the first parameter, as an example."""
    for name, parameter in parameters.items():
        place = ", ".join("0" for _ in parameter.shape)
        return f"'{name}[{place}]'" if parameter.numel() > 1 else repr(name)
    return "the name of one"


def _without_part(
    name: str, parameters: dict[str, torch.nn.Parameter]
) -> tuple[str, int | None]:
    """Split a name such as ``"z.imag"`` into the number and the part."""
    for ending, part in _PARTS.items():
        if name.endswith(ending) and name not in parameters:
            return name.removesuffix(ending), part
    return name, None
