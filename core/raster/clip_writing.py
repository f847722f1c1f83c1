"""A cut-out on its way to a COG: filled by rows, described, written whole or not at all."""

from __future__ import annotations

import glob
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator, Mapping, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal, osr

from sentinel_workbench.core.errors import StorageError
from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.clip_windows import Bounds
from sentinel_workbench.core.raster.gdal_settings import thread_settings
from sentinel_workbench.core.raster.writing import replacing

gdal.UseExceptions()

IN_MEMORY_BYTES = 8 << 20
"""Larger cut-outs are put together in a file beside their target: several at a time must fit into the memory."""
BLOCK_PX = 512


@dataclass(frozen=True)
class OutputBand:
    """How a band of the cut-out is described.

    Attributes:
        name: its description.
        scale, offset: value = stored * scale + offset; None for none.
        colours: GDAL's colour table or None.
        interpretation: GDAL's colour interpretation.
        metadata: further words about it.
    """

    name: str
    scale: Optional[float] = None
    offset: Optional[float] = None
    colours: Optional[gdal.ColorTable] = None
    interpretation: int = gdal.GCI_Undefined
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Cutout:
    """A raster to be made.

    Attributes:
        bounds: outer edges, in the CRS of ``reference``.
        size: columns and rows.
        reference: its CRS.
        data_type: GDAL's number.
        bands: in order.
        nodata: None for none.
        is_classes: overviews take every second pixel, never a mean.
        has_mask: a mask band goes along.
        metadata: of the file.
    """

    bounds: Bounds
    size: Tuple[int, int]
    reference: osr.SpatialReference
    data_type: int
    bands: Tuple[OutputBand, ...]
    nodata: Optional[float] = None
    is_classes: bool = False
    has_mask: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)


class Canvas:
    """Takes the pixels of a cut-out as they come; made by ``cutting``."""

    def __init__(self, dataset: gdal.Dataset) -> None:
        self._dataset = dataset

    def put(self, first_band: int, row: int, pixels: np.ndarray) -> None:
        """Write (bands, rows, cols) from band ``first_band`` (0-based) and ``row`` on."""
        for number, band in enumerate(pixels):
            self._dataset.GetRasterBand(first_band + number + 1).WriteArray(band, 0, row)

    def put_mask(self, row: int, mask: np.ndarray) -> None:
        """Write rows of the mask."""
        self._dataset.GetRasterBand(1).GetMaskBand().WriteArray(mask, 0, row)


@contextmanager
def cutting(cutout: Cutout, target: Path, progress: Progress) -> Iterator[Canvas]:
    """A canvas that becomes the COG ``target`` when the block ends well; otherwise nothing is left of it.

    Raises:
        DiskFull, StorageError: the target can't be written.
        Cancelled: on request, while it is written.
    """
    with replacing(target) as temporary, ExitStack() as leftovers:
        leftovers.callback(_sweep, temporary)
        with gdalguard.writing(target):
            dataset = gdalguard.made(_new(cutout, temporary))
        with gdalguard.closing(dataset):
            yield Canvas(dataset)
            try:
                with gdalguard.writing(target):
                    _describe(dataset, cutout)
                    _copy(dataset, temporary, cutout, progress)
            except StorageError:
                raise_if_cancelled(progress)
                raise


def _new(cutout: Cutout, temporary: Path) -> gdal.Dataset:
    width, height = cutout.size
    count = len(cutout.bands)
    size_bytes = width * height * count * (gdal.GetDataTypeSize(cutout.data_type) // 8)
    if size_bytes <= IN_MEMORY_BYTES:
        dataset = gdal.GetDriverByName("MEM").Create("", width, height, count, cutout.data_type)
    else:
        gdalguard.check_free_space(temporary.parent, size_bytes)
        options = ["TILED=YES", "BLOCKXSIZE=512", "BLOCKYSIZE=512", "INTERLEAVE=BAND", "BIGTIFF=IF_SAFER",
                   "SPARSE_OK=TRUE"]
        path = f"{temporary}.pixels.tif"
        with thread_settings(GDAL_PAM_ENABLED="NO", GDAL_TIFF_INTERNAL_MASK="YES"):
            dataset = gdal.GetDriverByName("GTiff").Create(path, width, height, count, cutout.data_type, options)
    min_x, min_y, max_x, max_y = cutout.bounds
    dataset.SetGeoTransform((min_x, (max_x - min_x) / width, 0.0, max_y, 0.0, (min_y - max_y) / height))
    dataset.SetSpatialRef(cutout.reference)
    if cutout.has_mask:
        with thread_settings(GDAL_TIFF_INTERNAL_MASK="YES"):
            dataset.CreateMaskBand(gdal.GMF_PER_DATASET)
    return dataset


def _describe(dataset: gdal.Dataset, cutout: Cutout) -> None:
    dataset.SetMetadata(dict(cutout.metadata))
    for number, told in enumerate(cutout.bands, 1):
        band = dataset.GetRasterBand(number)
        band.SetDescription(told.name)
        if cutout.nodata is not None:
            band.SetNoDataValue(cutout.nodata)
        if told.scale is not None:
            band.SetScale(told.scale)
        if told.offset is not None:
            band.SetOffset(told.offset)
        if told.colours is not None and len(cutout.bands) == 1 and cutout.data_type in _PALETTE_TYPES:
            band.SetColorTable(told.colours)
        elif told.interpretation not in (gdal.GCI_Undefined, gdal.GCI_PaletteIndex):
            band.SetColorInterpretation(told.interpretation)
        if told.metadata:
            band.SetMetadata(dict(told.metadata))


_PALETTE_TYPES = (gdal.GDT_Byte, gdal.GDT_UInt16)


def _copy(dataset: gdal.Dataset, temporary: Path, cutout: Cutout, progress: Progress) -> None:
    def watch(_fraction: float, _message: str, _data: object) -> int:
        return 0 if progress.cancelled() else 1

    driver = gdal.GetDriverByName("COG")
    with thread_settings(GDAL_PAM_ENABLED="NO", GDAL_NUM_THREADS=None), gdalguard.closing(gdalguard.made(
        driver.CreateCopy(str(temporary), dataset, options=list(_options(cutout)), callback=watch)
    )):
        gdalguard.stop_on_failure()


def _options(cutout: Cutout) -> Sequence[str]:
    resampling = "NEAREST" if cutout.is_classes else "AVERAGE"
    return (
        "COMPRESS=DEFLATE", "PREDICTOR=YES", f"BLOCKSIZE={BLOCK_PX}", "BIGTIFF=IF_SAFER",
        f"OVERVIEW_RESAMPLING={resampling}",
    )


def _sweep(temporary: Path) -> None:
    """What GDAL puts beside a file while it makes it."""
    for leftover in temporary.parent.glob(f"{glob.escape(temporary.name)}.*"):
        leftover.unlink()
