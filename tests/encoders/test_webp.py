"""WebP with loss."""

from conftest import at_each_frame

import animator
from animator import render

SIZE = (640, 360)


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
