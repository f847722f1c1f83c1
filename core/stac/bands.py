"""Which asset of an item is which band (stac, 4)."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, Optional

from sentinel_workbench.core.stac.catalogs import band_assets
from sentinel_workbench.core.stac.records import StacAsset, StacItem

SENTINEL2 = "sentinel-2-l2a"
_TWIN = "-jp2"
_IN_NAME = re.compile(r"(?:^|[_/.])(B(?:0[1-9]|8A|1[0-2])|SCL|AOT|WVP|TCI)(?:_\d\dm)?\.(?:tiff?|jp2)$", re.IGNORECASE)
_BAND_NAME = re.compile(r"B\d[\dA]$")
_IN_COLLECTION = re.compile(r"sentinel-?_?(2|s2).*l2a", re.IGNORECASE)


def type_of(collection_id: str) -> Optional[str]:
    """The Workbench's collection whose bands a catalog's collection has, judged by its name; None when none fits."""
    return SENTINEL2 if _IN_COLLECTION.search(collection_id) else None


def assets_by_band(item: StacItem, type_id: str = SENTINEL2) -> Dict[str, StacAsset]:
    """Band name to asset, for the bands the item has.

    Tells by the asset's key, else by its file's name, else by the band names it lists; never by ``common_name``,
    which means other bands in other catalogs. Twins in JPEG 2000 of a GeoTIFF are left out.
    """
    usable = {key: asset for key, asset in item.assets.items() if not key.lower().endswith(_TWIN)}
    found: Dict[str, StacAsset] = {}
    for band, keys in band_assets().get(type_id, {}).items():
        asset = next((usable[key] for key in keys if key in usable), None)
        if asset is not None:
            found[band] = asset
    for told in (_band_in_name, _band_listed):
        for asset in usable.values():
            name = told(asset)
            if name and name not in found and asset not in found.values():
                found[name] = asset
    return found


def _band_in_name(asset: StacAsset) -> Optional[str]:
    name = asset.href.partition("?")[0].rstrip("/").rpartition("/")[2]
    match = _IN_NAME.search(name)
    return match[1].upper() if match else None


def _band_listed(asset: StacAsset) -> Optional[str]:
    bands = _listed(asset)
    name = bands[0].get("name") if len(bands) == 1 else None
    return name if isinstance(name, str) and _BAND_NAME.match(name) else None


def _listed(asset: StacAsset) -> List[Mapping[str, Any]]:
    for key in ("eo:bands", "bands"):
        bands = asset.fields.get(key)
        if isinstance(bands, list) and all(isinstance(band, Mapping) for band in bands):
            return bands
    return []
