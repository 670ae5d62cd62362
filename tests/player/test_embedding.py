"""Players in other pages: several of them, in frames, and told what to show."""

import pytest
from browsing import opened, wait
from runs import STEPS, scene

import animator
from animator.rendering.notebook import clip_html

SIZE = (480, 270)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A page, an article with two players, and a page with the first in a frame."""
    folder = tmp_path_factory.mktemp("pages")
    animator.render(scene(), folder / "alone.html", size=SIZE)
    two = folder / "fragment.html"
    animator.render(scene(), two, size=SIZE, html_embed=True, html_autoplay=False)
    fragment = two.read_text()
    named = [
        fragment.replace("<animator-player", f"<animator-player id={name}")
        for name in ("one", "two")
    ]
    style = "button, p, div, canvas { color: red; width: 3px; display: none }"
    (folder / "article.html").write_text(
        f"<!doctype html><title>An article</title><style>{style}</style>"
        f"<section>{named[0]}</section><section>{named[1]}</section>"
    )
    (folder / "frame.html").write_text(
        "<!doctype html><title>Around</title><body><script>"
        "window.told = [];"
        "addEventListener('message', ({data}) => told.push(data.animator));"
        "</script>"
        "<iframe src='alone.html#step=2' width=480 height=330></iframe>"
    )
    return folder


def test_two_players_in_an_article_are_on_their_own(browser, folder):
    with opened(browser, folder / "article.html", "#two.step=5") as page:
        steps = (
            "[...document.querySelectorAll('animator-player')].map((one) => one.step)"
        )
        assert page.evaluate(steps) == [0, 5]
        page.locator("#one").get_by_role("slider", name="Step").press("ArrowRight")
        assert page.evaluate(steps) == [1, 5]
        assert page.evaluate("location.hash") == "#two.step=5"
        # The article's style does not reach into the player, nor the other way round.
        play = page.locator("#one").get_by_role("button", name="Play", exact=True)
        assert play.bounding_box()["width"] > 20
        assert page.evaluate("getComputedStyle(document.body).margin") == "8px"


def test_keys_outside_of_a_player_are_the_articles(browser, folder):
    with opened(browser, folder / "article.html") as page:
        page.keyboard.press("End")
        assert page.evaluate("document.querySelector('#one').step") == 0


def test_an_article_has_the_step_and_sets_it(browser, folder):
    with opened(browser, folder / "article.html") as page:
        told = page.evaluate(
            """new Promise((resolve) => {
              const player = document.querySelector("#two");
              document.addEventListener("animator-step", ({ target, detail }) =>
                resolve([target.id, detail]));
              player.step = 7;
            })"""
        )
        assert told[0] == "two"
        expected = {"id": "two", "step": 7, "steps": STEPS, "playing": False}
        assert told[1] == {**expected, "values": {}}
        page.evaluate("document.querySelector('#two').play()")
        page.wait_for_function("document.querySelector('#two').step > 8")
        page.evaluate("document.querySelector('#two').pause()")


def test_a_page_around_a_frame_is_told_the_step_and_gives_one(browser, folder):
    with opened(browser, folder / "frame.html") as page:
        frame = page.frames[1]
        wait(frame)
        page.wait_for_function("told.length > 0")
        assert page.evaluate("told.at(-1).step") == 2
        page.evaluate(
            "frames[0].postMessage({ animator: { step: 11, hide: ['plain'] } }, '*')"
        )
        page.wait_for_function("told.at(-1).step === 11")
        hidden = "[...document.querySelector('animator-player').player.state.hidden]"
        assert frame.evaluate(hidden) == ["plain"]
        page.evaluate("frames[0].postMessage({ animator: { hide: [] } }, '*')")
        frame.wait_for_function(f"{hidden}.length === 0")
        page.evaluate("frames[0].postMessage({ animator: { playing: true } }, '*')")
        page.wait_for_function("told.at(-1).playing")
        # Other pages' messages, and those for other players, mean nothing.
        page.evaluate("frames[0].postMessage('hello', '*')")
        page.evaluate("frames[0].postMessage({ animator: { id: 'x', step: 1 } }, '*')")
        page.evaluate("frames[0].postMessage({ animator: { step: 3 } }, '*')")
        page.wait_for_function("told.at(-1).step === 3")
        assert not page.evaluate("told.some((one) => one.step === 1)")
        height = "document.scrollingElement.scrollHeight - innerHeight"
        assert frame.evaluate(height) <= 0


def test_a_player_that_is_put_in_later_starts_too(browser, folder):
    fragment = (folder / "fragment.html").read_text()
    element = fragment[: fragment.index("</animator-player>")] + "</animator-player>"
    with opened(browser, folder / "article.html") as page:
        page.evaluate(
            """async (html) => {
              const place = document.createElement("div");
              place.innerHTML = html;
              document.body.append(place);
              await place.firstElementChild.ready;
            }""",
            element,
        )
        count = page.evaluate("document.querySelectorAll('animator-player').length")
        assert count == 3


def test_full_screen_is_entered_and_left(browser, folder):
    with opened(browser, folder / "article.html") as page:
        player = page.locator("#one")
        player.get_by_role("button", name="Full screen").click()
        page.wait_for_function("document.fullscreenElement?.id === 'one'")
        paper = player.evaluate("one => getComputedStyle(one).backgroundColor")
        assert paper == "rgb(255, 255, 255)"
        player.get_by_role("button", name="Leave full screen").click()
        page.wait_for_function("document.fullscreenElement === null")


def test_a_notebook_shows_a_page_in_a_frame_without_an_address(browser, folder):
    with opened(browser, folder / "frame.html") as page:
        page.evaluate(
            """(html) => {
              const frame = document.createElement("iframe");
              frame.width = 480;
              frame.height = 330;
              frame.srcdoc = html;
              document.body.append(frame);
              return new Promise((resolve) => frame.addEventListener("load", resolve));
            }""",
            (folder / "alone.html").read_text(),
        )
        frame = page.frames[-1]
        frame.wait_for_function("document.querySelector('animator-player')?.player")
        wait(frame)
        frame.get_by_role("slider", name="Step").press("End")
        assert frame.evaluate("document.querySelector('animator-player').step") == STEPS
        frame.get_by_role("button", name="More").click()
        frame.get_by_role("button", name="Copy link to this step").click()
        frame.get_by_text("#step=").or_(frame.get_by_text("Link copied")).wait_for()


def test_a_player_in_a_notebook_may_have_the_full_screen(browser, folder, tmp_path):
    notebook = tmp_path / "notebook.html"
    notebook.write_text("<!doctype html>" + clip_html(folder / "alone.html", SIZE))
    with opened(browser, notebook) as page:
        frame = page.frames[1]
        frame.wait_for_function("document.querySelector('animator-player')?.player")
        wait(frame)
        assert frame.get_by_role("button", name="Full screen").count() == 1
