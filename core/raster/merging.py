"""Parts of one grid put together into one COG, in little memory."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile, InvalidInput
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.band_labels import labels_of
from sentinel_workbench.core.raster.cog_layout import arrange_cog
from sentinel_workbench.core.raster.overviews import build_overviews
from sentinel_workbench.core.raster.writing import BLOCK_PX, creation_options, raw_bytes, replacing

_WINDOW_COLUMNS = 4 * BLOCK_PX


@dataclass(frozen=True)
class MergePart:
    """A raster whose upper left pixel lies at (``col``, ``row``) of the whole."""

    col: int
    row: int
    path: Path


@dataclass(frozen=True)
class _OpenPart:
    col: int
    row: int
    path: Path
    dataset: gdal.Dataset


def merge_tiles(parts: Sequence[MergePart], grid: PixelGrid, target: Path, progress: Progress = Silent()) -> None:
    """Copy ``parts`` window by window into ``target``, a COG on ``grid``, atomically.

    For a moment it lies on the disk twice. Type, band names and nodata are those of the first part. Every pixel keeps
    its value.

    Raises:
        DamagedFile: a part can't be read, or differs in bands or type.
        DiskFull: there is no room.
        Cancelled: nothing is left behind.
    """
    with ExitStack() as stack:
        opened = _open_parts(parts, stack)
        temporary = stack.enter_context(replacing(target))
        unordered = temporary.with_name(f"{temporary.stem}.unordered.tif")
        stack.callback(_delete, unordered)
        stack.enter_context(gdalguard.writing(target))
        with gdalguard.closing(_create(unordered, grid, opened[0].dataset)) as whole:
            _copy_windows(opened, whole, Part(progress, 0.0, 0.75))
            build_overviews(whole, Part(progress, 0.75, 0.95))
        arrange_cog(unordered, temporary, Part(progress, 0.95, 1.0))


def _delete(path: Path) -> None:
    if path.exists():
        path.unlink()


def _open_parts(parts: Sequence[MergePart], stack: ExitStack) -> List[_OpenPart]:
    if not parts:
        raise InvalidInput("parts", "There is nothing to merge.")
    opened = []
    for part in parts:
        with gdalguard.reading(part.path):
            dataset = stack.enter_context(gdalguard.opened(part.path))
            opened.append(_OpenPart(part.col, part.row, part.path, dataset))
        if _kind(opened[-1].dataset) != _kind(opened[0].dataset):
            raise DamagedFile(f"{part.path} has other bands or another sample type than the parts beside it.")
    return opened


def _kind(dataset: gdal.Dataset) -> Tuple[int, int]:
    return dataset.RasterCount, dataset.GetRasterBand(1).DataType


def _create(path: Path, grid: PixelGrid, pattern: gdal.Dataset) -> gdal.Dataset:
    bands, data_type = _kind(pattern)
    size = raw_bytes(pattern) // (pattern.RasterXSize * pattern.RasterYSize) * grid.width * grid.height
    gdalguard.check_free_space(path.parent, size // 4)
    options = list(creation_options(data_type, size * 4 // 3))
    driver = gdal.GetDriverByName("GTiff")
    whole = gdalguard.made(driver.Create(str(path), grid.width, grid.height, bands, data_type, options=options))
    whole.SetGeoTransform(grid.geotransform)
    whole.SetProjection(spatial_reference(grid.bbox.crs).ExportToWkt())
    for index in range(1, bands + 1):
        source, band = pattern.GetRasterBand(index), whole.GetRasterBand(index)
        band.SetColorInterpretation(source.GetColorInterpretation())
        if source.GetNoDataValue() is not None:
            band.SetNoDataValue(source.GetNoDataValue())
    labels_of(pattern).give_to(whole)
    return whole


def _copy_windows(parts: Sequence[_OpenPart], whole: gdal.Dataset, progress: Progress) -> None:
    """Windows follow the target's blocks, so that each block is compressed once."""
    for row in range(0, whole.RasterYSize, BLOCK_PX):
        progress.report(row / whole.RasterYSize, "Merging")
        for col in range(0, whole.RasterXSize, _WINDOW_COLUMNS):
            raise_if_cancelled(progress)
            width = min(_WINDOW_COLUMNS, whole.RasterXSize - col)
            height = min(BLOCK_PX, whole.RasterYSize - row)
            _copy_window(parts, whole, (col, row, width, height))
        _drop_blocks(parts, whole)


def _drop_blocks(parts: Sequence[_OpenPart], whole: gdal.Dataset) -> None:
    """GDAL would keep what was read and written until its cache, a share of all memory, is full."""
    whole.FlushCache()
    gdalguard.stop_on_failure()
    for part in parts:
        part.dataset.FlushCache()


def _copy_window(parts: Sequence[_OpenPart], whole: gdal.Dataset, window: Tuple[int, int, int, int]) -> None:
    for index in range(1, whole.RasterCount + 1):
        band = whole.GetRasterBand(index)
        pixels = _assemble(parts, index, window)
        if pixels is not None:
            band.WriteArray(pixels, window[0], window[1])


def _assemble(parts: Sequence[_OpenPart], band: int, window: Tuple[int, int, int, int]) -> Optional[np.ndarray]:
    """The window's pixels of one band, an array (rows, cols), or None where no part lies."""
    col, row, width, height = window
    pixels = None
    for part in parts:
        left, top = max(col, part.col), max(row, part.row)
        right = min(col + width, part.col + part.dataset.RasterXSize)
        bottom = min(row + height, part.row + part.dataset.RasterYSize)
        if left >= right or top >= bottom:
            continue
        values = _read(part, band, (left - part.col, top - part.row, right - left, bottom - top))
        if pixels is None:
            pixels = np.zeros((height, width), values.dtype)
        pixels[top - row: bottom - row, left - col: right - col] = values
    return pixels


def _read(part: _OpenPart, band: int, window: Tuple[int, int, int, int]) -> np.ndarray:
    with gdalguard.reading(part.path):
        return gdalguard.made(part.dataset.GetRasterBand(band).ReadAsArray(*window))
