"""A name for what a result depends on: the same for equal things, in every run."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import inspect
import platform
import types
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import torch

Seen = dict[int, tuple[int, Any]]
"""What was met before, by its identity: its number, and the thing, so that it stays."""


class Unknown(Exception):
    """A thing whose contents cannot be told, so that nothing can be kept for it."""


def fingerprint(*things: Any) -> str:
    """Return a text that is another one whenever a result may be.

    It depends on numbers, texts, arrays, weights and the code of functions and of
    classes, with all that they refer to, on the versions of Python, torch and NumPy,
    and on the code of this package.

    Raises:
        Unknown: a thing holds something whose contents cannot be told.
    """
    found = hashlib.sha256(_own_code())
    versions = (platform.python_version(), torch.__version__, np.__version__)
    for part in _parts((*versions, things), {}):
        found.update(len(part).to_bytes(8, "little"))
        found.update(part)
    return found.hexdigest()[:40]


@functools.cache
def _own_code() -> bytes:
    """Return a hash of this package, which may change between two versions."""
    files = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(file.read_bytes() for file in files)).digest()


def _parts(thing: Any, seen: Seen) -> Iterator[bytes]:
    """Yield bytes that tell a thing apart from others."""
    yield type(thing).__qualname__.encode()
    if thing is None or isinstance(thing, bool | int | float | complex | str | bytes):
        yield repr(thing).encode()
    elif isinstance(thing, torch.Tensor):
        yield f"{thing.dtype} {tuple(thing.shape)} {thing.device.type}".encode()
        flat = thing.detach().cpu().contiguous().reshape(-1)
        yield flat.view(torch.uint8).numpy().tobytes()
    elif isinstance(thing, np.ndarray | np.generic):
        values = np.ascontiguousarray(thing)
        if values.dtype.hasobject:
            raise Unknown
        yield f"{values.dtype} {values.shape}".encode()
        yield values.tobytes()
    elif id(thing) in seen:  # several refer to it, or it to itself
        yield f"again {seen[id(thing)][0]}".encode()
    else:
        seen[id(thing)] = len(seen), thing
        yield from _of_object(thing, seen)


def _of_object(thing: Any, seen: Seen) -> Iterator[bytes]:
    """Yield what tells apart a thing that holds others."""
    if isinstance(thing, list | tuple | range):
        for item in thing:
            yield from _parts(item, seen)
    elif isinstance(thing, Mapping):
        for key, value in thing.items():
            yield from _parts(key, seen)
            yield from _parts(value, seen)
    elif isinstance(thing, set | frozenset):
        yield from sorted(b"".join(_parts(item, dict(seen))) for item in thing)
    elif isinstance(thing, functools.partial):
        yield from _parts((thing.func, thing.args, dict(thing.keywords)), seen)
    elif isinstance(thing, types.FunctionType):
        yield from _of_function(thing, seen)
    elif isinstance(thing, types.CodeType):
        yield thing.co_code
        yield from _parts((thing.co_consts, thing.co_names, thing.co_varnames), seen)
    elif isinstance(thing, types.MethodType):
        yield from _parts((thing.__func__, thing.__self__), seen)
    elif isinstance(thing, types.BuiltinFunctionType | types.ModuleType):
        yield f"{getattr(thing, '__module__', '')}.{thing.__name__}".encode()
    elif inspect.isclass(thing):
        yield from _of_class(thing, seen)
    elif isinstance(thing, torch.nn.Module):
        yield from _of_class(type(thing), seen)
        yield repr(thing).encode()
        yield from _parts(dict(thing.state_dict()), seen)
        plain = {k: v for k, v in vars(thing).items() if not k.startswith("_")}
        yield from _parts(plain, seen)
    elif dataclasses.is_dataclass(thing):
        yield from _of_class(type(thing), seen)
        for field in dataclasses.fields(thing):
            yield from _parts(getattr(thing, field.name), seen)
    elif hasattr(thing, "__dict__") and not hasattr(thing, "__next__"):
        yield from _of_class(type(thing), seen)
        yield from _parts(vars(thing), seen)
    else:
        raise Unknown


def _of_function(function: types.FunctionType, seen: Seen) -> Iterator[bytes]:
    """Yield a function's code, and what it refers to outside of the libraries."""
    yield f"{function.__module__}.{function.__qualname__}".encode()
    if _is_library(function.__module__):
        return
    yield from _parts(function.__code__, seen)
    yield from _parts((function.__defaults__, function.__kwdefaults__), seen)
    for cell in function.__closure__ or ():
        with suppress(ValueError):  # it is empty
            yield from _parts(cell.cell_contents, seen)
    for name in _names(function.__code__):
        if name in function.__globals__:
            yield from _parts(function.__globals__[name], seen)


def _names(code: types.CodeType) -> list[str]:
    """Return the global names that some code, and that within it, may use."""
    found = list(code.co_names)
    for const in code.co_consts:
        if isinstance(const, types.CodeType):
            found += _names(const)
    return found


def _of_class(thing: type, seen: Seen) -> Iterator[bytes]:
    """Yield a class's name, and the code of one that no library has."""
    yield f"{thing.__module__}.{thing.__qualname__}".encode()
    if _is_library(thing.__module__):
        return
    for name, value in sorted(vars(thing).items()):
        value = getattr(value, "fget", value)  # of a property
        value = getattr(value, "__func__", value)  # of a class's or a static method
        if isinstance(value, types.FunctionType) or not name.startswith("__"):
            yield name.encode()
            yield from _parts(value, seen)
    for base in thing.__bases__:
        yield from _parts(base, seen)


def _is_library(module: str) -> bool:
    """Tell whether a module's code is told by a version: not that of a scene."""
    return module.partition(".")[0] in _LIBRARIES


_LIBRARIES = {"animator", "torch", "numpy", "builtins", "functools", "math", "operator"}
