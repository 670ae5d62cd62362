"""Writes PNG files with imageio."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import imageio.v3 as imageio

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def write_png(
    path: Path, pixels: NDArray[np.uint8], *, dpi: float = 0, compression: int = 6
) -> None:
    """Write a picture.

    Args:
        path: the path of the file.
        pixels: RGB (H, W, 3) or RGBA (H, W, 4).
        dpi: the dots per inch to store in the file; 0 for none.
        compression: 0 (fastest) to 9 (smallest).
    """
    density: dict[str, Any] = {"dpi": (dpi, dpi)} if dpi else {}
    with path.open("wb") as file:  # an error is then the system's
        imageio.imwrite(
            file,
            pixels,
            plugin="pillow",
            extension=".png",
            compress_level=compression,
            **density,
        )
