"""Surface: its axes, ranges and options, and what it refuses."""

from functools import partial

import numpy as np
import pytest
import torch
from torch.optim import SGD

from animator import Experiment, Scene, SceneError, Surface
from animator.drawing.floor import Floor
from animator.drawing.mesh import Mesh
from animator.drawing.surface_paths import SurfacePaths
from animator.experiments.recorder import record_all
from animator.problems import surface
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

BOWL = surface(
    lambda x, y: x**2 + 4 * y**2, x=(-3, 2), y=(-1, 2), start=(-2.0, 1.0), name="bowl"
)
EXPERIMENT = Experiment(BOWL, {"plain": partial(SGD, lr=0.1)}, steps=6)


def stage_of(problem=None, size=(640, 360), theme="light", **options):
    experiment = EXPERIMENT
    if problem is not None:
        experiment = Experiment(problem, {"plain": partial(SGD, lr=0.5)}, steps=6)
    scene = Scene([Surface(experiment, points=31, **options)], seconds=3)
    recordings = record_all([experiment])
    return set_stage(scene, recordings, RenderOptions(size=size, theme=theme))


def artist(stage, kind):
    (found,) = stage.figure.findobj(kind)
    return found


@pytest.mark.parametrize("azimuth", range(-180, 180, 40))
@pytest.mark.parametrize("elevation", [12, 45, 80])
def test_numbers_and_names_stay_off_the_landscape_and_on_the_panel(azimuth, elevation):
    stage = stage_of(azimuth=azimuth, elevation=elevation, turn=0)
    floor, mesh = artist(stage, Floor), artist(stage, Mesh)
    renderer = stage.figure.canvas.get_renderer()
    stage.move_to(0)
    stage.figure.draw(renderer)
    land = floor.camera.project(mesh._points).reshape(-1, 2)
    panel = floor.camera.ax.bbox
    texts = [text for text in floor.get_children() if text.get_position() != (0, 0)]
    assert len(texts) >= 5
    for text in texts:
        box = text.get_window_extent(renderer)
        assert panel.x0 <= box.x0 and box.x1 <= panel.x1
        assert panel.y0 <= box.y0 and box.y1 <= panel.y1
        covered = ((land >= box.p0) & (land <= box.p1)).all(axis=1)
        assert not covered.any(), text.get_text()


def test_the_landscape_fits_into_the_panel_from_all_views():
    stage = stage_of(turn=300, rise=40)
    mesh = artist(stage, Mesh)
    panel = mesh.camera.ax.bbox
    for step in range(7):
        stage.set_step(step)
        land = mesh.camera.project(mesh._points).reshape(-1, 2)
        assert (land >= panel.p0).all() and (land <= panel.p1).all()


@pytest.mark.parametrize("scale", ["linear", 0.5])
def test_the_numbers_of_the_losses_stand_at_their_heights(scale):
    stage = stage_of(scale=scale)
    (_, _, losses) = artist(stage, Floor)._scales
    low, high = 0.0, 9 + 16.0
    for text, height in zip(losses.texts, losses.places, strict=True):
        share = (float(text) - low) / (high - low)
        expected = share if scale == "linear" else share**scale
        assert height == pytest.approx(expected, abs=0.01)
    assert len(losses.texts) >= 3


def test_ranges_cut_the_landscape_and_its_heights():
    stage = stage_of(xlim=(-1, 1), ylim=(0, 1), zlim=(0, 2))
    mesh, floor = artist(stage, Mesh), artist(stage, Floor)
    x, y = np.meshgrid(np.linspace(-1, 1, mesh._points.shape[1]),
                       np.linspace(0, 1, mesh._points.shape[0]))  # fmt: skip
    expected = np.minimum((x**2 + 4 * y**2) / 2, 1)
    smooth = np.abs(mesh._points[..., 2] - expected)
    assert np.median(smooth) < 1e-3 and smooth.max() < 0.05  # most at the kink
    assert floor._scales[0].texts[0] == "−1.0"
    assert float(floor._scales[2].texts[-1]) == 2 and floor._scales[2].places[-1] == 1


def test_a_path_that_leaves_the_map_is_drawn_on_until_it_is_out_of_view():
    away = surface(
        lambda x, y: -4 * x + 0 * y, x=(-3, 3), y=(-2, 2), start=(0.0, 0.0), name="away"
    )
    stage = stage_of(away, turn=0, zoom=2)
    painter = Painter(stage)
    frames = []
    for frame in (0, stage.timeline.frames - 1):
        painter.paint(frame)
        frames.append(painter.pixels.copy())
    paths = artist(stage, SurfacePaths)
    assert paths._paths[0].path.at(6)[2] < 0  # on the floor
    (left, bottom), (right, top) = paths.camera.ax.bbox.get_points().astype(int)
    red = (frames[1][..., :3].astype(int) - (0xB1, 0x14, 0x3B))[..., :3]
    rows, columns = np.nonzero(abs(red).sum(axis=-1) < 60)
    rows = 360 - rows
    assert len(rows) and (columns <= right).all() and (columns >= left).all()
    # Its arrowhead is at the border.
    near = np.minimum(right - columns, np.minimum(rows - bottom, top - rows))
    assert near.min() < 12


@pytest.mark.parametrize(
    "options",
    [
        {"wireframe": True},
        {"axes": False, "zoom": 3},
        {"contours": 0},
        {"scale": "log", "rise": 30},
        {"cmap": "terrain", "turn": 0},
    ],
)
@pytest.mark.parametrize("theme", ["light", "dark", "article"])
def test_every_option_draws_the_same_frames_piece_by_piece_and_in_full(options, theme):
    stage = stage_of(size=(320, 180), theme=theme, **options)
    painter = Painter(stage)
    plain = stage_of(size=(320, 180), theme=theme, **options)
    for frame in (0, 20, 60):
        painter.paint(frame)
        plain.move_to(frame)
        plain.figure.canvas.draw()
        full = np.array(plain.figure.canvas.buffer_rgba())
        np.testing.assert_array_equal(painter.pixels, full)


def test_a_landscape_with_unknown_heights_has_holes():
    cliff = surface(
        lambda x, y: torch.where(x < 0, torch.inf, x**2 + y**2),
        x=(-3, 3), y=(-2, 2), start=(2.0, 1.0), name="cliff",
    )  # fmt: skip
    mesh = artist(stage_of(cliff, turn=0), Mesh)
    opaque = mesh._colors[..., 3]
    assert (opaque[:, :14] == 0).all() and (opaque[:, 16:] == 1).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"zoom": 0}, "zoom is 0; give 0.1 to 10"),
        ({"rise": 60}, "rise is 60, which ends at an elevation of 98"),
        ({"rise": "up"}, "rise is 'up'; give -85 to 85 degrees"),
        ({"wireframe": 1}, "wireframe is 1; give True or False"),
        ({"axes": "none"}, "axes is 'none'; give True or False"),
        ({"zlim": (3, 1)}, r"zlim is \(3, 1\); give two numbers"),
        ({"contours": -1}, "contours is -1"),
    ],
)
def test_what_it_refuses(options, message):
    with pytest.raises(SceneError, match=message):
        Surface(EXPERIMENT, **options)


def test_start_and_minimum_are_named_beside_where_they_are_seen():
    stage = stage_of(elevation=60)
    camera = artist(stage, SurfacePaths).camera
    names = {text.get_text(): text for text in camera.ax.texts}
    scale = stage.figure.dpi / 72
    for step in (0, 6):
        stage.set_step(step)
        for name, (x, y) in {"start": (-2, 1), "minimum": (0, 0)}.items():
            place = np.array([(x + 3) / 2.5 - 1, (y + 1) / 1.5 - 1, 0.0])
            assert names[name].get_visible()
            box = names[name].get_window_extent()
            away = np.abs(np.array([box.x0, box.y0]) - camera.project(place))
            assert away[0] < 20 * scale  # its height is not known here


def test_steps_have_dots_only_if_asked():
    def colored(**options):
        stage = stage_of(turn=0, **options)
        painter = Painter(stage)
        return painter.picture(stage.timeline.frames - 1)

    with_dots, without = colored(), colored(dots=False)
    changed = (with_dots != without).any(axis=2)
    assert 0 < changed.sum() < 400


def test_markers_that_meet_are_rings_of_one_size():
    from animator.drawing.surface_markers import draw_surface_markers
    from animator.drawing.theme import LIGHT

    stage = stage_of()
    (path,) = artist(stage, SurfacePaths)._paths
    sizes = []

    class Pen:
        def points_to_pixels(self, points):
            return points

        def draw_path(self, gc, drawn, transform, rgb=None):
            sizes.append(gc.width)

    class Context:
        def set_linewidth(self, width):
            self.width = width

        def set_foreground(self, *args, **kwargs):
            pass

    from dataclasses import replace

    other = replace(path, color="#00ff00")
    ax = stage.figure.axes[0]
    middle = np.array([(ax.bbox.x0 + ax.bbox.x1) / 2, (ax.bbox.y0 + ax.bbox.y1) / 2])
    apart = [(path, middle), (other, middle + 60)]
    draw_surface_markers(Pen(), Context(), ax, apart, LIGHT)
    assert sizes[:3] == sizes[3:]  # two markers of one size
    sizes.clear()
    draw_surface_markers(Pen(), Context(), ax, [(path, middle), (other, middle)], LIGHT)
    assert sizes[2] > sizes[5] + 2  # the lower one is a ring around the other


def test_numbers_that_are_nearly_the_same_are_told_apart_on_each_axis():
    far = surface(
        lambda x, y: -123456.7 - ((x - 1000001) ** 2 + y**2) / 1000,
        x=(1000001, 1000009), y=(-5, 3), start=(1000002, 1), dtype=torch.float64,
    )  # fmt: skip
    scales = artist(stage_of(far), Floor)._scales
    for scale in scales:
        assert len(set(scale.texts)) == len(scale.texts) >= 2
        assert max(map(len, scale.texts)) <= 11
    assert scales[0].name == "x +1e6"


@pytest.mark.parametrize(
    ("height", "level", "offset"), [(98, 0.5, ""), (1, 1e6, "+1e6"), (1e-4, 0, "")]
)
def test_the_axis_of_losses_has_three_numbers_that_differ(height, level, offset):
    problem = surface(
        lambda x, y: height * (x**2 + y**2) + level,
        x=(-1, 1), y=(-1, 1), start=(-0.9, 0.5), dtype=torch.float64,
    )  # fmt: skip
    *_, losses = artist(stage_of(problem), Floor)._scales
    assert len(set(losses.texts)) == len(losses.texts) >= 3
    assert losses.name == offset


def test_a_path_without_a_height_gives_no_warning():
    problem = surface(
        lambda x, y: torch.where(x < -0.8, x**2 + y**2, torch.nan),
        x=(-1, 1), y=(-1, 1), start=(-0.9, 0.5),
    )  # fmt: skip
    stage = stage_of(problem)
    stage.set_step(6)
    stage.figure.draw(stage.figure.canvas.get_renderer())
