"""A panel, a problem and a plane that somebody else wrote, used by the real command."""

import numpy as np
import pytest
from PIL import Image

OWN = '''
"""Parts of our own."""
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch.optim import SGD

from animator import Drawing, Experiment, Heatmap, LossCurve, Scene
from animator.problems import Coordinate, network
from animator.problems.planes import Directions


class Bowl:
    """A problem; what it calls points, note and so on is no business of ours."""

    name = "bowl"
    x, y = Coordinate("a", -3.0, 3.0), Coordinate("b", -2.0, 2.0)
    start = (-2.0, 1.0)
    points = "three"
    size = None
    note = 7
    minima = 5
    noisy = "yes"
    measured_loss = 3
    map_points = "many"
    map_note = 8
    known_minima = None

    def model(self):
        model = torch.nn.Module()
        model.a = torch.nn.Parameter(torch.tensor(self.start[0]))
        model.b = torch.nn.Parameter(torch.tensor(self.start[1]))
        return model

    def loss(self, model):
        return model.a**2 + 4 * model.b**2

    def losses(self, x, y):
        return x**2 + 4 * y**2


@dataclass(frozen=True)
class Filled:
    """A panel: its axes are as magenta as the step is late."""

    experiment: Experiment

    def draw(self, ax, recording, theme):
        bar = ax.axvspan(0, 1, color="#ff00ff", linewidth=0)
        ax.set_axis_off()

        def update(step):
            bar.set_alpha(step / recording.steps)

        return Drawing(moving=[bar], update=update, key=["♥ own key"])


@dataclass(frozen=True)
class FirstTwo:
    """A plane: the first two weights."""

    def fit(self, model, paths):
        origin = np.asarray(paths[0][0], np.float32)
        right, up = np.zeros_like(origin), np.zeros_like(origin)
        right[0] = up[1] = 1.0
        return Directions(origin, right, up, ("first", "second"))


bowl = Experiment(Bowl(), {"plain": partial(SGD, lr=0.1)}, steps=4)
torch.manual_seed(0)
data = torch.randn(20, 2), torch.randn(20, 1)
net = network(
    torch.nn.Linear(2, 1, bias=False), data, torch.nn.MSELoss(), plane=FirstTwo()
)
trained = Experiment(net, {"plain": partial(SGD, lr=0.1)}, steps=4)
scene = Scene(
    [Heatmap(bowl), Filled(bowl), LossCurve(bowl), Heatmap(trained, points=5)],
    seconds=1, hold_start=0, hold_end=0,
)
'''


@pytest.mark.parametrize("step", [0, 4])
def test_parts_from_outside_are_used_by_the_command(run, tmp_path, step):
    (tmp_path / "own.py").write_text(OWN, encoding="utf-8")
    status, _, errors = run(
        "own.py", "-o", "own.png", "--still", step, "--size", "640x360"
    )
    assert (status, errors) == (0, "")
    pixels = np.asarray(Image.open(tmp_path / "own.png").convert("RGB")).astype(int)
    magenta = (abs(pixels - (255, 0, 255)).sum(axis=-1) < 30).sum()
    assert magenta > 10_000 if step else not magenta


NEEDY = '''
"""A panel of our own that needs the weights and Adam's first moment."""
from dataclasses import dataclass
from functools import partial

import torch
from torch.optim import Adam

from animator import Drawing, Experiment, Needs, Scene
from animator.problems import network


@dataclass(frozen=True)
class Check:
    """Green if a plain loop has the same weights and moment, with a moving scatter."""

    experiment: Experiment
    needs = Needs(weights=True, state=("exp_avg",))

    def draw(self, ax, recording, theme):
        (run,) = recording.trajectories
        inputs, labels = self.experiment.problem.inputs, self.experiment.problem.labels
        plain = make()
        optimizer = Adam(plain.parameters(), lr=0.1)
        for _ in range(3):
            optimizer.zero_grad()
            torch.nn.functional.mse_loss(plain(inputs), labels).backward()
            optimizer.step()
        model = recording.model_at(run, 3)
        moment = optimizer.state[plain.weight]["exp_avg"].flatten().tolist()
        same = torch.allclose(model(inputs), plain(inputs), atol=1e-6)
        same = same and torch.allclose(
            torch.tensor(run.details.state["exp_avg"][3, :2]),
            torch.tensor(moment, dtype=torch.float64), atol=1e-6)
        color = "#00ff00" if same else "#ff0000"
        ax.set(xlim=(0, 1), ylim=(0, 1))
        dot = ax.scatter([0.2], [0.5], s=3000, color=color)
        return Drawing(
            moving=[dot], update=lambda k: dot.set_offsets([[0.2 + 0.15 * k, 0.5]])
        )


def make():
    torch.manual_seed(0)
    return torch.nn.Linear(2, 1)


torch.manual_seed(1)
data = torch.randn(20, 2), torch.randn(20, 1)
net = network(make(), data, torch.nn.MSELoss())
run = Experiment(net, {"Adam": partial(Adam, lr=0.1)}, steps=4)
scene = Scene([Check(run)], seconds=1, hold_start=0, hold_end=0)
'''


def test_a_panel_from_outside_gets_the_weights_and_the_state_that_it_needs(
    run, tmp_path
):
    (tmp_path / "needy.py").write_text(NEEDY, encoding="utf-8")
    arguments = ("needy.py", "-f", "frames", "-o", "clip", "--size", "320x180")
    status, _, errors = run(*arguments, "--fps", "4")
    assert (status, errors) == (0, "")
    places = []
    for path in sorted(tmp_path.rglob("*.png")):
        pixels = np.asarray(Image.open(path).convert("RGB")).astype(int)
        green = abs(pixels - (0, 255, 0)).sum(axis=-1) < 30
        assert green.sum() > 300, path
        places.append(np.flatnonzero(green.any(axis=0)).mean())
    assert len(places) > 2 and places == sorted(set(places))  # it moves to the right
