"""Cover geometries the service accepts: polygons of at most 100 points, off the poles and the antimeridian."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Sequence

from osgeo import ogr, osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import MAX_COVER_POINTS, crs_member
from sentinel_workbench.core.model.grid import GEOGRAPHIC
from sentinel_workbench.core.model.projection import spatial_reference

ogr.UseExceptions()
_STEPS = 40
_WIDEST_DEGREES = 180.0


@dataclass(frozen=True)
class Cover:
    """A geometry for ``coverGeometry``.

    Attributes:
        geometry: GeoJSON Polygon or MultiPolygon with its ``crs``.
        points: of all rings, the closing ones included.
        note: what was given up to get there, or empty.
    """

    geometry: Mapping[str, Any]
    points: int
    note: str = ""


def make_cover(geojson: Mapping[str, Any], crs: str) -> Cover:
    """A polygon as a cover of at most 100 points.

    Args:
        geojson: Polygon or MultiPolygon, easting/northing or lon/lat.
        crs: ``EPSG:n`` or ``OGC:CRS84`` of its coordinates.

    Raises:
        InvalidInput: no polygon, empty, broken beyond repair, over a pole, or across the antimeridian.
    """
    shape = _polygon(geojson)
    _refuse_poles_and_antimeridian(shape, crs)
    before = count_points(shape)
    simple, note = shape, ""
    if before > MAX_COVER_POINTS:
        simple = _simplified(shape)
        note = f"Simplified from {before} to {count_points(simple)} points."
    if count_points(simple) > MAX_COVER_POINTS:
        simple = _simplified(shape.ConvexHull())
        note = f"{before} points in too many parts: replaced by the hull of {count_points(simple)} points."
    document: Dict[str, Any] = json.loads(simple.ExportToJson(["COORDINATE_PRECISION=9"]))
    return Cover(
        {"type": document["type"], "crs": crs_member(crs), "coordinates": document["coordinates"]},
        count_points(simple), note,
    )  # fmt: skip


def count_points(shape: ogr.Geometry) -> int:
    """Points of all rings, the closing ones included."""
    inner = shape.GetGeometryCount()
    return sum(count_points(shape.GetGeometryRef(i)) for i in range(inner)) if inner else shape.GetPointCount()


def _polygon(geojson: Mapping[str, Any]) -> ogr.Geometry:
    if geojson.get("type") not in ("Polygon", "MultiPolygon"):
        raise InvalidInput("cover", "The cover is not a polygon.", "Choose a polygon.")
    try:
        shape = ogr.CreateGeometryFromJson(json.dumps({key: geojson[key] for key in ("type", "coordinates")}))
        shape = shape if shape is None or shape.IsValid() else shape.MakeValid()
        parts = _polygons_of(shape) if shape is not None else ()
    except (KeyError, RuntimeError) as error:
        raise InvalidInput("cover", "The cover can't be read as a polygon.", "Check its rings.") from error
    if not parts or all(part.Area() == 0 for part in parts):
        raise InvalidInput("cover", "The cover has no area.", "Choose a polygon.")
    if len(parts) == 1:
        return parts[0]
    whole = ogr.Geometry(ogr.wkbMultiPolygon)
    for part in parts:
        whole.AddGeometry(part)
    return whole


def _polygons_of(shape: ogr.Geometry) -> Sequence[ogr.Geometry]:
    """Repairing may leave lines behind; they are dropped."""
    shape.FlattenTo2D()
    if shape.GetGeometryType() == ogr.wkbPolygon:
        return [] if shape.IsEmpty() else [shape.Clone()]
    inner = [shape.GetGeometryRef(i) for i in range(shape.GetGeometryCount())]
    if shape.GetGeometryType() in (ogr.wkbMultiPolygon, ogr.wkbGeometryCollection):
        return [part for one in inner for part in _polygons_of(one)]
    return []


def _simplified(shape: ogr.Geometry) -> ogr.Geometry:
    """The least simplified form within the limit, found by halving; as few points as can be when there is none."""
    west, east, south, north = shape.GetEnvelope()
    low, high = 0.0, max(east - west, north - south)
    best = _at(shape, high)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        tried = _at(shape, middle)
        if count_points(tried) <= MAX_COVER_POINTS:
            best, high = tried, middle
        else:
            low = middle
    return best


def _at(shape: ogr.Geometry, tolerance: float) -> ogr.Geometry:
    simple = shape.SimplifyPreserveTopology(tolerance)
    return simple if simple is not None and not simple.IsEmpty() and simple.IsValid() else shape


def _refuse_poles_and_antimeridian(shape: ogr.Geometry, crs: str) -> None:
    """By its outline in degrees, densified, so that a straight line of a projection is followed."""
    west, east, south, north = _degrees(shape, crs).GetEnvelope()
    if south <= -90.0 or north >= 90.0 or _holds_pole(shape, crs):
        raise InvalidInput(
            "cover", "The cover touches a pole, which the service does not take.",
            "Cut it off below 90 degrees of latitude.",
        )
    whole_world = west == -180.0 and east == 180.0
    if (east - west > _WIDEST_DEGREES and not whole_world) or west < -180.0 or east > 180.0:
        raise InvalidInput(
            "cover", "The cover crosses the antimeridian, which the service does not take.",
            "Make one tile for each side of 180 degrees.",
        )


def _degrees(shape: ogr.Geometry, crs: str) -> ogr.Geometry:
    outline = shape.Clone()
    if crs in GEOGRAPHIC:
        return outline
    west, east, south, north = outline.GetEnvelope()
    outline.Segmentize(max(east - west, north - south) / 50)
    try:
        outline.Transform(osr.CoordinateTransformation(spatial_reference(crs), spatial_reference("EPSG:4326")))
    except RuntimeError as error:
        raise InvalidInput("cover", f"The cover can't be expressed in lon/lat from {crs}.", "Check its CRS.") from error
    return outline


def _holds_pole(shape: ogr.Geometry, crs: str) -> bool:
    """In a projection a pole may lie inside without an edge near it."""
    if crs in GEOGRAPHIC:
        return False
    back = osr.CoordinateTransformation(spatial_reference("EPSG:4326"), spatial_reference(crs))
    for latitude in (-90.0, 90.0):
        try:
            x, y, _ = back.TransformPoint(0.0, latitude)
        except RuntimeError:
            continue  # the projection does not reach it
        point = ogr.Geometry(ogr.wkbPoint)
        point.AddPoint_2D(x, y)
        if shape.Contains(point):
            return True
    return False
