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
from sentinel_workbench.core.raster.places import Place, make_place, pixel_numbers

gdal.UseExceptions()

NEAREST, BILINEAR, BICUBIC = "NEAREST", "BILINEAR", "BICUBIC"
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
        self._key = self.reference.ExportToWkt()
        self.geotransform = self._dataset.GetGeoTransform()
        self.size = (self._dataset.RasterXSize, self._dataset.RasterYSize)
        self.nodata = self._band.GetNoDataValue() if nodata is None else nodata
        flags = self._band.GetMaskFlags()
        self._has_mask_band = nodata is None and not flags & (gdal.GMF_ALL_VALID | gdal.GMF_NODATA)

    def step_px(self, centres: GridCentres) -> float:
        """Source pixels per output cell, along the direction where there are fewer."""
        inverse = gdal.InvGeoTransform(self.geotransform)
        linear = np.array([[inverse[1], inverse[2]], [inverse[4], inverse[5]]])
        lengths = [float(np.hypot(*(linear @ step))) for step in centres.steps(self.reference, self._key)]
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

    def reaches(self, centres: GridCentres, cells: np.ndarray) -> bool:
        """Whether the raster lies under any of ``cells``, boolean (rows, cols). Reads no pixels."""
        return bool((self._place(centres, self._level(self.step_px(centres))).inside & cells).any())

    def _nearest(self, centres: GridCentres, level: int) -> Pixels:
        band = self._band if level < 0 else self._band.GetOverview(level)
        place = self._place(centres, level)
        if place.parts:
            return self._nearest_in_parts(band, place)
        if not place.inside.any():
            return np.zeros(place.inside.shape, _dtype(band)), np.zeros(place.inside.shape, bool)
        values = self._read(band, *place.window)[place.index]
        valid = place.inside & self._validity(band, values, place)
        values[~valid] = 0
        return values, valid

    def _nearest_in_parts(self, band: gdal.Band, place: Place) -> Pixels:
        values = np.zeros(place.inside.shape, _dtype(band))
        valid = np.zeros(place.inside.shape, bool)
        for rows, part in place.parts:
            if part.inside.any():
                values[rows] = self._read(band, *part.window)[part.index]
                valid[rows] = part.inside & self._validity(band, values[rows], part)
        values[~valid] = 0
        return values, valid

    def _place(self, centres: GridCentres, level: int) -> Place:
        """Where the centres fall in the raster at ``level``; kept for all rasters of the same layout."""
        band = self._band if level < 0 else self._band.GetOverview(level)
        size = (band.XSize, band.YSize)
        layout = (self._key, self.geotransform, self.size, size)
        return centres.keep(layout, lambda: self._located(centres, size))

    def _located(self, centres: GridCentres, size: Tuple[int, int]) -> Place:
        x, y = centres.within(self.reference, self._key)
        inverse = gdal.InvGeoTransform(self.geotransform)
        col = (inverse[0] + inverse[1] * x + (inverse[2] * y if inverse[2] else 0.0)) * (size[0] / self.size[0])
        row = (inverse[3] + inverse[5] * y + (inverse[4] * x if inverse[4] else 0.0)) * (size[1] / self.size[1])
        col, col_inside = pixel_numbers(col, size[0])
        row, row_inside = pixel_numbers(row, size[1])
        shape = (centres.grid.height, centres.grid.width)
        return make_place(col, row, np.broadcast_to(col_inside & row_inside, shape))

    def _validity(self, band: gdal.Band, values: np.ndarray, place: Place) -> np.ndarray:
        valid = np.ones(values.shape, bool)
        if np.issubdtype(values.dtype, np.floating):
            valid &= ~np.isnan(values)
        if self.nodata is not None and not math.isnan(self.nodata):
            valid &= values != np.array(self.nodata).astype(values.dtype)
        if self._has_mask_band:
            valid &= self._read(band.GetMaskBand(), *place.window)[place.index] > 0
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
