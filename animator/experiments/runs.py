"""Runs one setting of an experiment, and repeats the run with another step style."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from animator.base.errors import RenderWarning, SceneError
from animator.experiments.attempt import Attempt, Log, RunResult
from animator.experiments.details import NOTHING, Needs
from animator.experiments.setting import Setting, setting_of
from animator.experiments.stepstyle import StepStyle
from animator.experiments.training import Run

if TYPE_CHECKING:
    from animator.experiments.experiment import Experiment
    from animator.experiments.recording import StepCallback


_IGNORED_WARNINGS = ("create_graph=True", "Lazy modules are")
"""Beginnings of torch warnings that this package causes, not the scene."""


def run_setting(
    experiment: Experiment,
    label: str,
    steps: int,
    make_log: Callable[[Run], Log],
    progress: StepCallback | None,
    setting: Setting | None = None,
    needs: Needs = NOTHING,
) -> RunResult[Log]:
    """Run a setting with the style of steps that its optimizer needs.

    If an optimizer turns out to need a closure, or the graph of the gradient, the run
    starts again with it.

    Args:
        experiment: the experiment of the setting.
        label: the label of the setting.
        steps: the number of steps.
        make_log: creates the log of the run.
        progress: called with each step and the label, which includes the seed if there
            are several.
        setting: the setting with one of its seeds. Default: the setting of the label.
        needs: the additional data to log.

    Raises:
        SceneError: the problem or the optimizer fails; the message gives the step.
    """
    given: Any = experiment.settings[label]
    setting = setting_of(given) if setting is None else setting
    several = isinstance(given, Setting) and given.seeds is not None
    name = f"{label}, seed {setting.seed}" if several else label
    metrics = experiment.measured()
    style: StepStyle | None = None
    at = 0

    def count(step: int) -> None:
        nonlocal at
        at = step
        if progress is not None:
            progress(name, step)

    while True:
        attempt = Attempt(experiment.problem, setting, style, metrics)
        try:
            with _one_warning_each(f"{experiment}: {label!r}"):
                return attempt.run(steps, make_log, count, needs)
        except Exception as error:
            ours = isinstance(error, SceneError)
            style = None if ours else attempt.better_style(error)
            if style is None:
                raise SceneError(
                    f"{experiment}: recording {name!r} failed at step {at}: "
                    f"{attempt.explain(error)}"
                ) from error


@contextmanager
def _one_warning_each(where: str) -> Iterator[None]:
    """Repeat each distinct warning of the body once, as one line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for text in dict.fromkeys(str(warning.message) for warning in caught):
        if not any(known in text for known in _IGNORED_WARNINGS):
            warnings.warn(
                f"{where}: {' '.join(text.split())}", RenderWarning, stacklevel=4
            )
