"""Converts tensors of any dtype to NumPy arrays by name, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

if TYPE_CHECKING:
    from numpy.typing import NDArray

_PREFIX = "state "


def pack_tensors(
    tensors: Mapping[str, torch.Tensor], known: Mapping[str, torch.Tensor]
) -> dict[str, NDArray[np.uint8]]:
    """Return tensors as arrays by name, except those that equal the `known` ones."""
    return {
        f"{_PREFIX}{tensor.dtype} {name}": _bytes_of(tensor)
        for name, tensor in tensors.items()
        if name not in known or not is_equal(tensor, known[name])
    }


def unpack_tensors(
    arrays: Mapping[str, Any], known: Mapping[str, torch.Tensor]
) -> dict[str, torch.Tensor]:
    """Return the tensors that `pack_tensors` packed."""
    tensors = dict(known)
    for key, values in arrays.items():
        if key.startswith(_PREFIX):
            dtype, _, name = key.removeprefix(_PREFIX).partition(" ")
            kind = getattr(torch, dtype.removeprefix("torch."))
            raw = torch.from_numpy(np.array(values))
            tensors[name] = raw.view(kind).squeeze(-1)
    return tensors


def is_equal(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Return whether two tensors are bitwise equal."""
    if (one.shape, one.dtype, one.layout) != (other.shape, other.dtype, other.layout):
        return False
    return np.array_equal(_bytes_of(one), _bytes_of(other))


def _bytes_of(tensor: torch.Tensor) -> NDArray[np.uint8]:
    """Return the bytes (…, itemsize) of a tensor of any dtype."""
    dense = tensor.detach().cpu().to_dense().resolve_conj().resolve_neg()
    flat = dense.contiguous().unsqueeze(-1)
    return np.asarray(flat.view(torch.uint8).numpy())
