"""The trials of a search: short runs and their scores."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from animator.base.checks import is_number, quoted
from animator.base.errors import RenderWarning, SceneError
from animator.experiments.attempt import RunResult
from animator.experiments.experiment import Experiment
from animator.experiments.hyperparameters import value_of
from animator.experiments.logs import DrawnLog, LossLog
from animator.experiments.runs import run_setting
from animator.experiments.trajectory import Numbers
from animator.problems import Problem

if TYPE_CHECKING:
    from animator.base.cache import Arrays
    from animator.experiments.search import Code
    from animator.experiments.setting import Setting
    from animator.experiments.training import Run
    from animator.problems import ProjectedProblem

ScoreName = Literal["last", "best", "area", "steps"]
SCORES = ("last", "best", "area", "steps")


@dataclass(frozen=True, slots=True)
class Goal:
    """The goal of a search.

    Attributes:
        score: ``"last"`` is the last loss, ``"best"`` the lowest loss, ``"area"`` the
            area under the loss curve by the trapezoidal rule, and ``"steps"`` the
            number of steps until the loss is at most `target`.
        target: the target loss for ``score="steps"``.
        allow_leaving: whether a run that leaves the map can win.

    Raises:
        SceneError: the score is unknown, or `target` does not match `score`.
    """

    score: ScoreName = "last"
    target: float | None = None
    allow_leaving: bool = False

    def __post_init__(self) -> None:
        if self.score not in SCORES:
            raise SceneError(
                f"tune: score is {quoted(self.score)}; give one of {', '.join(SCORES)}"
            )
        if self.target is not None and not is_number(self.target):
            raise SceneError(f"tune: target is {quoted(self.target)}; give a loss")
        if self.score == "steps" and self.target is None:
            raise SceneError("tune: score='steps' needs a loss; give target=0.01, say")
        if self.score != "steps" and self.target is not None:
            raise SceneError(
                f"tune: target is for score='steps', not for {self.score!r}; leave it "
                "out"
            )
        if not isinstance(self.allow_leaving, bool):
            raise SceneError(
                f"tune: allow_leaving is {quoted(self.allow_leaving)}; give True or "
                "False"
            )

    def of(self, loss: Numbers, sign: int) -> float:
        """Return the score of a run that has not diverged; NaN if it misses the target.

        Args:
            loss: the losses (steps + 1,).
            sign: 1, or -1 if the setting maximises the loss.
        """
        match self.score:
            case "last":
                return float(loss[-1])
            case "best":
                return sign * float((sign * loss).min())
            case "area":
                return float(np.trapezoid(loss))
        assert self.target is not None
        reached = sign * loss <= sign * self.target
        return float(reached.argmax()) if reached.any() else math.nan

    def cost(self, loss: Numbers, sign: int) -> float:
        """Return the cost, which the search minimises.

        A run that misses the target costs more than any run that reaches it. Its cost
        increases with the distance of its best loss from the target.
        """
        score = self.of(loss, sign)
        if self.target is None:
            return sign * score
        if not math.isnan(score):
            return score
        gap = float((sign * (loss - self.target)).min())
        return len(loss) + gap / (1 + gap)


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One run of a search.

    Attributes:
        values: the hyperparameters by name.
        loss: the losses (steps + 1,); NaN after a divergence.
        diverged: whether the loss became infinite or NaN.
        left: whether the path left the map.
        score: the score; NaN if the run diverged or missed the target.
        cost: the cost; infinite if the run failed.
    """

    values: Mapping[str, Any]
    loss: Numbers  # (steps + 1,)
    diverged: bool
    left: bool
    score: float
    cost: float


def score_run(ran: TrialRun, values: Mapping[str, Any], goal: Goal, sign: int) -> Trial:
    """Return a run as a trial with its score.

    Args:
        ran: the run.
        values: the hyperparameters of the run.
        goal: the goal of the search.
        sign: 1, or -1 if the setting maximises the loss.
    """
    if ran.diverged:
        return Trial(values, ran.loss, True, ran.left, math.nan, math.inf)
    score, cost = goal.of(ran.loss, sign), goal.cost(ran.loss, sign)
    lost = ran.left and not goal.allow_leaving
    return Trial(values, ran.loss, False, ran.left, score, math.inf if lost else cost)


def best_of(trials: Sequence[Trial]) -> int:
    """Return the index of the trial with the lowest cost; of equals, the first."""
    return min(range(len(trials)), key=lambda index: (trials[index].cost, index))


@dataclass(frozen=True, slots=True, eq=False)
class TrialRun:
    """The result of a run: its losses, and whether it diverged or left the map."""

    loss: Numbers  # (steps + 1,)
    diverged: bool
    left: bool


def loss_sign(setting: Setting) -> int:
    """Return -1 if a setting maximises the loss, otherwise 1."""
    return -1 if value_of(setting, "maximize") else 1


def run_trial(
    problem: Problem | ProjectedProblem,
    setting: Setting,
    steps: int,
    label: str,
    caller: str,
    progress: Callable[[str, int], None] | None,
) -> TrialRun:
    """Run a setting, and return its losses; the median over several seeds.

    If the run of one seed diverges or leaves the map, the trial does so.
    Warnings of torch are suppressed; recording the winner repeats them.

    Raises:
        SceneError: the problem or the optimizer fails; the message gives the step.
    """
    experiment = Experiment(problem, {label: setting}, steps, name=caller)

    def make_log(run: Run) -> DrawnLog:
        assert isinstance(problem, Problem)
        return DrawnLog(run.model, run.optimizers, problem, steps)

    losses, diverged, left = [], False, False
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RenderWarning)
        for member in setting.members:
            if isinstance(problem, Problem):
                drawn = run_setting(
                    experiment, label, steps, make_log, progress, member
                )
                left |= _leaves(problem, drawn.log.params)
                result: RunResult[Any] = drawn
            else:
                result = run_setting(
                    experiment, label, steps, _no_log, progress, member
                )
            losses.append(result.losses)
            diverged |= result.outcome.diverged
    return TrialRun(np.median(losses, axis=0), diverged, left)


def _no_log(run: Run) -> LossLog:
    return LossLog()


def _leaves(problem: Problem, params: Numbers) -> bool:
    """Return whether a path (steps + 1, 2) leaves the map, ignoring NaN."""
    low, high = np.array([(c.low, c.high) for c in (problem.x, problem.y)]).T
    return bool(((params < low) | (params > high)).any())


def pack_trials(ran: Mapping[Code, TrialRun]) -> Arrays:
    """Convert the runs of trials to arrays by name."""
    return {
        "codes": np.array(list(ran)),
        "losses": np.array([run.loss for run in ran.values()]),
        "diverged": [run.diverged for run in ran.values()],
        "left": [run.left for run in ran.values()],
    }


def unpack_trials(arrays: Arrays) -> dict[Code, TrialRun]:
    """Return the runs that `pack_trials` pack_trials."""
    rows = zip(
        arrays["codes"].tolist(),
        arrays["losses"],
        arrays["diverged"].tolist(),
        arrays["left"].tolist(),
        strict=True,
    )
    return {
        tuple(code): TrialRun(loss, diverged, left)
        for code, loss, diverged, left in rows
    }
