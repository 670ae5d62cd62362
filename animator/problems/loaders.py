"""Collects all points of a data loader or a dataset, and resets random generators."""

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

MOST_ITEMS = 100_000
"""Samples or batches that are read from something whose length is not known."""
MOST_BYTES = 1 << 33
"""Bytes of their tensors."""


def read_samples(data: Any) -> list[Any]:
    """Return the samples of a dataset, or of any other iterable.

    Raises:
        SceneError: there are none, or too many.
    """
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):
        samples = [data[index] for index in range(len(data))]
    else:
        samples = _bounded(data)
    if not samples:
        raise SceneError("the data are empty; give at least one point")
    return samples


def collect(loader: DataLoader[Any]) -> Tree:
    """Return all points that a loader draws from, as one batch.

    Raises:
        SceneError: there are none, too many, or its batches cannot be joined.
    """
    indices = _indices(loader)
    if indices is not None:
        if not indices:
            raise SceneError("the DataLoader has no points; check its data")
        return loader.collate_fn([loader.dataset[index] for index in indices])
    batches = _bounded(loader)
    if not batches:
        raise SceneError("the DataLoader gives no batches; check its data")
    if len(batches) == 1:
        return batches[0]
    try:
        points = trees.concatenate(batches)
        trees.length(points)
        return points
    except ValueError as error:
        raise SceneError(
            f"the batches of the DataLoader cannot be joined ({error}); give data that "
            "its collate_fn can make one batch of"
        ) from error


def _indices(loader: DataLoader[Any]) -> list[Any] | None:
    """Return the indices that a loader draws from; None if it has none."""
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
    """Return all items, if they have an end.

    Raises:
        SceneError: their number is not known, and there are too many.
    """
    try:
        len(items)
    except TypeError:  # it has none
        pass
    else:
        return list(items)
    found: list[Any] = []
    size = 0
    for item in items:
        size += sum(t.numel() * t.element_size() for t in trees.tensors(item))
        found.append(item)
        if len(found) > MOST_ITEMS or size > MOST_BYTES:
            raise SceneError(
                f"the data do not end within {len(found):,} items; give data of "
                "bounded length, such as list(itertools.islice(data, 1000))"
            )
    return found


def generators(loader: DataLoader[Any]) -> list[torch.Generator]:
    """Return a loader's own random generators, each once."""
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
    """Set a loader's generators to some states for the body, then restore them."""
    own = generators(loader)
    before = [generator.get_state() for generator in own]
    for generator, state in zip(own, states, strict=True):
        generator.set_state(state)
    try:
        yield
    finally:
        for generator, state in zip(own, before, strict=True):
            generator.set_state(state)
