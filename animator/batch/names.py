"""Makes names of files that every system accepts, including Windows."""

from __future__ import annotations

import re

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
"""Characters that Windows does not allow in names of files."""
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)", re.I)
"""Names of devices of Windows, with any suffix."""
_UNUSUAL = re.compile(r"[^\w.,+()-]")
"""Characters that are removed from values in names of files."""
_MOST = 60
"""Characters that values keep in names of files."""


def portable_name(stem: str) -> str:
    """Return a name of a file without suffix that Windows accepts, too."""
    name = _FORBIDDEN.sub("_", stem)
    kept = name.rstrip(". ")
    name = kept + "_" * (len(name) - len(kept))
    return f"{name}_" if not name else _RESERVED.sub(r"\1_\2", name)


def value_in_name(name: str, value: object) -> str:
    """Return a hyperparameter and its value as part of a file's name."""
    return _UNUSUAL.sub("_", f"{name}-{value}")[:_MOST]
