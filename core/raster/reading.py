"""Pixels of raster files on any grid: real reprojection and resampling, overviews where they suffice.

Nearest takes the source pixel under each cell centre. BILINEAR and BICUBIC are GDAL's warper. A cell is valid when
the pixel under its centre is, whatever the resampling, so bands of different resolutions agree on their mask.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path
from typing import Optional, Tuple, Union

import numpy as np
from osgeo import gdal, gdal_array, osr

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster.centres import GridCentres

gdal.UseExceptions()

NEAREST, BILINEAR, BICUBIC = "NEAREST", "BILINEAR", "BICUBIC"
EDGE_PX = 1e-7
"""A centre this close to the next pixel's edge belongs to the next pixel: float noise of aligned grids."""
MAX_WINDOW_PX = 32_000_000
_WARPERS = {BILINEAR: gdal.GRA_Bilinear, BICUBIC: gdal.GRA_Cubic}

Pixels = Tuple[np.ndarray, np.ndarray]


class BandReader:
    """One band of one open file.

    Args:
        path: raster file GDAL can open.
        band_index: 1-based.
        nodata: overrides the file's nodata value.

    Raises:
        DamagedFile: it does not open, has no such band, or does not say where it lies.
    """

    def __init__(self, path: Union[str, Path], band_index: int = 1, nodata: Optional[float] = None) -> None:
        self.path = str(path)
        self.band_index = band_index
        self._dataset = _open(self.path)
        if not 1 <= band_index <= self._dataset.RasterCount:
            raise DamagedFile(f"{self.path} has no band {band_index}.")
        self._band = self._dataset.GetRasterBand(band_index)
        self.reference = _reference(self._dataset, self.path)
        self.geotransform = self._dataset.GetGeoTransform()
        self.size = (self._dataset.RasterXSize, self._dataset.RasterYSize)
        self.nodata = self._band.GetNoDataValue() if nodata is None else nodata
        flags = self._band.GetMaskFlags()
        self._has_mask_band = nodata is None and not flags & (gdal.GMF_ALL_VALID | gdal.GMF_NODATA)

    def step_px(self, centres: GridCentres) -> float:
        """Source pixels per output cell, along the direction where there are fewer."""
        inverse = gdal.InvGeoTransform(self.geotransform)
        linear = np.array([[inverse[1], inverse[2]], [inverse[4], inverse[5]]])
        lengths = [float(np.hypot(*(linear @ step))) for step in centres.steps(self.reference)]
        return min(lengths) if all(map(math.isfinite, lengths)) else 1.0

    def read(self, centres: GridCentres, resampling: str = NEAREST) -> Pixels:
        """The band on the grid of ``centres``.

        Returns:
            Values (rows, cols), in the file's type for NEAREST and float64 otherwise, 0 where invalid;
            and the boolean mask of valid cells.

        Raises:
            DamagedFile: the pixels can't be read.
        """
        level = self._level(self.step_px(centres))
        values, valid = self._nearest(centres, level)
        if resampling == NEAREST or not valid.any():
            return values, valid
        warped = self._warped(centres.grid, level, resampling)
        if np.issubdtype(values.dtype, np.integer):
            limits = np.iinfo(values.dtype)
            np.clip(warped, limits.min, limits.max, out=warped)
        return np.where(valid, warped, 0.0), valid

    def _level(self, step_px: float) -> int:
        """The coarsest overview that is not coarser than the grid; -1 for the full resolution."""
        best, best_factor = -1, 1.0
        for number in range(self._band.GetOverviewCount()):
            overview = self._band.GetOverview(number)
            factor = max(self.size[0] / overview.XSize, self.size[1] / overview.YSize)
            if best_factor < factor <= step_px * 1.001:
                best, best_factor = number, factor
        return best

    def _nearest(self, centres: GridCentres, level: int) -> Pixels:
        band = self._band if level < 0 else self._band.GetOverview(level)
        x, y = centres.within(self.reference)
        inverse = gdal.InvGeoTransform(self.geotransform)
        scale_x, scale_y = band.XSize / self.size[0], band.YSize / self.size[1]
        col = (inverse[0] + inverse[1] * x + (inverse[2] * y if inverse[2] else 0.0)) * scale_x
        row = (inverse[3] + inverse[5] * y + (inverse[4] * x if inverse[4] else 0.0)) * scale_y
        shape = (centres.grid.height, centres.grid.width)
        col, col_inside = _indices(col, band.XSize)
        row, row_inside = _indices(row, band.YSize)
        values, valid = self._gather(band, col, row, np.broadcast_to(col_inside & row_inside, shape))
        return values, valid

    def _gather(self, band: gdal.Band, col: np.ndarray, row: np.ndarray, inside: np.ndarray) -> Pixels:
        if not inside.any():
            return np.zeros(inside.shape, _dtype(band)), np.zeros(inside.shape, bool)
        all_cols, all_rows = _used(col, inside), _used(row, inside)
        left, top = int(all_cols.min()), int(all_rows.min())
        width, height = int(all_cols.max()) - left + 1, int(all_rows.max()) - top + 1
        if width * height > MAX_WINDOW_PX and inside.shape[0] > 1:
            return self._gather_halves(band, col, row, inside)
        index = np.clip(row - top, 0, height - 1), np.clip(col - left, 0, width - 1)
        values = self._read(band, left, top, width, height)[index]
        valid = inside & self._validity(band, values, (left, top, width, height), index)
        values[~valid] = 0
        return values, valid

    def _gather_halves(self, band: gdal.Band, col: np.ndarray, row: np.ndarray, inside: np.ndarray) -> Pixels:
        middle = inside.shape[0] // 2
        parts = [
            self._gather(band, col if col.shape[0] == 1 else col[half], row[half], inside[half])
            for half in (slice(0, middle), slice(middle, None))
        ]
        return np.concatenate([p[0] for p in parts]), np.concatenate([p[1] for p in parts])

    def _validity(
        self, band: gdal.Band, values: np.ndarray, window: Tuple[int, int, int, int], index: Tuple[np.ndarray, ...]
    ) -> np.ndarray:
        valid = np.ones(values.shape, bool)
        if np.issubdtype(values.dtype, np.floating):
            valid &= ~np.isnan(values)
        if self.nodata is not None and not math.isnan(self.nodata):
            valid &= values != np.array(self.nodata).astype(values.dtype)
        if self._has_mask_band:
            valid &= self._read(band.GetMaskBand(), *window)[index] > 0
        return valid

    def _read(self, band: gdal.Band, left: int, top: int, width: int, height: int) -> np.ndarray:
        try:
            pixels = band.ReadAsArray(left, top, width, height)
        except RuntimeError as error:
            raise DamagedFile(f"The pixels of {self.path} can't be read: {error}") from error
        if pixels is None:
            raise DamagedFile(f"The pixels of {self.path} can't be read.")
        return pixels

    def _warped(self, grid: PixelGrid, level: int, resampling: str) -> np.ndarray:
        source = self._dataset if level < 0 else _open(self.path, [f"OVERVIEW_LEVEL={level}"])
        if source.RasterCount > 1:
            source = gdal.Translate("", source, format="VRT", bandList=[self.band_index])
        bbox = grid.bbox
        try:
            warped = gdal.Warp(
                "", source, format="MEM", outputType=gdal.GDT_Float64, width=grid.width, height=grid.height,
                outputBounds=(bbox.min_x, bbox.min_y, bbox.max_x, bbox.max_y), srcNodata=self.nodata,
                dstSRS=spatial_reference(bbox.crs).ExportToWkt(), resampleAlg=_WARPERS[resampling],
                errorThreshold=0.0, overviewLevel="NONE", warpOptions=["INIT_DEST=0"],
            )
        except RuntimeError as error:
            raise DamagedFile(f"The pixels of {self.path} can't be resampled: {error}") from error
        return warped.ReadAsArray()


class OpenBands:
    """Keeps the last ``limit`` band readers open."""

    def __init__(self, limit: int = 200) -> None:
        self._limit = limit
        self._readers: OrderedDict[tuple, BandReader] = OrderedDict()

    def reader(self, path: str, band_index: int = 1, nodata: Optional[float] = None) -> BandReader:
        """An open reader, newly made when needed."""
        key = (path, band_index, nodata)
        found = self._readers.pop(key, None)
        if found is None:
            found = BandReader(path, band_index, nodata)
        self._readers[key] = found
        if len(self._readers) > self._limit:
            self._readers.popitem(last=False)
        return found


def read_window(
    path: Union[str, Path],
    band_index: int,
    grid: PixelGrid,
    resampling: str = NEAREST,
    nodata: Optional[float] = None,
) -> Pixels:
    """One band of ``path`` on ``grid``; see ``BandReader.read``."""
    return BandReader(path, band_index, nodata).read(GridCentres(grid), resampling)


def _open(path: str, options: Optional[list] = None) -> gdal.Dataset:
    try:
        return gdal.OpenEx(path, gdal.OF_RASTER, open_options=options or [])
    except RuntimeError as error:
        raise DamagedFile(f"{path} can't be opened as a raster: {error}") from error


def _reference(dataset: gdal.Dataset, path: str) -> osr.SpatialReference:
    reference = dataset.GetSpatialRef()
    if reference is None:
        raise DamagedFile(
            f"{path} has no coordinate reference system.", "Write it as a GeoTIFF with its reference system."
        )
    reference = reference.Clone()
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _dtype(band: gdal.Band) -> np.dtype:
    return np.dtype(gdal_array.GDALTypeCodeToNumericTypeCode(band.DataType))


def _used(index: np.ndarray, inside: np.ndarray) -> np.ndarray:
    """The pixel numbers of cells inside; ``index`` may be one row or one column that stands for all."""
    if index.shape == inside.shape:
        return index[inside]
    if index.shape[0] == 1:
        return index[0, inside.any(axis=0)]
    return index[inside.any(axis=1), 0]


def _indices(position: np.ndarray, size: int) -> Tuple[np.ndarray, np.ndarray]:
    """Pixel numbers of fractional positions, clipped to the raster, and which of them lie inside."""
    finite = np.isfinite(position)
    number = np.floor(np.where(finite, position, -1.0) + EDGE_PX)
    inside = finite & (number >= 0) & (number < size)
    return np.clip(number, 0, size - 1).astype(np.int64), inside
