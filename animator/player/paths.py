"""Writes the paths of an SVG in few characters, with relative coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

SIZES = {"M": 2, "L": 2, "Q": 4, "C": 6, "Z": 0}
"""The number of coordinates of each command."""
_CODE = re.compile(r"([MLQCZ])(\d+)")
_PARTS = 100
"""Coordinates are rounded to 1 / this of a pixel."""


def parse_codes(codes: str) -> Iterator[tuple[str, int]]:
    """Yield each command of codes such as ``"M1L20Z1"``, with its repetitions."""
    for letter, times in _CODE.findall(codes):
        yield letter, int(times)


def path_data(codes: str, numbers: Sequence[float]) -> str:
    """Return a path with relative commands, in which rounding errors do not add up.

    Args:
        codes: its commands, such as ``"M1L20Z1"``.
        numbers: the coordinates of its points, in pixels.
    """
    return _path_data(codes, tuple(numbers))


@lru_cache(maxsize=4096)  # the documents of a page have most paths in common
def _path_data(codes: str, numbers: tuple[float, ...]) -> str:
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
            # A repeated command needs no letter; after a move, no letter means a line.
            is_new = number == 0 or letter == "M"
            parts.append((letter.lower() if is_new else " ") + _joined(moves))
    return "".join(parts).replace(" -", "-")


def _joined(moves: list[int]) -> str:
    """Return relative coordinates in as few characters as possible."""
    return " ".join(map(_short, moves)).replace(" -", "-")


def _short(move: int) -> str:
    sign, size = "-" if move < 0 else "", abs(move)
    integer, rest = divmod(size, _PARTS)
    digits = f"{rest:02d}".rstrip("0")
    point = f".{digits}" if digits else ""
    return f"{sign}{integer if integer or not digits else ''}{point}"
