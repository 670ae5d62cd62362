"""Whatever a scene says: a clip that decodes, or one clear line; never a traceback.

A longer hunt: pytest tests/cli/test_hostile.py --hypothesis-profile hunt
"""

import math
import warnings
from functools import partial
from xml.etree import ElementTree

import pytest
from conftest import SCENE
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.cbook import is_math_text
from matplotlib.mathtext import MathTextParser
from PIL import Image
from torch.optim import SGD

import animator
from animator import (
    AnimatorError,
    Experiment,
    Fit,
    Heatmap,
    LossCurve,
    Parameters,
    Profile,
    Scene,
    SceneError,
    Setting,
    Surface,
    Theme,
    render,
    side_by_side,
)
from animator.drawing.theme import LIGHT
from animator.problems import line_fit, surface

TEXTS = (
    "$", "$$", r"$\frac", "$x^2$ costs 5$", "\\", "%d {} {0}",
    "<script>alert(1)</script>",
    "&amp; <b>", "🚀 é\u0301", "שלום עולם", "\u202eevil", "a\nb\r\tc", "\0", "\ud800",
    "\ufffe\uffff", "x" * 10_000, "", " ", "漢字" * 300,
    "$" + "{" * 500 + "}" * 500 + "$",
)  # fmt: skip
NUMBERS = (
    0, -0.0, 1, -1, 2, 0.5, 1e-300, 1e-30, 1e-7, 1e7, 1e30, 1e38, 1e300, 10**30,
    -(10**400),
    math.nan, math.inf, -math.inf, True,
)  # fmt: skip
texts = st.sampled_from(TEXTS) | st.text(max_size=30)
numbers = st.sampled_from(NUMBERS) | st.floats() | st.integers(-10, 10)
pairs = st.tuples(numbers, numbers)
anything = st.one_of(
    numbers, pairs, texts, st.none(), st.lists(numbers, max_size=3), st.just(object())
)
# What is allowed and only takes long is left out: a million steps, an hour's clip.
few = st.sampled_from((-1, 0, 1, 2, 7, 300, 10**8, 10**30, math.nan, "3", None, 2.5))
times = st.sampled_from(
    (-1, 0, 0.01, 1, 2.5, 4, 1e5, 1e308, math.nan, math.inf, "3", None)
)
sizes = st.sampled_from(
    ((64, 64), (160, 90), (8192, 64), (62, 64), (64, 8194), (63, 65), (0, 0), (-2, 64),
     (1e9, 64), (10**30, 64), (64,), "720", "", None, 64, (math.nan, 64), ("64", "64"))
)  # fmt: skip

HOSTILE = {
    "surface": {"x": anything, "y": anything, "start": anything, "minima": anything},
    "sgd": {"lr": numbers, "momentum": numbers, "weight_decay": numbers},
    "setting": {"clip_norm": anything, "clip_value": anything, "seed": anything},
    "experiment": {"steps": few, "name": anything},
    "label": {"label": texts},
    "heatmap": {
        "title": anything, "points": few, "contours": anything, "scale": anything,
        "xlim": anything, "ylim": anything, "penalty": anything, "cmap": anything,
        "fit_paths": st.booleans(), "share": anything, "extremum": anything,
    },
    "other": {"title": anything, "scale": anything, "norm": anything, "along": anything,
              "turn": anything, "elevation": anything},
    "scene": {
        "title": anything, "caption": anything, "columns": few, "mosaic": anything,
        "captions": st.dictionaries(few, texts, max_size=2) | anything,
        "column_titles": st.lists(texts, max_size=3) | anything, "row_titles": anything,
        "pace": st.sampled_from(("log", "distance")) | anything, "theme": anything,
        "slow": st.dictionaries(pairs, numbers, max_size=2) | anything,
        "hold_start": times, "hold_end": times, "seconds": times, "parts": anything,
    },
    "theme": {"font": texts, "title_size": anything, "line_width": anything,
              "background": anything, "trails": anything, "tick_size": anything},
    "render": {"size": sizes, "fps": times, "steps": few, "loop": anything,
               "gif_quality": anything, "max_size": anything, "theme": anything},
}  # fmt: skip
CHANGES = [(where, name) for where, names in HOSTILE.items() for name in names]
OTHERS = (LossCurve, Parameters, Profile, Surface, partial(Surface, turn=0))


def nothing():
    return {where: {} for where in HOSTILE}


@st.composite
def changes(draw):
    """One to three arguments that are other than usual."""
    chosen = draw(
        st.lists(st.sampled_from(CHANGES), min_size=1, max_size=3, unique=True)
    )
    found = {where: {} for where in HOSTILE}
    for where, name in chosen:
        found[where][name] = draw(HOSTILE[where][name])
    return found


def bowl(x, y):
    return x**2 + 3 * y**2


def scene_of(changed, other):
    """A small scene with some arguments changed."""
    ranges = {"x": (-2, 2), "y": (-1, 1), "start": (1.0, 0.5)} | changed["surface"]
    setting = Setting(
        partial(SGD, **{"lr": 0.1} | changed["sgd"]), **changed["setting"]
    )
    label = changed["label"].get("label", "plain")
    runs = {"another": partial(SGD, lr=0.02), label: setting}
    steps = {"steps": 5} | changed["experiment"]
    experiment = Experiment(surface(bowl, **ranges), runs, **steps)
    if isinstance(other, partial):
        known = {"title"}
    else:
        known = set(other.__dataclass_fields__)
    options = {k: v for k, v in changed["other"].items() if k in known}
    panels = [
        Heatmap(experiment, **{"points": 11} | changed["heatmap"]),
        other(experiment, **options),
    ]
    theme = LIGHT
    if changed["theme"]:
        names = LIGHT.__dataclass_fields__
        theme = Theme(**{n: getattr(LIGHT, n) for n in names} | changed["theme"])
    return Scene(panels, **{"seconds": 3, "theme": theme} | changed["scene"])


def comes_out(make, folder, *kinds, **options):
    """Render a scene: either all clips can be decoded, or the error is one line."""
    paths = [folder / f"a.{kind}" for kind in kinds]
    for old in folder.iterdir():
        old.unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            small = {"size": (160, 90), "fps": 2, "cache": False}
            render(make(), *paths, **small | options)
        except AnimatorError as error:
            line = " ".join(str(error).split())
            assert 10 < len(line) < 1500
            assert not list(folder.iterdir())
            return False
    for path in paths:
        if path.suffix == ".svg":
            ElementTree.parse(path)
        else:
            with Image.open(path) as clip:
                for index in range(clip.n_frames):
                    clip.seek(index)
                    clip.load()
    return True


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("clips")


def is_broken_formula(text):
    """Whether a text has a formula that matplotlib does not know."""
    if not is_math_text(text):
        return False
    try:
        MathTextParser("path").parse(text)
    except ValueError:
        return True
    return False


def test_the_usual_scene_comes_out(folder):
    for other in OTHERS:
        assert comes_out(partial(scene_of, nothing(), other), folder, "gif")


@given(changed=changes(), other=st.sampled_from(OTHERS))
def test_any_arguments(folder, changed, other):
    comes_out(lambda: scene_of(changed, other), folder, "gif", **changed["render"])


@settings(max_examples=5)
@given(title=texts, label=texts, caption=texts, name=texts)
@example(title="\ud800", label="\0", caption="\ufffe<", name="漢")
@example(title="$x$", label="a", caption="", name="$\\frac$ 漢")
def test_any_texts(folder, title, label, caption, name):
    def make():
        problem = surface(bowl, x=(-2, 2), y=(-1, 1), start=(1, 0.5), name=name or "b")
        runs = {label: partial(SGD, lr=0.1), f" {label}\n": partial(SGD, lr=0.2)}
        race = Experiment(problem, runs, 3)
        panel = Heatmap(race, points=11, title=title)
        scene = Scene([panel], title, caption, captions={2: label}, seconds=3)
        return side_by_side(
            scene, Scene([panel], caption, row_titles=[title], seconds=3)
        )

    made = comes_out(make, folder, "gif", "svg", size=(480, 270))
    broken = any(map(is_broken_formula, (title, label, caption, name)))
    assert made or not label or broken


@pytest.mark.parametrize("value", NUMBERS, ids=lambda value: f"{value!r:.9}")
def test_data_of_any_numbers(folder, value):
    def make():
        problem = line_fit(
            lambda guess, label: (guess - label).abs().mean(),
            points=([0.0, 1.0, value], [value, 0.0, 1.0]),
        )
        race = Experiment(problem, {"plain": partial(SGD, lr=0.1)}, 5)
        panels = [Heatmap(race, points=11), Fit(race), LossCurve(race, scale="linear")]
        return Scene(panels, seconds=3)

    comes_out(make, folder, "gif")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text,
        lambda text: text.replace(b"\n", b"\r\n"),
        lambda text: b"# coding: latin-1\n# \xe9\n" + text,
    ],
)
def test_files_that_other_editors_write(tmp_path, change):
    (tmp_path / "scene.py").write_bytes(change(SCENE.encode()))
    assert isinstance(animator.load(tmp_path / "scene.py"), Scene)


def loaded(path):
    """Load a file; it is a scene, or a line that names the file."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            assert isinstance(animator.load(path), Scene)
        except SceneError as error:
            assert str(error).startswith(str(path))
            assert "\n" not in str(error)


def test_a_file_that_ends_anywhere(tmp_path):
    text = SCENE.encode()
    for end in range(0, len(text), 3):
        (tmp_path / "scene.py").write_bytes(text[:end])
        loaded(tmp_path / "scene.py")


@settings(max_examples=150)
@given(data=st.data())
def test_a_file_of_which_parts_are_others(folder, data):
    text = SCENE.encode()
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 30, len(text))))
    others = st.binary(max_size=10) | st.sampled_from(
        (b"\0", b"\xff\xfe", b"\xc3", b"(" * 300, b"'", b'"""', b"\\", b"\t", b"1/0\n")
    )
    text = text[:start] + data.draw(others) + text[end:]
    for encoding in (None, "utf-16"):
        path = folder.parent / "mutant.py"
        path.write_bytes(text.decode("latin-1").encode(encoding) if encoding else text)
        loaded(path)
