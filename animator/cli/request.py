"""The arguments of `animate render` as one value."""

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
    """The arguments of `animate render`.

    Attributes:
        scenes: the scene files.
        changes: names of hyperparameters, with the values that replace the scene's.
        side_by_side: whether one clip shows all scenes and values.
        sweep: whether clips run over the values of a hyperparameter.
        output: a folder, a clip, or `STDOUT`.
        formats: the formats of the clips in a folder.
        trajectories: the path of the table; None for no table.
        manifest: the path of the manifest; None for no manifest.
        show: whether to open the first clip.
        options: the options of the rendering.
        run: the options of running the jobs.
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
        """Return the request for the parsed parameters of the command.

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
    """Return empty texts for the options ``--no-caption`` and ``--no-counter``.

    Raises:
        SceneError: the same text is also given.
    """
    if parameters["no_caption"] and parameters["caption"]:
        raise SceneError("--no-caption and --caption exclude each other; give one")
    names = [name for name in ("counter", "caption") if parameters[f"no_{name}"]]
    return dict.fromkeys(names, "")
