"""What is sent to the BYOC API. Changes are merged into what the service has now (byoc, 2)."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Tuple, TypeVar

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.byoc_records import band_document, format_time
from sentinel_workbench.core.model.byoc import (
    BIT_DEPTHS,
    SAMPLE_FORMATS,
    ByocBand,
    ByocCollection,
    ByocTile,
    check_band_names,
    check_tile_path,
)

T = TypeVar("T")


def new_collection_body(
    name: str, bucket: str, bands: Tuple[ByocBand, ...], no_data: Optional[float]
) -> Dict[str, Any]:
    """Of POST collections.

    Raises:
        InvalidInput: a value the service would refuse.
    """
    body: Dict[str, Any] = {"name": _checked_name(name), "s3Bucket": check_bucket(bucket)}
    check_bands(bands, no_data)
    if no_data is not None:
        body["noData"] = no_data
    if bands:
        body["additionalData"] = {"bands": _band_table(bands)}
    return body


def changed_collection_body(before: ByocCollection, after: ByocCollection, now: ByocCollection) -> Dict[str, Any]:
    """Of PUT collection: what the service has ``now`` with the differences of ``before`` and ``after``.

    Raises:
        InvalidInput: a value the service would refuse, or ``now`` has another change of the same thing.
    """
    no_data = _merged("no-data value", before.no_data, after.no_data, now.no_data)
    bands = _merged("band table", before.bands, after.bands, now.bands)
    check_bands(bands, no_data)
    body = {key: value for key, value in now.document.items() if key not in ("noData", "additionalData")}
    body["name"] = _checked_name(_merged("name", before.name, after.name, now.name))
    body["s3Bucket"] = check_bucket(_merged("bucket", before.bucket, after.bucket, now.bucket))
    if no_data is not None:
        body["noData"] = no_data
    if bands:  # additional data without bands would remove those that an ingestion finds meanwhile
        more = now.document.get("additionalData") or {}
        body["additionalData"] = {**more, "bands": _band_table(bands)}
    return body


def new_tile_body(tile: ByocTile) -> Dict[str, Any]:
    """Of POST tiles.

    Raises:
        InvalidInput: a path the service would refuse.
    """
    return {"path": check_tile_path(tile.path), **_changeable(tile.sensing_time, tile.cover_geometry)}


def changed_tile_body(before: ByocTile, after: ByocTile, now: ByocTile) -> Dict[str, Any]:
    """Of PUT tile; sensing time and cover are all that can change.

    Raises:
        InvalidInput: another path, or ``now`` has another change of the same thing.
    """
    if after.path != before.path:
        raise InvalidInput("path", "The path of a tile can't be changed.", "Create a new tile and delete this one.")
    time = _merged("sensing time", before.sensing_time, after.sensing_time, now.sensing_time)
    cover = _merged("cover", before.cover_geometry, after.cover_geometry, now.cover_geometry)
    return {"path": now.path, **_changeable(time, cover)}


def renamed_band(band: ByocBand, name: str) -> ByocBand:
    """``band`` under another name, still reading the file it read: its source was its name unless it says otherwise."""
    return ByocBand(
        name, band.source or band.name, band.band_index, band.bit_depth, band.sample_format, band.no_data,
        band.document,
    )  # fmt: skip


def check_bands(bands: Tuple[ByocBand, ...], no_data: Optional[float]) -> None:
    """Refuse a band table that the service would refuse.

    Raises:
        InvalidInput: names, depths, formats or indexes, or no-data both of the collection and of a band.
    """
    check_band_names(tuple(band.name for band in bands))
    for band in bands:
        _check_band(band)
        if band.no_data is not None and no_data is not None:
            raise InvalidInput(
                "no-data value",
                f"Both the collection and its band '{band.name}' have a no-data value.",
                "Keep one of them: for all bands, or band by band.",
            )


def check_bucket(bucket: str) -> str:
    """The bucket's bare name.

    Raises:
        InvalidInput: empty, a URL, or with a path.
    """
    text = bucket.strip()
    if not text:
        raise InvalidInput("bucket", "The collection has no bucket.", "Name the bucket your files are in.")
    if "/" in text or any(c.isspace() for c in text):
        raise InvalidInput(
            "bucket", f"'{text}' is not the name of a bucket.", "Write the bare name, without s3:// and folders."
        )
    return text


def _check_band(band: ByocBand) -> None:
    if band.bit_depth is not None and band.bit_depth not in BIT_DEPTHS:
        raise InvalidInput("bands", f"Band '{band.name}' can't have {band.bit_depth} bits.", "Use 8, 16 or 32.")
    if band.sample_format is not None and band.sample_format not in SAMPLE_FORMATS:
        raise InvalidInput(
            "bands", f"Band '{band.name}' can't hold {band.sample_format}.", f"Use one of {', '.join(SAMPLE_FORMATS)}."
        )
    if band.sample_format == "FLOAT" and band.bit_depth in (8, 16):
        raise InvalidInput("bands", f"Band '{band.name}' can't hold {band.bit_depth} bit floats.", "Use 32 bits.")
    if band.band_index < 1:
        raise InvalidInput("bands", f"Band '{band.name}' can't be number {band.band_index} of a file.", "Count from 1.")


def _checked_name(name: str) -> str:
    if not name.strip():
        raise InvalidInput("name", "The collection has no name.", "Give it one.")
    return name.strip()


def _band_table(bands: Tuple[ByocBand, ...]) -> Dict[str, Any]:
    return {band.name: band_document(band) for band in bands}


def _changeable(sensing_time: Any, cover: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    members: Dict[str, Any] = {}
    if sensing_time is not None:
        members["sensingTime"] = format_time(sensing_time)
    if cover is not None:
        members["coverGeometry"] = cover
    return members


def _merged(what: str, before: T, after: T, now: T) -> T:
    if after == before:
        return now
    if now not in (before, after):
        raise InvalidInput(
            "conflict", f"The {what} was changed meanwhile by someone else.", "Refresh, look, and change it again."
        )
    return after
