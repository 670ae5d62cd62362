"""What a network is trained on: all points, and batches as a plain loop has them."""

import itertools
from functools import partial

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import nn
from torch.optim import SGD
from torch.utils.data import (
    BatchSampler,
    ConcatDataset,
    DataLoader,
    Dataset,
    IterableDataset,
    RandomSampler,
    Subset,
    SubsetRandomSampler,
    TensorDataset,
    WeightedRandomSampler,
)

from animator import Experiment, SceneError, Setting, record
from animator.problems import network

X = torch.arange(60.0).reshape(20, 3).sin()
Y = (X.sum(1) > 0).long()


def net():
    torch.manual_seed(1)
    return nn.Linear(3, 2)


def read(data, loss=None):
    return network(net(), data, loss or nn.CrossEntropyLoss())


class Samples(Dataset):
    def __len__(self):
        return 20

    def __getitem__(self, index):
        return X[index].numpy(), int(Y[index])


class Stream(IterableDataset):
    def __iter__(self):
        return iter([(x, y) for x, y in zip(X, Y, strict=True)])


class Endless(IterableDataset):
    def __iter__(self):
        return itertools.repeat((X[0], Y[0]))


class Augmented(Samples):
    def __getitem__(self, index):
        return X[index] + torch.randn(3), Y[index]


swapped = X.numpy().astype(">f4")
readonly = X.numpy().copy()
readonly.setflags(write=False)


@pytest.mark.parametrize(
    "data",
    [
        (X, Y),
        [X, Y],
        [X.tolist(), Y.tolist()],
        (X.numpy().astype(np.float64), Y.numpy()),
        (swapped, Y.numpy().astype(">i8")),
        (readonly, Y.numpy()),
        (X.numpy()[::-1].copy()[::-1], Y.numpy()),
        TensorDataset(X, Y),
        Samples(),
        Stream(),
        Subset(Samples(), range(20)),
        ConcatDataset([Subset(Samples(), range(9)), Subset(Samples(), range(9, 20))]),
        [(x, y) for x, y in zip(X, Y, strict=True)],
        zip(X, Y.tolist(), strict=True),
        DataLoader(TensorDataset(X, Y), 6, shuffle=True, drop_last=True),
        DataLoader(Samples(), 6, sampler=SubsetRandomSampler(range(20))),
        DataLoader(Samples(), 6, sampler=WeightedRandomSampler([1.0] * 20, 5)),
        DataLoader(Stream(), 6),
        DataLoader(Samples(), batch_sampler=BatchSampler(range(20), 6, False)),
        DataLoader(Samples(), batch_sampler=[[3, 1], list(range(20))]),
        DataLoader([(X[:9], Y[:9]), (X[9:], Y[9:])], batch_size=None),
    ],
)
def test_all_points_are_read(data):
    problem = read(data)
    torch.testing.assert_close(problem.inputs, X)
    assert torch.equal(problem.labels, Y)


def test_a_loader_draws_from_its_sampler_only():
    problem = read(DataLoader(Samples(), 2, sampler=[7, 3, 3, 11]))
    torch.testing.assert_close(problem.inputs, X[[3, 7, 11]])
    (x,) = [read(x, lambda model, b: F.mse_loss(model(b), b[:, :2])) for x in (X,)]
    assert torch.equal(x.data.points, X)


def test_arrays_of_a_dataset_without_labels_stay_whole():
    class Inputs(Samples):
        def __getitem__(self, index):
            return X[index].numpy()

    problem = read(Inputs(), lambda model, b: model(b).square().mean())
    assert torch.equal(problem.data.points, X)


GRAPH = {"x": X, "edges": torch.tensor([[0, 1, 2], [1, 2, 3]]), "y": Y}
"""A graph: its tensors share no first dimension."""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([X, X, Y], "a list of 3 tensors may be samples or parts; give a tuple"),
        ((np.array([[{}], [{}]]), Y[:2]), "an array of dtype object; give numbers"),
        ((X[:0], Y[:0]), "the data are empty"),
        ([], "data of the shapes|the data are empty"),
        (iter([]), "the data are empty"),
        (DataLoader([], 2), "the DataLoader has no points"),
        (DataLoader(Endless(), 2), "the data do not end within"),
        (Endless(), "the data do not end within"),
        ("points.csv", "'points.csv' is not data"),
        ((X, Y[:7]), "20 inputs and 7 labels; give as many"),
        (DataLoader([GRAPH, GRAPH], batch_size=None), "cannot be concatenated"),
        ((X, ["cat"] * 20), "the data contain strings, such as 'cat'; give numbers"),
    ],
)
def test_data_that_are_none(data, message, monkeypatch):
    monkeypatch.setattr("animator.problems.loaders.MAX_SAMPLES", 50)
    with pytest.raises(SceneError, match=message) as error:
        read(data)
    assert "\n" not in str(error.value)


def pad(samples):
    return torch.tensor(np.array([x for x, _ in samples])) * 2, torch.tensor(
        [int(y) for _, y in samples]
    )


def generator():
    return torch.Generator().manual_seed(4)


@pytest.mark.parametrize(
    "make",
    [
        lambda: DataLoader(TensorDataset(X, Y), 6, shuffle=True),
        lambda: DataLoader(
            TensorDataset(X, Y), 6, shuffle=True, generator=generator(), drop_last=True
        ),
        lambda: DataLoader(Samples(), 7, collate_fn=pad),
        lambda: DataLoader(
            TensorDataset(X, Y), 4, sampler=SubsetRandomSampler(range(9))
        ),
        lambda: DataLoader(
            TensorDataset(X, Y),
            batch_sampler=BatchSampler(
                RandomSampler(range(20), generator=generator()), 6, False
            ),
        ),
        lambda: DataLoader(Augmented(), 6, shuffle=True),
        lambda: DataLoader(Stream(), 6),
        lambda: DataLoader([(X[:9], Y[:9]), (X[9:], Y[9:])], batch_size=None),
        lambda: DataLoader(TensorDataset(X, Y), 6, shuffle=True, num_workers=1),
    ],
)
def test_a_loader_s_batches_are_those_of_a_plain_loop(make):
    """In two runs of one loader, to the bit: weights and the order of batches."""
    problem, criterion = read(make()), nn.CrossEntropyLoss()
    steps = 9

    model, loader = net(), make()
    torch.manual_seed(0)
    optimizer = SGD(model.parameters(), lr=0.1)
    batches = itertools.chain.from_iterable(itertools.repeat(loader))
    for x, y in itertools.islice(batches, steps):
        optimizer.zero_grad()
        criterion(model(x), y).backward()
        optimizer.step()
    end = problem.measured_loss(model).item()

    settings = {name: partial(SGD, lr=0.1) for name in ("one", "two")}
    recording = record(Experiment(problem, settings, steps))
    for trajectory in recording.trajectories:
        assert trajectory.loss[-1] == end


def test_a_batch_size_beside_a_loader_is_refused():
    setting = Setting(partial(SGD, lr=0.1), batch_size=4)
    loader = DataLoader(TensorDataset(X, Y), 6)
    with pytest.raises(SceneError, match="batch_size is 4, but the DataLoader gives"):
        Experiment(read(loader), {"a": setting}, 2)
    Experiment(read(loader.dataset), {"a": setting}, 2)


class Convolution(nn.Module):
    """One layer of a graph network."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.layer = nn.Linear(3, 2)

    def forward(self, x, adjacency):
        return adjacency @ self.layer(x)


def adjacency(edges):
    return torch.sparse_coo_tensor(
        edges, torch.ones(edges.shape[1]), (20, 20), check_invariants=False
    )


def on_edges(model, graph):
    return F.cross_entropy(model(graph["x"], adjacency(graph["edges"])), graph["y"])


def on_matrix(model, graph):
    return F.cross_entropy(model(graph["x"], graph["matrix"]), graph["y"])


MATRIX = adjacency(GRAPH["edges"]).coalesce()
GRAPHS = {
    "edges": (GRAPH, on_edges),
    "a loader's only batch": (DataLoader([GRAPH], batch_size=None), on_edges),
    "sparse": ({"x": X, "matrix": MATRIX, "y": Y}, on_matrix),
    "dense": ({"x": X, "matrix": MATRIX.to_dense(), "y": Y}, on_matrix),
}


@pytest.mark.parametrize("kind", GRAPHS)
def test_data_whose_points_cannot_be_told_apart_are_one_batch(kind):
    data, loss = GRAPHS[kind]
    problem = network(Convolution(), data, loss)
    (run,) = record(Experiment(problem, {"it": partial(SGD, lr=0.5)}, 4)).trajectories
    model, expected = Convolution(), []
    optimizer = SGD(model.parameters(), lr=0.5)
    for _ in range(5):
        optimizer.zero_grad()
        value = on_edges(model, GRAPH)
        value.backward()
        optimizer.step()
        expected.append(value.item())
    np.testing.assert_allclose(run.loss, expected, rtol=1e-6)


def test_batches_of_data_without_points_are_refused():
    problem = network(Convolution(), GRAPH, on_edges)
    experiment = Experiment(problem, {"it": Setting(SGD, batch_size=4)}, 3)
    with pytest.raises(SceneError, match="no points to draw batches of; leave out"):
        record(experiment)


def pack(samples):
    sequences = nn.utils.rnn.pack_sequence([x for x, _ in samples], False)
    return sequences, torch.tensor([y for _, y in samples])


class Reader(nn.Module):
    """A recurrent net that reads packed sequences."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(1)
        self.rnn, self.head = nn.GRU(3, 4), nn.Linear(4, 2)

    def forward(self, sequences):
        return self.head(self.rnn(sequences)[1][-1])


def test_packed_sequences_of_a_collate_function():
    samples = [(X[: 1 + i % 4], int(Y[i])) for i in range(20)]
    loader = DataLoader(samples, 6, collate_fn=pack)
    problem = network(Reader(), loader, nn.CrossEntropyLoss())
    (run,) = record(Experiment(problem, {"it": partial(SGD, lr=0.5)}, 4)).trajectories
    model, expected = Reader(), []
    optimizer = SGD(model.parameters(), lr=0.5)
    for batch in itertools.islice(itertools.cycle(loader), 5):
        with torch.no_grad():
            everything, labels = pack(samples)
            expected.append(F.cross_entropy(model(everything), labels).item())
        optimizer.zero_grad()
        F.cross_entropy(model(batch[0]), batch[1]).backward()
        optimizer.step()
    np.testing.assert_allclose(run.loss, expected, rtol=1e-6)


def test_a_loader_of_inputs_alone():
    loader = DataLoader(TensorDataset(X), 8)

    def loss(model, batch):
        return model(batch[0]).square().mean()

    problem = read(loader, loss)
    assert problem.size == 20
    assert problem.loss(net()).item() == net()(X).square().mean().item()
