"""Small georeferenced rasters and series for the tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
from osgeo import gdal, osr

from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, SeriesOrder, TileMetadata
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State, TileRecord
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months

gdal.UseExceptions()
AREA = BBox(46.16, -16.15, 46.51, -15.58)
SCRIPT = "//VERSION=3\nfunction setup(){return{input:['B04'],output:{bands:3}}}\nfunction evaluatePixel(s){return [1]}"
FOOTPRINT = {"type": "Polygon", "coordinates": [[[46, -17], [47, -17], [47, -15], [46, -15], [46, -17]]]}


def write_raster(path: Path, grid: PixelGrid, array: np.ndarray, names=()) -> Path:
    """``array`` (bands, rows, cols) as a GeoTIFF over ``grid``."""
    kinds = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "float32": gdal.GDT_Float32}
    bands, rows, cols = array.shape
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), cols, rows, bands, kinds[array.dtype.name])
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(4326)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.SetGeoTransform(grid.geotransform)
    for i in range(bands):
        dataset.GetRasterBand(i + 1).WriteArray(array[i])
        if names:
            dataset.GetRasterBand(i + 1).SetDescription(names[i])
    return path


def image_order(width=20, height=30) -> ImageOrder:
    source = DataSource("sentinel-2-l2a", mosaicking_order="leastCC", max_cloud_percent=80)
    return ImageOrder(PixelGrid(AREA, width, height), (source,), SCRIPT, tile_metadata=TileMetadata.EXACT)


def series(folder: Path, months: int = 3, dtype: str = "uint8", bands: int = 3, failed=()) -> SeriesResult:
    """A series of ``months`` calendar months of 2019 with one raster each and two tiles."""
    last_day = dt.date(2019 + months // 12, months % 12 + 1, 1) - dt.timedelta(days=1)
    slots = calendar_months(TimeRange.of_days("2019-01-01", last_day))
    order = SeriesOrder(image_order(), slots, "True colour, Betsiboka, 2019")
    images = []
    for i, one in enumerate(order.orders()):
        if i in failed:
            images.append(ImageResult(one, slots[i], State.FAILED, error="The hub is down."))
            continue
        values = np.random.default_rng(i).uniform(1, 200 if dtype == "uint8" else 3000, (bands, 30, 20)).astype(dtype)
        path = write_raster(folder / f"{slots[i].start:%Y-%m}.tif", one.grid, values)
        tiles = (
            TileRecord(f"S2A_{i}_A", slots[i].start + dt.timedelta(days=11, hours=7), 3.2, 0.8, FOOTPRINT),
            TileRecord(f"S2A_{i}_B", slots[i].start + dt.timedelta(days=21, hours=7), 20.0, 0.2, FOOTPRINT),
        )
        images.append(ImageResult(one, slots[i], State.DONE, {"default": path}, tiles=tiles, requests=1))
    return SeriesResult(order, tuple(images))
