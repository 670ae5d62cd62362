"""HTML: an interactive page that plays the recorded runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.encoders.format import Format
from animator.encoders.option import check_number, number_parser, option

_SLOWEST, _FASTEST = 0.05, 20.0
"""The range of speeds, as multiples of a clip's."""


def _parse_yes_no(text: str) -> bool:
    """Return whether a text is ``yes``.

    Raises:
        SceneError: the text is neither ``yes`` nor ``no``.
    """
    values = {"yes": True, "true": True, "no": False, "false": False}
    if text.strip().lower() not in values:
        raise SceneError(f"{quoted(text)} is neither yes nor no; give one of them")
    return values[text.strip().lower()]


def _yes_or_no(default: bool, text: str) -> Any:
    """Return the field of an option that is either on or off."""
    return option(
        default,
        help=text,
        parse=_parse_yes_no,
        metavar="yes|no",
        default_text="yes" if default else "no",
    )


@dataclass(frozen=True, slots=True)
class HtmlOptions:
    """The options of a page.

    Attributes:
        embed: whether the file is an HTML fragment to insert into another page.
        script: whether the file contains the script; a page with several players needs
            it only once.
        controls: whether the player has controls.
        autoplay: whether the player starts automatically.
        speed: the initial speed, as a multiple of a clip's speed.
        narrow: whether the page has a second layout, for narrow screens.
        full_maps: whether loss maps keep all points; if False, about 101 along each
            axis.

    Raises:
        SceneError: a value is out of its range.
    """

    embed: bool = _yes_or_no(False, "Write a fragment, to be put into a page.")
    script: bool = _yes_or_no(
        True, "Hold the script, which a page with several players needs once."
    )
    controls: bool = _yes_or_no(True, "Controls.")
    autoplay: bool = _yes_or_no(True, "Play at once.")
    speed: float = option(
        1.0,
        help="How fast it plays at first.",
        parse=number_parser(_SLOWEST, _FASTEST, {}),
        metavar="X",
        default_text="1",
    )
    narrow: bool = _yes_or_no(True, "A second layout, upright, for narrow screens.")
    full_maps: bool = _yes_or_no(
        False, "Keep all points of loss maps, not about 101 along each side."
    )

    def __post_init__(self) -> None:
        check_number("html_speed", self.speed, _SLOWEST, _FASTEST)
        for name in ("embed", "script", "controls", "autoplay", "narrow", "full_maps"):
            if not isinstance(getattr(self, name), bool):
                raise SceneError(
                    f"html_{name} is {quoted(getattr(self, name))}; give True or False"
                )

    def attributes(self, loop: int) -> dict[str, str]:
        """Return the HTML attributes of the player that are not the default.

        Args:
            loop: how often the player repeats the clip, 0 for ever.
        """
        chosen = {
            "controls": "" if self.controls else "no",
            "autoplay": "" if self.autoplay else "no",
            "speed": "" if self.speed == 1 else f"{self.speed:g}",
            "loop": str(loop) if loop else "",
        }
        return {name: value for name, value in chosen.items() if value}


FORMAT = Format(
    name="html",
    mime="text/html",
    use="web, talks, courses: plays the runs themselves",
    options=HtmlOptions,
    page=True,
    transparent=True,
    loops=True,
    rank=5,
)
