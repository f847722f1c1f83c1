"""STAC items as scenes of the hub: bands by their names in scripts, numbers by the catalog's calibration."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any, Dict, List, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import Band, Collection, find_collection
from sentinel_workbench.core.raster.rasterfile import is_remote
from sentinel_workbench.core.stac.bands import assets_by_band, type_of
from sentinel_workbench.core.stac.catalogs import catalog_of
from sentinel_workbench.core.stac.duplicates import tile_of
from sentinel_workbench.core.stac.item_reading import local_path
from sentinel_workbench.core.stac.offsets import SCALE, calibration
from sentinel_workbench.core.stac.origin import origin
from sentinel_workbench.core.stac.records import StacAsset, StacConnection, StacItem
from sentinel_workbench.core.stac.static import is_file
from sentinel_workbench.localhub.records import BandFile, HubError, StoredScene

NO_DATA = 0.0
"""Of every Sentinel-2 L2A band, the scene classification included."""
_NOT_DATA = ("thumbnail", "overview", "metadata", "visual")
_KEPT = ("platform", "grid:code", "s2:product_uri", "s2:processing_baseline", "processing:version", "eo:cloud_cover")
_UNREADABLE = (
    "Its files can't be read by window: they are JPEG 2000, or on no server. Choose a catalog with "
    "cloud-optimised GeoTIFFs, such as Earth Search."
)


@dataclass(frozen=True)
class SceneMaking:
    """How the items of one collection become scenes.

    Attributes:
        connection: of the catalog whose rules hold for the files.
        type_id: collection id of the scenes.
        known_bands: the bands are those of Sentinel-2 L2A; else each GeoTIFF is a band named by its key.
        is_file: the catalog is a file of this computer, which may name others of it.
    """

    connection: StacConnection
    type_id: str
    known_bands: bool
    is_file: bool = False

    def scene(self, item: StacItem, number: int) -> StoredScene:
        """The item as a scene.

        Raises:
            HubError: it has no time, no place, or no file that can be read.
        """
        footprint = item.geometry or _rectangle(item.bbox)
        if item.date is None or footprint is None:
            raise HubError(500, "RENDERER_EXCEPTION", f"Scene '{item.item_id}' has no time or no footprint.")
        bands = self.bands(item)
        if not bands:
            raise HubError(500, "RENDERER_EXCEPTION", f"Scene '{item.item_id}' can't be read. {_UNREADABLE}")
        cloud = item.cloud_percent
        properties = {name: item.properties[name] for name in _KEPT if name in item.properties}
        if tile_of(item):
            properties["tile"] = tile_of(item)
        return StoredScene(
            item.item_id, self.type_id, item.date, cloud if cloud is not None and 0 <= cloud <= 100 else None,
            footprint, bands, properties, number,
        )

    def bands(self, item: StacItem) -> Dict[str, BandFile]:
        """The files of the item that can be read by window, by band."""
        if not self.known_bands:
            usable = {key: asset for key, asset in item.assets.items() if self._is_readable(asset)}
            return {key: _plain_file(asset) for key, asset in usable.items() if _is_plain_band(asset)}
        found = {}
        for band, asset in assets_by_band(item).items():
            if self._is_readable(asset):
                numbers = calibration(item, asset, band, self.connection)
                scale = numbers.scale / SCALE if numbers.scale != 1.0 else 1.0
                shift = numbers.offset / SCALE if numbers.offset else 0.0
                found[band] = BandFile(local_path(asset.href), 1, round(scale, 9), float(round(shift)), NO_DATA)
        return found

    def _is_readable(self, asset: StacAsset) -> bool:
        """A GeoTIFF on a server; beside the catalog, where that is a file of this computer."""
        if not asset.is_tiff or asset.is_jp2:
            return False
        is_near = "://" not in asset.href or asset.href.startswith("file://")
        return is_remote(asset.href) or (is_near and self.is_file)


def collection_for(
    connection: StacConnection, collection_id: str, title: str, sample: StacItem
) -> Tuple[Collection, SceneMaking]:
    """The hub's collection for a catalog's, as a sample of its items tells.

    Sentinel-2 L2A keeps its name, its legacy name and its bands, so that scripts written for the service run unchanged.

    Raises:
        InvalidInput: none of the sample's files can be read by window.
    """
    catalog = origin(sample, connection)
    known = catalog_of(catalog)
    listed = known.collection(collection_id) if known else None
    type_id = listed.type_id if listed else type_of(collection_id) or _type_by_files(sample)
    making = SceneMaking(catalog, type_id or collection_id, type_id is not None, is_file(connection.url))
    files = making.bands(sample)
    if not files:
        raise InvalidInput("collection", f"The collection {collection_id} has no usable band. {_UNREADABLE}")
    if type_id is not None:
        base = find_collection(type_id)
        return replace(base, bands=tuple(band for band in base.bands if band.name in files)), making
    bands = tuple(
        Band(name, ("DN",), _resolution(sample.assets[name], sample), {"DN": 1.0}, sample.assets[name].title)
        for name in files
    )
    clouds = sample.cloud_percent is not None
    return Collection(collection_id, collection_id, title, bands, has_cloud_cover=clouds), making


def _type_by_files(sample: StacItem) -> Optional[str]:
    """Sentinel-2 L2A by its files, whatever the collection is called: bands and their scene classification."""
    names = set(assets_by_band(sample))
    return "sentinel-2-l2a" if {"B04", "B08", "SCL"} <= names else None


def _is_plain_band(asset: StacAsset) -> bool:
    bands: Any = asset.fields.get("eo:bands") or asset.fields.get("bands") or asset.fields.get("raster:bands") or [None]
    return len(bands) == 1 and not set(asset.roles) & set(_NOT_DATA)


def _plain_file(asset: StacAsset) -> BandFile:
    band = _first_band(asset)
    scale, offset, nodata = (band.get(name) for name in ("scale", "offset", "nodata"))
    path, shift = local_path(asset.href), _number(offset, 0.0)
    return BandFile(path, 1, _number(scale, 1.0) or 1.0, shift or 0.0, _number(nodata, None))


def _first_band(asset: StacAsset) -> Mapping[str, Any]:
    bands: List[Any] = asset.fields.get("raster:bands") or asset.fields.get("bands") or [asset.fields]
    return bands[0] if isinstance(bands[0], Mapping) else {}


def _number(value: Any, default: Optional[float]) -> Optional[float]:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else default


def _resolution(asset: StacAsset, item: StacItem) -> float:
    for value in (asset.fields.get("gsd"), _first_band(asset).get("spatial_resolution"), item.properties.get("gsd")):
        if isinstance(value, (int, float)) and value > 0:
            return float(value)
    transform = asset.fields.get("proj:transform")
    if isinstance(transform, list) and transform and re.match(r"EPSG:32[67]", str(asset.fields.get("proj:code", ""))):
        return abs(float(transform[0]))
    return 10.0


def _rectangle(bbox: Optional[Tuple[float, float, float, float]]) -> Optional[Mapping[str, Any]]:
    if bbox is None:
        return None
    west, south, east, north = bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
