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
from animator.scenes.advice import explain
from animator.scenes.scene import Scene


def load(path: str | Path) -> Scene:
    """Run a scene file and return its module-level `scene`.

    It can import modules of its own folder. No byte code is written. Global random
    generators are seeded with 0 while it runs, and restored afterwards.

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
        code = compile(source, _name(path), "exec")
        keep_source(_name(path), source)
        exec(code, module.__dict__)
    if not hasattr(module, "scene"):
        raise SceneError(f"{path}: has no scene; end it with a line scene = Scene(...)")
    scene = module.scene
    if not isinstance(scene, Scene):
        place = getattr(scene, "made_at", None)
        where = place if place and place.file == _name(path) else path
        raise SceneError(f"{where}: scene is {quoted(scene)}; make it a Scene(...)")
    text = str(module.__doc__ or "").strip().splitlines()
    if scene.caption or not text:
        return scene
    with located(path):
        return replace(scene, caption=text[0])


@contextmanager
def located(path: Path) -> Iterator[None]:
    """Raise errors of the body as errors that name a scene's file and line.

    Raises:
        SceneError: the body raised anything but a `WriteError` or an interrupt, which
            are not changed.
    """
    try:
        yield
    except (WriteError, KeyboardInterrupt):
        raise
    except SyntaxError as error:
        line = f":{error.lineno}" if error.filename == _name(path) else ""
        raise SceneError(f"{path}{line}: syntax error: {error.msg}") from error
    except BaseException as error:  # a scene may raise anything
        raise _placed(path, error) from error


def _placed(path: Path, error: BaseException) -> AnimatorError:
    """Return an error that says in which line of a scene it occurred, and the fix."""
    place, names = _failing_line(path, error)
    if isinstance(error, AnimatorError):
        text = str(error)
    else:
        text = explain(error, names, place)
    if place is None:
        return SceneError(f"{path}: {text}")
    if place.file == _name(path):
        return SceneError(f"{path}:{place.line}: {text}")
    return SceneError(f"{path}: {place}: {text}")


def _failing_line(
    path: Path, error: BaseException
) -> tuple[Place | None, Mapping[str, Any]]:
    """Return the line of a scene that has caused an error, if it is known.

    That is the last one that the error's cause has passed; or where what has failed was
    made; or the last one that the error itself has passed.

    Returns:
        The line, and the names that the scene has defined.
    """
    chain = [error]
    while chain[-1].__cause__ is not None:
        chain.append(chain[-1].__cause__)
    for each in reversed(chain):
        asked = getattr(each, "place", None)
        if asked is not None:
            return asked, {}
        for frame, line in reversed(list(traceback.walk_tb(each.__traceback__))):
            if frame.f_code.co_filename == _name(path):
                return Place(_name(path), line), frame.f_globals
    return None, {}


def _name(path: Path) -> str:
    """Return a file's name for a traceback, whatever bytes it has."""
    return str(path).encode(errors="backslashreplace").decode()


@contextmanager
def _importable(module: ModuleType, path: Path) -> Iterator[None]:
    """Make a running scene, and the modules of its folder, importable.

    Afterwards they are removed: another scene may have modules of the same names.
    """
    folder = str(path.resolve().parent)
    before, places = set(sys.modules), sys.path[:]
    sys.modules[module.__name__] = module
    sys.path.append(folder)
    try:
        with warnings.catch_warnings():  # filters that the scene sets end here
            yield
    finally:
        sys.path[:] = places
        for name in set(sys.modules) - before:
            file = getattr(sys.modules[name], "__file__", None)
            if name == module.__name__ or (file and Path(file).parent == Path(folder)):
                del sys.modules[name]
