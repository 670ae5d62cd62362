"""What a page holds: the recorded numbers to the bit, the maps, each thing once."""

import re
from dataclasses import replace
from functools import partial
from html.parser import HTMLParser

import numpy as np
import pytest
from conftest import SCENE
from decoding import same_bits, unpacked
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib import colormaps
from matplotlib.colors import LogNorm, Normalize, PowerNorm
from runs import LOSSES, SETTINGS, STEPS, plain_loop, scene
from torch.nn import MSELoss
from torch.optim import SGD, Adam

import animator
from animator import DARK, Experiment, Heatmap, Scene, SceneError, Series
from animator.player.coding import narrow
from animator.player.maps import color_steps
from animator.player.paths import path_data
from animator.player.store import Store
from animator.problems import line_fit

SIZE = (480, 270)


def written(folder, scene, **keywords):
    """Return the HTML of a scene's page."""
    path = folder / "page.html"
    animator.render(scene, path, size=SIZE, **keywords)
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """The page of two losses, and its arrays."""
    return unpacked(written(tmp_path_factory.mktemp("page"), scene()))


def test_every_number_is_the_recorded_one_and_that_of_a_plain_loop(page):
    page, arrays = page
    (document,) = page["documents"]
    experiments = scene().experiments
    recorded = [r for one in experiments for r in animator.record(one).trajectories]
    assert len(recorded) == len(SETTINGS) * len(LOSSES)
    for run, truth in zip(document["series"], recorded, strict=True):
        for name in ("params", "loss", "gradient"):
            assert same_bits(arrays[run[name]], getattr(truth, name))
        assert same_bits(arrays[run["lr"]], truth.lr[:, 0])
        assert run["outcome"] == {"diverged": False, "step": STEPS}
        label = document["settings"][run["setting"]]["label"]
        loss = document["experiments"][run["experiment"]]["label"]
        plain = np.array(plain_loop(label, loss))
        assert np.allclose(arrays[run["params"]], plain[:, :2], atol=1e-5)
        assert np.allclose(arrays[run["loss"]], plain[:, 2], atol=1e-5)
        assert np.allclose(arrays[run["gradient"]], plain[:, 3:], atol=1e-5)


def test_runs_that_diverge_and_metrics_are_as_recorded(tmp_path):
    problem = line_fit(MSELoss())
    settings = {"wild": partial(SGD, lr=1e4), "adam": partial(Adam, lr=0.1)}
    metrics = {"slope": lambda model: model.weight}
    experiment = Experiment(problem, settings, steps=20, metrics=metrics)
    shown = Scene([Heatmap(experiment, points=11), Series(experiment, "slope")])
    page, arrays = unpacked(written(tmp_path, shown))
    (document,) = page["documents"]
    recorded = animator.record(experiment).trajectories
    for run, truth in zip(document["series"], recorded, strict=True):
        for name in ("params", "loss", "gradient"):
            assert same_bits(arrays[run[name]], getattr(truth, name))
        assert same_bits(arrays[run["metrics"]["slope"]], truth.series["slope"])
    assert document["series"][0]["outcome"]["diverged"]


def test_a_map_is_the_loss_map_to_the_bit(page):
    page, arrays = page
    maps = [panel["map"] for panel in page["documents"][0]["panels"]]
    problems = [panel.experiment.problem for panel in scene().panels]
    for own, problem in zip(maps[:2], problems, strict=False):
        truth = animator.loss_map(problem, 41)
        assert same_bits(arrays[own["loss"]], truth.loss)
        assert same_bits(arrays[own["x"]], truth.x)
        assert same_bits(arrays[own["y"]], truth.y)
    assert maps[2] is None


def test_of_a_fine_map_every_second_point_is_stored_or_all(tmp_path):
    truth = animator.loss_map(scene().panels[0].experiment.problem, 201)
    fine = replace(scene(), panels=[replace(scene().panels[0], points=201)])
    page, arrays = unpacked(written(tmp_path, fine))
    own = page["documents"][0]["panels"][0]["map"]
    assert same_bits(arrays[own["loss"]], truth.loss[::2, ::2])
    page, arrays = unpacked(written(tmp_path, fine, html_full_maps=True))
    own = page["documents"][0]["panels"][0]["map"]
    assert same_bits(arrays[own["loss"]], truth.loss)


@pytest.mark.parametrize(
    "norm",
    [Normalize(-3, 70), LogNorm(1e-9, 1e3, clip=True), PowerNorm(0.3, 0.2, 9)],
    ids=["linear", "log", "power"],
)
def test_colors_are_those_of_matplotlib_for_every_scale(norm):
    cmap = colormaps["viridis"]
    bounds, colors = color_steps(cmap, norm)
    draws = np.random.default_rng(0).random(20_000)
    span = norm.vmax - norm.vmin
    losses = np.concatenate(
        [norm.inverse(draws), norm.vmin + span * (1.4 * draws[:99] - 0.2), bounds]
    )
    found = colors[np.searchsorted(bounds, losses, side="right")]
    assert (found == cmap(norm(losses), bytes=True)).all()


def test_equal_things_are_stored_once(tmp_path):
    one = scene().panels[0]
    alone = replace(scene(), panels=[one])
    twice = replace(scene(), panels=[one, replace(one, title="Again")])
    first, arrays = unpacked(written(tmp_path, alone))
    second, others = unpacked(written(tmp_path, twice))
    assert len(others) - len(arrays) <= 2
    contents = [(a.dtype.str, a.shape, a.tobytes()) for a in others]
    assert len(set(contents)) == len(contents)
    assert len(set(second["texts"])) == len(second["texts"])
    maps = [panel["map"] for panel in second["documents"][0]["panels"]]
    assert maps[0]["loss"] == maps[1]["loss"]
    assert len(first["documents"][0]["series"]) == len(second["documents"][0]["series"])


def test_themes_share_their_numbers(tmp_path):
    page, _ = unpacked(written(tmp_path, scene(), theme="auto"))
    light, dark = page["documents"]
    assert page["themes"] == ["light", "dark"]
    assert (light["theme"]["dark"], dark["theme"]["dark"]) == (False, True)
    assert dark["theme"]["background"] == DARK.background
    assert light["series"] == dark["series"]
    assert light["background"] != dark["background"]


class _Reader(HTMLParser):
    """Collects the elements of a page, its title, and the names of its pictures."""

    def __init__(self):
        super().__init__()
        self.tags, self.title, self.alt = [], "", []

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.alt += [value for name, value in attributes if name == "alt"]

    def handle_data(self, data):
        if self.tags[-1:] == ["title"]:
            self.title += data


def test_a_title_that_looks_like_a_script_is_a_title(tmp_path):
    wild = "</script><script>alert(1)</script>\"'<b>&amp;"
    plain, evil = _Reader(), _Reader()
    plain.feed(written(tmp_path, scene()))
    html = written(tmp_path, replace(scene(), title=wild, caption=wild))
    evil.feed(html)
    assert evil.tags == plain.tags
    assert evil.title.strip() == wild
    assert evil.alt == [wild]
    page, _ = unpacked(html)
    assert page["documents"][0]["title"] == wild
    background = "".join(page["texts"][i] for i in page["documents"][0]["background"])
    assert "<script" not in background
    assert "&lt;/script&gt;" in background


def test_a_page_asks_nothing_of_the_network(tmp_path):
    html = written(tmp_path, scene())
    page, _ = unpacked(html)
    outside = r"""(?:src|href)=["'](?!data:|#)|url\((?!#)|@import"""
    assert not re.search(outside, html)
    assert not any(re.search(outside, text) for text in page["texts"])


def test_fragments_and_what_they_hold(tmp_path):
    whole = written(tmp_path, scene())
    alone = written(tmp_path, scene(), html_embed=True, html_script=False)
    both = written(tmp_path, scene(), html_embed=True, html_speed=2, loop=3)
    assert whole.startswith("<!doctype html>")
    assert alone.startswith("<animator-player>")
    assert "<script>" not in alone
    assert both.startswith('<animator-player speed="2" loop="3">')
    assert "<script>" in both


@pytest.mark.parametrize(
    ("name", "value"),
    [("html_speed", 0), ("html_embed", "yes"), ("html_controls", 1)],
)
def test_options_that_make_no_sense_are_told(name, value):
    with pytest.raises(SceneError, match=f"{name} is"):
        animator.RenderOptions.from_keywords({name: value})


def test_the_command_writes_pages(run, tmp_path):
    (tmp_path / "scene.py").write_text(SCENE)
    own = ["scene.py", "-f", "html", "--size", "320x180", "--html-autoplay", "no"]
    status, out, err = run(*own, "-o", tmp_path, "--theme", "auto")
    assert (status, err) == (0, "")
    assert "scene.html" in out
    html = (tmp_path / "scene.html").read_text(encoding="utf-8")
    assert '<animator-player fit autoplay="no">' in html
    assert len(unpacked(html)[0]["documents"]) == 2
    status, _, err = run(*own, "-o", tmp_path, "--max-size", "1MB")
    assert status == 2
    assert "max_size is for" in err
    assert "not for html" in err
    status, _, err = run("scene.py", "-o", "a.gif", "--theme", "auto")
    assert status == 2
    assert "theme 'auto' is for html, not for gif" in err


numbers = hnp.arrays(
    st.sampled_from([np.float32, np.float64, np.int16, np.int64, np.uint8, np.bool_]),
    hnp.array_shapes(max_dims=2, max_side=12),
    elements=None,
)


@given(numbers)
def test_arrays_come_back_to_the_bit(values):
    if values.dtype == np.int64:
        values = values % (1 << 31)
    store = Store()
    number = store.array(values)
    assert store.array(values.copy()) == number
    _, arrays = unpacked(_html(store))
    if values.dtype.kind == "f":
        nan = np.isnan(values)
        assert (np.isnan(arrays[number]) == nan).all()
        values, found = np.where(nan, 0, values), np.where(nan, 0, arrays[number])
        assert same_bits(found, values)
    else:
        assert (arrays[number] == values).all()


@pytest.mark.parametrize("shape", [(8, 8), (9, 31)])
def test_tables_come_back_to_the_bit(shape):
    rows, columns = np.indices(shape)
    smooth = np.sin(rows / 3) * columns**2 - 5
    wild = np.where((rows + columns) % 7 == 3, np.inf, smooth)
    wild[2, 3], wild[4, 4:6], wild[7, 0] = np.nan, -np.inf, 3e38
    for values in (smooth, wild, 0 * smooth, np.exp(smooth / 99)):
        store = Store()
        number = store.array(values.astype(np.float32))
        assert same_bits(unpacked(_html(store))[1][number], values.astype(np.float32))


def _html(store):
    import base64

    data = base64.b64encode(store.pack({})).decode()
    return f'<script type="application/octet-stream">{data}</script>'


def test_numbers_that_need_float64_keep_it():
    assert narrow(np.array([0.1, np.nan])).dtype == np.float64
    assert narrow(np.array([0.5, np.nan, -np.inf])).dtype == np.float32
    assert narrow(np.array([1e-300])).dtype == np.float64


def test_paths_do_not_drift():
    draws = np.random.default_rng(1).random((500, 2)) * 900
    data = path_data("M1L499", draws.ravel().tolist())
    moves = np.array(re.findall(r"-?\d*\.?\d+", data), float).reshape(-1, 2)
    assert np.abs(np.cumsum(moves, axis=0) - draws).max() < 0.0051
