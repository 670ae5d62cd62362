"""What a reader does with a page: play, pause, go through the steps, follow links."""

from dataclasses import replace

import pytest
from browsing import is_playing, opened, step
from conftest import ROOT

import animator

TITLE = 'Down <script>window.hurt = 1</script> & "down"'
STEPS = 24


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "race.html"
    scene = animator.load(ROOT / "scenes" / "race.py")
    scene = replace(scene, title=TITLE, hold_start=0.1, hold_end=0.1, seconds=1.0)
    animator.render(scene, path, size=(640, 360), steps=STEPS)
    return path


def test_keys_go_through_the_steps(browser, path):
    with opened(browser, path, "#step=3") as page:
        for key, expected in (
            ("ArrowRight", 4),
            ("ArrowLeft", 3),
            ("Shift+ArrowRight", 13),
            ("Home", 0),
            ("ArrowLeft", 0),
            ("PageDown", 4),
            ("PageDown", 16),
            ("PageUp", 4),
            ("End", STEPS),
            ("ArrowRight", STEPS),
        ):
            page.keyboard.press(key)
            assert step(page) == expected, key
        assert not is_playing(page)


def test_the_scrubber_says_its_step_and_has_a_mark_for_each_caption(browser, path):
    with opened(browser, path, "#step=0") as page:
        scrubber = page.get_by_role("slider", name="Step")
        box = scrubber.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        assert step(page) == STEPS / 2
        said = scrubber.get_attribute("aria-valuetext")
        assert said.startswith(f"step 12 of {STEPS}: momentum carries the blue one")
        marks = page.locator(".marks i").evaluate_all(
            "all => all.map(i => i.style.left)"
        )
        assert [float(mark[:-1]) for mark in marks] == pytest.approx(
            [100 * 4 / STEPS, 100 * 16 / STEPS], abs=1e-3
        )


def test_a_caption_is_a_text_that_can_be_selected(browser, path):
    words = "momentum carries the blue one"
    with opened(browser, path, "#step=12") as page:
        caption = page.locator("svg text", has_text=words)
        assert caption.count() == 1
        box = caption.bounding_box()
        x, y = box["x"] + 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + box["width"] - 4, y, steps=3)
        page.mouse.up()
        selection = (
            "document.querySelector('animator-player').shadowRoot.getSelection()"
        )
        assert words in page.evaluate(f"{selection}.toString()")
        page.keyboard.press("Home")
        assert page.locator("svg text:visible", has_text=words).count() == 0


def test_space_and_the_button_play_and_pause(browser, path):
    with opened(browser, path, "#step=5") as page:
        page.keyboard.press("Space")
        assert is_playing(page)
        page.wait_for_function("document.querySelector('animator-player').step > 6")
        page.keyboard.press("Space")
        paused = step(page)
        page.get_by_role("button", name="Play", exact=True).click()
        page.wait_for_function(
            f"document.querySelector('animator-player').step != {paused}"
        )
        page.get_by_role("button", name="Pause", exact=True).press("Enter")
        assert not is_playing(page)


def test_a_loop_begins_again_and_without_it_the_end_stays(browser, path):
    with opened(browser, path, "?speed=4") as page:
        page.wait_for_function(
            """new Promise((resolve) => {
              let before = 0;
              addEventListener("animator-step", ({ detail }) => {
                if (detail.step < before) resolve(true);
                before = detail.step;
              });
            })"""
        )
        page.get_by_role("button", name="Loop").click()
        assert page.get_by_role("button", name="Loop", pressed=False).count() == 1
        page.get_by_role("button", name="Play", exact=True).wait_for()
        assert step(page) == STEPS


def test_speed_is_chosen(browser, path):
    with opened(browser, path, "?speed=0.5&autoplay=0") as page:
        speed = page.get_by_role("combobox", name="Speed")
        assert speed.input_value() == "0.5"
        page.keyboard.press(">")
        assert speed.input_value() == "1"
        speed.select_option("2×")
        chosen = "document.querySelector('animator-player').player.state.speed"
        assert page.evaluate(chosen) == 2


def test_it_plays_by_itself_but_not_for_those_who_want_calm(browser, path):
    with opened(browser, path) as page:
        page.wait_for_function("document.querySelector('animator-player').step > 0")
    for context in ({"reduced_motion": "reduce"},):
        with opened(browser, path, **context) as page:
            page.wait_for_timeout(200)
            assert step(page) == 0
            assert not is_playing(page)


def test_without_controls_there_is_only_the_picture(browser, path):
    with opened(browser, path, "?controls=0&autoplay=0&step=2") as page:
        assert page.get_by_role("slider").count() == 0
        assert page.get_by_role("button", name="Play").count() == 0
        assert step(page) == 2


def test_a_title_is_a_title(browser, path):
    with opened(browser, path, "#step=0") as page:
        assert page.title() == TITLE
        assert page.evaluate("window.hurt") is None
        assert page.get_by_text(TITLE).count() == 1


def test_nothing_is_asked_of_the_network(browser, path):
    with opened(browser, path, "#step=2", offline=True) as page:
        page.keyboard.press("End")
        own = path.as_uri()
        others = [
            url for url in page.asked if not url.startswith((own, "data:", "blob:"))
        ]
        assert others == []


def test_a_link_shows_the_same_again(browser, path):
    with opened(browser, path, "#step=7&hide=plain") as page:
        page.get_by_role("button", name="More").click()
        page.get_by_role("button", name="Copy link to this step").click()
        page.get_by_text("#step=7&hide=plain").or_(
            page.get_by_text("Link copied")
        ).wait_for()
        assert page.evaluate("location.hash") == "#step=7&hide=plain"
        page.evaluate("location.hash = '#step=9'")
        page.wait_for_function("document.querySelector('animator-player').step === 9")


def test_the_picture_fits_windows_of_all_sizes(browser, path):
    for width, height in ((390, 844), (1280, 720), (844, 390)):
        size = {"width": width, "height": height}
        with opened(browser, path, "#step=2", viewport=size) as page:
            frame = page.locator(".frame").bounding_box()
            whole = page.locator(".player").bounding_box()
            shown = "document.querySelector('animator-player').player.scene.size"
            wide, high = page.evaluate(shown)
            assert frame["width"] / frame["height"] == pytest.approx(
                wide / high, rel=0.01
            )
            assert (wide < high) == (width < height)
            assert whole["x"] >= 0 and whole["x"] + whole["width"] <= width
            assert whole["height"] <= height + 1
            assert frame["width"] > 0.7 * width or whole["height"] > 0.9 * height


def test_a_finger_has_room_on_each_control(browser, path):
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    with opened(browser, path, "#step=2", is_mobile=True, **phone) as page:
        for control in page.locator(
            ".bar button:visible, .bar select, .bar input"
        ).all():
            box = control.bounding_box()
            assert min(box["width"], box["height"]) >= 40


def test_a_still_shows_where_scripts_are_off(browser, path):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(path.as_uri())
    still = page.get_by_role("img", name="Down")
    assert still.evaluate("image => image.naturalWidth") > 500
    context.close()
