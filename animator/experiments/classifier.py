"""A network as a classifier of points: the margins and probabilities of classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import torch
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.base.seeding import seeded
from animator.problems import Network
from animator.problems.objective import outputs

Meaning = Literal["logits", "probability", "log-probability", "score"]

_BY_LOSS: dict[str, Meaning] = {
    "BCEWithLogitsLoss": "logits",
    "binary_cross_entropy_with_logits": "logits",
    "CrossEntropyLoss": "logits",
    "cross_entropy": "logits",
    "BCELoss": "probability",
    "binary_cross_entropy": "probability",
    "NLLLoss": "log-probability",
    "nll_loss": "log-probability",
    "SoftMarginLoss": "score",
    "soft_margin_loss": "score",
    "HingeEmbeddingLoss": "score",
    "MultiMarginLoss": "score",
    "multi_margin_loss": "score",
}


@dataclass(frozen=True, slots=True)
class Classifier:
    """A network that classifies points in a plane.

    Attributes:
        network: the network and its data.
        points: the inputs (n, 2).
        classes: the class index of each point (n,), from 0.
        names: the names of the classes, from their labels.
        meaning: the meaning of the model's outputs, such as ``"logits"``.
    """

    network: Network
    points: NDArray[np.float64]
    classes: NDArray[np.int64]
    names: tuple[str, ...]
    meaning: Meaning

    @property
    def is_bounded(self) -> bool:
        """Whether the outputs are bounded, so that they may saturate."""
        return self.meaning in ("probability", "log-probability")

    def margins(
        self, model: torch.nn.Module, places: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Evaluate a model at points (M, 2), in its current mode.

        Returns:
            The margin of each class over the best other class (M, C), in the unit of
            the outputs, positive for the predicted class; and the probability of each
            class (M, C), or None if the outputs define no probability.
        """
        like = self.network.inputs
        inputs = torch.tensor(places).to(like)
        with torch.no_grad(), seeded():
            given = outputs(model, inputs)
        if not isinstance(given, torch.Tensor) or given.shape[0] != len(places):
            raise SceneError(
                "Boundary: the model does not return one output row per point"
            )
        values = given.detach().double().cpu().reshape(len(places), -1)
        if values.shape[1] == 1:
            return self._binary(values[:, 0])
        if values.shape[1] < len(self.names):
            raise SceneError(
                f"Boundary: {values.shape[1]} outputs for {len(self.names)} classes"
            )
        best = values.topk(2, dim=1).values
        is_best = values == best[:, :1]
        ahead = values - torch.where(is_best, best[:, 1:], best[:, :1])
        share = {
            "logits": values.softmax(1),
            "probability": values,
            "log-probability": values.exp(),
        }.get(self.meaning)
        return ahead.numpy(), None if share is None else share.numpy()

    def _binary(
        self, values: torch.Tensor
    ) -> tuple[NDArray[np.float64], NDArray[np.float64] | None]:
        """Return margins and probabilities of two classes, from one output."""
        share = None
        if self.meaning == "logits":
            share = values.sigmoid()
        elif self.meaning == "probability":
            share, values = values, values - 0.5
        elif self.meaning == "log-probability":
            share = values.exp()
            values = share - 0.5
        ahead = torch.stack([-values, values], 1).numpy()
        if share is None:
            return ahead, None
        return ahead, torch.stack([1 - share, share], 1).numpy()


def classifier_of(problem: Any, meaning: Meaning | None) -> Classifier:
    """Return the classifier that a problem trains.

    Args:
        problem: the problem.
        meaning: the meaning of the model's outputs. Default: as the loss expects.

    Raises:
        SceneError: the problem is not a classifier of points in the plane, or its loss
            does not determine the meaning of the outputs.
    """
    if not isinstance(problem, Network):
        raise SceneError(
            f"Boundary: {problem.name} is not a network; give an experiment of "
            "network(model, (points, classes), loss)"
        )
    inputs, labels = problem.inputs, problem.labels
    if not isinstance(inputs, torch.Tensor) or inputs.ndim != 2 or inputs.shape[1] != 2:
        shape = tuple(getattr(inputs, "shape", ()))
        raise SceneError(
            f"Boundary: the inputs have shape {shape}; it shows points in two "
            "dimensions, (n, 2)"
        )
    if not isinstance(labels, torch.Tensor) or labels.numel() != len(inputs):
        raise SceneError("Boundary: the labels are not one class for each point")
    values = labels.detach().cpu().reshape(-1).double().numpy()
    found = np.unique(values)
    if len(found) > 10 or (found != found.round()).any():
        raise SceneError(
            "Boundary: the labels are not classes; it shows at most ten classes"
        )
    is_sign = set(found) <= {-1.0, 1.0}
    known = np.array([-1.0, 1.0]) if is_sign else np.arange(found.max() + 1)
    if len(known) < 2:
        known = np.arange(2.0)
    loss = problem.criterion
    name = getattr(loss, "__name__", type(loss).__name__)
    chosen = meaning or _BY_LOSS.get(name)
    if chosen is None:
        raise SceneError(
            f"Boundary: {name} does not say what the model's outputs are; give "
            "outputs='logits', 'probability', 'log-probability' or 'score'"
        )
    return Classifier(
        problem,
        inputs.detach().cpu().double().numpy(),
        np.searchsorted(known, values),
        tuple(f"{value:g}" for value in known),
        chosen,
    )
