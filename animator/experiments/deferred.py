"""Settings that are known only after some search."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from animator.experiments.setting import Setting

if TYPE_CHECKING:
    from animator.base.cache import Cache
    from animator.experiments.setting import StepCallback


class Deferred(ABC, Mapping[str, Setting]):
    """Settings that are known only after some search, such as that of `tune`."""

    @property
    @abstractmethod
    def training_steps(self) -> int:
        """How many times at most the search calls its `progress`."""

    @abstractmethod
    def resolve(
        self, cache: Cache, progress: StepCallback | None = None
    ) -> Mapping[str, Setting]:
        """Return the settings; what takes long may be in the cache.

        Args:
            cache: where it may be.
            progress: called with the label and each step of a run of the search.
        """
