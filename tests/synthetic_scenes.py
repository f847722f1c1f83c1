"""Tiny COG scenes made by tests."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array

from sentinel_workbench.core.model.projection import spatial_reference


def write_raster(
    path: Path, pixels, west=500000.0, north=5000000.0, pixel=10.0, crs="EPSG:32631", nodata=0, **options
) -> Path:
    """One raster file; ``pixels`` is (rows, cols) or (bands, rows, cols)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = gdal_array.OpenArray(np.ascontiguousarray(pixels))
    if crs:
        source.SetSpatialRef(spatial_reference(crs))
    source.SetGeoTransform((west, pixel, 0, north, 0, -pixel))
    for number in range(source.RasterCount):
        if nodata is not None:
            source.GetRasterBand(number + 1).SetNoDataValue(nodata)
    creation = [f"{key}={value}" for key, value in options.items()] or ["COMPRESS=DEFLATE", "OVERVIEWS=NONE"]
    gdal.GetDriverByName("COG").CreateCopy(str(path), source, options=creation)
    return path


def write_scene(folder: Path, bands: dict, **place) -> Path:
    """One file a band; numbers become constant 8 x 8 uint16 rasters."""
    for name, value in bands.items():
        pixels = np.full((8, 8), value, np.uint16) if np.isscalar(value) else np.asarray(value)
        write_raster(folder / f"{name}.tif", pixels, **place)
    return folder
