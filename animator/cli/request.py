"""The arguments of the command, as values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from animator.base.errors import SceneError
from animator.batch.options import RunOptions
from animator.cli.running import Printing, run_options
from animator.rendering.format_options import format_options
from animator.rendering.options import RenderOptions

STDOUT = Path("-")
"""The output that stands for standard output."""


@dataclass(frozen=True, slots=True)
class RenderRequest:
    """What `animate` is asked for.

    Attributes:
        scenes: the files.
        changes: hyperparameters and their values.
        side_by_side: whether one clip shows everything.
        sweep: whether clips run over the values of a hyperparameter.
        output: a folder, a clip, or `STDOUT`.
        formats: of the clips in a folder.
        trajectories: where to write them, if they are asked for.
        manifest: where to write it, if it is asked for.
        show: whether to open the first clip.
        options: how the clips look.
        run: how the jobs run.
        printing: what is printed.
    """

    scenes: Sequence[Path]
    changes: Sequence[tuple[str, Any]]
    side_by_side: bool
    sweep: bool
    output: Path
    formats: Sequence[str]
    trajectories: Path | None
    manifest: Path | None
    show: bool
    options: RenderOptions
    run: RunOptions
    printing: Printing

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, Any]) -> RenderRequest:
        """Return what the command's parameters ask for.

        Raises:
            SceneError: a value is out of its range.
        """
        own = (
            "scenes", "changes", "side_by_side", "sweep", "output", "formats",
            "trajectories", "manifest", "show",
        )  # fmt: skip
        asked = ("size", "dpi", "font", "font_size", "fps", "steps", "theme",
                 "seconds", "hold_start", "hold_end", "title", "caption",
                 "transparent", "still", "loop", "max_size")  # fmt: skip
        names = [*asked, *(option.keyword for option in format_options())]
        chosen = {n: parameters[n] for n in names if parameters[n] is not None}
        chosen |= _left_out(parameters)
        return cls(
            **{name: parameters[name] for name in own},
            options=RenderOptions.from_keywords(chosen),
            run=run_options(
                parameters,
                cache=not parameters["no_cache"],
                hash_frames=parameters["manifest"] is not None,
            ),
            printing=Printing(
                parameters["quiet"],
                parameters["debug"],
                to_stderr=parameters["output"] == STDOUT,
            ),
        )


def _left_out(parameters: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts that are left out, which are empty.

    Raises:
        SceneError: one is given, too.
    """
    if parameters["no_caption"] and parameters["caption"]:
        raise SceneError("--no-caption and --caption exclude each other; give one")
    names = [name for name in ("counter", "caption") if parameters[f"no_{name}"]]
    return dict.fromkeys(names, "")
