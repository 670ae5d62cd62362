"""Finds ffmpeg, and what it can do."""

from __future__ import annotations

import subprocess

from imageio_ffmpeg import get_ffmpeg_exe

from animator.base.errors import WriteError


def missing_codec(codec: str) -> str:
    """Return what is missing to encode with one of ffmpeg's codecs, if anything."""
    try:
        command = [ffmpeg(), "-v", "error", "-encoders"]
        told = subprocess.run(command, capture_output=True, text=True, check=True)
    except (WriteError, OSError, subprocess.CalledProcessError) as error:
        return str(error)
    if f" {codec} " in told.stdout:
        return ""
    return f"this ffmpeg has no {codec}; install imageio-ffmpeg anew"


def ffmpeg_version() -> str:
    """Return the version of ffmpeg.

    Raises:
        WriteError: there is none that runs.
    """
    path = ffmpeg()
    try:
        told = subprocess.run(
            [path, "-version"], capture_output=True, text=True, check=True, timeout=60
        )
        return told.stdout.split()[2]
    except (OSError, subprocess.SubprocessError, IndexError) as error:
        raise WriteError(f"{path}: does not tell its version ({error})") from error


def ffmpeg() -> str:
    """Return the path of ffmpeg.

    Raises:
        WriteError: there is none.
    """
    try:
        return str(get_ffmpeg_exe())
    except RuntimeError as error:
        raise WriteError(
            "there is no ffmpeg; install imageio-ffmpeg anew, which brings one, "
            "or let IMAGEIO_FFMPEG_EXE name yours"
        ) from error
