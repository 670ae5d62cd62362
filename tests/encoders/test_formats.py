"""Several formats at once, and what the command says about them."""

from animator import render
from animator.encoders.registry import formats

SIZE = (640, 360)


def test_several_formats_are_the_same_as_each_alone(small_scene, tmp_path):
    names = [name for name in formats() if name != "frames"]
    render(small_scene, *(tmp_path / f"all.{name}" for name in names), size=SIZE)
    for name in names:
        render(small_scene, tmp_path / f"one.{name}", size=SIZE)
        one, other = (tmp_path / f"{which}.{name}" for which in ("all", "one"))
        assert one.read_bytes() == other.read_bytes(), name


def test_one_pass_writes_both_clips_as_two_passes_would(small_scene, tmp_path):
    both = render(small_scene, tmp_path / "a.mp4", tmp_path / "a.gif", size=SIZE)
    render(small_scene, tmp_path / "b.mp4", size=SIZE)
    render(small_scene, tmp_path / "b.gif", size=SIZE)
    for suffix in ("mp4", "gif"):
        one, other = (tmp_path / f"{name}.{suffix}" for name in "ab")
        assert one.read_bytes() == other.read_bytes()
    assert [clip.path.name for clip in both] == ["a.mp4", "a.gif"]
    assert [clip.bytes for clip in both] == [c.path.stat().st_size for c in both]
