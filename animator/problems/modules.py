"""Copies modules, switches their modes, and flattens their weights to vectors."""

from __future__ import annotations

import copy
import io
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.parameter import UninitializedBuffer, UninitializedParameter

if TYPE_CHECKING:
    from numpy.typing import NDArray

_UNSTEADY = (
    torch.nn.modules.batchnorm._NormBase,
    torch.nn.modules.dropout._DropoutNd,
    torch.nn.FractionalMaxPool2d,
    torch.nn.FractionalMaxPool3d,
    torch.nn.MultiheadAttention,
    torch.nn.RReLU,
    torch.nn.Transformer,
    torch.nn.TransformerDecoderLayer,
    torch.nn.TransformerEncoderLayer,
)


def copy_module(module: torch.nn.Module) -> torch.nn.Module:
    """Return a deep copy of a module.

    Some modules store tensors that they compute from their parameters, such as those of
    the old `torch.nn.utils.weight_norm`. These are copied as constants, until the next
    forward pass computes them again; `copy.deepcopy` alone raises an error.
    """
    memo: dict[int, Any] = {}
    for part in module.modules():
        for value in vars(part).values():
            if isinstance(value, torch.Tensor) and not value.is_leaf:
                memo[id(value)] = value.detach().clone()
        if isinstance(part, torch.jit.ScriptModule) and id(part) not in memo:
            memo[id(part)] = _copy_script(part)
    copied: torch.nn.Module = copy.deepcopy(module, memo)
    for own, new in zip(module.parameters(), copied.parameters(), strict=True):
        vars(new).update(vars(own))  # such as attributes that some optimizers read
    return copied


def _copy_script(module: torch.jit.ScriptModule) -> torch.nn.Module:
    """Return a copy of a scripted module whose parameters are leaf tensors.

    With `copy.deepcopy` they are not leaves, and optimizers refuse them.
    """
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the user has seen it
        torch.jit.save(module, buffer)
        buffer.seek(0)
        loaded: torch.nn.Module = torch.jit.load(buffer)
    return loaded


def is_lazy(module: torch.nn.Module) -> bool:
    """Return whether a module has lazy layers that are not yet initialized."""
    tensors = (*module.parameters(), *module.buffers())
    return any(
        isinstance(tensor, UninitializedParameter | UninitializedBuffer)
        for tensor in tensors
    )


def is_steady(module: torch.nn.Module) -> bool:
    """Return whether a forward pass certainly does not depend on the training mode.

    This is certain for torch's layers without running statistics and random numbers. It
    is never certain for classes that torch does not define.
    """
    return all(map(_is_steady, module.modules()))


def _is_steady(module: torch.nn.Module) -> bool:
    if not type(module).__module__.startswith("torch.nn.modules."):
        return False
    hooks = (module._forward_hooks, module._forward_pre_hooks)
    if isinstance(module, _UNSTEADY) or any(hooks) or "forward" in vars(module):
        return False
    if isinstance(module, torch.nn.RNNBase):
        return not module.dropout
    if isinstance(module, torch.nn.Embedding | torch.nn.EmbeddingBag):
        return module.max_norm is None
    return True


@contextmanager
def evaluation_mode(module: torch.nn.Module) -> Iterator[None]:
    """Switch a module to evaluation mode for the body, then restore each mode."""
    modes = {part: part.training for part in module.modules()}
    module.eval()
    try:
        yield
    finally:
        for part, training in modes.items():
            part.training = training


def extra_state(module: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return copies of all tensors of a module that are not parameters.

    These are its buffers, persistent or not, and tensors in plain attributes, by their
    dotted names.
    """
    state = {}
    for prefix, part in module.named_modules():
        tensors = {**vars(part), **part._buffers}
        for name, value in tensors.items():
            if isinstance(value, torch.Tensor) and value.is_leaf:
                state[f"{prefix}.{name}".lstrip(".")] = value.detach().clone()
    return state


def load_extra_state(
    module: torch.nn.Module, state: Mapping[str, torch.Tensor]
) -> None:
    """Load the tensors that `extra_state` returned into a module."""
    for path, value in state.items():
        prefix, _, name = path.rpartition(".")
        part = module.get_submodule(prefix)
        old = part._buffers.get(name, vars(part).get(name))
        if not isinstance(old, torch.Tensor):
            setattr(part, name, value.clone())
        elif (old.shape, old.dtype, old.layout) == (
            value.shape, value.dtype, value.layout,
        ):  # fmt: skip
            with torch.no_grad():
                old.copy_(value)  # in place, because other objects may refer to it
        else:
            setattr(part, name, value.to(device=old.device, copy=True))


def restore(module: torch.nn.Module, saved: torch.nn.Module) -> None:
    """Restore a module's weights, modes and attributes, in place, from a copy of it.

    Attributes that refer to submodules or tensors of the copy are changed to refer to
    those of the module. Gradients are set to None.
    """
    pairs = list(zip(module.modules(), saved.modules(), strict=True))
    memo: dict[int, Any] = {id(before): part for part, before in pairs}
    with torch.no_grad():
        for part, before in pairs:
            for own, old in (
                (part._parameters, before._parameters),
                (part._buffers, before._buffers),
            ):
                _restore_tensors(own, old, memo)
    for part, before in pairs:
        names = {name for name in vars(before) if _is_restored(name)}
        for name in [n for n in vars(part) if _is_restored(n) and n not in names]:
            del vars(part)[name]
        for name in names:
            if not callable(vars(before)[name]):
                vars(part)[name] = copy.deepcopy(vars(before)[name], memo)


def _restore_tensors(
    own: dict[str, Any], saved: Mapping[str, Any], memo: dict[int, Any]
) -> None:
    """Restore tensors by name, and map the copy's tensors to the module's in `memo`."""
    for name, old in saved.items():
        if old is None:
            own[name] = None
            continue
        tensor = own.get(name)
        if tensor is None or tensor.shape != old.shape:
            own[name] = tensor = copy.deepcopy(old)
        else:
            tensor.copy_(old)
        if tensor.is_leaf:
            tensor.grad = None
            tensor.requires_grad_(old.requires_grad)
        memo[id(old)] = tensor


_MODULE_ATTRIBUTES = frozenset(vars(torch.nn.Module())) - {"training"}


def _is_restored(name: str) -> bool:
    """Return whether training may change an attribute with this name."""
    return name not in _MODULE_ATTRIBUTES and not name.startswith("_flat_weight")


def weight_dtype(parameters: Iterable[torch.Tensor]) -> np.dtype[Any]:
    """Return the NumPy dtype that holds all weights exactly: float32 or float64."""
    dtypes = {parameter.dtype for parameter in parameters}
    wide = bool(dtypes & {torch.float64, torch.complex128})
    return np.dtype(np.float64 if wide else np.float32)


def real_parts(tensor: torch.Tensor) -> torch.Tensor:
    """Return a flattened tensor; a complex number becomes two real numbers."""
    if tensor.is_complex():
        tensor = torch.view_as_real(tensor)
    return tensor.reshape(-1)


def to_vector(parameters: Iterable[torch.Tensor]) -> NDArray[np.floating]:
    """Return all weights as a vector (P,); complex weights become two numbers each."""
    tensors = [parameter.detach() for parameter in parameters]
    dtype = torch.float64 if weight_dtype(tensors) == np.float64 else torch.float32
    parts = [real_parts(tensor.cpu()).to(dtype) for tensor in tensors]
    return np.asarray(torch.cat(parts).numpy())


def trainable(parameters: Iterable[torch.Tensor]) -> NDArray[np.bool_]:
    """Return a mask (P,) of the trainable elements of the weight vector."""
    parameters = list(parameters)
    return np.repeat([p.requires_grad for p in parameters], sizes(parameters))


def sizes(parameters: Iterable[torch.Tensor]) -> list[int]:
    """Return the number of real numbers of each parameter."""
    return [p.numel() * (2 if p.is_complex() else 1) for p in parameters]


def set_vector(parameters: Iterable[torch.Tensor], vector: torch.Tensor) -> None:
    """Write a weight vector (P,) into parameters, in place."""
    parameters = list(parameters)
    with torch.no_grad():
        for parameter, part in zip(
            parameters, vector.split(sizes(parameters)), strict=True
        ):
            target = parameter.data
            if target.is_complex():
                target = torch.view_as_real(target)
            target.copy_(part.view(target.shape))
