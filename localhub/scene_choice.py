"""Which scenes a request sees, and how the evalscript gets to know them."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from osgeo import ogr, osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import DATA_MASK, Collection
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster.mask import polygon_from_geojson
from sentinel_workbench.localhub.records import InputData, PixelRequest, StoredScene
from sentinel_workbench.localhub.scene_filter import select_scenes
from sentinel_workbench.localhub.sources import Sources

SIMPLE, ORBIT, TILE = "SIMPLE", "ORBIT", "TILE"


@dataclass(frozen=True)
class Sampled:
    """One sample of the script: the scenes flattened into it, first valid pixel wins, and what the script is told."""

    scenes: Tuple[StoredScene, ...]
    record: Mapping[str, Any]


def find_scenes(
    store: Sources, collection: Collection, data: InputData, request: PixelRequest
) -> List[StoredScene]:
    """The scenes of one input in mosaicking order."""
    order = data.mosaicking_order
    if order == "leastCC" and not collection.has_cloud_cover:
        order = "mostRecent"
    found = store.search(
        collection.collection_id,
        request.grid.bbox,
        data.time_from,
        data.time_to,
        data.max_cloud_percent if collection.has_cloud_cover else None,
        order,
        geometry=_lonlat(request.geometry, request.grid),
    )
    return select_scenes(collection, data.filters, found)


def group_samples(scenes: Sequence[StoredScene], mosaicking: str, with_bounds: bool) -> List[Sampled]:
    """One sample a scene for TILE, one a UTC day for ORBIT (in order of their first scene), one in all for SIMPLE."""
    tiles = [_tile_record(scene, index, with_bounds) for index, scene in enumerate(scenes)]
    if mosaicking == TILE:
        return [Sampled((scene,), tile) for scene, tile in zip(scenes, tiles)]
    if mosaicking == SIMPLE:
        return [Sampled(tuple(scenes), {})]
    days: Dict[dt.date, List[int]] = {}
    for index, scene in enumerate(scenes):
        days.setdefault(scene.date.astimezone(dt.timezone.utc).date(), []).append(index)
    return [
        Sampled(
            tuple(scenes[i] for i in members),
            {
                "dateFrom": f"{day.isoformat()}T00:00:00Z",
                "dateTo": f"{day.isoformat()}T23:59:59Z",
                "__idx": number,
                "tiles": [{**tiles[i], "__idx": place} for place, i in enumerate(members)],
            },
        )
        for number, (day, members) in enumerate(days.items())
    ]


def _tile_record(scene: StoredScene, index: int, with_bounds: bool) -> Dict[str, Any]:
    record: Dict[str, Any] = {
        "date": _iso(scene.date),
        "shId": scene.row_id,
        "dataPath": scene.properties.get("dataPath", f"local://{scene.collection}/{scene.scene_id}"),
        "tileOriginalId": scene.properties.get("tileOriginalId", scene.scene_id),
        "__idx": index,
    }
    if scene.cloud_percent is not None:
        record["cloudCoverage"] = scene.cloud_percent
    if with_bounds:
        record["dataGeometry"] = scene.footprint
        record["dataEnvelope"] = _envelope(scene.footprint)
    return record


def _iso(date: dt.datetime) -> str:
    timespec = "milliseconds" if date.microsecond else "seconds"
    return date.astimezone(dt.timezone.utc).isoformat(timespec=timespec).replace("+00:00", "Z")


def _envelope(footprint: Mapping[str, Any]) -> Mapping[str, Any]:
    west, east, south, north = polygon_from_geojson(footprint).GetEnvelope()
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def _lonlat(geometry: Optional[Mapping[str, Any]], grid: PixelGrid) -> Optional[Mapping[str, Any]]:
    if geometry is None:
        return None
    shape: ogr.Geometry = polygon_from_geojson(geometry)
    to_lonlat = osr.CoordinateTransformation(spatial_reference(grid.bbox.crs), spatial_reference("EPSG:4326"))
    try:
        shape.Transform(to_lonlat)
    except RuntimeError as error:
        message = f"The geometry leaves the area where {grid.bbox.crs} can be used."
        raise InvalidInput("geometry", message) from error
    return json.loads(shape.ExportToJson())


def count_input_bands(bands: Sequence[Sequence[str]]) -> int:
    """Bands that are charged: ``dataMask`` only when it is the only one of its input."""
    return sum(len([b for b in names if b != DATA_MASK]) or 1 for names in bands) if bands else 1


def in_order(samples: Sequence[Sampled], kept: Sequence[int]) -> List[Sampled]:
    """The samples a script kept, in its order."""
    return [samples[index] for index in kept]
