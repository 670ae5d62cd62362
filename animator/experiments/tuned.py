"""Settings whose hyperparameters are searched for when they are needed."""

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
    Ran,
    Trial,
    best_of,
    climbing,
    judged,
    packed,
    run_trial,
    unpacked,
)
from animator.problems import Measured

if TYPE_CHECKING:
    from animator.experiments.search import Code
    from animator.experiments.setting import StepCallback
    from animator.problems import Problem, ProjectedProblem


@dataclass(frozen=True, slots=True, eq=False)
class Search:
    """A setting, and the hyperparameters of it that are searched."""

    setting: Setting
    space: Space

    def with_values(self, values: Mapping[str, Any]) -> Setting:
        """Return the setting with some values."""
        setting = self.setting
        for name, value in values.items():
            setting = with_value(setting, name, value)
        return setting

    def first(self) -> Setting:
        """Return the setting with the first or lowest value of each."""
        values = self.space.items()
        return self.with_values(
            {n: v.low if isinstance(v, LogRange) else v[0] for n, v in values}
        )


@dataclass(frozen=True, slots=True)
class Budget:
    """What each setting of a search has: trials, their steps, what counts, a seed."""

    steps: int
    trials: int
    goal: Goal
    seed: int


class Tuned(Deferred):
    """Settings whose hyperparameters are searched for when they are needed.

    So importing a scene trains nothing. An experiment searches with the cache that is
    in use, and access as a dict with the user's own cache.

    Attributes:
        problem: what is minimised.
        searches: the setting of each label, and what is searched.
        budget: steps and trials of each, what counts, and the seed.
    """

    def __init__(
        self,
        problem: Problem | ProjectedProblem,
        searches: Mapping[str, Search],
        budget: Budget,
        caller: str,
    ) -> None:
        """Store what is to be tuned, and build the first trial of each."""
        # What counts is the loss; the metrics are measured when the winner is recorded.
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
        """The trials of each setting, by the label that was given."""
        if self._trials is None:
            self.resolve(Cache())
        assert self._trials is not None
        return self._trials

    @property
    def training_steps(self) -> int:
        """How many times at most the search calls its `progress`."""
        runs = (
            len(grid(search.space, self.budget.trials) or range(self.budget.trials))
            * len(search.setting.members)
            for search in self.searches.values()
        )
        return sum(runs) * (self.budget.steps + 1)

    def chosen(self, label: str) -> Trial:
        """Return the trial that won."""
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
        """Return the settings with their best values, by labels that name them.

        Args:
            cache: where the trials are kept.
            progress: called with the label and each step of a trial.

        Raises:
            SceneError: an optimizer refuses a value, or all trials of one lose.
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
        """Return the trials of a setting, from the cache if they are there."""
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
            packed,
            unpacked,
            share=1 / len(self.searches),
        )
        return tuple(self._judged(search, code, run) for code, run in ran.items())

    def _judged(self, search: Search, code: Code, run: Ran) -> Trial:
        values = decoded(search.space, code)
        sign = climbing(search.with_values(values))
        return judged(run, values, self.budget.goal, sign)

    def _run(self, label: str, progress: StepCallback | None) -> dict[Code, Ran]:
        """Run the trials of a setting; one that is proposed again is not run again."""
        search, budget = self.searches[label], self.budget
        ran: dict[Code, Ran] = {}
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
            cost = self._judged(search, code, ran[code]).cost
            try:
                code = source.send(cost)
            except StopIteration:
                code = None
        return ran
