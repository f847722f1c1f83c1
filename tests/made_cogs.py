"""Small rasters made to keep or to break one rule of the service."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, osr

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "cogs"
TYPES = {"uint8": gdal.GDT_Byte, "int16": gdal.GDT_Int16, "uint16": gdal.GDT_UInt16, "int32": gdal.GDT_Int32,
         "uint32": gdal.GDT_UInt32, "float32": gdal.GDT_Float32, "float64": gdal.GDT_Float64,
         "complex64": gdal.GDT_CFloat32}
UTM = (300000.0, 10.0, 0.0, 5000000.0, 0.0, -10.0)
GOOD = ("COMPRESS=DEFLATE", "BLOCKSIZE=256")
TILED = ("TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "COMPRESS=DEFLATE")


def pixels_of(bands=1, rows=300, cols=400, dtype="uint8"):
    """Smooth values that compress but differ everywhere, (bands, rows, cols)."""
    row, col = np.mgrid[0:rows, 0:cols]
    return np.stack([(row // 3 + col // 2 + 17 * band) % 200 + 1 for band in range(bands)]).astype(dtype)


def memory_raster(pixels, geotransform=UTM, epsg=32633, nodata=None):
    """A raster in memory; ``epsg`` None leaves it without a CRS, ``geotransform`` None without a place."""
    bands, rows, cols = pixels.shape
    dataset = gdal.GetDriverByName("MEM").Create("", cols, rows, bands, TYPES[str(pixels.dtype)])
    if geotransform:
        dataset.SetGeoTransform(geotransform)
    if epsg:
        reference = osr.SpatialReference()
        reference.ImportFromEPSG(epsg)
        dataset.SetProjection(reference.ExportToWkt())
    for index in range(bands):
        dataset.GetRasterBand(index + 1).WriteArray(pixels[index])
        if nodata is not None:
            dataset.GetRasterBand(index + 1).SetNoDataValue(nodata)
    return dataset


def write_raster(path, dataset, driver="COG", options=GOOD):
    """``dataset`` as a file, closed."""
    written = gdal.GetDriverByName(driver).CreateCopy(str(path), dataset, options=list(options))
    written.FlushCache()
    del written
    return str(path)


def write_cog(path, bands=1, rows=300, cols=400, dtype="uint8", **place):
    """A file that keeps every rule, unless ``place`` says otherwise."""
    return write_raster(path, memory_raster(pixels_of(bands, rows, cols, dtype), **place))
