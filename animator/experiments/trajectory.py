"""The trajectory of a run, recorded by this package or elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.base.quoting import described
from animator.experiments.path_files import read_trajectory_csv, read_trajectory_npz

if TYPE_CHECKING:
    from animator.experiments.details import Details

Numbers = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended; `step` is the step of the divergence, or the last step."""

    diverged: bool
    step: int


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """The path, losses and gradients of one run, in the dtype of the model.

    `loss[k]` and `gradient[k]` are evaluated at `params[k]`, also after the last step.
    After the step of a divergence all values are NaN.

    A trajectory that was recorded elsewhere can be a setting of an experiment; values
    that it lacks are NaN.
    """

    label: str
    params: Numbers  # (steps + 1, 2), as (x, y)
    loss: Numbers  # (steps + 1,), over all data
    gradient: Numbers  # (steps + 1, 2); NaN on a plane
    outcome: Outcome
    lr: Numbers  # (steps + 1, 2), of x and y; NaN if there is none
    off_plane: Numbers | None = None  # (steps + 1,), distance of a network's weights
    setting: int = 0
    """The index of the setting in the experiment, which determines the colour."""
    seed: int | None = None
    """The seed of the run; None if it was recorded elsewhere."""
    series: Mapping[str, Numbers] = field(default_factory=dict)
    """Metrics and other logged values, each (steps + 1,); NaN where not measured."""
    details: Details | None = None
    """Weights and other data, if a panel needs them."""

    def __repr__(self) -> str:
        last = max(self.outcome.step - self.outcome.diverged, 0)
        ends = [
            f"loss {self.loss[k]:.4g} at ({self.params[k][0]:.4g}, "
            f"{self.params[k][1]:.4g})"
            for k in (0, last)
        ]
        end = f"diverged at step {self.outcome.step}" if self.outcome.diverged else ""
        return described(
            self,
            repr(self.label),
            f"{len(self.loss) - 1} steps",
            " to ".join(ends),
            end,
        )

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        x: str,
        y: str,
        *,
        loss: str = "loss",
        series: Sequence[str] = (),
        **rows: str | int,
    ) -> Trajectory:
        """Read a trajectory from a CSV file with one row for each step.

        The first row is the start.

        Args:
            path: the path of the CSV file, relative to the scene's file or to the
                working directory.
            x: the name of the column for the x axis.
            y: the name of the column for the y axis.
            loss: the name of the loss column. If there is none, the problem evaluates
                the loss.
            series: the names of columns of other series, such as ``["accuracy"]``. An
                empty field means that the value was not measured at that step.
            rows: the values of other columns that select the rows. Default: all rows.
                For a table written by ``animate --trajectories``, for example
                ``optimizer="plain", problem="MSELoss", seed=0``.

        Raises:
            SceneError: the file cannot be read, lacks a column or has no matching rows,
                or the rows belong to several trajectories.
        """
        numbers, losses, logged = read_trajectory_csv(path, (x, y), loss, series, rows)
        return cls.of(numbers, losses, str(path), series=logged)

    @classmethod
    def from_npz(cls, path: str | Path) -> Trajectory:
        """Read a trajectory from a NumPy ``.npz`` file.

        Args:
            path: the path of the file. It contains an array `params` (steps + 1, 2) and
                optionally an array `loss` (steps + 1,). All other arrays of shape
                (steps + 1,) are series.

        Raises:
            SceneError: the file cannot be read, or lacks the array `params`.
        """
        params, losses, series = read_trajectory_npz(path)
        return cls.of(params, losses, str(path), series=series)

    @classmethod
    def of(
        cls,
        params: Numbers,
        loss: Numbers | None = None,
        caller: str = "trajectory",
        *,
        series: Mapping[str, Numbers] | None = None,
    ) -> Trajectory:
        """Create a trajectory from arrays.

        Args:
            params: the path (steps + 1, 2), as (x, y), including the start.
            loss: the losses (steps + 1,). Default: the problem evaluates them. The run
                diverges where the loss is infinite or a parameter is not finite.
            caller: the name of the caller in error messages.
            series: metrics and other logged values by name, each (steps + 1,).

        Raises:
            SceneError: an array has a wrong shape, or the start is not finite.
        """
        try:
            params = np.asarray(params)
            if params.dtype.kind != "f":
                params = params.astype(np.float64, casting="same_kind")
            loss = None if loss is None else np.asarray(loss, np.float64)
        except (TypeError, ValueError) as error:
            raise SceneError(f"{caller}: {error}; give real numbers") from error
        if params.ndim != 2 or params.shape[1] != 2 or len(params) < 2:
            raise SceneError(
                f"{caller}: params has shape {params.shape}; give (steps + 1, 2)"
            )
        if loss is None:
            loss = np.full(len(params), np.nan)
        elif np.shape(loss) != (len(params),):
            raise SceneError(
                f"{caller}: loss has shape {np.shape(loss)}; give ({len(params)},)"
            )
        logged = _checked_series(series or {}, len(params), caller)
        finite = np.isfinite(params).all(axis=1) & ~np.isinf(loss)
        steps = len(params) - 1
        end = steps if finite.all() else int(finite.argmin())
        if not finite[0]:
            raise SceneError(
                f"{caller}: the start {params[0].tolist()}, or its loss, is not "
                "finite; leave such rows out"
            )
        lost = np.arange(steps + 1) >= (steps + 1 if finite.all() else end)
        return cls(
            label="",
            params=np.where(lost[:, None], np.nan, params).astype(params.dtype),
            loss=np.where(lost, np.nan, loss),
            gradient=np.full((steps + 1, 2), np.nan),
            outcome=Outcome(diverged=not finite.all(), step=end),
            lr=np.full((steps + 1, 2), np.nan),
            series={k: np.where(lost, np.nan, values) for k, values in logged.items()},
        )

    def values(self, name: str) -> Numbers:
        """Return a series (steps + 1,) by name; NaN where it was not measured.

        Besides metrics and other logged series, the names are ``"loss"``, ``"lr"`` and
        ``"gradient norm"``, the norm of the gradient that the optimizer gets.
        """
        if name in self.series:
            return self.series[name]
        if name == "loss":
            return self.loss
        if name == "lr":
            return self.lr[:, 0]
        if name == "gradient norm":
            return np.asarray(np.hypot(*self.gradient.T))
        return np.full(len(self.loss), np.nan)

    def padded_to(self, label: str, steps: int) -> Trajectory:
        """Return a copy with a label, cut or padded with NaN to a number of steps."""

        def fitted(values: Numbers) -> Numbers:
            found = np.full((steps + 1, *values.shape[1:]), np.nan, values.dtype)
            found[: len(values)] = values[: steps + 1]
            return found

        outcome = self.outcome
        if outcome.step > steps:
            outcome = Outcome(diverged=False, step=steps)
        return replace(
            self,
            label=label,
            params=fitted(self.params),
            loss=fitted(self.loss),
            gradient=fitted(self.gradient),
            outcome=outcome,
            lr=fitted(self.lr),
            off_plane=None if self.off_plane is None else fitted(self.off_plane),
            series={name: fitted(values) for name, values in self.series.items()},
        )

    def params_at(self, step: float) -> NDArray[np.float64]:
        """Return the drawn parameters (2,) at a step, interpolated between two steps.

        After the end of the run, or its divergence, the last parameters are returned.
        """
        last = max(self.outcome.step - self.outcome.diverged, 0)
        reached = min(int(step), last)
        here, there = self.params[[reached, min(reached + 1, last)]].astype(np.float64)
        return np.asarray(here + min(step - reached, 1.0) * (there - here))


def _checked_series(
    series: Mapping[str, Numbers], length: int, caller: str
) -> dict[str, NDArray[np.float64]]:
    """Return series as arrays (length,) of numbers.

    Raises:
        SceneError: a series has another shape, or is not numeric.
    """
    found = {}
    for name, values in series.items():
        try:
            found[name] = np.asarray(values, np.float64)
        except (TypeError, ValueError) as error:
            raise SceneError(f"{caller}: {name}: {error}; give real numbers") from error
        if found[name].shape != (length,):
            raise SceneError(
                f"{caller}: {name} has shape {found[name].shape}; give ({length},)"
            )
    return found
