"""Pages that play: how large they are, and how fast, in Chromium, beside others'.

Run as `make bench-player`. The others show the same 300 steps over a map of 101 × 101
points: matplotlib's `to_jshtml`, and Plotly's frames if plotly is installed.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from functools import partial
from pathlib import Path

import torch
from matplotlib import rcParams
from playwright.sync_api import Page, sync_playwright
from torch.nn import MSELoss
from torch.optim import SGD

import animator
from animator import Experiment, Heatmap, LossCurve, Scene
from animator.player.assembly import loader
from animator.problems import line_fit, rosenbrock

ROOT = Path(__file__).parent.parent.parent
STEPS, POINTS, MANY = 300, 101, 10_000
SEEKS = """() => {
  const player = document.querySelector("animator-player");
  const { steps } = player.player.scene;
  const times = [];
  for (let i = 0; i < 200; i++) {
    const start = performance.now();
    player.step = (i * 7919) % steps;
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[100];
}"""
PLAY = """async () => {
  const player = document.querySelector("animator-player");
  player.step = 0;
  let frames = 0, before = -1;
  const count = () => {
    if (player.step !== before) frames++;
    before = player.step;
    requestAnimationFrame(count);
  };
  requestAnimationFrame(count);
  player.play();
  await new Promise((resolve) => setTimeout(resolve, 3000));
  player.pause();
  return frames / 3;
}"""


def one_map() -> Scene:
    """Return a scene of 300 steps over one map."""
    settings = {"momentum": partial(SGD, lr=0.01, momentum=0.9)}
    run = Experiment(line_fit(MSELoss()), settings, steps=STEPS)
    return Scene([Heatmap(run, points=POINTS)], seconds=STEPS / 25 + 2)


def many_steps() -> Scene:
    """Return a scene of six settings with ten thousand steps each."""
    rates = (1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 3e-4)
    settings = {f"lr {lr:g}": partial(SGD, lr=lr) for lr in rates}
    run = Experiment(rosenbrock(), settings, steps=MANY)
    return Scene([Heatmap(run), LossCurve(run)], seconds=20)


def opened(page: Page, path: Path) -> float:
    """Open a page; return after how many milliseconds it answers."""
    page.add_init_script(
        "addEventListener('animator-ready', () => { window.at = performance.now(); })"
    )
    page.goto(f"{path.as_uri()}#step=0")
    page.wait_for_function("window.at")
    return float(page.evaluate("window.at"))


def written(scene: Scene, path: Path) -> float:
    """Write a clip; return how many seconds it takes."""
    start = time.perf_counter()
    animator.render(scene, path)
    return time.perf_counter() - start


def plotly_frames(scene: Scene) -> str | None:
    """Return the same steps as Plotly has them; None if there is no Plotly."""
    try:
        import plotly.graph_objects as go
    except ImportError:
        return None
    recording = animator.record(scene.experiments[0])
    path = recording.trajectories[0].params
    grid = animator.loss_map(recording.problem, POINTS)
    heat = go.Heatmap(x=grid.x, y=grid.y, z=grid.loss)  # once; frames have the path
    paths = [go.Scatter(x=path[:k, 0], y=path[:k, 1]) for k in range(1, len(path) + 1)]
    frames = [go.Frame(data=[drawn], traces=[1]) for drawn in paths]
    figure = go.Figure(data=[heat, paths[0]], frames=frames)
    return str(figure.to_html(include_plotlyjs="cdn"))


def main() -> None:
    """Print sizes and times."""
    torch.set_num_threads(1)
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1280, "height": 772})
        print(f"script and style: {len(loader()) / 1024:.0f} KiB")
        scenes = {
            "scenes/momentum.py": animator.load(ROOT / "scenes" / "momentum.py"),
            f"{STEPS} steps, {POINTS}² points": one_map(),
            f"{MANY:,} steps, six settings": many_steps(),
        }
        for number, (title, scene) in enumerate(scenes.items()):
            path = folder / f"{number}.html"
            seconds = written(scene, path)
            ready = opened(page, path)
            seek, fps = page.evaluate(SEEKS), page.evaluate(PLAY)
            print(
                f"{title}: {path.stat().st_size / 1024:.0f} KiB, written in "
                f"{seconds:.1f} s, ready in {ready:.0f} ms, a seek {seek:.2f} ms of "
                f"script, {fps:.0f} frames a second"
            )
        browser.close()
        gif = written(one_map(), folder / "a.gif")
        print(f"its GIF: written in {gif:.1f} s")
    rcParams["animation.embed_limit"] = 100
    start = time.perf_counter()
    others = {"to_jshtml": animator.compose(one_map()).to_jshtml()}
    print(f"to_jshtml: written in {time.perf_counter() - start:.1f} s")
    plotly = plotly_frames(one_map())
    for title, text in {**others, "Plotly's frames": plotly}.items():
        size = f"{len(text) / 2**20:.1f} MiB" if text else "plotly is not installed"
        print(f"{title}: {size}")


if __name__ == "__main__":
    main()
