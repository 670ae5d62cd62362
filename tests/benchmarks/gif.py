"""Our GIFs against others' of the same frames: bytes, and how near they come.

Run as `make bench-gif`. gifski (from npm, or GIFSKI names it) and gifsicle are used
where they are found; ffmpeg is the one that renders our videos.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe
from PIL import Image

import animator
from animator.encoders.format import ClipSpec
from animator.encoders.formats.gif import QUALITIES as LEVELS
from animator.encoders.formats.gif import GifOptions
from animator.encoders.opening import open_encoder

ROOT = Path(__file__).parent.parent.parent
SIZES = ((1280, 720), (640, 360))
FRAMES = 101
QUALITIES = (10, 25, 34, 42, 50, 58, 66, 75, 80, 84, 85, 92, 100)


@dataclass(frozen=True, slots=True)
class Score:
    """How large a GIF is, and how near its frames come to the true ones."""

    kib: float
    psnr: float
    ssim: float

    def beats(self, other: Score) -> bool:
        """Whether this is smaller, and better by both measures."""
        return (
            self.kib < other.kib and self.psnr > other.psnr and self.ssim > other.ssim
        )

    def __str__(self) -> str:
        return f"{self.kib:.0f} | {self.psnr:.2f} | {self.ssim:.4f}"


class Clip:
    """The frames of a scene at a size, and what others make of them."""

    def __init__(self, scene: Path, size: tuple[int, int], folder: Path) -> None:
        self.size, self.folder = size, folder
        steps = replace(
            animator.load(scene), hold_start=0, hold_end=0, seconds=FRAMES / 25
        )
        self.frames = list(animator.frames(steps, size=size))
        self.raw = folder / "frames.rgba"
        with self.raw.open("wb") as file:
            for frame in self.frames:
                file.write(frame.data)
        width, height = size
        self.described = [
            *("-f", "rawvideo", "-pix_fmt", "rgba", "-s", f"{width}x{height}"),
            *("-r", "25", "-i", str(self.raw)),
        ]

    def others(self) -> Iterator[tuple[str, Path]]:
        """What other programs make of the frames, each as it is usually called."""
        yield from self._gifski()
        for stats in ("full", "diff"):
            for dither in ("none", "sierra2_4a", "bayer"):
                mode = "rectangle" if stats == "diff" else "none"
                graph = (
                    f"split[a][b];[a]palettegen=stats_mode={stats}[p];"
                    f"[b][p]paletteuse=dither={dither}:diff_mode={mode}"
                )
                path = self.folder / f"ffmpeg {stats} {dither}.gif"
                run(get_ffmpeg_exe(), "-y", *self.described, "-lavfi", graph, path)
                yield path.stem, path
        path = self.folder / "matplotlib's Pillow.gif"
        first, *rest = [Image.fromarray(frame).convert("RGB") for frame in self.frames]
        first.save(path, save_all=True, append_images=rest, duration=40, loop=0)
        yield path.stem, path

    def _gifski(self) -> Iterator[tuple[str, Path]]:
        gifski = os.environ.get("GIFSKI") or shutil.which("gifski")
        if gifski is None:
            return
        pngs = []
        for number, frame in enumerate(self.frames):
            pngs.append(self.folder / f"{number:04}.png")
            Image.fromarray(frame).convert("RGB").save(pngs[-1], compress_level=1)
        width, height = self.size
        for quality in (60, 80, 90):
            path = self.folder / f"gifski {quality}.gif"
            size = ("-W", width, "-H", height)
            run(gifski, "-q", "--fps", 25, "-Q", quality, *size, "-o", path, *pngs)
            yield path.stem, path

    def ours(self, quality: float) -> tuple[Path, float]:
        """Our GIF of the frames, and the seconds that it took."""
        path = self.folder / "ours.gif"
        start = time.perf_counter()
        clip = ClipSpec(self.size, 25, GifOptions(quality))
        with open_encoder(path, clip) as encoder:
            for frame in self.frames:
                encoder.write(frame, [(0, 0, *self.size)])
        return path, time.perf_counter() - start

    def score(self, path: Path) -> Score:
        """Compare what is shown in the middle of each frame's time."""
        decoded = self.folder / "decoded.rgba"
        error = 0.0
        with Image.open(path) as gif, decoded.open("wb") as file:
            index, end = -1, 0.0
            for number, true in enumerate(self.frames):
                while (number + 0.5) * 40 > end - 1e-6 and index < gif.n_frames - 1:
                    index += 1
                    gif.seek(index)
                    end += gif.info["duration"]
                    shown = np.asarray(gif.convert("RGBA"))
                off = shown[..., :3].astype(np.int32) - true[..., :3]
                error += float(np.square(off).mean()) / len(self.frames)
                file.write(shown.tobytes())
        other = [*self.described[:-1], str(decoded)]
        graph = ("-lavfi", "[0]format=rgb24[a];[1]format=rgb24[b];[a][b]ssim")
        told = run(get_ffmpeg_exe(), *self.described, *other, *graph, "-f", "null", "-")
        found = re.findall(r"All:([\d.]+)", told)
        psnr = 10 * np.log10(255**2 / error)
        return Score(path.stat().st_size / 1024, psnr, float(found[-1]))


def run(*command: object) -> str:
    """Run a program, and return what it says."""
    words = [str(word) for word in command]
    return subprocess.run(words, capture_output=True, text=True, check=True).stderr


def optimised(path: Path) -> Iterator[Path]:
    """A GIF as it is, and as `gifsicle -O3` leaves it."""
    yield path
    if shutil.which("gifsicle"):
        smaller = path.with_name(f"{path.stem} -O3.gif")
        run("gifsicle", "-O3", path, "-o", smaller)
        yield smaller


def compare(scene: Path, size: tuple[int, int], folder: Path) -> int:
    """Print a table for one clip; return how many others are not beaten."""
    clip = Clip(scene, size, folder)
    print(f"\n### {scene.stem}, {size[0]} x {size[1]}, {FRAMES} frames\n")
    print("| GIF | KiB | PSNR, dB | SSIM | |\n|---|---:|---:|---:|---|")
    found = {}
    names = {value: name for name, value in LEVELS.items()}
    for quality in QUALITIES:
        path, seconds = clip.ours(quality)
        found[quality] = clip.score(path)
        if quality in names:
            print(f"| ours, {names[quality]} | {found[quality]} | {seconds:.1f} s |")
    default, missed = found[LEVELS["medium"]], 0
    for name, made in clip.others():
        for path in optimised(made):
            score = clip.score(path)
            for quality in between(found, score):
                found[quality] = clip.score(clip.ours(quality)[0])
            better = [q for q, ours in found.items() if ours.beats(score)]
            verdict = f"beaten by {better[0]:g}" if better else "**not beaten**"
            if score.beats(default):
                verdict += ", **beats our default**"
            missed += not better or score.beats(default)
            suffix = path.stem.removeprefix(name)
            print(f"| {name}{suffix} | {score} | {verdict} |", flush=True)
    return missed


def between(found: dict[float, Score], other: Score) -> Iterator[int]:
    """The qualities that may beat another GIF, while none does that was tried."""
    worse = [q for q, ours in found.items() if ours.kib < other.kib]
    better = [q for q, ours in found.items() if ours.psnr > other.psnr]
    low, high = int(max(worse, default=0)), int(min(better, default=100))
    for quality in range(min(low, high) - 4, max(low, high) + 5):
        if any(ours.beats(other) for ours in found.values()):
            return
        if quality not in found and 0 <= quality <= 100:
            yield quality


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--only", default="", help="scenes whose name holds this")
    chosen = options.parse_args()
    missed = 0
    for scene in sorted((ROOT / "scenes").glob("*.py")):
        if chosen.only in scene.stem:
            for size in SIZES:
                with tempfile.TemporaryDirectory() as folder:
                    missed += compare(scene, size, Path(folder))
    print(f"\nNot beaten: {missed}")


if __name__ == "__main__":
    main()
