"""The colours of the trails: everybody can distinguish them, on every background."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from colorspacious import cspace_convert

from animator import SceneError
from animator.drawing.colormaps import color_map
from animator.drawing.theme import ARTICLE, DARK, LIGHT

# G. Machado, M. Oliveira and L. Fernandes, A Physiologically-based Model for Simulation
# of Color Vision Deficiency, 2009: at full severity, in linear RGB.
SEEN_BY = {
    "most": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopes": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopes": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopes": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def rgb(color):
    return np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255


def seen(colors, matrix):
    """How colours (N, 3) are seen, in CAM02-UCS (N, 3)."""
    linear = cspace_convert(np.asarray(colors), "sRGB1", "sRGB1-linear")
    mixed = np.clip(linear @ np.array(matrix).T, 0, 1)
    return cspace_convert(mixed, "sRGB1-linear", "CAM02-UCS")


def nearest(colors, matrix):
    """The smallest difference between any two colours; 1 can just be seen."""
    places = seen([rgb(color) for color in colors], matrix)
    return min(np.linalg.norm(a - b) for a, b in itertools.combinations(places, 2))


def luminance(color):
    return cspace_convert(np.asarray(color), "sRGB1", "XYZ1")[..., 1]


def contrast(ones, others):
    """The smallest contrast of WCAG 2 between any of some colours and of others."""
    a, b = luminance(ones)[:, None] + 0.05, luminance(others)[None] + 0.05
    return np.maximum(a / b, b / a).min()


@pytest.mark.parametrize("who", SEEN_BY)
@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_ten_colours_are_told_apart(theme, who):
    assert len(theme.trails) == 10
    assert nearest(theme.trails, SEEN_BY[who]) > 14


@pytest.mark.parametrize("who", SEEN_BY)
def test_the_article_s_colours_are_told_apart(who):
    assert nearest(ARTICLE.trails, SEEN_BY[who]) > 10


def test_that_test_can_fail():
    assert nearest(["#d62728", "#2ca02c"], SEEN_BY["deuteranopes"]) < 10


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_paths_are_strong_on_every_colour_of_the_map(theme):
    on_map = color_map(theme)(np.linspace(0, 1, 256))[:, :3]
    trails = np.array([rgb(color) for color in theme.trails])
    rim = rgb(theme.casing)[None]
    assert contrast(trails, on_map) > 2
    assert contrast(trails, rgb(theme.background)[None]) > 3
    assert contrast(trails, rim) > 3  # it is around every path
    faded = np.array([rgb(theme.faded(color)) for color in theme.trails])
    assert contrast(faded, rim) > 1.7
    signs = np.array([rgb(theme.sign)])
    assert contrast(signs, on_map) > 4.5


def test_after_ten_colours_there_are_dashes():
    shown = [(LIGHT.color(i), LIGHT.dash(i)) for i in range(40)]
    assert len(set(shown)) == 40
    assert [dash for _, dash in shown[:10]] == [0] * 10
    assert all(dash > 0 for _, dash in shown[10:])


def test_faded_colours_lie_between_the_colour_and_the_rim():
    theme = replace(LIGHT, casing="#ffffff", settled=0.5)
    assert theme.faded("#b1143b") == "#d88a9d"
    assert replace(theme, settled=1).faded("#b1143b") == "#b1143b"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"map_range": (0, 2)}, r"map_range is \(0, 2\); give two numbers, 0 to 1"),
        ({"map_range": 3}, "map_range is 3; give two numbers"),
        ({"map": None}, "map is None; give a map's name"),
        ({"contours": -1}, "contours is -1; give 0 to 1000"),
        ({"comet": 2.5}, "comet is 2.5; give 0 to 1000 steps"),
        ({"settled": 2}, "settled is 2; give 0 to 1"),
        ({"step_mark": "star"}, "step_mark is 'star'; give 'dot' or 'cross'"),
        ({"sign": "red"}, "sign is 'red'; give a colour such as"),
        ({"path_width": 0}, "path_width is 0; give 0.1 to 100 points"),
    ],
)
def test_what_a_theme_does_not_take(change, message):
    with pytest.raises(SceneError, match=message):
        replace(LIGHT, **change)


def test_thin_lines_among_many_panels_stay_visible():
    thin = replace(LIGHT, line_width=0.2)
    assert thin.for_panels(4).line_width == 0.2
    assert thin.for_panels(64).line_width == 0.1
    assert LIGHT.for_panels(48).panel_size == pytest.approx(LIGHT.panel_size / 2)
