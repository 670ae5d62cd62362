"""One colour bar for maps beside each other that have the same scale."""

from functools import partial

import pytest
from torch.nn import L1Loss, MSELoss
from torch.optim import SGD

from animator import Experiment, Heatmap, Scene
from animator.experiments.recorder import record_all
from animator.problems import line_fit
from animator.rendering.options import RenderOptions
from animator.rendering.stage import set_stage


def shown_bars(problems, columns):
    """Which panels have a bar, and the panels' widths in pixels."""
    experiments = [
        Experiment(problem, {"a": partial(SGD, lr=0.1)}, steps=1)
        for problem in problems
    ]
    panels = [Heatmap(experiment, points=11) for experiment in experiments]
    stage = set_stage(
        Scene(panels, columns=columns),
        record_all(experiments),
        RenderOptions(size=(640, 360)),
    )
    axes = [ax for ax in stage.figure.axes if ax.get_subplotspec() is not None]
    bars = [
        any(
            child.get_visible() for child in ax.child_axes if "bar" in child.get_label()
        )
        for ax in axes
    ]
    return bars, [ax.bbox.width for ax in axes]


@pytest.mark.parametrize(
    ("losses", "columns", "expected"),
    [
        ("mm", 2, [False, True]),
        ("ml", 2, [True, True]),
        ("mmmm", 2, [False, True, False, True]),
        ("mmml", 2, [True, True, True, True]),  # a column has bars, or it has none
        ("mm", 1, [True, True]),
    ],
)
def test_a_scale_has_one_bar_at_the_end_of_its_row(losses, columns, expected):
    kinds = {"m": line_fit(MSELoss()), "l": line_fit(L1Loss())}
    bars, widths = shown_bars([kinds[letter] for letter in losses], columns)
    assert bars == expected
    assert max(widths) - min(widths) < 1
