"""Returns HTML that shows a clip in a notebook and contains its file.

Where videos are not shown, as on GitHub, a picture of the last frame remains.
"""

from __future__ import annotations

import base64
import html
import re
from pathlib import Path

from animator.base.geometry import Size
from animator.encoders.registry import format_of
from animator.encoders.writers.ffmpeg import last_picture

_STILL = re.compile(r'<img src="(data:image/webp;base64,[A-Za-z0-9+/=]+)"')
"""The picture that a page shows where scripts are off."""
_CONTROLS = 64
"""Height of the controls below a page's picture, in pixels."""


def clip_html(path: Path, size: Size) -> str:
    """Return HTML that shows a written clip, and contains its file.

    All data are in attributes, so that nothing remains where tags are removed.
    """
    name = html.escape(path.name, quote=True)
    mime = format_of(path).mime
    if not mime:
        return f"<code>{name}</code>"
    if mime == "text/html":
        return _page_html(path.read_text(encoding="utf-8"), name, size)
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


def _page_html(page: str, name: str, size: Size) -> str:
    """Return a page in an iframe, above a picture that remains if iframes are removed.

    The page plays without a kernel, also in an exported notebook.
    """
    still = _STILL.search(page)
    picture = (
        f'<img style="width: 100%; display: block" alt="{name}" src="{still[1]}">'
        if still
        else ""
    )
    return (
        f'<div style="position: relative; width: {size[0]}px; max-width: 100%; '
        f'padding-bottom: {_CONTROLS}px">{picture}'
        f'<iframe title="{name}" srcdoc="{html.escape(page, quote=True)}" '
        'style="position: absolute; inset: 0; width: 100%; height: 100%; border: 0" '
        'allow="fullscreen *; clipboard-write *"></iframe></div>'
    )


def _url(mime: str, content: bytes) -> str:
    """Return a data URL that contains a file."""
    return f"data:{mime};base64,{base64.b64encode(content).decode()}"
