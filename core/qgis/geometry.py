"""Extents and geometries of QGIS as the records the services understand."""

from __future__ import annotations

import json
from typing import Any, Mapping, Optional

from osgeo import ogr
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsProject,
    QgsRectangle,
)

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import CRS84, BBox, is_served

_WGS84 = "EPSG:4326"


def service_crs(crs: QgsCoordinateReferenceSystem) -> str:
    """The name under which the service knows ``crs``, or ``EPSG:4326`` when it does not."""
    name = crs.authid()
    return name if name == CRS84 or name.startswith("EPSG:") and is_served(name) else _WGS84


def bbox_of(extent: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> BBox:
    """``extent`` as a bbox in its own CRS, or in lon/lat when the service doesn't know that CRS.

    Raises:
        InvalidInput: empty, out of range, across the antimeridian, or not expressible in lon/lat.
    """
    target = service_crs(crs)
    if crs.authid() != target:
        extent = _to_wgs84(extent, crs)
    return BBox(extent.xMinimum(), extent.yMinimum(), extent.xMaximum(), extent.yMaximum(), target)


def extent_of(bbox: BBox) -> QgsRectangle:
    """``bbox`` as a rectangle in its own CRS."""
    return QgsRectangle(*bbox.corners)


def crs_of(bbox: BBox) -> QgsCoordinateReferenceSystem:
    """The CRS of ``bbox`` as QGIS knows it."""
    return QgsCoordinateReferenceSystem(bbox.crs)


def geometry_of(geojson: Mapping[str, Any]) -> QgsGeometry:
    """A GeoJSON (Multi)Polygon as a geometry, coordinates as they are.

    Raises:
        InvalidInput: it can't be read.
    """
    shape = QgsGeometry.fromWkt(ogr.CreateGeometryFromJson(json.dumps(geojson)).ExportToWkt())
    if shape.isNull():
        raise InvalidInput("area", "The polygon can't be read.", "Choose another one.")
    return shape


def footprint_of(geojson: Optional[Mapping[str, Any]]) -> QgsGeometry:
    """A GeoJSON footprint as a multipolygon, coordinates as they are; a null geometry for what is no polygon."""
    if not geojson or geojson.get("type") not in ("Polygon", "MultiPolygon"):
        return QgsGeometry()
    try:
        shape = geometry_of(geojson)
    except (InvalidInput, RuntimeError, AttributeError):
        return QgsGeometry()
    shape.convertToMultiType()
    return shape


def geojson_of(geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem, target: str) -> Mapping[str, Any]:
    """A (multi)polygon as a GeoJSON object in the CRS ``target``, easting/northing or lon/lat.

    Raises:
        InvalidInput: no polygon, or it can't be transformed.
    """
    shape = QgsGeometry(geometry)
    wanted = QgsCoordinateReferenceSystem(target)
    try:
        shape.transform(QgsCoordinateTransform(crs, wanted, QgsProject.instance()))
    except QgsCsException as error:
        raise InvalidInput("area", f"The polygon can't be expressed in {target}.") from error
    document = json.loads(shape.asJson(9) or "null")
    if not document or document["type"] not in ("Polygon", "MultiPolygon"):
        raise InvalidInput("area", "The area is not a polygon.", "Choose a polygon.")
    return document


def area_of(geometry: QgsGeometry, crs: QgsCoordinateReferenceSystem, name: str) -> Area:
    """A feature's polygon as an area in its own CRS, or in lon/lat when the service doesn't know that.

    Raises:
        InvalidInput: empty, no polygon, or one that crosses itself.
    """
    if geometry.isEmpty():
        raise InvalidInput("area", f"The polygon '{name}' is empty.", "Mend or leave it out.")
    target = service_crs(crs)
    return Area.of_geometry(geojson_of(geometry, crs, target), target, name)


def _to_wgs84(extent: QgsRectangle, crs: QgsCoordinateReferenceSystem) -> QgsRectangle:
    transform = QgsCoordinateTransform(crs, QgsCoordinateReferenceSystem(_WGS84), QgsProject.instance())
    try:
        return transform.transformBoundingBox(extent)
    except QgsCsException as error:
        raise InvalidInput(
            "area", f"The area can't be expressed in longitude and latitude from {crs.description() or 'its CRS'}.",
            "Choose another CRS for the project.",
        ) from error
