"""The user's own imagery at the service: collections of COGs in a bucket (bring your own COG, BYOC)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import crs_from_url

WAITING, QUEUED, INGESTING, INGESTED, FAILED = "WAITING", "QUEUED", "INGESTING", "INGESTED", "FAILED"
STATUSES = (WAITING, QUEUED, INGESTING, INGESTED, FAILED)
"""What a tile goes through, in this order; it ends as one of the last two."""
ENDED = (INGESTED, FAILED)
BIT_DEPTHS, SAMPLE_FORMATS = (8, 16, 32), ("UINT", "INT", "FLOAT")
MAX_BANDS, MAX_COVER_POINTS = 100, 100
"""Limits of the service (byoc, 3 and 4)."""
BAND_PLACEHOLDER = "(BAND)"
TYPE_PREFIX = "byoc-"
_TILE_PATH = re.compile(r"^[^/](/?[^/])*$")
_URN = re.compile(r"^urn:ogc:def:crs:(EPSG|OGC):[\d.]*:(\w+)$")
_RESERVED_WORDS = """
await break case catch class const continue debugger default delete do else enum export extends false finally for
function if implements import in instanceof interface let new null package private protected public return static
super switch this throw true try typeof var void while with yield
"""
_RESERVED = frozenset(_RESERVED_WORDS.split())


@dataclass(frozen=True)
class ByocBand:
    """One band of a collection.

    Attributes:
        name: as evalscripts spell it; a JavaScript identifier.
        source: the ``(BAND)`` part of its file's name, or None when that is the band's name.
        band_index: 1-based, within the file.
        bit_depth: 8, 16 or 32, or None when the service has not said.
        sample_format: ``UINT``, ``INT`` or ``FLOAT``, or None.
        no_data: of this band alone, or None.
        document: the band as the service sent it, unknown members included.
    """

    name: str
    source: Optional[str] = None
    band_index: int = 1
    bit_depth: Optional[int] = None
    sample_format: Optional[str] = None
    no_data: Optional[float] = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class ByocCollection:
    """A collection of tiles with the same bands.

    Attributes:
        collection_id: a UUID; empty while the service does not know it.
        name: for people.
        bucket: where the files lie; fixed once there are tiles.
        bands: in the service's order; empty until the first tile is ingested or the user lists them.
        no_data: of all bands, or None.
        created: UTC, or None.
        extent: of all tiles, GeoJSON in lon/lat, or None.
        sensing_times: ``YES``, ``PARTIALLY`` or ``NO`` tiles have one; None when the service has not said.
        first_sensing, last_sensing: UTC, or None.
        max_metres: coarsest pixel the service renders, or None.
        configured: the bands are known; None when the service has not said.
        document: the collection as the service sent it, unknown members included.
    """

    collection_id: str
    name: str
    bucket: str
    bands: Tuple[ByocBand, ...] = ()
    no_data: Optional[float] = None
    created: Optional[dt.datetime] = None
    extent: Optional[Mapping[str, Any]] = None
    sensing_times: Optional[str] = None
    first_sensing: Optional[dt.datetime] = None
    last_sensing: Optional[dt.datetime] = None
    max_metres: Optional[float] = None
    configured: Optional[bool] = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def type_id(self) -> str:
        """What a Process API request names it."""
        return f"{TYPE_PREFIX}{self.collection_id}"


@dataclass(frozen=True)
class ByocTile:
    """One tile: a file for each band, or one for all.

    Attributes:
        tile_id: a UUID; empty while the service does not know it.
        path: in the bucket, with ``(BAND)`` where the files' names differ; the extension may be missing.
        status: one of ``STATUSES``.
        sensing_time: UTC, or None.
        cover_geometry: where the data are, GeoJSON with a ``crs`` of its own, or None: the tile's box.
        tile_geometry: box of the files, GeoJSON with a ``crs`` of its own, or None before ingestion.
        created, ingestion_start: UTC, or None.
        cause: why ingestion failed, in the service's words, or None.
        warnings: of ingestion.
        min_metres, max_metres: pixel sizes of full resolution and coarsest overview, or None.
        document: the tile as the service sent it, unknown members included.
    """

    tile_id: str
    path: str
    status: str = WAITING
    sensing_time: Optional[dt.datetime] = None
    cover_geometry: Optional[Mapping[str, Any]] = None
    tile_geometry: Optional[Mapping[str, Any]] = None
    created: Optional[dt.datetime] = None
    ingestion_start: Optional[dt.datetime] = None
    cause: Optional[str] = None
    warnings: Tuple[str, ...] = ()
    min_metres: Optional[float] = None
    max_metres: Optional[float] = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def geometry(self) -> Optional[Mapping[str, Any]]:
        """Where the data are: the cover, else the box, else None."""
        return self.cover_geometry or self.tile_geometry


def geometry_crs(geometry: Mapping[str, Any]) -> str:
    """``EPSG:n`` or ``OGC:CRS84`` of a BYOC geometry; ``EPSG:4326`` when it names none (byoc, 3).

    Raises:
        InvalidInput: a reference of another kind.
    """
    crs = geometry.get("crs")
    if not crs:
        return "EPSG:4326"
    properties = crs.get("properties") if isinstance(crs, dict) else None
    return _crs_named(str(properties.get("name", "")) if isinstance(properties, dict) else "")


@lru_cache(maxsize=256)
def _crs_named(name: str) -> str:
    match = _URN.match(name)
    return crs_from_url(f"{match.group(1)}:{match.group(2)}" if match else name)


def crs_member(crs: str) -> Mapping[str, Any]:
    """The ``crs`` member of a geometry in ``crs`` (``EPSG:n`` or ``OGC:CRS84``)."""
    authority, code = crs.split(":")
    name = f"urn:ogc:def:crs:EPSG::{code}" if authority == "EPSG" else "urn:ogc:def:crs:OGC:1.3:CRS84"
    return {"type": "name", "properties": {"name": name}}


def is_identifier(name: str) -> bool:
    """Whether a band may be named so: letters of any script, digits, ``$``, ``_``, no digit first, not reserved."""
    # Python and JavaScript take the same Unicode classes; only $ differs
    return name.replace("$", "_").isidentifier() and name not in _RESERVED


def check_band_names(names: Tuple[str, ...]) -> None:
    """Refuse a set of band names that the service would refuse.

    Raises:
        InvalidInput: too many, one that is no identifier, or one twice.
    """
    if len(names) > MAX_BANDS:
        raise InvalidInput(
            "bands", f"{len(names)} bands are too many; a collection holds {MAX_BANDS}.", "Leave some out."
        )
    for name in names:
        if not name:
            raise InvalidInput("bands", "A band has no name.", "Give it one.")
        if not is_identifier(name):
            raise InvalidInput(
                "bands", f"'{name}' can't be the name of a band.",
                "Use letters, digits, _ or $, no digit first, and no word of JavaScript.",
            )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput("bands", f"Two bands are named '{twice[0]}'.", "Give each a name of its own.")


def check_tile_path(path: str) -> str:
    """``path`` when the service could take it as a tile's.

    Raises:
        InvalidInput: empty, begins or ends with a slash, has two in a row, is a URL, or leaves the bucket.
    """
    if "://" in path:
        raise InvalidInput("path", f"'{path}' is a URL.", "Write the path within the bucket, without s3://bucket/.")
    if not _TILE_PATH.match(path) or ".." in path.split("/") or any(ord(c) < 32 for c in path):
        raise InvalidInput(
            "path", f"'{path}' can't be the path of a tile.",
            "Write it as folder/tile_(BAND).tif: no slash at either end, no two in a row, no '..'.",
        )
    return path
