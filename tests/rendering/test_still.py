"""Stills: PNG, SVG and PDF."""

import numpy as np
import pypdfium2
import pytest
from conftest import ROOT
from PIL import Image

import animator
from animator import SceneError, render
from animator.encoders.registry import formats

SIZE = (640, 360)
STILL = [name for name, format in formats().items() if format.still]


def test_a_png_is_the_last_frame_or_the_one_at_a_step(small_scene, tmp_path):
    path = tmp_path / "a.png"
    first, *_, last = animator.frames(small_scene, size=SIZE)
    for still, frame in ((None, last), (8, last), (0, first)):
        (clip,) = render(small_scene, path, size=SIZE, still=still)
        with Image.open(path) as picture:
            np.testing.assert_array_equal(np.asarray(picture), frame)
    assert (clip.frames, clip.seconds) == (1, 0)


def test_vectors_are_like_the_png_and_text_is_text(tmp_path):
    scene = animator.load(ROOT / "scenes" / "fit.py")
    svg, pdf = tmp_path / "a.svg", tmp_path / "a.pdf"
    render(scene, svg, pdf, tmp_path / "a.png", still=3)
    with Image.open(tmp_path / "a.png") as picture:
        png = np.asarray(picture.convert("RGB")).astype(int)
    text = svg.read_text()
    assert ">A line is fitted<" in text and "loss 15.2" in text
    assert text.count("<image") == 1  # the map
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        words = page.get_textpage().get_text_bounded()
        assert "A line is fitted" in words and "loss 15.2" in words
        kinds = [item.type for item in page.get_objects()]
        assert kinds.count(3) == 1 and len(kinds) > 80  # the map, and much else
        drawn = page.render(scale=100 / 72).to_pil().convert("RGB").resize((1280, 720))
    assert abs(np.asarray(drawn).astype(int) - png).mean() < 4


def test_an_svg_has_the_size_asked_for(small_scene, tmp_path):
    path = tmp_path / "a.svg"
    render(small_scene, path, size=(800, 450))
    head = path.read_text().split("<svg", 1)[1].split(">", 1)[0]
    assert 'width="800"' in head and 'height="450"' in head


@pytest.mark.parametrize("name", STILL)
def test_a_transparent_still(small_scene, tmp_path, name):
    path = tmp_path / f"a.{name}"
    render(small_scene, path, size=SIZE, transparent=True)
    if name == "pdf":
        with pypdfium2.PdfDocument(path) as document:
            page = document[0].render(fill_color=(1, 2, 3, 255)).to_numpy()
            assert tuple(page[5, 5]) == (3, 2, 1)
    elif name == "svg":
        assert "#ffffff" not in path.read_text().split("axes_1")[0].lower()
    else:
        with Image.open(path) as picture:
            assert picture.getpixel((5, 5))[3] == 0


@pytest.mark.parametrize(
    ("step", "message"),
    [
        (9, "still is step 9; give one of 0 to 8"),
        (-1, "still is -1; give the number of a step, 0 or more"),
        (True, "still is True; give the number of a step"),
    ],
)
def test_a_step_that_is_not_there(small_scene, tmp_path, step, message):
    with pytest.raises(SceneError, match=message):
        render(small_scene, tmp_path / "a.png", still=step)
    assert not list(tmp_path.iterdir())


def test_a_png_is_the_same_beside_vectors(small_scene, tmp_path):
    (alone,) = render(small_scene, tmp_path / "a.png", size=SIZE)
    beside = render(small_scene, *(tmp_path / f"b.{s}" for s in ("svg", "pdf", "png")))
    (big,) = render(small_scene, tmp_path / "c.png")
    assert beside[2].path.read_bytes() == big.path.read_bytes()
    assert alone.path.read_bytes() != big.path.read_bytes()
