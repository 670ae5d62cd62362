"""Panels: the views of an experiment, one kind of view per file.

`__init__.pyi` lists them; each is imported when it is first used.
"""

import lazy_loader

from animator.drawing.drawing import Drawing, Growing
from animator.drawing.panel import Panel

__getattr__, __dir__, _kinds = lazy_loader.attach_stub(__name__, __file__)
__all__ = ["Drawing", "Growing", "Panel", *_kinds]
