"""Where a catalog search looks: boxes in lon/lat, and the shape that footprints must meet."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import Any, Iterator, List, Mapping, Optional, Sequence, Tuple

from osgeo import gdal, ogr

from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.bounds import positions_of
from sentinel_workbench.localhub.payload import finite_number, read_list, read_object

_POINT_MARGIN = 1e-9
_GEOMETRIES = ("Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon", "GeometryCollection")


class Area:
    """A place on Earth.

    Args:
        boxes: around it; two when it crosses the antimeridian.
        shape: in lon/lat.
    """

    def __init__(self, boxes: Tuple[BBox, ...], shape: ogr.Geometry) -> None:
        self.boxes = boxes
        self._shape = shape
        # Indexed once: a shape of many vertices meets thousands of footprints.
        prepare = getattr(shape, "CreatePreparedGeometry", None)
        self._prepared = prepare() if prepare is not None else shape

    def meets(self, footprint: Mapping[str, Any]) -> bool:
        """Whether a GeoJSON geometry in lon/lat has a point in common with it."""
        other = _shape_of(footprint)
        if other is None:
            return False
        with _quietly():
            try:
                return bool(self._prepared.Intersects(other))
            except RuntimeError:
                return False


def read_area(body: Mapping[str, Any]) -> Optional[Area]:
    """``bbox`` or ``intersects`` of a search body, None without either.

    Raises:
        HubError: both are given, or one is malformed.
    """
    numbers = read_list(body, "bbox", "bbox")
    geometry = read_object(body, "intersects", "intersects")
    if numbers is not None and geometry is not None:
        raise bad_payload("Only one of `bbox` and `intersects` can be set.", "bbox")
    if geometry is not None:
        return _read_intersects(geometry)
    if numbers is None:
        return None
    boxes = _read_boxes(numbers)
    shape = ogr.Geometry(ogr.wkbMultiPolygon)
    for box in boxes:
        shape.AddGeometry(_rectangle(box))
    return Area(boxes, shape)


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


def _read_intersects(geometry: Mapping[str, Any]) -> Area:
    positions = list(_checked_positions(geometry, 0))
    if not positions:
        raise bad_payload("`intersects` has no coordinates.", "intersects")
    shape = _shape_of(geometry)
    if shape is None or shape.IsEmpty():
        raise bad_payload("`intersects` is not a GeoJSON geometry.", "intersects")
    xs, ys = [p[0] for p in positions], [p[1] for p in positions]
    boxes = (_box(min(xs), min(ys), max(xs), max(ys)),)
    with _quietly():
        try:
            return Area(boxes, shape)
        except RuntimeError as error:
            raise bad_payload("`intersects` is not a GeoJSON geometry: a ring is not closed.", "intersects") from error


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


def _shape_of(geometry: Mapping[str, Any]) -> Optional[ogr.Geometry]:
    """GeoJSON as an OGR geometry, None when it is not one."""
    with _quietly():
        try:
            return ogr.CreateGeometryFromJson(json.dumps(geometry))
        except RuntimeError:
            return None


@contextmanager
def _quietly() -> Iterator[None]:
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        yield
    finally:
        gdal.PopErrorHandler()
