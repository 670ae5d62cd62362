"""Settings whose hyperparameters are searched when they are first needed."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from animator.base.cache import Cache
from animator.base.errors import SceneError
from animator.experiments.deferred import Deferred
from animator.experiments.experiment import Experiment
from animator.experiments.hyperparameters import with_value
from animator.experiments.search import LogRange, Space, decoded, grid, named, proposals
from animator.experiments.setting import Setting
from animator.experiments.trial_checks import check_trials
from animator.experiments.trials import (
    Goal,
    Trial,
    TrialRun,
    best_of,
    loss_sign,
    pack_trials,
    run_trial,
    score_run,
    unpack_trials,
)
from animator.problems import Measured

if TYPE_CHECKING:
    from animator.experiments.search import Code
    from animator.experiments.setting import StepCallback
    from animator.problems import Problem, ProjectedProblem


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """A setting and the search space of its hyperparameters."""

    setting: Setting
    space: Space

    def with_values(self, values: Mapping[str, Any]) -> Setting:
        """Return the setting with new values of hyperparameters."""
        setting = self.setting
        for name, value in values.items():
            setting = with_value(setting, name, value)
        return setting

    def first(self) -> Setting:
        """Return the setting with the first or lowest value of each hyperparameter."""
        values = self.space.items()
        return self.with_values(
            {n: v.low if isinstance(v, LogRange) else v[0] for n, v in values}
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """The budget of each setting in a search: trials and steps, goal and seed."""

    steps: int
    trials: int
    goal: Goal
    seed: int


class Tuned(Deferred):
    """Settings whose hyperparameters are searched when they are first needed.

    Importing a scene therefore trains nothing. An experiment searches with the cache of
    the rendering; access as a mapping uses the user's default cache.

    Attributes:
        problem: the problem.
        searches: the setting and its search space, by label.
        budget: the steps, trials, goal and seed of each search.
    """

    def __init__(
        self,
        problem: Problem | ProjectedProblem,
        searches: Mapping[str, Search],
        budget: Budget,
        caller: str,
    ) -> None:
        """Store the searches, and check that the first trial of each can be built."""
        # The search only needs the loss; recording the winner measures the metrics.
        self.problem: Problem | ProjectedProblem = (
            problem.without_metrics() if isinstance(problem, Measured) else problem
        )
        self.searches = searches
        self.budget = budget
        self._caller = caller
        self._trials: dict[str, tuple[Trial, ...]] | None = None
        for label, search in searches.items():
            try:
                setting = search.first()
            except SceneError as error:
                raise SceneError(f"{caller}: setting {label!r}: {error}") from error
            Experiment(problem, {label: setting}, budget.steps, name=caller)

    def __repr__(self) -> str:
        return (
            f"<{self._caller}: {', '.join(self.searches)}; each {self.budget_text}, "
            f"score {self.budget.goal.score!r}>"
        )

    def __getitem__(self, label: str) -> Setting:
        return self.resolve(Cache())[label]

    def __iter__(self) -> Iterator[str]:
        return iter(self.resolve(Cache()))

    def __len__(self) -> int:
        return len(self.searches)

    @property
    def trials(self) -> Mapping[str, tuple[Trial, ...]]:
        """The trials of each setting, by its original label."""
        if self._trials is None:
            self.resolve(Cache())
        assert self._trials is not None
        return self._trials

    @property
    def training_steps(self) -> int:
        """The maximum number of calls of `progress` during the search."""
        runs = (
            len(grid(search.space, self.budget.trials) or range(self.budget.trials))
            * len(search.setting.members)
            for search in self.searches.values()
        )
        return sum(runs) * (self.budget.steps + 1)

    def chosen(self, label: str) -> Trial:
        """Return the winning trial of a setting."""
        trials = self.trials[label]
        return trials[best_of(trials)]

    @property
    def budget_text(self) -> str:
        """The budget in words, with the seed."""
        each = self.budget
        return f"{each.trials} trials of {each.steps} steps, seed {each.seed}"

    def varied(self, searches: Mapping[str, Search]) -> Tuned:
        """Return the same search for other settings."""
        return Tuned(self.problem, searches, self.budget, self._caller)

    def resolve(
        self, cache: Cache, progress: StepCallback | None = None
    ) -> dict[str, Setting]:
        """Return the settings with their best values; the new labels name the values.

        Args:
            cache: the cache of the trials.
            progress: called with the label and each step of a trial.

        Raises:
            SceneError: an optimizer refuses a value, or all trials of a setting fail.
        """
        if self._trials is None:
            trials = {
                label: self._search(label, cache, progress) for label in self.searches
            }
            for label, tried in trials.items():
                space, goal = self.searches[label].space, self.budget.goal
                check_trials(self._caller, label, tried, space, goal)
            self._trials = trials
        return {
            ", ".join([label, *named(self.chosen(label).values)]): search.with_values(
                self.chosen(label).values
            )
            for label, search in self.searches.items()
        }

    def _search(
        self, label: str, cache: Cache, progress: StepCallback | None
    ) -> tuple[Trial, ...]:
        """Return the trials of a setting, from the cache if possible."""
        search, budget = self.searches[label], self.budget
        is_grid = grid(search.space, budget.trials) is not None
        sampler = () if is_grid else (budget, importlib.metadata.version("optuna"))
        key = (
            "tune", self.problem, search.setting, dict(search.space), budget.steps,
            budget.trials, sampler,
        )  # fmt: skip
        ran = cache.get_or_compute(
            key,
            lambda: self._run(label, progress),
            pack_trials,
            unpack_trials,
            share=1 / len(self.searches),
        )
        return tuple(self._score(search, code, run) for code, run in ran.items())

    def _score(self, search: Search, code: Code, run: TrialRun) -> Trial:
        values = decoded(search.space, code)
        sign = loss_sign(search.with_values(values))
        return score_run(run, values, self.budget.goal, sign)

    def _run(self, label: str, progress: StepCallback | None) -> dict[Code, TrialRun]:
        """Run the trials of a setting; a repeated proposal is not run again."""
        search, budget = self.searches[label], self.budget
        ran: dict[Code, TrialRun] = {}
        source = proposals(search.space, budget.trials, budget.seed)
        code = next(source, None)
        while code is not None:
            if code not in ran:
                values = decoded(search.space, code)
                ran[code] = run_trial(
                    self.problem,
                    search.with_values(values),
                    budget.steps,
                    ", ".join([label, *named(values)]),
                    self._caller,
                    progress,
                )
            cost = self._score(search, code, ran[code]).cost
            try:
                code = source.send(cost)
            except StopIteration:
                code = None
        return ran
