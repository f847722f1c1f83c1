"""A catalog search as the client wrote it, validated."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any, FrozenSet, List, Mapping, Optional, Sequence, Tuple

from osgeo import gdal, ogr

from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.bounds import positions_of
from sentinel_workbench.localhub.catalog_filter import All, Condition, parse_filter
from sentinel_workbench.localhub.instants import parse_rfc3339
from sentinel_workbench.localhub.payload import finite_number, read_integer, read_list, read_object, read_text

DEFAULT_LIMIT, MAX_LIMIT = 10, 100
MAX_OFFSET = 10**9
_POINT_MARGIN = 1e-9
_GEOMETRIES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")
Fields = Tuple[Optional[List[str]], Optional[List[str]]]
Instants = Tuple[Optional[dt.datetime], Optional[dt.datetime]]


@dataclass(frozen=True)
class CatalogQuery:
    """One search.

    Attributes:
        collection: id or legacy name as sent.
        time_from: inclusive, None when open.
        time_to: inclusive, None when open.
        boxes: lon/lat boxes around what is asked for; two when it crosses the antimeridian, none for everywhere.
        shape: what an item's footprint must intersect, or None for everywhere.
        condition: must hold for an item's properties.
        ids: item ids, or None for any.
        limit: 1..100.
        offset: ``next`` of the page before.
        fields: None for whole items, else (include, exclude), each None when not given.
        distinct: property whose distinct values are asked for, or None.
    """

    collection: str
    time_from: Optional[dt.datetime]
    time_to: Optional[dt.datetime]
    boxes: Tuple[BBox, ...] = ()
    shape: Optional[ogr.Geometry] = None
    condition: Condition = All()
    ids: Optional[FrozenSet[str]] = None
    limit: int = DEFAULT_LIMIT
    offset: int = 0
    fields: Optional[Fields] = None
    distinct: Optional[str] = None


def read_query(body: Mapping[str, Any]) -> CatalogQuery:
    """The query of a search body.

    Raises:
        HubError: says which member is wrong.
    """
    collections = read_list(body, "collections", "collections") or []
    if len(collections) != 1 or not isinstance(collections[0], str):
        raise bad_payload("`collections` must name exactly one collection.", "collections")
    moment = read_text(body, "datetime", "datetime")
    if not moment:
        raise bad_payload("`datetime` must be set.", "datetime")
    time_from, time_to = read_datetime(moment)
    read_text(body, "filter-crs", "filter-crs")
    boxes, shape = _read_area(body)
    return CatalogQuery(
        collections[0],
        time_from,
        time_to,
        boxes,
        shape,
        parse_filter(body.get("filter"), read_text(body, "filter-lang", "filter-lang") or ""),
        _read_ids(body),
        read_integer(body, "limit", "limit", 1, MAX_LIMIT) or DEFAULT_LIMIT,
        read_integer(body, "next", "next", 0, MAX_OFFSET) or 0,
        _read_fields(body),
        read_text(body, "distinct", "distinct"),
    )


def query_of_parameters(parameters: Mapping[str, str], collection: Optional[str] = None) -> Mapping[str, Any]:
    """The search body that says the same as the parameters of a GET request."""
    body: dict = {"datetime": parameters.get("datetime")}
    wanted = collection or parameters.get("collections")
    body["collections"] = wanted.split(",") if wanted else []
    if parameters.get("bbox"):
        body["bbox"] = [_number(part, "bbox") for part in parameters["bbox"].split(",")]
    for name in ("limit", "next"):
        if parameters.get(name):
            body[name] = _number(parameters[name], name)
    return body


def read_datetime(text: str) -> Instants:
    """An instant, or an interval with ``..`` or nothing for an open end; both bounds inclusive."""
    parts = text.split("/")
    if len(parts) > 2:
        raise bad_payload(f"'{text[:60]}' is not an instant or an interval.", "datetime")
    ends = [None if len(parts) == 2 and part in ("", "..") else parse_rfc3339(part, "datetime") for part in parts]
    time_from, time_to = ends[0], ends[-1]
    if time_from is not None and time_to is not None and time_from > time_to:
        raise bad_payload("The interval ends before it begins.", "datetime")
    return time_from, time_to


def _number(text: str, name: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise bad_payload(f"`{name}` must be a number.", name) from error


def _read_area(body: Mapping[str, Any]) -> Tuple[Tuple[BBox, ...], Optional[ogr.Geometry]]:
    numbers = read_list(body, "bbox", "bbox")
    geometry = read_object(body, "intersects", "intersects")
    if numbers is not None and geometry is not None:
        raise bad_payload("Only one of `bbox` and `intersects` can be set.", "bbox")
    if geometry is not None:
        return _read_intersects(geometry)
    if numbers is None:
        return (), None
    boxes = _read_boxes(numbers)
    shape = ogr.Geometry(ogr.wkbMultiPolygon)
    for box in boxes:
        shape.AddGeometry(_rectangle(box))
    return boxes, shape


def _read_boxes(numbers: Sequence[Any]) -> Tuple[BBox, ...]:
    if len(numbers) not in (4, 6):
        raise bad_payload("`bbox` must have 4 or 6 numbers.", "bbox")
    values = [finite_number(value, "bbox", "bbox") for value in numbers]
    west, south, east, north = values if len(values) == 4 else (values[0], values[1], values[3], values[4])
    if west > east:
        sides = [(west, 180.0), (-180.0, east)]
        return tuple(_box(left, south, right, north) for left, right in sides if right > left)
    return (_box(west, south, east, north),)


def _box(west: float, south: float, east: float, north: float) -> BBox:
    """A lon/lat box; one without width or height is widened by a hair, as for a point."""
    if east == west:
        west, east = max(west - _POINT_MARGIN, -180.0), min(east + _POINT_MARGIN, 180.0)
    if north == south:
        south, north = max(south - _POINT_MARGIN, -90.0), min(north + _POINT_MARGIN, 90.0)
    try:
        return BBox(west, south, east, north)
    except ValueError as error:
        raise bad_payload("The area is outside of longitude -180..180 and latitude -90..90.", "bbox") from error


def _rectangle(box: BBox) -> ogr.Geometry:
    ring = ogr.Geometry(ogr.wkbLinearRing)
    west, south, east, north = box.corners
    for x, y in ((west, south), (east, south), (east, north), (west, north), (west, south)):
        ring.AddPoint_2D(x, y)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(ring)
    return polygon


def _read_intersects(geometry: Mapping[str, Any]) -> Tuple[Tuple[BBox, ...], ogr.Geometry]:
    positions = list(_checked_positions(geometry, 0))
    if not positions:
        raise bad_payload("`intersects` has no coordinates.", "intersects")
    shape = shape_of(geometry)
    if shape is None or shape.IsEmpty():
        raise bad_payload("`intersects` is not a GeoJSON geometry.", "intersects")
    xs, ys = [p[0] for p in positions], [p[1] for p in positions]
    return (_box(min(xs), min(ys), max(xs), max(ys)),), shape


def _checked_positions(geometry: Any, depth: int) -> List[Sequence[float]]:
    if not isinstance(geometry, dict) or geometry.get("type") not in _GEOMETRIES or depth > 5:
        raise bad_payload("`intersects` is not a GeoJSON geometry.", "intersects")
    if geometry["type"] == "GeometryCollection":
        parts = read_list(geometry, "geometries", "intersects") or []
        return [position for part in parts for position in _checked_positions(part, depth + 1)]
    try:
        positions = list(positions_of(read_list(geometry, "coordinates", "intersects") or []))
        return [[finite_number(value, "coordinates", "intersects") for value in p[:2]] for p in positions if len(p) > 1]
    except (TypeError, KeyError, IndexError, RecursionError) as error:
        raise bad_payload("`intersects` is not a GeoJSON geometry.", "intersects") from error


def shape_of(geometry: Mapping[str, Any]) -> Optional[ogr.Geometry]:
    """GeoJSON as an OGR geometry, None when it is not one."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        return ogr.CreateGeometryFromJson(json.dumps(geometry))
    except RuntimeError:
        return None
    finally:
        gdal.PopErrorHandler()


def _read_ids(body: Mapping[str, Any]) -> Optional[FrozenSet[str]]:
    ids = read_list(body, "ids", "ids")
    if ids is not None and not all(isinstance(value, str) for value in ids):
        raise bad_payload("`ids` must be an array of strings.", "ids")
    return None if ids is None else frozenset(ids)


def _read_fields(body: Mapping[str, Any]) -> Optional[Fields]:
    fields = read_object(body, "fields", "fields")
    if fields is None:
        return None
    include, exclude = (read_list(fields, key, f"fields->{key}") for key in ("include", "exclude"))
    for key, names in (("include", include), ("exclude", exclude)):
        if not all(isinstance(name, str) for name in names or ()):
            raise bad_payload(f"`{key}` must be an array of strings.", f"fields->{key}")
    return include, exclude
