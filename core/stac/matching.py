"""Whether an item meets a search: catalogs silently ignore what they don't understand (stac, 1)."""

from __future__ import annotations

import json
from typing import Any, Callable, List, Mapping, Optional, Sequence, Tuple

from osgeo import gdal, ogr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.stac.records import StacItem, StacQuery
from sentinel_workbench.core.stac.times import Interval, parse_interval, parse_time

Box = Tuple[float, float, float, float]


def matcher(query: StacQuery) -> Callable[[StacItem], bool]:
    """A function that says whether an item meets every condition.

    Raises:
        InvalidInput: the query's geometry can't be read.
    """
    areas = _areas(query)
    period = parse_interval(query.period) if query.period else None
    partial = bool(query.include or query.exclude)  # what was left out on request can't be looked at

    def matches(item: StacItem) -> bool:
        return (
            (not query.collections or not item.collection or item.collection in query.collections)
            and (not query.ids or item.item_id in query.ids)
            and (period is None or _in_period(item, period))
            and all(c.holds(item.properties) or (partial and c.field not in item.properties) for c in query.comparisons)
            and (areas is None or _meets(item, areas))
        )

    return matches


def _in_period(item: StacItem, period: Interval) -> bool:
    """Items with start and end only must overlap the period; those without any time pass."""
    start, end = item.properties.get("start_datetime"), item.properties.get("end_datetime")
    first = last = item.date
    if item.properties.get("datetime") is None and start and end:
        try:
            first, last = parse_time(start), parse_time(end)
        except InvalidInput:
            return True
    if first is None or last is None:
        return True
    return (period[0] is None or last >= period[0]) and (period[1] is None or first <= period[1])


def _areas(query: StacQuery) -> Optional[List[ogr.Geometry]]:
    if query.intersects is not None:
        shape = geometry_of(query.intersects)
        if shape is None or shape.IsEmpty():
            raise InvalidInput("area", "The area is not a GeoJSON geometry.", "Give a geometry in lon/lat.")
        return [shape]
    if query.bbox is None:
        return None
    return [_rectangle(box) for box in split_box(query.bbox)]


def split_box(box: Box) -> Sequence[Box]:
    """The box, or its two halves when it crosses the antimeridian."""
    west, south, east, north = box
    return [box] if west <= east else [(west, south, 180.0, north), (-180.0, south, east, north)]


def _meets(item: StacItem, areas: Sequence[ogr.Geometry]) -> bool:
    """Items without a place pass: whether they meet the area can't be told here."""
    shape = geometry_of(item.geometry) if item.geometry is not None else None
    shapes = [shape] if shape is not None else [_rectangle(box) for box in split_box(item.bbox)] if item.bbox else []
    if not shapes:
        return True
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        return any(area.Intersects(found) for area in areas for found in shapes)
    except RuntimeError:
        return True
    finally:
        gdal.PopErrorHandler()


def geometry_of(geometry: Mapping[str, Any]) -> Optional[ogr.Geometry]:
    """GeoJSON as an OGR geometry, None when it is none."""
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        return ogr.CreateGeometryFromJson(json.dumps(geometry))
    except (RuntimeError, TypeError, ValueError):
        return None
    finally:
        gdal.PopErrorHandler()


def _rectangle(box: Box) -> ogr.Geometry:
    west, south, east, north = box
    if west == east or south == north:
        return ogr.CreateGeometryFromWkt(f"LINESTRING ({west!r} {south!r}, {east!r} {north!r})")
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return ogr.CreateGeometryFromWkt(f"POLYGON (({', '.join(f'{x!r} {y!r}' for x, y in corners)}))")
