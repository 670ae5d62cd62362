"""Checks that the texts of panels and experiments can be drawn."""

from __future__ import annotations

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.drawing.formula_checks import check_formulas
from animator.experiments.deferred import Deferred
from animator.experiments.experiment import Experiment
from animator.panels import Panel


def check_panel_texts(panel: Panel) -> None:
    """Raise `SceneError` if the title or an axis label of a panel cannot be drawn."""
    is_own = type(panel).__module__.startswith("animator.")  # others may differ
    for name in ("title", "xlabel", "ylabel", "name"):
        where, text = f"{type(panel).__name__}: {name}", getattr(panel, name, None)
        if is_own and not (text is None or isinstance(text, str)):
            raise SceneError(f"{where} is {quoted(text)}; give a string")
        check_formulas(where, text)


def check_experiment_texts(experiment: Experiment) -> None:
    """Raise `SceneError` if a name or label of an experiment cannot be drawn."""
    for name in experiment.axis_names:
        check_formulas(f"{experiment}: an axis", name)
    for owner in (experiment, experiment.problem):
        check_formulas(f"{experiment}: name", owner.name)
    if isinstance(experiment.settings, Deferred):
        return  # their labels are known later
    for label in experiment.settings:
        check_formulas(f"{experiment}: a label", label)
