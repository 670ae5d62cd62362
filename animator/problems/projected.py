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
"""Points along each side of a map, if the panel gives none; each costs an epoch."""
NORMALIZATION_NOTE = "batch norm re-estimated at each point"


@dataclass(frozen=True, slots=True, eq=False)
class Plane(CostlyMap, WithMapNote):
    """A network's loss over a plane of its weights, as a problem that can be drawn.

    Where the model has batch normalisation that learns in training, each point of the
    plane has running statistics of its own, estimated from the training data: the
    statistics that a setting has learned are valid at its end only.
    """

    network: PlaneSource
    directions: Directions
    x: Coordinate
    y: Coordinate
    start: tuple[float, float]
    distance_note: str
    """How far the paths are off the plane."""
    state: Mapping[str, torch.Tensor]
    """What the model holds besides its weights."""
    state_note: str = ""
    """A note on `state`, if it affects the loss."""
    points: int = MAP_POINTS
    """Points along each side of a map, if the panel gives none."""

    def __repr__(self) -> str:
        return describe_problem(self)

    @property
    def map_points(self) -> int:
        """How many points along each side a map has, if its panel does not say."""
        return self.points

    @property
    def map_note(self) -> str:
        """What the scene's key says about the map."""
        return self.note

    @property
    def note(self) -> str:
        """How far the paths are off the plane, and whose statistics the map has."""
        learned = normalizations(self.network.base)
        notes = [
            self.distance_note,
            NORMALIZATION_NOTE if learned else "",
            self.state_note,
        ]
        return "; ".join(filter(None, notes))

    def packed(self) -> dict[str, Any]:
        """Return the data of the plane, without its network, by name."""
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
        """The network's."""
        return self.network.name

    def model(self) -> torch.nn.Module:
        """Build the model at its start."""
        return self.network.model()

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the network's loss () over all points."""
        return self.network.loss(model)

    def project(
        self, weights: NDArray[np.floating]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return where weights (K, P) lie: (K, 2), and how far off the plane: (K,)."""
        return self.directions.project(weights)

    def losses(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the loss (N,) at places x (N,) and y (N,) of the plane, as float64.

        On a CPU each place is evaluated by one thread, so that the losses do not
        depend on how many there are.
        """
        places = list(zip(x.tolist(), y.tolist(), strict=True))
        network = self.network
        if (
            network.data.device.type != "cpu"
            or network.evaluation.is_random  # global random numbers are seeded
            or network.evaluation.has_state  # which threads would share
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
        """Return the loss at some places, one after the other."""
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
        """Keep what one place's evaluation changes from the next place's."""
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
        """Return origin, right, up, and the vector that is moved over the plane.

        Where all parameters have one dtype they become views of that vector, so that
        moving it moves them.
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
