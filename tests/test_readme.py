"""README's Python runs: its blocks, its lines, and the calls within its text."""

import ast
import re
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from textwrap import dedent

import pytest
import torch
from torch import nn
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset

import animator
from animator import explore, problems, record, render

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
PROSE = re.sub(r"```.*?```", "", README, flags=re.DOTALL)
SCENE = '''"""Momentum 0.9."""
from functools import partial
from torch.nn import L1Loss
from torch.optim import SGD
from animator import Experiment, Heatmap, Scene
from animator.problems import line_fit
runs = {"momentum 0.9": partial(SGD, lr=0.1, momentum=0.9)}
fit = Experiment(line_fit(L1Loss()), runs, steps=3)
scene = Scene([Heatmap(fit, points=11)], seconds=0.4, hold_start=0, hold_end=0)
'''


def parsed(text, mode="exec"):
    """A text as Python's syntax tree, or None."""
    try:
        return ast.parse(text, mode=mode)
    except SyntaxError:
        return None


def lines():
    """The indented lines that are Python, and no command."""
    found = re.findall(r"(?:^    .*\n)+", PROSE, re.MULTILINE)
    calls = (line for block in found for line in dedent(block).splitlines())
    return [line for line in calls if "(" in line and parsed(line)]


def spans():
    """The calls within the text, such as `line_fit(loss)`."""
    texts = [" ".join(text.split()) for text in re.findall(r"`([^`]+)`", PROSE)]
    calls = ((text, parsed(text, "eval")) for text in texts if " | " not in text)
    return dict.fromkeys(t for t, e in calls if e and isinstance(e.body, ast.Call))


@pytest.fixture
def names(tmp_path, monkeypatch):
    """What README's Python takes for granted; what it renders is small."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(animator, "render", partial(render, size=(160, 90), fps=5))
    small = animator.RenderOptions(size=(160, 90), fps=5)
    monkeypatch.setattr(animator, "explore", partial(explore, options=small))
    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "momentum.py").write_text(SCENE)
    table = "hours,score,rank,mark\n0.5,1,1,2\n1,1.5,2,\n2,2.5,3,1\n"
    (tmp_path / "exam.csv").write_text(table)
    torch.manual_seed(0)
    inputs, labels = torch.randn(12, 2), torch.arange(12) % 2
    model = nn.Sequential(nn.Linear(2, 2))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss_fn, data = nn.CrossEntropyLoss(), (inputs, labels)
    adam = {"Adam": partial(torch.optim.Adam, lr=0.1)}
    plain = {"plain": partial(torch.optim.SGD, lr=0.01)}
    problem = problems.line_fit(nn.MSELoss())
    metrics = {"accuracy": lambda outputs, labels: (outputs - labels).mean()}
    net = problems.network(model, data, loss_fn)
    everything = {name: getattr(animator, name) for name in animator.__all__}
    return {
        **vars(torch.optim),
        **vars(nn),
        **{name: getattr(problems, name) for name in problems.__all__},
        **everything,
        "animator": animator,
        "partial": partial,
        "replace": replace,
        "dataclass": dataclass,
        "StepLR": StepLR,
        "torch": torch,
        "theme": animator.DARK,
        "model": model,
        "optimizer": optimizer,
        "loss_fn": loss_fn,
        "data": data,
        "loader": DataLoader(TensorDataset(*data), 4),
        "inputs": inputs,
        "labels": labels,
        "problem": problem,
        "settings": plain,
        "seed": 3,
        "experiment": animator.Experiment(problem, plain, 2, metrics=metrics),
        "net": net,
        "adam": adam,
        "loss": nn.MSELoss(),
        "condition": 10.0,
        "x": [0.0, 1.0, 2.0],
        "y": [1.0, 0.5, 2.0],
        "f": lambda *given: sum(given),
        "frame": {"a": [1, 2, 4], "b": [0, 0, 0], "c": [1, 1, 1], "d": [2, 1, None]},
        "checkpoints": [model.state_dict()] * 3,
    }


def test_the_first_block_is_the_scene_that_it_names():
    (name,) = re.findall(r"This is all of\n\[`(.*?)`\]", README)
    assert BLOCKS[0] == (Path(__file__).parents[1] / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda text: text.splitlines()[0])
def test_a_block_runs(block, names):
    if "trials=" in block:
        pytest.importorskip("optuna")
        names["problem"] = problems.sphere
    exec(block, names)
    if "animation" in names:
        names["animation"]._init_draw()  # else it warns that nobody has drawn it
    if "class Predictions" in block:
        run = animator.Experiment(names["net"], names["adam"], steps=12)
        panel = names["Predictions"](run)
        panel.draw(None, record(run, needs=panel.needs), animator.LIGHT)
    for clip in re.findall(r'"(\w+\.(?:mp4|gif))"', block):
        assert Path(clip).stat().st_size > 500


@pytest.mark.parametrize("line", lines())
def test_a_line_runs(line, names):
    assert eval(line, names).size == (2 if "missing" in line else 3)


CALLS = [text for text in spans() if not re.match(r"(f|fit|criterion|loss)\(", text)]


@pytest.mark.parametrize("text", CALLS)
def test_a_call_within_the_text_runs(text, names):
    if "Muon" in text and not hasattr(torch.optim, "Muon"):
        pytest.skip("Muon is new in torch 2.9")
    run = names["experiment"]
    names |= {
        "l1": run,
        "huber": animator.Experiment(problems.line_fit(nn.L1Loss()), run.settings, 2),
        "panels": [animator.Heatmap(run)],
    }
    if text.startswith("LossCurve"):
        names["experiment"] = animator.Experiment(names["net"], names["adam"], 2)
    if text.startswith("recorder.log"):
        names |= {"recorder": animator.Recorder(names["model"])}
        names |= {"loss": 0.5, "lr": 0.1, "a": 0.9, "v": 0.7}
    if "fair" in text:
        tuned = animator.tune_lr(problems.sphere, run.settings, budget=2, lrs=[0.1])
        names |= {"fair": animator.Experiment(problems.sphere, tuned)}
    eval(text, names)


def test_all_kinds_are_found():
    assert len(BLOCKS) >= 6 and len(lines()) >= 3 and len(CALLS) >= 20
