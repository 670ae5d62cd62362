"""A page shows what frames show: every scene, in both themes, in a real browser."""

from io import BytesIO

import numpy as np
import pytest
from browsing import chromium, opened
from conftest import SCENES
from PIL import Image

import animator
from animator.drawing.style import style
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import record_all
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

SIZE = (1280, 720)
STEPS = 8
SIMILAR = 0.97
"""The structural similarity that a page and a frame have at least."""
_WINDOW = 7


@pytest.fixture(scope="module")
def browser():
    with chromium() as browser:
        yield browser


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


def frames(scene, recordings, maps, theme, steps):
    """What a clip shows at some steps."""
    options = RenderOptions(size=SIZE, theme=theme, steps=STEPS)
    stage = set_stage(options.apply_to(scene), recordings, options, maps)
    with style(options.theme_of(scene)), stage.settings():
        for step in steps:
            stage.set_step(step)
            stage.figure.canvas.draw()
            yield np.array(stage.figure.canvas.buffer_rgba())[..., :3]


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_a_page_looks_like_a_clip(browser, tmp_path, path):
    scene = animator.load(path)
    recordings = record_all(scene.experiments, STEPS, needs=scene.needs)
    last = max(recording.steps for recording in recordings.values())
    page, maps = tmp_path / "page.html", LossMaps()
    own = {"size": SIZE, "theme": "auto", "steps": STEPS, "recordings": recordings}
    animator.render(scene, page, maps=maps, html_controls=False, **own)
    shown = {"light": (0, last), "dark": (last // 2, last)}
    for theme, steps in shown.items():
        size = {"width": SIZE[0], "height": SIZE[1]}
        query = f"?autoplay=no&theme={theme}"
        with opened(browser, page, query, viewport=size) as tab:
            truths = frames(scene, recordings, maps, theme, steps)
            for step, truth in zip(steps, truths, strict=True):
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
