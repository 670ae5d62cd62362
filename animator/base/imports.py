"""Finds the modules that code imports while it runs."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Any

from animator.base.origins import (
    MISSING,
    FingerprintError,
    check_hermetic,
    file_version,
    module_version,
)


@dataclass(frozen=True, slots=True)
class Source:
    """The source file of a module that code imports, but that is not yet loaded."""

    path: str
    name: str


def imported(
    name: str,
    package: str,
    wanted: tuple[str, ...] | None,
    names: set[str],
    file: str | None,
) -> dict[str, Any]:
    """Return the objects that an import statement provides, by name.

    Args:
        name: the module's name, with leading dots if it is relative.
        package: the package that a relative name refers to.
        wanted: the names in ``from module import …``; None for ``import module``.
        names: all names that the code uses.
        file: the file of the code.

    Raises:
        FingerprintError: the module is not found, or the code uses functions that read
            files or clocks.
    """
    try:
        name = util.resolve_name(name, package)
    except ImportError as error:
        raise FingerprintError(str(error)) from error
    check_hermetic(name)
    module = sys.modules.get(name)
    if module is None:
        depth = len(package.split(".")) if package else 0
        folder = Path(file or "notebook").absolute().parents[depth]
        return _not_yet_imported(name, names, folder)
    if (version := module_version(module)) is not None:
        for used in names:
            check_hermetic(f"{name}.{used}")
        return {f"import {name}": version}
    if wanted and "*" not in wanted:
        return {
            f"import {name}.{each}": vars(module).get(
                each, sys.modules.get(f"{name}.{each}", MISSING)
            )
            for each in wanted
        }
    top = name.partition(".")[0]
    return {f"import {each}": sys.modules.get(each, MISSING) for each in (name, top)}


def _not_yet_imported(name: str, names: set[str], folder: Path) -> dict[str, Any]:
    """Return the source files of a module that is not yet loaded."""
    top = name.partition(".")[0]
    try:
        spec = util.find_spec(top)
    except (ImportError, ValueError):
        spec = None
    origin = spec.origin if spec else None
    if origin in ("built-in", "frozen") or (
        origin and file_version(origin, top) is not None
    ):
        for used in names:
            check_hermetic(f"{name}.{used}")
        return {f"import {name}": file_version(origin or "", top) or ""}
    places = [Path(origin)] if origin else []
    places += [folder / f"{top}.py", folder / top / "__init__.py"]
    path = next((place for place in places if place.is_file()), None)
    if path is None or path.suffix != ".py":
        raise FingerprintError(f"module {name} was not found")
    if path.name != "__init__.py":
        return {f"import {top}": Source(str(path), top)}
    found = {}
    for each in sorted(path.parent.rglob("*.py")):
        parts = each.relative_to(path.parent.parent).with_suffix("").parts
        dotted = ".".join(parts).removesuffix(".__init__")
        found[f"import {dotted}"] = Source(str(each), dotted)
    return found
