"""The lines of the user's code."""

import inspect
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from animator import Experiment, SceneError
from animator.base.callers import (
    Place,
    beside_caller,
    calling_place,
    failing_places,
    made_here,
    source_line,
)
from animator.base.errors import placed


@dataclass(frozen=True, slots=True)
class Part:
    value: int
    made_at: Place | None = made_here()


def here():
    return Place(__file__, inspect.currentframe().f_back.f_lineno)


def test_a_value_knows_the_line_that_made_it_and_keeps_it():
    part, line = Part(1), here()
    assert part.made_at == line
    assert replace(part, value=2).made_at == line
    assert "made_at" not in repr(part)


def test_the_calling_line_skips_installed_code():
    place, line = np.vectorize(lambda _: calling_place(), otypes="O")(0).item(), here()
    assert place == line


def test_an_error_has_passed_lines_or_its_cause_has():
    def fail():
        raise ValueError("inner")  # the line

    first = inspect.getsourcelines(fail)[1]
    with pytest.raises(SceneError) as caught:
        Experiment(None, {})
    assert failing_places(caught.value)[0].line == caught.traceback[0].lineno + 1
    error = SceneError("outer")
    try:
        fail()
    except ValueError as cause:
        error.__cause__ = cause
    assert failing_places(error)[0] == Place(__file__, first + 1)
    assert source_line(failing_places(error)[0]).endswith(
        f'test_callers.py:{first + 1}: raise ValueError("inner")  # the line'
    )
    assert failing_places(SceneError("nowhere")) == []


def test_the_place_that_is_nearest_to_the_fault_counts():
    near, far = Place("a.py", 1), Place("a.py", 2)
    with pytest.raises(SceneError) as caught, placed(far), placed(None), placed(near):
        raise SceneError("x")
    assert caught.value.place == near


def test_a_path_is_beside_the_calling_file_or_in_the_working_directory(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "other.csv").touch()
    assert beside_caller(Path("conftest.py")) == Path("conftest.py")
    assert beside_caller(Path(Path(__file__).name)) == Path(__file__)
    assert beside_caller(Path("other.csv")) == Path("other.csv")
    assert beside_caller(tmp_path / "other.csv") == tmp_path / "other.csv"


def test_a_cell_of_a_notebook_is_named_as_one():
    assert source_line(Place("<ipython-input-3-ab>", 2)).startswith(
        "line 2 of the cell"
    )
