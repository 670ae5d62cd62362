"""Fits the plane on which a network's loss is drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.problems.coordinate import Coordinate
from animator.problems.modules import extra_state
from animator.problems.packing import is_equal, unpack_tensors
from animator.problems.planes import Directions, PlaneMethod
from animator.problems.projected import Plane

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.problems.plane_source import PlaneSource

State = Mapping[str, torch.Tensor]
STATE_NOTE = "buffers as at the first setting's end"


def fit_plane(
    network: PlaneSource,
    method: PlaneMethod,
    paths: Sequence[NDArray[np.floating]],
    state: State,
    others: Sequence[State],
) -> Plane:
    """Return the plane through paths of weights, each (K, P), as a problem.

    Args:
        network: the network that was trained.
        method: chooses the directions of the plane.
        paths: the paths of the settings; `state` belongs to the first one.
        state: the model's tensors besides its weights, by name.
        others: the same tensors at the ends of the other settings.
    """
    directions = method.fit(network.base, paths)
    places, off = zip(*map(directions.project, paths), strict=True)
    joined, distance = np.concatenate(places), float(np.concatenate(off).max())
    limits = (directions.xlim, directions.ylim)
    ranges = [limits[axis] or _range_of(joined[:, axis]) for axis in (0, 1)]
    start = np.asarray(places[0][0]).tolist()
    plane = Plane(
        network=network,
        directions=directions,
        x=Coordinate(directions.names[0], *ranges[0], network.names[0]),
        y=Coordinate(directions.names[1], *ranges[1], network.names[1]),
        start=(start[0], start[1]),
        distance_note=_distance_note(distance, paths[0]),
        state=state,
    )
    end = np.asarray(places[0][-1])
    states = (extra_state(network.base), *others)
    if any(_changes_loss(plane, other, end) for other in states):
        return replace(plane, state_note=STATE_NOTE)
    return plane


def _range_of(places: NDArray[np.floating]) -> tuple[float, float]:
    """Return the range of a coordinate, with a margin at both ends."""
    low, high = float(places.min()), float(places.max())
    room = 0.25 * (high - low) or 1.0
    return low - room, high + room


def _distance_note(distance: float, path: NDArray[np.floating]) -> str:
    """Return a note on the largest distance of the paths from the plane."""
    ends = np.asarray(path[[0, -1]], np.float64)
    length = float(np.linalg.norm(ends[1] - ends[0])) or 1.0
    if distance <= 1e-6 * length:
        return ""
    return f"≤ {distance:.2g} ({distance / length:.0%} of the path) off the plane"


def _changes_loss(plane: Plane, state: State, place: NDArray[np.floating]) -> bool:
    """Return whether other buffers change the loss at a point (2,) of the plane.

    Counters and re-estimated running statistics do not change it.
    """
    same = state.keys() == plane.state.keys() and all(
        is_equal(tensor, plane.state[name]) for name, tensor in state.items()
    )
    if same:
        return False
    x, y = torch.tensor(place, dtype=torch.float64)[:, None]
    known = {name: state.get(name, value) for name, value in plane.state.items()}
    losses = [p.losses(x, y) for p in (plane, replace(plane, state=known))]
    return not torch.equal(*losses)


def unpack_plane(network: PlaneSource, arrays: Mapping[str, Any]) -> Plane:
    """Return the plane that `Plane.packed` converted to arrays."""
    names = tuple(map(str, arrays["names"]))
    directions = Directions(
        arrays["origin"], arrays["right"], arrays["up"], (names[0], names[1])
    )
    x, y = (
        Coordinate(name, low, high, label)
        for name, (low, high), label in zip(
            names, arrays["ranges"].tolist(), network.names, strict=True
        )
    )
    start = arrays["start"].tolist()
    return Plane(
        network=network,
        directions=directions,
        x=x,
        y=y,
        start=(start[0], start[1]),
        distance_note=str(arrays["note"]),
        state=unpack_tensors(arrays, extra_state(network.base)),
        state_note=str(arrays["buffers note"]),
    )
