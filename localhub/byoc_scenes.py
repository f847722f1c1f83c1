"""BYOC collections and tiles as the rest of the hub knows them: collections and scenes."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any, Dict, Mapping, Optional

from sentinel_workbench.core.model.byoc import TYPE_PREFIX
from sentinel_workbench.core.model.collection import DATA_MASK, Band, Collection
from sentinel_workbench.localhub.byoc_buckets import Buckets
from sentinel_workbench.localhub.byoc_check import source_of
from sentinel_workbench.localhub.byoc_geometry import geometry_code, to_lonlat
from sentinel_workbench.localhub.byoc_records import TileRow
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.sampling import COVER, COVER_CRS

LEAST_LIMIT_M = 500.0
"""The resolution limit is never stricter (byoc, 6)."""
UNTIMED = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
"""Date of a tile without sensing time; a collection of such tiles only ignores time ranges."""
_NO_VALUE = math.nan
"""As nodata value: none, whatever the file's tag says."""
Document = Mapping[str, Any]


def type_id(collection_id: str) -> str:
    """What requests name the collection."""
    return TYPE_PREFIX + collection_id


def hub_collection(document: Document, finest_m: Optional[float]) -> Collection:
    """A BYOC collection for the Process, Statistical and Catalog API. A user's own ``dataMask`` gives way to theirs."""
    additional = document.get("additionalData") or {}
    limit = additional.get("maxMetersPerPixelOverride") or additional.get("maxMetersPerPixel")
    name = type_id(document["id"])
    return Collection(
        collection_id=name,
        legacy_name=name,
        title=document["name"],
        bands=tuple(
            Band(band, ("DN",), finest_m or 0.0, {"DN": 1.0}) for band in _bands(document) if band != DATA_MASK
        ),
        timeless=additional.get("hasSensingTimes") == "NO",
        max_resolution_m=None if limit is None else max(LEAST_LIMIT_M, float(limit)),
    )


def tile_scene(document: Document, tile: TileRow, buckets: Buckets) -> StoredScene:
    """An ingested tile as a scene. ``document`` is its collection's."""
    bucket = document["s3Bucket"]
    files = {source: str(buckets.place(bucket, key)) for source, key in tile.ingested["files"].items()}
    bands: Dict[str, BandFile] = {}
    for name, spec in _bands(document).items():
        no_data = spec.get("noData", document.get("noData"))
        if name != DATA_MASK and source_of(name, spec) in files:
            path = files[source_of(name, spec)]
            bands[name] = BandFile(path, spec.get("bandIndex", 1), nodata=_NO_VALUE if no_data is None else no_data)
    cover = _cover_of(tile)
    return StoredScene(
        scene_id=tile.tile_id,
        collection=type_id(document["id"]),
        date=UNTIMED if tile.sensing is None else UNTIMED + dt.timedelta(seconds=tile.sensing),
        cloud_percent=None,
        footprint=_footprint(tile),
        bands=bands,
        properties={
            "dataPath": f"s3://{bucket}/{tile.path}",
            COVER: {"type": cover["type"], "coordinates": cover["coordinates"]},
            COVER_CRS: geometry_code(cover),
        },
    )


def _footprint(tile: TileRow) -> Mapping[str, Any]:
    """The cover of an ingested tile in lon/lat."""
    cover = _cover_of(tile)
    return to_lonlat(cover, geometry_code(cover))


def _cover_of(tile: TileRow) -> Mapping[str, Any]:
    """As the client gave it, else the box all files share, in the tile's CRS."""
    return tile.document["coverGeometry"] if tile.cover is None else tile.cover


def _bands(document: Document) -> Mapping[str, Any]:
    return (document.get("additionalData") or {}).get("bands") or {}
