"""What those need who see less, use the keyboard alone, or have other colours."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import opened, step
from runs import scene

import animator


@pytest.fixture(scope="module", params=["light", "dark"])
def path(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / f"{request.param}.html"
    animator.render(scene(), path, size=(640, 360), theme=request.param)
    return path


def test_axe_finds_nothing_serious(browser, path):
    with opened(browser, path, "#step=4") as page:
        page.get_by_role("button", name="More").click()
        found = Axe().run(page).response["violations"]
        serious = [each for each in found if each["impact"] in ("serious", "critical")]
        assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == []


def test_axe_would_find_a_control_without_a_name(browser, path):
    with opened(browser, path, "#step=4") as page:
        page.evaluate(
            """() => {
              const { shadowRoot } = document.querySelector("animator-player");
              const play = shadowRoot.querySelector(".play");
              play.removeAttribute("aria-label");
              play.removeAttribute("title");
            }"""
        )
        found = Axe().run(page).response["violations"]
        assert "button-name" in [each["id"] for each in found]


def focused(page):
    """Return the name of what has the focus, and how wide its outline is."""
    return page.evaluate(
        """() => {
          const { shadowRoot } = document.querySelector("animator-player");
          const node = shadowRoot.activeElement;
          if (!node) return null;
          const style = getComputedStyle(node);
          const width = parseFloat(style.outlineWidth);
          const isSeen = style.outlineStyle !== "none";
          return [node.getAttribute("aria-label"), isSeen ? width : 0];
        }"""
    )


def test_the_keyboard_reaches_every_control_and_the_focus_is_seen(browser, path):
    with opened(browser, path, "#step=4") as page:
        seen = []
        for _ in range(12):
            page.keyboard.press("Tab")
            seen.append(focused(page))
        names = [each[0] for each in seen if each]
        for name in ("plain", "momentum, 0.8", "Play", "Step", "Speed", "Loop", "More"):
            assert name in names
        assert all(each[1] >= 2 for each in seen if each)


def test_the_menu_is_used_by_keys_alone(browser, path):
    with opened(browser, path, "#step=4") as page:
        more = page.get_by_role("button", name="More")
        more.press("Enter")
        assert more.get_attribute("aria-expanded") == "true"
        page.keyboard.press("ArrowDown")
        entry = page.get_by_role("button", name="Save this frame as PNG")
        assert entry.evaluate("node => node.getRootNode().activeElement === node")
        page.keyboard.press("Escape")
        assert more.get_attribute("aria-expanded") == "false"
        assert focused(page)[0] == "More"
        assert step(page) == 4


def test_a_paused_step_is_said_with_its_losses(browser, path):
    with opened(browser, path, "#step=4") as page:
        page.keyboard.press("ArrowRight")
        said = page.get_by_role("status").filter(has_text="Step 5")
        said.wait_for()
        assert "plain on MSELoss: loss" in said.inner_text()


def test_texts_are_read_but_not_the_numbers_of_axes(browser, path):
    with opened(browser, path, "#step=4") as page:
        read = page.locator("animator-player").aria_snapshot()
    words = read.split("Play")[0]
    assert "Two losses" in words and "bias" in words and "MSELoss" in words
    assert "−4" not in words
    assert words.count("momentum, 0.8") == 1  # the button that hides it


def test_texts_are_texts_at_least_those_that_matter(browser, path):
    with opened(browser, path, "#step=4") as page:
        for text in ("Two losses", "bias", "weight", "momentum, 0.8"):
            assert page.locator("svg text", has_text=text).count() > 0
