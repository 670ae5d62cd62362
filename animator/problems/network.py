"""Any model on any data, its loss drawn over a plane of all its weights."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from animator.base.checks import is_number, quoted
from animator.base.errors import SceneError
from animator.problems import trees
from animator.problems.coordinate import Coordinate
from animator.problems.data import Data, fit_dtype, read_data
from animator.problems.modules import (
    copy_module,
    evaluating,
    is_lazy,
    is_steady,
    restore,
)
from animator.problems.objective import Loss, Objective, find_objective, outputs, split
from animator.problems.planes import Directions, PlaneMethod, pca
from animator.problems.projected import Plane
from animator.problems.protocols import BatchSource, Borrowed, Evaluated
from animator.problems.references import (
    has_tensor_hooks,
    module_hooks,
    refers_to,
    restored_hooks,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

MEMORY = 1 << 28
"""Bytes that evaluating the loss once may take."""


@dataclass(frozen=True, slots=True, eq=False)
class Network(BatchSource, Borrowed, Evaluated):
    """A model, its data and a loss; made by `network`."""

    original: torch.nn.Module
    """The user's own."""
    base: torch.nn.Module
    """A copy of it, as it was when it was given."""
    data: Data
    objective: Objective
    plane: PlaneMethod
    name: str
    chunk: int
    """How many points are evaluated at once."""
    splitting: str
    """How a loss over many points is evaluated: see `animator.problems.network`."""

    @property
    def criterion(self) -> Loss:
        """The loss, as it was given."""
        return self.objective.function

    @property
    def inputs(self) -> Any:
        """The inputs of all points."""
        return split(self.data.points)[0]

    @property
    def labels(self) -> Any:
        """The labels of all points."""
        return split(self.data.points)[1]

    @property
    def size(self) -> int:
        """How many points there are."""
        return self.data.size

    @property
    def has_own_batches(self) -> bool:
        """Whether the data are a loader, which gives the batches."""
        return self.data.loader is not None

    @property
    def is_steady(self) -> bool:
        """Whether the loss in training is certainly that in evaluation."""
        return (
            self.data.loader is None
            and self.objective.is_steady
            and is_steady(self.base)
        )

    def model(self) -> torch.nn.Module:
        """Build the model at its start."""
        return copy_module(self.base)

    def is_referred_to(self, setting: Any) -> bool:
        """Tell whether the loss or a setting refers to the user's own model."""
        if has_tensor_hooks(self.original):
            return True  # as copies of tensors have none
        used = (self.objective.function, setting, module_hooks(self.original))
        return refers_to(used, self.original)

    @contextmanager
    def borrowed(self) -> Iterator[torch.nn.Module]:
        """Lend the user's own model, at its start; afterwards it is as it was."""
        before = copy_module(self.original)
        gradients = [parameter.grad for parameter in self.original.parameters()]
        restore(self.original, self.base)
        try:
            with restored_hooks(self.original):
                yield self.original
        finally:
            restore(self.original, before)
            parameters = self.original.parameters()
            for parameter, gradient in zip(parameters, gradients, strict=True):
                parameter.grad = gradient

    def batches(self, batch_size: int | None, seed: int) -> Iterator[Any]:
        """Yield the batches that a run is trained on."""
        return self.data.batches(batch_size, seed)

    def loss_on(self, model: torch.nn.Module, batch: Any) -> torch.Tensor:
        """Return the loss () of the model over a batch."""
        return self.objective(model, batch)

    def loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points, as it is trained on."""
        return self.objective(model, self.data.points)

    def batch_loss(self, model: torch.nn.Module, batch: torch.Tensor) -> torch.Tensor:
        """Return the loss () over some points, by their indices (B,)."""
        return self.objective(model, trees.select(self.data.points, batch))

    def measured_loss(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points in evaluation mode, without its graph.

        The modes of the model's parts and its buffers are left as they are.
        """
        with evaluating(model):
            return self.evaluate(model)

    def evaluate(self, model: torch.nn.Module) -> torch.Tensor:
        """Return the loss () over all points of the model as it is, without its graph.

        What is evaluated at once is bounded, where the loss allows it.
        """
        points, size = self.data.points, self.data.size
        if size <= self.chunk or self.splitting == "none":
            return self.objective.evaluate(model, points)
        chunks = [
            trees.select(points, slice(first, first + self.chunk))
            for first in range(0, size, self.chunk)
        ]
        if self.splitting == "outputs":
            return _over_outputs(self.objective, model, chunks, points)
        values = torch.stack([self.objective.evaluate(model, part) for part in chunks])
        if self.splitting == "sum":
            return values.sum()
        counts = [trees.length(part) / size for part in chunks]
        return (values * torch.tensor(counts, device=values.device)).sum()

    def with_plane(
        self,
        paths: Sequence[NDArray[np.floating]],
        state: Mapping[str, torch.Tensor],
        *,
        calm: Sequence[bool] | None = None,
    ) -> Plane:
        """Return the plane through paths of weights, each (K, P), as a problem.

        Args:
            paths: of all settings.
            state: what the model holds besides its weights at the end of the first
                one; it is used at all points of the plane.
            calm: which of the paths the plane and its ranges are made for; a run that
                diverges would flatten the others. All of them if not given.
        """
        chosen = [
            path for path, is_calm in zip(paths, calm or [], strict=False) if is_calm
        ] or list(paths)
        directions = self.plane.fit(self.base, chosen)
        places, off = zip(*map(directions.project, chosen), strict=True)
        every, aside = np.concatenate(places), float(np.concatenate(off).max())
        ranges = []
        for axis, given in enumerate((directions.xlim, directions.ylim)):
            low, high = every[:, axis].min(), every[:, axis].max()
            room = 0.25 * (high - low) or 1.0
            ranges.append(given or (float(low - room), float(high + room)))
        begin = directions.project(np.asarray(paths[0][:1]))[0]
        start, end = np.asarray(chosen[0][0]), np.asarray(chosen[0][-1])
        length = float(np.linalg.norm(end.astype(np.float64) - start))
        note = ""
        if aside > 1e-6 * (length or 1):
            note = (
                f"≤ {aside:.2g} off the plane ({aside / (length or 1):.0%} of the path)"
            )
        return Plane(
            network=self,
            directions=directions,
            x=Coordinate(directions.names[0], *ranges[0]),
            y=Coordinate(directions.names[1], *ranges[1]),
            start=(float(begin[0, 0]), float(begin[0, 1])),
            distance_note=note,
            state=state,
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
        return Plane(
            self, directions, x, y, (start[0], start[1]), str(arrays["note"]),
            Plane.unpacked_state(arrays),
        )  # fmt: skip


def _over_outputs(
    objective: Objective,
    model: torch.nn.Module,
    chunks: Sequence[trees.Tree],
    points: trees.Tree,
) -> torch.Tensor:
    """Return a criterion's value over the outputs of all points, which come in chunks.

    So any criterion is exact: class weights, ignored labels, sums.
    """
    with torch.set_grad_enabled(objective.needs_grad):
        parts = [
            trees.map_tensors(outputs(model, split(part)[0]), torch.Tensor.detach)
            for part in chunks
        ]
        joined = trees.concatenate(parts)
        return objective.function(joined, split(points)[1]).detach()


def network(
    model: torch.nn.Module,
    data: Any,
    loss: Loss,
    *,
    plane: PlaneMethod | None = None,
    device: str | torch.device = "cpu",
    memory: int = MEMORY,
    name: str | None = None,
) -> Network:
    """Train a model, and draw the loss over a plane of all its weights.

    Every setting starts from the weights that the model has now, its parts in the modes
    that they have now. What is drawn is the loss over all data, of the model in
    evaluation mode. The model itself is left as it is; only lazy layers get their
    shapes, by one forward pass.

    Args:
        model: any module.
        data: arrays or tensors, or tuples and dicts of them, whose first dimension
            (n, …) is the points: usually inputs and labels. Also a `Dataset`, or a
            `DataLoader`, whose batches are then trained on, in its own order.
        loss: ``criterion(outputs, labels)``, such as `torch.nn.CrossEntropyLoss()`,
            where the labels are the last part of the data; or ``loss(model, batch)``
            for all else: regularisers, no labels, outputs that are objects.
        plane: which one: `pca` if not given, `random_plane`, `through` or `weights`.
        device: where to train and to evaluate, such as ``"cuda"``.
        memory: bytes that evaluating the loss once may take; what is evaluated at once
            is chosen so, as far as the loss can be put together from parts.
        name: what to call it; the class of the model if not given.

    Raises:
        SceneError: the model cannot be evaluated on the data, or an argument is wrong.
    """
    _check_arguments(model, loss, plane, memory)
    try:
        points = read_data(data, device)
        points = replace(points, points=fit_dtype(points.points, model))
        with warnings.catch_warnings():  # what training warns of is said there
            warnings.simplefilter("ignore")
            if is_lazy(model):
                _initialize(model, points)
            base = copy_module(model).to(device)
            objective, value = _try_objective(loss, base, points)
            cost = _memory_of(objective, base, points)
            chunk = max(1, memory // cost)
            splitting = _splitting(objective, base, points, chunk)
    except SceneError as error:
        raise SceneError(f"network: {error}") from error
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
        original=model,
        base=base,
        data=points,
        objective=objective,
        plane=pca() if plane is None else plane,
        name=name or type(model).__name__,
        chunk=chunk,
        splitting=splitting,
    )


def _check_arguments(model: Any, loss: Any, plane: Any, memory: Any) -> None:
    if not isinstance(model, torch.nn.Module):
        raise SceneError(
            f"network: {quoted(model)} is no model; give a torch.nn.Module"
        )
    if isinstance(loss, type) or not callable(loss):
        raise SceneError(
            f"network: {quoted(loss)} is no loss; give one such as MSELoss()"
        )
    if isinstance(loss, torch.nn.Module):
        own = [name for name, p in loss.named_parameters() if p.requires_grad]
        if own:
            raise SceneError(
                f"network: the loss {type(loss).__name__} has parameters of its own "
                f"({quoted(own)}), which only the model's optimizer could train; make "
                "it a part of the model, and give loss(model, batch)"
            )
    if not (isinstance(memory, int) and is_number(memory, 1)):
        raise SceneError(f"network: memory is {memory!r}; give a number of bytes")
    if plane is not None and not hasattr(plane, "fit"):
        raise SceneError(f"network: plane is {quoted(plane)}; give one such as pca()")


def _initialize(model: torch.nn.Module, data: Data) -> None:
    """Let lazy layers choose their shapes, by a forward pass of a few points."""
    with evaluating_lazily(model), torch.no_grad():
        batch = trees.select(data.points, slice(0, 2))
        has_labels = isinstance(batch, tuple | list) and len(batch) > 1
        outputs(model, split(batch)[0] if has_labels else batch)


@contextmanager
def evaluating_lazily(model: torch.nn.Module) -> Iterator[None]:
    """Put a model without shapes into evaluation mode for a while."""
    modes = {part: part.training for part in model.modules()}
    model.eval()
    try:
        yield
    finally:
        for part, training in modes.items():
            part.training = training


def _try_objective(
    loss: Loss, base: torch.nn.Module, data: Data
) -> tuple[Objective, torch.Tensor]:
    """Return how the loss is called; on two points, or where that fails on all."""
    few = trees.select(data.points, slice(0, 2))
    try:
        return find_objective(loss, copy_module(base).eval(), few)
    except SceneError:
        raise
    except Exception:
        return find_objective(loss, copy_module(base).eval(), data.points)


def _memory_of(objective: Objective, base: torch.nn.Module, data: Data) -> int:
    """Return about how many bytes evaluating one point takes: all layers' outputs."""
    model, few = copy_module(base).eval(), trees.select(data.points, slice(0, 1))
    counts = [sum(tensor.numel() for tensor in trees.tensors(few)[:-1] or [few])]

    def count(module: torch.nn.Module, given: object, output: object) -> None:
        counts.append(sum(t.numel() for t in trees.tensors(output)))

    for module in model.modules():
        module.register_forward_hook(count)
    try:
        objective.evaluate(model, few)
    except Exception:  # of a loss that needs more than one point
        return 4 * max(1, counts[0])
    return 4 * max(1, sum(counts))


def _splitting(
    objective: Objective, base: torch.nn.Module, data: Data, chunk: int
) -> str:
    """Find out how the loss over all points can be put together from parts.

    Returns:
        ``"outputs"``: the outputs of parts are joined, and the criterion sees all of
        them; ``"mean"`` or ``"sum"`` of the losses of parts; ``"none"``: it cannot be.
    """
    if data.size <= chunk:
        return "none"
    order = torch.Generator().manual_seed(0)
    index = torch.randperm(data.size, generator=order)[:61].to(data.device)
    parts = [index, index[:40], index[40:]]
    every, left, right = (trees.select(data.points, part) for part in parts)
    model = copy_module(base).eval()
    try:
        if not objective.of_model:
            expected = objective.evaluate(model, every)
            joined = _over_outputs(objective, model, [left, right], every)
            return "outputs" if torch.allclose(joined, expected, rtol=1e-4) else "none"
    except (ValueError, RuntimeError, TypeError):
        return "none"
    return _additive(objective, model, data, index)


def _additive(
    objective: Objective, model: torch.nn.Module, data: Data, index: torch.Tensor
) -> str:
    """Tell whether a loss is the mean or the sum of the losses of any parts."""
    possible = {"mean", "sum"}
    by_size = torch.arange(len(index), device=index.device)
    for order in (by_size, by_size.flip(0), by_size.roll(5)):
        for cut in (len(index) // 3, len(index) // 2):
            chosen = index[order]
            every, *parts = (
                objective.evaluate(model, trees.select(data.points, some)).double()
                for some in (chosen, chosen[:cut], chosen[cut:])
            )
            share = cut / len(index)
            mean = share * parts[0] + (1 - share) * parts[1]
            if not torch.allclose(mean, every, rtol=1e-4):
                possible.discard("mean")
            if not torch.allclose(parts[0] + parts[1], every, rtol=1e-4):
                possible.discard("sum")
    return next(iter(sorted(possible)), "none")
