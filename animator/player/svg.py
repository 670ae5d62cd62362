"""Writes a display list as an SVG, in pieces that documents can share."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from animator.player.paths import SIZES, parse_codes, path_data

if TYPE_CHECKING:
    from animator.player.display_list import DisplayList
    from animator.player.store import Store

_PIECE = 1500
"""The least number of characters of a piece; equal pieces are stored once."""
_ROOT = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {:g} {:g}" '
    'text-rendering="geometricPrecision">'
)


def svg_pieces(
    drawn: DisplayList, size: tuple[float, float], store: Store
) -> list[str]:
    """Return a display list as pieces of an SVG; `size` is the figure's, in pixels.

    Long paths are texts of a store, to which the pieces refer, see `document.d.ts`.
    """
    writer = _Writer(drawn, store)
    body = list(writer.elements())
    pieces, piece = list[str](), _ROOT.format(*size)
    if writer.definitions:
        piece += f"<defs>{''.join(writer.definitions.values())}</defs>"
    for element in body:
        if len(piece) >= _PIECE:
            pieces.append(piece)
            piece = ""
        piece += element
    return [*pieces, piece + "</svg>"]


class _Writer:
    """Writes the elements of an SVG, and the definitions to which they refer."""

    def __init__(self, drawn: DisplayList, store: Store) -> None:
        self._drawn = drawn
        self._store = store
        self._numbers = iter(drawn.numbers)
        self.definitions: dict[Any, str] = {}
        """The ids of clip paths and hatch patterns, by their contents."""
        self._ids: dict[Any, str] = {}

    def elements(self) -> Iterator[str]:
        """Yield the elements; groups without an id are left out."""
        open_groups: list[bool] = []
        for op in self._drawn.structure:
            kind = op["op"]
            if kind == "open":
                open_groups.append(bool(op["id"]))
                if op["id"]:
                    yield f'<g id="{op["id"]}">'
            elif kind == "close":
                if open_groups.pop():
                    yield "</g>"
            else:
                element: Any = getattr(self, f"_{kind}")
                yield element(op)

    def _take(self, count: int) -> list[float]:
        return [next(self._numbers) for _ in range(count)]

    def _path(self, op: dict[str, Any]) -> str:
        count = sum(SIZES[letter] * times for letter, times in parse_codes(op["codes"]))
        data = path_data(op["codes"], self._take(count))
        if "source" in op:  # long, and not turned
            data = self._shared(op["source"], op["placed"], data)
        return f'<path d="{data}"{self._style(op)}/>'

    def _shared(self, source: object, placed: Sequence[float], data: str) -> str:
        """Return a reference to a path that is stored once, wherever it is placed."""
        number, first = self._store.computed_once(
            ("path", source), lambda: (self._store.text(data), placed)
        )
        if placed == first:
            return f"@{number}"
        moves = list[str]()
        for axis in (0, 2):
            (factor, away), (other, start) = (
                placed[axis : axis + 2],
                first[axis : axis + 2],
            )
            scale = factor / other
            moves += [f"{scale:.7g}", f"{away - scale * start:.3f}"]
        return f"@{number} {' '.join(moves)}"

    def _markers(self, op: dict[str, Any]) -> str:
        shapes = []
        for _ in range(op["count"]):
            x, y = self._take(2)
            moved = [
                value + (y if index % 2 else x)
                for index, value in enumerate(op["shape"])
            ]
            shapes.append(path_data(op["codes"], moved))
        style = self._style(op)
        if "fill" in op:  # overlapping shapes need separate elements
            return "".join(f'<path d="{data}"{style}/>' for data in shapes)
        return f'<path d="{"".join(shapes)}"{style}/>'

    def _text(self, op: dict[str, Any]) -> str:
        x, y = self._take(2)
        turn = f"rotate({-op['angle']:g} {x:.2f} {y:.2f})" if op["angle"] else ""
        attributes = {
            "x": _short(x),
            "y": _short(y),
            "font-family": op["family"],
            "font-size": f"{op['size']:g}",
            "font-weight": op["weight"] if op["weight"] != "normal" else "",
            "font-style": op["style"] if op["style"] != "normal" else "",
            "fill": op["color"],
            "transform": turn,
        }
        if len(op["text"]) > 1:
            attributes["textLength"] = f"{op['width']:g}"
        text = escape(op["text"])
        return f"<text{_written(attributes)}{self._clip(op)}>{text}</text>"

    def _image(self, op: dict[str, Any]) -> str:
        data = base64.b64encode(op["image"]).decode()
        place = dict(zip(("x", "y", "width", "height"), self._take(4), strict=True))
        crisp = "" if op["smooth"] else ' style="image-rendering:pixelated"'
        return (
            f"<image{_written({n: _short(v) for n, v in place.items()})} "
            f'preserveAspectRatio="none"{crisp}{self._clip(op)} '
            f'href="data:image/webp;base64,{data}"/>'
        )

    def _map(self, op: dict[str, Any]) -> str:
        place = dict(zip(("x", "y", "width", "height"), self._take(4), strict=True))
        attributes = {"id": op["id"], **{n: _short(v) for n, v in place.items()}}
        return f'<image{_written(attributes)} preserveAspectRatio="none"/>'

    def _style(self, op: dict[str, Any]) -> str:
        """Return the attributes for the fill and the pen of a path."""
        fill = self._hatch(op) if "hatch" in op else op.get("fill", "none")
        attributes = {"fill": fill}
        if "stroke" in op:
            pen = op["stroke"]
            attributes |= {
                "stroke": pen["color"],
                "stroke-width": f"{pen['width']:g}",
                "stroke-linecap": pen["cap"] if pen["cap"] != "butt" else "",
                "stroke-linejoin": pen["join"] if pen["join"] != "miter" else "",
            }
            if "dash" in pen:
                attributes["stroke-dasharray"] = " ".join(map(str, pen["dash"]))
                attributes["stroke-dashoffset"] = f"{pen['dashOffset']:g}"
        return _written(attributes) + self._clip(op)

    def _hatch(self, op: dict[str, Any]) -> str:
        """Return a reference to a hatch pattern."""
        hatch = op["hatch"]
        data = path_data(hatch["codes"], hatch["points"])
        side = f"{hatch['size']:g}"
        fill = op.get("fill", "none")
        ground = f'<rect width="{side}" height="{side}" fill="{fill}"/>'
        lines = (
            f'<path d="{data}" fill="{hatch["color"]}" stroke="{hatch["color"]}" '
            f'stroke-width="{hatch["width"]:g}"/>'
        )
        body = f'width="{side}" height="{side}" patternUnits="userSpaceOnUse"'
        return self._defined("pattern", body, ground + lines)

    def _clip(self, op: dict[str, Any]) -> str:
        """Return the attribute for the clip box."""
        if "clip" not in op:
            return ""
        x0, y0, x1, y1 = op["clip"]
        box = {"x": x0, "y": y0, "width": max(x1 - x0, 0), "height": max(y1 - y0, 0)}
        rect = f"<rect{_written({name: _short(v) for name, v in box.items()})}/>"
        return f' clip-path="{self._defined("clipPath", "", rect)}"'

    def _defined(self, kind: str, attributes: str, body: str) -> str:
        """Return a reference to an element, which is defined only once."""
        key = (kind, attributes, body)
        if key not in self._ids:
            name = f"an-{kind.lower()}-{len(self._ids)}"
            self._ids[key] = name
            own = f" {attributes}" if attributes else ""
            self.definitions[key] = f'<{kind} id="{name}"{own}>{body}</{kind}>'
        return f"url(#{self._ids[key]})"


def _written(attributes: dict[str, str]) -> str:
    """Return the text of those attributes that have a value."""
    return "".join(
        f" {name}={quoteattr(value)}" for name, value in attributes.items() if value
    )


def _short(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
