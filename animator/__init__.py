"""Animated clips of optimizer trajectories over loss landscapes.

The public names are listed in `__init__.pyi`, and imported when they are first used:
`animate --help` waits neither for torch nor for matplotlib.
"""

import lazy_loader

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
