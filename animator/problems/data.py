"""Reads the training data of a network: arrays, tensors, datasets, data loaders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, TensorDataset, default_collate

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.problems import trees
from animator.problems.data_checks import check_no_graph
from animator.problems.loaders import collect, generators, generators_at, read_samples
from animator.problems.trees import Tree


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """The training data as one batch, and the source of the training batches.

    Attributes:
        points: all points as one batch.
        size: the number of points; 1 if they cannot be separated.
        device: the device of the points.
        loader: the user's `DataLoader`; None if the points were given directly.
        states: the initial states of the loader's random generators.
        dtype: the dtype that floating-point numbers are converted to; None to keep
            their dtypes.
    """

    points: Tree
    size: int
    device: torch.device
    loader: DataLoader[Any] | None = None
    states: tuple[torch.Tensor, ...] = ()
    dtype: torch.dtype | None = None

    @property
    def is_divisible(self) -> bool:
        """Whether all tensors have the same first dimension, the points."""
        return _is_divisible(self.points)

    def first(self, count: int) -> Tree:
        """Return the first `count` points, or all if they cannot be separated."""
        if self.is_divisible:
            try:
                return trees.select(self.points, slice(0, count))
            except Exception:  # some sparse layouts cannot be sliced
                pass
        return self.points

    def converted(self, dtype: torch.dtype) -> Data:
        """Return the data with all real floating-point numbers converted to a dtype."""
        return replace(self, points=_converted(self.points, dtype), dtype=dtype)

    def batches(self, batch_size: int | None, seed: int) -> Iterator[Tree]:
        """Yield the training batches, without end.

        A `DataLoader` is iterated epoch after epoch, as by ``for batch in loader``.
        Otherwise each batch has `batch_size` points, in the order of a `DataLoader`
        with ``shuffle=True`` and a generator with the given seed. If `batch_size` is
        None, each batch has all points.
        """
        if self.loader is not None:
            yield from self._loaded(self.loader)
        elif batch_size is None:
            while True:
                yield self.points
        else:
            if not self.is_divisible:
                raise SceneError(
                    "the data's first dimensions differ, so that they have no points "
                    "to draw batches of; leave out batch_size, or give a DataLoader"
                )
            for index in index_batches(self.size, batch_size, seed):
                yield trees.select(self.points, index.to(self.device))

    def _loaded(self, loader: DataLoader[Any]) -> Iterator[Tree]:
        with generators_at(loader, self.states):
            while True:
                empty = True
                for batch in loader:
                    empty = False
                    moved = trees.map_tensors(batch, lambda t: t.to(self.device))
                    yield moved if self.dtype is None else _converted(moved, self.dtype)
                if empty:
                    raise SceneError("the DataLoader yields no batches; check its data")


def _converted(points: Tree, dtype: torch.dtype) -> Tree:
    return trees.map_tensors(
        points, lambda t: t.to(dtype) if t.is_floating_point() else t
    )


def index_batches(size: int, batch_size: int, seed: int) -> Iterator[torch.Tensor]:
    """Yield indices (batch_size,) of points without end, in a shuffled order."""
    loader: DataLoader[int] = DataLoader(
        range(size),  # type: ignore[arg-type]
        batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    while True:
        yield from loader


def read_data(data: Any, device: str | torch.device) -> Data:
    """Read the training data of a network.

    Args:
        data: arrays or tensors, or tuples and dicts of them, with equal first
            dimensions; a `Dataset`, or a list of samples; or a `DataLoader`.
        device: the device for the tensors.

    Raises:
        SceneError: the data have another type, are empty, or differ in length.
    """
    states: tuple[torch.Tensor, ...] = ()
    loader = data if isinstance(data, DataLoader) else None
    if loader is not None:
        states = tuple(generator.get_state() for generator in generators(loader))
        with seeded(), generators_at(loader, states):
            points = collect(loader)
    elif isinstance(data, TensorDataset):
        points = data.tensors
    elif isinstance(data, Dataset) or _has_samples(data):
        with seeded():
            points = default_collate(read_samples(data))
    else:
        points = _read(data)
    check_no_graph(points)
    points = trees.map_tensors(points, lambda tensor: tensor.to(device))
    if loader is None and not trees.tensors(points):
        raise SceneError("the data contain no tensors; give tensors or arrays")
    return Data(points, _size(points), torch.device(device), loader, states)


def _has_samples(data: Any) -> bool:
    """Return whether an object is a list or an iterable of samples.

    A list of two tensors or arrays is inputs and labels, not samples.
    """
    if isinstance(data, list):
        tensors = [item for item in data if hasattr(item, "__array__")]
        if len(tensors) == len(data) > 2:
            raise SceneError(
                f"a list of {len(data)} tensors may be samples or parts; give a tuple "
                "of parts, such as (inputs, labels), or torch.stack(samples)"
            )
        return any(isinstance(item, tuple | Mapping) for item in data) or (
            len(data) != 2 and any(_holds_tensor(item) for item in data)
        )
    if isinstance(data, tuple | Mapping | str | bytes | set | frozenset):
        return False
    return isinstance(data, Iterable) and not hasattr(data, "__array__")


def _holds_tensor(item: Any) -> bool:
    return isinstance(item, list) and any(hasattr(part, "__array__") for part in item)


def _read(data: Any) -> Tree:
    """Return arrays, and containers of arrays, as tensors."""
    if isinstance(data, torch.Tensor):
        check_no_graph(data)
        return data.detach().requires_grad_(data.requires_grad)
    if isinstance(data, Mapping):
        return {key: _read(value) for key, value in data.items()}
    if isinstance(data, tuple) and hasattr(data, "_fields"):
        return type(data)(*map(_read, data))
    if isinstance(data, tuple):
        return tuple(map(_read, data))
    if isinstance(data, list) and len(data) == 2 and not _is_number(data[0]):
        return tuple(map(_read, data))
    if isinstance(data, list) or hasattr(data, "__array__"):
        return _read_array(data)
    raise SceneError(
        f"{quoted(data)} is not data; give a model, its inputs and labels as arrays, "
        "a Dataset or a DataLoader"
    )


def _read_array(data: Any) -> torch.Tensor:
    """Copy an array or a list of numbers to a tensor."""
    if isinstance(data, list):
        if data and all(isinstance(item, torch.Tensor) for item in data):
            return torch.stack(data)
        if any(isinstance(item, str) for item in data):
            raise SceneError(
                f"the data contain strings, such as {quoted(data[0])}; give numbers, "
                "such as the class indices"
            )
        if not any(hasattr(item, "__array__") for item in data):
            return torch.as_tensor(data)
    array = np.array(data)
    native = array.dtype.newbyteorder("=")
    try:
        return torch.from_numpy(array.astype(native, order="C"))
    except TypeError as error:
        raise SceneError(
            f"an array of dtype {array.dtype}; give numbers, such as with "
            "array.astype('float32')"
        ) from error


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | complex)


def _size(points: Tree) -> int:
    """Return the number of points; 1 if they cannot be separated.

    Raises:
        SceneError: there are no points, or the numbers of inputs and labels differ.
    """
    pair = isinstance(points, tuple | list) and len(points) == 2
    if pair and all(isinstance(p, torch.Tensor) and p.dim() for p in points):
        if len(points[0]) != len(points[1]):
            raise SceneError(
                f"{len(points[0])} inputs and {len(points[1])} labels; give as many"
            )
    size = trees.length(points) if _is_divisible(points) else 1
    if not size:
        raise SceneError("the data are empty; give at least one point")
    return size


def _is_divisible(points: Tree) -> bool:
    """Return whether all tensors have the same first dimension."""
    try:
        trees.length(points)
    except ValueError:
        return False
    return True


def model_dtype(model: torch.nn.Module) -> torch.dtype | None:
    """Return the dtype of a model's first floating-point parameter, or None."""
    kinds = [p.dtype for p in model.parameters() if p.is_floating_point()]
    kinds += [p.dtype.to_real() for p in model.parameters() if p.is_complex()]
    if torch.float64 in kinds:
        return torch.float64
    return next(iter(kinds), None)
