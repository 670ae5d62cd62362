"""The maps' colours: even, quiet, of one hue, and apart from background and text."""

from dataclasses import replace

import matplotlib
import numpy as np
import pytest
from colorspacious import cspace_convert, deltaE

from animator import SceneError
from animator.drawing.colormaps import color_map
from animator.drawing.theme import ARTICLE, DARK, LIGHT


def colors(theme, cmap=None):
    return color_map(theme, cmap)(np.arange(256))[:, :3]


def lightness(rgb):
    return cspace_convert(rgb, "sRGB1", "CIELab")[:, 0]


@pytest.mark.parametrize(("theme", "sign"), [(LIGHT, -1), (DARK, 1)])
def test_lightness_goes_evenly_away_from_the_minimum(theme, sign):
    changes = sign * np.diff(lightness(colors(theme)))
    assert changes.min() > 0 and changes.std() <= 0.2
    assert changes.std() < 0.5 * changes.mean()  # few steps are small in any case
    assert abs(changes.sum()) < 30  # it whispers


def test_an_uneven_map_is_found():
    changes = np.diff(lightness(colors(LIGHT, "jet")))
    assert changes.min() < 0 and changes.std() > 0.2


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_map_has_one_hue(theme):
    _, chroma, hue = cspace_convert(colors(theme), "sRGB1", "CIELCh").T
    assert np.ptp(hue) < 30 and chroma.max() < 40


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_a_map_is_neither_like_the_background_nor_like_the_text(theme):
    for name, least in (("background", 5), ("text", 40), ("muted", 10)):
        value = getattr(theme, name)
        rgb = np.array([int(value[i : i + 2], 16) for i in (1, 3, 5)]) / 255
        apart = deltaE(colors(theme), rgb[None].repeat(256, 0), input_space="sRGB1")
        assert apart.min() > least, name


def test_maps_are_matplotlib_s_by_name_and_the_article_s():
    for name in ("viridis", "terrain"):
        expected = matplotlib.colormaps[name](np.arange(256))[:, :3]
        np.testing.assert_array_equal(colors(LIGHT, name), expected)
    shares = np.linspace(0, 1, 256)
    np.testing.assert_array_equal(
        colors(ARTICLE), matplotlib.colormaps["terrain"](shares)[:, :3]
    )


def test_a_theme_s_map_may_be_any_but_must_exist():
    part = colors(replace(LIGHT, map="magma", map_range=(0.8, 0.3)))
    ends = matplotlib.colormaps["magma"]([0.8, 0.3])[:, :3]
    np.testing.assert_allclose(part[[0, -1]], ends, atol=1e-6)
    with pytest.raises(SceneError, match="there is no map 'nowhere'; give one of"):
        color_map(replace(LIGHT, map="nowhere"))
