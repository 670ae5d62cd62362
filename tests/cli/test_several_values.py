"""`animate --sweep`, and ranges where they cannot be."""

import pytest
from conftest import ROOT, SCENE
from PIL import Image, ImageSequence

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
        (
            [*RANGE, "--sweep", "--manifest", "a.json"],
            "--manifest is not for several values; leave it out",
        ),
        (["--set", "lr=0:1", "--sweep"], "is not a range; give start:stop:step"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(run, scene, arguments, message):
    status, out, err = run(scene, *arguments)
    assert (status, out) == (2, "")
    assert message in err
    assert len(err.splitlines()) == 1 or "Usage:" in err
