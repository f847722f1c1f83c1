"""Bodies of BYOC requests, validated. Nulls count as absent, and what only the service sets is ignored (byoc, 7)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Union

from sentinel_workbench.core.model.byoc import BIT_DEPTHS, MAX_BANDS, SAMPLE_FORMATS, is_identifier
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.byoc_buckets import check_tile_path
from sentinel_workbench.localhub.byoc_check import source_of
from sentinel_workbench.localhub.byoc_geometry import read_cover
from sentinel_workbench.localhub.instants import parse_rfc3339
from sentinel_workbench.localhub.payload import read_integer, read_number, read_object, read_text

_MAX_NAME_CHARS = 1000
_HAS_ZONE = re.compile(r"([Zz]|[+-][0-9]{2}:?[0-9]{2})$")
Number = Union[int, float]
Bands = Dict[str, Dict[str, Any]]


@dataclass(frozen=True)
class CollectionOrder:
    """What a client wants a collection to be; ``bands`` is None when it says nothing about them."""

    name: str
    bucket: str
    no_data: Optional[Number]
    bands: Optional[Bands]
    max_metres_override: Optional[Number]


@dataclass(frozen=True)
class TileOrder:
    """What a client wants a tile to be. ``sensing_time`` is UTC in whole milliseconds."""

    path: str
    cover: Optional[Mapping[str, Any]]
    sensing_time: Optional[dt.datetime]


def read_collection(document: Mapping[str, Any]) -> CollectionOrder:
    """A collection to create, or what one shall become.

    Raises:
        HubError: 400, naming the member.
    """
    additional = read_object(document, "additionalData", "additionalData") or {}
    bands = _read_bands(read_object(additional, "bands", "additionalData->bands"))
    no_data = _read_no_data(document, "noData")
    if no_data is not None and any("noData" in spec for spec in (bands or {}).values()):
        raise bad_payload("`noData` can be set for the collection or for its bands, not for both.", "noData")
    key = "maxMetersPerPixelOverride"
    override = _number(read_number(additional, key, f"additionalData->{key}"))
    if override is not None and override <= 0:
        raise bad_payload(f"`{key}` must be greater than 0.", f"additionalData->{key}")
    return CollectionOrder(
        _required(document, "name", _MAX_NAME_CHARS), _required(document, "s3Bucket", 255), no_data, bands, override
    )


def read_tile(document: Mapping[str, Any]) -> TileOrder:
    """A tile to create.

    Raises:
        HubError: 400, naming the member.
    """
    path = read_text(document, "path", "path")
    if path is None:
        raise bad_payload("`path` must be set.", "path")
    check_tile_path(path)
    return TileOrder(path, *_read_changeable(document))


def read_tile_update(document: Mapping[str, Any], path: str) -> TileOrder:
    """What a tile shall become: what is not given is unset; the path can't change.

    Raises:
        HubError: 400, naming the member.
    """
    return TileOrder(path, *_read_changeable(document))


def changed_bands(old: Mapping[str, Mapping[str, Any]], wanted: Bands) -> Bands:
    """The bands of a collection with tiles after an update that may only rename, remove and give nodata.

    Raises:
        HubError: 400; it would add or change a band.
    """
    by_place = {_place(name, spec): spec for name, spec in old.items()}
    if not wanted:
        raise bad_payload("At least one band must be left.", "additionalData->bands")
    changed: Bands = {}
    for name, spec in wanted.items():
        known = by_place.get(_place(name, spec))
        path = f"additionalData->bands->{name}"
        if known is None:
            raise bad_payload(
                f"Band {name} is new: after the first ingestion bands can only be renamed or removed. A renamed band"
                " needs its `source` and `bandIndex`.", path)
        for key in ("bitDepth", "sampleFormat"):
            if key in spec and spec[key] != known.get(key, spec[key]):
                raise bad_payload(f"`{key}` of band {name} can't be changed after the first ingestion.", path)
        kept = {key: value for key, value in known.items() if key != "noData"}
        source, index = _place(name, spec)
        changed[name] = {**kept, **spec, "source": source, "bandIndex": index}
    return changed


def _place(name: str, spec: Mapping[str, Any]) -> tuple:
    return source_of(name, spec), spec.get("bandIndex", 1)


def _read_bands(bands: Optional[Mapping[str, Any]]) -> Optional[Bands]:
    if bands is None:
        return None
    if len(bands) > MAX_BANDS:
        message = f"A collection can have at most {MAX_BANDS} bands, not {len(bands)}."
        raise bad_payload(message, "additionalData->bands")
    return {name: _read_band(name, spec) for name, spec in bands.items()}


def _read_band(name: str, spec: Any) -> Dict[str, Any]:
    path = f"additionalData->bands->{name[:60]}"
    if not is_identifier(name):
        raise bad_payload(f"The band name '{name[:60]}' is not a valid JavaScript identifier.", "additionalData->bands")
    if not isinstance(spec, dict):
        raise bad_payload(f"Band {name[:60]} must be an object.", path)
    depth = read_integer(spec, "bitDepth", f"{path}->bitDepth", 1, 64)
    if depth not in BIT_DEPTHS:
        raise bad_payload("`bitDepth` must be one of 8, 16, 32.", f"{path}->bitDepth")
    sample = spec.get("sampleFormat")
    if sample is not None and sample not in SAMPLE_FORMATS:
        raise bad_payload(f"`sampleFormat` must be one of {', '.join(SAMPLE_FORMATS)}.", f"{path}->sampleFormat")
    if sample == "FLOAT" and depth != 32:
        raise bad_payload("`bitDepth` of FLOAT samples must be 32.", f"{path}->bitDepth")
    read = {
        "bitDepth": depth,
        "source": _source(spec, f"{path}->source"),
        "bandIndex": read_integer(spec, "bandIndex", f"{path}->bandIndex", 1, 65535),
        "sampleFormat": sample,
        "noData": _read_no_data(spec, f"{path}->noData"),
    }
    return {key: value for key, value in read.items() if value is not None}


def _source(spec: Mapping[str, Any], path: str) -> Optional[str]:
    source = read_text(spec, "source", path)
    if source is not None and (not source or "/" in source or "\\" in source or len(source) > 255):
        raise bad_payload("`source` must be a part of a file's name.", path)
    return source


def _read_changeable(document: Mapping[str, Any]) -> tuple:
    cover = read_object(document, "coverGeometry", "coverGeometry")
    moment = read_text(document, "sensingTime", "sensingTime")
    return None if cover is None else read_cover(cover), None if moment is None else _sensing_time(moment)


def _sensing_time(text: str) -> dt.datetime:
    """UTC when no zone is given, as in the service's older answers; finer than milliseconds is cut off."""
    moment = parse_rfc3339(text if _HAS_ZONE.search(text.strip()) else text.strip() + "Z", "sensingTime")
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def _required(document: Mapping[str, Any], key: str, longest: int) -> str:
    value = read_text(document, key, key)
    if not value or not value.strip():
        raise bad_payload(f"`{key}` must be set.", key)
    if len(value) > longest:
        raise bad_payload(f"`{key}` must not be longer than {longest} characters.", key)
    return value


def _read_no_data(document: Mapping[str, Any], path: str) -> Optional[Number]:
    return _number(read_number(document, "noData", path))


def _number(value: Optional[float]) -> Optional[Number]:
    return int(value) if value is not None and value.is_integer() and abs(value) < 2**53 else value
