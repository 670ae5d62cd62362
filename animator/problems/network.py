"""Any model on any data, its loss drawn over a plane of all its weights."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.base.errors import SceneError
from animator.problems.coordinate import Coordinate
from animator.problems.line import check_loss
from animator.problems.planes import Directions, PlaneMethod, pca
from animator.problems.protocols import CostlyMap, WithMapNote

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from animator.problems.line import Loss

MEMORY = 1 << 28
"""Bytes that evaluating the loss once may take."""
_MODE_DEPENDENT = (
    torch.nn.modules.batchnorm._NormBase,
    torch.nn.modules.dropout._DropoutNd,
)


@dataclass(frozen=True, slots=True, eq=False)
class Network:
    """A model, its data and a loss; made by `network`."""

    base: torch.nn.Module
    inputs: torch.Tensor  # (n, …)
    labels: torch.Tensor  # (n, …)
    criterion: Loss
    plane: PlaneMethod
    name: str
    chunk: int  # how many points are evaluated at once

    @property
    def noisy(self) -> bool:
        """Whether the model is another one while it is trained."""
        return any(
            isinstance(module, _MODE_DEPENDENT) for module in self.base.modules()
        )

    @property
    def sums(self) -> bool:
        """Whether the loss is a sum over the points, and not their mean."""
        return getattr(self.criterion, "reduction", "mean") == "sum"

    @property
    def size(self) -> int:
        """How many points there are."""
        return len(self.inputs)

    def model(self) -> torch.nn.Module:
        """Build the model at its start."""
        return copy.deepcopy(self.base)

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, as it is trained on."""
        return self.criterion(model(self.inputs), self.labels)

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over some points, by their numbers (B,)."""
        return self.criterion(model(self.inputs[batch]), self.labels[batch])

    def measured_loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, as it is when training is over.

        Dropout is off, and batch normalisation uses what it has learned. What is
        evaluated at once is bounded.
        """
        training = model.training
        loss = self.evaluated(model.eval())
        model.train(training)
        return loss

    def evaluated(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points of the model as it is, in chunks."""
        if self.size <= self.chunk:
            return self.loss(model)
        parts = []
        for inputs, labels in zip(
            self.inputs.split(self.chunk), self.labels.split(self.chunk), strict=True
        ):
            value = self.criterion(model(inputs), labels)
            parts.append(value * (1.0 if self.sums else len(labels) / self.size))
        return torch.stack(parts).sum()

    def with_plane(
        self, paths: Sequence[NDArray[np.floating]], trained: torch.nn.Module
    ) -> Plane:
        """Return the plane through paths of weights, each (K, P), as a problem.

        What batch normalisation has learned is that of the `trained` model.
        """
        directions = self.plane.fit(self.base, paths)
        places, off = zip(*map(directions.project, paths), strict=True)
        every, aside = np.concatenate(places), float(np.concatenate(off).max())
        ranges = []
        for axis, given in enumerate((directions.xlim, directions.ylim)):
            low, high = every[:, axis].min(), every[:, axis].max()
            room = 0.25 * (high - low) or 1.0
            ranges.append(given or (float(low - room), float(high + room)))
        start, end = np.asarray(paths[0][0]), np.asarray(paths[0][-1])
        way = float(np.linalg.norm(end.astype(np.float64) - start))
        note = ""
        if aside > 1e-6 * (way or 1):
            note = f"≤ {aside:.2g} off the plane ({aside / (way or 1):.0%} of the way)"
        return Plane(
            network=self,
            directions=directions,
            x=Coordinate(directions.names[0], *ranges[0]),
            y=Coordinate(directions.names[1], *ranges[1]),
            start=(float(places[0][0, 0]), float(places[0][0, 1])),
            note=note,
            buffers={name: b.clone() for name, b in trained.named_buffers()},
        )

    def unpacked(self, arrays: Mapping[str, Any]) -> Plane:
        """Return the plane that `Plane.packed` took apart."""
        names = tuple(map(str, arrays["names"]))
        directions = Directions(
            arrays["origin"], arrays["right"], arrays["up"], (names[0], names[1])
        )
        x, y = (
            Coordinate(name, low, high)
            for name, (low, high) in zip(names, arrays["ranges"].tolist(), strict=True)
        )
        start = arrays["start"].tolist()
        buffers = {
            name.removeprefix("buffer "): torch.from_numpy(values)
            for name, values in arrays.items()
            if name.startswith("buffer ")
        }
        note = str(arrays["note"])
        return Plane(self, directions, x, y, (start[0], start[1]), note, buffers)


@dataclass(frozen=True, slots=True, eq=False)
class Plane(CostlyMap, WithMapNote):
    """A network's loss over a plane of its weights, as a problem that can be drawn."""

    network: Network
    directions: Directions
    x: Coordinate
    y: Coordinate
    start: tuple[float, float]
    note: str
    """How far the paths are off the plane."""
    buffers: Mapping[str, torch.Tensor]
    """What the model holds besides its weights."""
    points: int = 51
    """Of the map, along each side, if the panel does not say; each costs an epoch."""

    @property
    def map_points(self) -> int:
        """How many points along each side a map has, if its panel does not say."""
        return self.points

    @property
    def map_note(self) -> str:
        """How far the paths are off the plane."""
        return self.note

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
            "note": self.note,
            **{f"buffer {name}": b.cpu() for name, b in self.buffers.items()},
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
        """Return the loss (N,) at places x (N,) and y (N,) of the plane.

        On a CPU each place is evaluated by one thread, so that the losses do not
        depend on how many there are.
        """
        if self.network.inputs.device.type != "cpu":
            return self._along(x, y)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            with ThreadPoolExecutor(threads) as pool:
                parts = zip(
                    x.tensor_split(threads), y.tensor_split(threads), strict=True
                )
                return torch.cat(list(pool.map(lambda part: self._along(*part), parts)))
        finally:
            torch.set_num_threads(threads)

    def _along(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """Return the loss (N,) at some places, one after the other."""
        model = self.network.model().requires_grad_(False).eval()
        model.load_state_dict(self.buffers, strict=False)
        # All parameters are views of one vector, which is moved over the plane.
        parameters = list(model.parameters())
        vector = torch.nn.utils.parameters_to_vector(parameters)
        for parameter, view in zip(
            parameters, vector.split([p.numel() for p in parameters]), strict=True
        ):
            parameter.data = view.view_as(parameter)
        origin, right, up = (
            torch.from_numpy(part).to(vector)
            for part in (
                self.directions.origin, self.directions.right, self.directions.up
            )
        )  # fmt: skip
        found = []
        with torch.no_grad():
            for along, across in zip(x.tolist(), y.tolist(), strict=True):
                torch.add(origin, right, alpha=along, out=vector)
                vector.add_(up, alpha=across)
                found.append(self.network.evaluated(model).item())
        return torch.tensor(found)


def network(
    model: torch.nn.Module,
    data: tuple[Any, Any] | Iterable[tuple[Any, Any]],
    loss: Loss,
    *,
    plane: PlaneMethod | None = None,
    device: str | torch.device = "cpu",
    memory: int = MEMORY,
    name: str | None = None,
) -> Network:
    """Train a model, and draw the loss over a plane of all its weights.

    Every setting starts from the weights that the model has now. What is drawn is the
    loss over all data, of the model in ``eval()`` mode.

    Args:
        model: any module.
        data: inputs (n, …) and labels (n, …), arrays or tensors; or a dataset of
            pairs, which is read as a whole.
        loss: a mean or a sum over the points, such as `torch.nn.CrossEntropyLoss()`.
        plane: which one: `pca` if not given, `random_plane`, `through` or `weights`.
        device: where to train and to evaluate, such as ``"cuda"``.
        memory: bytes that evaluating the loss once may take; what is evaluated at once
            is chosen so.
        name: what to call it; the class of the model if not given.

    Raises:
        SceneError: the model cannot be evaluated on the data, or an argument is wrong.
    """
    if not isinstance(model, torch.nn.Module):
        raise SceneError(f"network: {model!r} is no model; give a torch.nn.Module")
    check_loss("network", loss)
    if not isinstance(memory, int) or memory < 1:
        raise SceneError(f"network: memory is {memory!r}; give a number of bytes")
    if plane is not None and not hasattr(plane, "fit"):
        raise SceneError(f"network: plane is {plane!r}; give one such as pca()")
    try:
        base = copy.deepcopy(model).to(device)
        inputs, labels = (part.to(device) for part in _tensors(data))
        with torch.no_grad():
            cost = _memory_of(copy.deepcopy(base).eval(), inputs[:1])
            value = loss(copy.deepcopy(base).eval()(inputs[:2]), labels[:2])
    except SceneError:
        raise
    except Exception as error:
        raise SceneError(
            f"network: {type(error).__name__}: {error}; give a model, its inputs and "
            "labels, and a loss that suit each other"
        ) from error
    if value.shape != ():
        raise SceneError(
            f"network: the loss has the shape {tuple(value.shape)}; give one that is a "
            "single number, such as with reduction='mean'"
        )
    return Network(
        base=base,
        inputs=inputs,
        labels=labels,
        criterion=loss,
        plane=pca() if plane is None else plane,
        name=name or type(model).__name__,
        chunk=max(1, memory // cost),
    )


def _tensors(data: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs and labels of equal length."""
    if not (isinstance(data, tuple | list) and len(data) == 2):
        pairs = [tuple(map(torch.as_tensor, pair)) for pair in data]
        data = tuple(torch.stack(column) for column in zip(*pairs, strict=True))
    inputs, labels = (torch.as_tensor(part) for part in data)
    if inputs.dtype == torch.float64:
        inputs = inputs.float()
    if labels.dtype == torch.float64:
        labels = labels.float()
    if len(inputs) != len(labels) or not len(inputs):
        raise SceneError(
            f"network: {len(inputs)} inputs and {len(labels)} labels; give as many"
        )
    return inputs, labels


def _memory_of(model: torch.nn.Module, inputs: torch.Tensor) -> int:
    """Return about how many bytes evaluating one point takes: all layers' outputs."""
    sizes = [inputs.numel()]

    def note(module: torch.nn.Module, given: object, output: object) -> None:
        if isinstance(output, torch.Tensor):
            sizes.append(output.numel())

    hooks = [module.register_forward_hook(note) for module in model.modules()]
    model(inputs)
    for hook in hooks:
        hook.remove()
    return 4 * sum(sizes)
