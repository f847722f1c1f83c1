"""Geometries of tiles: reading what a client sends, and turning them from one CRS into another."""

from __future__ import annotations

import json
import math
import re
from typing import Any, Dict, List, Mapping, Sequence, Tuple

from osgeo import gdal, ogr, osr

from sentinel_workbench.core.model.byoc import MAX_COVER_POINTS, crs_member
from sentinel_workbench.core.model.grid import CRS84
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.bounds import SUPPORTED_CRS, geometry_extent, positions_of, read_geometry
from sentinel_workbench.localhub.payload import read_object, read_text

LONLAT = "EPSG:4326"
_URN = re.compile(r"urn:ogc:def:crs:(EPSG|OGC):[0-9.]*:(\w{1,8})")
_EDGE_PARTS, _HALF_TURN = 16, 180.0
_FARTHEST_LON, _FARTHEST_LAT = 361.0, 91.0
"""Of a file's pixels, whose edge may lie a little beyond the antimeridian or a pole."""
Geometry = Mapping[str, Any]
Box = Tuple[float, float, float, float]

ogr.UseExceptions()


def read_cover(geometry: Geometry) -> Dict[str, Any]:
    """A checked cover geometry with its ``crs`` member.

    Raises:
        HubError: 400; not a valid (Multi)Polygon of at most 100 points in a CRS of the service.
    """
    path = "coverGeometry"
    crs = _read_crs(geometry)
    checked = read_geometry(geometry, path)
    points = sum(1 for _ in positions_of(checked["coordinates"]))
    if points > MAX_COVER_POINTS:
        raise bad_payload(f"`coverGeometry` has {points} points; at most {MAX_COVER_POINTS} are allowed.", path)
    if not _is_valid(_shape(checked)):
        raise bad_payload("`coverGeometry` is not a valid geometry: its rings cross or touch themselves.", path)
    _check_range(to_lonlat(checked, crs), path)
    return {"type": checked["type"], "crs": crs_member(crs), "coordinates": checked["coordinates"]}


def geometry_code(geometry: Geometry) -> str:
    """``EPSG:n`` of a geometry read before."""
    return _read_crs(geometry)


def box_geometry(box: Box, crs: str) -> Dict[str, Any]:
    """A box as the service writes it, from its upper left corner clockwise."""
    west, south, east, north = box
    ring = [[west, north], [east, north], [east, south], [west, south], [west, north]]
    return {"type": "Polygon", "crs": crs_member(crs), "coordinates": [ring]}


def to_lonlat(geometry: Geometry, crs: str) -> Dict[str, Any]:
    """The geometry in lon/lat, its edges bent as the projection bends them, without a ``crs`` member.

    Raises:
        HubError: it does not lie on Earth.
    """
    shape = _shape(geometry)
    if crs in (LONLAT, CRS84):
        found = json.loads(shape.ExportToJson())
    else:
        west, east, south, north = shape.GetEnvelope()
        shape.Segmentize(max(east - west, north - south) / _EDGE_PARTS)
        found = _transformed(shape, crs, LONLAT)
    if not all(abs(x) <= _FARTHEST_LON and abs(y) <= _FARTHEST_LAT for x, y, *_ in positions_of(found["coordinates"])):
        raise bad_payload("The area does not lie on Earth.", "coverGeometry")
    return _cut_at_antimeridian(found) if crs not in (LONLAT, CRS84) else found


def in_crs(geometry: Geometry, crs: str) -> Dict[str, Any]:
    """A geometry with a ``crs`` member in another CRS, point by point; as it is where it can't be expressed there."""
    source = geometry_code(geometry)
    if source == crs:
        return dict(geometry)
    moved = _transformed(_shape(geometry), source, crs)
    if not all(math.isfinite(value) for position in positions_of(moved["coordinates"]) for value in position):
        return dict(geometry)
    return {"type": moved["type"], "crs": crs_member(crs), "coordinates": moved["coordinates"]}


def _read_crs(geometry: Geometry) -> str:
    crs = read_object(geometry, "crs", "coverGeometry->crs")
    if crs is None:
        return LONLAT
    path = "coverGeometry->crs->properties->name"
    name = read_text(read_object(crs, "properties", "coverGeometry->crs->properties") or {}, "name", path) or ""
    match = _URN.fullmatch(name.strip())
    code = "" if match is None else CRS84 if match.group(2) == "CRS84" else f"EPSG:{match.group(2)}"
    if code not in SUPPORTED_CRS:
        raise bad_payload(f"The CRS '{name[:100]}' is not supported. Write it as urn:ogc:def:crs:EPSG::4326.", path)
    return LONLAT if code == CRS84 else code


def _shape(geometry: Geometry) -> ogr.Geometry:
    bare = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
    return ogr.CreateGeometryFromJson(json.dumps(bare))


def _is_valid(shape: ogr.Geometry) -> bool:
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        return bool(shape.IsValid())
    finally:
        gdal.PopErrorHandler()


def _transformed(shape: ogr.Geometry, source: str, target: str) -> Dict[str, Any]:
    transformation = osr.CoordinateTransformation(spatial_reference(source), spatial_reference(target))
    try:
        shape.Transform(transformation)
    except RuntimeError as error:
        raise bad_payload(f"`coverGeometry` can't be expressed in {target}.", "coverGeometry") from error
    return json.loads(shape.ExportToJson())


def _cut_at_antimeridian(geometry: Dict[str, Any]) -> Dict[str, Any]:
    """The geometry in parts that lie between -180 and 180."""
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    whole = ogr.CreateGeometryFromJson(json.dumps(
        {"type": "MultiPolygon", "coordinates": [[_without_jumps(ring) for ring in polygon] for polygon in polygons]}
    ))
    west, east, _, _ = whole.GetEnvelope()
    if west >= -180 and east <= 180:
        return geometry
    if not _is_valid(whole):
        raise bad_payload("`coverGeometry` is not a valid geometry in lon/lat: its rings cross there.", "coverGeometry")
    parts = []
    for shift in (-360, 0, 360):
        west, east = shift - 180, shift + 180
        world = f"POLYGON (({west} -90, {east} -90, {east} 90, {west} 90, {west} -90))"
        piece = _common(whole, ogr.CreateGeometryFromWkt(world))
        found = [] if piece.IsEmpty() else json.loads(ogr.ForceToMultiPolygon(piece).ExportToJson())["coordinates"]
        parts += [[[[x - shift, y] for x, y, *_ in ring] for ring in polygon] for polygon in found]
    return {"type": "MultiPolygon", "coordinates": parts}


def _common(shape: ogr.Geometry, other: ogr.Geometry) -> ogr.Geometry:
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        common = shape.Intersection(other)
    except RuntimeError:
        common = None
    finally:
        gdal.PopErrorHandler()
    if common is None:
        raise bad_payload("The area can't be cut at the antimeridian.", "coverGeometry")
    return common


def _without_jumps(ring: Sequence[Sequence[float]]) -> List[List[float]]:
    """Longitudes that do not leap by 360 degrees from one position to the next."""
    smooth: List[List[float]] = []
    for x, y, *_ in ring:
        turns = round((smooth[-1][0] - x) / 360) if smooth else 0
        smooth.append([x + 360 * turns, y])
    if abs(smooth[0][0] - smooth[-1][0]) > _HALF_TURN:
        raise bad_payload("The area goes around a pole.", "coverGeometry")
    return smooth


def _check_range(geometry: Geometry, path: str) -> None:
    west, south, east, north = geometry_extent(geometry)
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise bad_payload("`coverGeometry` leaves the range of longitude (-180..180) and latitude (-90..90).", path)
