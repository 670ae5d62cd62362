"""Shows a clip in a notebook, which then holds it and can be shared.

Where a page shows no videos, as on GitHub, a picture of the video's end remains.
"""

from __future__ import annotations

import base64
import html
from pathlib import Path

from animator.base.geometry import Size
from animator.encoders.registry import format_of
from animator.encoders.writers.ffmpeg import last_picture


def clip_html(path: Path, size: Size) -> str:
    """Return HTML that shows a written clip, with the file in it.

    All data are in attributes: nothing of them is left where tags are removed.
    """
    name = html.escape(path.name, quote=True)
    mime = format_of(path).mime
    if not mime:
        return f"<code>{name}</code>"
    data = _url(mime, path.read_bytes())
    width = f'style="width: {size[0]}px; max-width: 100%"'
    if mime.startswith("video/"):
        end = last_picture(path)
        still = (
            f'<img {width} alt="{name}" src="{_url("image/png", end)}">' if end else ""
        )
        return (
            f'<video controls autoplay loop muted playsinline {width} title="{name}" '
            f'src="{data}">{still}</video>'
        )
    if mime.startswith("image/"):
        return f'<img {width} alt="{name}" src="{data}">'
    return f'<a download="{name}" href="{data}">{name}</a>'


def _url(mime: str, content: bytes) -> str:
    """Return an address that is a file itself."""
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"
