"""Lists the parts of tensors and arrays that a hash must cover."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from animator.base.origins import FingerprintError


@dataclass(frozen=True, slots=True)
class RawBytes:
    """Bytes that are hashed without conversion, as a one-dimensional array."""

    memory: Any


@dataclass(frozen=True, slots=True)
class MemoryLocation:
    """The location of a tensor in memory; tensors may share a storage."""

    storage: torch.UntypedStorage
    offset: int
    stride: tuple[int, ...]


def tensor_parts(tensor: torch.Tensor) -> list[Any]:
    """Return the parts of a tensor: its type, values, gradient and hooks.

    Raises:
        FingerprintError: the values cannot be read, or the tensor is the result of a
            computation and so has a graph.
    """
    kind = type(tensor)
    if kind.__torch_dispatch__ is not torch.Tensor.__torch_dispatch__:
        raise FingerprintError(f"the contents of a {kind.__qualname__} cannot be read")
    if tensor.device.type == "meta" or tensor.is_quantized or tensor.is_nested:
        raise FingerprintError("a meta, quantized or nested tensor cannot be read")
    if tensor.grad_fn is not None:
        raise FingerprintError("a tensor is the result of a computation; detach() it")
    parts = [str(tensor.dtype), tensor.device.type, tensor.requires_grad]
    if torch.nn.parameter.is_lazy(tensor):
        return ["lazy", *parts]
    with torch._C.DisableTorchFunctionSubclass():
        parts += [tensor.is_inference(), *_values(tensor.detach()), tensor.grad]
    hooks = (tensor._backward_hooks, tensor._post_accumulate_grad_hooks)
    return [*parts, *(list(each.values()) for each in hooks if each)]


def _values(tensor: torch.Tensor) -> list[Any]:
    """Return a tensor's layout, shape and values."""
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
        raise FingerprintError(f"a tensor of layout {tensor.layout} cannot be read")
    else:
        plain = tensor.cpu().resolve_conj().resolve_neg().contiguous().reshape(-1)
        memory = plain.view(torch.uint8).numpy()
        place = MemoryLocation(
            tensor.untyped_storage(), int(tensor.storage_offset()), tensor.stride()
        )
        return [*parts, RawBytes(memory), place]
    for each in (*places, tensor.values()):
        parts += _values(each)
    return parts


def array_parts(array: np.ndarray[Any, Any] | np.generic) -> list[Any]:
    """Return the parts of a NumPy array or scalar: its dtype, shape and values.

    In an array of objects, each element is one part.
    """
    values: Any = np.asarray(array)
    parts = [repr(values.dtype), values.shape]
    if values.dtype.names is not None:  # fields may be padded
        return [*parts, *(np.asarray(values[name]) for name in values.dtype.names)]
    if values.dtype.hasobject or values.dtype.kind == "T":
        return [*parts, values.ravel().tolist()]
    if values.dtype.type in (np.longdouble, np.clongdouble):  # padded
        return [*parts, [str(value) for value in values.ravel()]]
    flat = np.ascontiguousarray(values).reshape(-1)
    return [*parts, RawBytes(flat.view(np.uint8))]
