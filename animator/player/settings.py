"""Converts the settings, experiments and trajectories of a stage to data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from animator.drawing.legend_entries import entries_of
from animator.drawing.text import sanitize
from animator.player.names import css_color
from animator.player.texts import plain
from animator.player.trails import path_key

if TYPE_CHECKING:
    from animator.experiments.recorder import Recording
    from animator.experiments.trajectory import Numbers, Trajectory
    from animator.player.store import Store
    from animator.scenes.stage import Stage


@dataclass(slots=True)
class Settings:
    """The settings, experiments and trajectories of a document (see `document.d.ts`).

    Attributes:
        entries: an entry for each label of a setting.
        numbers: the numbers of the entries, by their labels.
        experiments: an entry for each experiment, with its problem.
        series: an entry for each trajectory.
        by_path: the numbers of the trajectories, by the bytes of their parameters.
    """

    entries: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[str, int] = field(default_factory=dict)
    experiments: list[dict[str, Any]] = field(default_factory=list)
    series: list[dict[str, Any]] = field(default_factory=list)
    by_path: dict[bytes, int] = field(default_factory=dict)
    _known: dict[int, int] = field(default_factory=dict)

    def owner(self, label: str) -> int | None:
        """Return the number of the setting with a label, if there is one."""
        return self.numbers.get(label)

    def experiment(self, recording: Recording) -> int:
        """Return the number of a recording's experiment."""
        return self._known[id(recording.experiment)]


def settings_of(stage: Stage, store: Store) -> Settings:
    """Return the settings that a stage shows; add their arrays to a store."""
    settings = Settings()
    for panel in stage.panels:
        for recording in panel.recordings:
            _add_settings(settings, recording, stage)
            if id(recording.experiment) not in settings._known:
                _add_recording(settings, recording, stage, store)
    return settings


def _add_settings(settings: Settings, recording: Recording, stage: Stage) -> None:
    for run in recording.trajectories:
        if run.label not in settings.numbers:
            settings.numbers[run.label] = len(settings.entries)
            settings.entries.append(
                {
                    "label": plain(sanitize(run.label)),
                    "color": css_color(stage.theme.color(run.setting)),
                    "keys": [],
                    "groups": [],
                }
            )


def _add_recording(
    settings: Settings, recording: Recording, stage: Stage, store: Store
) -> None:
    number = len(settings.experiments)
    settings._known[id(recording.experiment)] = number
    problem = recording.problem
    entries = entries_of(recording, stage.theme)
    settings.experiments.append(
        {
            "label": plain(sanitize(problem.name)),
            "x": plain(sanitize(problem.x.label)),
            "y": plain(sanitize(problem.y.label)),
            "digits": max(entry.digits for entry in entries),
        }
    )
    for run in recording.trajectories:
        settings.by_path.setdefault(path_key(run.params), len(settings.series))
        settings.series.append(
            {
                "setting": settings.numbers[run.label],
                "experiment": number,
                "outcome": {
                    "diverged": run.outcome.diverged,
                    "step": run.outcome.step,
                },
                "seed": run.seed,
                **_numbers_of(run, store),
            }
        )


def _numbers_of(run: Trajectory, store: Store) -> dict[str, Any]:
    """Return the arrays of a trajectory, exact to the bit."""

    def known(values: Numbers) -> int | None:
        return store.array(values) if not np.isnan(values).all() else None

    return {
        "params": store.array(run.params),
        "loss": store.array(run.loss),
        "gradient": known(run.gradient),
        "lr": known(run.lr[:, 0]),
        "metrics": {name: store.array(values) for name, values in run.series.items()},
    }
