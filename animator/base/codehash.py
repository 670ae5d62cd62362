"""Finds what code refers to: global variables, module attributes and imports."""

from __future__ import annotations

import builtins
import dis
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import torch

from animator.base.imports import Source, imported
from animator.base.origins import (
    MISSING,
    FingerprintError,
    check_hermetic,
    is_users,
    module_version,
)

Used = tuple[str, Any]
"""A name as written in the code, and its value."""

_READERS = set(
    "__subclasses__ environ environb File from_file from_pretrained fromfile "
    "genfromtxt getenv imopen imread load_dataset load_file loadmat loadtxt memmap now "
    "open safe_open today urandom urlopen utcnow".split()
)
"""Functions and methods, in any module, that read files, clocks or similar sources."""
_NEED_A_SEED = {"default_rng", "Random", "RandomState", "SeedSequence"}


@dataclass(frozen=True, slots=True)
class _Chain:
    """A variable and the attributes read from it, such as ``helper.f``."""

    opcode: str
    names: list[str]
    called_empty: bool


def code_parts(code: CodeType) -> list[Any]:
    """Return the parts of code that do not depend on its position in a file."""
    arguments = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount)
    return [
        code.co_code, code.co_consts, code.co_names, code.co_varnames,
        code.co_freevars, code.co_cellvars, code.co_flags, *arguments,
        getattr(code, "co_exceptiontable", b""),
    ]  # fmt: skip


def function_uses(function: FunctionType) -> list[Used]:
    """Return the names that a user's function refers to, with their values.

    Raises:
        FingerprintError: the function reads a file, a clock, a device or the
            environment, or uses a name that does not appear in the code.
    """
    cells = {}
    for name, cell in zip(
        function.__code__.co_freevars, function.__closure__ or (), strict=True
    ):
        try:
            cells[name] = cell.cell_contents
        except ValueError:  # the cell is empty
            cells[name] = MISSING
    modules = {k: v for k, v in cells.items() if isinstance(v, ModuleType)}
    values = [(k, v) for k, v in cells.items() if k not in modules]
    return values + _uses(function.__code__, function.__globals__, modules)


def source_uses(source: Source) -> list[Any]:
    """Return the code of a file and its imports."""
    text = Path(source.path).read_bytes()
    code = compile(text, "<source>", "exec", dont_inherit=True)
    is_package = Path(source.path).stem == "__init__"
    package = source.name if is_package else source.name.rpartition(".")[0]
    variables = {"__package__": package, "__file__": source.path}
    return [code, *_uses(code, variables, {})]


def module_parts(module: ModuleType) -> list[Used]:
    """Return the names and values of all variables of a user's module."""
    return [
        (name, value)
        for name, value in sorted(vars(module).items())
        if not (name.startswith("__") and name.endswith("__") and name != "__getattr__")
    ]


def _uses(
    code: CodeType, variables: Mapping[str, Any], cells: Mapping[str, Any]
) -> list[Used]:
    """Return what code refers to, including the code of nested functions."""
    codes = list(_nested(code))
    names = {name for each in codes for name in each.co_names}
    for name in names:
        if name in _READERS or name.startswith("read_"):
            raise FingerprintError(
                f"{name} reads external data, which a fingerprint does not cover"
            )
    texts = {c for each in codes for c in each.co_consts if isinstance(c, str)}
    names |= texts  # for `getattr`
    found: dict[str, Any] = {}
    for each in codes:
        instructions = [i for i in dis.get_instructions(each) if i.opname not in _NO_OP]
        for chain in _chains(instructions):
            scope = cells if chain.opcode == "LOAD_DEREF" else variables
            if chain.opcode == "LOAD_DEREF" and chain.names[0] not in cells:
                continue  # a local variable of the enclosing code
            dotted, value = _resolved(chain, scope)
            found.setdefault(dotted, value)
            if isinstance(value, ModuleType):  # its attributes may be read later
                for used in names:
                    check_hermetic(f"{value.__name__}.{used}")
        for number, instruction in enumerate(instructions):
            if instruction.opname == "IMPORT_NAME":
                level, wanted = (i.argval for i in instructions[number - 2 : number])
                package = str(variables.get("__package__") or "")
                name = "." * int(level or 0) + str(instruction.argval)
                file = variables.get("__file__")
                found |= imported(name, package, wanted, names, file)
    return list(found.items())


_NO_OP = {"CACHE", "EXTENDED_ARG", "PRECALL", "PUSH_NULL", "NOP"}


def _nested(code: CodeType) -> Iterator[CodeType]:
    """Yield code, and the code of all functions and classes defined in it."""
    yield code
    for const in code.co_consts:
        if isinstance(const, CodeType):
            yield from _nested(const)


def _chains(instructions: list[dis.Instruction]) -> Iterator[_Chain]:
    """Yield each variable that is read, with the attributes read from it."""
    loads = ("LOAD_GLOBAL", "LOAD_NAME", "LOAD_FROM_DICT_OR_GLOBALS")
    derefs = ("LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_DEREF")
    for number, instruction in enumerate(instructions):
        if instruction.opname not in loads + derefs:
            continue
        names = [str(instruction.argval)]
        for following in instructions[number + 1 :]:
            if following.opname not in ("LOAD_ATTR", "LOAD_METHOD"):
                break
            names.append(str(following.argval))
        else:
            following = instruction
        empty = following.opname == "CALL" and following.arg == 0
        opcode = "LOAD_DEREF" if instruction.opname in derefs else "LOAD_GLOBAL"
        yield _Chain(opcode, names, empty)


def _resolved(chain: _Chain, scope: Mapping[str, Any]) -> Used:
    """Return the name and value of a variable, or of the module attribute that is read.

    Raises:
        FingerprintError: the code reads a file, a clock, a device or similar.
    """
    if chain.called_empty and chain.names[-1] in _NEED_A_SEED:
        raise FingerprintError(
            f"{chain.names[-1]}() without a seed gives different numbers in every run"
        )
    first, *attributes = chain.names
    value = scope.get(first, vars(builtins).get(first, MISSING))
    dotted = first
    version = None
    while isinstance(value, ModuleType) and attributes:
        module, attribute = value, attributes.pop(0)
        check_hermetic(f"{module.__name__}.{attribute}")
        version = module_version(module)
        dotted += f".{attribute}"
        value = vars(module).get(attribute, MISSING)
        if value is MISSING and version is None and hasattr(module, "__getattr__"):
            raise FingerprintError(f"{dotted} is created when it is accessed")
    name = f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '')}"
    for attribute in attributes[:1]:
        check_hermetic(f"{name}.{attribute}")
    if version is not None and not _may_be_users(value):
        return dotted, version  # an attribute of an installed module
    return dotted, value


_VALUES = {bool, int, float, str, list, tuple, dict, set, np.ndarray, torch.Tensor}


def _may_be_users(value: Any) -> bool:
    """Return whether a user may have assigned a value in an installed module."""
    if isinstance(value, FunctionType | type) or type(value) in _VALUES:
        return True
    if isinstance(value, MethodType):
        return isinstance(value.__func__, FunctionType) and is_users(value.__func__)
    module = sys.modules.get(type(value).__module__)
    return module is None or module_version(module) is None
