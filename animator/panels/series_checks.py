"""Checks the attributes of the panel `Series`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.drawing.reference_lines import check_reference_lines
from animator.experiments.advice import did_you_mean
from animator.experiments.experiment import experiments_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from animator.experiments.trajectory import Trajectory


def check_series(panel: Any) -> None:
    """Raise `SceneError` if an attribute of a `Series` is invalid."""
    for name in ("scale", "xscale"):
        value = getattr(panel, name)
        if value not in ("linear", "log"):
            raise SceneError(
                f"Series: {name} is {quoted(value)}; give 'linear' or 'log'"
            )
    for name in ("title", "xlabel", "ylabel"):
        value = getattr(panel, name)
        if not (value is None or isinstance(value, str)):
            raise SceneError(f"Series: {name} is {quoted(value)}; give a string")
    if not isinstance(panel.validation, bool):
        raise SceneError(
            f"Series: validation is {quoted(panel.validation)}; give True or False"
        )
    pair = isinstance(panel.x, tuple) and len(panel.x) == 2
    texts = all(isinstance(part, str) for part in panel.x) if pair else False
    if not (isinstance(panel.x, str) or texts):
        raise SceneError(
            f"Series: x is {quoted(panel.x)}; give 'step', a series, or (label, series)"
        )
    _check_name(panel, "name", panel.name)
    if panel.x != "step":
        _check_name(panel, "x", panel.x if isinstance(panel.x, str) else panel.x[1])
    check_reference_lines("Series", panel.lines, panel.scale)


def _check_name(panel: Any, argument: str, name: object) -> None:
    """Raise `SceneError` unless the experiments log a series of this name."""
    known = dict.fromkeys(
        name
        for experiment in experiments_of(panel.experiment)
        for name in experiment.series_names()
    )
    if name in known:
        return
    advice = did_you_mean(str(name), known) or f"give one of {', '.join(known)}"
    raise SceneError(
        f"Series: {argument} is {quoted(name)}, which is not logged; {advice}"
    )


def check_sign(
    name: str, values: NDArray[np.floating], run: Trajectory, argument: str
) -> None:
    """Raise `SceneError` if any of the values (steps + 1,) is negative."""
    is_below = values < 0
    if is_below.any():
        step = int(is_below.argmax())
        raise SceneError(
            f"Series: {name!r} of {run.label!r} is {values[step]:g} at step {step}, "
            f"which has no logarithm; give {argument}='linear'"
        )
