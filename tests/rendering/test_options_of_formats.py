"""Options of formats that are not written are refused, from Python and the command."""

import pytest
from conftest import SCENE

import animator
from animator.base.errors import SceneError
from animator.encoders.formats.gif import GifOptions
from animator.rendering.options import RenderOptions

SMALL = ["--size", "128x72", "--steps", "1", "--fps", "5", "--no-cache"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["-o", "a.gif", "--html-embed", "yes"],
            "html_embed is for html, not for gif; leave it out or write html, too",
        ),
        (["-o", "a.mp4", "--gif-quality", "50"], "gif_quality is for gif, not for mp4"),
        (["--html-speed", "2"], "html_speed is for html, not for mp4 and gif"),
        (
            ["-o", "a.mp4", "--loop", "3"],
            "loop is for gif, webp, apng and html, not for mp4; leave it out",
        ),
        (
            ["-o", "a.gif", "-f", "html"],
            "-o a.gif is gif, and -f says html; leave -f out, or give -o a folder",
        ),
        (["-o", "a.gif", "-f", "gif", "-f", "mp4"], "-o a.gif is gif, and -f says mp4"),
    ],
)
def test_the_command_refuses_it_in_one_line(run, tmp_path, arguments, message):
    (tmp_path / "scene.py").write_text(SCENE)
    status, out, err = run("scene.py", *arguments, *SMALL)
    assert (status, out) == (2, "")
    assert message in err and err.count("\n") == 1
    assert not list(tmp_path.glob("*.gif"))


def test_a_suffix_and_the_same_format_agree(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    status, _, err = run("scene.py", "-o", "a.gif", "-f", "GIF", "--loop", "2", *SMALL)
    assert (status, err) == (0, "") and (tmp_path / "a.gif").exists()


@pytest.mark.parametrize(
    ("name", "keywords", "message"),
    [
        ("a.apng", {"gif_quality": 5}, "gif_quality is for gif, not for apng"),
        ("a.png", {"loop": 2}, "loop is for gif, webp, apng and html, not for png"),
        (
            "a.apng",
            {"options": RenderOptions(formats={"gif": GifOptions(5)})},
            "gif_quality is for gif, not for apng",
        ),
    ],
)
def test_python_refuses_it(small_scene, tmp_path, name, keywords, message):
    with pytest.raises(SceneError, match=message):
        animator.render(small_scene, tmp_path / name, size=(128, 72), **keywords)
    assert not list(tmp_path.iterdir())


def test_each_of_several_formats_has_its_options(small_scene, tmp_path):
    paths = [tmp_path / "a.gif", tmp_path / "a.png"]
    animator.render(small_scene, *paths, size=(128, 72), gif_quality=5, loop=2)
    alone = tmp_path / "b.gif"
    animator.render(small_scene, alone, size=(128, 72), gif_quality=5, loop=2)
    assert paths[0].read_bytes() == alone.read_bytes()


def test_sliders_and_clips_of_one_command_have_their_options(run, tmp_path):
    """The page of a scene with sliders and its GIF are made separately."""
    sliders = "scene = replace(scene, sliders={'lr': [0.1, 0.2]})"
    text = f"{SCENE}\nfrom dataclasses import replace\n{sliders}\n"
    (tmp_path / "scene.py").write_text(text)
    own = ["-f", "html", "-f", "gif", "--html-speed", "2", "--gif-quality", "5"]
    assert run("scene.py", *own, *SMALL)[::2] == (0, "")
    assert 'speed="2"' in (tmp_path / "renders/scene.html").read_text()
