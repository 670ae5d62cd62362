"""Examines an installation: versions, fonts, cache, and a trial clip of each format."""

from __future__ import annotations

import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from matplotlib.font_manager import FontProperties, findfont
from torch.nn import MSELoss
from torch.optim import SGD

from animator.base.cache import Cache
from animator.base.errors import AnimatorError, message_of
from animator.drawing.fonts import fonts_for, register
from animator.drawing.theme import LIGHT
from animator.encoders.registry import formats
from animator.encoders.writers.ffmpeg import ffmpeg, ffmpeg_version
from animator.experiments.experiment import Experiment
from animator.panels import Heatmap
from animator.problems import line_fit
from animator.rendering.renderer import render
from animator.scenes.scene import Scene

_SAMPLES = ("日本語", "한국어", "हिन्दी", "ไทย", "العربية", "עברית", "🚀")
_PACKAGES = ("torch", "numpy", "matplotlib", "pillow", "imageio-ffmpeg", "click")


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part of an installation.

    Attributes:
        subject: the name of the part.
        state: what was found, or what is wrong.
        fix: what to do about it; empty if nothing is wrong.
    """

    subject: str
    state: str
    fix: str = ""


def examine() -> Iterator[Finding]:
    """Examine the parts of this installation, one after the other."""
    yield Finding("python", f"{platform.python_version()} on {platform.system()}")
    for name in _PACKAGES:
        try:
            yield Finding(name, version(name))
        except PackageNotFoundError:
            yield Finding(name, "missing", f"pip install {name}")
    yield _tried(
        "ffmpeg",
        _ffmpeg,
        "pip install --force-reinstall imageio-ffmpeg, or let IMAGEIO_FFMPEG_EXE name "
        "an ffmpeg that runs",
    )
    yield _tried(
        f"font {LIGHT.font}",
        _font,
        "pip install --force-reinstall font-source-sans-pro",
    )
    yield Finding("fonts for other scripts", _fonts_of_other_scripts())
    yield _tried("cache", _cache, "make it writable, or use --no-cache")
    experiment = Experiment(line_fit(MSELoss()), {"plain": partial(SGD, lr=0.1)}, 20)
    scene = Scene([Heatmap(experiment, points=41)], "A trial", seconds=2.5)
    with tempfile.TemporaryDirectory() as folder:
        for name in formats():
            clip = partial(_trial, scene, Path(folder) / f"trial.{name}")
            yield _tried(name, clip, "see ffmpeg above, or use another format")


def _tried(subject: str, state: Callable[[], str], fix: str) -> Finding:
    """Return the state of a part; if finding it fails, the error and the fix."""
    try:
        return Finding(subject, state())
    except (AnimatorError, OSError, ValueError, subprocess.SubprocessError) as error:
        return Finding(subject, message_of(error), fix)


def _ffmpeg() -> str:
    return f"{ffmpeg_version()} at {ffmpeg()}"


def _font() -> str:
    register(LIGHT.font)
    return findfont(FontProperties(family=LIGHT.font), fallback_to_default=False)


def _fonts_of_other_scripts() -> str:
    needed = fonts_for(LIGHT.font, _SAMPLES)
    found = ", ".join(needed.families[1:]) or "none"
    if not needed.lacking:
        return found
    return f"{found}; if you need {needed.lacking}, install fonts such as Noto's"


def _cache() -> str:
    folder = Cache().folder
    there = folder
    while not there.exists():
        there = there.parent
    if not os.access(there, os.W_OK):
        raise OSError(f"{folder} cannot be written to")
    files = list(folder.glob("*.npz"))
    size = sum(file.stat().st_size for file in files)
    return f"{len(files)} results, {size:,} bytes in {folder}"


def _trial(scene: Scene, path: Path) -> str:
    start = time.monotonic()
    (clip,) = render(scene, path, size=(320, 180), cache=False)
    return f"{clip.bytes:,} bytes in {time.monotonic() - start:.1f} s"
