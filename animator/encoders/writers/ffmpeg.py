"""Finds ffmpeg, its version and its codecs."""

from __future__ import annotations

import subprocess
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

from animator.base.errors import WriteError

_TIMEOUT = 60
"""The time within which ffmpeg must answer, in seconds."""


def ffmpeg() -> str:
    """Return the path of ffmpeg.

    Raises:
        WriteError: ffmpeg was not found.
    """
    try:
        return str(get_ffmpeg_exe())
    except RuntimeError as error:
        raise WriteError(
            "ffmpeg was not found; reinstall imageio-ffmpeg, which contains it, or "
            "set IMAGEIO_FFMPEG_EXE to its path"
        ) from error


def ffmpeg_version() -> str:
    """Return the version of ffmpeg.

    Raises:
        WriteError: ffmpeg was not found or does not run.
    """
    try:
        return _output("-version").split()[2]
    except IndexError as error:
        raise WriteError(
            f"{ffmpeg()}: does not print its version; reinstall imageio-ffmpeg"
        ) from error


def missing_codec(codec: str) -> str:
    """Return what is missing to encode with a codec of ffmpeg; empty if nothing."""
    try:
        codecs = _output("-v", "error", "-encoders")
    except WriteError as error:
        return str(error)
    if f" {codec} " in codecs:
        return ""
    return f"this ffmpeg has no {codec}; reinstall imageio-ffmpeg"


def _output(*arguments: str) -> str:
    """Run ffmpeg and return its output.

    Raises:
        WriteError: ffmpeg was not found or does not run.
    """
    path = ffmpeg()
    try:
        run = subprocess.run(
            [path, *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=True,
            timeout=_TIMEOUT,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise WriteError(
            f"{path}: does not run ({error}); reinstall imageio-ffmpeg"
        ) from error
    return run.stdout


def last_picture(path: Path) -> bytes:
    """Return the last picture of a video as a PNG; empty if ffmpeg finds none."""
    try:
        return _last_picture(path)
    except (WriteError, OSError, subprocess.SubprocessError):
        return b""


def _last_picture(path: Path) -> bytes:
    command = [
        *(ffmpeg(), "-v", "error", "-sseof", "-1.5", "-i", f"file:{path}"),
        *("-vf", "reverse", "-frames:v", "1", "-f", "image2pipe", "-c:v", "png", "-"),
    ]
    run = subprocess.run(command, capture_output=True, check=True, timeout=_TIMEOUT)
    return run.stdout
