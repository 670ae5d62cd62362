"""The colours of the trails: told apart by everybody, on every background."""

import itertools
from dataclasses import replace

import numpy as np
import pytest

from animator.drawing.theme import DARK, LIGHT

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
TO_XYZ = np.array(  # IEC 61966-2-1, sRGB
    [
        [0.4124, 0.3576, 0.1805],
        [0.2126, 0.7152, 0.0722],
        [0.0193, 0.1192, 0.9505],
    ]
)


def linear(color):
    rgb = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear RGB, for D65."""
    ratio = TO_XYZ @ np.clip(rgb, 0, 1) / (0.9505, 1, 1.089)
    x, y, z = np.where(ratio > 0.008856, np.cbrt(ratio), 7.787 * ratio + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def nearest(colors, matrix):
    """The smallest difference (CIE 1976) between any two colours."""
    seen = [lab(np.array(matrix) @ linear(color)) for color in colors]
    return min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))


@pytest.mark.parametrize("who", SEEN_BY)
def test_trails_are_told_apart(who):
    assert nearest(LIGHT.trails, SEEN_BY[who]) > 20  # 2.3 can just be seen
    assert nearest(DARK.trails, SEEN_BY[who]) > 20


def test_that_test_can_fail():
    assert nearest(["#d62728", "#2ca02c"], SEEN_BY["deuteranopes"]) < 20


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_trails_stand_on_their_background(theme):
    behind = (TO_XYZ @ linear(theme.background))[1]
    for color in theme.trails:
        light, dark = sorted([behind, (TO_XYZ @ linear(color))[1]], reverse=True)
        assert (light + 0.05) / (dark + 0.05) > 1.9, color


def test_thin_lines_among_many_panels_stay_visible():
    thin = replace(LIGHT, line_width=0.2)
    assert thin.for_panels(4).line_width == 0.2
    assert thin.for_panels(64).line_width == 0.1
    assert LIGHT.for_panels(48).panel_size == pytest.approx(LIGHT.panel_size / 2)
