"""Manifests: what they have, and what `animate verify` says about them."""

import csv
import hashlib
import json
import shutil
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from conftest import SCENE, plain_loop
from torch.nn import MSELoss

import animator
from animator.batch.manifest import SCHEMA, read_manifest
from animator.encoders.formats.gif import GifOptions
from animator.rendering.options import RenderOptions


@pytest.fixture
def made(run, tmp_path):
    """A clip and its manifest; `verify` renders it again."""
    (tmp_path / "scene.py").write_text(SCENE)
    options = ("--size", "128x72", "--set", "lr=0.05", "--seconds", "3")
    status, out, err = run(
        "scene.py", *options, "-f", "gif", "-f", "mp4", "--manifest", "made.json"
    )
    assert (status, err) == (0, "") and "made.json  " in out

    def verify(*options):
        status, out, err = run("verify", tmp_path / "made.json", *options)
        assert err == ""
        return status, out

    return json.loads((tmp_path / "made.json").read_text()), verify


def test_it_has_what_made_the_clip(made, tmp_path):
    manifest, _ = made
    assert manifest["versions"]["torch"] == torch.__version__
    assert manifest["versions"]["python"] == sys.version.split()[0]
    assert manifest["options"]["size"] == [128, 72] and manifest["options"]["fps"] == 25
    (clip,) = manifest["clips"]
    (scene,) = clip["scenes"]
    assert scene["sha256"] == hashlib.sha256(SCENE.encode()).hexdigest()
    assert scene["path"] == "scene.py" and scene["set"] == {"lr": "0.05"}
    (experiment,) = scene["experiments"]
    (setting,) = experiment["settings"]
    assert setting["optimizer"] == "SGD(lr=0.05)" and setting["seed"] == 0
    _, losses = plain_loop(MSELoss(), steps=5, lr=0.05)
    assert np.float32(setting["loss"]) == losses[-1]
    for file in clip["files"]:
        data = (tmp_path / "renders" / file["name"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["bytes"] == len(data)
    varied = animator.vary(animator.load(tmp_path / "scene.py"), lr=0.05)
    frames = animator.frames(replace(varied, seconds=3), size=(128, 72))
    hashes = [hashlib.sha256(frame.tobytes()).hexdigest()[:16] for frame in frames]
    assert clip["pictures"] == [{"size": [128, 72], "fps": 25.0, "frames": hashes}]


def test_what_comes_out_the_same_is_verified(made, tmp_path, monkeypatch):
    _, verify = made
    before = sorted(tmp_path.rglob("*"))
    assert verify() == (0, "scene_lr-0.05  the same\n")
    assert sorted(tmp_path.rglob("*")) == before  # it is rendered elsewhere
    # Both can move.
    (tmp_path / "moved").mkdir()
    for name in ("scene.py", "made.json"):
        shutil.move(tmp_path / name, tmp_path / "moved" / name)
    (tmp_path / "made.json").symlink_to("moved/made.json")
    assert verify() == (0, "scene_lr-0.05  the same\n")


def test_what_differs_is_said(made, tmp_path):
    manifest, verify = made
    (tmp_path / "scene.py").write_text("# a comment\n" + SCENE)
    status, out = verify()
    assert (status, out) == (1, "scene_lr-0.05  differs\n    scene.py has changed\n")
    text = SCENE.replace("MSELoss()", "MSELoss(), start=(-3.0, 5.9)")
    (tmp_path / "scene.py").write_text(text)
    manifest["versions"]["numpy"] = "1.0"
    (tmp_path / "made.json").write_text(json.dumps(manifest))
    status, out = verify()
    lines = out.splitlines()
    assert status == 1 and lines[1] == "    scene.py has changed"
    assert lines[2].startswith(
        "    MSELoss, 'plain': another trajectory; it ends with a loss"
    )
    assert lines[3] == "    75 of 75 frames differ, the first is frame 0"
    assert lines[4].startswith("    scene_lr-0.05.gif differs: ")
    assert lines[5].startswith("    scene_lr-0.05.mp4 differs: ")
    assert lines[6:] == [f"    numpy is {np.__version__}, was 1.0"]


@pytest.mark.parametrize(
    "change",
    [
        lambda manifest: [],
        lambda manifest: manifest | {"clips": []},
        lambda manifest: {**manifest, "options": 3},
        lambda manifest: {**manifest, "versions": 3},
        lambda manifest: {"clips": [{**manifest["clips"][0], "files": []}]},
        lambda manifest: manifest | {"clips": [{"name": "a"}]},
    ],
)
def test_a_file_that_is_no_manifest(made, run, tmp_path, change):
    manifest, _ = made
    (tmp_path / "made.json").write_text(json.dumps(change(manifest)))
    status, out, err = run("verify", "made.json")
    assert (status, out) == (2, "")
    assert (
        "made.json: is not a manifest; give a file that --manifest has written" in err
    )


def test_an_entry_that_is_not_complete(made, run, tmp_path):
    manifest, _ = made
    del manifest["clips"][0]["scenes"][0]["experiments"][0]["settings"][0]["sha256"]
    (tmp_path / "made.json").write_text(json.dumps(manifest))
    status, out, err = run("verify", "made.json")
    assert (status, out) == (2, "")
    line = "the manifest's entry of scene_lr-0.05 is not complete; write it anew"
    assert err == f"animate: {line}\n"


def test_a_missing_manifest_or_one_over_another_file(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    for arguments, message in (
        (["verify", "nowhere.json"], "No such file or directory; give a manifest"),
        (["verify", "x.json", "scene.py"], "unexpected extra argument (scene.py)"),
        (
            ["scene.py", "--manifest", "scene.py"],
            "would be both a scene and the manifest",
        ),
        (
            ["scene.py", "--trajectories", "scene.py"],
            "would be both a scene and the traj",
        ),
        (
            ["scene.py", "--manifest", "a.x", "--trajectories", "a.x"],
            "would be both the trajectories and the manifest; give two paths",
        ),
    ):
        status, out, err = run(*arguments)
        assert (status, out) == (2, "") and message in err
    assert (tmp_path / "scene.py").read_text() == SCENE


def as_the_first_schema(manifest):
    """The same manifest as the first version wrote it, which had no schema's number."""
    options = dict(manifest["options"])
    formats = options.pop("formats")
    names = ("seconds", "hold_start", "hold_end")
    times = {name: options.pop(name) for name in names}
    for name in ("title", "caption", "counter", "dpi", "font", "font_size"):
        del options[name]  # they are newer
    return {
        "versions": manifest["versions"],
        "options": {
            **options,
            "gif_quality": formats.get("gif", {}).get("quality", GifOptions().quality),
            "webp_quality": None,
            "clock": {name: s for name, s in times.items() if s is not None},
        },
        "clips": manifest["clips"],
    }


def test_the_first_schema_has_the_keys_of_a_file_that_was_written_with_it(made):
    """So that the next test verifies what is out there."""
    old = as_the_first_schema(made[0])
    assert list(old) == ["versions", "options", "clips"]
    assert set(old["options"]) == {
        "size", "fps", "theme", "transparent", "still", "loop", "gif_quality",
        "webp_quality", "max_size", "steps", "clock",
    }  # fmt: skip
    assert old["options"]["clock"] == {"seconds": 3}


def test_an_old_manifest_is_verified(made, tmp_path):
    manifest, verify = made
    assert manifest["schema"] == SCHEMA
    path = tmp_path / "made.json"
    path.write_text(json.dumps(as_the_first_schema(manifest)))
    assert verify() == (0, "scene_lr-0.05  the same\n")
    # One written before most of the options existed: they have their defaults.
    few = {name: manifest["options"][name] for name in ("size", "seconds")}
    path.write_text(json.dumps(manifest | {"options": few}))
    assert verify() == (0, "scene_lr-0.05  the same\n")
    # What is left out is not ignored.
    path.write_text(json.dumps(manifest | {"options": {"size": [128, 72]}}))
    status, out = verify()
    assert status == 1 and "it has 84 frames, not 75" in out


def test_options_of_formats_are_read_from_both_schemas(made, tmp_path):
    path = tmp_path / "made.json"
    manifest, _ = made
    manifest["options"]["formats"] = {"gif": {"quality": 75.0}}
    expected = RenderOptions((128, 72), seconds=3.0, formats={"gif": GifOptions(75.0)})
    path.write_text(json.dumps(manifest))
    assert read_manifest(path).options == expected
    path.write_text(json.dumps(as_the_first_schema(manifest)))
    old = read_manifest(path).options
    assert old.formats["gif"] == GifOptions(75.0)
    assert replace(old, formats=expected.formats) == expected


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": SCHEMA + 1}, "is the newest one that can be read here; update"),
        ({"options": {"size": [128, 72], "more": 1}}, "there is no option 'more'"),
        ({"options": {"size": [1, 2]}}, "made.json: "),
    ],
)
def test_a_manifest_of_another_version(made, run, tmp_path, change, message):
    manifest, _ = made
    (tmp_path / "made.json").write_text(json.dumps(manifest | change))
    status, out, err = run("verify", "made.json")
    assert (status, out) == (2, "") and err.count("\n") == 1
    assert err.startswith("animate: made.json: ") and message in err


MEASURED = SCENE.replace(
    "steps=5)",
    "steps=5, every=2, metrics={'loss²': lambda o, y: MSELoss()(o, y) ** 2})",
)


def test_series_are_in_tables_and_manifests(run, tmp_path):
    (tmp_path / "scene.py").write_text(MEASURED, encoding="utf-8")
    options = ("--size", "128x72", "-f", "gif", "--manifest", "made.json")
    status, _, err = run("scene.py", *options, "--trajectories", "made.csv")
    assert (status, err) == (0, "")
    with (tmp_path / "made.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    _, losses = plain_loop(MSELoss(), steps=5, lr=0.1)
    for step, (row, loss) in enumerate(zip(rows, losses, strict=True)):
        expected = repr(float(loss**2)) if step in (0, 2, 4, 5) else ""
        assert row["loss²"] == expected
    run_again = animator.Trajectory.from_csv(
        tmp_path / "made.csv", "bias", "weight", series=["loss²"]
    )
    assert np.isfinite(run_again.series["loss²"]).tolist() == [1, 0, 1, 0, 1, 1]
    manifest = json.loads((tmp_path / "made.json").read_text("utf-8"))
    (setting,) = manifest["clips"][0]["scenes"][0]["experiments"][0]["settings"]
    assert setting["series"]["loss²"]["last"] == rows[-1]["loss²"]
    assert run("verify", "made.json")[0] == 0
    setting["series"]["loss²"] |= {"last": "0.5", "sha256": "0"}
    (tmp_path / "made.json").write_text(json.dumps(manifest), "utf-8")
    status, out, _ = run("verify", "made.json")
    assert status == 1
    assert f"loss² differs; it ends with {rows[-1]['loss²']}, not 0.5" in out
    del setting["series"]  # as in a manifest of an older version
    (tmp_path / "made.json").write_text(json.dumps(manifest), "utf-8")
    assert run("verify", "made.json")[0] == 0
