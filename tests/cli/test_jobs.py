"""What people want of it first, each through the command.

Two more of these jobs have files of their own: a notebook, executed by a real kernel
(`tests/rendering/test_notebook.py`), and fifty mistakes (`tests/cli/test_mistakes.py`).
"""

import csv

import av
import numpy as np
import pypdfium2
import pytest
import torch
from PIL import Image
from pptx import Presentation

IMPORTS = """
from functools import partial
from pathlib import Path
import torch
from torch import nn
from torch.optim import SGD, Adam
from animator import *
from animator.problems import *
"""
FIT = """
runs = {"plain": partial(SGD, lr=0.1), "momentum": partial(SGD, lr=0.1, momentum=0.9)}
fit = Experiment(line_fit(nn.MSELoss()), runs, steps=12)
scene = Scene([Heatmap(fit), LossCurve(fit)], title="A line is fitted", seconds=3)
"""


@pytest.fixture
def job(run, tmp_path):
    """Write a scene, run the command on it, and return the rows of its table."""

    def render(scene, *arguments):
        (tmp_path / "scene.py").write_text(IMPORTS + scene, encoding="utf-8")
        small = () if "--size" in arguments else ("--size", "320x180")
        table = ("--trajectories", "table.csv")
        status, _, err = run("scene.py", *small, *arguments, *table)
        assert (status, err) == (0, "")
        with (tmp_path / "table.csv").open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    return render


def column(rows, name, optimizer):
    return [float(row[name]) for row in rows if row["optimizer"] == optimizer]


def frame_sizes(path):
    with av.open(path) as video:
        assert video.streams.video[0].codec_context.pix_fmt == "yuv420p"
        return [(frame.width, frame.height) for frame in video.decode(video=0)]


def test_a_lecture_slide(job, tmp_path):
    job(FIT, "--size", "slide", "--fps", "5", "-o", "a.mp4")
    assert frame_sizes(tmp_path / "a.mp4") == [(1600, 900)] * 15
    slides = Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[6])
    slide.shapes.add_movie(str(tmp_path / "a.mp4"), 0, 0, 1600, 900, None, "video/mp4")
    slides.save(tmp_path / "a.pptx")
    assert (tmp_path / "a.pptx").stat().st_size > (tmp_path / "a.mp4").stat().st_size


def test_a_portrait_video(job, tmp_path):
    job(FIT, "--size", "portrait", "--fps", "4", "-o", "a.mp4")
    assert frame_sizes(tmp_path / "a.mp4") == [(1080, 1920)] * 12


def test_a_still_for_a_paper(job, tmp_path):
    job(FIT, "-o", "a.pdf", "--still", "7", "--size", "640x360")
    (page,) = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    width, height = page.get_size()
    assert width / height == pytest.approx(16 / 9, abs=0.01)
    text = page.get_textpage().get_text_range()
    assert "A line is fitted" in text and "momentum" in text


def test_an_own_csv(job, tmp_path):
    hours, scores = torch.tensor([[1.5], [2.0], [3.25], [4.0]]), torch.arange(4.0)
    rows = zip(hours.flatten().tolist(), scores.tolist(), strict=True)
    lines = ["hours;score", *(f"{h};{s}".replace(".", ",") for h, s in rows), "7,5;"]
    (tmp_path / "exam.csv").write_text("\n".join(lines), encoding="utf-8-sig")
    found = job(
        """
points = ("exam.csv", "hours", "score")
problem = line_fit(nn.L1Loss(), points=points, missing="drop", start=(0, 0))
fit = Experiment(problem, {"SGD": partial(SGD, lr=0.05)}, steps=6)
scene = Scene([Fit(fit), Heatmap(fit)])
""",
        *("-o", "a.png"),
    )
    model, loss_fn = torch.nn.Linear(1, 1), torch.nn.L1Loss()
    torch.nn.init.zeros_(model.weight)
    torch.nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.05)
    for step in range(7):
        loss = loss_fn(model(hours), scores[:, None])
        assert float(found[step]["loss"]) == loss.item()
        assert float(found[step]["weight"]) == model.weight.item()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with Image.open(tmp_path / "a.png") as picture:
        assert picture.size == (320, 180)


def test_an_own_optimizer(job):
    rows = job(
        """
class Signed(torch.optim.Optimizer):
    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for parameter in group["params"]:
                parameter -= group["lr"] * parameter.grad.sign()

bowl = surface(lambda x, y: x**2 + 3 * y**2, x=(-2, 2), y=(-2, 2), start=(1.5, -1))
fit = Experiment(bowl, {"signed": partial(Signed, lr=0.25)}, steps=4)
scene = Scene([Heatmap(fit), Parameters(fit)], seconds=3)
""",
        *("-f", "gif", "--fps", "5"),
    )
    assert column(rows, "x", "signed") == [1.5, 1.25, 1.0, 0.75, 0.5]
    assert column(rows, "y", "signed") == [-1.0, -0.75, -0.5, -0.25, 0.0]


def test_four_starts(job):
    rows = job(
        """
starts = [(0, 0), (-3, 3), (-4, -2), (3, -1)]
runs = {f"from {s}": Setting(partial(SGD, lr=0.01), start=s) for s in starts}
fit = Experiment(himmelblau, runs, steps=150)
scene = Scene([Heatmap(fit, scale="log"), LossCurve(fit)], seconds=3)
""",
        *("-f", "gif", "--fps", "5"),
    )
    labels = list(dict.fromkeys(row["optimizer"] for row in rows))
    assert labels == ["from (0, 0)", "from (-3, 3)", "from (-4, -2)", "from (3, -1)"]
    ends = [[column(rows, axis, label)[-1] for axis in "xy"] for label in labels]
    minima = [  # of the function, as its article has them
        (3.0, 2.0),
        (-2.805118, 3.131312),
        (-3.779310, -3.283186),
        (3.584428, -1.848126),
    ]
    np.testing.assert_allclose(ends, minima, atol=1e-3)
    assert [column(rows, "x", label)[0] for label in labels] == [0, -3, -4, 3]


def test_a_convolutional_network(job):
    pytest.importorskip("sklearn")
    rows = job(
        """
from sklearn.datasets import load_digits
from torch.utils.data import DataLoader, TensorDataset

digits = load_digits()
images = torch.tensor(digits.images[:200] / 16, dtype=torch.float32)[:, None]
points = TensorDataset(images, torch.tensor(digits.target[:200]))
loader = DataLoader(points, batch_size=40, shuffle=True)
model = nn.Sequential(
    nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.MaxPool2d(2),
    nn.Flatten(), nn.Dropout(0.25), nn.Linear(36, 10),
)
problem = network(model, loader, nn.CrossEntropyLoss())
runs = {"SGD": partial(SGD, lr=0.1, momentum=0.9), "Adam": partial(Adam, lr=0.01)}
fit = Experiment(problem, runs, steps=15)
scene = Scene([Heatmap(fit, points=11, scale="log"), LossCurve(fit)], seconds=3)
""",
        *("-f", "gif", "--fps", "5"),
    )
    losses = [column(rows, "loss", name) for name in ("SGD", "Adam")]
    assert losses[0][0] == losses[1][0] == pytest.approx(np.log(10), abs=0.2)
    assert all(loss[-1] < 0.8 * loss[0] for loss in losses)


def test_an_own_loop(job, tmp_path):
    rows = job(
        """
inputs = torch.linspace(-1, 1, 20)[:, None]
labels, model, loss_fn = 2 * inputs + 0.5, nn.Linear(1, 1), nn.MSELoss()
optimizer = SGD(model.parameters(), lr=0.3)
recorder = Recorder(model, optimizer)
for _ in range(10):
    optimizer.zero_grad()
    loss = loss_fn(model(inputs), labels)
    loss.backward()
    recorder.log(loss)
    optimizer.step()
Path("losses.txt").write_text(" ".join(map(str, recorder.loss)))
fit = Experiment(network(model, (inputs, labels), loss_fn), {"mine": recorder})
scene = Scene([Heatmap(fit, points=21), LossCurve(fit)], seconds=3)
""",
        *("-f", "gif", "--fps", "5"),
    )
    logged = list(map(float, (tmp_path / "losses.txt").read_text().split()))
    assert len(logged) == 10
    assert column(rows, "loss", "mine") == logged
