"""What took long is kept: restyling a scene never trains anew, and nothing is stale."""

import os
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import MSELoss
from torch.optim import SGD, Adam

import animator
from animator import Experiment, Heatmap, RenderWarning, Scene, Setting, render
from animator.base import cache
from animator.base.cache import Cache
from animator.base.fingerprint import Unknown, fingerprint
from animator.experiments.lossmap import LossMaps
from animator.experiments.recorder import record_all
from animator.problems import line_fit, network, surface
from animator.rendering.stage import set_stage

SLOW = """
import torch
from functools import partial
from torch.optim import SGD
from animator import Experiment, Heatmap, Scene
from animator.problems import surface

WIDTH = 1.0

def bowl(x, y):
    with open("calls", "a") as file:
        file.write("x" if x.dim() else ".")
    return x**2 + WIDTH * y**2

problem = surface(bowl, x=(-2, 2), y=(-2, 2), start=(1, 1))
race = Experiment(problem, {"plain": partial(SGD, lr=0.1)}, 4)
scene = Scene([Heatmap(race, points=9)], "A title", seconds=3)
"""


@pytest.fixture(autouse=True)
def everything_is_kept(monkeypatch, tmp_path):
    monkeypatch.setattr(cache, "LONG", -1)
    monkeypatch.setattr(cache, "user_cache_path", lambda name: tmp_path / name)


def evaluations(tmp_path):
    """How often the scene's function was called since it was asked last."""
    calls = tmp_path / "calls"
    count = len(calls.read_text()) if calls.exists() else 0
    calls.write_text("")
    return count


def draw(tmp_path, text=SLOW, **options):
    (tmp_path / "scene.py").write_text(text)
    scene = animator.load(tmp_path / "scene.py")
    evaluations(tmp_path)  # that of the check when it is loaded
    return render(scene, tmp_path / "a.gif", size=(128, 72), **options)


def test_restyling_never_trains_anew(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw(tmp_path)
    assert evaluations(tmp_path) > 5
    first = (tmp_path / "a.gif").read_bytes()
    draw(tmp_path)
    assert evaluations(tmp_path) == 0
    assert (tmp_path / "a.gif").read_bytes() == first
    for restyled in (
        SLOW.replace("A title", "Another one"),
        SLOW.replace("seconds=3", "seconds=4, theme='dark'"),
        "# a comment\n" + SLOW,
    ):
        draw(tmp_path, restyled, theme="dark")
        assert evaluations(tmp_path) == 0
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
def test_what_matters_is_found_anew(tmp_path, monkeypatch, old, new):
    monkeypatch.chdir(tmp_path)
    draw(tmp_path)
    evaluations(tmp_path)
    draw(tmp_path, SLOW.replace(old, new))
    assert evaluations(tmp_path) > 0


def test_without_a_cache_everything_is_found_anew(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    draw(tmp_path, cache=False)
    assert evaluations(tmp_path) > 5 and not (tmp_path / "descent-animator").exists()
    draw(tmp_path)
    evaluations(tmp_path)
    draw(tmp_path, cache=False)
    assert evaluations(tmp_path) > 5


def test_what_was_tuned_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tuned = SLOW.replace(
        "race = Experiment(problem, {", "race = Experiment(problem, tune_lr(problem, {"
    ).replace("}, 4)", "}, budget=3, lrs=(0.1, 0.4)), 4)")
    tuned = tuned.replace("import Experiment,", "import tune_lr, Experiment,")
    (tmp_path / "scene.py").write_text(tuned)
    scene = animator.load(tmp_path / "scene.py")
    assert list(scene.experiments[0].settings) == ["plain, lr 0.4"]
    evaluations(tmp_path)
    assert animator.load(tmp_path / "scene.py").experiments[0].settings.keys() == {
        "plain, lr 0.4"
    }
    assert evaluations(tmp_path) == 1  # the check of the surface


def test_what_is_quick_is_not_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cache, "LONG", 60)
    draw(tmp_path)
    assert not (tmp_path / "descent-animator").exists()


def test_what_was_not_used_for_longest_makes_room(tmp_path, monkeypatch):
    def keep(name):
        store = Cache(tmp_path / "kept")
        value = store.kept(
            (name,), lambda: np.zeros(1000), lambda v: {"v": v}, lambda a: a["v"]
        )
        assert len(value) == 1000
        return {file for file in (tmp_path / "kept").iterdir()}

    monkeypatch.setattr(cache, "ROOM", 20_000)  # two of them
    (first,) = keep("a")
    os.utime(first, (1, 1))
    (second,) = keep("b") - {first}
    os.utime(second, (2, 2))
    assert keep("a") == {first, second}  # it is used again
    left = keep("c")
    assert first in left and second not in left and len(left) == 2


@pytest.mark.parametrize("broken", [b"", b"nonsense", None])
def test_a_broken_entry_is_thrown_away_and_said(tmp_path, monkeypatch, broken):
    monkeypatch.chdir(tmp_path)
    draw(tmp_path)
    first = (tmp_path / "a.gif").read_bytes()
    for entry in (tmp_path / "descent-animator").iterdir():
        data = entry.read_bytes()
        entry.write_bytes(data[: len(data) // 2] if broken is None else broken)
    with pytest.warns(RenderWarning, match=r"\.npz: is broken .* and was thrown away"):
        draw(tmp_path)
    assert evaluations(tmp_path) > 5
    assert (tmp_path / "a.gif").read_bytes() == first
    draw(tmp_path)
    assert evaluations(tmp_path) == 0


def test_a_folder_that_cannot_be_written_costs_no_more_than_time(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "descent-animator").write_text("in the way")
    with pytest.warns(RenderWarning, match="it will have to be found again"):
        draw(tmp_path)
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
        stage = set_stage(scene, recordings, size=(320, 180), maps=maps)
        stage.figure.canvas.draw()
        return np.array(stage.figure.canvas.buffer_rgba())

    fresh = picture()
    before = sorted((tmp_path / "kept").iterdir())
    assert len(before) == 2  # the recording and the map
    np.testing.assert_array_equal(picture(), fresh)
    assert sorted((tmp_path / "kept").iterdir()) == before


def test_fingerprints_tell_things_apart_and_know_them_again():
    def linear(scale):
        return lambda x, y: scale * x + y

    def of(thing):
        return fingerprint(thing)

    assert of(linear(2.0)) == of(linear(2.0)) != of(linear(3.0))
    assert of(partial(SGD, lr=0.1)) == of(partial(SGD, lr=0.1))
    assert of(partial(SGD, lr=0.1)) != of(partial(Adam, lr=0.1))
    assert of([1, 2]) != of([12]) != of(["12"])
    assert of(np.zeros(3)) != of(np.zeros(4)) != of(np.zeros(3, np.float32))
    one, other = nn.Linear(2, 2), nn.Linear(2, 2)
    assert of(one) == of(one) != of(other)
    assert of(nn.HuberLoss(delta=1.0)) != of(nn.HuberLoss(delta=2.0))
    assert of(line_fit(MSELoss())) == of(line_fit(MSELoss()))
    assert of(surface(linear(2.0), x=(0, 1), y=(0, 1), start=(0, 0))) != of(
        surface(linear(3.0), x=(0, 1), y=(0, 1), start=(0, 0))
    )
    with pytest.raises(Unknown):
        of(iter([1]))
