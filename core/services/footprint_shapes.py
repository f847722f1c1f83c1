"""Polygons of many coordinate reference systems as WKB in lon/lat, page by page and CRS by CRS."""

from __future__ import annotations

import math
import struct
from functools import lru_cache
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from osgeo import osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import geometry_crs
from sentinel_workbench.core.model.grid import GEOGRAPHIC
from sentinel_workbench.core.model.projection import spatial_reference

Rings = Sequence[Sequence[Sequence[float]]]
_POLYGON = struct.pack("<BI", 1, 3)
_MULTIPOLYGON = struct.pack("<BI", 1, 6)
_COUNT = struct.Struct("<I")
EDGE_PARTS = 4
"""A straight edge of a projection is followed by so many straight ones in degrees."""


def shapes_in_degrees(geometries: Sequence[Optional[Mapping[str, Any]]]) -> List[Optional[bytes]]:
    """Each GeoJSON (multi)polygon as a WKB multipolygon in EPSG:4326, lon before lat; None where there is none to draw.

    All points of one CRS are transformed in one call. Edges of projected polygons are cut into four. A polygon across
    the antimeridian goes on beyond 180 degrees, so that it stays in one piece.
    """
    outlines: List[Optional[_Outline]] = [_outline(geometry) for geometry in geometries]
    by_crs: Dict[str, List[_Outline]] = {}
    for outline in outlines:
        if outline is not None:
            by_crs.setdefault(outline.crs, []).append(outline)
    for crs, group in by_crs.items():
        _transform(crs, group)
    return [outline.wkb() if outline is not None else None for outline in outlines]


class _Outline:
    """The rings of one multipolygon as one array of points."""

    def __init__(self, crs: str, polygons: Sequence[Sequence[int]], points: np.ndarray) -> None:
        self.crs = crs
        self._polygons = polygons
        self.points: Optional[np.ndarray] = points

    def wkb(self) -> Optional[bytes]:
        if self.points is None:
            return None
        pieces, first = [_MULTIPOLYGON, _COUNT.pack(len(self._polygons))], 0
        for lengths in self._polygons:
            pieces += (_POLYGON, _COUNT.pack(len(lengths)))
            for length in lengths:
                pieces += (_COUNT.pack(length), self.points[first : first + length].tobytes())
                first += length
        return b"".join(pieces)


def _outline(geometry: Optional[Mapping[str, Any]]) -> Optional[_Outline]:
    """None for what is no polygon, so that a row is never lost to a bad footprint."""
    if geometry is None or geometry.get("type") not in ("Polygon", "MultiPolygon"):
        return None
    try:
        crs = geometry_crs(geometry)
        rings = geometry["coordinates"]
        polygons: Sequence[Rings] = [rings] if geometry["type"] == "Polygon" else rings
        arrays = [[_ring(ring, crs not in GEOGRAPHIC) for ring in polygon] for polygon in polygons]
        points = np.concatenate([ring for polygon in arrays for ring in polygon])
    except (InvalidInput, KeyError, TypeError, ValueError):
        return None
    return _Outline(crs, [[len(ring) for ring in polygon] for polygon in arrays], points)


def _ring(ring: Sequence[Sequence[float]], projected: bool) -> np.ndarray:
    points = np.array(ring, dtype="<f8")[:, :2]
    if len(points) < 4 or not np.isfinite(points).all():
        raise ValueError("no ring")
    if not projected:
        return points
    steps = np.arange(EDGE_PARTS, dtype=float)[None, :, None] / EDGE_PARTS
    starts, ends = points[:-1, None, :], points[1:, None, :]
    return np.concatenate([(starts + (ends - starts) * steps).reshape(-1, 2), points[-1:]])


@lru_cache(maxsize=256)
def _to_degrees(crs: str) -> osr.CoordinateTransformation:
    return osr.CoordinateTransformation(spatial_reference(crs), spatial_reference("EPSG:4326"))


def _transform(crs: str, outlines: Sequence[_Outline]) -> None:
    if crs in GEOGRAPHIC:
        return
    lengths = [len(outline.points) for outline in outlines if outline.points is not None]
    together = np.concatenate([outline.points for outline in outlines if outline.points is not None])
    try:
        moved = np.array(_to_degrees(crs).TransformPoints(together.tolist()), dtype="<f8")[:, :2]
    except (InvalidInput, RuntimeError):
        moved = np.full_like(together, math.inf)
    first = 0
    for outline, length in zip(outlines, lengths):
        outline.points = _in_one_piece(moved[first : first + length])
        first += length


def _in_one_piece(points: np.ndarray) -> Optional[np.ndarray]:
    if not np.isfinite(points).all():
        return None
    west, east = points[:, 0].min(), points[:, 0].max()
    if east - west > 180.0:
        points = points.copy()
        points[points[:, 0] < 0, 0] += 360.0
    return points


def bounds_of(shapes: Sequence[Optional[bytes]]) -> Optional[Tuple[float, float, float, float]]:
    """West, south, east, north of WKB multipolygons of ``shapes_in_degrees``, or None when there is none."""
    boxes = [_box(shape) for shape in shapes if shape is not None]
    if not boxes:
        return None
    low, high = np.min([box[0] for box in boxes], axis=0), np.max([box[1] for box in boxes], axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _box(shape: bytes) -> Tuple[np.ndarray, np.ndarray]:
    polygons, = _COUNT.unpack_from(shape, 5)
    at, parts = 9, []
    for _ in range(polygons):
        rings, = _COUNT.unpack_from(shape, at + 5)
        at += 9
        for _ in range(rings):
            length, = _COUNT.unpack_from(shape, at)
            parts.append(np.frombuffer(shape, "<f8", 2 * length, at + 4).reshape(-1, 2))
            at += 4 + 16 * length
    points = np.concatenate(parts)
    return points.min(axis=0), points.max(axis=0)
