"""A page shows what frames show: every scene, in both themes, in a real browser."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from browsing import opened
from conftest import SCENES
from PIL import Image

import animator
from animator.drawing.style import style
from animator.drawing.theme import theme_named
from animator.encoders.formats.html import HtmlOptions
from animator.encoders.registry import formats
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import record_all
from animator.player.writing import write_page
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

SIZE = (1280, 720)
STEPS = 8
OPTIONS = RenderOptions(
    size=SIZE, formats={"html": HtmlOptions(controls=False, autoplay=False)}
)
SIMILAR = 0.97
"""The structural similarity that a page and a frame have at least."""
_WINDOW = 7


def similarity(one, other):
    """The mean structural similarity of pictures (Wang et al., 2004), RGB (H, W, 3).

    Means and variances are those in windows of 7 x 7 pixels.
    """
    one, other = one.astype(float), other.astype(float)

    def mean(values):
        for axis in (0, 1):
            sums = np.cumsum(values, axis=axis)
            first = np.take(sums, [_WINDOW - 1], axis)
            later = np.take(sums, range(_WINDOW, values.shape[axis]), axis)
            earlier = np.take(sums, range(values.shape[axis] - _WINDOW), axis)
            values = np.concatenate([first, later - earlier], axis) / _WINDOW
        return values

    means = mean(one), mean(other)
    spread = [mean(v * v) - m * m for v, m in zip((one, other), means, strict=True)]
    together = mean(one * other) - means[0] * means[1]
    low, high = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    light = (2 * means[0] * means[1] + low) / (means[0] ** 2 + means[1] ** 2 + low)
    return float((light * (2 * together + high) / (sum(spread) + high)).mean())


def frame(stage, theme, step):
    """What a clip shows at a step."""
    with style(theme_named(theme)), stage.settings():
        stage.set_step(step)
        stage.figure.canvas.draw()
    return np.array(stage.figure.canvas.buffer_rgba())[..., :3]


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_a_page_looks_like_a_clip(browser, tmp_path, path):
    scene, maps = animator.load(path), LossMaps()
    recordings = record_all(scene.experiments, STEPS, needs=scene.needs)
    last = max(recording.steps for recording in recordings.values())
    scene = OPTIONS.apply_to(scene)
    stages = {
        name: set_stage(scene, recordings, replace(OPTIONS, theme=name), maps)
        for name in ("light", "dark")
    }
    page = tmp_path / "page.html"
    write_page(page, list(stages.values()), OPTIONS.clip(formats()["html"]))
    shown = {"light": (0, last), "dark": (last // 2,)}
    for theme, steps in shown.items():
        size = {"width": SIZE[0], "height": SIZE[1]}
        with opened(browser, page, f"?theme={theme}", viewport=size) as tab:
            for step in steps:
                truth = frame(stages[theme], theme, step)
                tab.evaluate(
                    "(k) => { document.querySelector('animator-player').step = k }",
                    step,
                )
                shot = Image.open(BytesIO(tab.screenshot())).convert("RGB")
                pixels = np.asarray(shot)
                assert similarity(pixels, truth) >= SIMILAR, (theme, step)
                # It is blind to colours that differ everywhere.
                apart = np.abs(pixels.astype(int) - truth)
                assert apart.mean() < 2.5, (theme, step)


def test_other_pictures_are_not_similar():
    noise = np.random.default_rng(0).integers(0, 255, (60, 80, 3))
    assert similarity(noise, noise) == pytest.approx(1)
    assert similarity(noise, np.roll(noise, 1, axis=1)) < 0.5
    assert similarity(noise, 255 - noise) < 0.1
