"""A raster that parts are cut out of: what it is, and its pixels by window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Tuple

import numpy as np
from osgeo import gdal, osr

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.raster.places import Window
from sentinel_workbench.core.raster.rasterfile import Need, RasterFile

FULL = -1


@dataclass(frozen=True)
class BandFacts:
    """One band as its file describes it.

    Attributes:
        description: ``""`` without.
        scale, offset: as declared; None when the file declares none.
        colours: GDAL's colour table or None.
        interpretation: GDAL's colour interpretation.
    """

    description: str
    scale: Optional[float]
    offset: Optional[float]
    colours: Optional[gdal.ColorTable]
    interpretation: int


class ClipSource:
    """An open raster.

    Args:
        file: the raster.

    Raises:
        DamagedFile: it has no bands, no CRS, or does not lie north up.
    """

    def __init__(self, file: RasterFile) -> None:
        self.file = file
        dataset = file.dataset
        if dataset.RasterCount < 1:
            raise DamagedFile(f"{file.name} has no band.")
        self.transform = dataset.GetGeoTransform()
        self.size = (dataset.RasterXSize, dataset.RasterYSize)
        self.reference = _reference(dataset, file.name)
        if self.transform[2] or self.transform[4] or self.transform[1] <= 0 or self.transform[5] >= 0:
            raise DamagedFile(f"{file.name} does not lie north up, so it can't be cut.", "Warp it first.")
        first = dataset.GetRasterBand(1)
        self.nodata: Optional[float] = first.GetNoDataValue()
        self.data_type = _widest(dataset)
        self.block = tuple(first.GetBlockSize())
        flags = first.GetMaskFlags()
        self.has_mask = not flags & (gdal.GMF_ALL_VALID | gdal.GMF_NODATA | gdal.GMF_ALPHA)
        self.bands = tuple(_facts(dataset.GetRasterBand(index + 1)) for index in range(dataset.RasterCount))

    @property
    def resolution(self) -> float:
        """Width of a pixel, units of the CRS."""
        return abs(self.transform[1])

    @property
    def crs(self) -> str:
        """``EPSG:n``, ``""`` when the CRS has no such name."""
        name, code = self.reference.GetAuthorityName(None), self.reference.GetAuthorityCode(None)
        return f"EPSG:{code}" if name == "EPSG" and code else ""

    @property
    def is_whole(self) -> bool:
        """Whether its values are whole numbers."""
        return self.data_type not in (gdal.GDT_Float32, gdal.GDT_Float64)

    def needs(self, window: Window) -> Tuple[Need, ...]:
        """What has to be fetched for the pixels of a window of all bands."""
        return tuple(Need(index + 1, FULL, window, self.has_mask) for index in range(len(self.bands)))

    def read(self, window: Window) -> np.ndarray:
        """Pixels (bands, rows, cols) in the file's type, as stored.

        Raises:
            DamagedFile: they can't be read.
            NetworkError, ServiceError: of a file on a server.
        """
        for need in self.needs(window):
            self.file.prepare(need)
        dataset = self.file.dataset
        try:
            pixels = [dataset.GetRasterBand(index + 1).ReadAsArray(*window) for index in range(len(self.bands))]
        except RuntimeError as error:
            raise DamagedFile(f"The pixels of {self.file.name} can't be read: {error}") from error
        if any(band is None for band in pixels):
            raise DamagedFile(f"The pixels of {self.file.name} can't be read.")
        return np.stack(pixels)

    def read_mask(self, window: Window) -> Optional[np.ndarray]:
        """The mask band (rows, cols), uint8, 0 without data; None when the file has none of its own."""
        if not self.has_mask:
            return None
        self.file.prepare(self.needs(window)[0])
        try:
            return self.file.dataset.GetRasterBand(1).GetMaskBand().ReadAsArray(*window)
        except RuntimeError as error:
            raise DamagedFile(f"The mask of {self.file.name} can't be read: {error}") from error


def _reference(dataset: gdal.Dataset, name: str) -> osr.SpatialReference:
    reference = dataset.GetSpatialRef()
    if reference is None:
        raise DamagedFile(f"{name} does not say in which reference system it is.", "Report it to its publisher.")
    reference = reference.Clone()
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def _widest(dataset: gdal.Dataset) -> int:
    kind = dataset.GetRasterBand(1).DataType
    for index in range(1, dataset.RasterCount):
        kind = gdal.DataTypeUnion(kind, dataset.GetRasterBand(index + 1).DataType)
    return kind


def _facts(band: gdal.Band) -> BandFacts:
    table = band.GetColorTable()
    return BandFacts(
        band.GetDescription(), band.GetScale(), band.GetOffset(), table.Clone() if table else None,
        band.GetColorInterpretation(),
    )
