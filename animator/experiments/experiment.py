"""The description of an experiment: a problem, labelled settings, and steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from animator.base.cache import NO_CACHE, Cache
from animator.base.callers import Place, made_here
from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.base.quoting import described
from animator.experiments.deferred import Deferred
from animator.experiments.experiment_checks import check_steps, problem_fix
from animator.experiments.own_loop import Recorder
from animator.experiments.setting import Setting, setting_of
from animator.experiments.setting_checks import check_setting
from animator.experiments.starts import check_place, check_resolution
from animator.experiments.trajectory import Trajectory
from animator.problems import (
    Measured,
    Network,
    Problem,
    ProjectedProblem,
)
from animator.problems.metrics import bind_metrics, points_of, validation_metrics

if TYPE_CHECKING:
    from animator.experiments.setting import MakeOptimizer, StepCallback
    from animator.problems.metrics import Metric


DEFAULT_STEPS = 100
"""The default number of steps."""

Member = Setting | Trajectory | Recorder
"""A single run: a setting with one seed, or a run that was recorded elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """One problem, several optimizer settings, and a number of steps.

    Attributes:
        problem: the problem to minimise.
        settings: by label, functions that make an optimizer from parameters, such as
            ``{"momentum 0.9": partial(SGD, lr=0.1, momentum=0.9)}``; or a `Setting`,
            with further options; or a `Trajectory` or `Recorder` of a run elsewhere.
        steps: the number of steps of each setting. Default: that of the longest
            `Recorder` or `Trajectory` among the settings, or 100.
        name: the name in error messages and tables.
        metrics: functions by name, such as ``{"norm": f}``, whose values are logged
            besides the problem's metrics. Each is called as ``f(model)`` or, if the
            problem has data, as ``f(outputs, labels)`` or ``f(model, inputs, labels)``;
            see `bind_metrics`. Metrics are computed over all data, and over validation
            data if there are any, in evaluation mode. They do not affect the training.
        every: the interval of these metrics, in steps; the last step is included.

    Raises:
        SceneError: there are no settings, an optimizer raises an error, `steps` is less
            than 1, or the start is outside the map.
    """

    problem: Problem | ProjectedProblem
    settings: Mapping[str, Setting | MakeOptimizer | Trajectory | Recorder]
    steps: int | None = None
    name: str = ""
    metrics: Mapping[str, Callable[..., Any]] = field(default_factory=dict)
    every: int = 1
    made_at: Place | None = made_here()

    def __post_init__(self) -> None:
        if not isinstance(self.problem, Problem | ProjectedProblem) or isinstance(
            self.problem, type
        ):
            raise SceneError(
                f"{self}: {quoted(self.problem)} is not a problem; "
                f"{problem_fix(self.problem)}"
            )
        if not isinstance(self.settings, Mapping) or not self.settings:
            raise SceneError(
                f"{self}: settings are {quoted(self.settings)}; give a dict of labels "
                'and optimizers, such as {"plain": partial(SGD, lr=0.1)}'
            )
        if self.steps is not None:
            check_steps(self.steps, str(self), len(self.settings))
        if isinstance(self.problem, Problem):
            self._check_start(self.problem)
        self._check_names(self.measured())
        if isinstance(self.settings, Deferred):
            return  # checked when they are resolved
        for label, setting in self.settings.items():
            check_setting(str(self), self.problem, label, setting)
        if self.steps is not None:
            check_steps(self.steps, str(self), self.count_runs(), what="runs")

    def __str__(self) -> str:
        name = self.name or getattr(self.problem, "name", "")
        return f"experiment {name!r}" if name else "experiment"

    def __repr__(self) -> str:
        known = not isinstance(self.settings, Deferred)
        labels = f" {quoted(list(self.settings))}" if known else " that are tuned"
        shown = f"settings{labels}"
        if len(shown) > 68:
            shown = f"{len(self.settings)} settings"
        name = repr(self.name or getattr(self.problem, "name", ""))
        steps = self.steps or "as many as logged, or 100"
        return described(self, name, shown, f"steps {steps}")

    def tuned(
        self, cache: Cache = NO_CACHE, progress: StepCallback | None = None
    ) -> Experiment:
        """Return the experiment with tuned settings, if it uses `tune` or `tune_lr`.

        Args:
            cache: the cache of the trials.
            progress: called with the label and each step of a trial.
        """
        if isinstance(self.settings, Deferred):
            return replace(self, settings=self.settings.resolve(cache, progress))
        return self

    def count_runs(self) -> int:
        """Return the number of runs, over all settings and seeds."""
        if isinstance(self.settings, Deferred):
            return len(self.settings)
        return sum(len(members) for _, members in self.members())

    def members(self) -> Iterator[tuple[str, Sequence[Member]]]:
        """Yield each label with its runs, one for each seed."""
        for label, setting in self.settings.items():
            if isinstance(setting, Setting):
                yield label, setting.members
            elif isinstance(setting, Recorder | Trajectory):
                yield label, [setting]
            else:
                yield label, [setting_of(setting)]

    def measured(self) -> tuple[Metric, ...]:
        """Return the metrics of the problem and of the experiment.

        Raises:
            SceneError: a metric cannot be called, or two have the same name.
        """
        points: Any = points_of(self.problem)
        evaluation = None
        if isinstance(self.problem, Network):
            evaluation = self.problem.evaluation
            points = evaluation.points
        own = bind_metrics(str(self), self.metrics, self.every, points, evaluation)
        if not isinstance(self.problem, Measured):
            return own
        held_out = self.problem.validation
        if held_out is not None:
            own += tuple(validation_metrics(own, held_out))
        return (*self.problem.metrics, *own)

    @property
    def axis_names(self) -> tuple[str, str]:
        """The labels of the axes; empty strings for those of a plane."""
        if isinstance(self.problem, Problem):
            return self.problem.x.label, self.problem.y.label
        return self.problem.names if isinstance(self.problem, Network) else ("", "")

    def series_names(self) -> list[str]:
        """Return the names of all series that the settings may have."""
        names = ["loss", "lr", "gradient norm"]
        names += [metric.name for metric in self.measured()]
        if not isinstance(self.settings, Deferred):
            for setting in self.settings.values():
                if isinstance(setting, Recorder | Trajectory):
                    names += setting.series
        return list(dict.fromkeys(names))

    def _check_names(self, metrics: Sequence[Metric]) -> None:
        names = [metric.name for metric in metrics]
        for name in names:
            if names.count(name) > 1:
                raise SceneError(
                    f"{self}: two metrics are named {name!r}; give one another name"
                )

    def count_steps(self, steps: int | None = None) -> int:
        """Return the number of steps to record.

        If all settings were recorded elsewhere, the longest of them is the limit.

        Args:
            steps: the requested number; None for the experiment's own.
        """
        logged = [
            setting.steps if isinstance(setting, Recorder) else len(setting.loss) - 1
            for setting in self.settings.values()
            if isinstance(setting, Recorder | Trajectory)
        ]
        wanted = steps or self.steps or max(logged, default=DEFAULT_STEPS)
        if logged and len(logged) == len(self.settings):
            return max(1, min(wanted, max(logged)))
        return wanted

    def _check_start(self, problem: Problem) -> None:
        try:
            numbers = [float(value) for value in problem.start]
        except (TypeError, ValueError):
            numbers = []
        if len(numbers) != 2 or any(isinstance(v, bool) for v in problem.start):
            raise SceneError(
                f"{self}: start is {problem.start!r}; give two numbers, "
                f"{problem.x.name} and {problem.y.name}"
            )
        try:
            check_place(problem, numbers)
            check_resolution(problem)
        except SceneError as error:
            raise SceneError(f"{self}: {error}") from None


def check_experiment(panel: str, experiment: object) -> None:
    """Raise `SceneError` unless a panel was given an experiment."""
    if not isinstance(experiment, Experiment):
        fix = "give an Experiment(...)"
        if isinstance(experiment, list | tuple):
            fix = "give each Experiment its own panel"
        if isinstance(experiment, Problem | ProjectedProblem):
            fix = 'give Experiment(problem, {"plain": partial(SGD, lr=0.1)})'
        raise SceneError(f"{panel}: {quoted(experiment)} is not an experiment; {fix}")


def experiments_of(given: Any) -> tuple[Experiment, ...]:
    """Return one or several given experiments as a tuple."""
    return tuple(given) if isinstance(given, list | tuple) else (given,)


def check_experiments(panel: str, given: object) -> None:
    """Raise `SceneError` unless a panel was given one or several experiments."""
    if isinstance(given, Experiment):
        return
    if isinstance(given, Problem | ProjectedProblem):
        check_experiment(panel, given)
    if not isinstance(given, list | tuple) or not given:
        raise SceneError(
            f"{panel}: {quoted(given)} is not an experiment; give an Experiment(...), "
            "or a list of them"
        )
    for experiment in given:
        check_experiment(panel, experiment)
    if len(set(given)) < len(given):
        raise SceneError(f"{panel}: an experiment is given twice; give each once")
