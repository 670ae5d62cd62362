"""Collects the points of data loaders and datasets, and resets their generators."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch.utils.data import (
    DataLoader,
    RandomSampler,
    SequentialSampler,
    WeightedRandomSampler,
)

from animator.base.errors import SceneError
from animator.problems import trees
from animator.problems.trees import Tree

MAX_SAMPLES = 100_000
"""The maximum number of items read from an iterable of unknown length."""
MAX_BYTES = 1 << 33
"""The maximum size of their tensors, in bytes."""


def read_samples(data: Any) -> list[Any]:
    """Return the samples of a dataset or of another iterable.

    Raises:
        SceneError: there are no samples, or too many.
    """
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        samples = [data[index] for index in range(len(data))]
    else:
        samples = _bounded(data)
    if not samples:
        raise SceneError("the data are empty; give at least one point")
    return samples


def collect(loader: DataLoader[Any]) -> Tree:
    """Return all points of a loader's dataset as one batch.

    Raises:
        SceneError: there are no points, too many, or the batches cannot be
            concatenated.
    """
    indices = _indices(loader)
    if indices is not None:
        if not indices:
            raise SceneError("the DataLoader has no points; check its data")
        return loader.collate_fn([loader.dataset[index] for index in indices])
    batches = _bounded(loader)
    if not batches:
        raise SceneError("the DataLoader yields no batches; check its data")
    if len(batches) == 1:
        return batches[0]
    try:
        points = trees.concatenate(batches)
        trees.length(points)
        return points
    except ValueError as error:
        raise SceneError(
            f"the batches of the DataLoader cannot be concatenated ({error}); give "
            "data that its collate_fn can combine into one batch"
        ) from error


def _indices(loader: DataLoader[Any]) -> list[Any] | None:
    """Return the indices that a loader draws from; None without a sampler."""
    dataset = loader.dataset
    batched = loader.batch_size is not None or loader.batch_sampler is not None
    if not (batched and hasattr(dataset, "__getitem__")):
        return None
    if isinstance(dataset, torch.utils.data.IterableDataset):
        return None
    sampler: Any = getattr(loader.batch_sampler, "sampler", None)
    if isinstance(sampler, SequentialSampler | RandomSampler | WeightedRandomSampler):
        return list(range(len(dataset)))  # type: ignore[arg-type]
    if loader.batch_size is not None and sampler is not None:
        drawn = _bounded(getattr(sampler, "indices", sampler))
    else:
        drawn = list(itertools.chain(*_bounded(loader.batch_sampler)))
    drawn = [item.item() if isinstance(item, torch.Tensor) else item for item in drawn]
    return sorted(set(drawn))


def _bounded(items: Any) -> list[Any]:
    """Return all items of an iterable.

    Raises:
        SceneError: the length is unknown, and there are too many items.
    """
    try:
        len(items)
    except TypeError:  # it has no length
        pass
    else:
        return list(items)
    found: list[Any] = []
    size = 0
    for item in items:
        size += sum(t.numel() * t.element_size() for t in trees.tensors(item))
        found.append(item)
        if len(found) > MAX_SAMPLES or size > MAX_BYTES:
            raise SceneError(
                f"the data do not end within {len(found):,} items; give data of "
                "bounded length, such as list(itertools.islice(data, 1000))"
            )
    return found


def generators(loader: DataLoader[Any]) -> list[torch.Generator]:
    """Return the random generators of a loader, without duplicates."""
    places = (
        loader,
        loader.sampler,
        loader.batch_sampler,
        getattr(loader.batch_sampler, "sampler", None),
    )
    own = (getattr(place, "generator", None) for place in places)
    return list(dict.fromkeys(g for g in own if isinstance(g, torch.Generator)))


@contextmanager
def generators_at(
    loader: DataLoader[Any], states: Iterable[torch.Tensor]
) -> Iterator[None]:
    """Set the states of a loader's generators for the body, then restore them."""
    own = generators(loader)
    before = [generator.get_state() for generator in own]
    for generator, state in zip(own, states, strict=True):
        generator.set_state(state)
    try:
        yield
    finally:
        for generator, state in zip(own, before, strict=True):
            generator.set_state(state)
