"""Points out of tables, as other programs write and read them."""

import csv
import os

import numpy as np
import pandas
import polars
import pytest
import torch
from torch import nn

import animator
from animator import Experiment, Fit, Scene, SceneError, Trajectory
from animator.problems import Polynomial, curve_fit, line_fit, logistic_fit, network

HOURS, SCORES = [1.03, 2.84, 9.62, 6.99], [40.6, 54.3, 80.2, 70.9]
ROWS = list(zip(HOURS, SCORES, strict=True))


def points_of(points, **options):
    problem = line_fit(nn.MSELoss(), points=points, dtype=torch.float64, **options)
    return problem.data_x.tolist(), problem.data_y.tolist(), problem.data_names


def write(path, rows, header=("hours", "score"), mark=".", encoding="utf-8", **dialect):
    with path.open("w", newline="", encoding=encoding) as file:
        writer = csv.writer(file, **dialect)
        if header:
            writer.writerow(header)
        writer.writerows([str(v).replace(".", mark) for v in row] for row in rows)
    return path


@pytest.mark.parametrize(
    "dialect",
    [
        {},
        {"delimiter": ";", "mark": ","},
        {"delimiter": ";"},
        {"delimiter": "\t", "mark": ","},
        {"encoding": "utf-8-sig", "lineterminator": "\r\n"},
        {"quoting": csv.QUOTE_ALL},
        {"header": ("hours", "score, in %")},
    ],
    ids=str,
)
def test_a_csv_file_as_any_program_writes_it(tmp_path, dialect):
    table = write(tmp_path / "exam.csv", ROWS, **dialect)
    names = dialect.get("header", ("hours", "score"))
    assert points_of((table, *names)) == (HOURS, SCORES, names)
    assert points_of((str(table), 1, 0)) == (SCORES, HOURS, names[::-1])


def test_a_file_without_a_header(tmp_path):
    table = write(tmp_path / "exam.csv", ROWS, header=())
    assert points_of((table, 0, 1)) == (HOURS, SCORES, ("x", "y"))


GAPS = "hours,score\n1,2\n3,\n\nNA,5\n6,7\n,\n"


def test_gaps_are_named_and_dropped_on_request(tmp_path):
    table = tmp_path / "exam.csv"
    table.write_text(GAPS)
    kept = pandas.read_csv(table).dropna()
    assert points_of((table, 0, 1), missing="drop")[:2] == (
        kept["hours"].tolist(),
        kept["score"].tolist(),
    )
    message = r"exam\.csv:3: score is empty \(2 more .*\); .*missing='drop'"
    with pytest.raises(SceneError, match=message):
        points_of((table, 0, 1))
    with pytest.raises(SceneError, match="point 1: y is NaN"):
        points_of(([1, 2], [1, float("nan")]))
    assert points_of(([1, 2], [1, float("nan")]), missing="drop")[0] == [1]


@pytest.mark.parametrize("library", [pandas, polars])
def test_a_data_frame(library):
    frame = library.DataFrame({"hours": HOURS, "score": SCORES})
    expected = HOURS, SCORES, ("hours", "score")
    assert points_of((frame, "hours", "score")) == expected
    assert points_of((frame, 0, 1)) == expected
    assert points_of((frame["hours"], frame["score"])) == expected
    gaps = library.DataFrame({"x": [1, None, 3], "y": [1.5, 2.5, None]})
    assert points_of(gaps, missing="drop") == ([1], [1.5], ("x", "y"))
    with pytest.raises(SceneError, match="columns hours, score and no 'points'; cho"):
        points_of((frame, "hours", "points"))
    with pytest.raises(SceneError, match=r"x is not a column of numbers: .*'b'"):
        points_of(library.DataFrame({"x": ["1", "b"], "y": [1, 2]}))


def test_a_data_frame_of_any_other_library():
    class Frame:
        def __dataframe__(self, *args, **kwargs):
            return pandas.DataFrame({"x": HOURS, "y": SCORES}).__dataframe__()

    assert points_of(Frame()) == (HOURS, SCORES, ("x", "y"))


def test_whole_numbers_of_pandas_that_may_be_missing():
    frame = pandas.DataFrame({"x": pandas.array([1, None, 3], "Int64"), "y": [1, 2, 3]})
    assert points_of(frame, missing="drop")[:2] == ([1, 3], [1, 3])


def test_parquet(tmp_path):
    path = tmp_path / "exam.parquet"
    polars.DataFrame({"hours": HOURS, "score": SCORES}).write_parquet(path)
    assert points_of((path, "hours", "score")) == (HOURS, SCORES, ("hours", "score"))
    path.write_bytes(b"none")
    with pytest.raises(SceneError, match=r"exam\.parquet: .*; give a Parquet file"):
        points_of((path, "hours", "score"))


def test_parquet_without_a_library_that_reads_it(tmp_path, monkeypatch):
    def missing(name):
        raise ImportError(name)

    monkeypatch.setattr("animator.problems.tables.import_module", missing)
    (tmp_path / "exam.parquet").touch()
    with pytest.raises(SceneError, match=r"needs polars, or pandas .*pip install pol"):
        points_of((tmp_path / "exam.parquet", 0, 1))


def test_what_numpy_takes():
    table = np.column_stack([HOURS, SCORES])
    assert points_of((table, 0, 1)) == (HOURS, SCORES, ("x", "y"))
    assert points_of(table.T)[0] == HOURS
    assert points_of(({"a": HOURS, "b": SCORES}, "a", "b"))[2] == ("a", "b")
    named = np.array(ROWS, [("hours", float), ("score", float)])
    assert points_of((named, "hours", "score"))[2] == ("hours", "score")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hours;score\n1.030,5;4\n", r"csv:2: hours is '1\.030,5'; write 1030,5, with"),
        ("hours;score\n1.030.000;4\n", r"hours is '1\.030\.000'; write 1030000, with"),
        ("hours;score\n-1 030,5;4\n", r"hours is '-1 030,5'; write -1030,5, without"),
        ("hours;score\n1'030.5;4\n", r"hours is \"1'030\.5\"; write 1030\.5, without"),
        ('hours,score\n"1,030.5",4\n', r"hours is '1,030\.5'; write 1030\.5, without"),
        (
            "hours;score\n1.030;4,5\n",
            r"hours is '1\.030', whose point may be a decimal",
        ),
        ("hours,score\n1,5,4\n", r"csv:2: has 3 columns, but the first line has 2; if"),
        ("hours;score\n1.5;4\n2,5;1\n", r"csv:3: hours is '2,5', but other numbers"),
        ('hours,score\n"1,5",4\n', r"csv:2: hours is '1,5'; write it with a decimal"),
        ("hours\tscore\n1,500\t4\n", r"csv:2: hours is '1,500', whose comma may be"),
        ("hours,score\n1,four\n", r"csv:2: score is 'four'; give a number"),
        ("hours,hours\n1,4\n", "2 columns are named 'hours'; give its number, 0 or 1"),
        ("time,mark\n1,4\n", r"columns time, mark and no 'hours'; choose two: points="),
        ("1,2\n3,4\n", "its first line has numbers, not names; add a header"),
        ("hours\n1\n", "columns hours and no 'score'; give a table with two columns"),
        ("", "is empty; give a table with a header"),
        ("hours,score\n", "there are no points; the table or rows are empty"),
        ("hours,score\n,\n", r"csv:2: hours is empty; leave such points out"),
        ("höhe,score\n1,2\n", "is not UTF-8 text; save it as CSV UTF-8"),
    ],
)
def test_a_file_that_may_mean_something_else_is_refused(tmp_path, text, message):
    table = tmp_path / "exam.csv"
    table.write_bytes(text.encode("latin-1"))
    with pytest.raises(SceneError, match=message):
        points_of((table, "hours", "score"))


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nhours;score\n1,5;4\n2,5;3\n",
        "sep=|\nhours|score\n1,5|4\n2,5|3\n",
        "hours,score\n1.5,4,\n2.5,3,\n",
        "hours;score;mean\n1.5;4;2.034\n2.5;3;2,5\n",
        "hours;score\n1.5;4\n2.500;3\n",
    ],
)
def test_a_file_that_means_one_thing_is_read(tmp_path, text):
    table = tmp_path / "exam.csv"
    table.write_text(text)
    assert points_of((table, "hours", "score"))[:2] == ([1.5, 2.5], [4, 3])


def test_a_table_with_one_column_named_is_refused():
    with pytest.raises(SceneError, match=r"'hours'\); give a table and two of its"):
        points_of(("exam.csv", "hours"))


def test_each_problem_of_points_reads_tables(tmp_path):
    table = write(tmp_path / "exam.csv", [(1, 0), (2, 1)], ("hours", "passed"))
    points = (table, "hours", "passed")
    curve = curve_fit(
        Polynomial(0.0, 0.0, 0.0),
        nn.MSELoss(),
        x=("c[0]", -1, 1),
        y=("c[1]", -1, 1),
        points=points,
    )
    for problem in (curve, logistic_fit(points=points, missing="drop")):
        assert problem.data_x.tolist() == [1, 2]
        assert problem.data_names == ("hours", "passed")


@pytest.mark.parametrize("library", [pandas, polars])
def test_a_network_takes_data_frames(library):
    data = library.DataFrame({"a": [1.0, 2.0]}), library.DataFrame({"b": [3.0, 4.0]})
    problem = network(nn.Linear(1, 1), data, nn.MSELoss())
    assert problem.inputs.tolist() == [[1], [2]]
    assert problem.labels.tolist() == [[3], [4]]


SCENE = """
from functools import partial
from torch.nn import MSELoss
from torch.optim import SGD
from animator import Experiment, Fit, Scene, Trajectory
from animator.problems import line_fit
import reader

problem = line_fit(MSELoss(), points=("exam.csv", "hours", "score"))
path = Trajectory.from_csv("exam.csv", "hours", "score")
scene = Scene([Fit(Experiment(problem, {"a": partial(SGD, lr=0.01)}, steps=2))])
assert reader.problem.data_x[0] == problem.data_x[0] == path.params[0, 0]
"""


def test_a_path_is_relative_to_the_scene_first(tmp_path, monkeypatch):
    scenes, here = tmp_path / "scenes", tmp_path / "here"
    for folder, first in ((scenes, 1), (here, 2)):
        folder.mkdir()
        write(folder / "exam.csv", [(first, 3), (4, 5)])
    reader = SCENE.partition("path =")[0].replace("import reader\n", "")
    (scenes / "reader.py").write_text(reader)
    (scenes / "scene.py").write_text(SCENE)
    monkeypatch.chdir(here)
    scene = animator.load(os.path.relpath(scenes / "scene.py"))
    assert scene.experiments[0].problem.data_x.tolist() == [1, 4]
    (scenes / "exam.csv").unlink()
    scene = animator.load(scenes / "scene.py")
    assert scene.experiments[0].problem.data_x.tolist() == [2, 4]
    (here / "exam.csv").unlink()
    with pytest.raises(SceneError, match=r"exam\.csv: there is no such file beside"):
        animator.load(scenes / "scene.py")


def test_the_header_names_the_axes_of_a_fit(tmp_path):
    table = write(tmp_path / "exam.csv", ROWS)
    problem = line_fit(
        nn.MSELoss(), points=(table, "hours", "score"), start=(0, 0), bias=(-9, 9)
    )
    run = Trajectory.of(np.zeros((3, 2)))
    animation = animator.compose(Scene([Fit(Experiment(problem, {"a": run}))]))
    (ax, *_) = animation._fig.axes
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("hours", "score")
    animation._draw_was_started = True  # it is not shown
