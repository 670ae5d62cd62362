"""The same scene gives the same bytes, wherever and however it is rendered."""

import os
import random
import subprocess
import sys
import warnings
from pathlib import Path

import matplotlib
import numpy as np
import torch
from conftest import ROOT, SCENE
from torch import nn
from torch.nn import MSELoss

import animator
from animator.encoders.registry import formats
from animator.experiments.recorder import record_all

# Whatever is left to chance, and numbers whose last digits depend on their order.
CHANCY = """
import random, numpy, torch
from functools import partial
from torch import nn
from torch.optim import SGD, Adam
from animator import Drawing, Experiment, Heatmap, LossCurve, Scene, Setting
from animator.problems import network

class Noise:
    def draw(self, ax, recording, theme):
        ax.imshow(numpy.random.rand(9, 9))
        return Drawing()

data = torch.randn(3000, 40), torch.randint(0, 3, (3000,))
net = nn.Sequential(nn.Linear(40, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, 3))
problem = network(net, data, nn.CrossEntropyLoss())
settings = {
    name: Setting(partial(make, lr=random.choice([0.01, 0.02])), batch_size=1500)
    for name, make in {"SGD": SGD, "Adam": Adam}.items()
}
race = Experiment(problem, settings, 12)
Noise.experiment = race
panels = [Heatmap(race, points=9), LossCurve(race), Noise()]
scene = Scene(panels, seconds=3)
"""
SMALL = ("--size", "320x180", "--fps", "4", "--no-cache", "--quiet")


def one_core():
    os.sched_setaffinity(0, [min(os.sched_getaffinity(0))])


def test_the_same_bytes_everywhere(tmp_path):
    (tmp_path / "chancy.py").write_text(CHANCY)
    (tmp_path / "other.py").write_text(SCENE)
    kinds = [argument for name in formats() for argument in ("-f", name)]

    def command(scenes, output, folder, **how):
        environment = {"PYTHONPATH": str(ROOT), **how.pop("env", {})}
        subprocess.run(
            [sys.executable, "-m", "animator", *scenes, *SMALL, *kinds, "-o", output],
            cwd=folder,
            env={**os.environ, **environment},
            check=True,
            **how,
        )  # fmt: skip

    (tmp_path / "elsewhere").mkdir()
    first = {"PYTHONHASHSEED": "1", "OMP_NUM_THREADS": "2"}
    command(["chancy.py", "other.py"], "one", tmp_path, env=first)
    command(
        ["../other.py", "../chancy.py"],
        "../two",
        tmp_path / "elsewhere",
        env={
            "PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "tr_TR.UTF-8",
            "LANG": "de_DE.UTF-8", "OMP_NUM_THREADS": "1", "COLUMNS": "40",
        },
        preexec_fn=one_core,
    )  # fmt: skip
    command(["other.py", "chancy.py", "--jobs", "2"], "three", tmp_path)
    for name in formats():
        for stem in ("chancy", "other"):
            one, *others = (
                contents(tmp_path / folder / f"{stem}.{name}")
                for folder in ("one", "two", "three")
            )
            assert all(other == one for other in others), f"{stem}.{name}"


def contents(path):
    if path.is_dir():
        return [file.read_bytes() for file in sorted(path.iterdir())]
    return path.read_bytes()


def states():
    """What is global, and not ours."""
    return (
        random.getstate(), np.random.get_state()[1].tolist(), np.random.get_state()[2],
        torch.get_rng_state().tolist(), torch.get_default_dtype(),
        torch.get_num_threads(), Path.cwd(), sys.path[:], warnings.filters[:],
        dict(matplotlib.rcParams),
    )  # fmt: skip


def test_what_is_global_is_left_as_it_was(tmp_path):
    (tmp_path / "beside.py").write_text("VALUE = 3\n")
    (tmp_path / "scene.py").write_text(
        "import os, sys, warnings, beside\n"
        + CHANCY
        + "random.seed(5); numpy.random.seed(5); torch.manual_seed(5)\n"
        "torch.set_default_dtype(torch.float64); os.chdir('/')\n"
        "sys.path.clear(); warnings.simplefilter('error')\n"
    )
    before = states()
    scene = animator.load(tmp_path / "scene.py")
    assert states() == before
    recordings = record_all(scene.experiments)
    animator.loss_map(recordings[scene.experiments[0]].problem, 3)
    animator.render(scene, tmp_path / "a.gif", size=(128, 72), recordings=recordings)
    next(animator.frames(scene, [0], size=(128, 72), recordings=recordings))
    assert states() == before
    assert not {"beside", "scene_scene"} & set(sys.modules)


def test_scenes_do_not_see_each_other_s_modules(tmp_path):
    for name, title in (("a", "one"), ("b", "two")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "titles.py").write_text(f"TITLE = {title!r}\n")
        text = f"from titles import TITLE\n{SCENE.rstrip()[:-1]}, TITLE)\n"
        (tmp_path / name / "scene.py").write_text(text)
        assert animator.load(tmp_path / name / "scene.py").title == title


def test_a_network_learns_the_same_on_any_number_of_cores(tmp_path):
    (tmp_path / "scene.py").write_text(CHANCY)
    scene = animator.load(tmp_path / "scene.py")
    threads = torch.get_num_threads()
    found = []
    try:
        for count in (1, 2, 3):
            torch.set_num_threads(count)
            (recording,) = record_all(scene.experiments).values()
            landscape = animator.loss_map(recording.problem, 5)
            runs = recording.trajectories
            found.append([*(run.params for run in runs), landscape.loss])
    finally:
        torch.set_num_threads(threads)
    for other in found[1:]:
        for one, two in zip(found[0], other, strict=True):
            np.testing.assert_array_equal(one, two)


def test_a_setting_s_seed_is_that_of_its_dropout():
    """As in a plain loop after `torch.manual_seed`."""
    data = torch.randn(20, 3), torch.randn(20, 1)
    net = nn.Sequential(nn.Linear(3, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    problem = animator.problems.network(net, data, MSELoss())
    setting = animator.Setting(torch.optim.SGD, seed=11)
    experiment = animator.Experiment(problem, {"it": setting}, 4)
    plane = animator.record(experiment)
    model = problem.model()
    optimizer = torch.optim.SGD(model.parameters())
    with torch.random.fork_rng():
        torch.manual_seed(11)
        for _ in range(4):
            optimizer.zero_grad()
            MSELoss()(model(data[0]), data[1]).backward()
            optimizer.step()
    weights = nn.utils.parameters_to_vector(model.parameters()).detach().numpy()
    where, _ = plane.problem.project(weights[None])
    np.testing.assert_allclose(plane.trajectories[0].params[-1], where[0], atol=1e-6)
