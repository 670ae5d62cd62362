"""Characters that the formulas' font lacks are set in other fonts, bold in bold."""

import matplotlib as mpl
import pytest

from animator.drawing import math_fallback
from animator.drawing.math_fallback import (
    fallback_fonts_now,
    math_settings,
    with_fallback_fonts,
)

LATIN = dict.fromkeys(range(0x20, 0x250))
CODES = {"own": LATIN, "STIXGeneral": {}, "han": {0x5B66: 1}, "thai": {0x0E17: 1}}


@pytest.fixture(autouse=True)
def four_fonts(monkeypatch):
    monkeypatch.setattr(math_fallback, "_codes", CODES.__getitem__)
    with mpl.rc_context({"mathtext.rm": "own"}):
        yield


@pytest.mark.parametrize(
    ("text", "shown", "bold"),
    [
        ("学 $x$", r"$\mathtt{学}$ $x$", r"$\mathsf{学}$ $x$"),
        ("$x_学$ é", r"$x_\mathtt{学}$ é", r"$x_\mathsf{学}$ é"),
        ("ท $x$", r"$\mathcal{ท}$ $x$", r"$\mathbfit{ท}$ $x$"),
        ("学", "学", "学"),
        (r"a $\eta$", r"a $\eta$", r"a $\eta$"),
    ],
)
def test_foreign_characters_beside_formulas_have_a_font_of_their_own(text, shown, bold):
    assert with_fallback_fonts(text, ["han", "thai"]) == shown
    marked = with_fallback_fonts(text, ["han", "thai"], is_bold=True)
    assert marked == bold
    assert (
        with_fallback_fonts(marked, ["han", "thai"], is_bold=True) == bold
    )  # once is enough


def test_the_settings_tell_which_fonts_are_in_use():
    assert fallback_fonts_now() == []
    with mpl.rc_context(math_settings(["DejaVu Serif"])):
        assert fallback_fonts_now() == ["DejaVu Serif"]
        assert mpl.rcParams["mathtext.sf"] == "DejaVu Serif:bold"
