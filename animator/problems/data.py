"""Reads what a network is trained on: arrays, tensors, datasets and data loaders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset, default_collate

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.problems import trees
from animator.problems.trees import Tree


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """All points as one batch, and what gives the batches that are trained on.

    Attributes:
        points: all points, as one batch.
        size: how many there are.
        device: where they are.
        loader: the user's own loader; None where all points were given at once.
        states: of the loader's own random generators, when it was given.
    """

    points: Tree
    size: int
    device: torch.device
    loader: DataLoader[Any] | None = None
    states: tuple[torch.Tensor, ...] = ()

    def batches(self, batch_size: int | None, seed: int) -> Iterator[Tree]:
        """Yield the batches of one run after another, for ever.

        Those of a loader come as it gives them: its own order, its own `collate_fn`,
        epoch after epoch, as in ``for batch in loader``. Otherwise each batch holds
        `batch_size` points in the order of a `DataLoader` with ``shuffle=True`` and a
        generator that starts with the seed; without a batch size it holds all points.
        """
        if self.loader is not None:
            yield from self._loaded(self.loader)
        elif batch_size is None:
            while True:
                yield self.points
        else:
            for index in index_batches(self.size, batch_size, seed):
                yield trees.select(self.points, index)

    def _loaded(self, loader: DataLoader[Any]) -> Iterator[Tree]:
        with _generators_at(loader, self.states):
            while True:
                empty = True
                for batch in loader:
                    empty = False
                    yield trees.map_tensors(batch, lambda t: t.to(self.device))
                if empty:
                    raise SceneError("the DataLoader gives no batches; check its data")


def index_batches(size: int, batch_size: int, seed: int) -> Iterator[torch.Tensor]:
    """Yield indices (batch_size,) of points for ever, as a shuffling loader does."""
    loader: DataLoader[int] = DataLoader(
        range(size),  # type: ignore[arg-type]
        batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    while True:
        yield from loader


def read_data(data: Any, device: str | torch.device) -> Data:
    """Read what a network is trained on.

    Args:
        data: arrays or tensors, or tuples and dicts of them, whose first dimensions
            are equal; a `Dataset`, or a list of its samples; or a `DataLoader`.
        device: where to put the tensors.

    Raises:
        SceneError: it is none of these, or the lengths differ.
    """
    states: tuple[torch.Tensor, ...] = ()
    loader = data if isinstance(data, DataLoader) else None
    if loader is not None:
        states = tuple(generator.get_state() for generator in _generators(loader))
        with seeded(), _generators_at(loader, states):
            points = _all_of_loader(loader)
    elif isinstance(data, TensorDataset):
        points = data.tensors
    elif isinstance(data, Dataset) or _is_list_of_samples(data):
        with seeded():
            points = default_collate(list(map(_sample, _samples(data))))
    else:
        points = _read(data)
    points = trees.map_tensors(points, lambda tensor: tensor.to(device))
    return Data(points, _size(points), torch.device(device), loader, states)


def _is_list_of_samples(data: Any) -> bool:
    if isinstance(data, tuple | Mapping | torch.Tensor | np.ndarray):
        return False
    if isinstance(data, list):
        return len(data) != 2
    return isinstance(data, Iterable) and not hasattr(data, "__array__")


def _samples(data: Any) -> list[Any]:
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        return [data[index] for index in range(len(data))]
    return list(data)


def _sample(sample: Any) -> Any:
    """Return a sample as `default_collate` takes it."""
    return sample if isinstance(sample, Mapping | torch.Tensor) else tuple(sample)


def _all_of_loader(loader: DataLoader[Any]) -> Tree:
    """Return all points that a loader draws from, as one batch."""
    dataset, sampler = loader.dataset, loader.sampler
    if loader.batch_size is not None or loader.batch_sampler is not None:
        indices = getattr(sampler, "indices", None)
        if indices is None and hasattr(dataset, "__len__"):
            indices = range(len(dataset))
        if indices is not None and hasattr(dataset, "__getitem__"):
            return loader.collate_fn([dataset[int(index)] for index in indices])
    try:
        return trees.concatenate(list(loader))
    except ValueError as error:
        raise SceneError(
            f"the batches of the DataLoader cannot be joined ({error}); give data that "
            "its collate_fn can make one batch of"
        ) from error


def _generators(loader: DataLoader[Any]) -> list[torch.Generator]:
    """Return a loader's own random generators, each once."""
    places = (loader, loader.sampler, getattr(loader.batch_sampler, "sampler", None))
    generators = (getattr(place, "generator", None) for place in places)
    return list(dict.fromkeys(g for g in generators if isinstance(g, torch.Generator)))


@contextmanager
def _generators_at(
    loader: DataLoader[Any], states: Iterable[torch.Tensor]
) -> Iterator[None]:
    """Set a loader's generators to some states; afterwards they are as before."""
    generators = _generators(loader)
    before = [generator.get_state() for generator in generators]
    for generator, state in zip(generators, states, strict=True):
        generator.set_state(state)
    try:
        yield
    finally:
        for generator, state in zip(generators, before, strict=True):
            generator.set_state(state)


def _read(data: Any) -> Tree:
    """Return arrays, and what holds them, as tensors."""
    if isinstance(data, torch.Tensor):
        return data.detach()
    if isinstance(data, Mapping):
        return {key: _read(value) for key, value in data.items()}
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(_read, data))
    if isinstance(data, tuple):
        return tuple(map(_read, data))
    if isinstance(data, list) and len(data) == 2 and not _is_number(data[0]):
        return tuple(map(_read, data))
    if isinstance(data, list):
        return torch.as_tensor(data)
    if hasattr(data, "__array__"):
        return torch.from_numpy(np.array(data))
    raise SceneError(
        f"{quoted(data)} is no data; give a model, its inputs and labels as arrays, a "
        "Dataset or a DataLoader"
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | complex)


def _size(points: Tree) -> int:
    try:
        size = trees.length(points)
    except ValueError:
        size = -1
    if size > 0:
        return size
    pair = isinstance(points, tuple | list) and len(points) == 2
    if pair and all(isinstance(p, torch.Tensor) and p.dim() for p in points):
        raise SceneError(
            f"{len(points[0])} inputs and {len(points[1])} labels; give as many"
        )
    shapes = ", ".join(str(tuple(tensor.shape)) for tensor in trees.tensors(points))
    raise SceneError(
        f"data of the shapes {shapes or 'none'}; give tensors whose first dimensions "
        "are the number of points"
    )


def fit_dtype(points: Tree, model: torch.nn.Module) -> Tree:
    """Return points in the precision of a model.

    Arrays are float64 in NumPy unless somebody says otherwise. For a model of another
    precision they are converted to it, and single precision to double for a model in
    double precision. All other dtypes stay.
    """
    kinds = {p.dtype for p in model.parameters() if p.is_floating_point()}
    if torch.float64 in kinds:
        old, new = torch.float32, torch.float64
    elif kinds:
        first = next(p.dtype for p in model.parameters() if p.dtype in kinds)
        old, new = torch.float64, first
    else:
        return points
    return trees.map_tensors(points, lambda t: t.to(new) if t.dtype == old else t)
