"""Explains errors in scene files in one line, with advice on how to fix them."""

from __future__ import annotations

import ast
import builtins
import linecache
import re
import sys
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import FrozenInstanceError
from typing import Any

from animator.base.callers import Place
from animator.experiments.advice import did_you_mean, suggest_fix

_NAMESPACES = ("animator", "animator.problems")


def explain(error: BaseException, names: Mapping[str, Any], place: Place | None) -> str:
    """Return the message of an error of Python or a library, with advice.

    Args:
        error: the error.
        names: the names that the scene file has defined.
        place: the line of the scene file that failed.
    """
    text = _text_of(error)
    what = f"{type(error).__name__}: {text}" if text else type(error).__name__
    if isinstance(error, ImportError):
        what = re.sub(r" \([^()]*\)$", "", what)  # the path of the module
    if text.startswith("super(type, obj)"):  # raised by a frozen dataclass with slots
        what = "it has no such attribute, and what was made cannot be changed"
    advice = _advice(error, text, names, place)
    return " ".join(f"{what}; {advice}".split()) if advice else " ".join(what.split())


def _advice(
    error: BaseException, text: str, names: Mapping[str, Any], place: Place | None
) -> str:
    """Return how to fix a misspelled name or a wrong call, or None if unknown."""
    if isinstance(error, NameError) and error.name:
        return _name_advice(error.name, names)
    if wrong := re.match(r"cannot import name '(\w+)' from '([\w.]+)'", text):
        return did_you_mean(wrong[1], _public(wrong[2]))
    if wrong := re.match(r"No (\w[\w.]*) attribute (\w+)", text):  # of lazy_loader
        return did_you_mean(wrong[2], _public(wrong[1]))
    if wrong := re.match(r"module '([\w.]+)' has no attribute '(\w+)'", text):
        return did_you_mean(wrong[2], _public(wrong[1]))
    if isinstance(error, AttributeError) and error.name and error.obj is not None:
        return did_you_mean(error.name, _attributes(error.obj))
    if isinstance(error, FrozenInstanceError):
        return "make another one with dataclasses.replace(...)"
    if isinstance(error, TypeError) and text.endswith("object is not iterable"):
        return _lr_advice(error, names, place)
    called = re.match(r"(\w+)(\.__init__)?\(\)", text)
    if not isinstance(error, TypeError) or called is None:
        return ""
    if re.search(r"missing \d+ required .*'(params|optimizer)'", text):
        return _partial_advice(error, called[1], place)
    function = names.get(called[1]) or _called_function(error, names, place)
    return "" if function is None else suggest_fix(error, function)


def _lr_advice(error: TypeError, names: Mapping[str, Any], place: Place | None) -> str:
    """Return how to write a call such as ``SGD(0.1)``, if it failed."""
    call, made = _call_at(error, place), _called_function(error, names, place)
    if not (isinstance(made, type) and hasattr(made, "add_param_group")):
        return ""
    first = ast.unparse(call.args[0]) if call is not None and call.args else "0.1"
    return f"each run makes its own: write partial({made.__name__}, lr={first})"


def _called_function(
    error: TypeError, names: Mapping[str, Any], place: Place | None
) -> Any:
    """Return the function that a line calls, such as `rosenbrock.at`, if known."""
    call = _call_at(error, place)
    parts = [] if call is None else ast.unparse(call.func).split(".")
    if not parts or not all(map(str.isidentifier, parts)):
        return None
    found = names.get(parts[0])
    for part in parts[1:]:
        found = getattr(found, part, None)
    return found


def _name_advice(name: str, names: Mapping[str, Any]) -> str:
    """Return where to import an undefined name from, or the name that was meant."""
    for module in _NAMESPACES:
        if name in _public(module):
            return f"write from {module} import {name}"
    known = [
        *names,
        *dir(builtins),
        *_public("animator"),
        *_public("animator.problems"),
    ]
    return did_you_mean(name, known)


def _partial_advice(error: TypeError, name: str, place: Place | None) -> str:
    """Return how to write a call as a `partial`, if the scene needs a factory."""
    call = _call_at(error, place)
    given = [] if call is None else [*call.args, *call.keywords]
    if call is not None:
        name = ast.unparse(call.func)
    arguments = ", ".join([name, *map(ast.unparse, given)])
    return f"each run makes its own: write partial({arguments})"


def _call_at(error: TypeError, place: Place | None) -> ast.Call | None:
    """Return the syntax tree of the call that failed at a line."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if place is None or Place(frame.filename, frame.lineno or 0) != place:
            continue
        where = frame.lineno, frame.end_lineno, frame.colno, frame.end_colno
        if frame.lineno != frame.end_lineno:
            return None  # the call spans several lines
        try:
            tree = ast.parse("".join(linecache.getlines(frame.filename)))
        except (SyntaxError, ValueError):
            return None
        calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
        return next((call for call in calls if where == _extent(call)), None)
    return None


def _extent(node: ast.expr) -> tuple[int | None, ...]:
    """Return the start and end of an expression in the format of a traceback."""
    return node.lineno, node.end_lineno, node.col_offset, node.end_col_offset


def _public(module: str) -> list[str]:
    """Return the public names of an imported module."""
    found = sys.modules.get(module)
    return list(getattr(found, "__all__", None) or _attributes(found))


def _attributes(thing: object) -> Iterable[str]:
    return [name for name in dir(thing) if not name.startswith("_")]


def _text_of(error: BaseException) -> str:
    """Return the message of an error, or an empty text."""
    try:
        return str(error)
    except Exception:  # its `__str__` raises an error
        return ""
