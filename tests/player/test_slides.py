"""A player on slides, which scale and hide it, take keys, and have their own style.

The pages do what reveal.js does: it scales all slides to the window, shows one of them,
and listens to keys on the document.
"""

import pytest
from browsing import opened, place_of, step, wait
from runs import STEPS, scene

import animator

SCALE = 1.5
STYLE = (
    "font: italic 40px serif; text-transform: uppercase; letter-spacing: 5px; "
    "text-align: center; line-height: 3; color: red; "
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("slides")
    part, path = folder / "part.html", folder / "slides.html"
    animator.render(
        scene(), part, size=(480, 270), html_embed=True, html_autoplay=False
    )
    path.write_text(
        "<!doctype html><title>Slides</title><script>window.keys = [];"
        "document.addEventListener('keydown', ({key}) => keys.push(key));</script>"
        f"<div style='{STYLE} width: 480px; transform: scale({SCALE}); "
        f"transform-origin: 0 0'>{part.read_text()}</div>"
    )
    return path


WINDOW = {"width": 800, "height": 600}


def test_what_is_pointed_at_is_found_on_a_scaled_slide(browser, path):
    with opened(browser, path, viewport=WINDOW) as page:
        page.mouse.move(*place_of(page, 0, 4.0, -2.0))
        names = page.locator(".tip dt").all_inner_texts()
        values = page.locator(".tip dd").all_inner_texts()
        told = dict(zip(names, values, strict=True))
        assert float(told["bias"]) == pytest.approx(4, abs=0.1)
        assert float(told["weight"].replace("−", "-")) == pytest.approx(-2, abs=0.1)


def test_a_scaled_picture_has_the_pixels_of_the_window(browser, path):
    with opened(browser, path, viewport=WINDOW) as page:
        width = page.locator("canvas.layer").first.evaluate("one => one.width")
        assert width == 480 * SCALE


def test_keys_of_a_player_do_not_reach_the_slides(browser, path):
    with opened(browser, path, viewport=WINDOW) as page:
        page.mouse.click(*place_of(page, 0, 4.0, -2.0))
        page.keyboard.press("ArrowRight")
        assert step(page) == 1
        page.keyboard.press("End")
        assert step(page) == STEPS
        page.get_by_role("button", name="Loop").press("Space")
        page.get_by_role("combobox", name="Speed").press("ArrowDown")
        assert page.evaluate("keys") == []
        # Those without a meaning do.
        page.keyboard.press("Escape")
        assert page.evaluate("keys") == ["Escape"]


def test_a_hidden_slide_is_right_when_it_is_shown(browser, path, tmp_path):
    hidden = tmp_path / "hidden.html"
    hidden.write_text(
        path.read_text().replace("<div style='", "<div style='display:none; ")
    )
    with opened(browser, hidden, viewport=WINDOW) as page:
        page.evaluate("document.querySelector('div').style.display = ''")
        page.get_by_role("button", name="plain", exact=True).first.wait_for()
        frame = page.locator(".frame").bounding_box()
        assert frame["width"] == 480 * SCALE
        name = page.get_by_role("button", name="plain", exact=True).first.bounding_box()
        assert name["width"] > 10 and name["height"] > 5
        wait(page)


def test_the_style_around_a_player_is_not_inherited(browser, path):
    names = ["textTransform", "letterSpacing", "textAlign", "lineHeight", "fontStyle"]
    read = f"""one => {{
      const style = getComputedStyle(one);
      return [...{names}.map((name) => style[name]), style.color];
    }}"""
    with opened(browser, path, viewport=WINDOW) as page:
        slide = page.locator("div").first.evaluate(read)
        player = page.locator(".bar").evaluate(read)
    assert slide[:3] == ["uppercase", "5px", "center"]
    assert player[:2] == ["none", "normal"]
    assert [a for a, b in zip(slide, player, strict=True) if a == b] == []
