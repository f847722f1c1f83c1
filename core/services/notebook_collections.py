"""The collections of the public ``sentinelhub`` library by the names its users write (deployments: library enum)."""

from __future__ import annotations

from typing import Any, Dict, Iterator, Mapping, Optional, Tuple

Entry = Tuple[str, Mapping[str, Any]]
"""Type id and the ``dataFilter`` members the library adds by itself."""

_PLAIN = {
    "SENTINEL2_L1C": "sentinel-2-l1c",
    "SENTINEL2_L2A": "sentinel-2-l2a",
    "SENTINEL1": "sentinel-1-grd",
    "DEM": "dem",
    "MODIS": "modis",
    "LANDSAT_MSS_L1": "landsat-mss-l1",
    "LANDSAT_TM_L1": "landsat-tm-l1",
    "LANDSAT_TM_L2": "landsat-tm-l2",
    "LANDSAT_ETM_L1": "landsat-etm-l1",
    "LANDSAT_ETM_L2": "landsat-etm-l2",
    "LANDSAT_OT_L1": "landsat-ot-l1",
    "LANDSAT_OT_L2": "landsat-ot-l2",
    "SENTINEL5P": "sentinel-5p-l2",
    "SENTINEL3_OLCI": "sentinel-3-olci",
    "SENTINEL3_SLSTR": "sentinel-3-slstr",
    "HARMONIZED_LANDSAT_SENTINEL": "hls",
}
_RADAR = {"IW": ("IW", "DV", "HIGH"), "EW": ("EW", "DH", "MEDIUM"), "EW_SH": ("EW", "SH", "MEDIUM")}
_DIRECTIONS = {"": None, "_ASC": "ASCENDING", "_DES": "DESCENDING"}


def notebook_name(collection: str) -> Optional[str]:
    """The library's member that stands for a collection and adds nothing to the request, or None."""
    return next((name for name, known in _PLAIN.items() if known == collection), None)


def notebook_collection(name: str) -> Optional[Entry]:
    """What the library's member ``name`` puts into a request, or None when there is no such member."""
    return dict(_entries()).get(name)


def _entries() -> Iterator[Tuple[str, Entry]]:
    for name, collection in _PLAIN.items():
        yield name, (collection, {})
    for instance in ("MAPZEN", "COPERNICUS_30", "COPERNICUS_90"):
        yield f"DEM_{instance}", ("dem", {"demInstance": instance})
    for mode, values in _RADAR.items():
        for suffix, direction in _DIRECTIONS.items():
            filters: Dict[str, Any] = dict(zip(("acquisitionMode", "polarization", "resolution"), values))
            if direction:
                filters["orbitDirection"] = direction
            yield f"SENTINEL1_{mode}{suffix}", ("sentinel-1-grd", filters)
