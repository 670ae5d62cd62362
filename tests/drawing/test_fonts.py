"""Characters that the theme's font lacks, with a font made here that has one."""

import warnings
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from conftest import SCENE
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.font_manager import FontProperties
from matplotlib.mathtext import MathTextParser
from matplotlib.text import Text
from torch.nn import MSELoss
from torch.optim import SGD

import animator
from animator import Experiment, Heatmap, LossCurve, RenderWarning, Scene
from animator.drawing import fonts
from animator.drawing.style import style
from animator.drawing.theme import LIGHT
from animator.experiments.recorder import record_all
from animator.problems import line_fit
from animator.rendering.stage import set_stage

ROCKET, PRIVATE = "\N{ROCKET}", "\ue123"


def square(wide):
    """A glyph that is a filled rectangle, so wide."""
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    for corner in ((0, 700), (wide, 700), (wide, 0)):
        pen.lineTo(corner)
    pen.closePath()
    return pen.glyph()


@pytest.fixture
def system(tmp_path, monkeypatch):
    """Say which characters the system's one other font has."""

    def has(characters, family="Test Sans", wide=900, weight=400):
        name = "Bold" if weight > 400 else "Regular"
        path = tmp_path / f"{family} {name}.ttf"
        names = [".notdef", *(f"g{ord(c)}" for c in characters)]
        build = FontBuilder(1000, isTTF=True)
        build.setupGlyphOrder(names)
        build.setupCharacterMap({ord(c): f"g{ord(c)}" for c in characters})
        build.setupGlyf(dict.fromkeys(names, square(wide)))
        build.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
        build.setupHorizontalHeader(ascent=800, descent=-200)
        build.setupNameTable({"familyName": family, "styleName": name})
        build.setupOS2(usWeightClass=weight)
        build.setupPost()
        build.save(path)
        found.append(str(path))

    found = []
    monkeypatch.setattr(fonts, "findSystemFonts", lambda: found)
    monkeypatch.setattr(
        font_manager.fontManager, "ttflist", font_manager.fontManager.ttflist[:]
    )
    fonts._system.cache_clear()
    yield has
    fonts._system.cache_clear()


def scene_with(text):
    plain = {"plain": partial(SGD, lr=0.1)}
    panel = Heatmap(Experiment(line_fit(MSELoss()), plain, 2), points=11)
    return Scene([panel], text, seconds=3)


def title(scene):
    """The first frame's upper left corner, and what was complained of."""
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        frame = next(animator.frames(scene, [0], size=(640, 360)))
    ours = [str(each.message) for each in warned if each.category is RenderWarning]
    others = {each.category for each in warned} - {RenderWarning}
    assert all(issubclass(category, DeprecationWarning) for category in others)
    return frame[:30, :200, :3].astype(int), ours


@pytest.mark.parametrize("character", [ROCKET, PRIVATE])
def test_a_character_comes_from_another_font(system, character):
    system(character)
    seen, warned = title(scene_with(character))
    assert warned == []
    ink = np.argwhere(seen.sum(axis=2) < 3 * 60)
    high, wide = np.ptp(ink, axis=0) + 1
    assert wide / high == pytest.approx(900 / 700, abs=0.15)
    assert len(ink) > 0.9 * wide * high  # the filled rectangle


def test_the_font_that_has_most_is_taken_first(system):
    system(ROCKET, "Few Sans")
    system(ROCKET + PRIVATE, "Many Sans")
    found = fonts.fonts_for(LIGHT.font, [f"{ROCKET} {PRIVATE} α"])
    assert found == fonts.Fonts((LIGHT.font, fonts.PLAIN, "Many Sans"))
    assert fonts.fonts_for(LIGHT.font, ["αβγ שלום é\u0301\u200d"]) == fonts.Fonts(
        (LIGHT.font, fonts.PLAIN)
    )
    assert fonts.fonts_for(fonts.PLAIN, ["a"]) == fonts.Fonts((fonts.PLAIN,))


def test_the_typeface_comes_from_its_package_and_its_digits_are_equally_wide():
    fonts.register(LIGHT.font)
    for weight, slant in (
        ("normal", "normal"),
        ("bold", "normal"),
        ("normal", "italic"),
    ):
        wanted = FontProperties(family=LIGHT.font, weight=weight, style=slant)
        path = font_manager.findfont(wanted, fallback_to_default=False)
        assert "font_source_sans_pro" in path
        face = TTFont(path)
        names, widths = face.getBestCmap(), face["hmtx"]
        digits = {
            widths[names[ord(sign)]][0] for sign in "0123456789−+\N{FIGURE SPACE}"
        }
        assert len(digits) == 1, path
        is_semibold = "Semibold" in path
        assert is_semibold == (weight == "bold")


def test_matplotlib_has_the_weight_of_each_text(caplog):
    """A figure is also drawn outside of the style that keeps matplotlib quiet."""
    experiment = Experiment(line_fit(MSELoss()), {"it": partial(SGD, lr=0.1)}, 2)
    panels = [Heatmap(experiment, title="one"), LossCurve(experiment, title="other")]
    recordings = record_all([experiment])
    stage = set_stage(Scene(panels, "title"), recordings)
    for text in stage.figure.findobj(Text):
        font_manager.fontManager._findfont_cached.cache_clear()
        stage.figure.draw_artist(text)
    assert caplog.messages == []
    font_manager.findfont(FontProperties(family="There is no such font"))
    assert caplog.messages != []  # it can fail


def test_formulas_are_in_the_same_face():
    with style(LIGHT):
        parsed = MathTextParser("path").parse(r"$x_1 = 0.9\,\mathrm{lr} \nabla f$")
    faces = {glyph[0].family_name for glyph in parsed.glyphs}
    assert LIGHT.font in faces and not any("Computer" in face for face in faces)
    assert any("STIX" in face for face in faces)  # it has no nabla


def test_what_no_font_has_is_reported_once(system, run, tmp_path):
    system(PRIVATE)
    _, warned = title(scene_with(ROCKET * 3 + PRIVATE))
    assert len(warned) == 1
    assert warned[0].startswith(f"no installed font has {ROCKET} (U+1F680): boxes")
    text = SCENE.rstrip()[:-1] + f", title={ROCKET!r}, caption={ROCKET!r})\n"
    (tmp_path / "scene.py").write_text(text)
    status, _, err = run("scene.py", "--size", "320x180", "-f", "gif", "-f", "svg")
    assert status == 0
    assert err.count("\n") == 1 and err.startswith("animate: no installed font has")


def filled(seen):
    """The columns of a picture that are dark over the height of a capital."""
    return int((seen.sum(axis=2) < 3 * 60).sum(axis=0).__ge__(8).sum())


@pytest.mark.parametrize("text", [rf"$x$ {ROCKET}", rf"$x^{{{ROCKET}}}$ {ROCKET}"])
def test_a_character_beside_a_formula_comes_from_another_font(system, text):
    system(ROCKET)
    seen, warned = title(scene_with(text))
    without, _ = title(scene_with("$x$"))
    assert warned == []
    assert filled(seen) >= 8 > filled(without)  # the filled rectangle


def test_a_still_has_the_fonts_of_formulas_too(system, tmp_path):
    system(ROCKET)
    path = tmp_path / "a.svg"
    animator.render(scene_with(f"$x$ {ROCKET}"), path, size=(640, 360))
    svg = path.read_text(encoding="utf-8")
    assert "Test Sans" in svg and ROCKET in svg


def test_a_title_in_another_script_is_bold(system):
    system(ROCKET, wide=300)
    plain = filled(title(scene_with(ROCKET))[0])
    system(ROCKET, wide=900, weight=700)
    fonts._system.cache_clear()
    assert filled(title(scene_with(ROCKET))[0]) > 2 * plain


def test_a_theme_s_font_that_is_not_there(system):
    scene = replace(scene_with("a"), theme=replace(LIGHT, font="Nowhere Sans"))
    with pytest.warns(
        RenderWarning, match="'Nowhere Sans' is not installed: DejaVu Sans"
    ):
        next(animator.frames(scene, [0], size=(320, 180)))
