"""Pixels of raster files on any grid: real reprojection and resampling, overviews where they suffice.

Nearest takes the source pixel under each cell centre. BILINEAR and BICUBIC are GDAL's warper. A cell is valid when
the pixel under its centre is, whatever the resampling, so bands of different resolutions agree on their mask.
"""

from __future__ import annotations

import math
from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING, List, Optional, Sequence, Tuple, Union

import numpy as np
from osgeo import gdal, gdal_array, osr

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.core.raster.places import NO_WINDOW, Place, Window, make_place, pixel_numbers
from sentinel_workbench.core.raster.rasterfile import LocalFile, Need, RasterFile, is_remote

if TYPE_CHECKING:
    from sentinel_workbench.core.raster.remote_files import Failures, RemoteFiles

gdal.UseExceptions()

NEAREST, BILINEAR, BICUBIC = "NEAREST", "BILINEAR", "BICUBIC"
_WARPERS = {BILINEAR: gdal.GRA_Bilinear, BICUBIC: gdal.GRA_Cubic}

KEPT_READERS = 4000
"""A reader knows where its file lies and what its levels are; that is cheap to keep and slow to find out again."""

Pixels = Tuple[np.ndarray, np.ndarray]


class BandReader:
    """One band of one open file.

    Args:
        source: path of a raster file GDAL can open, or the file itself.
        band_index: 1-based.
        nodata: overrides the file's nodata value.

    Raises:
        DamagedFile: it does not open, has no such band, or does not say where it lies.
    """

    def __init__(
        self, source: Union[str, Path, RasterFile], band_index: int = 1, nodata: Optional[float] = None
    ) -> None:
        self.file = LocalFile(str(source)) if isinstance(source, (str, Path)) else source
        self.path = self.file.name
        self.band_index = band_index
        dataset = self.file.dataset
        if not 1 <= band_index <= dataset.RasterCount:
            raise DamagedFile(f"{self.path} has no band {band_index}.")
        band = dataset.GetRasterBand(band_index)
        self.reference = _reference(dataset, self.path)
        self._key = self.reference.ExportToWkt()
        self.geotransform = dataset.GetGeoTransform()
        self.size = (dataset.RasterXSize, dataset.RasterYSize)
        self._dtype = np.dtype(gdal_array.GDALTypeCodeToNumericTypeCode(band.DataType))
        self._overview_sizes = _overview_sizes(band)
        self.nodata = band.GetNoDataValue() if nodata is None else nodata
        flags = band.GetMaskFlags()
        self._has_mask_band = nodata is None and not flags & (gdal.GMF_ALL_VALID | gdal.GMF_NODATA)

    def step_px(self, centres: GridCentres) -> float:
        """Source pixels per output cell, along the direction where there are fewer."""
        return min(self._steps_px(centres))

    def needs(self, centres: GridCentres, resampling: str = NEAREST) -> List[Need]:
        """The pixels ``read`` will look at, so that those of several files on servers can be fetched at once."""
        level = self._level(self.step_px(centres))
        place = self._place(centres, level)
        windows = [part.window for part in _parts(place)]
        if resampling != NEAREST and windows:
            windows = [self._margined(_joined(windows), centres, level)]
        return [Need(self.band_index, level, window, self._has_mask_band) for window in windows]

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
        warped = self._warped(centres, level, resampling)
        if np.issubdtype(values.dtype, np.integer):
            limits = np.iinfo(values.dtype)
            np.clip(warped, limits.min, limits.max, out=warped)
        return np.where(valid, warped, 0.0), valid

    def _steps_px(self, centres: GridCentres) -> Tuple[float, ...]:
        inverse = gdal.InvGeoTransform(self.geotransform)
        linear = np.array([[inverse[1], inverse[2]], [inverse[4], inverse[5]]])
        lengths = tuple(float(np.hypot(*(linear @ step))) for step in centres.steps(self.reference, self._key))
        return lengths if all(map(math.isfinite, lengths)) else (1.0,)

    def _level(self, step_px: float) -> int:
        """The coarsest overview that is not coarser than the grid; -1 for the full resolution."""
        best, best_factor = -1, 1.0
        for number, (width, height) in enumerate(self._overview_sizes):
            factor = max(self.size[0] / width, self.size[1] / height)
            if best_factor < factor <= step_px * 1.001:
                best, best_factor = number, factor
        return best

    def _level_size(self, level: int) -> Tuple[int, int]:
        return self.size if level < 0 else self._overview_sizes[level]

    def _level_band(self, level: int) -> gdal.Band:
        band = self.file.dataset.GetRasterBand(self.band_index)
        return band if level < 0 else band.GetOverview(level)

    def reaches(self, centres: GridCentres, cells: np.ndarray) -> bool:
        """Whether the raster lies under any of ``cells``, boolean (rows, cols). Reads no pixels."""
        return bool((self._place(centres, self._level(self.step_px(centres))).inside & cells).any())

    def _nearest(self, centres: GridCentres, level: int) -> Pixels:
        place = self._place(centres, level)
        values = np.zeros(place.inside.shape, self._dtype)
        valid = np.zeros(place.inside.shape, bool)
        for rows, part in place.parts or ((slice(None), place),):
            if part.inside.any():
                self.file.prepare(Need(self.band_index, level, part.window, self._has_mask_band))
                band = self._level_band(level)
                values[rows] = self._read(band, *part.window)[part.index]
                valid[rows] = part.inside & self._validity(band, values[rows], part)
        values[~valid] = 0
        return values, valid

    def _place(self, centres: GridCentres, level: int) -> Place:
        """Where the centres fall in the raster at ``level``; kept for all rasters of the same layout."""
        size = self._level_size(level)
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

    def _margined(self, window: Window, centres: GridCentres, level: int) -> Window:
        """The pixels the warper looks at for the cells of ``window``, with the reach of its widest kernel around."""
        width, height = self._level_size(level)
        reach = math.ceil(2 * max(1.0, *self._steps_px(centres)) * width / self.size[0]) + 3
        left, top = max(window[0] - reach, 0), max(window[1] - reach, 0)
        right, bottom = min(window[0] + window[2] + reach, width), min(window[1] + window[3] + reach, height)
        return left, top, right - left, bottom - top

    def _warped(self, centres: GridCentres, level: int, resampling: str) -> np.ndarray:
        grid, source = centres.grid, self.file.warp_source(self.needs(centres, resampling)[0])
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
    """Keeps band readers, and the files of the last ``limit`` of them open.

    Args:
        limit: open files at a time.
        remote: opens what lies on a server; without, only paths can be read.
    """

    def __init__(self, limit: int = 200, remote: Optional[RemoteFiles] = None) -> None:
        self._limit, self._remote = limit, remote
        self._readers: OrderedDict[tuple, BandReader] = OrderedDict()
        self._open: OrderedDict[tuple, BandReader] = OrderedDict()

    def open_all(self, paths: Sequence[str]) -> Failures:
        """Open those of the files that lie on servers, all at once. Those that can't be opened are told."""
        return {} if self._remote is None else self._remote.open_all([path for path in paths if is_remote(path)])

    def prepare(self, wanted: Sequence[Tuple[str, int, Optional[float], str]], centres: GridCentres) -> Failures:
        """Fetch what reading bands on the grid of ``centres`` will need from servers, all at once.

        Args:
            wanted: path, band index, nodata and resampling of each; opened before.
            centres: of the grid.

        Returns:
            The files whose pixels can't be got.
        """
        if self._remote is None:
            return {}
        needs = [
            (self._remote.open(path), need)
            for path, index, nodata, method in wanted if is_remote(path)
            for need in self.reader(path, index, nodata).needs(centres, method)
        ]
        return self._remote.prepare_all(needs)

    def reader(self, path: str, band_index: int = 1, nodata: Optional[float] = None) -> BandReader:
        """An open reader, newly made when needed."""
        key = (path, band_index, nodata)
        found = self._readers.get(key)
        if found is None:
            source = self._remote.open(path) if self._remote is not None and is_remote(path) else path
            found = self._readers[key] = BandReader(source, band_index, nodata)
            if len(self._readers) > max(KEPT_READERS, self._limit):
                self._readers.popitem(last=False)
        self._open[key] = found
        self._open.move_to_end(key)
        if len(self._open) > self._limit:
            self._open.popitem(last=False)[1].file.rest()
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


def _overview_sizes(band: gdal.Band) -> Tuple[Tuple[int, int], ...]:
    overviews = [band.GetOverview(number) for number in range(band.GetOverviewCount())]
    return tuple((overview.XSize, overview.YSize) for overview in overviews)


def _parts(place: Place) -> List[Place]:
    """The parts of a place that have pixels."""
    return [part for part in ([part for _, part in place.parts] or [place]) if part.window != NO_WINDOW]


def _joined(windows: Sequence[Window]) -> Window:
    """The smallest window around all."""
    left, top = min(w[0] for w in windows), min(w[1] for w in windows)
    return left, top, max(w[0] + w[2] for w in windows) - left, max(w[1] + w[3] for w in windows) - top


def _reference(dataset: gdal.Dataset, path: str) -> osr.SpatialReference:
    reference = dataset.GetSpatialRef()
    if reference is None:
        raise DamagedFile(
            f"{path} has no coordinate reference system.", "Write it as a GeoTIFF with its reference system."
        )
    reference = reference.Clone()
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference
