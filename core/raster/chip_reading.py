"""The pixels of parcels in a chip, read as far as they reach."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Sequence

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.zonal import ParcelPixels, ZonalIndex, layout_of


@dataclass(frozen=True, eq=False)
class ChipWindow:
    """A band of a chip under some parcels.

    Attributes:
        pixels: which belong to whom.
        stored: the window's values as stored; (0, 0) when no parcel reaches the chip.
        nodata: as the file declares it, or None.
        scale, offset: as the file declares them; None where it does not.
    """

    pixels: ParcelPixels
    stored: np.ndarray
    nodata: Optional[float]
    scale: Optional[float]
    offset: Optional[float]


def read_chip(path: Path, band: int, index: ZonalIndex, only: Sequence[int]) -> ChipWindow:
    """A band (1-based) of a chip under the parcels ``only``.

    Raises:
        DamagedFile: it can't be read, has no such band, or does not say where it lies.
        InvalidInput: it is rotated.
    """
    with gdalguard.reading(path), gdalguard.opened(path) as dataset:
        source = _band(dataset, band, path)
        pixels = index.on(layout_of(dataset, path.name), only)
        left, top, width, height = pixels.window
        nothing = np.zeros((0, 0), np.uint8)
        stored = gdalguard.made(source.ReadAsArray(left, top, width, height)) if width else nothing
        return ChipWindow(pixels, stored, source.GetNoDataValue(), source.GetScale(), source.GetOffset())


def _band(dataset: gdal.Dataset, band: int, path: Path) -> gdal.Band:
    if not 1 <= band <= dataset.RasterCount:
        raise DamagedFile(f"{path.name} has no band {band}.")
    return dataset.GetRasterBand(band)
