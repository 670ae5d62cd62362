"""`render`: options in any form, and a format from outside."""

from dataclasses import dataclass
from importlib import metadata

import av
import numpy as np
import pytest
from PIL import Image

import animator
from animator import RenderWarning, SceneError, WriteError, render
from animator.encoders import registry
from animator.encoders.format import Format, FrameRates
from animator.encoders.formats.gif import GifOptions
from animator.encoders.option import check_number, number_parser, option
from animator.encoders.registry import formats
from animator.rendering.options import RenderOptions

SIZE = (128, 72)


def test_options_and_keywords_mean_the_same(small_scene, tmp_path):
    keywords = {"size": SIZE, "gif_quality": 10, "loop": 3, "theme": "dark"}
    options = RenderOptions(SIZE, theme="dark", formats={"gif": GifOptions(10)}, loop=1)
    one, other = tmp_path / "a.gif", tmp_path / "b.gif"
    render(small_scene, one, **keywords)
    render(small_scene, other, options=options, loop=3)
    assert one.read_bytes() == other.read_bytes()
    render(small_scene, other, options=options)
    assert one.read_bytes() != other.read_bytes()


def test_the_clock_can_be_another_than_the_scene_s(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.gif", size=SIZE, seconds=4, hold_end=1)
    assert clip.seconds == 4
    assert len(list(animator.frames(small_scene, size=SIZE, seconds=4))) == 100


def test_an_option_that_is_not_there(small_scene, tmp_path):
    with pytest.raises(SceneError, match=r"'gif_qality'; did you mean 'gif_quality'\?"):
        render(small_scene, tmp_path / "a.gif", gif_qality=5)
    with pytest.raises(SceneError, match="there is no option 'loop'"):
        animator.compose(small_scene, loop=5)
    with pytest.raises(SceneError, match="there is no option 'gif_quality'"):
        next(animator.frames(small_scene, gif_quality=5))
    assert not list(tmp_path.iterdir())


def test_who_watches_sees_each_frame(small_scene, tmp_path):
    seen = []

    def observer(size, fps):
        assert size == SIZE
        return lambda pixels, changed: seen.append(pixels.copy())

    render(small_scene, tmp_path / "a.gif", size=SIZE, observer=observer)
    ours = list(animator.frames(small_scene, size=SIZE))
    np.testing.assert_array_equal(seen, ours)


@pytest.mark.parametrize("name", [n for n, f in formats().items() if not f.transparent])
def test_what_cannot_be_transparent_says_so(small_scene, tmp_path, name):
    with pytest.raises(SceneError, match=f"{name} cannot be transparent; give one of"):
        render(small_scene, tmp_path / f"a.{name}", transparent=True)
    assert not list(tmp_path.iterdir())


def test_a_file_is_not_written_twice_at_once(small_scene, tmp_path):
    (tmp_path / "a.gif").write_bytes(b"good")
    same = tmp_path / "sub" / ".." / "a.gif"
    with pytest.raises(SceneError, match=r"a\.gif is given twice; write it once"):
        render(small_scene, tmp_path / "a.gif", same, size=SIZE)
    assert (tmp_path / "a.gif").read_bytes() == b"good"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"fps": None}, "fps is None; give 1 to 100"),
        ({"fps": -5}, "fps is -5; give 1 to 100"),
        ({"fps": float("inf")}, "fps is inf; give"),
        ({"size": None}, r"size is None; give whole pixels, such as \(1280, 720\)"),
        ({"size": 320}, "size is 320; give whole pixels"),
        ({"size": (320,)}, r"size is \(320,\); give whole pixels"),
        ({"size": "721p"}, r"'721p' is not a size; did you mean 720p\?"),
        ({"theme": ["dark"]}, r"theme is \['dark'\]; give one of light, dark"),
        ({"gif_quality": None}, "gif_quality is None; give a number from 0 to 100"),
        ({"max_size": True}, "max_size is True; give a number of bytes"),
    ],
)
def test_arguments_that_make_no_sense(small_scene, tmp_path, arguments, message):
    with pytest.raises(SceneError, match=message):
        render(small_scene, tmp_path / "a.gif", **arguments)
    with pytest.raises(
        SceneError, match=r"None is not a path; give one such as 'a.mp4'"
    ):
        render(small_scene, None)
    with pytest.raises(SceneError, match=r"'fit.py' is not a scene; give Scene\("):
        render("fit.py", tmp_path / "a.gif")
    assert not list(tmp_path.iterdir())


def test_sizes_have_names_and_may_be_numpy_s(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.png", size="Square")
    assert clip.size == (1080, 1080)
    (clip,) = render(small_scene, tmp_path / "b.png", size=tuple(np.array([128, 72])))
    with Image.open(clip.path) as image:
        assert image.size == (128, 72)


def test_a_suffix_that_names_no_format(small_scene, tmp_path):
    with pytest.raises(SceneError, match=r"cannot write '\.mov'; give one of \.mp4"):
        render(small_scene, tmp_path / "a.mov")
    with pytest.raises(SceneError, match="no path given"):
        render(small_scene)


@dataclass(frozen=True, slots=True)
class GreyOptions:
    """Options of the format below."""

    step: float = option(
        1, help="Every how many pixels.", parse=number_parser(1, 64, {"coarse": 8})
    )

    def __post_init__(self):
        check_number("grey_step", self.step, 1, 64)


class Grey:
    """Writes the red channel of each frame, one byte a pixel."""

    def __init__(self, path, clip):
        self._step = int(clip.options.step)
        self._file = path.open("wb")
        self._file.write(f"{clip.loop} {clip.fps:g}\n".encode())
        self.stored = 0

    def write(self, pixels, changed):
        data = pixels[:: self._step, :: self._step, 0].tobytes()
        self._file.write(data)
        self.stored += len(data)

    def close(self):
        self._file.close()

    abort = close


GREY = Format(
    name="grey",
    mime="image/x-grey",
    use="a test",
    options=GreyOptions,
    open=Grey,
    loops=True,
    rates=FrameRates(lambda fps: float(round(fps)), "grey counts in whole frames"),
    smaller=lambda options: [
        (GreyOptions(step), f"every {step} pixels")
        for step in (2, 4)
        if step > options.step
    ],
)


@pytest.fixture
def grey(monkeypatch):
    """A format that another distribution brings."""
    entry = metadata.EntryPoint("grey", f"{__name__}:GREY", "animator.formats")
    monkeypatch.setattr(
        registry,
        "entry_points",
        lambda group: [entry] if group == entry.group else [],
    )
    formats.cache_clear()
    yield
    formats.cache_clear()


def test_a_format_from_outside(small_scene, tmp_path, grey):
    path = tmp_path / "a.grey"
    (clip,) = render(small_scene, path, size=SIZE, grey_step=8, loop=3)
    header, _, data = path.read_bytes().partition(b"\n")
    assert header == b"3 25"
    true = [f[::8, ::8, 0] for f in animator.frames(small_scene, size=SIZE)]
    shown = np.frombuffer(data, np.uint8).reshape(np.shape(true))
    np.testing.assert_array_equal(shown, true)
    assert clip.frames == len(true)
    assert 'src="data:image/x-grey;base64,' in clip._repr_html_()


def test_a_format_from_outside_has_its_own_rules(small_scene, tmp_path, grey):
    path = tmp_path / "a.grey"
    with pytest.raises(SceneError, match="grey_step is 99; give a number from 1 to 64"):
        render(small_scene, path, size=SIZE, grey_step=99)
    with pytest.raises(SceneError, match="grey cannot be transparent; give one of"):
        render(small_scene, path, size=SIZE, transparent=True)
    with pytest.warns(RenderWarning, match="12 frames a second .* in whole frames"):
        render(small_scene, path, size=SIZE, fps=12.4)


def test_a_format_from_outside_can_fit_a_size(small_scene, tmp_path, grey):
    path = tmp_path / "a.grey"
    (full,) = render(small_scene, path, size=SIZE)
    with pytest.warns(RenderWarning, match=r"a\.grey: every 2 pixels, to fit into"):
        (clip,) = render(small_scene, path, size=SIZE, max_size=full.bytes // 3)
    assert clip.bytes == pytest.approx(full.bytes / 4, rel=0.01)
    with pytest.raises(WriteError, match="nothing fits into 100 bytes, not even"):
        render(small_scene, path, size=SIZE, max_size=100)
    with pytest.raises(SceneError, match="max_size is for gif, webp and grey, not for"):
        render(small_scene, tmp_path / "a.mp4", size=SIZE, max_size=100)


def test_nothing_of_it_is_left(tmp_path):
    assert "grey" not in formats()
    with pytest.raises(SceneError, match=r"cannot write '\.grey'"):
        registry.format_of(tmp_path / "a.grey")


def test_a_video_keeps_its_rate_beside_a_gif_that_cannot_have_it(small_scene, tmp_path):
    paths = [tmp_path / f"a.{name}" for name in ("mp4", "gif", "png")]
    passes = []

    def observer(size, fps):
        passes.append(fps)
        return lambda pixels, changed: None

    with pytest.warns(
        RenderWarning, match=r"^gif: 33\.33 frames a second instead of 3"
    ):
        clips = render(small_scene, *paths, size=SIZE, fps=30, observer=observer)
    with av.open(paths[0]) as video:
        assert video.streams.video[0].average_rate == 30
        assert sum(1 for _ in video.decode(video=0)) == clips[0].frames
    with Image.open(paths[1]) as gif:
        assert gif.info["duration"] % 30 == 0
    assert clips[0].seconds == pytest.approx(clips[0].frames / 30)
    assert passes == [30, pytest.approx(100 / 3)]
