"""Overviews made window by window; GDAL's own way fills its cache, a share of all memory, with the whole raster."""

from __future__ import annotations

from typing import Optional, Tuple

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.core.raster import gdalguard

_SMALLEST_PX = 256
_WINDOW_PX = 512
_WINDOW_COLUMNS = 2048


def build_overviews(dataset: gdal.Dataset, progress: Progress) -> None:
    """Give an open GeoTIFF internal overviews down to 256 px.

    Several bands, and any of floating point, get means of the pixels with a value. A single band of integers may be
    classes, which have no mean, and gets every second pixel.

    Raises:
        Cancelled: some overviews are empty then.
    """
    factors, factor = [], 2
    while max(dataset.RasterXSize, dataset.RasterYSize) // factor >= _SMALLEST_PX:
        factors.append(factor)
        factor *= 2
    if not factors:
        return
    dataset.BuildOverviews("NONE", factors)
    gdalguard.stop_on_failure()
    for level in range(len(factors)):
        _fill(dataset, level, progress)
        progress.report((level + 1) / len(factors), "Building overviews")


def halve(pixels: np.ndarray, mean: bool, nodata: Optional[float] = None) -> np.ndarray:
    """``pixels`` (rows, cols) at half the size, rounded up, in the same type.

    Args:
        pixels: of one band.
        mean: means of up to 2 x 2 pixels that are neither nodata nor NaN; else the upper left one.
        nodata: what to write where none has a value.
    """
    if not mean:
        return pixels[::2, ::2]
    rows, cols = pixels.shape
    padded = np.pad(pixels, ((0, rows % 2), (0, cols % 2)), mode="edge")
    corners = [padded[i::2, j::2] for i in (0, 1) for j in (0, 1)]
    if nodata is None and pixels.dtype in (np.uint8, np.uint16):
        total = np.add.reduce([corner.astype("uint32") for corner in corners])
        return ((total + 2) // 4).astype(pixels.dtype)
    quads = [corner.astype("float64") for corner in corners]
    valid = [_is_valid(quad, nodata) for quad in quads]
    count = sum(mask.astype("uint8") for mask in valid)
    total = sum(np.where(mask, quad, 0) for mask, quad in zip(valid, quads))
    means = total / np.maximum(count, 1)
    if pixels.dtype.kind in "iu":
        means = np.rint(means)
    nothing = nodata if nodata is not None else np.nan if pixels.dtype.kind == "f" else 0
    return np.where(count > 0, means, nothing).astype(pixels.dtype)


def _is_valid(values: np.ndarray, nodata: Optional[float]) -> np.ndarray:
    valid = np.isfinite(values)
    return valid if nodata is None else valid & (values != nodata)


def _fill(dataset: gdal.Dataset, level: int, progress: Progress) -> None:
    """Overview number ``level`` from the one above it."""
    coarser = dataset.GetRasterBand(1).GetOverview(level)
    width, height = coarser.XSize, coarser.YSize
    for row in range(0, height, _WINDOW_PX):
        raise_if_cancelled(progress)
        for col in range(0, width, _WINDOW_COLUMNS):
            size = (min(_WINDOW_COLUMNS, width - col), min(_WINDOW_PX, height - row))
            for index in range(1, dataset.RasterCount + 1):
                _fill_window(dataset, level, index, (col, row), size)
        _drop_blocks(dataset, level)
        gdalguard.stop_on_failure()


def _drop_blocks(dataset: gdal.Dataset, level: int) -> None:
    """Write what is filled, and forget it and what it was made of: the dataset's own flush leaves its overviews be."""
    for index in range(1, dataset.RasterCount + 1):
        band = dataset.GetRasterBand(index)
        band.GetOverview(level).FlushCache()
        if level:
            band.GetOverview(level - 1).FlushCache()
    dataset.FlushCache()


def _fill_window(
    dataset: gdal.Dataset, level: int, index: int, corner: Tuple[int, int], size: Tuple[int, int]
) -> None:
    band = dataset.GetRasterBand(index)
    finer = band.GetOverview(level - 1) if level else band
    left, top = 2 * corner[0], 2 * corner[1]
    pixels = finer.ReadAsArray(left, top, min(2 * size[0], finer.XSize - left), min(2 * size[1], finer.YSize - top))
    mean = dataset.RasterCount > 1 or band.DataType in (gdal.GDT_Float32, gdal.GDT_Float64)
    band.GetOverview(level).WriteArray(halve(gdalguard.made(pixels), mean, band.GetNoDataValue()), *corner)
