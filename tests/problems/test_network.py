"""Networks: what is trained is torch's, and the map is the loss on the plane."""

import copy
import math
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam
from torch.utils.data import DataLoader, TensorDataset

from animator import (
    Experiment,
    Heatmap,
    LossCurve,
    RenderWarning,
    Scene,
    SceneError,
    Setting,
    Vectors,
    loss_map,
    record,
    render,
)
from animator.experiments import logs
from animator.problems import network, pca, random_plane, through, weights

STEPS = 12


def data(count=60):
    order = torch.Generator().manual_seed(5)
    inputs = torch.randn(count, 3, generator=order)
    return inputs, (inputs.sum(dim=1) > 0).long()


def net(*more):
    torch.manual_seed(1)
    return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), *more, nn.Linear(5, 2))


def vector(model):
    return nn.utils.parameters_to_vector(model.parameters()).detach().numpy().copy()


def plain(batch_size=None, make=None, steps=STEPS, seed=0):
    """A plain loop's weights (steps + 1, P) and full losses (steps + 1,)."""
    model, (inputs, labels) = net(), data()
    optimizer = (make or partial(SGD, lr=0.5))(model.parameters())
    loss_fn = nn.CrossEntropyLoss()

    def batches():
        order = torch.Generator().manual_seed(seed)
        loader = DataLoader(
            TensorDataset(inputs, labels),
            batch_size or 60,
            shuffle=True,
            generator=order,
        )
        while True:
            yield from loader if batch_size else [(inputs, labels)]

    found, losses = [], []
    for _, (x, y) in zip(range(steps + 1), batches(), strict=False):
        found.append(vector(model))
        losses.append(loss_fn(model(inputs), labels).item())
        optimizer.zero_grad()
        loss_fn(model(x), y).backward()
        if len(found) <= steps:
            optimizer.step()
    return np.array(found), np.array(losses)


def recorded(plane=None, steps=STEPS, **settings):
    problem = network(net(), data(), nn.CrossEntropyLoss(), plane=plane)
    settings = settings or {"SGD": partial(SGD, lr=0.5)}
    return record(Experiment(problem, settings, steps))


@pytest.mark.parametrize("batch_size", [None, 16])
def test_the_path_on_the_principal_plane_is_a_plain_loop_s(batch_size):
    setting = Setting(partial(SGD, lr=0.5), batch_size=batch_size)
    recording = recorded(it=setting)
    (trajectory,) = recording.trajectories
    found, losses = plain(batch_size)
    np.testing.assert_allclose(trajectory.loss, losses, rtol=1e-6)
    away = found - found.mean(axis=0)
    _, sizes, axes = np.linalg.svd(away.astype(np.float64), full_matrices=False)
    places = away @ axes[:2].T
    for axis in (0, 1):
        ours = trajectory.params[:, axis]
        sign = np.sign(ours @ places[:, axis])
        np.testing.assert_allclose(ours, sign * places[:, axis], atol=1e-5)
    off = np.linalg.norm(away - places @ axes[:2], axis=1)
    np.testing.assert_allclose(trajectory.off_plane, off, atol=1e-5)
    shares = 100 * sizes**2 / (sizes**2).sum()
    assert recording.problem.x.name == f"PC 1, {shares[0]:.3g} %"
    assert recording.problem.y.name == f"PC 2, {shares[1]:.3g} %"


def test_one_plane_for_all_settings():
    recording = recorded(
        SGD=partial(SGD, lr=0.5), Adam=partial(Adam, lr=0.05), steps=STEPS
    )
    one, _ = plain()
    two, _ = plain(make=partial(Adam, lr=0.05))
    both = np.concatenate([one, two]).astype(np.float64)
    _, _, axes = np.linalg.svd(both - both.mean(axis=0), full_matrices=False)
    for trajectory, path in zip(recording.trajectories, (one, two), strict=True):
        places = (path - both.mean(axis=0)) @ axes[:2].T
        np.testing.assert_allclose(np.abs(trajectory.params), np.abs(places), atol=1e-5)


@pytest.mark.parametrize(
    "plane", [pca(), random_plane(3), weights("0.weight[1, 2]", "2.bias[0]")]
)
def test_the_map_is_the_loss_of_the_model_with_these_weights(plane):
    laid = recorded(plane).problem
    landscape = loss_map(laid, 5)
    inputs, labels = data()
    where = laid.directions
    for i in range(5):
        for j in range(5):
            place = landscape.x[j] * where.right + landscape.y[i] * where.up
            model = net()
            parts = torch.from_numpy((where.origin + place).astype(np.float32))
            nn.utils.vector_to_parameters(parts, model.parameters())
            expected = nn.functional.cross_entropy(model(inputs), labels).item()
            assert landscape.loss[i, j] == pytest.approx(expected, rel=1e-4)


def test_on_the_plane_the_path_s_loss_is_the_map_s():
    """Two steps and a start lie on a plane: their losses are those of the map."""
    recording = recorded(steps=2)
    (trajectory,) = recording.trajectories
    np.testing.assert_allclose(trajectory.off_plane, 0, atol=1e-5)
    x, y = (torch.from_numpy(trajectory.params[:, axis].copy()) for axis in (0, 1))
    np.testing.assert_allclose(
        recording.problem.losses(x, y), trajectory.loss, rtol=1e-4
    )
    assert recording.problem.note == ""


def test_random_directions_have_the_filters_norms_and_leave_biases():
    laid = recorded(random_plane(3), SGD=partial(SGD, lr=0.5)).problem
    found, _ = plain()
    np.testing.assert_allclose(laid.directions.origin, found[-1], atol=1e-6)
    model = net()
    nn.utils.vector_to_parameters(torch.from_numpy(found[-1]), model.parameters())
    for direction in (laid.directions.right, laid.directions.up):
        other = copy.deepcopy(model)
        parts = torch.from_numpy(direction.astype(np.float32))
        nn.utils.vector_to_parameters(parts, other.parameters())
        for layer in (0, 2):
            assert (other[layer].bias == 0).all()
            np.testing.assert_allclose(
                other[layer].weight.detach().norm(dim=1),
                model[layer].weight.detach().norm(dim=1),
                rtol=1e-5,
            )
    assert laid.x.low == -1 and laid.y.high == 1
    again = recorded(random_plane(3)).problem.directions
    np.testing.assert_array_equal(again.right, laid.directions.right)
    other = recorded(random_plane(4)).problem.directions
    assert (other.right != again.right).any()


def test_the_plane_through_three_checkpoints():
    found, losses = plain()
    models = []
    for index in (0, 5, 12):
        model = net()
        parts = torch.from_numpy(found[index])
        nn.utils.vector_to_parameters(parts, model.parameters())
        models.append(model)
    laid = recorded(through(*(model.state_dict() for model in models))).problem
    places, off = laid.project(found[[0, 5, 12]])
    np.testing.assert_allclose(off, 0, atol=1e-6)
    assert places[0] == pytest.approx([0, 0], abs=1e-6)
    assert places[1] == pytest.approx(
        [np.linalg.norm(found[5] - found[0]), 0], abs=1e-5
    )
    distance = np.linalg.norm(found[12].astype(float) - found[0])
    assert np.linalg.norm(places[2]) == pytest.approx(distance, rel=1e-5)
    x, y = (torch.from_numpy(places[:, axis].copy()) for axis in (0, 1))
    np.testing.assert_allclose(laid.losses(x, y), losses[[0, 5, 12]], rtol=1e-4)


def test_two_chosen_weights_are_their_own_coordinates():
    recording = recorded(weights("0.weight[1, 2]", "2.bias[0]"))
    (trajectory,) = recording.trajectories
    found, _ = plain()
    np.testing.assert_allclose(trajectory.params[:, 0], found[:, 1 * 3 + 2], atol=1e-6)
    np.testing.assert_allclose(
        trajectory.params[:, 1], found[:, 15 + 5 + 10], atol=1e-6
    )
    assert recording.problem.x.name == "0.weight[1, 2]"


class Counting(nn.Linear):
    rows = ()

    def forward(self, inputs):
        Counting.rows = (*Counting.rows, len(inputs))
        return super().forward(inputs)


@pytest.mark.parametrize("memory", [True, 0, 1.5])
def test_memory_is_a_number_of_bytes(memory):
    model = nn.Linear(2, 2)
    with pytest.raises(SceneError, match=f"memory is {memory}; give a number of bytes"):
        network(model, data(), nn.CrossEntropyLoss(), memory=memory)


@pytest.mark.parametrize("seed", [True, -1, 0.5])
def test_the_seed_of_a_plane_is_a_whole_number(seed):
    with pytest.raises(SceneError, match=f"seed is {seed}; give a whole number"):
        random_plane(seed)


def test_evaluation_keeps_to_its_memory_and_comes_out_the_same():
    model = nn.Sequential(Counting(3, 100), nn.ReLU(), nn.Linear(100, 2))
    found = []
    for memory in (1 << 28, 10_000):
        problem = network(model, data(), nn.CrossEntropyLoss(), memory=memory)
        Counting.rows = ()
        found.append(problem.measured_loss(problem.model()).item())
    # A point takes 3 + 100 + 100 + 2 + 2 numbers of 4 bytes.
    assert max(Counting.rows) == 10_000 // (4 * 207)
    assert sum(Counting.rows) == 60
    assert found[0] == pytest.approx(found[1], rel=1e-6)
    summed = network(model, data(), nn.CrossEntropyLoss(reduction="sum"), memory=10_000)
    assert summed.measured_loss(summed.model()).item() == pytest.approx(60 * found[0])


def test_dropout_and_batch_normalisation_are_measured_as_after_training():
    torch.manual_seed(1)
    model = net(nn.BatchNorm1d(5), nn.Dropout(0.5))
    problem = network(model, data(), nn.CrossEntropyLoss())
    settings = {"SGD": partial(SGD, lr=0.5)}
    recording = record(Experiment(problem, settings, 5))
    (trajectory,) = recording.trajectories
    inputs, labels = data()
    fresh = copy.deepcopy(model).eval()
    expected = nn.functional.cross_entropy(fresh(inputs), labels).item()
    assert trajectory.loss[0] == pytest.approx(expected, rel=1e-6)
    end = torch.from_numpy(trajectory.params[-1:].copy())
    value = recording.problem.losses(end[:, 0], end[:, 1]).item()
    near = abs(value - trajectory.loss[-1])
    assert near < 0.2 + trajectory.off_plane[-1]


def test_what_is_logged_is_bounded_and_said(monkeypatch):
    size = len(vector(net()))
    monkeypatch.setattr(logs, "WEIGHTS_MEMORY", 4 * size * 6)
    with pytest.warns(RenderWarning, match="32 weights are logged at every 4th step"):
        few = recorded(weights("0.weight[1, 2]", "2.bias[0]"), steps=13)
    found, losses = plain(steps=13)
    (trajectory,) = few.trajectories
    kept = [0, 4, 8, 12, 13]
    np.testing.assert_allclose(trajectory.params[kept, 0], found[kept, 5], atol=1e-6)
    between = (found[0, 5] + found[4, 5]) / 2
    assert trajectory.params[2, 0] == pytest.approx(between, abs=1e-6)
    np.testing.assert_allclose(trajectory.loss, losses, rtol=1e-6)  # every step's


def test_a_network_that_diverges():
    recording = recorded(
        fast=partial(SGD, lr=1e38, momentum=0.9), calm=partial(SGD, lr=0.5)
    )
    fast, calm = recording.trajectories
    assert fast.outcome.diverged and np.isnan(fast.params[fast.outcome.step :]).all()
    assert not calm.outcome.diverged and np.isfinite(calm.params).all()


def test_a_network_is_rendered(tmp_path):
    problem = network(net(), data(), nn.CrossEntropyLoss())
    experiment = Experiment(problem, {"SGD": partial(SGD, lr=0.5)}, 6)
    scene = Scene([Heatmap(experiment, points=9), LossCurve(experiment)], seconds=3)
    (clip,) = render(scene, tmp_path / "a.gif", size=(320, 180))
    assert clip.bytes > 1000
    with pytest.raises(SceneError, match="a network's steps lie off the plane"):
        render(Scene([Vectors(Heatmap(experiment))]), tmp_path / "b.gif")
    with pytest.raises(SceneError, match="share is not for networks"):
        Heatmap(experiment, share=[experiment])


def test_data_may_be_arrays_or_a_dataset():
    inputs, labels = data()
    arrays = inputs.double().numpy(), labels.numpy()
    expected = network(net(), (inputs, labels), nn.CrossEntropyLoss())
    for given in (arrays, TensorDataset(inputs, labels), [*zip(*arrays, strict=True)]):
        problem = network(net(), given, nn.CrossEntropyLoss())
        torch.testing.assert_close(problem.inputs, expected.inputs)
        assert torch.equal(problem.labels, expected.labels)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"model": 3}, "3 is not a model; give a torch"),
        ({"loss": nn.CrossEntropyLoss}, "is not a loss; give one such as"),
        ({"plane": "pca"}, r"plane is 'pca'; give one such as pca\(\)"),
        (
            {"data": (torch.zeros(3, 3), torch.zeros(2))},
            "3 inputs and 2 labels; give as",
        ),
        ({"data": (torch.zeros(3, 9), torch.zeros(3))}, "give a model, inputs, labels"),
        ({"data": 7}, "give a model, its inputs and labels"),
        (
            {"loss": nn.CrossEntropyLoss(reduction="none")},
            r"returns several numbers, of shape \(2,\); average them",
        ),
    ],
)
def test_networks_that_make_no_sense(arguments, message):
    usual = {"model": net(), "data": data(), "loss": nn.CrossEntropyLoss()} | arguments
    with pytest.raises(SceneError, match=message):
        network(usual.pop("model"), usual.pop("data"), usual.pop("loss"), **usual)


def test_planes_that_make_no_sense():
    state = net().state_dict()
    with pytest.raises(SceneError, match="2 checkpoints; give three"):
        through(state, state)
    with pytest.raises(SceneError, match="the checkpoints lie on a line; give others"):
        recorded(through(state, state, state))
    with pytest.raises(SceneError, match=r"checkpoint 2 has no '0\.weight' of shape"):
        recorded(through(state, {}, state))
    with pytest.raises(SceneError, match=r"no parameter 'a'; it has 0\.weight"):
        recorded(weights("a", "b"))
    with pytest.raises(SceneError, match="the weights do not change; train for more"):
        recorded(SGD=partial(SGD, lr=0.0))


@pytest.mark.filterwarnings("ignore:.torch.jit:DeprecationWarning")
def test_a_scripted_module_is_trained_as_its_python_form():
    torch.manual_seed(1)
    model = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Linear(4, 1))
    x, y = torch.randn(9, 3), torch.randn(9, 1)
    losses, maps = [], []
    for form in (model, torch.jit.script(model)):
        problem = network(form, (x, y), torch.nn.MSELoss())
        setting = {"it": partial(torch.optim.SGD, lr=0.1)}
        recording = record(Experiment(problem, setting, 4))
        losses.append(recording.trajectories[0].loss)
        maps.append(recording.problem.losses(torch.zeros(3), torch.arange(3.0)))
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-5)
    np.testing.assert_allclose(maps[1], maps[0], rtol=1e-4)
    assert losses[0][-1] < losses[0][0]


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize(
    ("lr", "bad", "message"),
    [
        (0.1, math.nan, "'Linear': the loss of 'it' is not finite at the start"),
        (1e38, 1.0, "'Linear': every setting diverges at step 1; lower"),
        (0.0, 1.0, "the weights do not change; train for more steps, or with a larger"),
    ],
)
def test_runs_that_go_nowhere_say_why(lr, bad, message):
    x = torch.ones(5, 3)
    x[0, 0] = bad
    problem = network(torch.nn.Linear(3, 1), (x, torch.ones(5, 1)), torch.nn.MSELoss())
    experiment = Experiment(problem, {"it": partial(torch.optim.SGD, lr=lr)}, 5)
    with pytest.raises(SceneError, match=message):
        record(experiment)


@pytest.mark.parametrize(
    "model", [torch.nn.Flatten(), torch.nn.Linear(2, 1).requires_grad_(False)]
)
def test_a_model_without_trained_parameters_is_refused(model):
    x = torch.ones(5, 2)
    with pytest.raises(SceneError, match="has no trainable parameter"):
        network(model, (x, x), torch.nn.MSELoss())


def test_a_batch_of_one_point_for_batch_normalisation_says_what_to_do():
    model = torch.nn.Sequential(torch.nn.Linear(2, 2), torch.nn.BatchNorm1d(2))
    x = torch.randn(5, 2)
    problem = network(model, (x, x), torch.nn.MSELoss())
    setting = Setting(partial(torch.optim.SGD, lr=0.1), batch_size=4)
    with pytest.raises(SceneError, match=r"step 1: .* choose another batch_size, or"):
        record(Experiment(problem, {"it": setting}, 3))
