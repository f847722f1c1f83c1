"""What the catalog tells of a scene, what filters may compare and what may be asked for as distinct (catalog, 2)."""

from __future__ import annotations

import re
from typing import Any, Dict, Mapping, Tuple

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.localhub.instants import format_moment
from sentinel_workbench.localhub.records import StoredScene

DATE = "date"
_CLOUD_COVER = "eo:cloud_cover"
_ORBIT_STATE = "sat:orbit_state"
_OF_REQUESTS = {
    "acquisitionMode": "sar:instrument_mode",
    "polarization": "s1:polarization",
    "resolution": "s1:resolution",
    "orbitDirection": _ORBIT_STATE,
    "timeliness": "s1:timeliness",
}
"""Names of requests' ``dataFilter`` to names of the catalog."""
_PLAIN = ("platform", "instruments", "constellation", "gsd", "tile", "site")
_MISSIONS: Mapping[str, Mapping[str, Any]] = {
    "sentinel-1-": {"constellation": "sentinel-1", "instruments": ["c-sar"]},
    "sentinel-2-": {"constellation": "sentinel-2", "instruments": ["msi"]},
    "sentinel-3-olci": {"instruments": ["olci"]},
    "sentinel-3-slstr": {"instruments": ["slstr"]},
    "sentinel-5p-": {"instruments": ["tropomi"]},
}
_PRODUCT = re.compile(r"S([123])([A-D])_")
_RADAR: Mapping[str, Any] = {
    "sar:instrument_mode": {"type": "string", "enum": ["SM", "IW", "EW", "WV"]},
    _ORBIT_STATE: {"type": "string", "enum": ["ascending", "descending"]},
    "s1:polarization": {"type": "string", "enum": ["SH", "SV", "DH", "DV", "HH", "HV", "VV", "VH"]},
    "s1:resolution": {"type": "string", "enum": ["HIGH", "MEDIUM", "FULL"]},
    "s1:timeliness": {"type": "string"},
}
_QUERYABLES: Mapping[str, Mapping[str, Any]] = {
    "sentinel-1-": _RADAR,
    "sentinel-3-slstr": {_ORBIT_STATE: _RADAR[_ORBIT_STATE]},
    "sentinel-5p-": {
        "sat:absolute_orbit": {"type": "integer"},
        "s5p:timeliness": {"type": "string", "enum": ["NRTI", "OFFL", "RPRO"]},
        "s5p:type": {"type": "string"},
    },
}
_DISTINCT: Mapping[str, Tuple[str, ...]] = {
    "sentinel-1-": ("sar:instrument_mode", _ORBIT_STATE, "s1:polarization"),
    "sentinel-3-slstr": (_ORBIT_STATE,),
    "sentinel-5p-": ("s5p:type",),
}


def scene_properties(scene: StoredScene, collection: Collection) -> Dict[str, Any]:
    """The ``properties`` of an item; filters look at these. What only the hub needs of a scene stays inside."""
    properties: Dict[str, Any] = {"datetime": format_moment(scene.date)}
    if scene.cloud_percent is not None:
        properties[_CLOUD_COVER] = scene.cloud_percent
    for name, value in scene.properties.items():
        if ":" in name or name in _PLAIN:
            properties.setdefault(name, value)
        elif name in _OF_REQUESTS and isinstance(value, str):
            properties.setdefault(_OF_REQUESTS[name], value.lower() if name == "orbitDirection" else value)
    return {**_of_collection(scene, collection), **properties}


def _of_collection(scene: StoredScene, collection: Collection) -> Dict[str, Any]:
    """What the collection and the product's name tell."""
    told: Dict[str, Any] = dict(_of_mission(_MISSIONS, collection, {}))
    product = _PRODUCT.match(scene.scene_id)
    if product:
        told["platform"] = f"sentinel-{product.group(1)}{product.group(2).lower()}"
    if collection.bands:
        told["gsd"] = min(band.resolution_m for band in collection.bands)
    return told


def collection_summaries(collection: Collection) -> Dict[str, Any]:
    """The ``summaries`` of a collection: bands, mission, and the values filters may compare."""
    summaries: Dict[str, Any] = {
        key: value if isinstance(value, list) else [value]
        for key, value in _of_mission(_MISSIONS, collection, {}).items()
    }
    if collection.bands:
        summaries["gsd"] = [min(band.resolution_m for band in collection.bands)]
    if collection.has_cloud_cover:
        summaries[_CLOUD_COVER] = {"minimum": 0, "maximum": 100}
    for name, schema in _of_mission(_QUERYABLES, collection, {}).items():
        if "enum" in schema:
            summaries[name] = schema["enum"]
    bands = [{"name": band.name, "description": band.title, "gsd": band.resolution_m} for band in collection.bands]
    return {**summaries, "eo:bands": bands}


def queryables(collection: Collection) -> Dict[str, Any]:
    """What filters compare in a collection, as members of a JSON Schema."""
    members: Dict[str, Any] = {}
    if collection.has_cloud_cover:
        members[_CLOUD_COVER] = {"type": "number", "minimum": 0, "maximum": 100}
    return {**members, **_of_mission(_QUERYABLES, collection, {})}


def distinct_names(collection: Collection) -> Tuple[str, ...]:
    """What ``distinct`` may name."""
    return (DATE, *_of_mission(_DISTINCT, collection, ()))


def _of_mission(table: Mapping[str, Any], collection: Collection, otherwise: Any) -> Any:
    """The entry whose key begins the collection's id."""
    return next((entry for key, entry in table.items() if collection.collection_id.startswith(key)), otherwise)
