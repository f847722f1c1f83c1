"""Time series a CbM server measured itself: judged by the scene classes, and as a table.

    server_series  pid, kind, date, band, count, mean, std, min, p25, p50, p75, max, scl_1 ... scl_11, clear, reference

Numbers are the server's own: digital numbers of Sentinel-2, backscatter or coherence of Sentinel-1. Times are UTC.
"""

from __future__ import annotations

import datetime as dt
import math
from pathlib import Path
from typing import Dict, List, Optional, Sequence

from osgeo import ogr

from sentinel_workbench.core.cbm.records import SeriesRow
from sentinel_workbench.core.services.geopackage import Fields
from sentinel_workbench.core.services.parcel_tables import RowFiles
from sentinel_workbench.core.services.scl_histogram import CLASSES, ClearRule, SclRow, Verdict

SERVER_SERIES = "server_series"
NUMBERS = ("count", "mean", "std", "min", "p25", "p50", "p75", "max")
_CLASS_COLUMNS = tuple(f"scl_{number}" for number in range(1, CLASSES))
_FIELDS: Fields = (
    ("pid", ogr.OFTString, None), ("kind", ogr.OFTString, None), ("date", ogr.OFTDateTime, None),
    ("band", ogr.OFTString, None), *((name, ogr.OFTReal, None) for name in NUMBERS),
    *((name, ogr.OFTInteger, None) for name in _CLASS_COLUMNS), ("clear", ogr.OFTString, None),
    ("reference", ogr.OFTString, None),
)  # fmt: skip


def verdict_of(row: SeriesRow, rule: ClearRule) -> Optional[Verdict]:
    """Whether the parcel is clear by the classes the server counted; None where it told none."""
    return rule.judge(_counts(row))[0] if row.histogram else None


def class_rows(rows: Sequence[SeriesRow], pid: str, rule: ClearRule) -> List[SclRow]:
    """The scene classes of each date as rows of a histogram; dates without any are left out."""
    found: Dict[dt.datetime, SclRow] = {}
    for row in rows:
        if row.histogram and row.date not in found:
            counts = _counts(row)
            verdict, share = rule.judge(counts)
            found[row.date] = SclRow(0, pid, row.date, row.reference, counts, share, verdict, Path())
    return [found[date] for date in sorted(found)]


def write_server_series(
    rows: Sequence[SeriesRow], pid: str, kind: str, rule: ClearRule, geopackage: Optional[Path] = None,
    csv_file: Optional[Path] = None,
) -> int:
    """Write the rows; each file replaces one that is there. Returns how many there are.

    Raises:
        DiskFull, StorageError: a file can't be written.
    """
    with RowFiles(SERVER_SERIES, _FIELDS, geopackage, csv_file) as files:
        for row in rows:
            numbers = {name: _known(row.numbers.get(name, math.nan)) for name in NUMBERS}
            counts = _counts(row) if row.histogram else (None,) * CLASSES
            verdict = verdict_of(row, rule)
            files.add({
                "pid": pid, "kind": kind, "date": row.date, "band": row.band, **numbers,
                **dict(zip(_CLASS_COLUMNS, counts[1:])), "clear": verdict.value if verdict else None,
                "reference": row.reference or None,
            })
    return len(rows)


def _counts(row: SeriesRow) -> tuple:
    """Pixels of each class; numbers that are no class are left out."""
    return tuple(row.histogram.get(number, 0) for number in range(CLASSES))


def _known(value: float) -> Optional[float]:
    return value if math.isfinite(value) else None
