"""Lists the parts of tensors and arrays that a hash must cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from animator.base.origins import Unknown


@dataclass(frozen=True, slots=True)
class Raw:
    """Bytes to be hashed as they are: a one-dimensional array of them."""

    memory: Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where in memory a tensor lies: two tensors may share it."""

    storage: torch.UntypedStorage
    offset: int
    stride: tuple[int, ...]


def tensor_parts(tensor: torch.Tensor) -> list[Any]:
    """Return the parts of a tensor: its type, values, gradient and hooks.

    Raises:
        Unknown: it has no values, or it is the result of a computation.
    """
    kind = type(tensor)
    if kind.__torch_dispatch__ is not torch.Tensor.__torch_dispatch__:
        raise Unknown(f"what a {kind.__qualname__} holds cannot be read")
    if tensor.device.type == "meta" or tensor.is_quantized or tensor.is_nested:
        raise Unknown("a meta, quantized or nested tensor cannot be read")
    if tensor.grad_fn is not None:
        raise Unknown("a tensor is the result of a computation; detach() it")
    parts = [str(tensor.dtype), tensor.device.type, tensor.requires_grad]
    if torch.nn.parameter.is_lazy(tensor):
        return ["lazy", *parts]
    with torch._C.DisableTorchFunctionSubclass():
        parts += [tensor.is_inference(), *_values(tensor.detach()), tensor.grad]
    hooks = (tensor._backward_hooks, tensor._post_accumulate_grad_hooks)
    return [*parts, *(list(each.values()) for each in hooks if each)]


def _values(tensor: torch.Tensor) -> list[Any]:
    """Return a tensor's layout, shape and numbers."""
    parts: list[Any] = [str(tensor.layout), tuple(tensor.shape)]
    if tensor.layout == torch.sparse_coo:
        parts.append(tensor.is_coalesced())
        merged = tensor.coalesce()
        return [*parts, *_values(merged.indices()), *_values(merged.values())]
    if tensor.layout in (torch.sparse_csr, torch.sparse_bsr):
        places = (tensor.crow_indices(), tensor.col_indices())
    elif tensor.layout in (torch.sparse_csc, torch.sparse_bsc):
        places = (tensor.ccol_indices(), tensor.row_indices())
    elif tensor.layout != torch.strided:
        raise Unknown(f"a tensor of layout {tensor.layout} cannot be read")
    else:
        plain = tensor.cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
        memory = plain.view(torch.uint8).numpy()
        place = Place(
            tensor.untyped_storage(), int(tensor.storage_offset()), tensor.stride()
        )
        return [*parts, Raw(memory), place]
    for each in (*places, tensor.values()):
        parts += _values(each)
    return parts


def array_parts(array: np.ndarray[Any, Any] | np.generic) -> list[Any]:
    """Return the parts of a NumPy array or scalar: its dtype, shape and values.

    Of an array of objects, each element is a part.
    """
    values: Any = np.asarray(array)
    parts = [repr(values.dtype), values.shape]
    if values.dtype.names is not None:  # there may be padding between the fields
        return [*parts, *(np.asarray(values[name]) for name in values.dtype.names)]
    if values.dtype.hasobject or values.dtype.kind == "T":
        return [*parts, values.ravel().tolist()]
    if values.dtype.type in (np.longdouble, np.clongdouble):  # these are padded, too
        return [*parts, [str(value) for value in values.ravel()]]
    flat = np.ascontiguousarray(values).reshape(-1)
    return [*parts, Raw(flat.view(np.uint8))]
