"""Histograms of scene classes as tables: a GeoPackage, and CSV.

    parcels     pid, dates, clear_dates, first_clear, last_clear, geom (polygons in EPSG:4326)
    histograms  pid, date, product, pixels, scl_0 ... scl_11, clear_share, verdict

``histograms.pid`` is ``parcels.pid``. Times are UTC. ``scl_0`` counts pixels without data, those beside the image too.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence

from osgeo import ogr

from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.services.geopackage import Fields
from sentinel_workbench.core.services.parcel_tables import RowFiles
from sentinel_workbench.core.services.scl_histogram import CLASSES, SclRow, Verdict

HISTOGRAMS = "histograms"
COLUMNS = ("pid", "date", "product", "pixels", *(f"scl_{n}" for n in range(CLASSES)), "clear_share", "verdict")
_KINDS = {"date": ogr.OFTDateTime, "pixels": ogr.OFTInteger, "clear_share": ogr.OFTReal}
_FIELDS: Fields = tuple(
    (name, ogr.OFTInteger if name.startswith("scl_") else _KINDS.get(name, ogr.OFTString), None) for name in COLUMNS
)
_PARCEL_FIELDS: Fields = (
    ("dates", ogr.OFTInteger, None),
    ("clear_dates", ogr.OFTInteger, None),
    ("first_clear", ogr.OFTDateTime, None),
    ("last_clear", ogr.OFTDateTime, None),
)


@dataclass(frozen=True)
class WrittenHistograms:
    """What was written.

    Attributes:
        rows: of the table.
        dates: that have a row.
        verdicts: how many rows have each.
        clear: clear dates of each parcel, in the parcels' order.
    """

    rows: int
    dates: int
    verdicts: Mapping[Verdict, int] = field(default_factory=dict)
    clear: Sequence[int] = ()


def write_histograms(
    dates: Iterable[Sequence[SclRow]], parcels: Sequence[Parcel], geopackage: Optional[Path] = None,
    csv_file: Optional[Path] = None,
) -> WrittenHistograms:
    """Write rows as they come; each file replaces one that is there when all went well.

    Args:
        dates: rows of each date, as of ``HistogramRun.dates``.
        parcels: as counted.
        geopackage: gets both tables, or None.
        csv_file: gets the histograms, or None.

    Raises:
        DiskFull, StorageError: a file can't be written.
    """
    sums = _Sums(len(parcels))
    with RowFiles(HISTOGRAMS, _FIELDS, geopackage, csv_file) as files:
        for rows in dates:
            sums.add(rows)
            for row in rows:
                files.add(row_values(row))
        files.add_parcels(parcels, _PARCEL_FIELDS, sums.of_parcels())
    return WrittenHistograms(sums.rows, sums.dates, dict(sums.verdicts), tuple(sums.clear))


def row_values(row: SclRow) -> Dict[str, Any]:
    """A row by its columns."""
    classes = {f"scl_{number}": count for number, count in enumerate(row.counts)}
    return {"pid": row.pid, "date": row.date, "product": row.product, "pixels": row.pixels, **classes,
            "clear_share": round(row.clear_share, 6), "verdict": row.verdict.value}


class _Sums:
    def __init__(self, parcels: int) -> None:
        self.rows = self.dates = 0
        self.verdicts: Counter[Verdict] = Counter()
        self.seen, self.clear = [0] * parcels, [0] * parcels
        self.first: List[Optional[dt.datetime]] = [None] * parcels
        self.last: List[Optional[dt.datetime]] = [None] * parcels

    def add(self, rows: Sequence[SclRow]) -> None:
        self.dates += bool(rows)
        self.rows += len(rows)
        for row in rows:
            self.verdicts[row.verdict] += 1
            self.seen[row.number] += 1
            if row.verdict is Verdict.CLEAR:
                self.clear[row.number] += 1
                self.first[row.number] = self.first[row.number] or row.date
                self.last[row.number] = row.date

    def of_parcels(self) -> List[Mapping[str, Any]]:
        names = [name for name, _, _ in _PARCEL_FIELDS]
        return [dict(zip(names, told)) for told in zip(self.seen, self.clear, self.first, self.last)]
