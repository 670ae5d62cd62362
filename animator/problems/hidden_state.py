"""Restores state that evaluating a loss changes: counters, lists, hidden states.

A forward pass may count its calls, append to a list or carry a hidden state, and a loss
may increase a weight in each call. An evaluation for the map or a metric must not
change such state.
"""

from __future__ import annotations

import dis
import functools
import random
import types
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch

from animator.problems.modules import evaluation_mode
from animator.problems.references import is_library, module_hooks, slots_of
from animator.problems.restoring import Restore, save_attribute, save_items, save_value

MAX_FOLLOWED_ITEMS = 10_000
"""Containers with more items are restored, but their items are not followed."""

_CONSTANTS = (str, bytes, int, float, complex, type(None), type, types.ModuleType)


@contextmanager
def preserved(*things: Any) -> Iterator[None]:
    """Restore the state of models and functions after the body.

    The state consists of attributes of objects, items of containers, closure variables,
    global variables that a function assigns, tensors, and random generators. Functions
    are followed through their closures, defaults and global names, but not into
    libraries.

    Args:
        things: models and functions. The parameters of modules among them are not
            restored; those of other modules, such as a teacher, are.
    """
    kept = _save_all(things)
    try:
        yield
    finally:
        for restore in kept:
            restore()


@contextmanager
def evaluating(module: torch.nn.Module, *others: Any) -> Iterator[None]:
    """Switch a module to evaluation mode for the body, and then restore each mode.

    The state of the module and of `others` is restored too, except the module's
    parameters.
    """
    with preserved(module, *others), evaluation_mode(module):
        yield


def changes_state(function: Callable[[], object], *things: Any) -> bool:
    """Return whether a call changes state; the state is restored as by `preserved`."""
    kept = _save_all(things)
    try:
        function()
    finally:
        changed = [restore() for restore in kept]
    return any(changed)


def _save_all(things: Iterable[Any]) -> list[Restore]:
    """Return functions that restore the state of `things`, except parameters."""
    modules = [thing for thing in things if isinstance(thing, torch.nn.Module)]
    trained = {id(parameter) for part in modules for parameter in part.parameters()}
    seen: dict[int, Any] = {}
    kept: list[Restore] = []
    stack = list(things)
    while stack:
        item = stack.pop()
        if isinstance(item, _CONSTANTS) or id(item) in seen or id(item) in trained:
            continue
        seen[id(item)] = item  # keeps the item alive, so that its id stays unique
        held, restores = _save(item)
        stack.extend(held)
        kept.extend(restores)
    return kept


def _save(item: Any) -> tuple[Iterable[Any], list[Restore]]:
    """Return the contents of an item, and functions that restore the item."""
    if isinstance(item, torch.Tensor):
        return (), _save_tensor(item)
    if isinstance(item, torch.nn.Module):
        return _save_module(item)
    if isinstance(item, types.FunctionType):
        return _save_function(item)
    if isinstance(item, types.MethodType):
        return (item.__func__, item.__self__), []
    if isinstance(item, functools.partial):
        return (item.func, *item.args, *item.keywords.values()), []
    if isinstance(item, dict | list | set | deque | tuple | frozenset):
        return _save_container(item)
    if isinstance(item, np.ndarray):
        return (), [save_value(item.copy, functools.partial(np.copyto, item))]
    if isinstance(item, torch.Generator):
        return (), [save_value(item.get_state, item.set_state)]
    if isinstance(item, random.Random):
        return (), [save_value(item.getstate, item.setstate)]
    if isinstance(item, np.random.Generator):
        bits = item.bit_generator
        return (), [
            save_value(lambda: bits.state, lambda state: setattr(bits, "state", state))
        ]
    return ((), []) if is_library(item) else _save_object(item)


def _save_tensor(tensor: torch.Tensor) -> list[Restore]:
    if not tensor.is_leaf or tensor.layout != torch.strided:
        return []

    def write(before: torch.Tensor) -> None:
        with torch.no_grad():
            tensor.copy_(before)

    return [save_value(tensor.detach().clone, write)]


def _save_module(module: torch.nn.Module) -> tuple[Iterable[Any], list[Restore]]:
    """Save all buffers, and the attributes of submodules that the user defined."""
    held: list[Any] = list(module_hooks(module))
    kept: list[Restore] = []
    for part in module.modules():
        held += [table for table in (part._buffers, part._parameters) if table]
        if not type(part).__module__.startswith("torch."):
            held += [v for k, v in vars(part).items() if k not in _MODULE_ATTRIBUTES]
            kept.append(save_items(vars(part)))
    return held, kept


_MODULE_ATTRIBUTES = frozenset(vars(torch.nn.Module()))


def _save_function(item: types.FunctionType) -> tuple[Iterable[Any], list[Restore]]:
    if is_library(item):
        return (), []
    names, assigned = _global_names(item.__code__)
    variables = item.__globals__
    kept: list[Restore] = [
        save_value(
            functools.partial(variables.get, name),
            functools.partial(variables.__setitem__, name),
        )
        for name in assigned
        if name in variables
    ]
    held = [variables.get(name) for name in names]
    held += [*(item.__defaults__ or ()), *(item.__kwdefaults__ or {}).values()]
    for cell in item.__closure__ or ():
        try:
            held.append(cell.cell_contents)
        except ValueError:  # the cell is empty
            continue
        kept.append(save_attribute(cell, "cell_contents"))
    return [*held, vars(item)], kept


@functools.cache
def _global_names(code: types.CodeType) -> tuple[frozenset[str], frozenset[str]]:
    """Return the global names that code reads, and the names that it assigns."""
    names, assigned = set(code.co_names), set()
    for instruction in dis.get_instructions(code):
        if instruction.opname == "STORE_GLOBAL":
            assigned.add(instruction.argval)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            inner = _global_names(constant)
            names |= inner[0]
            assigned |= inner[1]
    return frozenset(names), frozenset(assigned)


def _save_container(item: Any) -> tuple[Iterable[Any], list[Restore]]:
    held = item.values() if isinstance(item, dict) else item
    held = list(held) if len(item) <= MAX_FOLLOWED_ITEMS else []
    return held, [] if isinstance(item, tuple | frozenset) else [save_items(item)]


def _save_object(item: Any) -> tuple[Iterable[Any], list[Restore]]:
    """Save an object's attributes, and return the functions of its class."""
    held: list[Any] = []
    kept: list[Restore] = []
    if isinstance(getattr(item, "__dict__", None), dict):
        held += vars(item).values()
        kept.append(save_items(vars(item)))
    for kind in type(item).__mro__:
        if is_library(kind):
            continue
        held += [value for value in vars(kind).values() if callable(value)]
        for name in slots_of(kind):
            if hasattr(item, name):
                held.append(getattr(item, name))
                kept.append(save_attribute(item, name))
    return held, kept
