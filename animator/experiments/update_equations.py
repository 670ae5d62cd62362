"""The update equations of torch's optimizers, for one weight over a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.experiments.details import Details

Numbers = NDArray[np.float64]


class WeightRun:
    """The gradient, state and hyperparameters of one weight over a run."""

    def __init__(
        self, details: Details, index: int, values: Numbers, steps: int
    ) -> None:
        self._details, self._index, self._steps = details, index, steps
        self.values = values[:-1]

    def at(self, name: str, *, later: bool = False) -> Numbers:
        """Return a state (steps,) before each step, or after it; NaN if missing."""
        rows = self._details.state[name][:, self._index].astype(np.float64)
        return self._fitted(rows[1:] if later else rows)

    def option(self, name: str) -> Numbers:
        """Return a hyperparameter (steps,); 0 if the optimizer lacks it."""
        return np.nan_to_num(self.at(name))

    def gradient(self, *, decayed: bool = True) -> Numbers:
        """Return the gradient (steps,) that is minimised along, with weight decay."""
        assert self._details.gradient is not None
        slopes = self._fitted(self._details.gradient[:, self._index].astype(np.float64))
        sign = np.where(self.option("maximize") > 0, -1.0, 1.0)
        decay = self.option("weight_decay") * self.values if decayed else 0.0
        return np.asarray(sign * slopes + decay)

    def _fitted(self, rows: Numbers) -> Numbers:
        found = np.full(self._steps, np.nan)
        found[: len(rows)] = rows[: self._steps]
        return found


Parts = tuple[Numbers, Numbers, Numbers, Numbers]
"""The gradient, momentum, decay and scale parts of the steps, each (steps,)."""


def _sgd(run: WeightRun) -> Parts:
    lr, mu, gradient = run.at("lr"), run.option("momentum"), run.gradient()
    before, after = run.at("momentum_buffer"), run.at("momentum_buffer", later=True)
    share = np.where(np.isnan(before) | (mu == 0), 1.0, 1 - run.option("dampening"))
    kept = np.nan_to_num(before)
    if run.option("nesterov").any():
        share, kept = np.ones_like(mu), after
    momentum = np.where(mu == 0, 0.0, -lr * mu * kept)
    return -lr * share * gradient, momentum, np.zeros_like(lr), np.ones_like(lr)


def _adam(run: WeightRun, *, decoupled: bool = False) -> Parts:
    lr, beta, beta2 = run.at("lr"), run.at("betas[0]"), run.at("betas[1]")
    count = run.at("step", later=True)
    name = "max_exp_avg_sq" if run.option("amsgrad").any() else "exp_avg_sq"
    second = run.at(name, later=True) / (1 - beta2**count)
    scale = np.sqrt(second) + run.at("eps")
    rate = lr / (1 - beta**count) / scale
    kept = np.nan_to_num(run.at("exp_avg"))
    gradient = run.gradient(decayed=not decoupled)
    decay = -lr * run.option("weight_decay") * run.values * decoupled
    return -rate * (1 - beta) * gradient, -rate * beta * kept, decay, scale


def _adamw(run: WeightRun) -> Parts:
    return _adam(run, decoupled=True)


def _rmsprop(run: WeightRun) -> Parts:
    lr, mu = run.at("lr"), run.option("momentum")
    second = run.at("square_avg", later=True)
    if run.option("centered").any():
        second = second - run.at("grad_avg", later=True) ** 2
    scale = np.sqrt(np.maximum(second, 0.0)) + run.at("eps")
    momentum = -lr * mu * np.nan_to_num(run.at("momentum_buffer"))
    return -lr * run.gradient() / scale, momentum, np.zeros_like(lr), scale


def _adagrad(run: WeightRun) -> Parts:
    count = run.at("step", later=True)
    lr = run.at("lr") / (1 + (count - 1) * run.option("lr_decay"))
    scale = np.sqrt(run.at("sum", later=True)) + run.at("eps")
    nothing = np.zeros_like(lr)
    return -lr * run.gradient() / scale, nothing, nothing.copy(), scale


KINDS: Mapping[str, Callable[[WeightRun], Parts]] = {
    "SGD": _sgd,
    "Adam": _adam,
    "AdamW": _adamw,
    "RMSprop": _rmsprop,
    "Adagrad": _adagrad,
}


def split_weight(
    kind: str, details: Details, index: int, values: Numbers, steps: int
) -> Parts:
    """Return the parts of the steps of one weight, each (steps,)."""
    if not details.is_complete or details.gradient is None:
        raise SceneError(
            "Vectors: not every step was recorded; use fewer steps, or show them on a "
            "Heatmap"
        )
    return KINDS[kind](WeightRun(details, index, values, steps))
