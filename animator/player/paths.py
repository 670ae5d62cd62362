"""Writes the paths of an SVG shortly: each point as its distance from the last one."""

from __future__ import annotations

import re
from collections.abc import Iterator

SIZES = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
"""How many numbers a command has."""
_CODE = re.compile(r"([MLQCZ])(\d+)")
_PARTS = 100
"""Parts of a pixel in which distances are counted."""


def parse_codes(codes: str) -> Iterator[tuple[str, int]]:
    """Yield the commands of codes such as ``"M1L20Z1"``, and how often they repeat."""
    for letter, times in _CODE.findall(codes):
        yield letter, int(times)


def path_data(codes: str, numbers: list[float]) -> str:
    """Return a path with relative commands; none of its points drifts.

    Args:
        codes: its commands, such as ``"M1L20Z1"``.
        numbers: the coordinates of its points, in pixels.
    """
    parts = list[str]()
    here, start = (0, 0), (0, 0)
    at = 0
    for letter, times in parse_codes(codes):
        if letter == "Z":
            parts.append("z")
            here = start
            continue
        size = SIZES[letter]
        for number in range(times):
            own = [round(value * _PARTS) for value in numbers[at : at + size]]
            at += size
            moves = [value - here[i % 2] for i, value in enumerate(own)]
            here = own[-2], own[-1]
            if letter == "M":
                start = here
            # A command that follows itself needs no letter, but a move is a line then.
            is_new = number == 0 or letter == "M"
            parts.append((letter.lower() if is_new else " ") + _joined(moves))
    return "".join(parts).replace(" -", "-")


def _joined(moves: list[int]) -> str:
    """Return distances in as few characters as possible."""
    return " ".join(map(_short, moves)).replace(" -", "-")


def _short(move: int) -> str:
    sign, size = "-" if move < 0 else "", abs(move)
    integer, rest = divmod(size, _PARTS)
    digits = f"{rest:02d}".rstrip("0")
    point = f".{digits}" if digits else ""
    return f"{sign}{integer if integer or not digits else ''}{point}"
