"""A page in a real browser, Chromium, as a reader uses it."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

OPTIONS = (
    "--no-sandbox --disable-gpu --no-first-run --disable-sync --hide-scrollbars "
    "--disable-background-networking --disable-component-update "
    "--force-color-profile=srgb"
).split()


@contextmanager
def chromium(options=OPTIONS):
    """Start a browser; the tests are skipped if there is none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        if os.environ.get("ANIMATOR_NEEDS_BROWSER"):
            pytest.fail("there is no chromium")
        pytest.skip("there is no chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=options)
        yield browser
        browser.close()


@contextmanager
def opened(browser, path, query="", **context):
    """Open a page and wait for its players; no error may occur on it.

    Yields the page. Its `asked` lists the addresses that it asked the network for.
    """
    settings = {"viewport": {"width": 720, "height": 460}, **context}
    own = browser.new_context(accept_downloads=True, **settings)
    page = own.new_page()
    errors, page.asked = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(f"{path.as_uri()}{query}")
    wait(page)
    yield page
    assert errors == []
    own.close()


def wait(frame):
    """Wait until all players of a page, or of a frame, show something."""
    frame.evaluate(
        """async () => {
          const players = [...document.querySelectorAll("animator-player")];
          if (players.length) {
            await customElements.whenDefined("animator-player");
          }
          await Promise.all(players.map((one) => one.ready));
        }"""
    )


def step(frame):
    """Return the step that the first player shows."""
    return frame.evaluate("document.querySelector('animator-player').step")


def is_playing(frame):
    """Return whether the first player plays."""
    name = "Pause"
    return frame.get_by_role("button", name=name, exact=True).count() > 0


def place_of(page, panel, x, y):
    """Return where data coordinates of a panel are on the page."""
    return page.evaluate(
        """([panel, x, y]) => {
          const { player, view } = document.querySelector("animator-player");
          const { scene } = player;
          const frame = view.frame.getBoundingClientRect();
          const scale = frame.width / scene.size[0];
          const { box, x: across, y: up } = scene.panels[panel];
          const share = (axis, value) => {
            const [low, high] = axis.limits;
            return axis.scale === "log"
              ? Math.log(value / low) / Math.log(high / low)
              : (value - low) / (high - low);
          };
          return [
            frame.x + scale * (box[0] + share(across, x) * (box[2] - box[0])),
            frame.y + scale * (box[3] - share(up, y) * (box[3] - box[1])),
          ];
        }""",
        [panel, x, y],
    )
