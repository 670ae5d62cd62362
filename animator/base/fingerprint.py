"""Hashes everything that a result depends on: values, code, versions, settings."""

from __future__ import annotations

import hashlib
import inspect
import sys
import types
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from animator.base.arrays import MemoryLocation, RawBytes
from animator.base.codehash import (
    code_parts,
    function_uses,
    module_parts,
    source_uses,
)
from animator.base.contents import object_parts
from animator.base.environment import environment, own_code
from animator.base.imports import Source
from animator.base.origins import (
    MISSING,
    FingerprintError,
    installed_name,
    is_installed,
    is_users,
    module_version,
)

__all__ = ["FingerprintError", "fingerprint"]

Seen = dict[Any, tuple[int, Any]]
"""The objects visited so far, by id: a number, and the object to keep it alive."""


def fingerprint(*things: Any) -> str:
    """Return a hash that changes when the result of a computation might.

    The hash covers the values of the objects and everything they contain: numbers,
    strings, tensors, attributes, hooks and the states of random generators. It covers
    the code of the user's functions and classes, and everything that this code refers
    to, across modules. Objects of installed distributions are represented by their
    names and versions. The hash also covers this package's own files and torch's global
    settings. It is the same in every process.

    Data that code reads while it runs is not covered. Code that uses `open`,
    `time.time`, `os.environ`, `datetime.now` or similar functions is therefore refused,
    even in a method that is never called.

    Args:
        things: the objects to hash.

    Raises:
        FingerprintError: an object cannot be hashed: a generator, a file, a lock, an
            object of C code, or code that reads files, clocks or the environment.
    """
    return _digest([own_code(), *environment(), list(things)], {}).hex()[:40]


def _digest(thing: Any, seen: Seen) -> bytes:
    """Return a hash of an object and its contents."""
    hasher = hashlib.sha256()
    pending = [thing]
    while pending:
        thing = pending.pop()
        try:
            label, parts = _expanded(thing, seen)
        except FingerprintError:
            raise
        except Exception as error:  # a user's object may raise any exception
            raise FingerprintError(
                f"a {type(thing).__qualname__} cannot be read"
            ) from error
        hasher.update(f"{memoryview(label).nbytes} {len(parts)} ".encode())
        hasher.update(label)
        pending.extend(reversed(parts))
    return hasher.digest()


def _expanded(thing: Any, seen: Seen) -> tuple[bytes | memoryview, Sequence[Any]]:
    """Return the bytes that represent an object, and the objects it contains."""
    kind = type(thing)
    if kind in _ATOMS:
        text = hex(thing) if kind is int else thing if kind is str else repr(thing)
        return f"{kind.__name__} {text}".encode(errors="surrogatepass"), ()
    if kind is bytes:
        return b"bytes " + thing, ()
    if kind is RawBytes:
        return memoryview(thing.memory), ()
    key = _identity(thing)
    if key in seen:  # a shared object, or a cycle
        again = f"again {seen[key][0]}"
        place = (thing.offset, thing.stride) if kind is MemoryLocation else ""
        return f"{again} {place}".encode(), ()
    if key is not None:
        seen[key] = len(seen), thing
    if kind is MemoryLocation:
        return b"new", ()
    for definition, parts in _DEFINITIONS:
        if issubclass(kind, definition):
            return definition.__name__.encode(), parts(thing)
    if (name := installed_name(thing)) is not None:
        return f"named {name}".encode(), ()
    held = [kind, *object_parts(thing)]
    if isinstance(thing, set | frozenset):
        held.append(_unordered(thing, seen))
    return b"object", held


_ATOMS = {type(None), bool, int, float, complex, str}


def _identity(thing: Any) -> Any:
    """Return a key that identifies an object; None if it is immutable."""
    if isinstance(thing, MemoryLocation):
        return ("storage", thing.storage._cdata)
    if isinstance(thing, Source):
        return thing
    return None if type(thing) in (tuple, frozenset, types.CodeType) else id(thing)


def _unordered(things: Iterable[Any], seen: Seen) -> bytes:
    """Return the hashes of objects, in sorted order."""
    hashes = (
        _digest(each, {} if type(each) in _ATOMS else dict(seen)) for each in things
    )
    return b"".join(sorted(hashes))


def _of_function(function: types.FunctionType) -> list[Any]:
    """Return the name of a function, or its code and everything it refers to."""
    if (name := installed_name(function)) is not None:
        return [name]
    parts = [
        function.__qualname__, function.__defaults__, function.__kwdefaults__,
        vars(function),
    ]  # fmt: skip
    if not is_installed(function):
        return [*parts, function.__code__, *map(list, function_uses(function))]
    module = sys.modules.get(str(function.__globals__.get("__name__")))
    version = module_version(module) if module else None
    cells = [_content(cell) for cell in function.__closure__ or ()]
    return [*parts, function.__code__.co_qualname, version, *cells]


def _content(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # the cell is empty
        return MISSING


_IGNORED_MEMBERS = {
    "__abstractmethods__", "__annotate__", "__annotate_func__", "__annotations__",
    "__annotations_cache__", "__callable_proto_members_only__", "__dict__", "__doc__",
    "__firstlineno__", "__module__", "__non_callable_proto_members__",
    "__orig_bases__", "__parameters__", "__protocol_attrs__", "__qualname__",
    "__slotnames__", "__slots__", "__static_attributes__", "__weakref__", "_abc_impl",
    "_autograd_function_id",
}  # fmt: skip
"""Class members that do not affect results, or that differ between runs."""


def _of_class(kind: type) -> list[Any]:
    """Return the name of a class, or everything defined in it and in its bases.

    User functions that replace methods of an installed class are included.
    """
    bases = [base for base in kind.__bases__ if base is not object]
    if (name := installed_name(kind)) is not None:
        replaced = [
            [key, value]
            for key, value in vars(kind).items()
            if isinstance(method := inspect.unwrap(_plain(value)), types.FunctionType)
            and is_users(method)
        ]
        return [name, *replaced, *bases]
    members = [
        [key, value]
        for key, value in sorted(vars(kind).items())
        if key not in _IGNORED_MEMBERS
    ]
    return [kind.__qualname__, type(kind), *bases, *members]


def _plain(method: Any) -> Any:
    """Return the function of a property, a class method or a static method."""
    return getattr(method, "fget", None) or getattr(method, "__func__", method)


def _of_module(module: types.ModuleType) -> list[Any]:
    """Return the name and version of a module, or the definitions of a user's one."""
    version = module_version(module)
    if version is not None:
        return [module.__name__, version]
    file = str(getattr(module, "__file__", None) or ".py")
    code = b"" if file.endswith((".py", ".ipynb")) else Path(file).read_bytes()
    return [module.__name__, code, *map(list, module_parts(module))]


_DEFINITIONS: tuple[tuple[type, Any], ...] = (
    (types.FunctionType, _of_function),
    (type, _of_class),
    (types.ModuleType, _of_module),
    (types.CodeType, code_parts),
    (Source, source_uses),
)
