"""Other ranges, starts and names of the axes."""

import csv
import inspect
from functools import partial

import pytest
import torch
from matplotlib.text import Text
from torch import nn
from torch.nn import MSELoss
from torch.optim import SGD

import animator.problems
from animator import Experiment, Heatmap, Parameters, Profile, Scene, SceneError, record
from animator.batch.trajectory_table import tables_of, write_trajectories
from animator.experiments.recorder import record_all
from animator.problems import (
    Coordinate,
    Polynomial,
    curve_fit,
    line_fit,
    logistic_fit,
    network,
    quadratic,
    ravine,
    rosenbrock,
    surface,
)
from animator.rendering.stage import set_stage

NAMES = ("θ₀", r"$\theta_1$ in cm")
ONES = torch.ones(3, 1)
QUADRATIC = curve_fit(
    Polynomial(2.0, 0.0, 0.0), MSELoss(), x=("c[1]", -4, 4), y=("c[2]", -3, 3)
)


@pytest.mark.parametrize(
    "problem",
    [rosenbrock, ravine(10), line_fit(MSELoss()), QUADRATIC, logistic_fit()],
    ids=lambda problem: problem.name,
)
def test_any_problem_can_be_varied(problem):
    before = problem.x, problem.y, problem.start
    new = problem.at(x=(-1, 2), y=(-3, 1.5), start=(0.5, 1), names=NAMES)
    assert (new.x.low, new.x.high, new.y.low, new.y.high) == (-1, 2, -3, 1.5)
    assert (new.x.name, new.y.name) == (before[0].name, before[1].name)
    assert (new.x.label, new.y.label) == NAMES
    assert (problem.x, problem.y, problem.start) == before
    assert problem.at().start == problem.start
    x, y = torch.tensor([0.5]), torch.tensor([1.0])
    assert new.losses(x, y).tolist() == problem.losses(x, y).tolist()
    run = record(Experiment(new, {"it": partial(SGD, lr=1e-3)}, 1)).trajectories[0]
    assert run.params[0].tolist() == [0.5, 1]
    assert new.at(start=(0, 0)).x == new.x


def test_a_surface_can_be_called_to_vary_it():
    assert rosenbrock().start == rosenbrock.start
    new = rosenbrock(start=(0, 2), x=(-2.5, 2))
    assert (new.start, new.x.low, new.minima) == ((0, 2), -2.5, ((1, 1),))
    assert new.dtype is rosenbrock.dtype


@pytest.mark.parametrize(
    ("vary", "message"),
    [
        (
            lambda: rosenbrock(1, 2),
            "surface 'Rosenbrock': 1 is not an argument; give x, y, ",
        ),
        (lambda: rosenbrock(strat=(0, 0)), "'Rosenbrock': strat is not an argument"),
        (lambda: rosenbrock.at(x=3), "coordinate 'x': the range"),
        (lambda: rosenbrock.at(start=3), "Rosenbrock: start is 3; give two numbers"),
        (lambda: QUADRATIC.at(names="ab"), "MSELoss: names is 'ab'; give two strings"),
        (lambda: line_fit(MSELoss(), names=("a", 3)), r"line_fit: names is \('a', 3\)"),
        (lambda: Coordinate("x", 0, 1, 5), "coordinate 'x': 5 is not a label"),
    ],
)
def test_changes_that_make_no_sense(vary, message):
    with pytest.raises(SceneError, match=message):
        vary()


def square(x, y):
    return x**2 + y**2


@pytest.mark.parametrize(
    "problem",
    [
        line_fit(MSELoss(), names=NAMES),
        surface(square, x=(-1, 1), y=(-1, 1), start=(0.5, 0.5), names=NAMES),
        curve_fit(
            Polynomial(2.0, 0.0, 0.0), MSELoss(), names=NAMES,
            x=("c[1]", -4, 4), y=("c[2]", -3, 3),
        ),
        logistic_fit(names=NAMES),
        ravine(10, names=NAMES),
        quadratic([1, 4], names=NAMES),
        network(nn.Linear(1, 1), (ONES, ONES), MSELoss(), names=NAMES),
    ],
    ids=lambda problem: type(problem).__name__,
)  # fmt: skip
def test_axes_have_the_names_that_they_are_given(problem, tmp_path):
    experiment = Experiment(problem, {"it": partial(SGD, lr=0.01)}, steps=2)
    panels = [Heatmap(experiment, points=5), Parameters(experiment)]
    if type(problem).__name__ != "Network":
        panels.append(Profile(experiment, along="y"))
    recordings = record_all([experiment])
    figure = set_stage(Scene(panels, columns=1), recordings).figure
    texts = [text.get_text() for text in figure.findobj(Text)]
    axes = [name for ax in figure.axes for name in (ax.get_xlabel(), ax.get_ylabel())]
    assert axes.count(NAMES[0]) == 1
    assert axes.count(NAMES[1]) == len(panels) - 1
    assert any("━" in text and f" {NAMES[0]}" in text for text in texts)
    table = tmp_path / "table.csv"
    write_trajectories(table, tables_of([("it", recordings[experiment])]))
    with table.open(encoding="utf-8") as file:
        header = next(csv.reader(file))
    drawn = recordings[experiment].problem
    assert header[6:8] == [drawn.x.name, drawn.y.name]


def test_a_range_may_be_as_narrow_as_the_numbers_of_the_model_allow():
    def bowl(dtype):
        return surface(
            lambda x, y: ((x - 1) * 1e7 - 1.5) ** 2 + y**2,
            x=(1.0000001, 1.0000002),
            y=(-2, 2),
            start=(1.00000012, 1.0),
            dtype=dtype,
        )

    settings = {"plain": partial(SGD, lr=1e-16)}
    recording = record(Experiment(bowl(torch.float64), settings, steps=2))
    (run,) = recording.trajectories
    gradient = 2 * ((1.00000012 - 1) * 1e7 - 1.5) * 1e7
    assert run.params[1, 0] == pytest.approx(1.00000012 - 1e-16 * gradient, abs=1e-15)
    with pytest.raises(SceneError, match=r"too narrow for torch\.float32; give dtype"):
        Experiment(bowl(torch.float32), settings, steps=2)


def test_all_that_makes_a_problem_takes_name_and_names():
    makers = [
        value
        for name in animator.problems.__all__
        for value in [getattr(animator.problems, name)]
        if inspect.isfunction(value)
        and str(inspect.signature(value).return_annotation)
        in ("LineFit", "CurveFit", "SurfaceProblem", "Network")
    ]
    assert len(makers) >= 6
    for maker in makers:
        assert {"name", "names"} <= set(inspect.signature(maker).parameters), maker
