"""What a page tells where the pointer, a finger or the focus is."""

import pytest
from browsing import opened, place_of, step
from runs import SETTINGS, STEPS, loss_at, plain_loop, scene

import animator

LABEL = "momentum, 0.8"
SOME = 5


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "a.html"
    animator.render(scene(), path, size=(800, 450))
    return path


def told(page):
    """Return the title that is told, and the numbers by their names."""
    tip = page.locator(".tip")
    head = tip.locator(".head")
    names = tip.locator("dt").all_inner_texts()
    values = tip.locator("dd").all_inner_texts()
    title = head.inner_text() if head.count() else ""
    return title, dict(zip(names, values, strict=True))


def number(text):
    return float(text.replace("−", "-"))


def rings(page):
    """Return the centres of the rings over the picture, in its own pixels."""
    return page.locator(".ring").evaluate_all(
        "all => all.map(one => [+one.getAttribute('cx'), +one.getAttribute('cy')])"
    )


def test_a_step_of_a_path_tells_its_numbers(browser, path):
    bias, weight, loss, *gradient = plain_loop(LABEL, "MSELoss")[SOME]
    with opened(browser, path, f"#step={STEPS}") as page:
        page.mouse.move(*place_of(page, 0, bias, weight))
        title, facts = told(page)
        assert title == f"{LABEL}, step {SOME}"
        assert number(facts["bias"]) == pytest.approx(bias, rel=1e-3)
        assert number(facts["weight"]) == pytest.approx(weight, rel=1e-3)
        assert number(facts["loss"]) == pytest.approx(loss, rel=5e-3)
        pair = [number(one) for one in facts["gradient"].strip("()").split(", ")]
        assert pair == pytest.approx(gradient, rel=5e-3)
        # The same step of this setting is marked in all three panels.
        other = plain_loop(LABEL, "L1Loss")[SOME]
        places = [place_of(page, 0, bias, weight), place_of(page, 1, *other[:2])]
        places.append(place_of(page, 2, SOME, loss))
        frame = page.locator(".frame").bounding_box()
        scale = 800 / frame["width"]
        expected = [((x - frame["x"]) * scale, y * scale) for x, y in places]
        for found, wanted in zip(rings(page), expected, strict=True):
            assert found == pytest.approx(wanted, abs=1)


def test_steps_that_are_not_drawn_yet_are_not_told(browser, path):
    bias, weight, *_ = plain_loop(LABEL, "MSELoss")[SOME]
    with opened(browser, path, f"#step={SOME - 2}") as page:
        page.mouse.move(*place_of(page, 0, bias, weight))
        title, facts = told(page)
        assert title == ""
        assert facts.keys() == {"bias", "weight", "loss"}


def test_a_place_tells_its_loss_on_all_maps_of_these_coordinates(browser, path):
    with opened(browser, path, "#step=0") as page:
        page.mouse.move(*place_of(page, 0, 4.0, -2.0))
        facts = told(page)[1]
        bias, weight = number(facts["bias"]), number(facts["weight"])
        assert (bias, weight) == pytest.approx((4, -2), abs=0.06)
        loss = loss_at("MSELoss", bias, weight)
        assert number(facts["loss"]) == pytest.approx(loss, rel=0.02)
        note = number(page.locator(".note").inner_text())
        assert note == pytest.approx(loss_at("L1Loss", bias, weight), rel=0.02)
        page.mouse.move(1, 1)
        assert page.locator(".tip, .note").count() == 0


def test_a_curve_tells_all_settings_at_a_step(browser, path):
    with opened(browser, path, f"#step={STEPS}") as page:
        losses = {each: plain_loop(each, "MSELoss")[SOME][2] for each in SETTINGS}
        page.mouse.move(*place_of(page, 2, SOME, 40.0))
        title, facts = told(page)
        assert title == f"step {SOME}"
        assert {name: number(text) for name, text in facts.items()} == pytest.approx(
            losses, rel=5e-3
        )
        assert len(rings(page)) == 6


def test_a_finger_tells_the_same_and_a_touch_elsewhere_ends_it(browser, path):
    bias, weight, *_ = plain_loop(LABEL, "MSELoss")[SOME]
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
    with opened(browser, path, f"#step={SOME}", is_mobile=True, **phone) as page:
        x, y = place_of(page, 0, bias, weight)
        page.touchscreen.tap(x + 6, y + 5)
        assert told(page)[0] == f"{LABEL}, step {SOME}"
        page.touchscreen.tap(200, 800)
        assert page.locator(".tip").count() == 0


def shown(page):
    """Return the labels of the settings whose paths are drawn."""
    return page.evaluate(
        """() => {
          const { player } = document.querySelector("animator-player");
          const { settings } = player.scene;
          return [...new Set(player.picture.paths.map((one) => one.trail.owner))]
            .map((owner) => settings[owner].label);
        }"""
    )


def test_a_name_hides_and_shows_its_setting_and_alone_at_a_double_click(browser, path):
    with opened(browser, path, f"#step={STEPS}") as page:
        name = page.get_by_role("button", name=LABEL, exact=True).first
        before = page.locator("canvas.layer").first.screenshot()
        name.click()
        assert shown(page) == ["plain"]
        assert name.get_attribute("aria-pressed") == "false"
        assert page.locator("canvas.layer").first.screenshot() != before
        name.press("Enter")
        assert set(shown(page)) == {"plain", LABEL}
        name.dblclick()
        assert shown(page) == [LABEL]
        name.press("Shift+Enter")
        assert set(shown(page)) == {"plain", LABEL}
        page.mouse.move(1, 1)
        name.blur()
        assert page.locator("canvas.layer").first.screenshot() == before


def test_the_focus_on_a_name_tells_where_its_setting_is(browser, path):
    row = plain_loop(LABEL, "MSELoss")
    with opened(browser, path, "#step=3") as page:
        page.get_by_role("button", name=LABEL, exact=True).first.focus()
        title, facts = told(page)
        assert title == f"{LABEL}, step 3"
        assert number(facts["loss"]) == pytest.approx(row[3][2], rel=5e-3)
        page.keyboard.press("ArrowRight")
        assert step(page) == 4
        assert told(page)[0] == f"{LABEL}, step 4"
