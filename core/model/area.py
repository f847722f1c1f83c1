"""Where: a rectangle, or a polygon within it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Mapping, Optional

from osgeo import ogr, osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import CRS84, BBox
from sentinel_workbench.core.model.projection import cover_bbox, spatial_reference

ogr.UseExceptions()
_DECIMALS = 9


@dataclass(frozen=True)
class Area:
    """A place on the ground.

    Attributes:
        bbox: around it.
        geometry: GeoJSON Polygon or MultiPolygon in the bbox's CRS, or None for the whole rectangle.
        name: such as that of a parcel, or "".
    """

    bbox: BBox
    geometry: Optional[Mapping[str, Any]] = None
    name: str = ""

    @classmethod
    def of_geometry(cls, geometry: Mapping[str, Any], crs: str, name: str = "") -> Area:
        """A polygon with the rectangle around it.

        Raises:
            InvalidInput: no polygon, empty, or one that crosses itself.
        """
        shape = _shape(geometry)
        west, east, south, north = shape.GetEnvelope()
        return cls(BBox(west, south, east, north, crs), geometry, name)

    def in_crs(self, crs: str) -> Area:
        """The same place in another CRS; the rectangle covers it.

        Raises:
            InvalidInput: it can't be expressed there.
        """
        if self.geometry is None or {self.bbox.crs, crs} <= {CRS84, "EPSG:4326"}:
            return Area(cover_bbox(self.bbox, crs), self.geometry, self.name)
        if self.bbox.crs == crs:
            return self
        shape = _shape(self.geometry)
        try:
            shape.Transform(osr.CoordinateTransformation(spatial_reference(self.bbox.crs), spatial_reference(crs)))
        except RuntimeError as error:
            raise InvalidInput("area", f"The polygon can't be expressed in {crs}.") from error
        return Area.of_geometry(json.loads(shape.ExportToJson([f"COORDINATE_PRECISION={_DECIMALS}"])), crs, self.name)


def _shape(geometry: Mapping[str, Any]) -> ogr.Geometry:
    if geometry.get("type") not in ("Polygon", "MultiPolygon"):
        raise InvalidInput("area", "The area is not a polygon.", "Choose a polygon.")
    try:
        shape = ogr.CreateGeometryFromJson(json.dumps(geometry))
    except RuntimeError as error:
        raise InvalidInput("area", "The polygon can't be read.", "Choose another one.") from error
    if shape is None or shape.IsEmpty():
        raise InvalidInput("area", "The polygon is empty.", "Choose another one.")
    if not shape.IsValid():
        raise InvalidInput("area", "The polygon crosses or touches itself.", "Mend it, or choose a rectangle.")
    return shape
