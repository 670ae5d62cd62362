"""Figures for papers: pages of a size, with type in points and fonts that are held."""

import base64
import json
import re
from dataclasses import replace
from io import BytesIO

import numpy as np
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from fontTools.ttLib import TTFont
from PIL import Image

import animator
from animator import RenderOptions, RenderWarning, SceneError, render

PAGE = "3.4inx2.4in"
POINTS = (3.4 * 72, 2.4 * 72)


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A figure with a formula, as SVG, PDF and PNG."""
    from functools import partial

    from torch.optim import SGD

    from animator.problems import surface

    bowl = surface(
        lambda x, y: x**2 + y**2, x=(-3, 3), y=(-3, 3), start=(2, 1), name="A $x^2$"
    )
    one = animator.Experiment(bowl, {"a": partial(SGD, lr=0.1)}, steps=5)
    scene = animator.Scene(
        [animator.Heatmap(one, colorbar=True)], "A title", caption="A caption"
    )
    folder = tmp_path_factory.mktemp("pages")
    paths = [folder / f"a.{suffix}" for suffix in ("svg", "pdf", "png")]
    options = RenderOptions(
        size=PAGE, font_size="8pt", font="STIXGeneral", counter="", caption=""
    )
    render(scene, *paths, options=options)
    return folder


def test_a_pdf_has_the_size_of_the_page(files):
    with pypdfium2.PdfDocument(files / "a.pdf") as document:
        assert document[0].get_size() == pytest.approx(POINTS, abs=0.01)
        assert document[0].get_mediabox() == pytest.approx((0, 0, *POINTS), abs=0.01)


def test_an_svg_has_the_unit_of_the_page(files):
    root = re.search("<svg[^>]*>", (files / "a.svg").read_text())[0]
    assert 'width="3.4in"' in root and 'height="2.4in"' in root
    box = re.search('viewBox="0 0 ([^"]+)"', root)[1].split()
    assert [float(side) for side in box] == pytest.approx(POINTS, abs=0.01)


def test_a_png_has_the_page_s_pixels_and_their_number_per_inch(files):
    with Image.open(files / "a.png") as picture:
        assert picture.size == (1020, 720)
        assert picture.info["dpi"] == pytest.approx((300, 300), abs=0.1)


def test_a_pdf_has_text_of_the_size_in_fonts_that_it_holds(files):
    with pypdfium2.PdfDocument(files / "a.pdf") as document:
        page = document[0]
        words = page.get_textpage().get_text_bounded()
        assert "A title" in words
        assert "step" not in words and "A caption" not in words
        kinds = [item.type for item in page.get_objects()]
        assert kinds.count(pdfium.FPDF_PAGEOBJ_IMAGE) == 1  # the map
        for item in page.get_objects([pdfium.FPDF_PAGEOBJ_TEXT]):
            font = pdfium.FPDFTextObj_GetFont(item)
            assert pdfium.FPDFFont_GetIsEmbedded(font) == 1


def test_an_svg_has_text_as_text_and_holds_its_fonts(files):
    text = (files / "a.svg").read_text()
    assert ">A title<" in text and "A caption" not in text
    assert text.count("<image") == 1  # the map
    sizes = {float(size) for size in re.findall(r"font-size: ([\d.]+)px", text)}
    assert 8.0 in sizes and max(sizes) == 10.0
    rules = re.findall(
        r"font-family: '([^']+)'; font-weight: (\w+); font-style: (\w+); "
        r"src: url\(data:font/woff;base64,([^)]+)\)",
        text,
    )
    fonts = {
        rule[:3]: TTFont(BytesIO(base64.b64decode(rule[3]))).getBestCmap()
        for rule in rules
    }
    title = fonts["STIXGeneral", "700", "normal"]
    assert {ord(letter) for letter in "A title"} <= set(title)
    assert ord("x") in fonts["STIXGeneral", "normal", "italic"]  # of the formula
    assert ord("Q") not in title  # nothing that is not needed


def test_a_page_looks_the_same_in_a_pdf_and_in_a_png(files):
    with Image.open(files / "a.png") as picture:
        png = np.asarray(picture.convert("RGB")).astype(int)
    with pypdfium2.PdfDocument(files / "a.pdf") as document:
        drawn = document[0].render(scale=300 / 72).to_pil().convert("RGB")
    pdf = np.asarray(drawn.resize((1020, 720))).astype(int)
    assert abs(pdf - png).mean() < 5


def test_pages_are_checked_where_they_are_made():
    assert RenderOptions(size=PAGE).pixels == (1020, 720)
    assert RenderOptions(size="8.6cmx6cm", dpi=254).pixels == (860, 600)
    for changes, message in (
        ({"dpi": 300}, "dpi is 300, but size is 1280x720 pixels; give a page"),
        ({"size": PAGE, "dpi": 0}, "dpi is 0; give 1 to 4800 pixels per inch"),
        ({"size": PAGE, "dpi": 9}, "is 31x22 pixels at 9 dpi; give a size or a dpi"),
        ({"size": "3.4inx2"}, r"whose height has no unit; give 3\.4inx2in"),
        ({"font": "STIXGenral"}, r"did you mean 'STIXGeneral'\?"),
        ({"font_size": "8px"}, "give points, such as 8pt"),
        ({"counter": "{stp}"}, r"counter is '\{stp\}'"),
    ):
        with pytest.raises(SceneError, match=message):
            RenderOptions(**changes)


def test_a_manifest_has_the_page():
    options = RenderOptions(
        size="86.36mmx60mm",
        dpi=200,
        font="cmr10",
        font_size="9pt",
        counter="",
        caption="",
    )
    entry = json.loads(json.dumps(options.to_json()))
    assert entry["size"] == "86.36mmx60mm"
    assert RenderOptions.from_json(entry) == options


def test_fewer_pixels_of_a_page_are_the_same_page():
    options = RenderOptions(size="86mmx60mm", font_size=7)
    smaller = options.with_pixels((508, 354), 10)
    assert (smaller.pixels, smaller.fps) == ((508, 354), 10)
    assert smaller.page.inches == pytest.approx((86 / 25.4, 60 / 25.4), rel=0.01)
    assert options.with_pixels(options.pixels, 5) == replace(options, fps=5)


def test_videos_need_even_sides_and_others_do_not(small_scene, tmp_path):
    with pytest.raises(
        SceneError, match="321x181, but mp4 needs even sides; try 322x1"
    ):
        render(small_scene, tmp_path / "a.mp4", size=(321, 181))
    message = "86mmx60.2mm, which is 339x237 pixels at 100 dpi, but webm needs even"
    with pytest.raises(SceneError, match=message):
        render(small_scene, tmp_path / "a.webm", size="86x60.2mm", dpi=100)
    names = ("gif", "webp", "apng", "png")
    for clip in render(
        small_scene, *(tmp_path / f"a.{name}" for name in names), size=(321, 181)
    ):
        with Image.open(clip.path) as picture:
            assert picture.size == clip.size == (321, 181)


def test_type_too_large_for_its_page_is_said(small_scene, tmp_path):
    four = replace(small_scene, panels=small_scene.panels * 4)
    with pytest.warns(RenderWarning, match="type of 8 points leaves some axes less"):
        render(four, tmp_path / "a.svg", size=PAGE, font_size=8)


def test_an_svg_in_pixels_has_these_pixels(small_scene, tmp_path):
    render(small_scene, tmp_path / "a.svg", size=(800, 450))
    root = re.search("<svg[^>]*>", (tmp_path / "a.svg").read_text())[0]
    assert 'width="800"' in root and 'height="450"' in root
