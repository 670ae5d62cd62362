"""Clips as a real browser, Chromium, shows them."""

import base64
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread

import numpy as np
import pytest
from browsing import chromium
from conftest import ROOT, delays
from PIL import Image

import animator
from animator import render

SIZE = (640, 360)
# A video's colours are those of a graphics card; without one SwiftShader stands in.
# (With no card at all Chromium's own conversion takes blue for less than it is.)
OPTIONS = (
    "--no-sandbox --use-angle=swiftshader --enable-unsafe-swiftshader "
    "--ignore-gpu-blocklist --disable-quic --no-first-run --disable-sync "
    "--disable-background-networking --disable-component-update "
    "--force-color-profile=srgb --hide-scrollbars"
).split()


@pytest.fixture(scope="module")
def browser():
    with chromium(OPTIONS) as browser:
        yield browser


@pytest.fixture(scope="module")
def scene():
    scene = animator.load(ROOT / "scenes" / "descent.py")
    # The article's map has many colours.
    return replace(scene, theme="article", hold_start=0.2, hold_end=0.4, seconds=1.2)


@pytest.fixture(scope="module")
def folder(scene, tmp_path_factory):
    """Clips in every format that a browser shows."""
    folder = tmp_path_factory.mktemp("clips")
    names = ("mp4", "webm", "gif", "webp", "apng", "svg", "png")
    render(scene, *(folder / f"a.{n}" for n in names), size=SIZE, gif_quality=100)
    clear = ("webm", "webp", "apng", "svg", "png")
    paths = (folder / f"clear.{name}" for name in clear)
    render(scene, *paths, size=SIZE, transparent=True)
    (folder / "index.html").write_text("<!doctype html><body style='margin: 0'>")
    return folder


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *message):
        pass


@pytest.fixture
def page(browser, folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=folder))
    thread = Thread(target=server.serve_forever)
    thread.start()
    page = browser.new_page(viewport={"width": SIZE[0], "height": SIZE[1]})
    page.goto(f"http://127.0.0.1:{server.server_port}/index.html")
    yield page
    page.close()
    server.shutdown()
    thread.join()
    server.server_close()


def picture(page):
    """What the page shows, RGB (H, W, 3)."""
    with Image.open(BytesIO(page.screenshot())) as shot:
        return np.asarray(shot.convert("RGB"))


def from_url(url):
    with Image.open(BytesIO(base64.b64decode(url.partition(",")[2]))) as shot:
        return np.asarray(shot.convert("RGB"))


def flat_areas(frame, side=10):
    """The middles of the squares of a frame (H, W, 3) in which colours hardly change.

    They are grouped by their colour.
    """
    height, width, _ = frame.shape
    rows = frame[: height // side * side, : width // side * side]
    rows = rows.reshape(height // side, side, width // side, side, 3).astype(int)
    flat = (np.ptp(rows, axis=(1, 3)) <= 14).all(axis=-1)
    areas = {}
    for y, x in np.argwhere(flat) * side:
        area = np.s_[y + 3 : y + 7, x + 3 : x + 7]
        color = frame[area].mean(axis=(0, 1)) // 32
        areas.setdefault(tuple(color.tolist()), []).append(area)
    return areas


def assert_same_colours(shown, frame):
    """In the mean over the flat areas of each colour no channel is off by 3 of 255."""
    areas = [places for places in flat_areas(frame).values() if len(places) > 4]
    for places in areas:
        off = [
            shown[place].mean(axis=(0, 1)) - frame[place].mean(axis=(0, 1))
            for place in places
        ]
        assert abs(np.mean(off, axis=0)).max() <= 3, places
    assert len(areas) > 6 and sum(map(len, areas)) > 500


VIDEO = """async (name) => {
    const video = document.createElement("video");
    video.muted = true; video.src = name;
    document.body.replaceChildren(video);
    await new Promise((done, failed) => {
        video.onended = done; video.onerror = () => failed(video.error.message);
        video.play();
    });
    const end = video.currentTime;
    const shots = [];
    for (const time of [0.02, 0.5, 1.18]) {
        await new Promise(done => { video.onseeked = done; video.currentTime = time; });
        const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
        canvas.getContext("2d").drawImage(video, 0, 0);
        const blob = await canvas.convertToBlob();
        shots.push(await new Promise(done => {
            const reader = new FileReader();
            reader.onload = () => done(reader.result); reader.readAsDataURL(blob);
        }));
    }
    return [video.videoWidth, video.videoHeight, video.duration, end, shots];
}"""


@pytest.mark.parametrize("name", ["mp4", "webm"])
def test_a_video_plays_to_its_end_in_true_colours(page, scene, name):
    width, height, duration, end, shots = page.evaluate(VIDEO, f"a.{name}")
    frames = list(animator.frames(scene, size=SIZE))
    assert (width, height) == SIZE
    assert duration == end == pytest.approx(len(frames) / 25, abs=0.01)
    for time, shot in zip((0.02, 0.5, 1.18), shots, strict=True):
        frame = frames[int(time * 25)][..., :3]
        shown = from_url(shot)
        assert_same_colours(shown, frame)
        assert abs(shown.astype(int) - frame).mean() < 2.5
    # And as it is put on the screen.
    page.wait_for_timeout(100)
    assert_same_colours(picture(page), frames[-1][..., :3])


IMAGE = """async ([name, type]) => {
    const data = await (await fetch(name)).arrayBuffer();
    const decoder = new ImageDecoder({data, type});
    await decoder.tracks.ready; await decoder.completed;
    const track = decoder.tracks.selectedTrack;
    const found = {loops: String(track.repetitionCount), durations: [], shots: []};
    for (let index = 0; index < track.frameCount; index++) {
        const {image} = await decoder.decode({frameIndex: index});
        found.durations.push(image.duration / 1000);
        if (index % 6 == 0 || index == track.frameCount - 1) {
            const canvas = new OffscreenCanvas(image.displayWidth, image.displayHeight);
            canvas.getContext("2d").drawImage(image, 0, 0);
            const blob = await canvas.convertToBlob();
            found.shots.push([index, await new Promise(done => {
                const reader = new FileReader();
                reader.onload = () => done(reader.result); reader.readAsDataURL(blob);
            })]);
        }
        image.close();
    }
    return found;
}"""


@pytest.mark.parametrize(
    ("name", "kind", "most"),
    [("gif", "gif", 1.5), ("webp", "webp", 0), ("apng", "png", 0)],
)
def test_a_picture_moves_in_true_colours(page, scene, folder, name, kind, most):
    found = page.evaluate(IMAGE, [f"a.{name}", f"image/{kind}"])
    frames = list(animator.frames(scene, size=SIZE))
    assert found["loops"] in ("Infinity", "inf") or float(found["loops"]) > 1e6
    assert found["durations"] == pytest.approx(list(delays(folder / f"a.{name}")))
    assert sum(found["durations"]) == pytest.approx(40 * len(frames))
    ends = np.cumsum(found["durations"])
    assert len(found["shots"]) > 3
    for index, shot in found["shots"]:
        # The frame at whose time the picture is about to end.
        frame = frames[round(ends[index] / 40) - 1][..., :3]
        shown = from_url(shot)
        if index or name != "gif":  # a GIF's first picture becomes better
            assert abs(shown.astype(int) - frame).mean() <= most
            assert_same_colours(shown, frame)


SHOW = """async (name) => {
    const video = name.endsWith("webm");
    const element = document.createElement(video ? "video" : "img");
    element.muted = true; element.src = name; element.width = 640;
    document.body.style.background = "rgb(40, 200, 120)";
    document.body.replaceChildren(element);
    await (video ? new Promise(done => element.oncanplaythrough = done)
                 : element.decode());
}"""


@pytest.mark.parametrize("name", ["webm", "webp", "apng", "svg", "png"])
def test_the_page_is_seen_behind_a_transparent_clip(page, name):
    page.evaluate(SHOW, f"clear.{name}")
    page.wait_for_timeout(200)
    shown = picture(page)
    assert abs(shown[3, 3].astype(int) - (40, 200, 120)).max() <= 3
    assert abs(shown[100, 100].astype(int) - (40, 200, 120)).max() > 20  # the map


def test_the_svg_is_like_the_png(page, folder):
    page.evaluate(SHOW, "a.svg")
    page.wait_for_timeout(100)
    with Image.open(folder / "a.png") as png:
        frame = np.asarray(png.convert("RGB"))
    shown = picture(page)
    assert abs(shown.astype(int) - frame).mean() < 5
    assert_same_colours(shown, frame)


@pytest.mark.parametrize("name", ["mp4", "gif", "webp", "svg"])
def test_a_notebook_s_html_shows_the_clip(page, folder, name):
    clip = animator.Clip(folder / f"a.{name}", SIZE, 30, 1.2, 0)
    page.set_content(clip._repr_html_())
    wide = "e => e.videoWidth || e.naturalWidth"
    element = page.locator("video, img").first
    page.wait_for_timeout(300)
    assert element.evaluate(wide) >= SIZE[0]
    assert element.bounding_box()["width"] == pytest.approx(SIZE[0], abs=16)
