"""A network's loss over a plane of its weights, as a problem that can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import (
    AbstractContextManager,
    ExitStack,
    contextmanager,
    nullcontext,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.problems.coordinate import Coordinate, describe_problem
from animator.problems.hidden_state import preserved
from animator.problems.modules import (
    extra_state,
    load_extra_state,
    set_vector,
    to_vector,
)
from animator.problems.normalization import estimate, normalizations
from animator.problems.packing import pack_tensors
from animator.problems.planes import Directions
from animator.problems.protocols import CostlyMap, WithMapNote

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.problems.plane_source import PlaneSource

MAP_POINTS = 51
"""The default resolution of a map; each point costs one pass over the data."""
NORMALIZATION_NOTE = "batch norm re-estimated at each point"


@dataclass(frozen=True, slots=True, eq=False)
class Plane(CostlyMap, WithMapNote):
    """The loss of a network on a plane of its weights, as a problem to draw.

    If the model has batch normalisation in training mode, the running statistics are
    estimated from the training data at each point of the plane: the statistics of a
    training run are valid only at its end.

    Attributes:
        network: the network.
        directions: the origin and the axes of the plane.
        x: the coordinate on the x axis.
        y: the coordinate on the y axis.
        start: the start of the paths on the plane, as (x, y).
        distance_note: a note on the distance of the paths from the plane.
        state: the model's tensors besides its weights, by name.
        state_note: a note on `state`, if it affects the loss.
        points: the default number of points along each side of a map.
    """

    network: PlaneSource
    directions: Directions
    x: Coordinate
    y: Coordinate
    start: tuple[float, float]
    distance_note: str
    state: Mapping[str, torch.Tensor]
    state_note: str = ""
    points: int = MAP_POINTS

    def __repr__(self) -> str:
        return describe_problem(self)

    @property
    def map_points(self) -> int:
        """The default number of points along each side of a map."""
        return self.points

    @property
    def map_note(self) -> str:
        """The note about the map in the legend."""
        return self.note

    @property
    def note(self) -> str:
        """The notes on the paths' distance and on the normalisation statistics."""
        learned = normalizations(self.network.base)
        notes = [
            self.distance_note,
            NORMALIZATION_NOTE if learned else "",
            self.state_note,
        ]
        return "; ".join(filter(None, notes))

    def packed(self) -> dict[str, Any]:
        """Return the plane's data as arrays by name, without the network."""
        where = self.directions
        return {
            "origin": where.origin,
            "right": where.right,
            "up": where.up,
            "names": where.names,
            "ranges": [[c.low, c.high] for c in (self.x, self.y)],
            "start": self.start,
            "note": self.distance_note,
            "buffers note": self.state_note,
            **pack_tensors(self.state, extra_state(self.network.base)),
        }

    @property
    def name(self) -> str:
        """The name of the network."""
        return self.network.name

    def model(self) -> torch.nn.Module:
        """Create the model at the start."""
        return self.network.model()

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the network's loss () over all points."""
        return self.network.loss(model)

    def project(
        self, weights: NDArray[np.floating]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Project weights (K, P): return coordinates (K, 2) and distances (K,)."""
        return self.directions.project(weights)

    def losses(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the loss (N,) at coordinates x (N,) and y (N,), as float64.

        On a CPU each point is evaluated by one thread, so that the losses do not depend
        on the number of threads.
        """
        places = list(zip(x.tolist(), y.tolist(), strict=True))
        network = self.network
        if (
            network.data.device.type != "cpu"
            or network.evaluation.is_random  # global random numbers are seeded
            or network.evaluation.has_state  # threads would share it
            or network.is_referred_to(None)
        ):
            return torch.tensor(self._losses(places), dtype=torch.float64)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with ThreadPoolExecutor(threads) as pool:
                shares = [places[first::threads] for first in range(threads)]
                losses = torch.empty(len(places), dtype=torch.float64)
                for first, part in enumerate(pool.map(self._losses, shares)):
                    losses[first::threads] = torch.tensor(part, dtype=torch.float64)
                return losses
        finally:
            torch.set_num_threads(threads)

    def _losses(self, places: Sequence[tuple[float, float]]) -> list[float]:
        """Return the losses at points (x, y) of the plane, one by one."""
        with self._model() as model:
            parameters = list(model.parameters())
            origin, right, up, vector = self._vectors(parameters)
            learned = normalizations(model, self.network.base)
            losses = []
            for along, across in places:
                torch.add(origin, right, alpha=along, out=vector)
                vector.add_(up, alpha=across)
                if not _is_view(parameters, vector):
                    set_vector(parameters, vector)
                with self._preserved(model):
                    if learned:
                        estimate(model, learned, self.network.evaluation)
                    losses.append(self.network.evaluate(model).item())
            return losses

    def _preserved(self, model: torch.nn.Module) -> AbstractContextManager[None]:
        """Restore the state that evaluating one point changes, if there is any."""
        stateful = self.network.stateful
        return preserved(model, *stateful) if stateful else nullcontext()

    @contextmanager
    def _model(self) -> Iterator[torch.nn.Module]:
        """Yield a model in evaluation mode, with the plane's buffers."""
        with ExitStack() as stack:
            if self.network.is_referred_to(None):
                model = stack.enter_context(self.network.borrowed())
            else:
                model = self.network.model()
            load_extra_state(model, self.state)
            if not self.network.objective.needs_grad:
                for parameter in model.parameters():
                    parameter.requires_grad_(False)
            model.eval()
            yield model

    def _vectors(
        self, parameters: Sequence[torch.nn.Parameter]
    ) -> tuple[torch.Tensor, ...]:
        """Return origin, right, up, and a weight vector that is set to each point.

        If all parameters have the same dtype, they become views of this vector, so that
        writing to it sets them.
        """
        dtypes = {parameter.dtype for parameter in parameters}
        device = parameters[0].device
        vector = torch.from_numpy(to_vector(parameters).copy()).to(device)
        if dtypes == {vector.dtype} and not self.network.is_referred_to(None):
            sizes = [parameter.numel() for parameter in parameters]
            for parameter, view in zip(parameters, vector.split(sizes), strict=True):
                parameter.data = view.view_as(parameter)
        where = self.directions
        parts = (torch.from_numpy(p) for p in (where.origin, where.right, where.up))
        return *(part.to(vector) for part in parts), vector


def _is_view(parameters: Sequence[torch.Tensor], vector: torch.Tensor) -> bool:
    return parameters[0].data_ptr() == vector.data_ptr()
