"""The planes that video encoders take."""

import numpy as np

from animator.encoders.writers.yuv import Yuv420

SIZE = (640, 360)


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
    box = (33, 17, 70, 48)  # odd edges: complete squares of four pixels are taken
    changed = old.copy()
    changed[17:48, 33:70] = new[17:48, 33:70]
    parts, at_once = Yuv420((130, 90)), Yuv420((130, 90))
    parts.update(old, [(0, 0, 130, 90)])
    parts.update(changed, [box])
    at_once.update(changed, [(0, 0, 130, 90)])
    np.testing.assert_array_equal(parts.buffer, at_once.buffer)
