"""A notebook, executed by a real Jupyter kernel, shows clips and holds them."""

import base64
import html
import json
import re
import sys
from io import BytesIO

import av
import nbformat
import numpy as np
import pytest
from conftest import ROOT
from nbclient import NotebookClient
from PIL import Image

import animator
from animator.encoders.registry import formats
from animator.rendering.notebook import clip_html

# The kernel's own machinery, in which nothing of ours runs.
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


FAILING = (
    "from functools import partial\n"
    "from torch import nn\n"
    "from torch.optim import SGD\n"
    "from animator import Experiment, Heatmap, Scene\n"
    "from animator.problems import line_fit, network\n"
    "Experiment(line_fit(nn.MSELoss()), {'a': partial(SGD, lr='0.1')})",
    "problem = network(nn.Linear(1, 1), ([[1.0]], [[1.0]]), nn.MSELoss())\n"
    "wild = Experiment(problem, {'a': partial(SGD, lr=1e38)}, steps=3)",
    "animator.render(Scene([Heatmap(wild)]), 'b.png', size=(320, 180))",
)
"""Cells that fail: at once, and only when another one is recorded."""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory):
    """A notebook that a real kernel has executed."""
    folder = tmp_path_factory.mktemp("notebook")
    kernels = folder / "kernels" / "this"
    kernels.mkdir(parents=True)
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "this",
        "language": "python",
    }
    (kernels / "kernel.json").write_text(json.dumps(spec))
    cells = [
        "import sys; from dataclasses import replace\n"
        f"sys.path.insert(0, {str(ROOT)!r}); import animator\n"
        f"scene = animator.load({str(ROOT / 'scenes' / 'fit.py')!r})\n"
        "scene = replace(scene, hold_start=0, hold_end=0, seconds=1)",
        "scene",
        "animator.render(scene, 'a.mp4', size=(320, 180), steps=10)",
        "animator.render(scene, 'a.gif', 'a.webp', size=(320, 180), steps=10)",
        "animator.render(scene, 'a.png', 'a.svg', size=(320, 180), steps=10)[1]",
        *FAILING,
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(c) for c in cells]
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JUPYTER_PATH", str(folder))
        client = NotebookClient(
            notebook, kernel_name="this", timeout=120, allow_errors=True
        )
        client.execute(cwd=str(folder))
    for file in folder.glob("a.*"):
        file.unlink()  # what the notebook shows is in it
    return notebook


@pytest.fixture(scope="module")
def outputs(notebook):
    """What each cell of a notebook shows, as HTML."""
    return [
        output.data["text/html"]
        for cell in notebook.cells[1:]
        for output in cell.outputs
        if "data" in output
    ]


def embedded(html):
    """The type and the bytes of the file that is embedded in HTML."""
    kind, data = re.search(r'src="data:([\w/+-]+);base64,([^"]+)"', html).groups()
    return kind, base64.b64decode(data)


def test_each_cell_shows_its_clip(outputs):
    kinds = [embedded(html)[0] for html in outputs]
    assert kinds == ["video/mp4", "video/mp4", "image/gif", "image/svg+xml"]
    assert all(html.startswith("<video controls") for html in outputs[:2])


def test_a_bare_scene_is_a_video_of_all_its_frames(outputs, tmp_path):
    (tmp_path / "shown.mp4").write_bytes(embedded(outputs[0])[1])
    with av.open(tmp_path / "shown.mp4") as video:
        frames = [frame.width for frame in video.decode(video=0)]
    assert frames == [1280] * 25


def test_an_error_is_shown_with_the_line_of_the_cell_and_no_frames_of_ours(notebook):
    errors = [
        output
        for cell in notebook.cells
        for output in cell.outputs
        if output.output_type == "error"
    ]
    assert [error.ename for error in errors] == ["SceneError"] * 2
    shown = [error.traceback for error in errors]
    assert shown[0] == [
        f"line 6 of the cell: {FAILING[0].splitlines()[-1]}",
        "SceneError: experiment 'MSELoss': setting 'a': lr is '0.1'; give the number "
        "0.1",
    ]
    assert shown[1][0] == f"line 2 of the cell: {FAILING[1].splitlines()[-1]}"
    assert shown[1][1].endswith("diverges at step 1; lower the learning rates")
    assert len(shown[1]) == 2


@pytest.mark.parametrize("name", formats())
def test_every_format_is_shown_by_its_type(tmp_path, name):
    path = tmp_path / f"a & b.{name}"
    path.write_bytes(b"data")
    shown = clip_html(path, (320, 180))
    tags = {"video": "<video ", "image": "<img ", "application": "<a ", "": "<code>"}
    tags["text"] = "<div "
    mime = formats()[name].mime
    assert shown.startswith(tags[mime.partition("/")[0]])
    assert f"a &amp; b.{name}" in shown and "a & b" not in shown
    if mime == "text/html":
        assert 'srcdoc="data"' in shown
    elif mime:
        assert f'"data:{mime};base64,ZGF0YQ=="' in shown


def test_where_frames_are_left_out_the_picture_of_a_page_remains(small_scene, tmp_path):
    (clip,) = animator.render(small_scene, tmp_path / "a.html", size=(320, 180))
    shown = clip._repr_html_()
    (frame,) = re.findall('srcdoc="([^"]*)"', shown)
    assert html.unescape(frame) == clip.path.read_text(encoding="utf-8")
    without = re.sub("</?iframe[^>]*>", "", shown)  # as GitHub does
    kind, data = embedded(without)
    assert kind == "image/webp"
    with Image.open(BytesIO(data)) as still:
        assert still.size == (320, 180)
    assert re.sub("<[^>]*>", "", shown) == ""


def test_where_videos_are_left_out_the_last_frame_remains(small_scene, tmp_path):
    *_, last = animator.frames(small_scene, size=(320, 180))
    (clip,) = animator.render(small_scene, tmp_path / "a.mp4", size=(320, 180))
    shown = clip._repr_html_()
    without = re.sub("</?video[^>]*>", "", shown)  # as GitHub does
    kind, data = embedded(without)
    assert kind == "image/png"
    with Image.open(BytesIO(data)) as still:
        picture = np.asarray(still.convert("RGB")).astype(int)
    assert abs(picture - last[..., :3]).mean() < 3
    assert re.sub("<[^>]*>", "", shown) == ""  # nothing of the data is text
