"""Options of formats: checked where they are made, parsed from the command's text."""

from dataclasses import dataclass

import pytest

from animator import SceneError
from animator.encoders.format import Format, VectorStill
from animator.encoders.formats.gif import GifOptions
from animator.encoders.formats.webp import WebpOptions
from animator.encoders.option import number_parser, option
from animator.encoders.registry import formats


@pytest.mark.parametrize("name", formats())
def test_all_options_have_a_default(name):
    kind = formats()[name].options
    assert kind() == kind()


@pytest.mark.parametrize("value", [True, None, "high", -1, 100.1, float("nan")])
def test_qualities_that_cannot_be(value):
    with pytest.raises(SceneError, match=r"gif_quality is .*; give a number from 0 to"):
        GifOptions(value)
    if value is not None:
        with pytest.raises(SceneError, match=r"webp_quality is .*; give a number"):
            WebpOptions(value)


def test_a_number_may_have_a_name():
    parse = number_parser(0, 100, {"best": 100.0})
    assert parse("Best ") == 100 and parse("12.5") == 12.5
    for text in ("101", "-1", "nan", "good", ""):
        with pytest.raises(SceneError, match="is not a number from 0 to 100; give one"):
            parse(text)


@dataclass(frozen=True, slots=True)
class Own:
    depth: int = option(8, help="Bits of a colour.", parse=int, metavar="BITS")


@dataclass(frozen=True, slots=True)
class Plain:
    depth: int = 8


def test_an_option_says_what_it_is():
    with pytest.raises(SceneError, match="'tga': depth is a plain field; make it with"):
        Format("tga", "", "a test", Plain, still=VectorStill("svg", "Date"))


def test_how_an_option_is_spelled():
    form = Format("tga", "", "a test", Own, still=VectorStill("svg", "Date"))
    (depth,) = form.own_options()
    assert (depth.keyword, depth.flag) == ("tga_depth", "--tga-depth")
    assert depth.help.help == "Bits of a colour." and depth.help.default == "8"
    assert depth.help.parse("12") == 12 and depth.help.metavar == "BITS"


def test_what_gives_up_quality_is_smaller_each_time():
    for kind, asked in ((GifOptions, 60), (WebpOptions, None), (WebpOptions, 61)):
        smaller = formats()[kind.__name__[:-7].lower()].smaller(kind(asked))
        values = [options.quality for options, _ in smaller]
        assert values == sorted(values, reverse=True) and values
        assert asked is None or values[0] < asked
        assert [text for _, text in smaller] == [f"quality {v}" for v in values]
