"""Writes the paths of an SVG shorter: each point as its distance from the last one."""

from __future__ import annotations

import re

_PIECE = re.compile(r"([MLCQZz])|(-?[\d.]+(?:e-?\d+)?)")
_PARTS = 100
"""Parts of a point that distances are counted in."""


def relative(path: str) -> str:
    """Return a path of absolute commands with relative ones; none of them drifts."""
    words = list[str]()
    here, start = (0, 0), (0, 0)
    command, numbers = "", list[int]()
    for letter, number in _PIECE.findall(path):
        if letter:
            command = letter.lower()
            if command == "z":
                words.append("z")
                here = start
            continue
        numbers.append(round(float(number) * _PARTS))
        if len(numbers) == {"m": 2, "l": 2, "q": 4, "c": 6}[command]:
            moves = [n - here[i % 2] for i, n in enumerate(numbers)]
            here = numbers[-2], numbers[-1]
            start = here if command == "m" else start
            words.append(command + _joined(moves))
            numbers.clear()
    return re.sub(r"(?<=l)([^lmcqz]*)l", r"\1 ", "".join(words)).replace(" -", "-")


def _joined(moves: list[int]) -> str:
    """Return distances in as few characters as possible."""
    text = " ".join(map(_short, moves))
    return text.replace(" -", "-")


def _short(move: int) -> str:
    sign, size = "-" if move < 0 else "", abs(move)
    whole, rest = divmod(size, _PARTS)
    digits = f"{rest:02d}".rstrip("0")
    point = f".{digits}" if digits else ""
    return f"{sign}{whole if whole or not digits else ''}{point}"
