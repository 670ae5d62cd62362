"""Runs one setting of an experiment from the start of its problem to the end."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from animator.base.errors import RenderWarning, SceneError
from animator.experiments.attempt import Attempt, Ended, Log
from animator.experiments.details import NOTHING, Needs
from animator.experiments.setting import Setting, setting_of
from animator.experiments.stepstyle import StepStyle
from animator.experiments.training import Run

if TYPE_CHECKING:
    from animator.experiments.experiment import Experiment
    from animator.experiments.recording import StepCallback


_OUR_DOING = ("create_graph=True", "Lazy modules are")
"""What torch warns of because of what we do, not because of what the scene says."""


def run_setting(
    experiment: Experiment,
    label: str,
    steps: int,
    make_log: Callable[[Run], Log],
    progress: StepCallback | None,
    setting: Setting | None = None,
    needs: Needs = NOTHING,
) -> Ended[Log]:
    """Run a setting, with the style of steps that its optimizer asks for.

    If an optimizer turns out to need a closure, or the graph of the gradient, the run
    starts again with it.

    Args:
        experiment: which has the setting.
        label: the setting's.
        steps: how many to take.
        make_log: makes the log of the run.
        progress: called with the label, and the seed if there are several, and each
            step.
        setting: the one to run, with one of its seeds; by default that of the label.
        needs: what else to log.

    Raises:
        SceneError: the problem or the optimizer failed; says at which step.
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
    """Repeat each warning of torch during a run once, as one line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    for text in dict.fromkeys(str(warning.message) for warning in caught):
        if not any(known in text for known in _OUR_DOING):
            warnings.warn(
                f"{where}: {' '.join(text.split())}", RenderWarning, stacklevel=4
            )
