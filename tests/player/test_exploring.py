"""A page with sliders in a real browser: each run is that of a plain torch loop."""

from functools import partial

import numpy as np
import pytest
import torch
from browsing import opened, place_of
from runs import START, STEPS, X, Y
from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, RenderOptions, Scene, explore
from animator.player import writing
from animator.problems import line_fit

OPTIONS = RenderOptions(size=(400, 240))
RATES, MOMENTA = [0.05, 0.1, 1e6], [0.0, 0.5, 0.55]
"""With the last rate it diverges."""


def scene():
    line = line_fit(MSELoss(), points=(X, Y), start=START)
    settings = {
        "momentum 0.5": partial(SGD, lr=0.1, momentum=0.5),
        "plain": partial(SGD, lr=0.1),
    }
    experiment = Experiment(line, settings, steps=STEPS)
    return Scene([Heatmap(experiment, points=21)], "Momentum 0.5", seconds=3)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("pages") / "a.html"
    (clip,) = explore(scene(), path, options=OPTIONS, lr=RATES, momentum=MOMENTA)
    assert (clip.path, clip.size) == (path, (400, 240))
    return path


def plain_run(lr, momentum):
    """Bias, weight and loss at each step of the plain loop, until it diverges."""
    line = torch.nn.Linear(1, 1)
    with torch.no_grad():
        line.bias.fill_(START[0])
        line.weight.fill_(START[1])
    optimizer = SGD(line.parameters(), lr=lr, momentum=momentum)
    rows = []
    for _ in range(STEPS + 1):
        optimizer.zero_grad()
        loss = MSELoss()(line(X[:, None]), Y[:, None])
        if not torch.isfinite(loss):
            break
        loss.backward()
        rows.append([line.bias.item(), line.weight.item(), loss.item()])
        optimizer.step()
    return rows


def shown(page):
    """What the player shows: its title, and the numbers of its only run."""
    return page.evaluate(
        """() => {
          const { player } = document.querySelector("animator-player");
          const { scene, arrays, page, state } = player;
          const { params, loss, outcome } = scene.series[0];
          return {
            title: scene.title,
            label: scene.settings[0].label,
            params: [...arrays.get(params)],
            loss: [...arrays.get(loss)].map((x) => Number.isFinite(x) ? x : null),
            diverged: outcome.diverged,
            step: state.step,
            hidden: [...state.hidden],
          };
        }"""
    )


def assert_plain(found, lr, momentum):
    rows = np.array(plain_run(lr, momentum), np.float32)
    own = np.array(found["params"], np.float32).reshape(-1, 2)
    loss = np.array([np.nan if x is None else x for x in found["loss"]], np.float32)
    assert own[: len(rows)].tobytes() == rows[:, :2].tobytes()
    assert loss[: len(rows)].tobytes() == rows[:, 2].tobytes()
    assert found["diverged"] == (len(rows) <= STEPS)


def test_each_combination_is_the_plain_loop(browser, path):
    with opened(browser, path) as page:
        for lr, momentum in ((0.05, 0.0), (0.1, 0.55), (1e6, 0.5)):
            chosen = [RATES.index(lr), MOMENTA.index(momentum)]
            page.evaluate(
                "(chosen) => document.querySelector('animator-player')"
                ".player.change({ chosen })",
                chosen,
            )
            found = shown(page)
            assert_plain(found, lr, momentum)
            assert found["title"] == f"Momentum {momentum:.2f}"
            assert found["label"] == f"momentum {momentum:.2f}"
            says = page.locator(".outcome").inner_text() != ""
            assert says == found["diverged"]


def test_a_link_leads_to_a_combination_and_a_step(browser, path):
    with opened(browser, path, "#momentum=0.55&step=4") as page:
        found = shown(page)
        assert found["step"] == 4
        assert_plain(found, 0.1, 0.55)  # the other is the scene's own


def test_where_scripts_are_off_it_shows_the_scene_s_own_values(tmp_path, monkeypatch):
    titles = []
    monkeypatch.setattr(writing, "still_of", lambda stage: titles.append(stage.title))
    explore(scene(), tmp_path / "a.html", options=OPTIONS, momentum=[0.0, 0.5, 0.7])
    assert titles == ["Momentum 0.5"]


def test_keys_move_a_slider(browser, path):
    with opened(browser, path, "#step=3") as page:
        slider = page.get_by_role("slider", name="momentum β")
        assert slider.get_attribute("aria-valuetext") == "0.50"
        slider.focus()
        page.keyboard.press("ArrowRight")
        assert slider.get_attribute("aria-valuetext") == "0.55"
        found = shown(page)
        assert found["step"] == 3
        assert_plain(found, 0.1, 0.55)


def test_what_is_hidden_stays_hidden(browser, path):
    with opened(browser, path, "#hide=momentum+0.50") as page:
        assert shown(page)["hidden"] == ["momentum 0.50"]
        page.get_by_role("slider", name="momentum β").focus()
        page.keyboard.press("ArrowRight")
        assert shown(page)["hidden"] == ["momentum 0.55"]


def test_the_start_is_dragged_on_the_map(browser, tmp_path):
    path = tmp_path / "a.html"
    starts = [(x, y) for x in (-3, 0, 3) for y in (3, 6)]
    explore(scene(), path, options=OPTIONS, start=starts)
    with opened(browser, path, "#step=0") as page:
        assert shown(page)["params"][:2] == list(START)
        page.mouse.move(*place_of(page, 0, *START))
        page.mouse.down()
        page.mouse.move(*place_of(page, 0, 1, 5))
        page.mouse.move(*place_of(page, 0, 2.6, 3.3))
        page.mouse.up()
        assert shown(page)["params"][:2] == [3, 3]
