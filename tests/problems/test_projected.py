"""Maps of networks: the loss of the model that was trained, buffers included."""

import copy
import io
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD, Adam

from animator import Experiment, SceneError, record
from animator.problems import network, pca, random_plane, through, weights
from animator.problems.normalization import normalizations

STEPS = 2
"""A start and two steps lie on a plane."""


def data(count=40):
    torch.manual_seed(3)
    x = torch.randn(count, 3)
    return x, (x.sum(1) > 0).long()


def seq(*layers):
    return nn.Sequential(*layers)


def recorded(model, points=None, loss=None, plane=None, **settings):
    problem = network(
        model, points or data(), loss or nn.CrossEntropyLoss(), plane=plane
    )
    settings = settings or {"SGD": partial(SGD, lr=0.3)}
    return record(Experiment(problem, settings, STEPS))


def losses_on(recording, number=0):
    path = torch.from_numpy(recording.trajectories[number].params.astype(np.float64))
    return recording.problem.losses(path[:, 0], path[:, 1]).numpy()


class Complex(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(3, 2, dtype=torch.complex64))

    def forward(self, x):
        return (x.to(self.weight.dtype) @ self.weight).abs()


class Tied(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(3, 3), nn.Linear(3, 3)
        self.two.weight = self.one.weight

    def forward(self, x):
        return self.two(torch.tanh(self.one(x)))[:, :2]


class Mixed(nn.Module):
    def __init__(self):
        super().__init__()
        self.one, self.two = nn.Linear(3, 4), nn.Linear(4, 2).double()

    def forward(self, x):
        return self.two(torch.tanh(self.one(x)).double())


class Random(nn.Linear):
    def forward(self, x):
        return super().forward(F.dropout(x, 0.3, training=True))


@pytest.mark.filterwarnings("ignore:.*weight_norm:FutureWarning")
@pytest.mark.parametrize(
    ("make", "tolerance"),
    [
        (lambda: seq(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2)), 1e-5),
        (lambda: nn.Linear(3, 2).double(), 1e-9),
        (lambda: nn.utils.weight_norm(nn.Linear(3, 2)), 1e-5),
        (lambda: nn.utils.parametrizations.weight_norm(nn.Linear(3, 2)), 1e-5),
        (lambda: nn.utils.parametrizations.orthogonal(nn.Linear(3, 2)), 1e-5),
        (lambda: seq(nn.Linear(3, 5), nn.Dropout(0.5), nn.Linear(5, 2)), 1e-5),
        (lambda: seq(nn.Linear(3, 5), nn.BatchNorm1d(5).eval(), nn.Linear(5, 2)), 1e-5),
        (Complex, 1e-5),
        (Tied, 1e-5),
        (Mixed, 1e-5),
        (lambda: nn.Linear(3, 2).bfloat16(), 2e-2),
        (lambda: Random(3, 2), 1e-5),
    ],
)
def test_at_a_path_s_points_the_map_has_the_measured_losses(make, tolerance):
    torch.manual_seed(1)
    recording = recorded(make())
    losses = recording.trajectories[0].loss
    np.testing.assert_allclose(losses_on(recording), losses, rtol=tolerance)
    assert "buffers" not in recording.problem.note


def test_losses_that_refer_to_the_user_s_own_model_are_mapped_with_it():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 2), nn.BatchNorm1d(2))
    mean = model[1].running_mean
    before = copy.deepcopy(model)

    def loss(outputs, labels):
        return F.cross_entropy(outputs, labels) + model[0].weight.square().sum()

    recording = recorded(model, loss=loss)
    plane = recording.problem
    losses_on(recording)
    assert model[1].running_mean is mean
    for one, two in zip(
        model.state_dict().values(), before.state_dict().values(), strict=True
    ):
        assert torch.equal(one, two)
    assert all(p.requires_grad for p in model.parameters()) and model.training
    place = np.array([0.3, -0.2])
    vector = plane.directions.origin + place @ [
        plane.directions.right,
        plane.directions.up,
    ]
    other = copy.deepcopy(before)
    nn.utils.vector_to_parameters(
        torch.from_numpy(vector.astype(np.float32)), other.parameters()
    )
    x, y = data()
    expected = F.cross_entropy(reestimated(other, x)(x), y)
    expected = expected + other[0].weight.square().sum()
    x, y = torch.from_numpy(place)[:, None]
    assert plane.losses(x, y).item() == pytest.approx(expected.item(), rel=1e-5)


def reestimated(model, x):
    """Plain torch: a pass of all points, batch normalisation training, all else not."""
    model = copy.deepcopy(model).eval()
    for layer in model.modules():
        if isinstance(layer, nn.BatchNorm1d):
            layer.reset_running_stats()
            layer.momentum = None
            layer.train()
    with torch.no_grad():
        model(x)
    return model.eval()


def normalized():
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Dropout(0.5), nn.Tanh(),
        nn.Linear(5, 5), nn.BatchNorm1d(5), nn.Linear(5, 2),
    )  # fmt: skip


def test_batch_normalisation_is_estimated_at_each_point():
    settings = {"SGD": partial(SGD, lr=0.3), "Adam": partial(Adam, lr=0.1)}
    recording = recorded(normalized(), **settings)
    plane = recording.problem
    assert "batch norm re-estimated at each point" in plane.note
    assert "buffers" not in plane.note
    inputs, labels = data()
    x, y = torch.tensor([[0.0, 0.4], [1.0, -0.3]], dtype=torch.float64)
    where = plane.directions
    for place, loss in zip(zip(x, y, strict=True), plane.losses(x, y), strict=True):
        vector = where.origin + place[0].item() * where.right
        vector = torch.from_numpy(vector + place[1].item() * where.up).float()
        model = normalized()
        nn.utils.vector_to_parameters(vector, model.parameters())
        model = reestimated(model, inputs)
        expected = F.cross_entropy(model(inputs), labels).item()
        assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_frozen_batch_normalisation_keeps_its_own_statistics():
    model = normalized()
    model[1].eval()
    model[1].running_mean.fill_(0.5)
    assert normalizations(model) == [model[5]]
    plane = recorded(model).problem
    with plane._model() as drawn:
        assert (drawn[1].running_mean == 0.5).all()


class Running(nn.Module):
    """A layer of the user's own, with running statistics that are not persistent."""

    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(3, 2)
        self.register_buffer("scale", torch.ones(()), persistent=False)
        self.steps = torch.zeros((), dtype=torch.int64)

    def forward(self, x):
        if self.training:
            self.scale += 0.5
            self.steps += 1
        return self.layer(x) * self.scale


def test_other_buffers_are_those_of_the_first_end_and_the_key_says_so():
    recording = recorded(Running())
    plane = recording.problem
    assert plane.note.endswith("buffers as at the first setting's end")
    assert plane.state["scale"].item() > 1
    losses = recording.trajectories[0].loss
    found = losses_on(recording)
    assert found[-1] == pytest.approx(losses[-1], rel=1e-5)
    assert found[0] != pytest.approx(losses[0], rel=1e-2)


def test_a_plane_is_packed_with_tensors_of_every_dtype():
    model = Running()
    for name, tensor in {
        "flag": torch.tensor([True, False]),
        "count": torch.tensor(7),
        "bfloat": torch.tensor([[1.5], [2.5]], dtype=torch.bfloat16),
        "waves": torch.tensor([1 + 2j, 3 - 4j]).conj(),
        "nothing": torch.empty(0, 3),
        "graph": torch.eye(3).to_sparse(),
    }.items():
        model.register_buffer(name, tensor)
    problem = network(model, data(), nn.CrossEntropyLoss())
    recording = record(Experiment(problem, {"a": partial(SGD, lr=0.1)}, STEPS))
    plane = recording.problem
    changed = network(Running(), data(), nn.CrossEntropyLoss())
    for known in (problem, changed):  # with and without the state of the start
        file = io.BytesIO()
        np.savez(file, **plane.packed())
        file.seek(0)
        again = known.unpacked(dict(np.load(file)))
        if known is problem:
            assert again.state.keys() == plane.state.keys()
        for name, tensor in again.state.items():
            expected = plane.state[name]
            assert tensor.dtype == expected.dtype and tensor.shape == expected.shape
            assert torch.equal(tensor.to_dense(), expected.to_dense())
    assert again.note == plane.note and again.start == plane.start


def frozen():
    torch.manual_seed(1)
    model = nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))
    model[0].requires_grad_(False)
    return model


def state(shift, frozen_shift=0.0):
    model = frozen()
    with torch.no_grad():
        model[2].weight[0, shift] += 1
        model[0].weight += frozen_shift
    return model.state_dict()


@pytest.mark.parametrize(
    "plane",
    [
        pca(),
        random_plane(),
        through(state(0), state(1), state(2)),
        weights("2.bias[0]", "2.weight[0, 1]"),
    ],
)
def test_frozen_weights_keep_their_values_everywhere(plane):
    where = recorded(frozen(), plane=plane).problem.directions
    model = frozen()
    expected = torch.cat([p.flatten() for p in model[0].parameters()]).double().numpy()
    assert (where.origin[:20] == expected).all()
    assert (where.right[:20] == 0).all() and (where.up[:20] == 0).all()
    assert (where.right[20:] != 0).any() and (where.up[20:] != 0).any()


def test_planes_that_would_move_frozen_weights_are_refused():
    with pytest.raises(SceneError, match=r"weights: '0\.bias\[0\]' is frozen; give"):
        recorded(frozen(), plane=weights("0.bias[0]", "2.bias[0]"))
    plane = through(state(0), state(1), state(2, 0.5))
    with pytest.raises(SceneError, match="checkpoint 3 has other frozen weights"):
        recorded(frozen(), plane=plane)


def test_threads_give_the_same_as_one():
    plane = recorded(normalized()).problem
    x, y = torch.linspace(-1, 1, 7).double(), torch.linspace(1, -2, 7).double()
    found = []
    threads = torch.get_num_threads()
    for count in (1, 3):
        torch.set_num_threads(count)
        found.append(plane.losses(x, y))
    torch.set_num_threads(threads)
    assert torch.equal(*found)


@pytest.mark.parametrize("first", ["wild", "calm"])
def test_a_run_that_diverges_does_not_rule_the_plane(first):
    settings = {"calm": partial(SGD, lr=0.1), "wild": partial(SGD, lr=1e20)}
    points = data()[0], data()[0].sum(1, keepdim=True)
    loss = nn.MSELoss()
    torch.manual_seed(1)
    model = nn.Linear(3, 1)
    alone = recorded(model, points, loss, calm=settings["calm"]).problem
    order = {first: settings[first], **settings}
    plane = recorded(model, points, loss, **order).problem
    np.testing.assert_array_equal(plane.directions.right, alone.directions.right)
    assert (plane.x.low, plane.x.high) == (alone.x.low, alone.x.high)
    assert plane.start == alone.start


def test_penalties_on_the_weights_gradient_are_mapped():
    def loss(model, batch):
        fit = F.cross_entropy(model(batch[0]), batch[1])
        slopes = torch.autograd.grad(fit, [*model.parameters()], create_graph=True)
        return fit + sum(slope.square().sum() for slope in slopes)

    torch.manual_seed(1)
    recording = recorded(nn.Linear(3, 2), loss=loss)
    losses = recording.trajectories[0].loss
    np.testing.assert_allclose(losses_on(recording), losses, rtol=1e-5)
