"""Formats values briefly, for error messages and for `repr`."""

from __future__ import annotations

import functools
import inspect
import reprlib
from dataclasses import MISSING, fields
from typing import Any

_LONGEST = 120
"""The maximum number of characters of a quoted value."""


class _Short(reprlib.Repr):
    """Describes arrays, models, optimizers and functions by their types."""

    def repr1(self, x: Any, level: int) -> str:
        """Return a short description of a value at a nesting level."""
        return self._by_kind(x, level) or super().repr1(x, level)

    def _by_kind(self, x: Any, level: int) -> str | None:
        if isinstance(x, type):
            return f"the class {x.__name__}"
        if isinstance(x, functools.partial):
            positional = [self.repr1(value, level - 1) for value in x.args]
            named = [f"{k}={self.repr1(v, level - 1)}" for k, v in x.keywords.items()]
            name = getattr(x.func, "__name__", None) or self.repr1(x.func, level - 1)
            return f"partial({', '.join([name, *positional, *named])})"
        if inspect.isroutine(x):
            name = getattr(x, "__name__", "")
            return "a lambda" if name == "<lambda>" else f"the function {name}"
        return _array(x) or _object(x)

    def repr_instance(self, x: Any, level: int) -> str:
        """Return a short description of any other object."""
        try:
            text = repr(x)
        except Exception:
            return f"a {type(x).__name__}"
        if "\n" in text or len(text) > self.maxother:
            return f"{type(x).__name__}(…)"
        return text


_SHORT = _Short()
_SHORT.maxstring = _SHORT.maxother = 80


def quoted(value: object) -> str:
    """Return a value as Python code on one line, shortened if it is long.

    Arrays and tables are described by their shapes, functions and classes by name.
    """
    try:
        text = " ".join(_SHORT.repr(value).split())
    except Exception:  # an attribute or an element raises
        return f"a {type(value).__name__}"
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …"


def short_repr(instance: Any) -> str:
    """Return the `repr` of a dataclass without the fields that have their defaults."""
    parts = []
    for field in fields(instance):
        value = getattr(instance, field.name)
        if not field.repr or value is field.default:
            continue
        if field.default_factory is not MISSING and not value:
            continue
        if not isinstance(value, type) and _equal(value, field.default):
            continue
        parts.append(f"{field.name}={quoted(value)}")
    return f"{type(instance).__name__}({', '.join(parts)})"


def described(instance: object, *parts: object) -> str:
    """Return a `repr` in angle brackets: the type, then a description."""
    words = ", ".join(str(part) for part in parts if str(part))
    return f"<{type(instance).__name__} {words}>"


def _array(x: Any) -> str | None:
    """Describe an array, a tensor or a table; return None for other objects."""
    shape = getattr(x, "shape", None)
    if not isinstance(shape, tuple):
        return None
    kind = type(x).__name__
    if not shape and kind not in ("Tensor", "Parameter"):
        return str(x)  # a NumPy scalar
    name = {"ndarray": "array", "Tensor": "tensor", "Parameter": "parameter"}.get(kind)
    if name is None:
        return f"a {kind} of shape {tuple(shape)}"
    numbers = 1
    for side in shape:
        numbers *= side
    if numbers <= 4:
        return f"{name}({x.tolist()})"
    dtype = str(x.dtype).removeprefix("torch.")
    return f"a {dtype} {name} of shape {tuple(shape)}"


def _object(x: Any) -> str | None:
    """Describe an optimizer or an object without its own `repr`, else return None."""
    if hasattr(x, "param_groups"):
        return f"{type(x).__name__}(…)"
    own: Any = type(x).__repr__
    if own is object.__repr__:
        name = type(x).__name__
        return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"
    return None


def _equal(value: Any, default: Any) -> bool:
    """Return whether a value certainly equals the default of its field."""
    try:
        return type(value) is type(default) and bool(value == default)
    except Exception:  # arrays compare elementwise
        return False
