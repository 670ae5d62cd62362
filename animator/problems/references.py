"""Finds references from losses, hooks and settings to the user's model.

A loss such as ``lambda outputs, labels: mse(outputs, labels) + norm(model)`` refers to
the user's own model. If a copy of the model were trained, the loss would still use the
original. Such a model must be trained in place.
"""

from __future__ import annotations

import functools
import types
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import torch


def refers_to(thing: Any, module: torch.nn.Module) -> bool:
    """Return whether an object refers to a module, a submodule, or one of its tensors.

    Functions are followed through their closures, defaults and global names; objects
    through their attributes; containers through their items.
    """
    targets = {id(part) for part in module.modules()}
    targets |= {id(t) for t in (*module.parameters(), *module.buffers())}
    seen: set[int] = set()
    stack = [thing]
    while stack:
        item = stack.pop()
        if id(item) in targets:
            return True
        if id(item) not in seen:
            seen.add(id(item))
            stack.extend(_reachable(item))
    return False


def parameters_reached(thing: Any, but: torch.nn.Module) -> list[torch.nn.Parameter]:
    """Return the trainable parameters that an object refers to, except a module's."""
    own = {id(parameter) for parameter in but.parameters()}
    seen: dict[int, Any] = {}
    stack = [thing]
    while stack:
        item = stack.pop()
        if id(item) not in seen and item is not but:
            seen[id(item)] = item
            stack.extend(_reachable(item))
    return [
        item
        for item in seen.values()
        if isinstance(item, torch.nn.Parameter)
        and item.requires_grad
        and id(item) not in own
    ]


def module_hooks(module: torch.nn.Module) -> list[Any]:
    """Return the forward and backward hooks of a module and its submodules."""
    return [
        hook
        for part in module.modules()
        for name in (*_FORWARD_HOOKS, *_BACKWARD_HOOKS)
        for hook in getattr(part, name).values()
    ]


def has_tensor_hooks(module: torch.nn.Module) -> bool:
    """Return whether a parameter has hooks that act on its gradient."""
    return any(
        getattr(parameter, name, None)
        for parameter in module.parameters()
        for name in _TENSOR_HOOKS
    )


@contextmanager
def restored_hooks(module: torch.nn.Module) -> Iterator[None]:
    """Remove the hooks that the body has added to a module, as some optimizers do."""
    kept = [(hooks, dict(hooks)) for hooks in _hook_tables(module)]
    before = {id(hooks): saved for hooks, saved in kept}
    try:
        yield
    finally:
        for hooks in _hook_tables(module):
            hooks.clear()
            hooks.update(before.get(id(hooks), {}))


def _hook_tables(module: torch.nn.Module) -> list[dict[int, Any]]:
    """Return the hook dicts of a module's submodules and parameters."""
    tables = [
        getattr(part, name)
        for part in module.modules()
        for name in (*_FORWARD_HOOKS, *_BACKWARD_HOOKS)
    ]
    for parameter in module.parameters():
        tables += [getattr(parameter, name, None) for name in _TENSOR_HOOKS]
    return [table for table in tables if table is not None]


_FORWARD_HOOKS = ("_forward_hooks", "_forward_pre_hooks")
_BACKWARD_HOOKS = ("_backward_hooks", "_backward_pre_hooks")
_TENSOR_HOOKS = ("_backward_hooks", "_post_accumulate_grad_hooks")


def _reachable(item: Any) -> Iterable[Any]:
    """Return the objects that an item refers to directly."""
    if isinstance(item, torch.Tensor | str | bytes | int | float | type(None)):
        return ()
    if isinstance(item, types.FunctionType):
        return _of_function(item)
    if isinstance(item, types.MethodType):
        return item.__func__, item.__self__
    if isinstance(item, functools.partial):
        return item.func, *item.args, *item.keywords.values()
    if isinstance(item, torch.nn.Module):
        return [value for part in item.modules() for value in _values(part)]
    if isinstance(item, Mapping):
        return list(item.values())
    if isinstance(item, list | tuple | set | frozenset):
        return item
    if isinstance(item, type | types.ModuleType) or is_library(item):
        return ()
    return _values(item)


def _values(item: Any) -> list[Any]:
    """Return the attributes of an object, and the functions of its class."""
    attributes = list(getattr(item, "__dict__", {}).values())
    for kind in type(item).__mro__:
        if not is_library(kind):
            attributes += [v for v in vars(kind).values() if callable(v)]
            attributes += [getattr(item, slot, None) for slot in slots_of(kind)]
    return attributes


def slots_of(kind: type) -> tuple[str, ...]:
    """Return the names of the slots that a class defines itself."""
    slots = vars(kind).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _of_function(function: types.FunctionType) -> Iterator[Any]:
    if is_library(function):
        return
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # the cell is empty
            continue
    yield from function.__defaults__ or ()
    yield from (function.__kwdefaults__ or {}).values()
    names = list(_names(function.__code__))
    for name in names:
        value = function.__globals__.get(name)
        if isinstance(value, types.ModuleType) and not is_library(value):
            yield from (vars(value).get(other) for other in names)
        else:
            yield value


def _names(code: types.CodeType) -> Iterator[str]:
    """Yield the names that code reads, including nested code."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)


def is_library(thing: Any) -> bool:
    """Return whether an object belongs to a library, not to the user's code."""
    name = getattr(thing, "__module__", None)
    if isinstance(thing, types.ModuleType):
        name = thing.__name__
    elif not isinstance(name, str):
        name = type(thing).__module__
    return str(name).partition(".")[0] in _LIBRARIES


_LIBRARIES = {"animator", "builtins", "functools", "math", "numpy", "torch", "typing"}
