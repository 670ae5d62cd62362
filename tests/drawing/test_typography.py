"""Typefaces and sizes of type."""

import pytest

from animator import SceneError
from animator.drawing.style import style
from animator.drawing.theme import LIGHT
from animator.drawing.typography import check_font, check_font_size, with_type_size


@pytest.mark.parametrize("size", [8, 8.0, "8", "8pt", " 8 PT "])
def test_a_size_in_points(size):
    assert check_font_size(size) == 8.0


@pytest.mark.parametrize(
    ("size", "message"),
    [
        ("8px", "font_size is '8px'; give points, such as 8pt"),
        ("small", "font_size is 'small'; give points, such as 8pt"),
        (True, "font_size is True; give 1 to 100 points"),
        (0.5, r"font_size is 0\.5; give 1 to 100 points"),
    ],
)
def test_a_size_that_is_none(size, message):
    with pytest.raises(SceneError, match=message):
        check_font_size(size)


def test_a_font_is_found_or_the_nearest_is_named():
    assert check_font("stixgeneral") == "STIXGeneral"
    assert check_font("Source Sans Pro") == "Source Sans Pro"
    with pytest.raises(SceneError, match=r"installed; did you mean 'STIXGeneral'\?"):
        check_font("STIXGenral")
    with pytest.raises(SceneError, match="font is 'Qqqq', which is not installed; ins"):
        check_font("Qqqq")


def test_on_a_page_no_type_is_smaller_than_asked_for():
    theme = with_type_size(LIGHT, 8, (3.4, 2.4))
    sizes = (theme.title_size, theme.panel_size, theme.label_size, theme.tick_size)
    assert min(sizes) == 8 and max(sizes) <= 10
    assert theme.path_width < LIGHT.path_width


def test_in_a_picture_all_type_keeps_its_proportions():
    theme = with_type_size(LIGHT, 2 * LIGHT.label_size)
    assert theme.title_size == 2 * LIGHT.title_size
    assert theme.marker_size == 2 * LIGHT.marker_size


@pytest.mark.parametrize(
    ("font", "formulas"),
    [("STIXGeneral", "stix"), ("cmr10", "cm"), ("DejaVu Serif", "dejavuserif")],
)
def test_formulas_are_in_the_font(font, formulas):
    from dataclasses import replace

    import matplotlib

    with style(replace(LIGHT, font=font)):
        assert matplotlib.rcParams["mathtext.fontset"] == formulas
