"""Moving artists of every kind: the painter's frames are those drawn in full."""

from functools import partial

import matplotlib.patheffects as effects
import numpy as np
import pytest
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.offsetbox import AnchoredText
from matplotlib.patches import Circle, Ellipse, FancyArrowPatch, FancyBboxPatch
from torch.nn import MSELoss
from torch.optim import SGD

from animator import Drawing, Experiment, Heatmap, Scene
from animator.experiments.recorder import record_all
from animator.problems import line_fit
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

EXPERIMENT = Experiment(line_fit(MSELoss()), {"plain": partial(SGD, lr=0.1)}, steps=6)
FRAMES = [0, 1, 2, 9, 3]


class Own:
    """A panel that is made by a function of an axes."""

    experiment = EXPERIMENT

    def __init__(self, make, heatmap=None):
        self.make, self.heatmap = make, heatmap

    def draw(self, ax, recording, theme):
        if self.heatmap:
            return self.heatmap.draw(ax, recording, theme) + self.make(ax)
        ax.set(xlim=(0, 10), ylim=(0, 10))
        ax.set_title("Title")
        return self.make(ax)


def staged(panel):
    scene = Scene([panel], seconds=4, hold_start=0, hold_end=0)
    options = RenderOptions(size=(320, 240), fps=4)
    return set_stage(scene, record_all(scene.experiments), options)


def assert_frames_equal(make, heatmap=None):
    """The painter and a full drawing give the same pixels, and the pixels do change."""
    painter, plain = Painter(staged(Own(make, heatmap))), staged(Own(make, heatmap))
    shown = []
    for frame in FRAMES:
        painter.paint(frame)
        plain.move_to(frame)
        plain.figure.canvas.draw()
        full = np.asarray(plain.figure.canvas.buffer_rgba())
        np.testing.assert_array_equal(painter.pixels, full, err_msg=f"frame {frame}")
        shown.append(painter.pixels.tobytes())
    assert len(set(shown)) > 2
    return plain


def scatter(ax):
    dots = ax.scatter([1, 5], [1, 5], s=[30, 500], linewidth=6, edgecolor="k")
    return dots, lambda k: dots.set_offsets([[1 + k, 1 + k], [9 - k, 5]])


def quiver(ax):
    arrows = ax.quiver([2, 5], [2, 5], [1, 2], [1, 0])
    return arrows, lambda k: arrows.set_UVC([np.cos(k), 2], [np.sin(k), k])


def circle(ax):
    disk = ax.add_patch(Circle((3, 3), 1, lw=8, ec="r"))
    return disk, lambda k: disk.set_center((1 + k, 3))


def fancy_arrow(ax):
    arrow = ax.add_patch(
        FancyArrowPatch((1, 1), (5, 5), mutation_scale=40, lw=4, clip_on=False)
    )
    return arrow, lambda k: arrow.set_positions((1, 1), (5 + k, 1 + 2 * k))


def box(ax):
    padded = ax.add_patch(FancyBboxPatch((3, 3), 2, 2, boxstyle="round,pad=1"))
    return padded, lambda k: padded.set_x(k)


def text(ax):
    words = ax.text(3, 3, "now", bbox={"boxstyle": "round,pad=1.5"})
    return words, lambda k: words.set_position((k, 8 - k))


def annotation(ax):
    note = ax.annotate("here", (1, 1), (6, 6), arrowprops={"arrowstyle": "->", "lw": 3})

    def update(k):
        note.xy = 1 + k, 1
        note.set_text(f"{k:.1f}")

    return note, update


def lines(ax):
    segments = ax.add_collection(LineCollection([[(0, 0), (1, 1)]], linewidths=9))
    return segments, lambda k: segments.set_segments([[(k, 1), (9 - k, 5 + k)]])


def polygons(ax):
    area = ax.add_collection(PolyCollection([[(0, 0), (1, 1), (1, 0)]]))
    return area, lambda k: area.set_verts([[(k, 1), (9 - k, 5), (5, k + 2)]])


def image(ax):
    shade = ax.imshow(
        np.eye(3), extent=(2, 8, 2, 8), origin="lower", aspect="auto", zorder=0.2
    )
    return shade, lambda k: shade.set_data(np.eye(3) * k / 6)


def glow(ax):
    (line,) = ax.plot([1, 5], [1, 5], path_effects=[effects.withStroke(linewidth=20)])
    return line, lambda k: line.set_data([1 + k, 5], [1, 5 + k / 2])


def carets(ax):
    (line,) = ax.plot([1, 5], [1, 5], marker=7, ms=40, mew=5, ls="")
    return line, lambda k: line.set_data([1 + k, 5], [1, 5 + k / 2])


def stars(ax):
    (line,) = ax.plot([1, 5], [1, 5], "*", ms=30, mew=8, mec="r")
    return line, lambda k: line.set_data([1 + k, np.nan], [1, 5 + k / 2])


def corners(ax):
    (line,) = ax.plot([1, 5, 1], [1, 5, 5], lw=15, solid_joinstyle="miter")
    return line, lambda k: line.set_data([1, 5, 1 + k], [1, 5, 5 - k / 2])


def legend(ax):
    shown = ax.legend([ax.plot([0], [0])[0]], ["a label"], loc="upper left")
    return shown, lambda k: shown.get_texts()[0].set_alpha((1 + k) / 8)


def anchored(ax):
    shown = ax.add_artist(AnchoredText("corner", loc="lower left", prop={"size": 20}))
    return shown, lambda k: (
        shown.txt.set_text(f"{k:.1f}"),
        setattr(shown, "stale", True),
    )


def ellipse(ax):
    shape = ax.add_patch(Ellipse((5, 5), 4, 2, fill=False, hatch="//", lw=3))
    return shape, lambda k: shape.set_angle(20 * k)


KINDS = [
    scatter, quiver, circle, fancy_arrow, box, text, annotation, lines, polygons,
    image, glow, carets, stars, corners, legend, anchored, ellipse,
]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "on_map"),
    [*((kind, False) for kind in KINDS), (scatter, True), (text, True)],
    ids=lambda value: getattr(value, "__name__", f"map {value}"),
)
def test_a_moving_artist_of_any_kind_is_drawn(kind, on_map):
    def make(ax):
        artist, update = kind(ax)
        return Drawing(moving=[artist], update=update)

    heatmap = Heatmap(EXPERIMENT, points=11, xlim=(0, 10), ylim=(0, 10))
    assert_frames_equal(make, heatmap if on_map else None)


def test_a_still_artist_lies_above_what_moves_if_its_zorder_is_higher():
    def make(ax):
        ax.grid(linewidth=5)
        ax.set_axisbelow(False)
        bar = ax.axvspan(0, 10, color="#ff00ff", zorder=1)
        ax.plot([5], [5], "s", color="#00ff00", ms=30, zorder=3)
        ax.plot([5], [2], "s", color="#00ff00", ms=30, zorder=0.5)
        return Drawing(moving=[bar], update=lambda k: bar.set_width(10 - k))

    stage = assert_frames_equal(make)
    stage.set_step(0)
    stage.figure.canvas.draw()
    pixels = np.asarray(stage.figure.canvas.buffer_rgba())
    (ax,) = stage.figure.axes
    for place, color in (((5, 5), (0, 255, 0)), ((5, 2), (255, 0, 255))):
        x, y = ax.transData.transform(place).astype(int) + 3
        assert tuple(pixels[239 - y, x, :3]) == color


def test_what_grows_lies_above_what_moves_if_its_zorder_is_higher():
    def make(ax):
        cloud = ax.scatter([0], [0], s=9000, color="#ff00ff", zorder=4)
        return Drawing(
            moving=[cloud], update=lambda k: cloud.set_offsets([[-3 + k, 6 - k]])
        )

    stage = assert_frames_equal(make, Heatmap(EXPERIMENT, points=11))
    assert not stage.growing  # the trail is drawn again above the cloud


def test_insets_and_twins_lie_where_matplotlib_draws_them():
    def make(ax):
        (line,) = ax.plot([0, 10], [0, 10], lw=9)
        inset = ax.inset_axes([0.3, 0.3, 0.4, 0.4])
        inset.plot([0, 1], [1, 0], "r", lw=5)
        (own,) = inset.plot([0, 1], [0, 1], "g", lw=5)
        twin = ax.twinx()
        twin.plot([0, 10], [3, 2], "k", lw=9)

        def update(k):
            line.set_ydata([k, 10 - k])
            own.set_ydata([0, k / 6])

        return Drawing(moving=[line, own], update=update)

    assert_frames_equal(make)


def test_a_map_without_such_overlaps_has_nothing_drawn_again():
    stage = staged(Own(lambda ax: Drawing(), Heatmap(EXPERIMENT, points=11)))
    assert len(stage.growing) == 1
    assert not [
        a for a in stage.moving if not type(a).__module__.startswith("animator")
    ]
