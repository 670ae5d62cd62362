"""A folder of numbered PNGs, for other tools."""

from __future__ import annotations

import re
from pathlib import Path

from animator.base.errors import WriteError
from animator.encoders.format import ClipSpec, Encoder, Format
from animator.encoders.option import NoOptions

_NAME = re.compile(r"\d{6,}\.png")


def _check_place(path: Path) -> None:
    """Raise `WriteError` if a folder contains anything but frames."""
    if not path.exists():
        return
    if not path.is_dir():
        raise WriteError(f"{path}: is a file, but frames go into a folder; rename it")
    for file in path.iterdir():
        if not (_NAME.fullmatch(file.name) and file.is_file()):
            raise WriteError(
                f"{path}: contains {file.name!r}, which is not a frame; give another "
                "folder"
            )


def _open(path: Path, clip: ClipSpec[NoOptions]) -> Encoder:
    from animator.encoders.writers.frames import FrameFiles

    return FrameFiles(path, transparent=clip.transparent)


FORMAT = Format(
    name="frames",
    mime="",
    use="other tools: a folder of numbered PNGs",
    options=NoOptions,
    open=_open,
    transparent=True,
    check_place=_check_place,
    rank=5,
)
