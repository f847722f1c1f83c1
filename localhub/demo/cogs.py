"""Cloud-optimised GeoTIFFs of the demo scenes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.errors import StorageError
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster.gdalguard import writing
from sentinel_workbench.localhub.demo.frame import CRS, NORTH_M, WEST_M, Frame
from sentinel_workbench.localhub.demo.products import Product

_SMOOTH = ("PREDICTOR=YES", "LEVEL=4", "BLOCKSIZE=256")
_GRAINY = ("PREDICTOR=NO", "LEVEL=9", "BLOCKSIZE=512", "OVERVIEWS=NONE")
_TYPES = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "int16": gdal.GDT_Int16}


def write_cog(path: Path, product: Product, pixels: np.ndarray, frame: Frame, first_row: int) -> None:
    """Write ``pixels`` (bands, rows, cols), which begin at the frame's ``first_row``, with overviews.

    Raises:
        StorageError, DiskFull: the file can't be written.
    """
    bands, rows, cols = pixels.shape
    pixel_m = frame.pixel_m * product.factor
    memory = gdal.GetDriverByName("MEM").Create("", cols, rows, bands, _TYPES[pixels.dtype.name])
    memory.SetProjection(spatial_reference(CRS).ExportToWkt())
    memory.SetGeoTransform((WEST_M, pixel_m, 0, NORTH_M - first_row * frame.pixel_m, 0, -pixel_m))
    for number, name in enumerate(product.names, 1):
        band = memory.GetRasterBand(number)
        band.SetDescription(name)
        band.SetNoDataValue(product.nodata)
        band.WriteArray(pixels[number - 1])
    options = ["COMPRESS=DEFLATE", *(_GRAINY if product.grainy else _SMOOTH)]
    if not product.grainy:
        options.append("OVERVIEW_RESAMPLING=" + ("NEAREST" if product.classes else "AVERAGE"))
    with writing(path):
        if gdal.GetDriverByName("COG").CreateCopy(str(path), memory, options=options) is None:
            raise StorageError(f"{path.name} can't be written in {path.parent}.")
