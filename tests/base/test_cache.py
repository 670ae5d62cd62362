"""What took long is kept: restyling a scene never trains anew, and nothing is stale."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam

import animator
from animator import Experiment, Heatmap, RenderWarning, Scene, Setting, render
from animator.base import cache
from animator.base.cache import Cache
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import record_all
from animator.problems import network
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage

SLOW = """
import logging
import torch
from functools import partial
from torch.optim import SGD
from animator import Experiment, Heatmap, Scene
from animator.problems import surface

WIDTH = 1.0

def bowl(x, y):
    logging.getLogger("calls").info("an evaluation")
    return x**2 + WIDTH * y**2

problem = surface(bowl, x=(-2, 2), y=(-2, 2), start=(1, 1))
race = Experiment(problem, {"plain": partial(SGD, lr=0.1)}, 4)
scene = Scene([Heatmap(race, points=9)], "A title", seconds=3)
"""


@pytest.fixture(autouse=True)
def everything_is_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "MIN_SECONDS", -1)
    monkeypatch.setattr(cache, "user_cache_path", lambda name: tmp_path / name)


@pytest.fixture(autouse=True)
def evaluations(caplog):
    """How often the scene's function was called since it was asked last."""
    caplog.set_level("INFO", "calls")

    def count():
        calls = sum(record.name == "calls" for record in caplog.records)
        caplog.clear()
        return calls

    return count


@pytest.fixture
def draw(tmp_path, evaluations):
    """Load a scene and render it."""

    def draw(text=SLOW, **options):
        (tmp_path / "scene.py").write_text(text)
        scene = animator.load(tmp_path / "scene.py")
        evaluations()  # that of the check when it is loaded
        return render(scene, tmp_path / "a.gif", size=(128, 72), **options)

    return draw


def test_restyling_never_trains_anew(tmp_path, monkeypatch, evaluations, draw):
    monkeypatch.chdir(tmp_path)
    draw()
    assert evaluations() > 5
    first = (tmp_path / "a.gif").read_bytes()
    draw()
    assert evaluations() == 0
    assert (tmp_path / "a.gif").read_bytes() == first
    for restyled in (
        SLOW.replace("A title", "Another one"),
        SLOW.replace("seconds=3", "seconds=4, theme='dark'"),
        "# a comment\n" + SLOW,
    ):
        draw(restyled, theme="dark")
        assert evaluations() == 0
        assert (tmp_path / "a.gif").read_bytes() != first


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("lr=0.1", "lr=0.2"),
        ("}, 4)", "}, 5)"),
        ("start=(1, 1)", "start=(1, 0)"),
        ("x**2 +", "x**4 +"),
        ("WIDTH = 1.0", "WIDTH = 2.0"),
        ("partial(SGD,", "partial(SGD, momentum=0.5,"),
    ],
)
def test_what_matters_is_found_anew(tmp_path, monkeypatch, old, new, evaluations, draw):
    monkeypatch.chdir(tmp_path)
    draw()
    evaluations()
    draw(SLOW.replace(old, new))
    assert evaluations() > 0


def test_without_a_cache_everything_is_found_anew(
    tmp_path, monkeypatch, evaluations, draw
):
    monkeypatch.chdir(tmp_path)
    draw(cache=False)
    assert evaluations() > 5 and not (tmp_path / "descent-animator").exists()
    draw()
    evaluations()
    draw(cache=False)
    assert evaluations() > 5


def test_what_was_tuned_is_kept(tmp_path, monkeypatch, evaluations):
    monkeypatch.chdir(tmp_path)
    tuned = SLOW.replace(
        "race = Experiment(problem, {", "race = Experiment(problem, tune_lr(problem, {"
    ).replace("}, 4)", "}, budget=3, lrs=(0.1, 0.4)), 4)")
    tuned = tuned.replace("import Experiment,", "import tune_lr, Experiment,")
    (tmp_path / "scene.py").write_text(tuned)
    scene = animator.load(tmp_path / "scene.py")
    assert list(scene.experiments[0].settings) == ["plain, lr 0.4"]
    again = animator.load(tmp_path / "scene.py")
    evaluations()  # those that check the surface, and those of the search
    assert list(again.experiments[0].settings) == ["plain, lr 0.4"]
    assert evaluations() == 0


def test_what_is_quick_is_not_kept(tmp_path, monkeypatch, draw):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cache, "MIN_SECONDS", 60)
    draw()
    assert not (tmp_path / "descent-animator").exists()


def test_what_was_not_used_for_longest_makes_room(tmp_path, monkeypatch):
    def keep(name):
        store = Cache(tmp_path / "kept")
        value = store.get_or_compute(
            (name,), lambda: np.zeros(1000), lambda v: {"v": v}, lambda a: a["v"]
        )
        assert len(value) == 1000
        return {file for file in (tmp_path / "kept").iterdir()}

    monkeypatch.setattr(cache, "MAX_BYTES", 20_000)  # two of them
    (first,) = keep("a")
    os.utime(first, (1, 1))
    (second,) = keep("b") - {first}
    os.utime(second, (2, 2))
    assert keep("a") == {first, second}  # it is used again
    left = keep("c")
    assert first in left and second not in left and len(left) == 2


@pytest.mark.parametrize("broken", [b"", b"nonsense", None])
def test_a_broken_entry_is_thrown_away_and_said(
    tmp_path, monkeypatch, broken, evaluations, draw
):
    monkeypatch.chdir(tmp_path)
    draw()
    first = (tmp_path / "a.gif").read_bytes()
    for entry in (tmp_path / "descent-animator").iterdir():
        data = entry.read_bytes()
        entry.write_bytes(data[: len(data) // 2] if broken is None else broken)
    with pytest.warns(RenderWarning, match=r"\.npz: is broken .* and was deleted"):
        draw()
    assert evaluations() > 5
    assert (tmp_path / "a.gif").read_bytes() == first
    draw()
    assert evaluations() == 0


def test_a_folder_that_cannot_be_written_costs_no_more_than_time(
    tmp_path, monkeypatch, draw
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "descent-animator").write_text("in the way")
    with pytest.warns(RenderWarning, match="it will have to be computed again"):
        draw()
    assert (tmp_path / "a.gif").stat().st_size > 500


def test_a_kept_network_is_the_same_picture(tmp_path):
    torch.manual_seed(0)
    data = torch.randn(30, 3), torch.randint(0, 2, (30,))
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))
    settings = {
        "SGD": Setting(partial(SGD, lr=0.1), batch_size=10),
        "Adam": partial(Adam, lr=0.1),
    }

    def picture():
        problem = network(model, data, nn.CrossEntropyLoss())
        experiment = Experiment(problem, settings, 6)
        scene = Scene([Heatmap(experiment, points=7)])
        cache = Cache(tmp_path / "kept")
        recordings, maps = record_all([experiment], cache=cache), LossMaps(cache)
        stage = set_stage(scene, recordings, RenderOptions(size=(320, 180)), maps=maps)
        stage.figure.canvas.draw()
        return np.array(stage.figure.canvas.buffer_rgba())

    fresh = picture()
    before = sorted((tmp_path / "kept").iterdir())
    assert len(before) == 2  # the recording and the map
    np.testing.assert_array_equal(picture(), fresh)
    assert sorted((tmp_path / "kept").iterdir()) == before


def test_several_may_keep_the_same_result_at_the_same_time(tmp_path):
    barrier = threading.Barrier(8)

    def compute():
        barrier.wait()
        return np.arange(1000)

    def get(_):
        return Cache(tmp_path).get_or_compute(
            ("a",), compute, lambda v: {"v": v}, lambda a: a["v"]
        )

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(get, range(8)))
    assert all(np.array_equal(result, np.arange(1000)) for result in results)
    assert [file.suffix for file in tmp_path.iterdir()] == [".npz"]
    np.testing.assert_array_equal(get(0), np.arange(1000))  # it is found


def test_a_result_that_another_process_deletes_does_not_disturb(tmp_path, monkeypatch):
    (tmp_path / "gone.npz").symlink_to(tmp_path / "nothing")  # stat fails
    store = Cache(tmp_path)
    assert store.get_or_compute(("a",), lambda: 1, lambda v: {"v": v}, dict) == 1
    assert len(list(tmp_path.glob("*.npz"))) == 2
