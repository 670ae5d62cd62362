"""What the panels show: maps, curves, legends and odd cases, read off the artists."""

import math
from functools import partial

import numpy as np
import pytest
import torch
from matplotlib.text import Text
from torch.nn import HuberLoss, L1Loss, MSELoss
from torch.optim import SGD
from torch.optim.lr_scheduler import StepLR

from animator import (
    Experiment,
    Fit,
    Heatmap,
    LearningRate,
    LossCurve,
    Parameters,
    Profile,
    Scene,
    SceneError,
    Setting,
    Surface,
    Vectors,
    record,
)
from animator.drawing.theme import LIGHT
from animator.experiments.recorder import record_all
from animator.problems import line_fit, surface
from animator.rendering.options import RenderOptions
from animator.rendering.painter import Painter
from animator.rendering.stage import set_stage

THREE = {
    "plain": partial(SGD, lr=0.1),
    "momentum": partial(SGD, lr=0.1, momentum=0.9),
    "Nesterov": partial(SGD, lr=0.1, momentum=0.9, nesterov=True),
}
LINE = line_fit(MSELoss())
BOWL = surface(lambda x, y: x**2 + 4 * y**2, x=(-3, 2), y=(-1, 2), start=(-2.0, 1.0))


def race(problem=LINE, steps=20, settings=THREE):
    return Experiment(problem, settings, steps)


def staged(*panels, size=(640, 360), **scene):
    scene = Scene(list(panels), seconds=4, **scene)
    return set_stage(scene, record_all(scene.experiments), RenderOptions(size=size))


def axes_of(stage):
    """The panels' axes, without the colour bars."""
    return [ax for ax in stage.figure.axes if ax.get_subplotspec() is not None]


def texts(stage):
    found = stage.figure.findobj(Text)
    return [text.get_text() for text in found if text.get_visible() and text.get_text()]


def rgb(color):
    return [int(color[i : i + 2], 16) for i in (1, 3, 5)]


def image(stage):
    return next(ax.images[0] for ax in stage.figure.axes if ax.images)


def ring_of(ax):
    """Where the panel's ring is."""
    return next(line.get_xydata()[0] for line in ax.lines if line.get_marker() == "o")


def values(panel, **scene):
    return np.ma.getdata(image(staged(panel, **scene)).get_array())


def test_the_penalised_map_is_what_sgd_with_weight_decay_minimises():
    decay = 2.0
    settings = {"decay": partial(SGD, lr=0.1, weight_decay=decay)}
    experiment = race(settings=settings, steps=300)
    plain = values(Heatmap(experiment, points=27))
    shown = values(Heatmap(experiment, points=27, penalty=decay))
    x, y = np.meshgrid(*2 * [np.linspace(-5, 8, 27)])
    np.testing.assert_allclose(shown - plain, decay / 2 * (x**2 + y**2), atol=1e-4)
    # The ring is where the run ends, and that is not the minimum of the loss alone.
    end = record(experiment).trajectories[0].params[-1]
    rings = {}
    for penalty in (0.0, decay):
        (ax,) = [
            ax
            for ax in axes_of(staged(Heatmap(experiment, penalty=penalty)))
            if ax.images
        ]
        rings[penalty] = ring_of(ax)
    assert math.dist(rings[decay], end) < 0.02 < 0.5 < math.dist(rings[0.0], end)


def test_maps_that_share_their_colours_have_the_same_scale():
    experiments = [race(line_fit(loss)) for loss in (MSELoss(), L1Loss(), HuberLoss())]
    stage = staged(*[Heatmap(e, share=experiments, points=41) for e in experiments])
    limits = {ax.images[0].get_clim() for ax in axes_of(stage) if ax.images}
    maps = [values(Heatmap(e, points=41)) for e in experiments]
    assert limits == {(min(m.min() for m in maps), max(m.max() for m in maps))}
    alone = staged(*[Heatmap(e, points=41) for e in experiments])
    assert len({ax.images[0].get_clim() for ax in axes_of(alone) if ax.images}) == 3


def test_scales_of_the_colours():
    norm = image(staged(Heatmap(race(), scale="log"))).norm
    low, high = norm.vmin, norm.vmax
    assert norm(math.sqrt(low * high)) == pytest.approx(0.5)
    norm = image(staged(Heatmap(race(), scale=0.5))).norm
    assert norm(norm.vmin + 0.25 * (norm.vmax - norm.vmin)) == pytest.approx(0.5)
    flat = surface(lambda x, y: 0 * x + 3, x=(-1, 1), y=(-1, 1), start=(0, 0))
    assert image(staged(Heatmap(race(flat)))).norm(3.0) == 0
    hole = surface(lambda x, y: x - y, x=(-1, 1), y=(-1, 1), start=(0, 0))
    with pytest.raises(SceneError, match="reaches -2, which has no logarithm; give"):
        staged(Heatmap(race(hole), scale="log"))


def test_contour_lines_run_where_the_loss_is_what_they_say():
    (ax,) = [
        ax
        for ax in axes_of(staged(Heatmap(race(BOWL), contours=[1.0, 4.0])))
        if ax.images
    ]
    (lines,) = ax.collections
    assert list(lines.levels) == [1.0, 4.0]
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        x, y = path.vertices.T
        np.testing.assert_allclose(x**2 + 4 * y**2, level, rtol=2e-3)
    (ax,) = [ax for ax in axes_of(staged(Heatmap(race(BOWL), contours=7))) if ax.images]
    assert len(ax.collections[0].levels) == 7


def test_ranges_are_given_or_found_so_that_the_paths_fit():
    stage = staged(Heatmap(race(), xlim=(0, 4), ylim=(-1, 2)))
    (ax,) = [ax for ax in axes_of(stage) if ax.images]
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 4), (-1, 2))
    settings = {"far": partial(SGD, lr=0.2, momentum=0.95)}
    experiment = race(BOWL, 12, settings)
    params = record(experiment).trajectories[0].params
    assert params[:, 1].min() < -1.01  # it leaves y = (-1, 2)
    (ax,) = [
        ax for ax in axes_of(staged(Heatmap(experiment, fit_paths=True))) if ax.images
    ]
    for path, (low, high) in zip(params.T, (ax.get_xlim(), ax.get_ylim()), strict=True):
        assert low < path.min() and path.max() < high


def test_losses_that_are_not_finite_are_hatched_and_said():
    cliff = surface(
        lambda x, y: torch.where(x > 1, torch.inf, x**2 + y**2),
        x=(-3, 3),
        y=(-2, 2),
        start=(-2.0, 1.0),
    )
    stage = staged(Heatmap(race(cliff)))
    assert "not finite" in " ".join(texts(stage))
    painter = Painter(stage)
    painter.paint(0)
    (ax,) = [ax for ax in axes_of(stage) if ax.images]
    (left, bottom), (right, top) = ax.transData.transform([(1.2, -1.9), (2.9, 1.9)])
    part = painter.pixels[360 - int(top) : 360 - int(bottom), int(left) : int(right)]
    shades = np.unique(part[..., 0])
    assert shades[0] < 200 and 255 in shades  # strokes on paper
    assert "not finite" not in " ".join(texts(staged(Heatmap(race(BOWL)))))


@pytest.mark.parametrize("extremum", ["minimum", "maximum"])
def test_the_ring_is_at_the_extremum_asked_for(extremum):
    sign = {"minimum": 1, "maximum": -1}[extremum]
    hill = surface(
        lambda x, y: sign * ((x - 0.35) ** 2 + (y + 0.42) ** 2),
        x=(-2, 2),
        y=(-2, 2),
        start=(1.0, 1.0),
    )
    stage = staged(Heatmap(race(hill), extremum=extremum))
    (ax,) = [ax for ax in axes_of(stage) if ax.images]
    assert ring_of(ax) == pytest.approx([0.35, -0.42], abs=0.01)
    assert {extremum, "start"} <= set(texts(stage))  # named on the map


def test_known_minima_are_all_marked():
    two = surface(
        lambda x, y: (x**2 - 1) ** 2 + y**2,
        x=(-2, 2),
        y=(-2, 2),
        start=(0.5, 1.0),
        minima=[(-1, 0), (1, 0)],
    )
    (ax,) = [ax for ax in axes_of(staged(Heatmap(race(two)))) if ax.images]
    rings = {
        tuple(line.get_xydata()[0]) for line in ax.lines if line.get_marker() == "o"
    }
    assert rings == {(-1, 0), (1, 0)}


def test_the_loss_curve_grows_to_where_the_loss_is():
    experiment = race(steps=20)
    stage = staged(LossCurve(experiment))
    painter = Painter(stage)
    (ax,) = axes_of(stage)
    assert ax.get_yscale() == "log"
    losses = record(experiment).trajectories[1].loss
    end = stage.timeline.frames - 1
    painter.paint(end)
    seen = painter.pixels.copy()
    stage.set_step(20)
    for step in (2, 9, 15):
        column, row = ax.transData.transform((step, losses[step])).astype(int)
        around = seen[360 - row - 3 : 360 - row + 3, column - 2 : column + 3, :3]
        assert (abs(around.astype(int) - rgb(LIGHT.color(1))).sum(axis=-1) < 90).any()
    painter.paint(0)
    column, row = ax.transData.transform((15, losses[15])).astype(int)
    around = painter.pixels[360 - row - 3 : 360 - row + 3, column - 2 : column + 3, :3]
    assert not (abs(around.astype(int) - rgb(LIGHT.color(1))).sum(axis=-1) < 90).any()


def test_losses_without_a_logarithm_are_named():
    below = surface(lambda x, y: x, x=(-9, 1), y=(-1, 1), start=(0.5, 0.0))
    experiment = race(below, 9, {"down": partial(SGD, lr=1)})
    with pytest.raises(SceneError, match=r"'down' is -0.5 at step 1, which has no log"):
        staged(LossCurve(experiment))
    staged(LossCurve(experiment, scale="linear"))


def test_a_run_that_diverges_does_not_flatten_the_others():
    settings = THREE | {"too fast": partial(SGD, lr=3.0)}
    experiment = race(settings=settings, steps=60)
    (ax,) = axes_of(staged(LossCurve(experiment)))
    low, high = ax.get_ylim()
    calm = np.concatenate([t.loss for t in record(experiment).trajectories[:3]])
    assert low < calm.min() and calm.max() < high
    shown = math.log(calm.max() / calm.min()) / math.log(high / low)
    assert shown > 0.4


@pytest.mark.parametrize("norm", [1, 2, 3.5, math.inf])
def test_parameters_shows_a_norm(norm):
    experiment = race(steps=5)
    stage = staged(Parameters(experiment, norm=norm))
    (ax,) = axes_of(stage)
    paths = np.concatenate([t.params for t in record(experiment).trajectories])
    if norm == math.inf:
        lengths = np.abs(paths).max(axis=1)
    else:
        lengths = (np.abs(paths) ** norm).sum(axis=1) ** (1 / norm)
    low, high = ax.get_ylim()
    assert low < lengths.min() and lengths.max() < high
    (trails,) = stage.growing
    drawn = np.concatenate([trail._path[:, 1] for trail in trails.trails])
    np.testing.assert_allclose(drawn, lengths, rtol=1e-5)


def test_parameters_has_a_line_for_each_coordinate_of_each_setting():
    stage = staged(Parameters(race(steps=5)))
    (trails,) = stage.growing
    assert len(trails.trails) == 6
    for sign in ("━ bias", "═ weight"):
        assert sign in " ".join(texts(stage))


def test_one_legend_for_all_panels_of_an_experiment():
    experiment = race()
    stage = staged(Heatmap(experiment), LossCurve(experiment), Fit(experiment))
    for label in THREE:
        assert texts(stage).count(label) == 1


def test_identical_paths_are_said_to_coincide():
    same = {"a": THREE["plain"], "b": THREE["momentum"], "c": THREE["plain"]}
    found = texts(staged(Heatmap(race(settings=same))))
    assert "c = a" in found and "b" in found


def test_markers_that_meet_are_rings_around_each_other():
    stage = staged(Heatmap(race()), size=(1280, 720))
    painter = Painter(stage)
    painter.paint(0)  # all are at the start
    (ax,) = [ax for ax in axes_of(stage) if ax.images]
    column, row = ax.transData.transform(LINE.start).astype(int)
    near = painter.pixels[
        720 - row - 20 : 720 - row + 20, column - 20 : column + 20, :3
    ]
    for index in range(3):
        close = abs(near.astype(int) - rgb(LIGHT.color(index))).sum(axis=-1) < 80
        assert close.sum() >= 20, LIGHT.color(index)


def test_divergence_is_told_with_its_step():
    settings = {"calm": THREE["plain"], "fast": partial(SGD, lr=1e6)}
    experiment = race(settings=settings, steps=30)
    step = record(experiment).trajectories[1].outcome.step
    stage = staged(Heatmap(experiment))
    stage.set_step(30)
    assert f"diverged at step {step}" in texts(stage)
    stage.set_step(step - 1)
    assert not any("diverged" in text for text in texts(stage))
    alone = staged(Heatmap(race(settings={"fast": settings["fast"]}, steps=30)))
    alone.set_step(30)
    assert f"diverged at step {step}" in texts(alone)


@pytest.mark.parametrize(
    ("lr", "side"),
    [((40.0, 0.0), "right"), ((0.0, 40.0), "top"), ((0.0, -40.0), "bottom")],
)
def test_off_the_map_an_arrow_on_the_border_points_to_where_it_went(lr, side):
    """A plane that slopes one way takes the marker off the map on that side."""
    plane = surface(
        lambda x, y: -lr[0] * x - lr[1] * y, x=(-3, 3), y=(-2, 2), start=(0.0, 0.0)
    )
    stage = staged(Heatmap(race(plane, 3, {"away": partial(SGD, lr=1.0)})))
    painter = Painter(stage)
    painter.paint(0)
    before = painter.pixels.copy()
    painter.paint(stage.timeline.frames - 1)
    (ax,) = [ax for ax in axes_of(stage) if ax.images]
    left, bottom, right, top = (int(v) for v in ax.bbox.extents)
    red = (
        abs(painter.pixels[..., :3].astype(int) - rgb(LIGHT.color(0))).sum(axis=-1) < 60
    )
    rows, columns = np.nonzero(red)
    inside = (columns > left) & (columns < right)
    rows = 360 - rows
    # The head is the widest part of the red: take what lies within 12 px of the side.
    place = {
        "right": columns > right - 12,
        "top": rows > top - 12,
        "bottom": rows < bottom + 12,
    }
    head = inside & place[side]
    across = columns[head] if side != "right" else rows[head]
    middle = {"right": (bottom + top) / 2}.get(side, (left + right) / 2)
    assert np.ptp(across) >= 4 and abs(across.mean() - middle) < 2
    assert (painter.pixels != before).any()


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda e: Heatmap(e, scale="cubic"), "scale is 'cubic'; give 'linear', 'log'"),
        (lambda e: Heatmap(e, scale=0), "scale is 0; give"),
        (lambda e: Heatmap(e, contours=-1), "contours is -1; give how many lines"),
        (lambda e: Heatmap(e, contours=[math.nan]), r"contours is \[nan\]"),
        (lambda e: Heatmap(e, xlim=(2, 1)), r"xlim is \(2, 1\); give two numbers"),
        (lambda e: Heatmap(e, ylim=3), "ylim is 3"),
        (lambda e: Heatmap(e, penalty=-1), "penalty is -1; give a number, 0 to 1e"),
        (lambda e: Heatmap(e, extremum="top"), "extremum is 'top'; give 'minimum' or"),
        (lambda e: Heatmap(e, share=[3]), "share: 3 is not an experiment"),
        (lambda e: LossCurve(e, scale="root"), "scale is 'root'; give 'linear' or"),
        (lambda e: LossCurve(3), "LossCurve: 3 is not an experiment"),
        (lambda e: Parameters(e, norm=0.5), "norm is 0.5; give a number, at least 1"),
        (lambda e: Parameters(e, norm=True), "norm is True; give a number"),
        (lambda e: Heatmap(e, points=True), "points is True; give a whole number"),
        (lambda e: Heatmap(e, contours=True), "contours is True; give how many"),
        (lambda e: Surface(e, turn=True), "turn is True; give -3600 to 3600"),
        (lambda e: Vectors(Heatmap(e), scale=True), "scale is True; give a number"),
        (lambda e: Scene([Heatmap(e)], captions={True: "a"}), "captions is {True"),
        (lambda e: Scene([Heatmap(e)], slow={(False, True): 2}), "slow is {.False"),
        (lambda e: Fit(race(BOWL)), "has no data_x, data_y and predict"),
    ],
)
def test_what_panels_do_not_take(make, message):
    with pytest.raises(SceneError, match=message):
        make(race())


@pytest.mark.parametrize("along", ["x", "y"])
def test_the_profile_is_a_section_through_the_place_of_each_setting(along):
    experiment = race(BOWL, 10)
    stage = staged(Profile(experiment, along=along))
    (ax,) = axes_of(stage)
    curves = [line for line in ax.lines if line.get_marker() == "None"]
    markers = [line for line in ax.lines if line.get_marker() == "o"]
    runs = record(experiment).trajectories
    for step in (0, 3.5, 10):
        stage.set_step(step)
        for curve, marker, run in zip(curves, markers, runs, strict=True):
            x, y = run.params_at(step)
            at, height = curve.get_data()
            expected = at**2 + 4 * y**2 if along == "x" else x**2 + 4 * at**2
            np.testing.assert_allclose(height, expected, rtol=1e-4, atol=1e-5)
            place = marker.get_xydata()[0]
            there = [x if along == "x" else y, x**2 + 4 * y**2]
            assert place == pytest.approx(there, rel=1e-4, abs=1e-5)


def test_the_learning_rate_is_the_schedule_s():
    half = Setting(THREE["plain"], partial(StepLR, step_size=5, gamma=0.5))
    settings = {"constant": THREE["plain"], "halved": half}
    stage = staged(LearningRate(race(settings=settings)))
    (trails,) = stage.growing
    constant, halved = (trail._path[:, 1] for trail in trails.trails)
    np.testing.assert_allclose(constant, 0.1)
    np.testing.assert_allclose(halved, [0.1 / 2 ** (k // 5) for k in range(21)])


def surface_stage(problem=BOWL, **options):
    stage = staged(Surface(race(problem, 10), points=21, **options))
    painter = Painter(stage)
    frames = {}
    for frame in (0, stage.timeline.frames // 2, stage.timeline.frames - 1):
        painter.paint(frame)
        frames[frame] = painter.pixels.copy()
    return stage, list(frames.values())


def test_the_camera_goes_around_the_landscape_or_stands_still():
    _, (first, middle, last) = surface_stage(turn=60)
    assert (first != middle).mean() > 0.05 and (middle != last).mean() > 0.05
    _, (first, middle, last) = surface_stage(turn=0)
    assert 0 < (first != last).mean() < 0.05  # only the paths and the numbers move


def test_the_landscape_is_as_high_as_the_loss():
    """Seen from the side, a slope's outline is a straight line from low to high."""
    slope = surface(lambda x, y: x + 0 * y, x=(-1, 1), y=(-1, 1), start=(0.9, 0.0))
    stage, (picture, *_) = surface_stage(
        slope, elevation=5, azimuth=-90, turn=0, cmap="viridis", contours=0
    )
    (ax,) = axes_of(stage)
    left, bottom, right, top = (int(v) for v in ax.bbox.extents)
    part = picture[360 - top : 360 - bottom, left:right, :3]
    ink = (part.astype(int).max(axis=2) - part.min(axis=2)) > 40  # coloured
    columns = np.flatnonzero(ink.sum(axis=0) > 3)
    crest = [int(np.argmax(ink[:, column])) for column in columns]
    inner = np.array(crest[len(crest) // 5 : -len(crest) // 5], float)
    line = np.polyfit(np.arange(len(inner)), inner, 1)
    assert line[0] < -0.2  # it rises to the right
    assert abs(np.polyval(line, np.arange(len(inner))) - inner).max() < 4


def test_the_surface_and_the_plain_way_have_the_same_pixels():
    experiment = race(BOWL, 6)
    scene = Scene([Surface(experiment, points=21), Heatmap(experiment)], seconds=3)
    recordings = record_all([experiment])
    painter = Painter(set_stage(scene, recordings, RenderOptions(size=(320, 180))))
    plain = set_stage(scene, recordings, RenderOptions(size=(320, 180)))
    for frame in range(0, plain.timeline.frames, 16):
        painter.paint(frame)
        plain.move_to(frame)
        plain.figure.canvas.draw()
        full = np.array(plain.figure.canvas.buffer_rgba())
        np.testing.assert_array_equal(painter.pixels, full)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda e: Surface(e, elevation=0), "elevation is 0; give 5 to 90 degrees"),
        (lambda e: Surface(e, turn="slow"), "turn is 'slow'; give -3600 to 3600"),
        (lambda e: Surface(e, scale="x"), "scale is 'x'; give 'linear', 'log'"),
        (lambda e: Profile(e, along="z"), "along is 'z'; give 'x' or 'y'"),
        (lambda e: LearningRate(e, scale="x"), "scale is 'x'; give 'linear' or 'log'"),
    ],
)
def test_what_the_views_do_not_take(make, message):
    with pytest.raises(SceneError, match=message):
        make(race())
