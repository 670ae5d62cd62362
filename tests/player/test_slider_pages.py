"""Sliders of a page: each value shows another run that was really made."""

from functools import partial

import numpy as np
import pytest
from browsing import opened, place_of, step
from runs import X, Y
from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, RenderOptions, Scene, record
from animator.player.writing import PageData, PageSlider, page_html
from animator.problems import line_fit
from animator.rendering.stage import set_stage

STEPS = 8
RATES = (0.05, 0.2, 30.0)
STARTS = ((-3.0, 6.0), (4.0, -2.0))


def experiment(start, lr):
    problem = line_fit(MSELoss(), points=(X, Y), start=start)
    return Experiment(problem, {"SGD": partial(SGD, lr=lr)}, steps=STEPS * 5)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    sliders = [
        PageSlider("start", "start", ["left", "right"], 0, STARTS),
        PageSlider("lr", "α", [f"{lr:g}" for lr in RATES], 1),
    ]
    data = PageData(sliders=sliders)
    for start in STARTS:
        for lr in RATES:
            one = experiment(start, lr)
            scene = Scene([Heatmap(one, points=21)], title="Rates")
            options = RenderOptions(size=(480, 270))
            data.add(set_stage(scene, {one: record(one)}, options))
    path = tmp_path_factory.mktemp("page") / "a.html"
    path.write_text(page_html(data, {}))
    return path


def shown_params(page):
    """Return the parameters of the run that is shown."""
    numbers = page.evaluate(
        """() => {
          const { player } = document.querySelector("animator-player");
          return [...player.arrays.get(player.scene.series[0].params)];
        }"""
    )
    return np.array(numbers, np.float32).reshape(-1, 2)


def params_of(start, lr):
    return record(experiment(start, lr)).trajectories[0].params


def test_a_slider_shows_the_run_of_its_value_and_keeps_the_step(browser, path):
    with opened(browser, path, "#step=5") as page:
        slider = page.get_by_role("slider", name="α")
        assert slider.get_attribute("aria-valuetext") == "0.2"
        np.testing.assert_array_equal(shown_params(page), params_of(STARTS[0], 0.2))
        slider.press("ArrowLeft")
        assert slider.get_attribute("aria-valuetext") == "0.05"
        np.testing.assert_array_equal(shown_params(page), params_of(STARTS[0], 0.05))
        assert step(page) == 5
        assert page.get_by_role("status").filter(has_text="diverged").count() == 0
        slider.press("End")
        page.get_by_role("status").filter(has_text="diverged at step").wait_for()


def test_the_start_is_dragged_over_the_map(browser, path):
    with opened(browser, path, "#step=5&lr=0.05") as page:
        page.mouse.move(*place_of(page, 0, *STARTS[0]))
        page.mouse.down()
        page.mouse.move(*place_of(page, 0, 3.0, -1.0), steps=3)
        page.mouse.up()
        np.testing.assert_array_equal(shown_params(page), params_of(STARTS[1], 0.05))
        # The keyboard does the same.
        page.get_by_role("slider", name="start").press("Home")
        np.testing.assert_array_equal(shown_params(page), params_of(STARTS[0], 0.05))


def test_a_link_has_the_values(browser, path):
    with opened(browser, path, "#start=right&lr=0.05&step=3") as page:
        np.testing.assert_array_equal(shown_params(page), params_of(STARTS[1], 0.05))
        page.get_by_role("button", name="More").click()
        page.get_by_role("button", name="Copy link to this step").click()
        page.wait_for_function("location.hash === '#start=right&lr=0.05&step=3'")
        page.evaluate("postMessage({ animator: { values: { lr: '0.2' } } }, '*')")
        page.wait_for_function(
            "document.querySelector('animator-player').player.state.chosen[1] === 1"
        )
        assert step(page) == 3
