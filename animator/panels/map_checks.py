"""Checks the attributes of panels that show a loss map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from animator.base.checks import LARGEST, is_number, is_range, quoted
from animator.base.errors import SceneError
from animator.drawing.colormaps import check_cmap
from animator.drawing.contours import check_contours
from animator.experiments.experiment import check_experiment
from animator.experiments.lossmap import check_points
from animator.problems import Problem


def check_map(caller: str, panel: Any, limits: Sequence[str]) -> None:
    """Raise `SceneError` if an attribute that maps and landscapes share is invalid.

    Args:
        caller: the name of the panel's class, with which messages begin.
        panel: the `Heatmap` or `Surface` to check.
        limits: the names of the attributes that are ranges.
    """
    check_experiment(caller, panel.experiment)
    _check_share(caller, panel)
    if panel.points is not None:
        check_points(panel.points, caller)
    check_cmap(caller, panel.cmap)
    if panel.scale not in ("linear", "log") and not is_number(panel.scale, 0.01, 100):
        raise SceneError(
            f"{caller}: scale is {quoted(panel.scale)}; give 'linear', 'log' or a "
            "power such as 0.5, of 0.01 to 100"
        )
    if panel.contours is not None:
        check_contours(caller, panel.contours)
    for name in limits:
        span = getattr(panel, name)
        if span is not None and not is_range(span):
            raise SceneError(
                f"{caller}: {name} is {quoted(span)}; give two numbers up to "
                f"{LARGEST:g}, the smaller one first"
            )


def check_style(panel: Any) -> None:
    """Raise `SceneError` if an attribute that only heatmaps have is invalid."""
    if not is_number(panel.penalty, 0, LARGEST):
        raise SceneError(
            f"Heatmap: penalty is {quoted(panel.penalty)}; give a number, 0 to "
            f"{LARGEST:g}"
        )
    if panel.extremum not in ("minimum", "maximum"):
        raise SceneError(
            f"Heatmap: extremum is {quoted(panel.extremum)}; give 'minimum' or "
            "'maximum'"
        )
    if panel.aspect not in (None, "equal", "auto"):
        raise SceneError(
            f"Heatmap: aspect is {quoted(panel.aspect)}; give 'equal' or 'auto'"
        )
    if not (isinstance(panel.fill, bool) or panel.fill == "bands"):
        raise SceneError(
            f"Heatmap: fill is {quoted(panel.fill)}; give True, False or 'bands'"
        )
    for name in ("contour_labels", "dots", "set_off", "events", "colorbar"):
        value = getattr(panel, name)
        if not isinstance(value, bool):
            raise SceneError(f"Heatmap: {name} is {quoted(value)}; give True or False")
    if not is_number(panel.path_alpha, 0.05, 1):
        raise SceneError(
            f"Heatmap: path_alpha is {quoted(panel.path_alpha)}; give 0.05 to 1"
        )
    if panel.contours in (0, []) and panel.fill is not True:
        raise SceneError(
            f"Heatmap: fill is {panel.fill!r}, which needs contour lines; give "
            "contours, such as 15"
        )


def _check_share(caller: str, panel: Any) -> None:
    if not isinstance(panel.share, Sequence):
        raise SceneError(f"{caller}: share is {quoted(panel.share)}; give a list")
    for experiment in panel.share:
        check_experiment(f"{caller}: share", experiment)
    if panel.share and any(
        not isinstance(experiment.problem, Problem)
        for experiment in (panel.experiment, *panel.share)
    ):
        raise SceneError(
            f"{caller}: share is not for networks, whose maps are not known before "
            "they are trained; leave it out"
        )
