"""Videos, read back by imageio, PyAV and ffmpeg."""

import struct
import subprocess
from fractions import Fraction

import av
import imageio.v3 as iio
import imageio_ffmpeg
import numpy as np
import pptx
import pytest
from conftest import ROOT

import animator
from animator import render
from animator.encoders.format import ClipSpec
from animator.encoders.opening import open_encoder
from animator.encoders.option import NoOptions
from animator.experiments.recorder import record_all

SIZE = (640, 360)
# imageio's own reader leaves its pipes to the garbage collector.
reads_video = pytest.mark.filterwarnings(
    "ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"
)


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


# Scenes that differ most in what moves.
@pytest.mark.parametrize("name", ["learning_rates", "momentum", "surface"])
def test_the_mp4_is_like_the_frames_and_no_larger_than_matplotlib_s(
    name, tmp_path, shared_cache
):
    scene = animator.load(ROOT / "scenes" / f"{name}.py")
    recordings = record_all(scene.experiments, cache=shared_cache)
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
    # matplotlib's FFMpegWriter by default: h264 from RGBA, in yuv420p; but with a
    # complete picture as often as ours has one, so that one can scrub.
    default = ["-vcodec", "h264", "-pix_fmt", "yuv420p", "-g", "100"]
    default.append(tmp_path / "default.mp4")
    subprocess.run([ffmpeg, "-v", "error", *described, "-i", raw, *default], check=True)
    assert clip.bytes <= (tmp_path / "default.mp4").stat().st_size


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
