"""A network's loss over a plane of its weights, as a problem that can be drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.problems.coordinate import Coordinate
from animator.problems.modules import (
    load_extra_state,
    set_vector,
    to_vector,
)
from animator.problems.planes import Directions
from animator.problems.protocols import CostlyMap, WithMapNote

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.problems.network import Network

_STATE = "state "
"""What the names of a model's extra tensors begin with among packed arrays."""
NORMALIZATION_NOTE = "batch norm re-estimated at each point of the map"


@dataclass(frozen=True, slots=True, eq=False)
class Plane(CostlyMap, WithMapNote):
    """A network's loss over a plane of its weights, as a problem that can be drawn.

    Where the model has batch normalisation that learns in training, each point of the
    plane has running statistics of its own, estimated from the training data: those
    that one setting has learned at its end belong to that end alone.
    """

    network: Network
    directions: Directions
    x: Coordinate
    y: Coordinate
    start: tuple[float, float]
    distance_note: str
    """How far the paths are off the plane."""
    state: Mapping[str, torch.Tensor]
    """What the model holds besides its weights."""
    points: int = 51
    """Of the map, along each side, if the panel does not say; each costs an epoch."""

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
        notes = [self.distance_note, NORMALIZATION_NOTE if learned else ""]
        return "; ".join(filter(None, notes))

    def packed(self) -> dict[str, Any]:
        """Return what the plane is besides its network, by name."""
        where = self.directions
        return {
            "origin": where.origin,
            "right": where.right,
            "up": where.up,
            "names": where.names,
            "ranges": [[c.low, c.high] for c in (self.x, self.y)],
            "start": self.start,
            "note": self.distance_note,
            **{
                f"{_STATE}{tensor.dtype} {name}": _bytes_of(tensor)
                for name, tensor in self.state.items()
            },
        }

    @staticmethod
    def unpacked_state(arrays: Mapping[str, Any]) -> dict[str, torch.Tensor]:
        """Return the model's extra tensors, from arrays by name."""
        state = {}
        for key, values in arrays.items():
            if key.startswith(_STATE):
                dtype, _, name = key.removeprefix(_STATE).partition(" ")
                kind = getattr(torch, dtype.removeprefix("torch."))
                state[name] = torch.from_numpy(np.array(values)).view(kind)
        return {name: tensor.squeeze(-1) for name, tensor in state.items()}

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
        if network.data.device.type != "cpu" or network.is_referred_to(None):
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
                if learned:
                    self._estimate(model, learned)
                losses.append(self.network.evaluate(model).item())
            return losses

    @contextmanager
    def _model(self) -> Iterator[torch.nn.Module]:
        """Lend a model in evaluation mode, with what it holds besides its weights."""
        with ExitStack() as stack:
            if self.network.is_referred_to(None):
                model = stack.enter_context(self.network.borrowed())
            else:
                model = self.network.model()
            load_extra_state(model, self.state)
            model.requires_grad_(False).eval()
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

    def _estimate(
        self, model: torch.nn.Module, learned: Sequence[torch.nn.Module]
    ) -> None:
        """Estimate the running statistics of a model over all points."""
        for layer in learned:
            layer.reset_running_stats()  # type: ignore[operator]
            layer.momentum = None  # type: ignore[assignment]  # a plain mean
            layer.train()
        self.network.evaluate(model)
        for layer in learned:
            layer.eval()


def normalizations(
    model: torch.nn.Module, trained: torch.nn.Module | None = None
) -> list[torch.nn.Module]:
    """Return the layers whose running statistics training changes.

    Args:
        model: whose layers to return.
        trained: whose modes tell which of them learn; the model's own if not given.
    """
    parts = zip(model.modules(), (trained or model).modules(), strict=True)
    return [
        layer
        for layer, original in parts
        if isinstance(layer, torch.nn.modules.batchnorm._NormBase)
        and layer.running_mean is not None
        and original.training
    ]


def _is_view(parameters: Sequence[torch.Tensor], vector: torch.Tensor) -> bool:
    return parameters[0].data_ptr() == vector.data_ptr()


def _bytes_of(tensor: torch.Tensor) -> NDArray[np.uint8]:
    """Return a tensor's bytes (…, size of a number), whatever its dtype."""
    flat = tensor.detach().cpu().contiguous().unsqueeze(-1)
    return np.asarray(flat.view(torch.uint8).numpy())
