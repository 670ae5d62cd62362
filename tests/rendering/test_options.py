"""What is asked of a rendering: one value, checked where it is made."""

import json
import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from animator import SceneError, Theme
from animator.drawing.theme import DARK
from animator.encoders.format import ClipSpec
from animator.encoders.formats.gif import GifOptions
from animator.encoders.formats.webp import WebpOptions
from animator.encoders.registry import formats
from animator.rendering.format_options import format_options
from animator.rendering.options import RenderOptions

ASKED = {
    "size": (320, 180),
    "fps": 12.5,
    "steps": 7,
    "theme": "dark",
    "seconds": 4.0,
    "hold_start": 0.0,
    "hold_end": 2.0,
    "title": "A title",
    "caption": "",
    "counter": "epoch {epoch}",
    "font": "STIXGeneral",
    "font_size": 9.0,
    "transparent": True,
    "still": 3,
    "loop": 2,
    "max_size": 5000,
    "gif_quality": 75,
    "webp_quality": 60.0,
}


def test_keywords_spell_the_options():
    options = RenderOptions.from_keywords(ASKED)
    own = {"gif": GifOptions(75), "webp": WebpOptions(60.0)}
    common = {name: value for name, value in ASKED.items() if "_quality" not in name}
    assert options == RenderOptions(**common, formats=own)


def test_keywords_change_only_what_they_name():
    base = RenderOptions(fps=10, formats={"gif": GifOptions(10)})
    options = RenderOptions.from_keywords({"webp_quality": 5}, base)
    assert options == replace(
        base, formats={"gif": GifOptions(10), "webp": WebpOptions(5)}
    )
    assert RenderOptions.from_keywords({}, base) == base


def test_options_of_formats_can_be_given_as_values():
    options = RenderOptions.from_keywords({"formats": {"gif": GifOptions(90)}})
    assert options.formats == {"gif": GifOptions(90)}


def test_a_name_of_a_size_becomes_the_size():
    assert RenderOptions.from_keywords({"size": "1080p"}).size == (1920, 1080)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("gif_qualty", r"no option 'gif_qualty'; did you mean 'gif_quality'\?"),
        ("transparant", r"no option 'transparant'; did you mean 'transparent'\?"),
        ("xyz", "there is no option 'xyz'; give one of size, .*fps, .*, gif_quality"),
        ("watch", "there is no option 'watch'; give one of"),
    ],
)
def test_an_option_that_is_not_there(name, message):
    with pytest.raises(SceneError, match=message):
        RenderOptions.from_keywords({name: 1})


def test_only_some_names_may_be_possible():
    with pytest.raises(SceneError, match="there is no option 'loop'; give one of size"):
        RenderOptions.from_keywords({"loop": 1}, names=["size", "fps"])


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("size", (True, 720), "size is 1x720; give 64 to"),
        ("size", "big", "'big' is not a size; give WIDTHxHEIGHT"),
        ("size", (1, 2.5), r"size is \(1, 2\.5\); give whole pixels"),
        ("fps", True, "fps is True; give 1 to 100 frames a second"),
        ("fps", 0.5, "fps is 0.5; give 1 to 100"),
        ("steps", True, "steps is True; give a whole number, 1 or more"),
        ("steps", 0, "steps is 0; give"),
        ("steps", 2.0, r"steps is 2\.0; give"),
        ("seconds", True, "seconds is True; give a number of seconds"),
        ("hold_start", -1, "hold_start is -1; give a number of seconds"),
        ("hold_end", False, "hold_end is False; give a number of seconds"),
        ("transparent", 1, "transparent is 1; give True or False"),
        ("still", -1, "still is -1; give the number of a step"),
        ("loop", True, r"loop is True; give 0 \(for ever\) to 65535"),
        ("loop", 65536, "loop is 65536; give 0"),
        ("loop", None, "loop is None; give 0"),
        ("max_size", True, "max_size is True; give a number of bytes"),
        ("max_size", 0, "max_size is 0; give a number of bytes"),
        ("theme", "Blue", "theme is 'Blue'; give one of light, dark"),
        ("gif_quality", True, "gif_quality is True; give a number from 0 to 100"),
        ("webp_quality", 101, "webp_quality is 101; give a number from 0 to 100"),
        ("formats", {"gif": 75}, r"the options of gif are 75; give GifOptions\(\.\.\."),
        ("formats", {"mov": 1}, "there is no format 'mov'; give one of mp4, gif"),
        ("formats", 3, "formats is 3; give options by the names of their formats"),
    ],
)
def test_values_that_cannot_be(name, value, message):
    with pytest.raises(SceneError, match=message):
        RenderOptions.from_keywords({name: value})


def test_a_clock_that_no_scene_can_have():
    with pytest.raises(SceneError, match="seconds is 3, of which the clip rests"):
        RenderOptions(seconds=3, hold_end=5)
    RenderOptions(seconds=1)  # of a scene that has no holds


def test_the_clock_is_the_scene_s_unless_asked_for(small_scene):
    assert RenderOptions().apply_to(small_scene) is small_scene
    scene = RenderOptions(hold_end=0).apply_to(small_scene)
    assert (scene.hold_end, scene.seconds) == (0, small_scene.seconds)
    with pytest.raises(
        SceneError, match=r"seconds is 1, of which the clip rests .*1\.5"
    ):
        RenderOptions(seconds=1).apply_to(small_scene)


def test_texts_replace_those_of_a_scene(small_scene):
    scene = replace(small_scene, caption="before", captions={2: "later"})
    assert RenderOptions().apply_to(scene) is scene
    changed = RenderOptions(title="A", caption="").apply_to(scene)
    assert (changed.title, changed.caption, changed.captions) == ("A", "", {})
    assert RenderOptions(title="").apply_to(scene).captions == {2: "later"}


@pytest.mark.parametrize("theme", [None, "light", DARK])
def test_json_has_all_of_them(theme):
    options = RenderOptions.from_keywords({**ASKED, "theme": theme})
    entry = json.loads(json.dumps(options.to_json()))
    again = RenderOptions.from_json(entry)
    assert again == options
    assert theme is not DARK or isinstance(again.theme, Theme)


def test_what_json_does_not_have_is_the_default():
    assert RenderOptions.from_json({}) == RenderOptions()
    entry = RenderOptions(formats={"gif": GifOptions(75)}).to_json()
    del entry["formats"]["gif"]["quality"], entry["loop"]
    assert RenderOptions.from_json(entry) == RenderOptions(
        formats={"gif": GifOptions()}
    )
    with pytest.raises(SceneError, match="there is no option 'gif_sound'"):
        RenderOptions.from_json({"formats": {"gif": {"sound": 1}}})


def test_a_clip_has_the_options_of_its_format():
    options = RenderOptions.from_keywords(ASKED)
    spec = options.clip(formats()["gif"])
    assert spec == ClipSpec((320, 180), 12.5, GifOptions(75), 2, transparent=True)
    assert RenderOptions().clip(formats()["webp"]).options == WebpOptions()


def test_they_are_values():
    options = RenderOptions.from_keywords(ASKED)
    assert pickle.loads(pickle.dumps(options)) == options
    with pytest.raises(FrozenInstanceError):
        options.fps = 5
    given = {"gif": GifOptions(1)}
    options = RenderOptions(formats=given)
    given.clear()
    assert options.formats == {"gif": GifOptions(1)}


def test_each_option_of_a_format_is_spelled_with_its_name():
    names = [option.keyword for option in format_options()]
    page = "embed script controls autoplay speed narrow full_maps".split()
    assert names == ["gif_quality", "webp_quality", *(f"html_{n}" for n in page)]
