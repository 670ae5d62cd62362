"""HTML: a page that plays the recorded runs themselves, and answers its reader."""

from __future__ import annotations

from dataclasses import dataclass

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.encoders.format import Format
from animator.encoders.option import check_number, number_parser, option

_SLOWEST, _FASTEST = 0.05, 20.0
"""Speeds, as multiples of a clip's."""


def _switch(text: str) -> bool:
    """Return what ``yes`` or ``no`` says.

    Raises:
        SceneError: it is another word.
    """
    words = {"yes": True, "true": True, "no": False, "false": False}
    if text.strip().lower() not in words:
        raise SceneError(f"{quoted(text)} is neither yes nor no; give one of them")
    return words[text.strip().lower()]


@dataclass(frozen=True, slots=True)
class HtmlOptions:
    """Options of a page.

    Attributes:
        embed: whether the file is a fragment, to be put into a page.
        script: whether it holds the script, which a page with several players needs
            once.
        controls: whether it has controls.
        autoplay: whether it plays at once.
        speed: how fast it plays at first, as a multiple of a clip's speed.
        full_maps: whether loss maps keep all of their points; if not, about 101 along
            each side.

    Raises:
        SceneError: a value is out of its range.
    """

    embed: bool = option(
        False,
        help="Write a fragment, to be put into a page.",
        parse=_switch,
        metavar="yes|no",
        default_text="no",
    )
    script: bool = option(
        True,
        help="Hold the script, which a page with several players needs once.",
        parse=_switch,
        metavar="yes|no",
        default_text="yes",
    )
    controls: bool = option(
        True, help="Controls.", parse=_switch, metavar="yes|no", default_text="yes"
    )
    autoplay: bool = option(
        True, help="Play at once.", parse=_switch, metavar="yes|no", default_text="yes"
    )
    speed: float = option(
        1.0,
        help="How fast it plays at first.",
        parse=number_parser(_SLOWEST, _FASTEST, {}),
        metavar="X",
        default_text="1",
    )
    full_maps: bool = option(
        False,
        help="Keep all points of loss maps, not about 101 along each side.",
        parse=_switch,
        metavar="yes|no",
        default_text="no",
    )

    def __post_init__(self) -> None:
        check_number("html_speed", self.speed, _SLOWEST, _FASTEST)
        for name in ("embed", "script", "controls", "autoplay", "full_maps"):
            if not isinstance(getattr(self, name), bool):
                raise SceneError(
                    f"html_{name} is {quoted(getattr(self, name))}; give True or False"
                )

    def attributes(self, loop: int) -> dict[str, str]:
        """Return what differs from the defaults as attributes of the player.

        Args:
            loop: how often it plays, 0 for ever.
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
