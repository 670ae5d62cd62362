"""The loss of a problem on a grid over its two drawn coordinates."""

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
Place = tuple[float, float, float]

MOST_POINTS = 4001
"""Along each axis of a grid; drawing it takes 100 bytes for each place."""
_ROUNDING = 4 * float(np.finfo(np.float32).eps)
"""The relative difference up to which losses count as equal."""


@dataclass(frozen=True, slots=True)
class LossMap:
    """The loss on a grid; `loss[i, j]` is taken at `(x[j], y[i])`."""

    x: NDArray[np.float64]  # (W,)
    y: NDArray[np.float64]  # (H,)
    loss: NDArray[np.float64]  # (H, W)
    minimum: Place
    """x, y and loss of the lowest point, found between the grid's points too."""
    maximum: Place
    """x, y and loss of the highest point."""

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
        """Whether all losses are the same up to rounding, or none is finite."""
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
        problem: what is minimised.
        points: how many points along each axis, the ends of the range included;
            101 are the article's.
        xlim: the range to the right; the problem's if not given.
        ylim: the range upward.
        penalty: λ of ``λ/2 (x² + y²)``, which is added to the loss.
        progress: called with the number of points that were just evaluated.

    Raises:
        SceneError: fewer points than two, or more than memory holds.
    """
    if not hasattr(problem, "losses"):
        raise SceneError(
            f"loss map: {quoted(problem)} is no problem; give one such as "
            "line_fit(MSELoss())"
        )
    check_points(points, "loss map")

    def evaluate(x: Vector, y: Vector) -> NDArray[np.float64]:
        decay = 0.5 * penalty * (np.square(x) + np.square(y)[:, None])
        return np.asarray(losses_on_grid(problem, x, y, progress) + decay)

    x = np.linspace(*(xlim or (problem.x.low, problem.x.high)), points)
    y = np.linspace(*(ylim or (problem.y.low, problem.y.high)), points)
    # Where a point costs an epoch, the grid is not refined.
    rounds = 1 if isinstance(problem, CostlyMap) else 4
    with seeded():
        loss = evaluate(x, y)
        low, high = (_lowest(evaluate, x, y, loss, sign, rounds) for sign in (1, -1))
    return LossMap(x, y, loss, low, high)


def check_points(points: object, caller: str) -> None:
    """Raise `SceneError` unless a grid can have so many points along each axis."""
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
    """Evaluates loss maps, each once; the panels of a scene share one instance."""

    def __init__(
        self,
        cache: Cache = NO_CACHE,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        """Look maps up in a cache, too, and store there what took long.

        Args:
            cache: where they are kept.
            progress: called with the number of points that were just evaluated, of a
                map whose points take long.
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
        # A problem need not be hashable. It is stored, so that its id stays its own.
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
        """Return the loss (M,) at drawn params (M, 2); NaN where unknown."""
        return self._cache.get_or_compute(
            ("path", problem, params),
            lambda: losses_along(problem, params),
            lambda losses: {"loss": losses},
            lambda arrays: np.asarray(arrays["loss"], np.float64),
        )


def _unpacked(arrays: Mapping[str, Any]) -> LossMap:
    """Return the map that `asdict` turned into arrays, by name."""
    low, high = (tuple(arrays[name].tolist()) for name in ("minimum", "maximum"))
    return LossMap(arrays["x"], arrays["y"], arrays["loss"], low, high)


def _lowest(
    evaluate: Callable[[Vector, Vector], NDArray[np.float64]],
    x: Vector,
    y: Vector,
    loss: NDArray[np.float64],
    sign: int,
    rounds: int,
) -> Place:
    """Refine a grid several times around the point where sign · loss is lowest."""
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
