"""A CbM server's column-oriented answers as records (cbm-rest, 5)."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from typing import Any, Dict, List, Mapping, Optional, Tuple

from sentinel_workbench.core.cbm.asking import query_failed
from sentinel_workbench.core.cbm.records import CbmArea, CbmInfo, CbmParcel, SeriesRow
from sentinel_workbench.core.errors import UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final

_NUMBERS = ("count", "mean", "std", "min", "p25", "p50", "p75", "max")
_WORDS = re.compile(r"[\s,;]+")


def rows_of(document: Any, route: str) -> List[Dict[str, Any]]:
    """Lists of equal length as rows.

    Raises:
        UnexpectedAnswer: ``{}``, which is a failed query, or something else than columns.
    """
    if document == {}:
        raise query_failed(route)
    if not isinstance(document, Mapping) or not all(isinstance(column, list) for column in document.values()):
        raise _unreadable(route)
    if len({len(column) for column in document.values()}) > 1:
        raise _unreadable(route)
    names = list(document)
    return [dict(zip(names, values)) for values in zip(*document.values())]


def read_parcels(document: Any, route: str, in_degrees: bool) -> Tuple[CbmParcel, ...]:
    """The parcels of an answer.

    Args:
        document: as parsed.
        route: for messages.
        in_degrees: whether longitude and latitude were asked for; ``srid`` tells the table's CRS even then.
    """
    return tuple(_parcel(row, route, in_degrees) for row in rows_of(document, route))


def _parcel(row: Mapping[str, Any], route: str, in_degrees: bool) -> CbmParcel:
    pid = next((row[key] for key in ("pid", "ogc_fid", "pids") if row.get(key) is not None), None)
    if pid is None:
        raise _unreadable(route)
    geometry = _geometry(row.get("geom"), route)
    srid = row.get("srid")
    crs = "EPSG:4326" if in_degrees or not srid else f"EPSG:{int(srid)}"
    return CbmParcel(
        str(pid), _number(row.get("area")), _number(row.get("clon")), _number(row.get("clat")),
        _text(row.get("cropcode")), _text(row.get("cropname")), geometry, crs,
    )  # fmt: skip


def _geometry(value: Any, route: str) -> Optional[Mapping[str, Any]]:
    """GeoJSON in a text, or as it is."""
    if isinstance(value, str) and value.strip():
        try:
            value = json.loads(value)
        except ValueError as error:
            raise _unreadable(route) from error
    if value is None or value == "":
        return None
    if not isinstance(value, Mapping) or value.get("type") not in ("Polygon", "MultiPolygon"):
        raise _unreadable(route)
    return value


def read_info(document: Any) -> CbmInfo:
    """Areas, years and what else the server offers."""
    if not isinstance(document, Mapping) or not isinstance(document.get("aois"), Mapping):
        raise _unreadable("info")
    areas = [_area(str(aoi), entry) for aoi, entry in document["aois"].items() if isinstance(entry, Mapping)]
    return CbmInfo(_text(document.get("server")), tuple(sorted(areas, key=lambda area: area.aoi)), document)


def _area(aoi: str, entry: Mapping[str, Any]) -> CbmArea:
    types = tuple(name for name in _words(entry.get("datasets")) if name)
    return CbmArea(
        aoi.lower(), tuple(sorted(_words(entry.get("years")))), types, _words(entry.get("time_series")),
        _words(entry.get("tms")),
    )  # fmt: skip


def _words(value: Any) -> Tuple[str, ...]:
    """Names, whether the server lists them, keys an object by them, or writes them in one text."""
    if isinstance(value, str):
        return tuple(word for word in _WORDS.split(value.strip()) if word)
    if isinstance(value, (list, tuple, Mapping)):
        return tuple(str(item) for item in value)
    return () if value is None else (str(value),)


def read_series(document: Any) -> Tuple[SeriesRow, ...]:
    """The rows of a time series, by date and band."""
    if isinstance(document, str):
        document = json.loads(document or "{}")
    rows = [_series_row(row) for row in rows_of(document, "parcelTimeSeries")]
    return tuple(sorted(rows, key=lambda row: (row.date, row.band)))


def _series_row(row: Mapping[str, Any]) -> SeriesRow:
    seconds = _number(row.get("date_part"))
    if seconds is None:
        raise _unreadable("parcelTimeSeries")
    date = dt.datetime.fromtimestamp(seconds, dt.timezone.utc)
    numbers = {name: value for name in _NUMBERS for value in [_number(row.get(name))] if value is not None}
    return SeriesRow(date, _text(row.get("band")), {**dict.fromkeys(_NUMBERS, math.nan), **numbers},
                     read_histogram(row.get("hist")), _text(row.get("reference")))


def read_histogram(value: Any) -> Mapping[int, int]:
    """Class to pixels; keys may be written ``4``, ``"4"`` or ``"4.0"``."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    if not isinstance(value, Mapping):
        return {}
    return {int(float(key)): int(count) for key, count in value.items()}


def _number(value: Any) -> Optional[float]:
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return number if math.isfinite(number) else None


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _unreadable(route: str) -> UnexpectedAnswer:
    return final(UnexpectedAnswer(
        f"The CbM server's answer to '{route}' can't be understood.", "Check the address of the server."
    ))
