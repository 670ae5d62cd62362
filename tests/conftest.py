"""What several tests share."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import Phase, settings
from PIL import Image
from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.base.cache import Cache
from animator.cli import main
from animator.problems import line_fit

settings.register_profile(
    "quick",
    derandomize=True,
    deadline=None,
    max_examples=60,
    phases=(Phase.explicit, Phase.generate),
)
settings.register_profile("hunt", deadline=None, max_examples=3000)
settings.load_profile("quick")

ROOT = Path(__file__).parent.parent
SCENES = sorted((ROOT / "scenes").glob("*.py"))
SCENE = """
from functools import partial
from torch.nn import MSELoss
from torch.optim import SGD
from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit

plain = {"plain": partial(SGD, lr=0.1)}
scene = Scene([Heatmap(Experiment(line_fit(MSELoss()), plain, steps=5))])
"""


@pytest.fixture(scope="session", autouse=True)
def cache_of_its_own(tmp_path_factory):
    """Let no test see what another run has kept."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))
    yield
    os.environ.pop("XDG_CACHE_HOME")
    if before is not None:
        os.environ["XDG_CACHE_HOME"] = before


@pytest.fixture(scope="session")
def shared_cache(tmp_path_factory):
    """A cache for what several tests record; all processes of this run share it."""
    folder = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        folder = folder.parent
    return Cache(folder / "shared")


@pytest.fixture
def small_scene():
    """One quick scene with a single map."""
    plain = {"plain": partial(SGD, lr=0.1)}
    experiment = Experiment(line_fit(MSELoss()), plain, steps=8)
    return Scene([Heatmap(experiment, points=41)], "Small", hold_start=0, seconds=2.3)


SIGNALS = [
    getattr(signal, name)
    for name in ("SIGINT", "SIGTERM", "SIGHUP")
    if hasattr(signal, name)  # Windows has no SIGHUP
]


def default_signals_for_children():
    """Give processes that the tests start the default handlers of signals.

    A job in the background, or `nohup`, ignores some, and a child inherits that. A
    handler that does nothing is not inherited: the child gets the default one.
    """
    for number in SIGNALS:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, lambda number, frame: None)


default_signals_for_children()


def without_waiting(text):
    """What the command prints but the lines of long work: a machine may be slow."""
    return re.sub(r"^animate: .*: \d+% done after .*\n", "", text, flags=re.MULTILINE)


def exit_status(monkeypatch, arguments):
    """Run the command in this process, and return its status."""
    monkeypatch.setattr(sys, "argv", ["animate", *map(str, arguments)])
    hook = sys.unraisablehook
    before = [signal.getsignal(number) for number in SIGNALS]
    try:
        with pytest.raises(SystemExit) as stop:
            main()
    finally:
        for number, handler in zip(SIGNALS, before, strict=True):
            signal.signal(number, handler)
        sys.unraisablehook = hook
    return stop.value.code


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the command in this process; return status, output and errors."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments):
        status = exit_status(monkeypatch, arguments)
        out, err = capsys.readouterr()
        return status, out, without_waiting(err)

    return command


@pytest.fixture
def animate(tmp_path):
    """Run the real command in a folder of its own."""

    def run(*arguments, **options):
        done = subprocess.run(
            [sys.executable, "-m", "animator", *map(str, arguments)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=500,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            check=False,
            **options,
        )
        done.stderr = without_waiting(done.stderr)
        return done

    return run


ARTICLE = {
    0: 53.078269958496094,
    1: 34.7295036315918,
    2: 22.891206741333008,
    3: 15.226042747497559,
    4: 10.242652893066406,
    5: 6.987757682800293,
    6: 4.85075569152832,
    7: 3.4395809173583984,
    8: 2.501774787902832,
    9: 1.8742430210113525,
    97: 0.4994412660598755,
    98: 0.4994412362575531,
    99: 0.4994412660598755,
}

SETTINGS = {
    "plain": {"lr": 0.1},
    "momentum": {"lr": 0.1, "momentum": 0.9},
    "nesterov": {"lr": 0.1, "momentum": 0.9, "nesterov": True},
    "weight decay": {
        "lr": 0.1,
        "momentum": 0.9,
        "nesterov": True,
        "weight_decay": 2.0,
    },
    "dampening": {"lr": 0.1, "momentum": 0.9, "dampening": 0.8},
}


def article_data():
    """The article's points, drawn as the article does it, as torch columns."""
    before = np.random.get_state()
    np.random.seed(20240215)  # as the article does
    x = np.array(np.random.randn(50), dtype=np.float32)
    y = np.array(
        0.75 * x**2 + 1.0 * x + 2.0 + 0.3 * np.random.randn(50),
        dtype=np.float32,
    )
    np.random.set_state(before)
    return torch.from_numpy(x), torch.from_numpy(y)


def plain_loop(loss_fn, steps=100, **sgd):
    """The article's training loop; bias, weight (steps + 1, 2), losses (steps + 1,)."""
    x, y = article_data()
    model = torch.nn.Linear(1, 1)
    model.weight.data.fill_(6.0)
    model.bias.data.fill_(-3.0)
    optimizer = torch.optim.SGD(model.parameters(), **sgd)
    params, losses = [], []
    for step in range(steps + 1):
        optimizer.zero_grad()
        loss = loss_fn(model(x.reshape(-1, 1)), y.reshape(-1, 1))
        loss.backward()
        params.append((model.bias.item(), model.weight.item()))
        losses.append(loss.item())
        if step < steps:
            optimizer.step()
    return np.array(params, np.float32), np.array(losses, np.float32)


def delays(path):
    """How long each picture of a file is shown, in milliseconds, as Pillow reads it."""
    with Image.open(path) as clip:
        for index in range(clip.n_frames):
            clip.seek(index)
            clip.load()
            yield clip.info["duration"]


def pictures(path):
    """The pictures of a file as Pillow shows them, RGBA (H, W, 4)."""
    with Image.open(path) as clip:
        for index in range(clip.n_frames):
            clip.seek(index)
            yield np.asarray(clip.convert("RGBA"))


def at_each_frame(path, milliseconds):
    """What is shown in the middle of each frame of so many milliseconds."""
    shown = []
    end = 0.0
    for picture, delay in zip(pictures(path), delays(path), strict=True):
        end += delay
        while (len(shown) + 0.5) * milliseconds < end:
            shown.append(picture)
    return shown


@pytest.fixture(scope="module")
def browser():
    """A browser for pages; a module may have one with other options."""
    from browsing import chromium

    with chromium() as browser:
        yield browser
