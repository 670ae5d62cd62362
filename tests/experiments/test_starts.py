"""Settings with starts and seeds of their own, against plain training loops."""

import copy
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.nn import MSELoss
from torch.optim import SGD, Adam
from torch.utils.data import DataLoader, TensorDataset

from animator import (
    Experiment,
    Heatmap,
    RenderWarning,
    Scene,
    SceneError,
    Setting,
    record,
    vary,
)
from animator.base.cache import Cache
from animator.experiments.recorder import record_all
from animator.experiments.recording import pack_recording, unpack_recording
from animator.problems import himmelblau, line_fit, network, weights

STEPS = 6
sgd = partial(SGD, lr=0.01)


def mlp(width=5):
    return nn.Sequential(nn.Linear(3, width), nn.Dropout(0.3), nn.Linear(width, 1))


@pytest.fixture
def data():
    generator = torch.Generator().manual_seed(4)
    inputs = torch.randn(20, 3, generator=generator)
    return inputs, inputs.sum(1, keepdim=True)


PLANE = weights("0.weight[0, 0]", "2.bias[0]")


def plain_training(model, data, seed, batch_size=4):
    """The weights on the plane at each step; random numbers go on as they are."""
    order = torch.Generator().manual_seed(seed)
    loader = DataLoader(TensorDataset(*data), batch_size, shuffle=True, generator=order)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    batches = (batch for _ in range(STEPS) for batch in loader)
    drawn = []
    for step in range(STEPS + 1):
        drawn.append((model[0].weight[0, 0].item(), model[2].bias[0].item()))
        if step < STEPS:
            inputs, labels = next(batches)
            optimizer.zero_grad()
            MSELoss()(model(inputs), labels).backward()
            optimizer.step()
    return np.array(drawn)


@pytest.mark.parametrize("start", [(-3, 3), [1.5, -2.25], torch.tensor([0.1, 0.2])])
def test_a_start_on_the_map_equals_a_plain_loop(start):
    experiment = Experiment(himmelblau, {"it": Setting(sgd, start=start)}, steps=STEPS)
    run = record(experiment).trajectories[0]
    x, y = (nn.Parameter(torch.tensor(float(value))) for value in start)
    optimizer = sgd([x, y])
    for step in range(STEPS + 1):
        optimizer.zero_grad()
        loss = (x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2
        loss.backward()
        assert run.params[step].tolist() == [x.item(), y.item()]
        assert run.loss[step] == loss.item()
        optimizer.step()


def test_a_start_moves_a_line_and_leaves_other_settings_where_they_were():
    settings = {"moved": Setting(sgd, start=(1.25, -2)), "not": sgd}
    moved, other = record(
        Experiment(line_fit(MSELoss()), settings, steps=2)
    ).trajectories
    assert moved.params[0].tolist() == [1.25, -2]
    assert other.params[0].tolist() == [-3, 6]


def test_each_seed_of_a_function_equals_a_plain_loop_that_begins_with_it(data):
    problem = network(mlp(), data, MSELoss(), plane=PLANE)
    setting = Setting(partial(Adam, lr=0.05), batch_size=4, start=mlp, seeds=[0, 3, 9])
    recording = record(Experiment(problem, {"it": setting}, steps=STEPS))
    assert [run.seed for run in recording.trajectories] == [0, 3, 9]
    for run in recording.trajectories:
        with torch.random.fork_rng():
            torch.manual_seed(run.seed)
            expected = plain_training(mlp().train(), data, run.seed)
        assert run.params.astype(np.float32).tolist() == expected.tolist()
        assert (run.label, run.setting) == ("it", 0)


def test_a_state_dict_equals_a_plain_loop_whatever_happens_to_its_model(data):
    other = mlp()
    expected = copy.deepcopy(other)
    setting = Setting(
        partial(Adam, lr=0.05), batch_size=4, start=other.state_dict(), seed=5
    )
    with torch.no_grad():
        other[0].weight.zero_()  # after it was given
    problem = network(mlp(), data, MSELoss(), plane=PLANE)
    (run,) = record(Experiment(problem, {"it": setting}, steps=STEPS)).trajectories
    with torch.random.fork_rng():
        torch.manual_seed(5)
        expected = plain_training(expected, data, 5)
    assert run.params.astype(np.float32).tolist() == expected.tolist()


def test_running_statistics_of_a_start_count():
    model = nn.Sequential(nn.Linear(1, 2), nn.BatchNorm1d(2), nn.Linear(2, 1)).eval()
    state = model.state_dict()
    state["1.running_mean"] = torch.tensor([0.5, -0.5])
    inputs = torch.linspace(-1, 1, 6)[:, None]
    problem = network(model, (inputs, inputs), MSELoss())
    settings = {"with": Setting(sgd, start=state), "without": sgd}
    runs = record(Experiment(problem, settings, steps=1)).trajectories
    model.load_state_dict(state)
    assert runs[0].loss[0] == MSELoss()(model(inputs), inputs).item()
    assert runs[0].loss[0] != runs[1].loss[0]


def test_random_starts_differ_by_seed_and_are_the_same_again():
    setting = Setting(sgd, start=lambda: 4 * torch.rand(2) - 2, seeds=4)
    experiment = Experiment(himmelblau, {"it": setting}, steps=1)
    first, again = (record(experiment).trajectories for _ in range(2))
    starts = [run.params[0].tolist() for run in first]
    assert starts == [run.params[0].tolist() for run in again]
    for seed, start in enumerate(starts):
        with torch.random.fork_rng():
            torch.manual_seed(seed)
            assert start == (4 * torch.rand(2) - 2).tolist()


def test_seeds_that_make_no_difference_are_said_and_drawn_once():
    settings = {"same": Setting(sgd, seeds=3), "other": Setting(sgd, seeds=1)}
    with pytest.warns(RenderWarning, match="'same': all 3 seeds give the same run"):
        recording = record(Experiment(himmelblau, settings, steps=2))
    assert [(r.label, r.setting) for r in recording.trajectories] == [
        ("same", 0),
        ("other", 1),
    ]


def test_seeds_count_from_the_seed_and_choose_the_batches():
    problem = line_fit(MSELoss())
    family = Setting(sgd, batch_size=5, seed=7, seeds=3)
    alone = {f"{seed}": Setting(sgd, batch_size=5, seed=seed) for seed in (7, 8, 9)}
    runs = record(Experiment(problem, {"it": family}, steps=4)).trajectories
    others = record(Experiment(problem, alone, steps=4)).trajectories
    assert [run.seed for run in runs] == [7, 8, 9]
    for run, other in zip(runs, others, strict=True):
        assert run.params.tolist() == other.params.tolist()


def test_what_is_kept_of_a_recording_has_the_seeds():
    settings = {"one": sgd, "several": Setting(sgd, batch_size=5, seeds=[4, 2])}
    experiment = Experiment(line_fit(MSELoss()), settings, steps=3)
    recording = record(experiment)
    arrays = {
        key: np.asarray(value) for key, value in pack_recording(recording).items()
    }
    for old, new in zip(
        recording.trajectories,
        unpack_recording(arrays, experiment).trajectories,
        strict=True,
    ):
        assert (old.label, old.setting, old.seed) == (new.label, new.setting, new.seed)
        assert old.params.tolist() == new.params.tolist()


def test_another_start_is_computed_and_not_found_in_the_cache(tmp_path, monkeypatch):
    monkeypatch.setattr("animator.base.cache.MIN_SECONDS", -1)
    cache = Cache(tmp_path)
    problem = line_fit(MSELoss())
    for start in ((0, 1), (1, 0), (0, 1)):
        experiment = Experiment(problem, {"it": Setting(sgd, start=start)}, steps=1)
        recording = record_all([experiment], cache=cache)[experiment]
        assert recording.trajectories[0].params[0].tolist() == list(start)
    assert len(list(tmp_path.iterdir())) == 2


def test_a_scene_is_varied_by_another_start():
    settings = {"from (0, 0)": Setting(sgd, start=(0, 0)), "other": sgd}
    scene = Scene([Heatmap(Experiment(himmelblau, settings))], title="A map")
    varied = vary(scene, start=(-3, 3))
    (experiment,) = varied.experiments
    assert list(experiment.settings) == ["from (-3, 3)", "other"]
    assert experiment.settings["from (-3, 3)"].start == (-3, 3)
    assert experiment.settings["other"].start is None
    assert varied.title == "A map, start (-3, 3)"


def test_labels_that_become_the_same_are_numbered():
    settings = {f"from {s}": Setting(sgd, start=s) for s in [(0, 0), (1, 1)]}
    scene = Scene([Heatmap(Experiment(himmelblau, settings))])
    (experiment,) = vary(scene, start=(2, 2)).experiments
    assert list(experiment.settings) == ["from (2, 2)", "from (2, 2) (2)"]


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ((9, 0), r"'it': start \(9, 0\) lies outside x = \(-6, 6\); move start"),
        ((0,), r"Setting: start is \(0,\); give two numbers"),
        ((0, True), "Setting: start is .*; give two numbers"),
        ((0, float("nan")), "Setting: start is .*; give two numbers"),
        ("ab", "Setting: start is 'ab'; give two numbers"),
        (nn.Linear(1, 1), "Setting: start is a Linear; give a function that makes"),
        ({"a": 1}, "Setting: start contains 1 as 'a'; give tensors by name"),
        (lambda: (7, 0), r"'it': start \(7, 0\) lies outside"),
        (lambda x: x, "'it': start: TypeError: .*; give a function without arguments"),
        (mlp, "'it': start is .*; give two numbers"),
    ],
)
def test_starts_that_a_map_cannot_have(start, message):
    with pytest.raises(SceneError, match=message) as error:
        Experiment(himmelblau, {"it": Setting(sgd, start=start)})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("start", "message"),
    [
        ((1, 2), "start is .*; for a network give a state dict, or a function"),
        (lambda: 3, "start returns 3; for a network give a state dict"),
        (lambda: mlp(4), r"start has '0.weight' of shape \(4, 3\), and the model"),
        (lambda: nn.Linear(3, 1), "start has no '0.bias', which the model has"),
        (
            lambda: nn.Sequential(*mlp(), nn.Linear(1, 1)),
            "start has '3.weight', which the model lacks",
        ),
        (
            lambda: nn.Sequential(nn.LazyLinear(5), nn.Dropout(), nn.Linear(5, 1)),
            "start has '0.weight' without a shape",
        ),
        ({"0.weight": torch.zeros(2)}, "start has no '0.bias'"),
    ],
)
def test_starts_that_a_network_cannot_have(start, message, data):
    problem = network(mlp(), data, MSELoss())
    with pytest.raises(SceneError, match=f"'it': {message}") as error:
        Experiment(problem, {"it": Setting(sgd, start=start)})
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "seeds", [0, -1, True, 1.5, [], [1, 1], [-1], "5", [0.5], 10**6]
)
def test_seeds_that_make_no_sense(seeds):
    with pytest.raises(SceneError, match=r"Setting: seeds is .*; give how many"):
        Setting(sgd, seeds=seeds)


def test_all_seeds_count_as_runs_that_memory_must_hold():
    with pytest.raises(SceneError, match="1,000 runs of 100,000 steps"):
        Experiment(
            line_fit(MSELoss()), {"it": Setting(sgd, batch_size=5, seeds=1000)}, 100_000
        )
