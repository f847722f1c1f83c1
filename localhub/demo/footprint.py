"""Outlines of what a pass saw of a tile."""

from __future__ import annotations

from typing import Any, List, Mapping, Optional, Tuple

from osgeo import osr

from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.localhub.demo.frame import CRS, HEIGHT_M, NORTH_M, WEST_M, WIDTH_M, Frame, Tile
from sentinel_workbench.localhub.demo.products import SWATH_LEAN

Ring = List[Tuple[float, float]]


def tile_footprint(frame: Frame, tile: Tile, edge: Optional[Tuple[int, float]]) -> Optional[Mapping[str, Any]]:
    """GeoJSON polygon in lon/lat of the seen part of ``tile``; None when nothing was seen."""
    top, bottom = (HEIGHT_M - row * frame.pixel_m for row in (tile.first_row, tile.end_row))
    ring = [(0.0, top), (0.0, bottom), (WIDTH_M, bottom), (WIDTH_M, top)]
    if edge is not None:
        ring = _cut(ring, *edge)
    if len(ring) < 3:
        return None
    to_lonlat = osr.CoordinateTransformation(spatial_reference(CRS), spatial_reference("EPSG:4326"))
    south = NORTH_M - HEIGHT_M
    corners = [to_lonlat.TransformPoint(WEST_M + x, south + y)[:2] for x, y in [*ring, ring[0]]]
    return {"type": "Polygon", "coordinates": [[[round(lon, 6), round(lat, 6)] for lon, lat in corners]]}


def _cut(ring: Ring, side: int, at_km: float) -> Ring:
    """The part of ``ring`` on one side of the swath's edge."""

    def inside(point: Tuple[float, float]) -> float:
        x, y = point
        return side * (x - SWATH_LEAN * (y - 36_000) - at_km * 1000)

    kept: Ring = []
    for point, following in zip(ring, [*ring[1:], ring[0]]):
        here, there = inside(point), inside(following)
        if here >= 0:
            kept.append(point)
        if here * there < 0:
            t = here / (here - there)
            kept.append((point[0] + t * (following[0] - point[0]), point[1] + t * (following[1] - point[1])))
    return kept
