"""The ground the demo scenes cover: pixel frame, UTM placement and tiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Tuple

import numpy as np

CRS = "EPSG:32738"
WEST_M, NORTH_M = 619_200.0, 8_281_200.0
"""Upper left corner; multiples of 1200 m, so that every resolution shares its pixel edges."""
WIDTH_M, HEIGHT_M = 46_800.0, 72_000.0
MEDIUM, COARSE, ANGLES = 2, 4, 40
"""Edge of a pixel of the coarser bands, in pixels of the finest."""


@dataclass(frozen=True)
class Tile:
    """Rows ``first_row`` up to, not including, ``end_row`` of the frame; ``delay_s`` after the first tile."""

    name: str
    first_row: int
    end_row: int
    delay_s: float


@dataclass(frozen=True)
class Frame:
    """The demo area at ``pixel_m`` metres a pixel; four pixels must divide both sides, as 75, 150, 300 or 600 do."""

    pixel_m: float = 75.0

    @property
    def shape(self) -> Tuple[int, int]:
        """(rows, cols), multiples of ``COARSE``."""
        coarse_m = self.pixel_m * COARSE
        return int(round(HEIGHT_M / coarse_m)) * COARSE, int(round(WIDTH_M / coarse_m)) * COARSE

    @property
    def x_km(self) -> np.ndarray:
        """Kilometres east of the west edge at pixel centres, shape (1, cols)."""
        return ((np.arange(self.shape[1], dtype=np.float32) + 0.5) * (self.pixel_m / 1000))[None, :]

    @property
    def y_km(self) -> np.ndarray:
        """Kilometres north of the south edge at pixel centres, shape (rows, 1)."""
        rows = self.shape[0]
        return ((rows - np.arange(rows, dtype=np.float32) - 0.5) * (self.pixel_m / 1000))[:, None]

    @property
    def tiles(self) -> Tuple[Tile, Tile]:
        """A northern and a southern tile that overlap; their border crosses the delta."""
        rows = self.shape[0]
        middle, overlap = rows // 2 // COARSE * COARSE, max(rows // 30 // COARSE, 1) * COARSE
        return (Tile("38LPH", 0, middle + overlap, 0.0), Tile("38KPG", middle - overlap, rows, 14.0))


def shrink(image: np.ndarray, factor: int) -> np.ndarray:
    """Means of ``factor`` x ``factor`` blocks over the last two axes, float32."""
    if factor == 1:
        return image
    rows, cols = image.shape[-2] // factor, image.shape[-1] // factor
    blocks = image[..., : rows * factor, : cols * factor].reshape(*image.shape[:-2], rows, factor, cols, factor)
    return blocks.mean(axis=(-3, -1), dtype=np.float32)
