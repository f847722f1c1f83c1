"""Parcels: polygons with an identity, looked at date by date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Tuple

from sentinel_workbench.core.errors import InvalidInput


@dataclass(frozen=True)
class Parcel:
    """One parcel.

    Attributes:
        pid: its id, unique among those looked at together.
        geometry: GeoJSON Polygon or MultiPolygon in ``crs``.
        crs: ``EPSG:n`` or ``OGC:CRS84``; easting/northing or lon/lat.
        attributes: what else is known, such as the crop.
    """

    pid: str
    geometry: Mapping[str, Any] = field(repr=False)
    crs: str = "EPSG:4326"
    attributes: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def __post_init__(self) -> None:
        kind = self.geometry.get("type") if isinstance(self.geometry, Mapping) else type(self.geometry).__name__
        if kind not in ("Polygon", "MultiPolygon"):
            raise InvalidInput("parcels", f"Parcel {self.pid} is a {kind}, not a polygon.", "Choose a polygon layer.")


@dataclass(frozen=True)
class RasterLayout:
    """Where the pixels of a raster lie; rasters of the same layout share what was worked out for one.

    Attributes:
        geotransform: of GDAL.
        width: columns.
        height: rows.
        crs: ``EPSG:n``, or WKT where it has no code.
    """

    geotransform: Tuple[float, float, float, float, float, float]
    width: int
    height: int
    crs: str
