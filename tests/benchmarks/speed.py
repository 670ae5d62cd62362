"""How fast it is, as ratios that are taken side by side in one run.

    python tests/benchmarks/speed.py [--repeats N] [--only WORD] [--json FILE]

Each figure is a median of several repeats; what is compared takes turns. The scene is
the four losses with momentum 0.9 at 1280 × 720, unless a figure says otherwise.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import matplotlib as mpl
import numpy as np
import torch
from imageio_ffmpeg import get_ffmpeg_exe
from matplotlib import pyplot as plt
from matplotlib.animation import FFMpegWriter, FuncAnimation
from torch import nn
from torch.nn import HuberLoss, L1Loss, MSELoss, SmoothL1Loss
from torch.optim import SGD

import animator
from animator import (
    Experiment,
    Heatmap,
    Scene,
    Surface,
    compose,
    loss_map,
    record,
    render,
)
from animator.encoders.formats.mp4 import codec
from animator.experiments.recorder import record_all
from animator.problems import line_fit, network, through

ROOT = Path(__file__).parent.parent.parent
LOSSES = (MSELoss(), L1Loss(), HuberLoss(), SmoothL1Loss())
MOMENTUM = {"momentum 0.9": partial(SGD, lr=0.1, momentum=0.9)}
mpl.use("agg")
mpl.rcParams["animation.ffmpeg_path"] = get_ffmpeg_exe()


def four_losses(
    frames: int | None = None, *, steps: int = 100, panels: int = 4
) -> Scene:
    """The benchmark's scene, with so many frames at 25 a second."""
    clock = {}
    if frames is not None:
        clock = {"hold_start": 0.04, "hold_end": 0.0, "seconds": frames / 25}
    return Scene(
        [
            Heatmap(Experiment(line_fit(LOSSES[i % 4]), MOMENTUM, steps))
            for i in range(panels)
        ],
        "Momentum 0.9",
        **clock,
    )


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


class Bench:
    """Takes the figures; each method that is listed in FIGURES gives one or more."""

    def __init__(self, folder: Path, repeats: int) -> None:
        self.folder = folder
        self.repeats = repeats

    def medians(self, *works: Callable[[], object], repeats: int = 0) -> list[float]:
        """Median seconds of each; they take turns, after one round to warm up."""
        for work in works:
            work()
        rounds = [
            [seconds(work) for work in works] for _ in range(repeats or self.repeats)
        ]
        return [statistics.median(times) for times in zip(*rounds, strict=True)]

    def command(self, *arguments: str) -> Callable[[], object]:
        return lambda: subprocess.run(
            [sys.executable, *arguments],
            check=True,
            capture_output=True,
            cwd=ROOT,
        )

    def ours(self, scene: Scene, *suffixes: str, **options: object):
        recordings = record_all(scene.experiments)
        paths = [self.folder / f"ours.{suffix}" for suffix in suffixes]
        return lambda: render(scene, *paths, recordings=recordings, **options)

    def plain_save(self):
        """`render` against the same figure saved with `FuncAnimation.save`."""
        scene, short = four_losses(600), four_losses(60)
        recordings = record_all(short.experiments)

        def save() -> None:
            animation = compose(short, recordings=recordings)
            animation.save(self.folder / "plain.mp4", FFMpegWriter(fps=25))

        (ours,) = self.medians(self.ours(scene, "mp4"))
        plain = 10 * statistics.median(seconds(save) for _ in range(2))
        yield (
            "FuncAnimation.save of the same figure / render (60 frames × 10)",
            plain / ours,
            ">=",
            25,
        )

    def article_save(self):
        """`render` against what a user writes today."""

        def save() -> None:
            figure, axes = plt.subplots(2, 2, figsize=(12.8, 7.2), dpi=100)
            artists = []
            for loss, ax in zip(LOSSES, axes.flat, strict=True):
                experiment = Experiment(line_fit(loss), MOMENTUM)
                path = record(experiment).trajectories[0].params
                landscape = loss_map(experiment.problem, 101).loss
                ax.imshow(
                    landscape[::-1],
                    cmap="terrain",
                    interpolation="nearest",
                    extent=[-5, 8, -5, 8],
                )
                ax.set_title(type(loss).__name__)
                marks = ax.scatter([], [], c="r", marker="+")
                artists.append((path, marks, ax.plot([], [], c="r")[0]))

            def draw(frame: int):
                upto = frame * 100 // 59 + 1
                for path, marks, line in artists:
                    marks.set_offsets(path[:upto])
                    line.set_data(*path[:upto].T)

            animation = FuncAnimation(figure, draw, frames=60)
            animation.save(self.folder / "article.mp4", FFMpegWriter(fps=25))
            plt.close(figure)

        (ours,) = self.medians(self.ours(four_losses(600), "mp4"))
        theirs = 10 * statistics.median(seconds(save) for _ in range(2))
        yield (
            "the article's multi_plot, animated and saved / render (60 frames × 10)",
            theirs / ours,
            ">=",
            40,
        )

    def encoder(self):
        """`render` to MP4 against ffmpeg alone, given the same frames in a file."""
        for name, size in (("720p", (1280, 720)), ("1080p", (1920, 1080))):
            scene = four_losses(600)
            raw = self.folder / "frames.rgba"
            with raw.open("wb") as file:
                for frame in animator.frames(scene, size=size):
                    file.write(frame.data)
            command = [
                *(get_ffmpeg_exe(), "-v", "error", "-y", "-f", "rawvideo"),
                *("-pix_fmt", "rgba", "-s", f"{size[0]}x{size[1]}", "-r", "25"),
                *("-i", str(raw), "-vf", "scale=out_color_matrix=bt709"),
                *("-pix_fmt", "yuv420p", *codec(25).split()),
                str(self.folder / "alone.mp4"),
            ]
            ours, alone = self.medians(
                self.ours(scene, "mp4", size=size),
                lambda command=command: subprocess.run(command, check=True),
            )
            raw.unlink()
            yield (
                f"render to MP4 / ffmpeg alone, 600 frames, {name}",
                ours / alone,
                "<=",
                1.3,
            )

    def one_pass(self):
        """Both clips in one pass against the slower one alone."""
        scene = four_losses(600)
        both, mp4, gif = self.medians(
            self.ours(scene, "mp4", "gif"),
            self.ours(scene, "mp4"),
            self.ours(scene, "gif"),
        )
        yield (
            "MP4 and GIF in one pass / the slower alone",
            both / max(mp4, gif),
            "<=",
            1.25,
        )
        yield "GIF alone / MP4 alone", gif / mp4, "<=", 2.0

    def complete_command(self):
        """The complete command against the imports that it cannot do without."""
        floor = (
            "import torch, matplotlib.figure;"
            "torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)"
        )
        ours, alone = self.medians(
            self.command(
                *("-m", "animator", "scenes/momentum.py", "-o", str(self.folder))
            ),
            self.command("-c", floor),
        )
        yield (
            "animate scenes/momentum.py, both clips / its imports",
            ours / alone,
            "<=",
            1.5,
        )

    def many_steps(self):
        """Time a frame with 10,000 steps against 100."""
        times = []
        for steps in (10_000, 100):
            scene = four_losses(600, steps=steps)
            times.append(self.ours(scene, "mp4"))
        many, few = self.medians(*times)
        yield "a frame with 10,000 steps / with 100 steps", many / few, "<=", 1.2

    def many_panels(self):
        """Time a frame with 12 panels against 4."""
        many, few = self.medians(
            *(self.ours(four_losses(600, panels=panels), "mp4") for panels in (12, 4))
        )
        yield "a frame with 12 panels / with 4 panels", many / few, "<=", 3.2

    def memory(self):
        """Peak memory with 6,000 frames against 300."""
        _, many = self.alone("four_losses(6000)", "mp4", "gif")
        _, few = self.alone("four_losses(300)", "mp4", "gif")
        yield "peak memory at 6,000 frames / at 300 frames", many / few, "<=", 1.1

    def alone(self, scene: str, *kinds: str, size: str = "720p") -> tuple[float, int]:
        """Render a scene in a process of its own: seconds, and its peak memory."""
        code = (
            "import sys, time, resource; sys.path.insert(0, 'tests/benchmarks');"
            "from speed import *; now = time.perf_counter();"
            f"render({scene}, *sys.argv[1:], size={size!r}, cache=False);"
            "print(time.perf_counter() - now,"
            "resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *(f"{self.folder}/alone.{k}" for k in kinds)],
            check=True,
            capture_output=True,
            text=True,
            cwd=ROOT,
        )
        took, peak = done.stdout.split()
        return float(took), int(peak)

    def long_work(self):
        """What is ten times as long takes ten times as long, and no more memory."""
        for what, scene, few, many, size in (
            ("100,000 steps", "four_losses(500, steps={})", 10_000, 100_000, "720p"),
            ("a 10-minute 1080p clip", "four_losses({})", 1_500, 15_000, "1080p"),
            ("64 panels", "four_losses(500, panels={})", 6, 64, "1080p"),
        ):
            (some, before), (more, after) = (
                self.alone(scene.format(count), "mp4", size=size)
                for count in (few, many)
            )
            times = many / few
            yield (
                f"time of {what} / {times:.3g} times that of a tenth",
                more / some / times,
                "<=",
                1.1,
            )
            yield (
                f"its peak memory / that of a tenth, {what}",
                after / before,
                "<=",
                1.5,
            )

    def maps(self):
        """Loss maps of 1001 × 1001 points against a loop over the points."""
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        ours = loop = 0.0
        for loss in LOSSES:
            problem = line_fit(loss)
            x, y = torch.from_numpy(problem.data_x), torch.from_numpy(problem.data_y)
            some = np.linspace(-5, 8, 2000).tolist()

            def point_by_point(x=x, y=y, some=some, loss=loss) -> None:
                for value in some:
                    loss(x * value + 0.3, y).item()

            fast, slow = self.medians(partial(loss_map, problem, 1001), point_by_point)
            ours += fast
            loop += slow * 1001 * 1001 / len(some)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
        yield (
            "a loop over the points (2,000, scaled) / four maps of 1001 × 1001",
            loop / ours,
            ">=",
            100,
        )
        yield "their peak memory above the imports, MiB", peak / 1024, "<=", 500

    def recorder(self):
        """The recorder against the bare torch loop."""
        experiment = Experiment(line_fit(MSELoss()), MOMENTUM, steps=2000)
        x, y = (
            torch.from_numpy(data).reshape(-1, 1)
            for data in (experiment.problem.data_x, experiment.problem.data_y)
        )

        def bare() -> None:
            model = experiment.problem.model()
            optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
            loss_fn = MSELoss()
            for _ in range(2000):
                optimizer.zero_grad()
                loss_fn(model(x), y).backward()
                optimizer.step()

        ours, alone = self.medians(lambda: record(experiment), bare)
        yield "recording 2,000 steps / the bare torch loop", ours / alone, "<=", 1.3

    def landscape(self):
        """What a landscape that turns costs, beside a map of the same experiment."""
        experiment = Experiment(line_fit(MSELoss()), MOMENTUM)
        clips = [
            self.ours(Scene([panel]), "mp4")
            for panel in (
                Surface(experiment),
                Surface(experiment, turn=0),
                Heatmap(experiment),
            )
        ]
        turning, still, flat = self.medians(*clips)
        yield "a clip of a turning Surface / of a Heatmap", turning / flat, "<=", 4
        yield "a clip of a Surface that stands still / of it", still / flat, "<=", 1.5

    def plane(self):
        """The map over a plane against the package loss-landscapes, if it is there."""
        try:
            import loss_landscapes
            from loss_landscapes.metrics import Loss
        except ImportError:
            print("| (loss-landscapes is not installed) | | |")
            return
        torch.manual_seed(0)
        models = [
            nn.Sequential(nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
            for _ in range(3)
        ]
        inputs, labels = torch.randn(1797, 64), torch.randint(0, 10, (1797,))
        loss = nn.CrossEntropyLoss()
        places = through(*(model.state_dict() for model in models))
        problem = network(models[0], (inputs, labels), loss, plane=places)
        start = nn.utils.parameters_to_vector(models[0].parameters()).detach()[None]
        plane = problem.with_plane([start], {})
        ours, theirs = self.medians(
            lambda: loss_map(plane, 40),
            lambda: loss_landscapes.planar_interpolation(
                *models, Loss(loss, inputs, labels), steps=40
            ),
        )
        yield "a network's 40 × 40 map / loss-landscapes", ours / theirs, "<=", 1.0

    def help(self):
        """The time that `--help` takes."""
        (ours,) = self.medians(self.command("-m", "animator", "--help"))
        yield "animate --help, seconds", ours, "<=", 0.3


FIGURES = (
    Bench.maps,  # first, while nothing else has raised the peak of memory
    Bench.plain_save,
    Bench.article_save,
    Bench.encoder,
    Bench.one_pass,
    Bench.complete_command,
    Bench.many_steps,
    Bench.many_panels,
    Bench.memory,
    Bench.long_work,
    Bench.recorder,
    Bench.landscape,
    Bench.plane,
    Bench.help,
)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--only", default="", help="such as complete_command")
    options.add_argument("--json", type=Path, default=Path("renders/speed.json"))
    chosen = options.parse_args()
    rows = []
    print("| figure | measured | target |\n|---|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), chosen.repeats)
        for figure in FIGURES:
            if chosen.only not in figure.__name__:
                continue
            for name, value, sign, target in figure(bench):
                good = value <= target if sign == "<=" else value >= target
                relation = {"<=": "≤", ">=": "≥"}[sign]
                missed = "" if good else " **missed**"
                print(
                    f"| {name} | {value:.2f}{missed} | {relation} {target} |",
                    flush=True,
                )
                rows.append(
                    {"figure": name, "value": value, "target": target, "met": good}
                )
    about = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "matplotlib": mpl.__version__,
        "cores": os.cpu_count(),
        "repeats": chosen.repeats,
    }
    chosen.json.parent.mkdir(exist_ok=True)
    chosen.json.write_text(json.dumps({"about": about, "figures": rows}, indent=2))


if __name__ == "__main__":
    main()
