"""Lists the contents of objects for hashing."""

from __future__ import annotations

import array
import collections
import datetime
import decimal
import functools
import logging
import operator
import os
import pathlib
import random
import re
import types
import typing
import weakref
import zoneinfo
from collections.abc import Callable
from contextlib import suppress
from copyreg import _slotnames  # type: ignore[attr-defined]
from typing import Any

import numpy as np
import torch
from torch.utils.data import Dataset
from torch.utils.hooks import RemovableHandle

from animator.base.arrays import array_parts, tensor_parts
from animator.base.origins import FingerprintError, installed_name

Parts = list[Any]


def object_parts(thing: Any) -> Parts:
    """Return an object's contents: its elements or state, and its attributes.

    Raises:
        FingerprintError: the object has contents that cannot be read.
    """
    kind = type(thing)
    for known, parts in _KNOWN:
        if issubclass(kind, known):
            return [*parts(thing), *_attributes(thing)]
    if hasattr(kind, "__next__") or hasattr(kind, "__await__"):
        raise FingerprintError(f"reading a {kind.__qualname__} changes it")
    if not _is_plain(kind):
        raise FingerprintError(f"the contents of a {kind.__qualname__} cannot be read")
    return _attributes(thing)


def _is_plain(kind: type) -> bool:
    """Return whether instances store only attributes, and no memory of C code."""
    pointer = np.dtype(np.intp).itemsize
    places = (kind.__dictoffset__ > 0) + (kind.__weakrefoffset__ > 0)
    size = object.__basicsize__ + pointer * (places + len(_slotnames(kind)))
    return kind.__basicsize__ <= size and kind.__itemsize__ == 0


def _attributes(thing: Any) -> Parts:
    """Return the attributes of an object by name, including those in slots."""
    if isinstance(thing, _COMPLETE):
        if installed_name(type(thing)) is None:
            raise FingerprintError(
                f"a {type(thing).__qualname__} has contents that cannot be read"
            )
        return []
    attributes = dict(getattr(thing, "__dict__", {}))
    if isinstance(thing, torch.nn.Module):
        attributes = _module_attributes(attributes)
    for base in type(thing).__mro__:
        if "__slots__" in vars(base):
            for name, slot in vars(base).items():
                if isinstance(slot, types.MemberDescriptorType):
                    with suppress(AttributeError):  # not set
                        attributes[f"{base.__qualname__}.{name}"] = slot.__get__(thing)
    return [attributes] if attributes else []


def _module_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a torch module that its results depend on.

    Hooks are renumbered from zero, because torch numbers them across the process.
    Weights that a hook computes before each forward pass are omitted.
    """
    hooks = {
        k: v for k, v in attributes.items() if "_hooks" in k and isinstance(v, dict)
    }
    keys = sorted({key for each in hooks.values() for key in each})
    for name, each in hooks.items():
        attributes[name] = {keys.index(key): hook for key, hook in each.items()}
    for hook in hooks.get("_forward_pre_hooks", {}).values():
        if type(hook).__module__ in _COMPUTE_WEIGHTS:
            weight = getattr(hook, "name", None) or getattr(hook, "_tensor_name", None)
            attributes.pop(str(weight), None)
    return attributes


_COMPUTE_WEIGHTS = {
    "torch.nn.utils.weight_norm",
    "torch.nn.utils.spectral_norm",
    "torch.nn.utils.prune",
}


def _of_dict(thing: dict[Any, Any]) -> Parts:
    parts: Parts = [len(thing)]
    for key, value in dict.items(thing):
        parts += (key, value)
    return parts


def _of_environ(thing: Any) -> Parts:
    raise FingerprintError("os.environ differs between runs")


def _of_random(thing: random.Random) -> Parts:
    if isinstance(thing, random.SystemRandom):
        raise FingerprintError("SystemRandom gives different numbers in every run")
    if thing is getattr(random, "_inst", None):
        return ["global"]  # seeded before each computation
    return [random.Random.getstate(thing)]


def _of_numpy_random(thing: np.random.RandomState) -> Parts:
    if thing is getattr(np.random.mtrand, "_rand", None):
        return ["global"]
    return [thing.get_state(legacy=False)]


def _of_torch_random(thing: torch.Generator) -> Parts:
    if thing is torch.default_generator:
        return ["global"]
    return [str(thing.device), thing.get_state()]


def _of_builtin(thing: Any) -> Parts:
    if thing.__self__ is None:
        raise FingerprintError(f"the code of {thing.__name__} cannot be read")
    return [thing.__name__, thing.__self__]


def _of_ufunc(thing: np.ufunc) -> Parts:
    if getattr(np, thing.__name__, None) is not thing:
        raise FingerprintError(f"the code of {thing.__name__} cannot be read")
    return [thing.__name__]


def _of_dataset(thing: Dataset[Any]) -> Parts:
    """Check that another library's dataset is in memory and reads no files."""
    module = type(thing).__module__
    data = getattr(thing, "__dict__", {}).get("data")
    if (
        installed_name(type(thing)) is not None
        and not module.startswith("torch.")
        and not isinstance(data, torch.Tensor | np.ndarray)
    ):
        raise FingerprintError(f"a {type(thing).__qualname__} may read files")
    return []


def _text(thing: Any) -> Parts:
    return [repr(thing)]


def _reduced(thing: Any) -> Parts:
    return [thing.__reduce__()]


def _nothing(thing: Any) -> Parts:
    return []


_TEXTS = (
    torch.dtype, torch.device, torch.layout, torch.memory_format, np.dtype,
    decimal.Decimal, typing.TypeVar,
)  # fmt: skip
_REDUCED = (
    datetime.date, datetime.time, datetime.timedelta, datetime.timezone,
    operator.itemgetter, operator.attrgetter, operator.methodcaller,
    type(vars(collections.namedtuple("_", "x"))["x"]),
)  # fmt: skip
_DESCRIPTORS = (
    types.WrapperDescriptorType, types.MethodDescriptorType,
    types.ClassMethodDescriptorType, types.GetSetDescriptorType,
    types.MemberDescriptorType,
)  # fmt: skip
_COMPLETE = (
    functools.cached_property, RemovableHandle, logging.Logger, pathlib.PurePath,
    classmethod, staticmethod, *_DESCRIPTORS,
)  # fmt: skip
"""Types whose instances are hashed without their attributes."""

_KNOWN: tuple[tuple[Any, Callable[[Any], Parts]], ...] = (
    (torch.Tensor, tensor_parts),
    ((np.ndarray, np.generic), array_parts),
    (torch.nn.Module, _nothing),
    (Dataset, _of_dataset),
    (collections.defaultdict, lambda thing: [thing.default_factory, *_of_dict(thing)]),
    (dict, _of_dict),
    (list, lambda thing: [len(thing), *list.__iter__(thing)]),
    (tuple, lambda thing: [len(thing), *tuple.__iter__(thing)]),
    (int, lambda thing: [int(thing)]),
    (float, lambda thing: [float(thing)]),
    (complex, lambda thing: [complex.__repr__(thing)]),
    (str, lambda thing: [str.__str__(thing)]),
    ((bytes, bytearray), lambda thing: [bytes(thing)]),
    ((set, frozenset), _nothing),
    (types.MappingProxyType, lambda thing: [dict(thing)]),
    (collections.deque, lambda thing: [thing.maxlen, list(thing)]),
    (array.array, lambda thing: [thing.typecode, thing.tobytes()]),
    ((range, slice), lambda thing: [thing.start, thing.stop, thing.step]),
    ((type(...), type(NotImplemented)), _nothing),
    (functools.partial, lambda thing: [thing.func, thing.args, thing.keywords]),
    (
        functools._lru_cache_wrapper,
        lambda thing: [thing.__wrapped__, thing.cache_parameters()],
    ),
    (functools.cached_property, lambda thing: [thing.func, thing.attrname]),
    (types.MethodType, lambda thing: [thing.__func__, thing.__self__]),
    ((types.BuiltinFunctionType, types.MethodWrapperType), _of_builtin),
    (_DESCRIPTORS, lambda thing: [thing.__name__, thing.__objclass__]),
    (property, lambda thing: [thing.fget, thing.fset, thing.fdel]),
    ((classmethod, staticmethod), lambda thing: [thing.__func__]),
    (types.CellType, lambda thing: [thing.cell_contents]),
    (types.GenericAlias, lambda thing: [thing.__origin__, thing.__args__]),
    (types.UnionType, lambda thing: [thing.__args__]),
    (weakref.ReferenceType, lambda thing: [thing()]),
    (RemovableHandle, _nothing),  # its number depends on all hooks of the process
    (_TEXTS, _text),
    (_REDUCED, _reduced),
    (random.Random, _of_random),
    (torch.Generator, _of_torch_random),
    (np.random.RandomState, _of_numpy_random),
    (np.random.Generator, lambda thing: [thing.bit_generator]),
    (np.random.BitGenerator, lambda thing: [thing.state]),
    (np.ufunc, _of_ufunc),
    (zoneinfo.ZoneInfo, lambda thing: [thing.key]),
    (pathlib.PurePath, lambda thing: [str(thing)]),
    (re.Pattern, lambda thing: [thing.pattern, thing.flags]),
    (logging.Logger, lambda thing: [thing.name]),
    (type(os.environ), _of_environ),
)
