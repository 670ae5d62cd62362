"""Shows a clip in a notebook, which then holds it and can be shared."""

from __future__ import annotations

import base64
import html
from pathlib import Path

from animator.base.geometry import Size
from animator.encoders.registry import format_of


def clip_html(path: Path, size: Size) -> str:
    """Return HTML that shows a written clip, with the file in it."""
    name = html.escape(path.name, quote=True)
    mime = format_of(path).mime
    if not mime:
        return f"<code>{name}</code>"
    data = f"data:{mime};base64,{base64.b64encode(path.read_bytes()).decode()}"
    width = f'style="width: {size[0]}px; max-width: 100%"'
    if mime.startswith("video/"):
        return (
            f'<video controls autoplay loop muted playsinline {width} title="{name}" '
            f'src="{data}"></video>'
        )
    if mime.startswith("image/"):
        return f'<img {width} alt="{name}" src="{data}">'
    return f'<a download="{name}" href="{data}">{name}</a>'
