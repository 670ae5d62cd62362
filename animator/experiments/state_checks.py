"""Warns of requested optimizer state that no optimizer has."""

from __future__ import annotations

import warnings

import numpy as np

from animator.base.errors import RenderWarning
from animator.experiments.advice import did_you_mean
from animator.experiments.details import Needs
from animator.experiments.recording import Recording
from animator.experiments.updates import UPDATE_NEEDS

_TORCH = (
    *UPDATE_NEEDS.state,
    *("acc_delta", "ax", "eta", "exp_inf", "mu", "mu_product", "prev", "step_size"),
)
"""The state and hyperparameters of torch's optimizers, which are always accepted."""


def warn_missing_state(recording: Recording, needs: Needs) -> None:
    """Warn of requested state that no optimizer of an experiment has.

    Warns:
        RenderWarning: a name is unknown to torch, and all its values are NaN.
    """
    details = [run.details for run in recording.trajectories if run.details]
    for name in needs.state:
        if name in _TORCH or not details:
            continue
        if all(np.isnan(one.state[name]).all() for one in details if one.state):
            advice = did_you_mean(name, _TORCH) or "correct it in Needs(state=…)"
            warnings.warn(
                f"{recording.experiment}: no optimizer has the state {name!r}, which a "
                f"panel needs; {advice}",
                RenderWarning,
                stacklevel=4,
            )
