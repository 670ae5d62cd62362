"""PNG: one picture, lossless."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from animator.encoders.format import Format, RasterStill
from animator.encoders.option import NoOptions

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def _write(path: Path, pixels: NDArray[np.uint8], dpi: float) -> None:
    from animator.encoders.writers.png import write_png

    write_png(path, pixels, dpi=dpi)


FORMAT = Format(
    name="png",
    mime="image/png",
    use="thumbnails",
    options=NoOptions,
    still=RasterStill(_write),
    transparent=True,
    rank=6,
)
