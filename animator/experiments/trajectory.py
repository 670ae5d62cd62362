"""What one setting did, recorded here or elsewhere."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from animator.base.errors import SceneError
from animator.base.quoting import described
from animator.experiments.path_files import read_csv, read_npz

if TYPE_CHECKING:
    from animator.experiments.details import Details

Numbers = NDArray[np.floating]


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run ended: on `step`, which is the last one unless it diverged."""

    diverged: bool
    step: int


@dataclass(frozen=True, slots=True, eq=False)
class Trajectory:
    """What one setting did; arrays are in the model's own dtype.

    `loss[k]` and `gradient[k]` are taken at `params[k]`, the last one included.
    After the step of a divergence everything is NaN.

    A trajectory that was recorded elsewhere can be one of an experiment's settings; the
    values that it lacks are NaN.
    """

    label: str
    params: Numbers  # (steps + 1, 2), the drawn ones, as (x, y)
    loss: Numbers  # (steps + 1,), over all points
    gradient: Numbers  # (steps + 1, 2), as the optimizer gets it; NaN on a plane
    outcome: Outcome
    lr: Numbers  # (steps + 1, 2), of the drawn ones; NaN if there is none
    off_plane: Numbers | None = None  # (steps + 1,), of a network's weights
    setting: int = 0
    """The index of its setting in the experiment, which chooses its colour."""
    seed: int | None = None
    """Of its random numbers; None if it was recorded elsewhere."""
    series: Mapping[str, Numbers] = field(default_factory=dict)
    """Metrics and what else was logged, each (steps + 1,); NaN where it was not."""
    details: Details | None = None
    """All weights and more, if a panel needs them."""

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
        """Read a trajectory from a table, a row a step, the start first.

        Args:
            path: of the CSV file, relative to the scene's file or to the working
                directory.
            x: the column of the coordinate that is drawn to the right.
            y: the column of the coordinate that is drawn upward.
            loss: the column of the loss; without it, the problem evaluates the loss.
            series: the columns of other series, such as ``["accuracy"]``; an empty
                field means that it was not measured at that step.
            rows: which rows to read, if not all, by the values of other columns: of a
                table that ``animate --trajectories`` has written, for example
                ``optimizer="plain", problem="MSELoss", seed=0``.

        Raises:
            SceneError: the file cannot be read, has no such columns or rows, or has
                several trajectories in these rows.
        """
        numbers, losses, logged = read_csv(path, (x, y), loss, series, rows)
        return cls.of(numbers, losses, str(path), series=logged)

    @classmethod
    def from_npz(cls, path: str | Path) -> Trajectory:
        """Read a trajectory from NumPy's ``.npz`` file.

        Args:
            path: of the file; its array `params` is (steps + 1, 2), and `loss`, if it
                has one, (steps + 1,). All other arrays of this shape are series.

        Raises:
            SceneError: the file cannot be read, or has no such arrays.
        """
        params, losses, series = read_npz(path)
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
        """Make a trajectory of numbers.

        Args:
            params: (steps + 1, 2), as (x, y), the start first.
            loss: (steps + 1,); if not given, the problem evaluates it. Where it is
                infinite, or a parameter is not finite, the run has diverged.
            caller: what to name in an error.
            series: metrics and what else was logged, each (steps + 1,), by name.

        Raises:
            SceneError: the arrays have other shapes.
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
                f"{caller}: params of the shape {params.shape}; give (steps + 1, 2)"
            )
        if loss is None:
            loss = np.full(len(params), np.nan)
        elif np.shape(loss) != (len(params),):
            raise SceneError(
                f"{caller}: loss of the shape {np.shape(loss)}; give ({len(params)},)"
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

        Besides metrics and what else was logged, these are ``"loss"``, ``"lr"`` and
        ``"gradient norm"``, that of the gradient which the optimizer gets.
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
        """Return it with a label, cut or padded with NaN to a number of steps."""

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
        """Return the drawn parameters (2,) at a step, or between two.

        After the end of the run, or its divergence, they stay where they were last.
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
        SceneError: one has another shape, or holds something else.
    """
    found = {}
    for name, values in series.items():
        try:
            found[name] = np.asarray(values, np.float64)
        except (TypeError, ValueError) as error:
            raise SceneError(f"{caller}: {name}: {error}; give real numbers") from error
        if found[name].shape != (length,):
            raise SceneError(
                f"{caller}: {name} of the shape {found[name].shape}; give ({length},)"
            )
    return found
