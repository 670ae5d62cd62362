"""Each format, read back by a program that others use."""

import re
import struct
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from functools import partial
from itertools import pairwise

import av
import numpy as np
import pptx
import pypdfium2
import pytest
from conftest import ROOT, delays
from PIL import Image
from torch.nn import MSELoss
from torch.optim import SGD

import animator
from animator import (
    Experiment,
    Heatmap,
    RenderWarning,
    Scene,
    SceneError,
    WriteError,
    render,
)
from animator.encoders.format import ClipSpec
from animator.encoders.formats.gif import QUALITIES
from animator.encoders.opening import open_encoder
from animator.encoders.registry import formats
from animator.problems import line_fit

SIZE = (640, 360)
MOVING = [name for name, about in formats().items() if not about.still]
STILL = [name for name, about in formats().items() if about.still]
EXACT = ("webp", "apng")


def pictures(path):
    """The pictures of a file as Pillow shows them, RGBA (H, W, 4)."""
    with Image.open(path) as clip:
        for index in range(clip.n_frames):
            clip.seek(index)
            yield np.asarray(clip.convert("RGBA"))


def at_each_frame(path, milliseconds):
    """What is shown in the middle of each frame of so many milliseconds."""
    shown = []
    end = 0.0
    for picture, delay in zip(pictures(path), delays(path), strict=True):
        end += delay
        while (len(shown) + 0.5) * milliseconds < end:
            shown.append(picture)
    return shown


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize("transparent", [False, True])
def test_every_pixel_of_every_frame_is_kept(small_scene, tmp_path, name, transparent):
    path = tmp_path / f"a.{name}"
    (clip,) = render(small_scene, path, size=SIZE, transparent=transparent)
    ours = list(animator.frames(small_scene, size=SIZE, transparent=transparent))
    shown = at_each_frame(path, 40)
    assert len(shown) == len(ours) == clip.frames
    for one, other in zip(shown, ours, strict=True):
        seen = other[..., 3] > 0  # of what is not seen the colour is not kept
        np.testing.assert_array_equal(one[..., 3], other[..., 3])
        np.testing.assert_array_equal(one[seen], other[seen])
    assert (ours[0][..., 3] == 0).any() == transparent


@pytest.mark.parametrize("name", ["gif", *EXACT])
def test_a_hold_is_one_long_picture(small_scene, tmp_path, name):
    (clip,) = render(small_scene, tmp_path / f"a.{name}", size=SIZE, gif_quality=100)
    *_, last = delays(clip.path)
    assert last == pytest.approx(1560, abs=1)  # the hold, and the frame that arrives
    assert sum(delays(clip.path)) == pytest.approx(1000 * clip.seconds, abs=1)


@pytest.mark.parametrize("name", EXACT)
def test_a_hold_longer_than_a_picture_can_be_shown(small_scene, tmp_path, name):
    scene = replace(small_scene, hold_end=80_000, seconds=None)
    (clip,) = render(scene, tmp_path / f"a.{name}", size=(128, 72), fps=1)
    assert sum(delays(clip.path)) == pytest.approx(1000 * clip.seconds, abs=1)


@pytest.mark.parametrize("loop", [0, 1, 2, 7])
def test_how_often_it_plays(small_scene, tmp_path, loop):
    paths = [tmp_path / f"a.{name}" for name in ("gif", "webp", "apng")]
    render(small_scene, *paths, size=(128, 72), loop=loop)
    with Image.open(paths[0]) as gif:  # says how often it plays again
        assert gif.info.get("loop") == {0: 0, 1: None}.get(loop, loop - 1)
    for path in paths[1:]:
        with Image.open(path) as clip:
            assert clip.info["loop"] == loop


@pytest.mark.parametrize(
    ("quality", "error"), [("best", 0.2), ("high", 1.0), ("medium", 1.5), ("small", 3)]
)
def test_a_better_gif_is_nearer_to_the_frames(tmp_path, quality, error):
    levels = QUALITIES
    scene = replace(animator.load(ROOT / "scenes" / "momentum.py"), hold_start=0.2)
    path = tmp_path / "a.gif"
    render(scene, path, size=SIZE, steps=20, gif_quality=levels[quality])
    ours = list(animator.frames(scene, size=SIZE, steps=20))
    shown = at_each_frame(path, 40)
    # Each frame but those of the opening, in which the background becomes better.
    off = [
        np.sqrt(np.square(one[..., :3].astype(float) - other[..., :3]).mean())
        for one, other in list(zip(shown, ours, strict=True))[1:]
    ]
    assert max(off) <= 3 * error and np.mean(off) <= 2 * error


def test_pixels_that_do_not_change_never_flicker_in_a_gif(small_scene, tmp_path):
    for quality in (0, 25, 50, 84, 100):
        path = tmp_path / "a.gif"
        render(small_scene, path, size=SIZE, gif_quality=quality)
        ours = np.array(list(animator.frames(small_scene, size=SIZE)))
        still = (ours == ours[0]).all(axis=(0, 3))
        shown = [picture[still] for picture in at_each_frame(path, 40)]
        # One change is allowed: the opening, where the background becomes better.
        assert sum((a != b).any() for a, b in pairwise(shown)) <= 1


def test_webp_with_loss_is_smaller_and_near(small_scene, tmp_path):
    sizes = []
    ours = list(animator.frames(small_scene, size=SIZE))
    for quality in (None, 90, 30):
        path = tmp_path / "a.webp"
        (clip,) = render(small_scene, path, size=SIZE, webp_quality=quality)
        sizes.append(clip.bytes)
        shown = at_each_frame(path, 40)
        off = max(
            abs(one.astype(int) - other).mean()
            for one, other in zip(shown, ours, strict=True)
        )
        assert off < 3
    assert sizes == sorted(sizes, reverse=True) and sizes[2] < 0.6 * sizes[0]


def test_webm_shows_the_frames(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.webm", size=SIZE)
    ours = list(animator.frames(small_scene, size=SIZE))
    with av.open(clip.path) as video:
        (stream,) = video.streams
        assert stream.codec_context.name == "vp9"
        assert stream.average_rate == 25
        assert stream.codec_context.colorspace == 1  # BT.709
        shown = [frame.to_ndarray(format="rgb24") for frame in video.decode(stream)]
    assert len(shown) == len(ours)
    for one, other in zip(shown, ours, strict=True):
        assert abs(one.astype(int) - other[..., :3]).mean() < 3


def test_webm_can_be_transparent(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.webm", size=SIZE, transparent=True)
    (frame, *_) = animator.frames(small_scene, [0], size=SIZE, transparent=True)
    with av.open(clip.path) as video:
        assert video.streams[0].metadata["ALPHA_MODE"] == "1"
        decoder = av.CodecContext.create("libvpx-vp9", "r")
        packets = list(video.demux(0))
        first = decoder.decode(packets[0])[0]
    alpha = first.to_ndarray(format="rgba")[..., 3]
    assert abs(alpha.astype(int) - frame[..., 3]).mean() < 1


def test_the_mp4_can_be_searched(tmp_path):
    scene = animator.load(ROOT / "scenes" / "fit.py")
    (clip,) = render(scene, tmp_path / "a.mp4", size=(320, 180))
    with av.open(clip.path) as video:
        (stream,) = video.streams
        context = stream.codec_context
        assert context.name == "h264" and stream.profile == "High"
        assert context.pix_fmt == "yuv420p" and not context.has_b_frames
        assert (context.colorspace, context.color_primaries) == (1, 1)
        assert (context.color_trc, context.color_range) == (1, 1)
        keys = [p.pts * p.time_base for p in video.demux(stream) if p.is_keyframe]
        assert keys == [0, 4] and stream.duration * stream.time_base == 8
        # From any moment a player finds its frame: each group stands for itself.
        video.seek(int(5.5 / stream.time_base), stream=stream)
        times = [frame.pts * frame.time_base for frame in video.decode(stream)]
    assert times[0] == 4 and times[-1] == Fraction(199, 25)


def test_the_folder_of_frames(small_scene, tmp_path):
    path = tmp_path / "a.frames"
    path.mkdir()
    (path / "000000.png").write_bytes(b"of an earlier run")
    (clip,) = render(small_scene, path, size=SIZE)
    ours = list(animator.frames(small_scene, size=SIZE))
    files = sorted(path.iterdir())
    assert [file.name for file in files[:2]] == ["000000.png", "000001.png"]
    assert len(files) == len(ours)
    assert clip.bytes == sum(file.stat().st_size for file in files)
    for file, frame in zip(files, ours, strict=True):
        with Image.open(file) as picture:
            np.testing.assert_array_equal(np.asarray(picture), frame[..., :3])
    assert list(tmp_path.iterdir()) == [path]


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
    assert ">A line is fitted<" in text and "loss 15.2260" in text
    assert text.count("<image") == 2  # the map and its colour bar
    with pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        words = page.get_textpage().get_text_bounded()
        assert "A line is fitted" in words and "loss 15.2260" in words
        kinds = [item.type for item in page.get_objects()]
        assert kinds.count(3) == 2 and len(kinds) > 80  # images, and much else
        drawn = page.render(scale=100 / 72).to_pil().convert("RGB").resize((1280, 720))
    assert abs(np.asarray(drawn).astype(int) - png).mean() < 4


@pytest.mark.parametrize("name", [n for n, f in formats().items() if not f.transparent])
def test_what_cannot_be_transparent_says_so(small_scene, tmp_path, name):
    with pytest.raises(SceneError, match=f"{name} cannot be transparent; give one of"):
        render(small_scene, tmp_path / f"a.{name}", transparent=True)
    assert not list(tmp_path.iterdir())


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


def test_several_formats_are_the_same_as_each_alone(small_scene, tmp_path):
    names = [name for name in formats() if name != "frames"]
    render(small_scene, *(tmp_path / f"all.{name}" for name in names), size=SIZE)
    for name in names:
        render(small_scene, tmp_path / f"one.{name}", size=SIZE)
        one, other = (tmp_path / f"{which}.{name}" for which in ("all", "one"))
        assert one.read_bytes() == other.read_bytes(), name


@pytest.mark.parametrize("name", MOVING)
def test_a_failure_leaves_the_old_clip_and_nothing_else(small_scene, tmp_path, name):
    path = tmp_path / f"a.{name}"
    render(small_scene, path, size=(128, 72))
    before = path.stat().st_ino, sorted(path.iterdir()) if path.is_dir() else []

    def stop(done, count):
        if done == 5:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        render(small_scene, path, size=SIZE, progress=stop)
    assert (path.stat().st_ino, sorted(path.glob("*"))) == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("name", ["gif", "webp"])
def test_a_clip_is_made_to_fit(tmp_path, name):
    scene = animator.load(ROOT / "scenes" / "momentum.py")
    path = tmp_path / f"a.{name}"
    options = {"size": SIZE, "steps": 30}
    (whole,) = render(scene, path, **options)
    given = []
    for share in (1.5, 0.88, 0.5, 0.15):
        limit = int(share * whole.bytes)
        with pytest.warns() as told:
            import warnings

            warnings.warn("so that there is one", UserWarning, stacklevel=1)
            (clip,) = render(scene, path, max_size=limit, **options)
        assert clip.bytes == path.stat().st_size <= limit
        assert clip.seconds == pytest.approx(whole.seconds, abs=0.2)
        given.append([str(w.message) for w in told if w.category is RenderWarning])
        # Not smaller than need be, either.
        assert share > 1 or clip.bytes > 0.3 * limit
    assert given[0] == []
    steps = [message[0].rpartition(", to fit")[0].split(", ") for message in given[1:]]
    assert [len(step) for step in steps] == sorted(len(step) for step in steps)
    assert "quality" in steps[0][0] and len(steps[0]) == 1
    assert re.fullmatch(r"\d+x\d+", steps[2][2])


def test_what_cannot_be_made_to_fit(small_scene, tmp_path):
    path = tmp_path / "a.gif"
    path.write_bytes(b"good")
    with pytest.raises(WriteError, match=r"nothing fits into 900 bytes, not even qual"):
        render(small_scene, path, size=SIZE, max_size=900)
    assert path.read_bytes() == b"good" and list(tmp_path.iterdir()) == [path]
    with pytest.raises(SceneError, match="max_size is for gif and webp, not for mp4"):
        render(small_scene, tmp_path / "a.mp4", max_size=900)


def test_a_deck_takes_the_clips(small_scene, tmp_path):
    names = ("mp4", "gif", "png")
    render(small_scene, *(tmp_path / f"a.{name}" for name in names), size=SIZE)
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[6])
    slide.shapes.add_picture(str(tmp_path / "a.gif"), 0, 0)
    slide.shapes.add_movie(
        str(tmp_path / "a.mp4"),
        *(0, 0, 6_400_000, 3_600_000),
        poster_frame_image=str(tmp_path / "a.png"),
        mime_type="video/mp4",
    )
    deck.save(tmp_path / "deck.pptx")
    shapes = pptx.Presentation(tmp_path / "deck.pptx").slides[0].shapes
    picture, movie = shapes
    assert picture.image.content_type == "image/gif" and picture.image.size == SIZE
    assert picture.image.blob == (tmp_path / "a.gif").read_bytes()
    assert movie.media_type is not None


def test_the_smallest_unit_of_each_format(tmp_path):
    # Two frames of noise: nothing can be left out, and nothing may be lost.
    random = np.random.default_rng(4)
    noise = random.integers(0, 256, (2, 64, 66, 4), np.uint8)
    noise[..., 3] = 255
    for name in EXACT:
        path = tmp_path / f"a.{name}"
        spec = ClipSpec((66, 64), 25, formats()[name].options())
        with open_encoder(path, spec) as encoder:
            encoder.write(noise[0], [(0, 0, 66, 64)])
            encoder.write(noise[1], [(0, 0, 66, 64)])
        np.testing.assert_array_equal(list(pictures(path)), noise)


def test_the_mp4_says_where_everything_is_before_the_pictures(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.mp4", size=SIZE)
    data, atoms, at = clip.path.read_bytes(), [], 0
    while at < len(data):
        length, name = struct.unpack(">I4s", data[at : at + 8])
        atoms.append(name)
        at += length
    assert atoms.index(b"moov") < atoms.index(b"mdat")
    # colr atom: primaries, transfer and matrix are all 1, which is BT.709.
    assert data[data.index(b"colrnclx") + 8 :][:6] == b"\0\1\0\1\0\1"


def test_the_formats_are_listed_with_what_is_missing(animate, tmp_path):
    run = animate("--formats")
    assert run.returncode == 0
    lines = {line.split()[0]: line for line in run.stdout.splitlines()}
    assert list(lines) == list(formats())
    assert all(line.split()[1] == "yes" for line in lines.values())
    # Without ffmpeg the videos are missing, and only they.
    code = (
        "import os; os.environ['IMAGEIO_FFMPEG_EXE'] = '/nowhere/ffmpeg';"
        "from animator.cli.command import main; main()"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, "--formats"], capture_output=True, text=True
    )
    answers = {line.split()[0]: line.split()[1] for line in run.stdout.splitlines()}
    assert {name for name, answer in answers.items() if answer != "yes"} == {
        "mp4",
        "webm",
    }


def test_a_file_is_not_written_twice_at_once(small_scene, tmp_path):
    (tmp_path / "a.gif").write_bytes(b"good")
    same = tmp_path / "sub" / ".." / "a.gif"
    with pytest.raises(SceneError, match=r"a\.gif is given twice; write it once"):
        render(small_scene, tmp_path / "a.gif", same, size=SIZE)
    assert (tmp_path / "a.gif").read_bytes() == b"good"


def test_a_folder_of_other_things_is_left_alone(small_scene, tmp_path):
    folder = tmp_path / "a.frames"
    folder.mkdir()
    (folder / "thesis.tex").write_text("years of work")
    with pytest.raises(WriteError, match=r"holds 'thesis.tex', which is no frame"):
        render(small_scene, folder, size=SIZE)
    assert (folder / "thesis.tex").read_text() == "years of work"
    assert list(tmp_path.iterdir()) == [folder]


@pytest.mark.parametrize("name", ["a.gif", "a.frames"])
def test_what_a_link_leads_to_is_replaced(small_scene, tmp_path, name):
    (tmp_path / "real").mkdir()
    render(small_scene, tmp_path / "real" / name, size=SIZE)
    (tmp_path / name).symlink_to(tmp_path / "real" / name)
    (clip,) = render(small_scene, tmp_path / name, size=(128, 72))
    assert (tmp_path / name).is_symlink()
    assert [file.name for file in (tmp_path / "real").iterdir()] == [name]
    first = clip.path / "000000.png" if name == "a.frames" else clip.path
    with Image.open(first) as image:
        assert image.size == (128, 72)


def test_a_png_is_the_same_beside_vectors(small_scene, tmp_path):
    (alone,) = render(small_scene, tmp_path / "a.png", size=SIZE)
    beside = render(small_scene, *(tmp_path / f"b.{s}" for s in ("svg", "pdf", "png")))
    (big,) = render(small_scene, tmp_path / "c.png")
    assert beside[2].path.read_bytes() == big.path.read_bytes()
    assert alone.path.read_bytes() != big.path.read_bytes()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fps": None}, "fps is None; give 1 to 100"),
        ({"fps": -5}, "fps is -5; give 1 to 100"),
        ({"fps": float("inf")}, "fps is inf; give"),
        ({"size": None}, r"size is None; give whole pixels, such as \(1280, 720\)"),
        ({"size": 320}, "size is 320; give whole pixels"),
        ({"size": (320,)}, r"size is \(320,\); give whole pixels"),
        ({"size": "721p"}, "size is '721p'; give whole pixels, .* or one of 720p"),
        ({"theme": ["dark"]}, r"theme is \['dark'\]; give one of light, dark"),
        ({"gif_quality": None}, "gif_quality is None; give a number from 0 to 100"),
        ({"max_size": True}, "max_size is True; give a number of bytes"),
    ],
)
def test_arguments_that_make_no_sense(small_scene, tmp_path, arguments, message):
    with pytest.raises(SceneError, match=message):
        render(small_scene, tmp_path / "a.gif", **arguments)
    with pytest.raises(SceneError, match=r"None is no path; give one such as 'a.mp4'"):
        render(small_scene, None)
    with pytest.raises(SceneError, match=r"'fit.py' is no scene; give Scene\(...\) or"):
        render("fit.py", tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())


def test_sizes_have_names_and_may_be_numpy_s(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.png", size="Square")
    assert clip.size == (1080, 1080)
    (clip,) = render(small_scene, tmp_path / "b.png", size=tuple(np.array([128, 72])))
    with Image.open(clip.path) as image:
        assert image.size == (128, 72)


def test_a_short_clip_can_be_made_to_fit(tmp_path):
    """At half the frames a second it would have none between its holds."""
    scene = Scene(
        [Heatmap(Experiment(line_fit(MSELoss()), {"p": partial(SGD, lr=0.1)}, 2))],
        hold_start=1,
        hold_end=1,
        seconds=2.1,
    )
    (whole,) = render(scene, tmp_path / "a.gif", size=SIZE, gif_quality=100)
    limit = int(0.4 * whole.bytes)
    with pytest.warns(RenderWarning, match="to fit into"):
        (clip,) = render(scene, tmp_path / "a.gif", size=SIZE, max_size=limit)
    assert clip.bytes <= limit
