"""`animate --sweep`, ranges where they cannot be, and manifests of several values."""

import json

import numpy as np
import pytest
from conftest import ROOT, SCENE, plain_loop
from PIL import Image, ImageSequence
from torch.nn import MSELoss

SMALL = "--size 160x90 --steps 3 --hold-start 0 --hold-end 0 --no-cache".split()
RANGE = ["--set", "lr=0.1:0.3:0.1"]


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "plain.py"
    path.write_text(SCENE)
    return path


def test_each_value_is_a_frame(run, scene, tmp_path):
    table = ["--trajectories", "runs.csv"]
    status, out, err = run(scene, *RANGE, "--sweep", "-f", "gif", *SMALL, *table)
    assert (status, err) == (0, "")
    rows = (tmp_path / "runs.csv").read_text().splitlines()[1:]
    names = [f"plain_lr-{lr}" for lr in (0.1, 0.2, 0.3) for _ in range(4)]
    assert [row.partition(" ")[0] for row in rows] == names
    path = tmp_path / "renders/plain_lr-0.1..0.3.gif"
    assert out.startswith("renders/plain_lr-0.1..0.3.gif  160x90")
    with Image.open(path) as gif:
        frames = {f.convert("RGB").tobytes() for f in ImageSequence.Iterator(gif)}
    assert len(frames) == 3


def test_a_scene_s_own_slider_is_swept(run, tmp_path):
    path = ROOT / "scenes/explore_momentum.py"
    fixed = ["--set", "lr=0.03", "--seconds", "1", "--fps", "5"]
    status, out, err = run(path, *fixed, "--sweep", "-o", tmp_path, "-f", "gif", *SMALL)
    assert (status, err) == (0, "")
    assert "explore_momentum_lr-0.03_sweep.gif" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            RANGE,
            "--set lr has 3 values, 0.1 to 0.3, and mp4 shows one: give -f html for a "
            "page with a slider, --sweep for a clip that runs over them, or --set "
            "lr=0.1 --set lr=0.2 for a clip of each",
        ),
        ([*RANGE, "--sweep", "-f", "png"], "--sweep makes clips, and png is a still"),
        ([*RANGE, "--sweep", "-f", "html"], "a page has sliders; leave it out"),
        (["--sweep"], "--sweep needs the values that it runs over; give a range"),
        (
            [*RANGE, "--set", "momentum=0,0.5", "--sweep"],
            "--sweep runs over one hyperparameter, and lr and momentum have several",
        ),
        (
            [*RANGE, "--set", "lr=0.5", "--sweep"],
            "--set lr has 3 values, 0.1 to 0.3, and also another value",
        ),
        ([*RANGE, "-f", "html", "--still", "3"], "still is for png, svg and pdf"),
        (["--set", "lr=0:1", "--sweep"], "is not a range; give start:stop:step"),
        (["--set", "momentum=True"], "momentum is True; give a number"),
        (["--set", "lr=0.1,True", "-f", "html"], "lr is True; give a number"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(run, scene, arguments, message):
    status, out, err = run(scene, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1 or "Usage:" in err


@pytest.mark.parametrize("form", [["-f", "html"], ["-f", "gif", "--sweep"]])
def test_a_manifest_of_several_values_can_be_verified(run, scene, tmp_path, form):
    status, _, err = run(scene, *RANGE, *form, *SMALL, "--manifest", "made.json")
    assert (status, err) == (0, "")
    path = tmp_path / "made.json"
    manifest = json.loads(path.read_text())
    (clip,) = manifest["clips"]
    for lr, found in zip((0.1, 0.2, 0.3), clip["combinations"], strict=True):
        assert found["values"] == {"lr": repr(lr)}
        (run_of,) = found["experiments"][0]["settings"]
        _, losses = plain_loop(MSELoss(), steps=3, lr=lr)
        assert np.float32(run_of["loss"]) == losses[-1] and run_of["seed"] == 0
    assert run("verify", path) == (0, f"{clip['name']}  the same\n", "")
    # Other runs, other files and other values are noticed.
    last = clip["combinations"][-1]["experiments"][0]["settings"][0]
    last["sha256"], clip["files"][0]["sha256"] = "", ""
    path.write_text(json.dumps(manifest))
    status, out, _ = run("verify", path)
    assert status == 1 and "lr=0.3: " in out and "another trajectory" in out
    assert f"{clip['files'][0]['name']} differs" in out
    clip["sliders"]["lr"][-1] = "0.4"
    path.write_text(json.dumps(manifest))
    status, out, _ = run("verify", path)
    assert status == 1 and "the values of its sliders are others" in out
