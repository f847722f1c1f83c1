"""Cloud over the area itself, from a small extra image of the collection's own cloud band.

The scene classification SCL counts its classes 8 (medium), 9 (high probability) and 10 (thin cirrus); shadows (3) and
snow (11) are no clouds. Where there is no SCL, the cloud mask CLM counts 1. Same filters, mosaicking order and polygon
as the image, so that the same tiles are looked at; at most 256 px each way, about a hundredth of a unit to a tenth.
"""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Optional, Tuple

import numpy as np

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import MAX_SERVICE_PX, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, Response, TileMetadata
from sentinel_workbench.core.model.scene_classes import CLOUDS, NO_DATA
from sentinel_workbench.core.model.statistics import StatisticalOrder
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.services.checks import known_collection, outline_of, pixel_metres, source_of_input

MAX_PX = 256
_CLOUDY = {"SCL": CLOUDS, "CLM": (1,)}
_UNKNOWN = {"SCL": (NO_DATA,), "CLM": (255,)}
_CLEAR_VALUE, _CLOUD_VALUE = 1, 2
_SCRIPT = """//VERSION=3
function setup() {
  return { input: ["%(band)s", "dataMask"], output: { bands: 1, sampleType: "UINT8" } };
}
function evaluatePixel(sample) {
  if (!sample.dataMask || %(unknown)s.indexOf(sample.%(band)s) >= 0) return [0];
  return [%(cloudy)s.indexOf(sample.%(band)s) >= 0 ? 2 : 1];
}
"""
_DAILY_SCRIPT = """//VERSION=3
function setup() {
  return {
    input: ["%(band)s", "dataMask"],
    output: [{ id: "cloud", bands: 1, sampleType: "UINT8" }, { id: "dataMask", bands: 1 }]
  };
}
function evaluatePixel(sample) {
  var known = sample.dataMask && %(unknown)s.indexOf(sample.%(band)s) < 0;
  return { cloud: [%(cloudy)s.indexOf(sample.%(band)s) >= 0 ? 1 : 0], dataMask: [known ? 1 : 0] };
}
"""


def cloud_order(order: ImageOrder) -> Optional[ImageOrder]:
    """The small order that tells cloud over the area of ``order``, or None when the collection can't tell."""
    found = _cloud_band(order)
    if found is None:
        return None
    source, band = found
    script = _SCRIPT % {"band": band, "cloudy": list(_CLOUDY[band]), "unknown": list(_UNKNOWN[band])}
    grid = _small_grid(order.grid, source)
    if grid is None:
        return None
    return replace(
        order,
        grid=grid,
        sources=(replace(source, identifier=None, processing={}),),
        evalscript=script,
        responses=(Response(),),
        tile_metadata=TileMetadata.NONE,
    )


def cloud_statistics(order: ImageOrder, period: TimeRange) -> Optional[StatisticalOrder]:
    """One order that tells the cloud over the area for every day of ``period``, or None when nothing can tell.

    Its output ``cloud`` is 1 where there is cloud and 0 where it is clear, so that the mean is the share.
    """
    found = _cloud_band(order)
    grid = _small_grid(order.grid, found[0]) if found else None
    if found is None or grid is None:
        return None
    source, band = found
    script = _DAILY_SCRIPT % {"band": band, "cloudy": list(_CLOUDY[band]), "unknown": list(_UNKNOWN[band])}
    return StatisticalOrder(
        grid.bbox,
        (replace(source, identifier=None, processing={}, time_range=None, max_cloud_percent=None),),
        script,
        period,
        "P1D",
        (grid.width, grid.height),
        geometry=order.geometry,
    )


def cloud_percent(raster: Path) -> Optional[float]:
    """Percent of the pixels with data that are cloud, in the image of a cloud order; None without data.

    Raises:
        DamagedFile: the raster can't be read.
    """
    with gdalguard.reading(raster), gdalguard.opened(raster) as dataset:
        counts = np.bincount(gdalguard.made(dataset.ReadAsArray()).ravel(), minlength=3)
    known = int(counts[_CLEAR_VALUE] + counts[_CLOUD_VALUE])
    return round(100.0 * float(counts[_CLOUD_VALUE]) / known, 3) if known else None


def _cloud_band(order: ImageOrder) -> Optional[Tuple[DataSource, str]]:
    for source in order.sources:
        collection = known_collection(source)
        for band in _CLOUDY:
            if collection is not None and collection.band(band):
                return source, band
    for position, entry in enumerate(outline_of(order.evalscript).inputs):
        source_read = source_of_input(order, entry.datasource, position)
        for band in _CLOUDY:
            if source_read is not None and band in entry.bands:
                return source_read, band
    return None


def _small_grid(grid: PixelGrid, source: DataSource) -> Optional[PixelGrid]:
    """The grid's area in few pixels, none coarser than the collection allows; None when that is too many."""
    shrink = max(1.0, max(grid.width, grid.height) / MAX_PX)
    collection = known_collection(source)
    if collection is not None and collection.max_resolution_m:
        shrink = min(shrink, max(1.0, collection.max_resolution_m / max(pixel_metres(grid))))
    width, height = math.ceil(grid.width / shrink), math.ceil(grid.height / shrink)
    if max(width, height) > MAX_SERVICE_PX:
        return None
    try:
        return PixelGrid(grid.bbox, width, height)
    except InvalidInput:
        return None
