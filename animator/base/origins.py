"""Distinguishes installed code, which has a version, from the user's code."""

from __future__ import annotations

import functools
import hashlib
import os
import platform
import sys
import sysconfig
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any


class FingerprintError(Exception):
    """An object cannot be hashed, so results that depend on it are not cached."""


PACKAGE = Path(__file__).resolve().parents[1]
"""The folder of this package."""

MISSING = "<missing>"

_EXTERNAL_NAMES = {
    "builtins": "__import__ breakpoint compile eval exec globals input open",
    "time": "clock_gettime ctime gmtime localtime monotonic monotonic_ns perf_counter "
    "perf_counter_ns process_time process_time_ns strftime thread_time time time_ns",
    "os": "environ getenv getpid listdir popen read scandir stat system urandom walk",
    "posix": "getpid listdir read scandir stat system urandom",
    "nt": "getpid listdir read scandir stat system urandom",
    "_io": "open FileIO",
    "io": "open open_code FileIO",
    "sys": "modules stdin _getframe",
    "importlib": "import_module reload",
    "inspect": "currentframe stack",
    "numpy": "fromfile genfromtxt load loadtxt memmap",
    "numpy.lib.npyio": "genfromtxt load loadtxt",
    "torch": "from_file load ops seed",
    "torch.hub": "load",
    "torch.jit": "load",
    "torch.random": "seed",
    "torch.serialization": "load",
    "torch.utils.cpp_extension": "load load_inline",
    "pickle": "load",
    "_pickle": "load",
    "joblib": "load",
    "random": "SystemRandom",
    "datetime.datetime": "now today utcnow",
    "datetime.date": "today",
}
_EXTERNAL = {
    f"{module}.{name}"
    for module, names in _EXTERNAL_NAMES.items()
    for name in names.split()
}
"""Functions that read a file, a clock, a device or the environment."""
_EXTERNAL_MODULES = set(
    "aiohttp cffi ctypes fileinput ftplib gc glob http httpx linecache pkgutil "
    "requests runpy secrets shelve socket sqlite3 subprocess tempfile urllib urllib3 "
    "uuid".split()
)

_HEAP_TYPE = 1 << 9
"""Py_TPFLAGS_HEAPTYPE: the type was created at run time."""


def check_hermetic(dotted: str) -> None:
    """Raise `FingerprintError` if a function reads a file, a clock or a device."""
    if dotted in _EXTERNAL or dotted.partition(".")[0] in _EXTERNAL_MODULES:
        raise FingerprintError(
            f"{dotted} reads external data, which a fingerprint does not cover"
        )


def installed_name(thing: Any) -> str | None:
    """Return the name and version of an object that an installed distribution defines.

    Returns:
        None if the object is not found under its own name in an installed module: then
        it belongs to the user, or was created at run time.

    Raises:
        FingerprintError: the object reads a file, a clock or a device.
    """
    module_name = getattr(thing, "__module__", None)
    name = getattr(thing, "__qualname__", None)
    if not isinstance(module_name, str) or not isinstance(name, str):
        return None
    if isinstance(thing, type) and not thing.__flags__ & _HEAP_TYPE:
        return f"{module_name}.{name}"  # a type defined in C, which is immutable
    module = sys.modules.get(module_name)
    if module is None or (version := module_version(module)) is None:
        return None
    found: Any = module
    for part in name.split("."):
        found = getattr(found, "__dict__", {}).get(part)
        found = getattr(found, "__func__", found)
    if found is not thing:
        name = str(getattr(thing, "__name__", ""))
        if vars(module).get(name) is not thing:
            return None
    check_hermetic(f"{module_name}.{name}")
    return f"{module_name}.{name} {version}"


def module_version(module: ModuleType) -> str | None:
    """Return the version of an installed module; None for a user's module."""
    name = str(getattr(module, "__name__", ""))
    file = getattr(module, "__file__", None)
    if isinstance(file, str) and Path(file).is_absolute():
        return file_version(file, name)
    top = name.partition(".")[0]
    if top in sys.builtin_module_names or top in sys.stdlib_module_names:
        return platform.python_version()
    parent = sys.modules.get(top)  # extensions may create modules without files
    if parent is None or parent is module or name == "__main__":
        return None
    return module_version(parent)


def file_version(file: str, module: str) -> str | None:
    """Return the version of the distribution of a module's file; None if the user's."""
    if _is_own(file):
        return "own"
    if _is_standard(file):
        return platform.python_version()
    if _is_in_site_packages(file):
        return _version_of(module.partition(".")[0])
    return None


def is_installed(function: FunctionType) -> bool:
    """Return whether a function's code is in a file of an installed distribution."""
    file = _file_of(function)
    module = str(function.__globals__.get("__name__"))
    return file is not None and (
        file.startswith("<frozen") or file_version(file, module) is not None
    )


def is_users(function: FunctionType) -> bool:
    """Return whether a function's code is in a user's file or in a notebook."""
    if _file_of(function) is None:
        return function.__globals__.get("__name__") == "__main__"
    return not is_installed(function)


def _file_of(function: FunctionType) -> str | None:
    """Return the file of a function's code, or of its globals."""
    file = function.__code__.co_filename
    if file.startswith("<") and not file.startswith("<frozen"):
        module_file = function.__globals__.get("__file__")
        return module_file if isinstance(module_file, str) else None
    return file


@functools.cache
def _is_own(file: str) -> bool:
    return Path(os.path.realpath(file)).is_relative_to(PACKAGE)


@functools.cache
def _is_in_site_packages(file: str) -> bool:
    parts = Path(os.path.realpath(file)).parts
    return "site-packages" in parts or "dist-packages" in parts


@functools.cache
def _is_standard(file: str) -> bool:
    path = Path(os.path.realpath(file))
    folders = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    return not _is_in_site_packages(file) and any(
        path.is_relative_to(os.path.realpath(folder)) for folder in folders if folder
    )


@functools.cache
def _version_of(package: str) -> str | None:
    """Return the distributions of a package with their versions, or None."""
    try:
        found = [metadata.distribution(package)]
    except metadata.PackageNotFoundError:
        names = sorted(set(_distributions().get(package, ())))
        found = [metadata.distribution(name) for name in names]
    return " ".join(map(_version, found)) or None


@functools.cache
def _distributions() -> Mapping[str, list[str]]:
    return metadata.packages_distributions()


def _version(distribution: metadata.Distribution) -> str:
    """Return a distribution's name and version.

    An installation from a folder or a repository can change without a new version, so
    the hash of its file list is added.
    """
    name = f"{distribution.name} {distribution.version}"
    if distribution.read_text("direct_url.json") is None:
        return name
    record = distribution.read_text("RECORD") or ""
    return f"{name} {hashlib.sha256(record.encode()).hexdigest()}"
