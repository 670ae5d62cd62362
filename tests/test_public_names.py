"""README names all that is public, so that nobody has to find it by `help()`."""

import inspect
import re
from dataclasses import fields, is_dataclass

import pytest
from conftest import ROOT

import animator
from animator import panels, problems
from animator.rendering.format_options import format_options

TEXTS = [ROOT / "README.md", *sorted(ROOT.glob("docs/**/*.md"))]
UNNAMED = {"made_at", "parts"}
"""Fields that are set by the package."""
FOR_AUTHORS = {
    *(
        "Batched",
        "BatchSource",
        "Borrowed",
        "CostlyMap",
        "Evaluated",
        "Measured",
        "PlaneProblem",
    ),
    *("ProjectedProblem", "WithMapNote", "WithMinima", "Scalar", "drawn_dtype"),
}
"""What authors of problems need, as CONTRIBUTING.md and `help()` say."""
MADE = {"CurveFit", "LineFit", "Network", "Plane", "SurfaceProblem", "Coordinate"}
"""Kinds of problems and their parts, which functions make."""
FUNCTIONS = [
    animator.loss_map,
    animator.record,
    animator.side_by_side,
    animator.tune_lr,
    *(
        function
        for name in problems.__all__
        if inspect.isfunction(function := getattr(problems, name))
    ),
]
CLASSES = [
    animator.Experiment,
    animator.Scene,
    animator.Setting,
    *(
        panel
        for name in panels.__all__
        if is_dataclass(panel := getattr(panels, name)) and hasattr(panel, "draw")
    ),
]


def code_in(text):
    """All words that a text marks as code."""
    blocks = re.findall(r"```.*?```", text, re.DOTALL)
    rest = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    indented = re.findall(r"^ {4}\S.*$", rest, re.MULTILINE)
    return set(
        re.findall(r"\w+", " ".join(blocks + re.findall(r"`[^`]+`", rest) + indented))
    )


@pytest.fixture(scope="module")
def named():
    return set().union(*(code_in(p.read_text(encoding="utf-8")) for p in TEXTS))


def test_every_public_name(named):
    public = {*animator.__all__, *problems.__all__} - FOR_AUTHORS - MADE
    assert sorted(public - named) == [], "README should name these"


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_option_of_a_class(named, kind):
    options = {field.name for field in fields(kind) if field.init} - UNNAMED
    assert sorted(options - named) == [], f"README should name these of {kind.__name__}"


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda each: each.__name__)
def test_every_argument_of_a_function(named, function):
    arguments = set(inspect.signature(function).parameters)
    assert sorted(arguments - named) == [], f"README should name these of {function}"


def test_every_option_of_rendering(named):
    options = {field.name for field in fields(animator.RenderOptions)}
    options -= {"formats"}  # a dict of the following
    options |= {option.keyword for option in format_options()}
    assert sorted(options - named) == [], "README should name these"


def test_prose_names_nothing():
    assert code_in("a name, `cmap=` and\n\n    --size N\n\n```\nTheme\n```") == {
        *("cmap", "size", "N", "Theme"),
    }
