"""Operations on batches: tensors, or nested tuples, lists and dicts of tensors."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch

Tree = Any
"""A tensor, or a tuple, list, mapping or dataclass of trees, or any other leaf."""


def map_tensors(tree: Tree, function: Callable[[torch.Tensor], Any]) -> Tree:
    """Apply a function to each tensor of a tree, and return the new tree."""
    if isinstance(tree, torch.Tensor):
        return function(tree)
    if isinstance(tree, Mapping):
        items = {key: map_tensors(value, function) for key, value in tree.items()}
        return _as_mapping(tree, items)
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):  # a named tuple
        return type(tree)(*(map_tensors(value, function) for value in tree))
    if isinstance(tree, tuple | list):
        return type(tree)(map_tensors(value, function) for value in tree)
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        return _with_fields(tree, lambda value: map_tensors(value, function))
    return tree


def _with_fields(record: Any, function: Callable[[Any], Any]) -> Any:
    """Return a copy of a dataclass with a function applied to its fields."""
    new = copy.copy(record)
    for field in dataclasses.fields(record):
        object.__setattr__(new, field.name, function(getattr(record, field.name)))
    return new


def _as_mapping(mapping: Mapping[Any, Any], items: dict[Any, Any]) -> Mapping[Any, Any]:
    """Return items as a mapping of the same type, or as a dict if that fails."""
    try:
        return type(mapping)(items)  # type: ignore[call-arg]
    except Exception:  # the class has another constructor
        return items


def tensors(tree: Tree) -> list[torch.Tensor]:
    """Return all tensors of a tree, from left to right."""
    found: list[torch.Tensor] = []

    def append(tensor: torch.Tensor) -> torch.Tensor:
        found.append(tensor)
        return tensor

    map_tensors(tree, append)
    return found


def length(tree: Tree) -> int:
    """Return the number of points of a batch, the first dimension of its tensors.

    Raises:
        ValueError: there are no tensors, or their first dimensions differ.
    """
    lengths = {len(tensor) if tensor.dim() else None for tensor in tensors(tree)}
    if len(lengths) != 1 or None in lengths:
        raise ValueError(f"first dimensions of {sorted(map(str, lengths))}")
    return int(next(iter(lengths)) or 0)


def select(tree: Tree, index: torch.Tensor | slice) -> Tree:
    """Return the points of a batch at some indices (B,)."""
    return map_tensors(tree, lambda tensor: tensor[index])


def concatenate(trees: Sequence[Tree]) -> Tree:
    """Concatenate batches of the same structure along the first dimension.

    Raises:
        ValueError: a leaf cannot be concatenated.
    """
    first = trees[0]
    if isinstance(first, torch.Tensor):
        try:
            return torch.cat(list(trees))
        except (RuntimeError, TypeError) as error:
            raise ValueError(str(error)) from error
    if isinstance(first, Mapping):
        items = {key: concatenate([tree[key] for tree in trees]) for key in first}
        return _as_mapping(first, items)
    if isinstance(first, tuple | list):
        parts = [concatenate(column) for column in zip(*trees, strict=True)]
        return type(first)(*parts) if hasattr(first, "_fields") else type(first)(parts)
    if dataclasses.is_dataclass(first) and not isinstance(first, type):
        new = copy.copy(first)
        for field in dataclasses.fields(first):
            column = [getattr(tree, field.name) for tree in trees]
            object.__setattr__(new, field.name, concatenate(column))
        return new
    if all(tree is first or tree == first for tree in trees):
        return first
    raise ValueError(f"a {type(first).__name__} cannot be concatenated")
