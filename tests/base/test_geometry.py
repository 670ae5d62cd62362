"""Sizes, in pixels and of pages."""

import pytest

from animator import SceneError
from animator.base.geometry import PageSize, check_page, parse_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1280x720", (1280, 720)),
        ("801x451", (801, 451)),
        ("Readme", (800, 450)),
        ("3.4inx2.4in", PageSize(3.4, 2.4, "in")),
        ("3.4x2.4in", PageSize(3.4, 2.4, "in")),
        ("86mm x 60mm", PageSize(86, 60, "mm")),
        ("8.6cmx6CM", PageSize(8.6, 6, "cm")),
    ],
)
def test_a_text_is_a_size(text, size):
    assert parse_size(text) == size


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3.4inx2", r"size is '3\.4inx2', whose height has no unit; give 3\.4inx2in"),
        ("3.4x2.4", r"but pixels are whole; give a unit, such as 3\.4inx2\.4in"),
        ("3ptx2pt", "'pt' is not a unit; give one of in, cm, mm"),
        ("3inx2cm", "in in and in cm; give both sides in cm"),
        ("reedme", r"'reedme' is not a size; did you mean readme\?"),
        ("inxin", "is not a size; give WIDTHxHEIGHT"),
    ],
)
def test_a_text_that_is_no_size(text, message):
    with pytest.raises(SceneError, match=message):
        parse_size(text)


def test_an_inch_is_254_mm_and_a_page_is_not_too_large_to_draw():
    assert PageSize(254, 25.4, "mm").inches == pytest.approx((10, 1))
    assert PageSize(8.6, 6, "cm").pixels(254) == (860, 600)
    assert str(PageSize(3.4, 2.4)) == "3.4inx2.4in"
    with pytest.raises(SceneError, match=r"40inx2in, which is 12000x600 pixels at 300"):
        check_page(PageSize(40, 2), 300)
