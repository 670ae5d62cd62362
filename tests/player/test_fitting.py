"""A page fits into its window, and its background fills it, in every theme."""

from functools import partial
from io import BytesIO

import numpy as np
import pytest
from browsing import opened
from PIL import Image
from torch.optim import SGD

import animator
from animator import Experiment, Heatmap, LossCurve, Scene, Surface
from animator.drawing.theme import theme_named
from animator.problems import ravine


def run():
    return Experiment(ravine(10), {"plain": partial(SGD, lr=0.05)}, steps=1)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.html"
    scene = Scene([Heatmap(run(), points=21), LossCurve(run())], title="A fitted page")
    animator.render(scene, path, size=(480, 270), theme="auto")
    return path


@pytest.mark.parametrize(
    ("width", "height", "touch"),
    [(1600, 600, False), (1280, 800, False), (390, 844, False), (390, 844, True)],
)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_is_scrolled_and_the_borders_have_the_themes_colour(
    browser, path, width, height, touch, theme
):
    window = {"width": width, "height": height}
    settings = {"viewport": window, "color_scheme": theme, "has_touch": touch}
    with opened(browser, path, "#step=2", **settings) as page:
        root = "document.documentElement"
        size = page.evaluate(f"[{root}.scrollWidth, {root}.scrollHeight]")
        assert size == [width, height]
        shot = Image.open(BytesIO(page.screenshot())).convert("RGB")
    paper = theme_named(theme).background.lstrip("#")
    expected = [int(paper[at : at + 2], 16) for at in (0, 2, 4)]
    pixels = np.asarray(shot)
    for corner in (pixels[0, 0], pixels[-1, 0], pixels[-1, -1], pixels[0, -1]):
        assert corner.tolist() == expected


def test_a_landscape_has_its_marker(browser, tmp_path):
    page, frame = tmp_path / "a.html", tmp_path / "a.png"
    scene = Scene([Surface(run(), points=21)], title="A landscape")
    animator.render(scene, page, frame, size=(320, 180), html_controls=False)
    color = np.array([0xB1, 0x14, 0x3B])  # of the first setting

    def count(picture):
        apart = np.asarray(picture.convert("RGB")).astype(int) - color
        return int((abs(apart).max(axis=-1) < 30).sum())

    window = {"width": 320, "height": 180}
    with opened(browser, page, "#step=1", viewport=window) as tab:
        shown = count(Image.open(BytesIO(tab.screenshot())))
    expected = count(Image.open(frame))
    assert expected > 15
    assert shown == pytest.approx(expected, rel=0.35)
