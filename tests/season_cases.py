"""A season over small scenes in memory, written as real GeoTIFFs when a chip is asked for.

Eight acquisitions, every fifth day from 1 April 2019, on a grid of 128 x 128 pixels of 10 m (classes: 64 x 64 of 20 m).
The third is all cloud, the fifth cloud in the west half, the seventh without data in the south half. Reflectances grow
from date to date; B08 grows faster, so the NDVI does too.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Iterable, List, Sequence

import numpy as np
from osgeo import gdal, gdal_array
from parcel_cases import rectangle

from sentinel_workbench.core.errors import ConnectionFailed
from sentinel_workbench.core.model.chips import STAC, Chip, ChipFailure, ChipOrder, ChipSeries
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Silent, raise_if_cancelled
from sentinel_workbench.core.services.chip_files import safe_stem
from sentinel_workbench.core.services.parcel_groups import group_parcels
from sentinel_workbench.core.services.parcel_season import ParcelSeason

WEST, NORTH, SIDE, UTM = 499360.0, 5000640.0, 1280.0, "EPSG:32631"
FIRST = dt.datetime(2019, 4, 1, 10, 50, 31, tzinfo=dt.timezone.utc)
DATES = tuple(FIRST + dt.timedelta(days=5 * number) for number in range(8))
SPRING = TimeRange.of_days("2019-04-01", "2019-05-31")
BANDS = ("B02", "B03", "B04", "B08", "SCL")
CLOUDY, HALF_CLOUDY, HALF_MISSING = 2, 4, 6
WEST_FIELD, EAST_FIELD, SMALL, BESIDE = "west field", "east field", "smaller than a pixel", "half beside"
PARCELS = (
    rectangle(499600, 4999700, 499800, 5000300, WEST_FIELD),
    rectangle(500100, 5000100, 500400, 5000400, EAST_FIELD),
    rectangle(500001, 4999991, 500004, 4999995, SMALL),
    rectangle(500500, 4999800, 500900, 5000000, BESIDE),
)


def product(number: int) -> str:
    """Of an acquisition."""
    return f"S2A_MSIL2A_{DATES[number]:%Y%m%dT%H%M%S}_N0212_R051_T31TDL_{DATES[number]:%Y%m%dT%H%M%S}"


def pixels(number: int, band: str) -> np.ndarray:
    """A band of an acquisition, (64, 64) classes or (128, 128) steps of reflectance."""
    if band == "SCL":
        classes = np.full((64, 64), 4, np.uint8)
        classes[:, 40:] = 5
        if number == CLOUDY:
            classes[:] = 9
        if number == HALF_CLOUDY:
            classes[:, :30] = 8
        if number == HALF_MISSING:
            classes[20:] = 0
        return classes
    rows, columns = np.mgrid[0:128, 0:128]
    base = {"B02": 300, "B03": 500, "B04": 700 - 40 * number, "B08": 2000 + 250 * number}[band]
    values = (base + 4 * rows + 2 * columns + 300 * ((columns // 16 + rows // 16) % 2)).astype(np.uint16)
    if number == CLOUDY:
        values += 6000
    if number == HALF_CLOUDY:
        values[:, :60] += 6000
    if number == HALF_MISSING:
        values[40:] = 0
    return values


class ScenesInMemory:
    """A source of chips; each group of parcels has its part of the scene, each band a file of its own.

    Args:
        fails: dates (numbers) whose chips are told as failures.
        refuses: ``fetch`` raises.
    """

    def __init__(self, fails: Iterable[int] = (), refuses: bool = False) -> None:
        self.fails, self.refuses = tuple(fails), refuses
        self.orders: List[ChipOrder] = []

    def fetch(self, order: ChipOrder, folder: Path, progress=Silent()) -> ChipSeries:
        self.orders.append(order)
        if self.refuses:
            raise ConnectionFailed("The server does not answer.", "Try again later.")
        chips, failures = [], []
        for group in group_parcels(order.parcels):
            for number, date in enumerate(DATES):
                raise_if_cancelled(progress)
                wanted = tuple(one for one in group.numbers if order.wants(one, date))
                if wanted and number in self.fails:
                    failures.append(ChipFailure(wanted, date, f"The image of {date:%Y-%m-%d} is damaged."))
                elif wanted:
                    stem = safe_stem(f"{date:%Y%m%d}_{order.parcels[group.numbers[0]].pid}")
                    chips += [_chip(folder, stem, number, band, group.bbox, wanted) for band in order.bands]
                progress.report(number / len(DATES), f"Fetching {date:%Y-%m-%d}")
        return ChipSeries(order, tuple(chips), tuple(failures), ("Two tiles were joined.",), len(chips))


def _chip(folder: Path, stem: str, number: int, band: str, box, wanted: Sequence[int]) -> Chip:
    size = 20.0 if band == "SCL" else 10.0
    most = int(SIDE / size)
    left, right = (min(max(0, int((edge - WEST) // size)), most) for edge in (box.min_x, box.max_x + size))
    top, bottom = (min(max(0, int((NORTH - edge) // size)), most) for edge in (box.max_y, box.min_y - size))
    values = pixels(number, band)[top:bottom, left:right]
    path = _write(folder / f"{stem}_{band}.tif", values, WEST + left * size, NORTH - top * size, size)
    scale = 1.0 if band == "SCL" else 0.0001
    return Chip(path, (band,), DATES[number], product(number), tuple(wanted), STAC, 212, scale)


def _write(path: Path, values: np.ndarray, west: float, north: float, size: float) -> Path:
    """A plain GeoTIFF, which takes a sixth of the time of a COG; a test makes dozens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = gdal_array.OpenArray(np.ascontiguousarray(values))
    source.SetSpatialRef(spatial_reference(UTM))
    source.SetGeoTransform((west, size, 0, north, 0, -size))
    source.GetRasterBand(1).SetNoDataValue(0)
    gdal.GetDriverByName("GTiff").CreateCopy(str(path), source)
    return path


def make_season(folder: Path, source=None, parcels=PARCELS) -> ParcelSeason:
    """Not looked at yet."""
    return ParcelSeason(source or ScenesInMemory(), parcels, SPRING, folder)
