"""Names of files that every system accepts, Windows included."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
"""Characters that Windows has in no file's name."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.I)
"""Names of devices of Windows, whatever suffix they have."""
_UNUSUAL = re.compile(r"[^\w.,+()-]")
"""Characters that a value does not have in a file's name."""
_MOST = 60
"""Characters that a value can have in a file's name."""


def portable_name(stem: str) -> str:
    """Return a file's name without its suffix, changed where Windows refuses it."""
    name = _FORBIDDEN.sub("_", stem)
    kept = name.rstrip(". ")
    name = kept + "_" * (len(name) - len(kept))
    return f"{name}_" if not name else _RESERVED.sub(r"\1_\2", name)


def value_in_name(name: str, value: object) -> str:
    """Return a hyperparameter and its value as a part of a file's name."""
    return _UNUSUAL.sub("_", f"{name}-{value}")[:_MOST]
