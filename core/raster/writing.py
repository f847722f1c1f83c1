"""Rasters as files that any GIS opens as they are: checked, georeferenced, with band names."""

from __future__ import annotations

import os
import shutil
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Optional, Sequence

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.band_labels import BandLabels

BLOCK_PX = 512
SMALL_BYTES = 1 << 20
"""A file up to this size is kept as it was served: rewriting it would gain nothing."""
_READ_ROWS = 512


@dataclass(frozen=True)
class RasterFacts:
    """What a checked raster holds.

    Attributes:
        bands: their number.
        data_type: GDAL's name, such as ``Byte`` or ``Float32``.
        empty: every pixel of every band is 0, nodata or not a number.
    """

    bands: int
    data_type: str
    empty: bool


def check_raster(path: Path, width: int, height: int) -> RasterFacts:
    """Decode every pixel of ``path`` and compare its size.

    Raises:
        DamagedFile: it does not open, has another size or is cut short.
    """
    with gdalguard.reading(path), gdalguard.opened(path) as dataset:
        size = (dataset.RasterXSize, dataset.RasterYSize)
        if size != (width, height):
            raise DamagedFile(
                f"{path.name} has {size[0]} x {size[1]} px instead of {width} x {height}.",
                "It is fetched again when you retry.",
            )
        if dataset.RasterCount < 1:
            raise DamagedFile(f"{path.name} has no band.")
        empty = [_band_is_empty(dataset.GetRasterBand(i + 1)) for i in range(dataset.RasterCount)]
        data_type = gdal.GetDataTypeName(dataset.GetRasterBand(1).DataType)
        return RasterFacts(dataset.RasterCount, data_type, all(empty))


def georeference(
    source: Path,
    target: Path,
    grid: PixelGrid,
    labels: BandLabels = BandLabels(),
) -> None:
    """Write ``source`` (TIFF, PNG or JPEG) as a GeoTIFF on ``grid`` under the name ``target``, atomically.

    Numbers are unchanged. A small or already compressed TIFF keeps its bytes and only gains place and band names;
    anything else is rewritten tiled and compressed, signed bytes as Int16: many programs take them for unsigned.
    Transparency of 16 bits, which QGIS can't draw by, is told by a mask of the file too, as clear or not.

    Args:
        grid: place and CRS.
        labels: of its bands.

    Raises:
        DamagedFile: the source can't be read.
        DiskFull: there is no room for the target.
    """
    with gdalguard.reading(source), gdalguard.opened(source) as dataset:
        keeps_bytes = dataset.GetDriver().ShortName == "GTiff" and _is_compact(dataset, source)
        with replacing(target) as temporary, gdalguard.writing(target):
            if _has_signed_bytes(dataset):
                _write_wider(dataset, temporary, grid, labels)
            elif keeps_bytes:
                shutil.copyfile(str(source), str(temporary))
                _describe_in_place(temporary, grid, labels)
            else:
                with gdalguard.closing(_described_copy(dataset, grid, labels)) as described:
                    _write_copy(described, temporary)
            if has_wide_alpha(dataset):
                _mask_by_alpha(temporary)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary name beside ``target`` that takes its place when the block ends well and goes when it does not."""
    temporary = target.with_name(f".{target.stem}.{os.getpid()}.{threading.get_ident()}.part{target.suffix}")
    try:
        yield temporary
        os.replace(str(temporary), str(target))
    except OSError as error:
        raise gdalguard.storage_error(target, error) from error
    finally:
        if temporary.exists():
            temporary.unlink()


@contextmanager
def masks_inside() -> Iterator[None]:
    """Inside, GeoTIFFs keep a mask in the file itself, not in one beside it."""
    gdal.SetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES")
    try:
        yield
    finally:
        gdal.SetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", None)


def creation_options(data_type: int, size_bytes: int) -> Sequence[str]:
    """GeoTIFF options: tiled, deflated with the predictor of the type, BigTIFF when it may pass 4 GB."""
    floating = data_type in (gdal.GDT_Float32, gdal.GDT_Float64)
    return (
        "TILED=YES",
        f"BLOCKXSIZE={BLOCK_PX}",
        f"BLOCKYSIZE={BLOCK_PX}",
        "COMPRESS=DEFLATE",
        "ZLEVEL=1",
        f"PREDICTOR={3 if floating else 2}",
        f"BIGTIFF={'YES' if size_bytes > 2_000_000_000 else 'NO'}",
    )


def has_wide_alpha(dataset: gdal.Dataset) -> bool:
    """Is its last band the opacity in 16 bits?"""
    last = dataset.GetRasterBand(dataset.RasterCount)
    return dataset.RasterCount > 1 and last.GetColorInterpretation() == gdal.GCI_AlphaBand \
        and last.DataType == gdal.GDT_UInt16


def raw_bytes(dataset: gdal.Dataset) -> int:
    """Size of all pixels in memory."""
    per_sample = gdal.GetDataTypeSize(dataset.GetRasterBand(1).DataType) // 8
    return dataset.RasterXSize * dataset.RasterYSize * dataset.RasterCount * per_sample


def _band_is_empty(band: gdal.Band) -> bool:
    nodata = band.GetNoDataValue()
    empty = True
    for row in range(0, band.YSize, _READ_ROWS):
        values = gdalguard.made(band.ReadAsArray(0, row, band.XSize, min(_READ_ROWS, band.YSize - row)))
        empty = empty and not _has_value(values, nodata)
    return empty


def _has_value(values: np.ndarray, nodata: Optional[float]) -> bool:
    seen = values.astype(bool)
    if values.dtype.kind == "f":
        seen &= np.isfinite(values)
    if nodata:
        seen &= values != nodata
    return bool(seen.any())


def _lies_on(dataset: gdal.Dataset, grid: PixelGrid) -> bool:
    """Has it the grid's CRS and geotransform (to a thousandth of a pixel)?"""
    if dataset.GetSpatialRef() is None:
        return False
    pixel = min(grid.resolution)
    near = all(abs(a - b) <= pixel / 1000 for a, b in zip(dataset.GetGeoTransform(), grid.geotransform))
    return near and bool(dataset.GetSpatialRef().IsSame(spatial_reference(grid.bbox.crs)))


def _is_compact(dataset: gdal.Dataset, source: Path) -> bool:
    compressed = dataset.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") is not None
    return compressed or source.stat().st_size <= SMALL_BYTES


def _described_copy(dataset: gdal.Dataset, grid: PixelGrid, labels: BandLabels) -> gdal.Dataset:
    """A virtual copy with place, names and nodata; pixels are still those of ``dataset``."""
    virtual = gdalguard.made(gdal.GetDriverByName("VRT").CreateCopy("", dataset))
    _place(virtual, grid)
    labels.give_to(virtual)
    return virtual


def _write_copy(dataset: gdal.Dataset, target: Path) -> None:
    size = raw_bytes(dataset)
    gdalguard.check_free_space(target.parent, size // 4)
    options = creation_options(dataset.GetRasterBand(1).DataType, size)
    driver = gdal.GetDriverByName("GTiff")
    with gdalguard.closing(gdalguard.made(driver.CreateCopy(str(target), dataset, options=list(options)))):
        gdalguard.stop_on_failure()


def _mask_by_alpha(path: Path) -> None:
    """Give a file a mask: what is not wholly clear is there."""
    with masks_inside(), gdalguard.opened(path, update=True) as dataset:
        dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
        alpha, mask = dataset.GetRasterBand(dataset.RasterCount), dataset.GetRasterBand(1).GetMaskBand()
        for row in range(0, alpha.YSize, _READ_ROWS):
            values = gdalguard.made(alpha.ReadAsArray(0, row, alpha.XSize, min(_READ_ROWS, alpha.YSize - row)))
            mask.WriteArray((values > 0).astype("uint8") * 255, 0, row)
        gdalguard.stop_on_failure()


def _has_signed_bytes(dataset: gdal.Dataset) -> bool:
    """GDAL has a type for them since 3.7; before, they are bytes with a remark."""
    band = dataset.GetRasterBand(1)
    remarked = band.GetMetadataItem("PIXELTYPE", "IMAGE_STRUCTURE") == "SIGNEDBYTE"
    return remarked or gdal.GetDataTypeName(band.DataType) == "Int8"


def _write_wider(dataset: gdal.Dataset, target: Path, grid: PixelGrid, labels: BandLabels) -> None:
    """A copy of signed bytes with two bytes each."""
    size, options = 2 * raw_bytes(dataset), creation_options(gdal.GDT_Int16, 2 * raw_bytes(dataset))
    gdalguard.check_free_space(target.parent, size // 4)
    shape = (dataset.RasterXSize, dataset.RasterYSize, dataset.RasterCount)
    driver = gdal.GetDriverByName("GTiff")
    made = gdalguard.made(driver.Create(str(target), *shape, gdal.GDT_Int16, options=list(options)))
    with gdalguard.closing(made) as wider:
        _place(wider, grid)
        for index in range(1, dataset.RasterCount + 1):
            source, band = dataset.GetRasterBand(index), wider.GetRasterBand(index)
            if source.GetNoDataValue() is not None:
                band.SetNoDataValue(source.GetNoDataValue())
            for row in range(0, source.YSize, _READ_ROWS):
                rows = gdalguard.made(source.ReadAsArray(0, row, source.XSize, min(_READ_ROWS, source.YSize - row)))
                band.WriteArray(rows.astype("int16"), 0, row)
        labels.give_to(wider)
        gdalguard.stop_on_failure()


def _describe_in_place(path: Path, grid: PixelGrid, labels: BandLabels) -> None:
    with gdalguard.opened(path, update=True) as dataset:
        if not _lies_on(dataset, grid):
            _place(dataset, grid)
        labels.give_to(dataset)


def _place(dataset: gdal.Dataset, grid: PixelGrid) -> None:
    dataset.SetGeoTransform(grid.geotransform)
    dataset.SetProjection(spatial_reference(grid.bbox.crs).ExportToWkt())
