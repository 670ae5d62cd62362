"""Loss maps: the loss of a problem on a grid of its two drawn coordinates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from animator.base.cache import NO_CACHE, Cache
from animator.base.checks import is_integer, quoted
from animator.base.errors import SceneError
from animator.base.quoting import described
from animator.base.seeding import seeded
from animator.experiments.losses import losses_along, losses_on_grid
from animator.problems import CostlyMap, Problem

Vector = NDArray[np.float64]
GridPoint = tuple[float, float, float]
"""x, y and loss of a point."""

MOST_POINTS = 4001
"""The maximum points along each axis; drawing takes 100 bytes per grid point."""
_ROUNDING = 4 * float(np.finfo(np.float32).eps)
"""The maximum relative difference of losses that count as equal."""


@dataclass(frozen=True, slots=True)
class LossMap:
    """The loss on a grid; `loss[i, j]` is the loss at `(x[j], y[i])`.

    Attributes:
        x: the coordinates along the x axis (W,).
        y: the coordinates along the y axis (H,).
        loss: the losses (H, W).
        minimum: x, y and loss of the lowest point, refined between grid points.
        maximum: x, y and loss of the highest point, refined between grid points.
    """

    x: NDArray[np.float64]  # (W,)
    y: NDArray[np.float64]  # (H,)
    loss: NDArray[np.float64]  # (H, W)
    minimum: GridPoint
    maximum: GridPoint

    def __repr__(self) -> str:
        height, width = self.loss.shape
        x, y, loss = self.minimum
        return described(
            self,
            f"of {width} × {height} points",
            f"lowest {loss:.4g} at ({x:.4g}, {y:.4g})",
        )

    @property
    def is_flat(self) -> bool:
        """Whether all losses are equal up to rounding, or none is finite."""
        finite = self.loss[np.isfinite(self.loss)]
        if not len(finite):
            return True
        return bool(np.ptp(finite) <= _ROUNDING * np.abs(finite).max())


def loss_map(
    problem: Problem,
    points: int = 101,
    *,
    xlim: tuple[float, float] | None = None,
    ylim: tuple[float, float] | None = None,
    penalty: float = 0.0,
    progress: Callable[[int], None] | None = None,
) -> LossMap:
    """Evaluate a problem's loss on a grid.

    Args:
        problem: the problem.
        points: the number of points along each axis, including the ends of the range.
        xlim: the range of x, as (low, high). Default: the problem's.
        ylim: the range of y, as (low, high). Default: the problem's.
        penalty: the weight λ of ``λ/2 (x² + y²)``, which is added to the loss.
        progress: called with the number of newly evaluated points.

    Returns:
        The map, of shape (points, points).

    Raises:
        SceneError: `problem` is not a problem, or `points` is less than 2 or too large
            for memory.
    """
    if not hasattr(problem, "losses"):
        raise SceneError(
            f"loss map: {quoted(problem)} is not a problem; give one such as "
            "line_fit(MSELoss())"
        )
    check_points(points, "loss map")

    def evaluate(x: Vector, y: Vector) -> NDArray[np.float64]:
        decay = 0.5 * penalty * (np.square(x) + np.square(y)[:, None])
        return np.asarray(losses_on_grid(problem, x, y, progress) + decay)

    x = np.linspace(*(xlim or (problem.x.low, problem.x.high)), points)
    y = np.linspace(*(ylim or (problem.y.low, problem.y.high)), points)
    # If each point costs one pass over the data, the grid is not refined.
    rounds = 1 if isinstance(problem, CostlyMap) else 4
    with seeded():
        loss = evaluate(x, y)
        low, high = (_lowest(evaluate, x, y, loss, sign, rounds) for sign in (1, -1))
    return LossMap(x, y, loss, low, high)


def check_points(points: object, caller: str) -> None:
    """Raise `SceneError` unless `points` is a valid number of points along an axis."""
    if is_integer(points, 2, MOST_POINTS):
        return
    wanted = ""
    if isinstance(points, int) and points > MOST_POINTS:
        wanted = f", which takes {100 * points**2 / 1e9:,.0f} GB of memory"
    raise SceneError(
        f"{caller}: points is {points!r}{wanted}; "
        f"give a whole number, 2 to {MOST_POINTS}"
    )


class LossMaps:
    """Evaluates loss maps and reuses them; the panels of a scene share one instance."""

    def __init__(
        self,
        cache: Cache = NO_CACHE,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Use a cache on disk for slow maps.

        Args:
            cache: the cache.
            progress: called with the number of newly evaluated points of a slow map.
        """
        self._cache = cache
        self._progress = progress
        self._maps: dict[tuple[Any, ...], tuple[Problem, LossMap]] = {}

    def evaluate(
        self,
        problem: Problem,
        points: int,
        *,
        xlim: tuple[float, float] | None = None,
        ylim: tuple[float, float] | None = None,
        penalty: float = 0.0,
    ) -> LossMap:
        """Return a problem's loss on a grid; the arguments are those of `loss_map`."""
        # A problem need not be hashable. Storing it keeps its id unique.
        options: dict[str, Any] = {
            "points": points,
            "xlim": tuple(xlim) if xlim else None,
            "ylim": tuple(ylim) if ylim else None,
            "penalty": penalty,
        }
        name = (id(problem), *options.values())
        if name not in self._maps:
            progress = self._progress if isinstance(problem, CostlyMap) else None
            result = self._cache.get_or_compute(
                ("map", problem, options),
                lambda: loss_map(problem, **options, progress=progress),
                asdict,
                _unpacked,
            )
            self._maps[name] = problem, result
        return self._maps[name][1]

    def evaluate_path(
        self, problem: Problem, params: NDArray[np.floating]
    ) -> NDArray[np.float64]:
        """Return the loss (M,) at drawn params (M, 2); NaN where not finite."""
        return self._cache.get_or_compute(
            ("path", problem, params),
            lambda: losses_along(problem, params),
            lambda losses: {"loss": losses},
            lambda arrays: np.asarray(arrays["loss"], np.float64),
        )


def _unpacked(arrays: Mapping[str, Any]) -> LossMap:
    """Return the map that `asdict` converted to arrays by name."""
    low, high = (tuple(arrays[name].tolist()) for name in ("minimum", "maximum"))
    return LossMap(arrays["x"], arrays["y"], arrays["loss"], low, high)


def _lowest(
    evaluate: Callable[[Vector, Vector], NDArray[np.float64]],
    x: Vector,
    y: Vector,
    loss: NDArray[np.float64],
    sign: int,
    rounds: int,
) -> GridPoint:
    """Find the minimum of sign · loss by repeatedly refining the grid around it."""
    best = (float("nan"),) * 3
    for number in range(rounds):
        if not np.isfinite(loss).any():
            break
        height = np.where(np.isfinite(loss), sign * loss, np.inf)
        i, j = divmod(int(np.argmin(height)), len(x))
        best = (float(x[j]), float(y[i]), float(loss[i, j]))
        if number == rounds - 1:
            break
        x = np.linspace(x[max(j - 1, 0)], x[min(j + 1, len(x) - 1)], 21)
        y = np.linspace(y[max(i - 1, 0)], y[min(i + 1, len(y) - 1)], 21)
        loss = evaluate(x, y)
    return best
