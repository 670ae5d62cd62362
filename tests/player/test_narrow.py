"""On a narrow screen a page shows a second layout: what a clip of that size shows."""

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from browsing import opened, place_of, step
from conftest import ROOT
from decoding import unpacked
from PIL import Image
from runs import loss_at, scene
from test_likeness import SIMILAR, frame, similarity

import animator
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import record_all
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

SIZE = (640, 360)
NARROW = (360, 655)
"""What three panels get."""
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "a.html"
    animator.render(scene(), path, size=SIZE, theme="auto", html_autoplay=False)
    return path


def size(page):
    return page.evaluate("document.querySelector('animator-player').player.scene.size")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_narrow_screen_shows_what_a_narrow_clip_shows(browser, path, theme):
    options = RenderOptions(size=NARROW, theme=theme)
    own = options.apply_to(scene())
    recordings = record_all(own.experiments, None, needs=own.needs)
    truth = frame(set_stage(own, recordings, options, LossMaps()), theme, 6)
    window = {"width": NARROW[0], "height": NARROW[1]}
    asked = f"?controls=no&theme={theme}#step=6"
    with opened(browser, path, asked, viewport=window) as page:
        assert size(page) == list(NARROW)
        shot = np.asarray(Image.open(BytesIO(page.screenshot())).convert("RGB"))
    assert similarity(shot, truth) >= SIMILAR
    assert np.abs(shot.astype(int) - truth).mean() < 2.5


def test_a_phone_that_is_turned_shows_the_other_layout_at_the_same_step(browser, path):
    turned = {"width": PHONE["height"], "height": PHONE["width"]}
    phone = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
    with opened(browser, path, "#step=5&hide=plain", **phone) as page:
        assert size(page) == list(NARROW)
        assert page.locator(".frame").bounding_box()["width"] > 0.9 * PHONE["width"]
        page.touchscreen.tap(*place_of(page, 0, 4.0, -2.0))
        told = page.locator(".tip dd").all_inner_texts()
        bias, weight, loss = (float(text.replace("−", "-")) for text in told)
        assert (bias, weight) == pytest.approx((4, -2), abs=0.15)
        assert loss == pytest.approx(loss_at("MSELoss", bias, weight), rel=0.02)
        page.set_viewport_size(turned)
        page.wait_for_function(
            "document.querySelector('animator-player').player.scene.size[0] === 640"
        )
        assert step(page) == 5
        name = page.get_by_role("button", name="plain", exact=True).first
        assert name.get_attribute("aria-pressed") == "false"


def test_a_page_has_one_layout_if_that_is_asked_for(browser, tmp_path):
    path = tmp_path / "a.html"
    few = replace(scene(), panels=scene().panels[:1])
    animator.render(few, path, size=SIZE, steps=2, html_narrow=False)
    with opened(browser, path, "#step=1", viewport=PHONE) as page:
        assert size(page) == list(SIZE)


def fitted_lines(path, size, document, mosaic):
    """Return which fitted lines are shared, and their points in pixels, one each."""
    race = replace(animator.load(ROOT / "scenes" / "race.py"), mosaic=mosaic)
    animator.render(race, path, size=size, steps=6)
    page, arrays = unpacked(path.read_text())
    shared, lines = [], []
    for item in page["documents"][document]["items"]:
        first = [op for ops in item.get("structures", [])[:1] for op in ops[:1]]
        codes = "".join(op.get("codes", "") for op in first)
        if not codes.startswith("M1L"):
            continue
        count = 2 * (1 + int(codes.removeprefix("M1L")))
        numbers = np.asarray(arrays[item["numbers"]]) / item["unit"]
        points = [
            numbers[start : start + count].reshape(-1, 2)
            for start in arrays[item["start"]]
        ]
        factor, away = np.reshape(item.get("placed", [1, 0, 1, 0]), (2, 2)).T
        shared.append("placed" in item)
        lines.append(np.array(points) * factor + away)
    return shared, lines


def test_a_line_that_is_stored_once_is_where_a_narrow_clip_has_it(tmp_path):
    shared, shown = fitted_lines(tmp_path / "both.html", (1280, 720), 1, "AAB;AAC")
    assert shared == [True] * 3
    alone, truth = fitted_lines(tmp_path / "narrow.html", NARROW, 0, "A;A;B;C")
    assert alone == [False] * 3
    for line, expected in zip(shown, truth, strict=True):
        assert np.abs(line - expected).max() < 0.3


def test_the_panels_of_a_mosaic_stand_below_each_other(tmp_path, browser):
    path = tmp_path / "a.html"
    three = replace(scene(), mosaic="AAB;AAC")
    assert len(three.panels) == 3
    animator.render(three, path, size=SIZE, steps=2)
    with opened(browser, path, "#step=1", viewport=PHONE) as page:
        assert size(page) == list(NARROW)
        boxes = page.evaluate(
            "document.querySelector('animator-player').player.scene.panels"
            ".map((panel) => panel.box)"
        )
    lefts, tops = [box[0] for box in boxes], [box[1] for box in boxes]
    assert max(lefts) - min(lefts) < 0.2 * NARROW[0]
    assert tops == sorted(tops)
