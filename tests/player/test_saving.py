"""What a reader takes along: the data as CSV, and a frame as PNG."""

import csv
from io import BytesIO, StringIO
from pathlib import Path

import numpy as np
import pytest
from browsing import opened
from PIL import Image
from runs import LOSSES, SETTINGS, STEPS, plain_loop, scene

import animator
from animator import record

SIZE = (800, 450)
COLUMNS = ("bias", "weight", "loss", "gradient of bias", "gradient of weight")


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "a.html"
    animator.render(scene(), path, size=SIZE)
    return path


def downloaded(page, entry):
    """Return the name of the file that an entry of the menu offers, and its bytes."""
    page.get_by_role("button", name="More").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=entry).click()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_the_table_has_every_number_of_the_recording(browser, path):
    with opened(browser, path, "#step=3") as page:
        name, content = downloaded(page, "Get the data as CSV")
    assert name == "two-losses.csv"
    table = list(csv.DictReader(StringIO(content.decode(), newline="")))
    assert len(table) == len(LOSSES) * len(SETTINGS) * (STEPS + 1)
    for experiment in scene().experiments:
        recording = record(experiment)
        for run in recording.trajectories:
            loss = recording.problem.name
            whose = loss, run.label
            own = [row for row in table if (row["problem"], row["optimizer"]) == whose]
            assert [int(row["step"]) for row in own] == list(range(STEPS + 1))
            found = np.array(
                [[row[name] for name in COLUMNS] for row in own], np.float32
            )
            np.testing.assert_array_equal(found[:, :2], run.params)
            np.testing.assert_array_equal(found[:, 2], run.loss)
            np.testing.assert_array_equal(found[:, 3:], run.gradient)
            plain = plain_loop(run.label, loss)
            np.testing.assert_allclose(found, plain, rtol=2e-6, atol=1e-7)


def test_a_saved_frame_is_what_is_shown_with_twice_the_pixels(browser, path):
    view = {"viewport": {"width": 800, "height": 600}, "device_scale_factor": 2}
    with opened(browser, path, "#step=9&hide=plain", **view) as page:
        shown = Image.open(BytesIO(page.locator(".frame").screenshot()))
        name, content = downloaded(page, "Save this frame as PNG")
    assert name == "two-losses-step-9.png"
    saved = Image.open(BytesIO(content))
    assert saved.size == (1600, 900)
    assert shown.size == saved.size
    both = [np.asarray(image.convert("RGB"), float) for image in (shown, saved)]
    apart = np.abs(both[0] - both[1])
    assert apart.mean() < 0.5
    title = both[1][20:110, 40:600]
    assert title.min() < 60 and title.max() == 255


def test_a_frame_of_a_dark_page_is_dark(browser, path, tmp_path):
    dark = tmp_path / "dark.html"
    animator.render(scene(), dark, size=SIZE, theme="dark", steps=2)
    with opened(browser, dark, "#step=1") as page:
        _, content = downloaded(page, "Save this frame as PNG")
    corner = Image.open(BytesIO(content)).convert("RGB").getpixel((2, 2))
    assert max(corner) < 60
