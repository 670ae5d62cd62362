"""Medians and bands of runs against NumPy, and what counts when runs diverge."""

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from torch.nn import MSELoss
from torch.optim import SGD

from animator import Experiment, Setting, Trajectory, record
from animator.experiments.families import band, families_of, losses, median_run
from animator.problems import line_fit

NAN = float("nan")


def runs_of(*rows):
    """Runs whose losses are given; infinite ones have diverged."""
    made = []
    for row in rows:
        params = np.column_stack([row, row]).astype(float)
        run = Trajectory.of(params, np.array(row, float))
        made.append(run.padded_to("it", len(rows[0]) - 1))
    return tuple(made)


def test_the_median_of_real_runs_is_numpy_s():
    setting = Setting(partial(SGD, lr=0.05), batch_size=5, seeds=5)
    settings = {"alone": partial(SGD, lr=0.1), "family": setting}
    recording = record(Experiment(line_fit(MSELoss()), settings, steps=8))
    assert list(map(len, recording.families)) == [1, 5]
    alone, family = recording.medians
    assert alone is recording.trajectories[0]
    expected = np.median([run.loss for run in recording.trajectories[1:]], axis=0)
    assert family.loss.tolist() == expected.tolist()
    assert (family.label, family.setting, family.seed) == ("family", 1, None)


def test_settings_of_one_label_or_index_are_no_family():
    one, two = runs_of([1, 2], [1, 2])
    assert len(families_of([one, two])) == 1
    assert len(families_of([one, replace(two, label="other")])) == 2
    assert len(families_of([one, replace(two, setting=1)])) == 2


@pytest.mark.parametrize(
    ("rows", "expected", "end"),
    [
        ([[1, 2, 3], [2, 4, 6], [3, 9, np.inf]], [2, 4, 6], None),
        ([[1, 2, 3], [2, np.inf, NAN], [3, 9, np.inf]], [2, 9, NAN], 2),
        ([[1, 2, 3], [5, np.inf, NAN]], [3, NAN, NAN], 1),
    ],
)
def test_a_run_that_has_diverged_counts_as_infinite(rows, expected, end):
    median = median_run(runs_of(*rows))
    np.testing.assert_equal(median.loss, expected)
    assert median.outcome.diverged == (end is not None)
    assert median.outcome.step == (2 if end is None else end)


def test_a_band_of_few_has_all_and_one_of_many_the_middle():
    few = [np.array([float(k), -k]) for k in range(9)]
    assert [end.tolist() for end in band(few)] == [[0, -8], [8, 0]]
    many = [np.array([float(k)]) for k in range(20)]
    low, high = band(many)
    inside = [k for k in range(20) if low[0] <= k <= high[0]]
    assert len(inside) == 16
    low, high = band(losses(runs_of(*[[1, 2]] * 8, *[[1, np.inf]] * 3)))
    assert (low.tolist(), high.tolist()) == ([1, 2], [1, np.inf])
