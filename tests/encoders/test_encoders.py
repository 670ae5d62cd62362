"""Written clips, read back by other programs."""

import os
import signal
import subprocess
from dataclasses import replace

import av
import imageio.v3 as iio
import imageio_ffmpeg
import numpy as np
import pytest
from conftest import SCENES, delays
from PIL import Image

import animator
from animator import RenderWarning, SceneError, WriteError, render
from animator.encoders.format import ClipSpec
from animator.encoders.opening import open_encoder
from animator.encoders.option import NoOptions
from animator.encoders.writers.yuv import Yuv420
from animator.experiments.recorder import record_all

SIZE = (640, 360)


def probe(path):
    """What PyAV reads of a video."""
    with av.open(path) as video:
        (stream,) = video.streams
        return {
            "codec": stream.codec_context.name,
            "profile": stream.profile,
            "format": stream.codec_context.pix_fmt,
            "rate": stream.average_rate,
            "duration": stream.duration * stream.time_base,
        }


def test_one_pass_writes_both_clips_as_two_passes_would(small_scene, tmp_path):
    both = render(small_scene, tmp_path / "a.mp4", tmp_path / "a.gif", size=SIZE)
    render(small_scene, tmp_path / "b.mp4", size=SIZE)
    render(small_scene, tmp_path / "b.gif", size=SIZE)
    for suffix in ("mp4", "gif"):
        one, other = (tmp_path / f"{name}.{suffix}" for name in "ab")
        assert one.read_bytes() == other.read_bytes()
    assert [clip.path.name for clip in both] == ["a.mp4", "a.gif"]
    assert [clip.bytes for clip in both] == [c.path.stat().st_size for c in both]


# imageio's own reader leaves its pipes to the garbage collector.
reads_video = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


@reads_video
def test_the_mp4_shows_the_frames_at_the_right_time(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.mp4", size=SIZE)
    ours = list(animator.frames(small_scene, size=SIZE))
    decoded = iio.imread(clip.path, plugin="FFMPEG")
    about = iio.immeta(clip.path, plugin="FFMPEG")
    assert decoded.shape == (len(ours), 360, 640, 3)
    assert about["fps"] == 25
    assert about["duration"] == pytest.approx(len(ours) / 25, abs=0.01)
    assert about["codec"] == "h264" and about["pix_fmt"].startswith("yuv420p")
    assert clip.frames == len(ours) and clip.seconds == len(ours) / 25
    for frame, true in zip(decoded, ours, strict=True):
        error = abs(frame.astype(int) - true[..., :3])
        assert error.mean() < 2.5
        # Wherever the picture is flat the colour is right: the conversion is BT.709's.
        assert error[2:20, 200:400].max() <= 3


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_the_mp4_is_like_the_frames_and_no_larger_than_matplotlib_s(path, tmp_path):
    scene = animator.load(path)
    recordings = record_all(scene.experiments)
    options = {"size": SIZE, "recordings": recordings}
    (clip,) = render(scene, tmp_path / "ours.mp4", **options)
    raw = tmp_path / "frames.rgba"
    raw.write_bytes(b"".join(f.tobytes() for f in animator.frames(scene, **options)))
    described = "-f rawvideo -pix_fmt rgba -s 640x360 -r 25".split()
    ffmpeg = imageio_ffmpeg.get_ffmpeg_exe()
    compared = subprocess.run(
        [
            *(ffmpeg, "-i", clip.path, *described, "-i", raw),
            *("-lavfi", "ssim", "-f", "null", "-"),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert float(compared.stderr.rpartition("All:")[2].split()[0]) >= 0.98
    # matplotlib's FFMpegWriter by default: h264 from RGBA, in yuv420p; but with a whole
    # picture as often as ours has one, so that one can scrub.
    default = ["-vcodec", "h264", "-pix_fmt", "yuv420p", "-g", "100"]
    default.append(tmp_path / "default.mp4")
    subprocess.run([ffmpeg, "-v", "error", *described, "-i", raw, *default], check=True)
    assert clip.bytes <= (tmp_path / "default.mp4").stat().st_size


def test_the_planes_are_bt_709_s():
    # White, black, the primaries and grey, by the formula of BT.709-6 items 3 and 5.6.
    for rgb in ((1, 1, 1), (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (0.4, 0.4, 0.4)):
        r, g, b = rgb
        y = 0.2126 * r + 0.7152 * g + 0.0722 * b
        pixels = np.full((4, 6, 4), [*(round(255 * c) for c in rgb), 255], np.uint8)
        planes = Yuv420((6, 4))
        planes.update(pixels, [(0, 0, 6, 4)])
        cb, cr = 128 + 224 * (b - y) / 1.8556, 128 + 224 * (r - y) / 1.5748
        expected = [16 + 219 * y] * 24 + [cb] * 6 + [cr] * 6
        np.testing.assert_allclose(planes.buffer, expected, atol=0.51)


def test_planes_are_brought_up_to_date_box_by_box():
    random = np.random.default_rng(1)
    old, new = random.integers(0, 256, (2, 90, 130, 4), np.uint8)
    box = (33, 17, 70, 48)  # odd edges: whole squares of four pixels are taken
    changed = old.copy()
    changed[17:48, 33:70] = new[17:48, 33:70]
    parts, whole = Yuv420((130, 90)), Yuv420((130, 90))
    parts.update(old, [(0, 0, 130, 90)])
    parts.update(changed, [box])
    whole.update(changed, [(0, 0, 130, 90)])
    np.testing.assert_array_equal(parts.buffer, whole.buffer)


@reads_video
def test_the_colours_of_the_mp4_are_true(tmp_path):
    colours = [
        (224, 36, 36),
        (37, 99, 217),
        (0, 137, 123),
        (255, 255, 153),
        (9, 9, 9),
    ]
    frame = np.full((360, 640, 4), 255, np.uint8)
    for index, colour in enumerate(colours):
        frame[:, index * 128 : (index + 1) * 128, :3] = colour
    with open_encoder(tmp_path / "a.mp4", ClipSpec(SIZE, 25, NoOptions())) as encoder:
        encoder.write(frame, [(0, 0, *SIZE)])
        encoder.write(frame, [])
    decoded = iio.imread(tmp_path / "a.mp4", plugin="FFMPEG")
    for index, colour in enumerate(colours):
        flat = decoded[1, 20:-20, index * 128 + 20 : index * 128 + 108]
        assert abs(flat.mean(axis=(0, 1)) - colour).max() <= 3


def test_the_gif_shows_the_frames_at_the_right_time(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.gif", size=SIZE)
    ours = list(animator.frames(small_scene, size=SIZE))
    with Image.open(clip.path) as gif:
        assert gif.info["loop"] == 0
        assert gif.size == SIZE
        now = 0
        for index in range(gif.n_frames):
            gif.seek(index)
            shown = np.asarray(gif.convert("RGB")).astype(int)
            for _ in range(gif.info["duration"] // 40):
                assert abs(shown - ours[now][..., :3]).mean() < 2.5
                now += 1
    assert now == len(ours)
    assert gif.n_frames < len(ours) - 20  # the holds are one long frame each


def test_a_gif_holds_longer_than_one_frame_can(small_scene, tmp_path):
    scene = replace(small_scene, hold_end=1400, seconds=None)
    (clip,) = render(scene, tmp_path / "a.gif", size=(128, 72), fps=2)
    assert sum(delays(clip.path)) == pytest.approx(1000 * clip.seconds, abs=5)


@pytest.mark.parametrize("fps", [12.5, 20, 25, 50])
def test_a_gif_keeps_the_time_of_the_mp4(small_scene, tmp_path, fps):
    (clip,) = render(small_scene, tmp_path / "a.gif", size=(128, 72), fps=fps)
    assert min(delays(clip.path)) >= 20
    assert sum(delays(clip.path)) == pytest.approx(1000 * clip.frames / fps, abs=5)


@pytest.mark.parametrize(("asked", "given"), [(30, 100 / 3), (60, 50), (7, 100 / 14)])
def test_a_rate_that_a_gif_cannot_have(small_scene, tmp_path, asked, given):
    paths = tmp_path / "a.gif", tmp_path / "a.mp4"
    with pytest.warns(RenderWarning, match=f"instead of {asked}: a GIF shows a frame"):
        gif, mp4 = render(small_scene, *paths, size=(128, 72), fps=asked)
    assert gif.seconds == mp4.seconds == pytest.approx(gif.frames / given)
    assert sum(delays(gif.path)) == pytest.approx(1000 * gif.seconds, abs=1)
    assert float(probe(mp4.path)["duration"]) == pytest.approx(gif.seconds, abs=0.01)


def test_what_does_not_change_does_not_flicker(small_scene, tmp_path):
    (clip,) = render(small_scene, tmp_path / "a.gif", size=SIZE)
    ours = np.array(list(animator.frames(small_scene, size=SIZE)))
    still = (ours == ours[0]).all(axis=(0, 3))
    with Image.open(clip.path) as gif:
        shown = []
        for index in range(gif.n_frames):
            gif.seek(index)
            shown.append(np.asarray(gif.convert("RGB"))[still])
    assert all((frame == shown[0]).all() for frame in shown)


def test_a_killed_encoder_is_reported(small_scene, tmp_path):
    def kill(done, count):
        if done == 3:
            found = subprocess.run(
                ["pgrep", "-P", str(os.getpid()), "ffmpeg"],
                capture_output=True,
                text=True,
                check=True,
            )
            for process in found.stdout.split():
                os.kill(int(process), signal.SIGKILL)

    path = tmp_path / "a.mp4"
    with pytest.raises(WriteError, match=f"{path}: ffmpeg was ended by SIGKILL"):
        render(small_scene, path, size=SIZE, progress=kill)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be(small_scene, tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WriteError, match=r"file/a\.gif: Not a directory|File exists"):
        render(small_scene, tmp_path / "file" / "a.gif", size=SIZE)


def test_a_suffix_that_names_no_format(small_scene, tmp_path):
    with pytest.raises(SceneError, match=r"cannot write '\.mov'; give one of \.mp4"):
        render(small_scene, tmp_path / "a.mov")
    with pytest.raises(SceneError, match="no path given"):
        render(small_scene)
