"""Starts and seeds in files: tables, manifests and what the command takes."""

import csv
import json

import numpy as np
import pytest

from animator import Scene, SceneError, Trajectory, load, record, vary

SCENE = """
from functools import partial
import torch
from torch.nn import Linear, MSELoss
from torch.optim import SGD
from animator import Experiment, Heatmap, Scene, Setting
from animator.problems import line_fit, network

sgd = partial(SGD, lr=0.01)
inputs = torch.linspace(-1, 1, 8)[:, None]
settings = {
    "seeds": Setting(sgd, batch_size=5, seeds=[3, 1]),
    "one": Setting(sgd, start=(1, 2)),
}
state = Setting(sgd, start=Linear(1, 1).state_dict())
scene = Scene([
    Heatmap(Experiment(line_fit(MSELoss()), settings, steps=4), points=5),
    Heatmap(Experiment(network(Linear(1, 1), (inputs, inputs), MSELoss()),
                       {"state": state, "model": Setting(
                           sgd, start=lambda: Linear(1, 1), seeds=2)}, steps=4)),
])
"""
SMALL = ("--size", "320x180", "-f", "png")


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "scene.py"
    path.write_text(SCENE)
    return path


def test_a_table_has_a_row_for_each_seed_and_is_read_again(run, scene, tmp_path):
    status, _, errors = run(scene, *SMALL, "--trajectories", "t.csv")
    assert (status, errors) == (0, "")
    with (tmp_path / "t.csv").open() as file:
        rows = list(csv.DictReader(file))
    runs = list(dict.fromkeys((row["optimizer"], row["seed"]) for row in rows))
    assert runs == [
        ("seeds", "3"), ("seeds", "1"), ("one", "0"),
        ("state", "0"), ("model", "0"), ("model", "1"),
    ]  # fmt: skip
    recording = record(load(scene).experiments[0])
    for expected in recording.trajectories:
        found = Trajectory.from_csv(
            tmp_path / "t.csv", "bias", "weight",
            optimizer=expected.label, seed=expected.seed,
        )  # fmt: skip
        assert found.params.tolist() == expected.params.tolist()
        np.testing.assert_array_equal(found.loss, expected.loss)
    with pytest.raises(SceneError, match=r"of 2 seeds; choose one .* seed='3'"):
        Trajectory.from_csv(tmp_path / "t.csv", "bias", "weight", optimizer="seeds")


def test_a_manifest_has_the_seeds_and_verifies(run, scene, tmp_path):
    assert run(scene, *SMALL, "--manifest", "m.json")[0] == 0
    manifest = json.loads((tmp_path / "m.json").read_text())
    line, net = manifest["clips"][0]["scenes"][0]["experiments"]
    assert [(s["label"], s["seed"]) for s in line["settings"]] == [
        ("seeds", 3), ("seeds", 1), ("one", 0),
    ]  # fmt: skip
    assert line["settings"][2]["start"] == [1, 2]
    assert len(net["settings"][0]["start"]) == 64  # a hash of the state dict
    assert run("verify", "m.json")[0] == 0
    line["settings"][1]["sha256"] = "0"
    (tmp_path / "m.json").write_text(json.dumps(manifest))
    status, output, errors = run("verify", "m.json")
    assert status == 1
    assert "'seeds, seed 1': another trajectory" in output + errors


def test_the_command_takes_a_start_and_several(run, scene, tmp_path):
    text = SCENE.replace("scene = Scene([", "scene = Scene([").split("    Heatmap(Exp")
    scene.write_text(f"{text[0]}    Heatmap(Exp{text[1]}])\n")
    table = "--trajectories", "t.csv"
    starts = "--set", "start=-3,3", "--set", "start=(2, 1)"
    status, output, errors = run(scene, *SMALL, *starts, *table)
    assert (status, errors) == (0, "")
    assert output.count("start") == 2
    with (tmp_path / "t.csv").open() as file:
        rows = [r for r in csv.DictReader(file) if r["optimizer"] == "one"]
    starts = [(r["bias"], r["weight"]) for r in rows if r["step"] == "0"]
    assert starts == [("-3.0", "3.0"), ("2.0", "1.0")]


def test_seeds_are_those_of_each_setting(scene):
    varied = vary(Scene(load(scene).panels[:1]), seeds=3)
    settings = varied.experiments[0].settings
    assert [setting.seeds for setting in settings.values()] == [3, 3]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ("start=9,0", "start (9, 0) lies outside x = (-5, 8), the bias"),
        ("start=1", "start is 1; give two numbers, such as (-3, 3)"),
        ("seeds=1,1", "seeds is (1, 1); give how many"),
        ("lr=0.1,0.2", "or --set lr=0.1 --set lr=0.2 for a clip of each"),
    ],
)
def test_values_that_make_no_sense(run, scene, change, message):
    status, _, errors = run(scene, *SMALL, "--set", change)
    assert status == 2
    assert message in errors
