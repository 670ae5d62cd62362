"""Loads a scene file: runs it and returns its `scene`."""

from __future__ import annotations

import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from animator.base.callers import Place, keep_source
from animator.base.checks import check_file, quoted
from animator.base.errors import AnimatorError, SceneError, WriteError
from animator.base.seeding import seeded
from animator.scenes.error_advice import explain
from animator.scenes.scene import Scene


def load(path: str | Path) -> Scene:
    """Run a scene file, and return its module-level `scene`.

    The file can import modules of its own folder. No bytecode is written. The global
    random generators are seeded with 0 while the file runs, and restored afterwards.

    Raises:
        SceneError: the file cannot be read or run, or has no `scene`; the message
            begins with the file's name and, where it is known, the line.
    """
    try:
        path = Path(path)
        check_file(path)
        source = path.read_bytes()
    except FileNotFoundError:
        raise SceneError(f"{path}: there is no such file; check the path") from None
    except (OSError, TypeError, ValueError) as error:
        what = getattr(error, "strerror", None) or str(error)
        raise SceneError(f"{quoted(str(path))}: {what}; give a scene file") from error
    module = ModuleType(f"scene_{path.stem}")
    module.__file__ = str(path)
    with _importable(module, path), seeded(), located(path):
        code = compile(source, _traceback_name(path), "exec")
        keep_source(_traceback_name(path), source)
        exec(code, module.__dict__)
    if not hasattr(module, "scene"):
        raise SceneError(f"{path}: has no scene; end it with a line scene = Scene(...)")
    scene = module.scene
    if not isinstance(scene, Scene):
        place = getattr(scene, "made_at", None)
        where = place if place and place.file == _traceback_name(path) else path
        raise SceneError(f"{where}: scene is {quoted(scene)}; make it a Scene(...)")
    text = str(module.__doc__ or "").strip().splitlines()
    if scene.caption or not text:
        return scene
    with located(path):
        return replace(scene, caption=text[0])


@contextmanager
def located(path: Path) -> Iterator[None]:
    """Reraise errors of the body with the file and line of the scene.

    Raises:
        SceneError: the body raised an error. A `WriteError` and interrupts pass
            unchanged.
    """
    try:
        yield
    except (WriteError, KeyboardInterrupt):
        raise
    except SyntaxError as error:
        line = f":{error.lineno}" if error.filename == _traceback_name(path) else ""
        raise SceneError(f"{path}{line}: syntax error: {error.msg}") from error
    except BaseException as error:  # a scene may raise anything
        raise _with_place(path, error) from error


def _with_place(path: Path, error: BaseException) -> AnimatorError:
    """Return an error with the line of the scene where it occurred, and the fix."""
    place, names = _failing_line(path, error)
    if isinstance(error, AnimatorError):
        text = str(error)
    else:
        text = explain(error, names, place)
    if place is None:
        return SceneError(f"{path}: {text}")
    if place.file == _traceback_name(path):
        return SceneError(f"{path}:{place.line}: {text}")
    return SceneError(f"{path}: {place}: {text}")


def _failing_line(
    path: Path, error: BaseException
) -> tuple[Place | None, Mapping[str, Any]]:
    """Return the line of a scene file that caused an error, if it is known.

    That is the last line of the file in the traceback of the error's cause; or else the
    line where the failed object was created; or else the last line of the file in the
    traceback of the error itself.

    Returns:
        The line, and the names that the scene file has defined.
    """
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    for each in reversed(chain):
        asked = getattr(each, "place", None)
        if asked is not None:
            return asked, {}
        for frame, line in reversed(list(traceback.walk_tb(each.__traceback__))):
            if frame.f_code.co_filename == _traceback_name(path):
                return Place(_traceback_name(path), line), frame.f_globals
    return None, {}


def _traceback_name(path: Path) -> str:
    """Return the name of a file for a traceback; it may contain any bytes."""
    return str(path).encode(errors="backslashreplace").decode()


@contextmanager
def _importable(module: ModuleType, path: Path) -> Iterator[None]:
    """Make a scene file that runs, and the modules of its folder, importable.

    Afterwards, remove them: another scene may have modules of the same names.
    """
    folder = str(path.resolve().parent)
    before, places = set(sys.modules), sys.path[:]
    sys.modules[module.__name__] = module
    sys.path.append(folder)
    try:
        with warnings.catch_warnings():  # restores warning filters that the scene sets
            yield
    finally:
        sys.path[:] = places
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if name == module.__name__ or (file and Path(file).parent == Path(folder)):
                del sys.modules[name]
