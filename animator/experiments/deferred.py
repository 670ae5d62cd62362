"""The base class of settings that a search determines."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from animator.experiments.setting import Setting

if TYPE_CHECKING:
    from animator.base.cache import Cache
    from animator.experiments.setting import StepCallback


class Deferred(ABC, Mapping[str, Setting]):
    """Settings that are determined by a search, such as `tune`."""

    @property
    @abstractmethod
    def training_steps(self) -> int:
        """The maximum number of calls of `progress` during the search."""

    @abstractmethod
    def resolve(
        self, cache: Cache, progress: StepCallback | None = None
    ) -> Mapping[str, Setting]:
        """Run the search, or read it from the cache, and return the settings.

        Args:
            cache: the cache of the search's trials.
            progress: called with the label and each step of a trial.
        """
