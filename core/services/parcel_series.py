"""Statistics of bands and indices over parcels, date by date, as a table."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from osgeo import ogr

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.chips import Chip, ChipFailure, group_by_pass
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster.chip_reading import ChipWindow, read_chip
from sentinel_workbench.core.raster.zonal import ZonalIndex, ZonalStatistics
from sentinel_workbench.core.services.geopackage import Fields
from sentinel_workbench.core.services.parcel_tables import RowFiles

SERIES = "series"
PERCENTS = (10.0, 25.0, 50.0, 75.0, 90.0)


@dataclass(frozen=True)
class SeriesPoint:
    """One band of one parcel at one date. Numbers are NaN where the parcel has no value.

    Attributes:
        number: of the parcel in the order.
        pid: its id.
        date: sensing time, UTC.
        product: the image's name, or "".
        band: a band's or an index's name.
        pixels: of the parcel on the image's grid.
        count: of these, with a value.
        mean, deviation, minimum, maximum: of the values.
        percentiles: percent to value.
    """

    number: int
    pid: str
    date: dt.datetime
    product: str
    band: str
    pixels: int
    count: int
    mean: float
    deviation: float
    minimum: float
    maximum: float
    percentiles: Mapping[float, float] = field(default_factory=dict)


class SeriesRun:
    """Measures chips, date by date; memory does not grow with the number of dates.

    Args:
        parcels: as in the order of the chips.
        chips: of bands, and of indices if there are any.
        all_touched: the strict mode.
        percents: percentiles wanted, 0..100.
        bands: names of those to measure; all of the chips' when None.

    Raises:
        InvalidInput: percentiles that are none.
    """

    def __init__(
        self, parcels: Sequence[Parcel], chips: Sequence[Chip], all_touched: bool = False,
        percents: Sequence[float] = PERCENTS, bands: Optional[Sequence[str]] = None,
    ) -> None:
        self._parcels, self._percents, self._bands = tuple(parcels), check_percents(percents), bands
        self._passes = group_by_pass(chips)
        self._index = ZonalIndex(self._parcels, all_touched)
        self.failures: List[ChipFailure] = []

    def dates(self, progress: Progress = Silent()) -> Iterator[List[SeriesPoint]]:
        """The points of each date, band by band; of overlapping images the one that covers a parcel best.

        Images that can't be read are told in ``failures``.

        Raises:
            Cancelled: on request.
        """
        for number, images in enumerate(self._passes):
            raise_if_cancelled(progress)
            progress.report(number / len(self._passes), f"Measuring {images[0].date:%Y-%m-%d}")
            yield self._points(images)
        progress.report(1.0, "Measured")

    def points(self, progress: Progress = Silent()) -> List[SeriesPoint]:
        """All points at once."""
        return [point for points in self.dates(progress) for point in points]

    def _points(self, images: Sequence[Chip]) -> List[SeriesPoint]:
        best: Dict[Tuple[int, str], Tuple[int, int, SeriesPoint]] = {}
        for chip in images:
            for position, band in enumerate(chip.bands, 1):
                if self._bands is not None and band not in self._bands:
                    continue
                found = self._measured(chip, position)
                for place, number in enumerate(chip.parcels if found else ()):
                    point = self._point(number, chip, band, found, place)  # type: ignore[arg-type]
                    rank = (point.count, chip.baseline)
                    if (number, band) not in best or rank > best[number, band][:2]:
                        best[number, band] = (*rank, point)
        return [best[key][2] for key in sorted(best)]

    def _measured(self, chip: Chip, position: int) -> Optional[ZonalStatistics]:
        try:
            window = read_chip(chip.path, position, self._index, chip.parcels)
        except WorkbenchError as error:
            self.failures.append(ChipFailure(chip.parcels, chip.date, error.message))
            return None
        values = window.stored * chip.scale + chip.offset if (chip.scale, chip.offset) != (1.0, 0.0) else window.stored
        return window.pixels.describe(values, _valid(window, chip), self._percents)

    def _point(self, number: int, chip: Chip, band: str, found: ZonalStatistics, place: int) -> SeriesPoint:
        return SeriesPoint(
            number, self._parcels[number].pid, chip.date, chip.product, band, int(found.expected[place]),
            int(found.counts[place]), float(found.mean[place]), float(found.deviation[place]),
            float(found.minimum[place]), float(found.maximum[place]),
            {percent: float(values[place]) for percent, values in found.percentiles.items()},
        )  # fmt: skip


def check_percents(percents: Sequence[float]) -> Tuple[float, ...]:
    """The percentiles, each once.

    Raises:
        InvalidInput: one is not from 0 to 100.
    """
    wrong = [percent for percent in percents if not 0 <= percent <= 100]
    if wrong:
        raise InvalidInput("percentiles", f"There is no percentile {wrong[0]:g}.", "Use 0 to 100.")
    return tuple(dict.fromkeys(percents))


def _valid(window: ChipWindow, chip: Chip) -> np.ndarray:
    nodata = window.nodata if chip.nodata is None else chip.nodata
    if nodata is None or np.isnan(nodata):
        return np.ones(window.stored.shape, bool)
    return window.stored != nodata


def write_series(
    dates: Iterable[Sequence[SeriesPoint]], parcels: Sequence[Parcel], geopackage: Optional[Path] = None,
    csv_file: Optional[Path] = None, percents: Sequence[float] = PERCENTS,
) -> int:
    """Write points as they come: table ``series`` with pid, date, product, band, pixels, count and the statistics.

    Args:
        dates: points of each date, as of ``SeriesRun.dates``.
        parcels: as measured; the table ``parcels`` holds their outlines.
        geopackage, csv_file: paths, or None.
        percents: as measured; the columns are called ``p10`` and so on.

    Returns:
        How many rows were written.

    Raises:
        DiskFull, StorageError: a file can't be written.
    """
    rows = 0
    with RowFiles(SERIES, series_fields(percents), geopackage, csv_file) as files:
        for points in dates:
            rows += len(points)
            for point in points:
                files.add(point_values(point))
        files.add_parcels(parcels, (), [{} for _ in parcels])
    return rows


def series_fields(percents: Sequence[float] = PERCENTS) -> Fields:
    """Columns of the table."""
    texts = [("pid", ogr.OFTString, None), ("date", ogr.OFTDateTime, None), ("product", ogr.OFTString, None),
             ("band", ogr.OFTString, None), ("pixels", ogr.OFTInteger, None), ("count", ogr.OFTInteger, None)]
    names = ["mean", "std", "min", "max", *(f"p{percent:g}" for percent in percents)]
    return (*texts, *((name, ogr.OFTReal, None) for name in names))  # type: ignore[return-value]


def point_values(point: SeriesPoint) -> Dict[str, Any]:
    """A point by its columns; what is not a number is None."""
    numbers = {"mean": point.mean, "std": point.deviation, "min": point.minimum, "max": point.maximum,
               **{f"p{percent:g}": value for percent, value in point.percentiles.items()}}
    told = {name: None if np.isnan(value) else value for name, value in numbers.items()}
    return {"pid": point.pid, "date": point.date, "product": point.product, "band": point.band,
            "pixels": point.pixels, "count": point.count, **told}
