"""Checks the mosaic that assigns the cells of a grid to panels, and stacks it."""

from __future__ import annotations


def is_mosaic(mosaic: object, panels: int) -> bool:
    """Return whether a mosaic has one rectangle of a single letter for each panel."""
    if not isinstance(mosaic, str):
        return False
    rows = mosaic.split(";")
    letters = set(mosaic) - {".", ";"}
    if len({len(row) for row in rows}) > 1 or len(letters) != panels:
        return False
    for letter in letters:
        lines = [index for index, row in enumerate(rows) if letter in row]
        first, last = rows[lines[0]].find(letter), rows[lines[0]].rfind(letter)
        area = (lines[-1] - lines[0] + 1) * (last - first + 1)
        block = [row[first : last + 1] for row in rows[lines[0] : lines[-1] + 1]]
        if "".join(block) != letter * area or mosaic.count(letter) != area:
            return False
    return True


def stacked(mosaic: str) -> str:
    """Return a mosaic of one column, in which each panel has as many rows as before."""
    rows = mosaic.split(";")
    letters = sorted(set(mosaic) - {".", ";"})
    return ";".join(letter for letter in letters for row in rows if letter in row)
