"""BYOC answers as records, and records as BYOC bodies (byoc, 2 and 3). What is not understood is kept."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Dict, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import UnexpectedAnswer
from sentinel_workbench.core.model.byoc import WAITING, ByocBand, ByocCollection, ByocTile

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$")
_UTC = dt.timezone.utc
_PLAIN_ENDS = ("", "Z", ".000", ".000Z")


def collection_of(entry: Any) -> ByocCollection:
    """A collection of an answer.

    Raises:
        UnexpectedAnswer: it has no id.
    """
    document = _document(entry, "collection")
    more = _mapping(document.get("additionalData"))
    bands = _mapping(more.get("bands"))
    return ByocCollection(
        str(document["id"]),
        str(document.get("name") or ""),
        str(document.get("s3Bucket") or ""),
        tuple(_band(name, spec) for name, spec in bands.items()),
        _number(document.get("noData")),
        parse_time(document.get("created")),
        more.get("extent") if isinstance(more.get("extent"), dict) else None,
        more.get("hasSensingTimes"),
        parse_time(more.get("fromSensingTime")),
        parse_time(more.get("toSensingTime")),
        _number(more.get("maxMetersPerPixelOverride") or more.get("maxMetersPerPixel")),
        document.get("isConfigured"),
        document,
    )


def tile_of(entry: Any) -> ByocTile:
    """A tile of an answer.

    Raises:
        UnexpectedAnswer: it has no id.
    """
    document = _document(entry, "tile")
    more = _mapping(document.get("additionalData"))
    return ByocTile(
        str(document["id"]),
        str(document.get("path") or ""),
        str(document.get("status") or WAITING),
        parse_time(document.get("sensingTime")),
        _geometry(document.get("coverGeometry")),
        _geometry(document.get("tileGeometry")),
        parse_time(document.get("created")),
        parse_time(document.get("ingestionStart")),
        _cause(more.get("failedIngestionCause")),
        _warnings(more.get("warnings")),
        _number(more.get("minMetersPerPixel")),
        _number(more.get("maxMetersPerPixel")),
        document,
    )


def band_document(band: ByocBand) -> Dict[str, Any]:
    """A band as the service takes it; members we do not know stay as they came."""
    known = {
        "source": band.source, "bandIndex": band.band_index, "bitDepth": band.bit_depth,
        "sampleFormat": band.sample_format, "noData": band.no_data,
    }  # fmt: skip
    document = {key: value for key, value in band.document.items() if key not in known}
    document.update({key: value for key, value in known.items() if value is not None})
    if band.band_index == 1 and "bandIndex" not in band.document:
        document.pop("bandIndex")
    return document


def parse_time(value: Any) -> Optional[dt.datetime]:
    """A time as the service writes it, with or without ``Z`` and with any number of decimals; None when unreadable."""
    if isinstance(value, str) and value[19:] in _PLAIN_ENDS:
        try:
            return dt.datetime.fromisoformat(value[:19]).replace(tzinfo=_UTC)
        except ValueError:
            return None
    match = _INSTANT.match(value) if isinstance(value, str) else None
    if match is None:
        return None
    text, decimals, zone = match.groups()
    try:
        moment = dt.datetime.fromisoformat(text)
        if decimals:
            moment = moment.replace(microsecond=int(decimals[:6].ljust(6, "0")))
        if zone and zone != "Z":
            offset = dt.datetime.strptime(zone, "%z").tzinfo
            return moment.replace(tzinfo=offset).astimezone(_UTC)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=_UTC)


def format_time(moment: dt.datetime) -> str:
    """``2019-11-27T00:00:00Z``, with milliseconds when there are any: the service keeps no more."""
    utc = moment.astimezone(_UTC)
    decimals = f".{utc.microsecond // 1000:03d}" if utc.microsecond >= 1000 else ""
    return f"{utc:%Y-%m-%dT%H:%M:%S}{decimals}Z"


def _band(name: str, spec: Any) -> ByocBand:
    document = _mapping(spec)
    index = document.get("bandIndex")
    depth = document.get("bitDepth")
    return ByocBand(
        name,
        document.get("source"),
        index if isinstance(index, int) else 1,
        depth if isinstance(depth, int) else None,
        document.get("sampleFormat"),
        _number(document.get("noData")),
        document,
    )


def _document(entry: Any, what: str) -> Mapping[str, Any]:
    if not isinstance(entry, dict) or not entry.get("id"):
        raise UnexpectedAnswer(f"The service sent a {what} without an id.", "Try again.")
    return entry


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _geometry(value: Any) -> Optional[Mapping[str, Any]]:
    return value if isinstance(value, dict) and value.get("coordinates") else None


def _number(value: Any) -> Optional[float]:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _cause(value: Any) -> Optional[str]:
    """Text, or an object or list that holds it."""
    if isinstance(value, dict):
        value = value.get("message") or value.get("description") or value.get("code") or str(dict(value))
    if isinstance(value, (list, tuple)):
        value = " ".join(text for text in map(_cause, value) if text)
    return " ".join(str(value).split()) or None if value else None


def _warnings(value: Any) -> Tuple[str, ...]:
    entries = value if isinstance(value, (list, tuple)) else [value] if value else []
    return tuple(text for text in map(_cause, entries) if text)
