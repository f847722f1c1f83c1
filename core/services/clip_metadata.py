"""What a catalog tells about a scene and its bands, in the words GDAL's files carry."""

from __future__ import annotations

from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.stac.item_reading import unsigned
from sentinel_workbench.core.stac.records import StacItem


def file_metadata(item: StacItem) -> Mapping[str, str]:
    """Scene, collection, catalog, time and cloud, as far as they are known."""
    told = {"STAC_ITEM": item.item_id, "STAC_COLLECTION": item.collection, "STAC_CATALOG": unsigned(item.catalog)}
    if item.date is not None:
        told["ACQUISITION_DATETIME"] = item.date.isoformat().replace("+00:00", "Z")
        told["TIFFTAG_DATETIME"] = f"{item.date:%Y:%m:%d %H:%M:%S}"
    if item.cloud_percent is not None:
        told["CLOUD_COVER"] = f"{item.cloud_percent:g}"
    return {name: value for name, value in told.items() if value}


def told_numbers(fields: Mapping[str, Any]) -> Tuple[Optional[float], Optional[float]]:
    """Scale and offset the catalog tells of the first band."""
    for name in ("raster:bands", "bands"):
        bands = fields.get(name)
        if isinstance(bands, list) and bands and isinstance(bands[0], Mapping):
            scale, offset = (bands[0].get(key, bands[0].get(f"raster:{key}")) for key in ("scale", "offset"))
            return tuple(  # type: ignore[return-value]
                float(v) if isinstance(v, (int, float)) and not isinstance(v, bool) else None for v in (scale, offset)
            )
    return None, None


def wavelength_of(fields: Mapping[str, Any]) -> Mapping[str, str]:
    """Centre of the band, micrometres, in the words spectral tools read."""
    for name in ("eo:bands", "bands"):
        bands = fields.get(name)
        if isinstance(bands, list) and len(bands) == 1 and isinstance(bands[0], Mapping):
            value = bands[0].get("center_wavelength", bands[0].get("eo:center_wavelength"))
            if isinstance(value, (int, float)):
                return {"wavelength": f"{value:g}", "wavelength_units": "Micrometers"}
    return {}
