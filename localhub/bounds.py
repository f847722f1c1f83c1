"""``input.bounds`` and the output's size: the pixel grid of a request, and its geometry."""

from __future__ import annotations

import math
from typing import Any, Iterator, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.grid import CRS84, GEOGRAPHIC, MAX_SERVICE_PX, BBox, PixelGrid, crs_from_url
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.payload import finite_number, read_integer, read_list, read_object, read_text
from sentinel_workbench.localhub.records import HubError

DEFAULT_SIZE_PX = 256
METRES_PER_DEGREE = 111319.49079327358
MAX_COORDINATE = 1e9
"""Nothing lies that far from the origin of any reference system of the list; such numbers only cost time."""
_SINGLE_CODES = (
    "4326 3857 2154 2180 2193 3003 3004 3005 3006 3031 3035 3161 3346 3413 3416 3578 3580 3765 3794 3844 3912 3995"
    " 4026 5514 28992 32184"
)
SUPPORTED_CRS = frozenset(
    [CRS84]
    + [f"EPSG:{code}" for code in _SINGLE_CODES.split()]
    + [f"EPSG:{hemisphere + zone}" for hemisphere in (32600, 32700) for zone in range(1, 61)]
)
Geometry = Mapping[str, Any]


def read_crs(bounds: Mapping[str, Any]) -> str:
    """The CRS of the bounds; CRS84 when none is given."""
    properties = read_object(bounds, "properties", "input->bounds->properties") or {}
    url = read_text(properties, "crs", "input->bounds->properties->crs")
    if url is None:
        return CRS84
    try:
        crs = crs_from_url(url)
    except ValueError as error:
        raise bad_payload(f"The CRS '{url[:100]}' is not supported.", "input->bounds->properties->crs") from error
    if crs not in SUPPORTED_CRS:
        raise bad_payload(f"The CRS '{url[:100]}' is not supported.", "input->bounds->properties->crs")
    return crs


def read_bounds(bounds: Mapping[str, Any]) -> Tuple[BBox, Optional[Geometry]]:
    """The image's area and the geometry inside which data are shown, both in the CRS of the bounds."""
    crs = read_crs(bounds)
    path = "input->bounds->bbox"
    corners = read_list(bounds, "bbox", path)
    raw_geometry = read_object(bounds, "geometry", "input->bounds->geometry")
    geometry = None if raw_geometry is None else read_geometry(raw_geometry)
    if geometry is not None:
        _check_reach(geometry_extent(geometry), "geometry", "input->bounds->geometry")
    if corners is None:
        if geometry is None:
            raise bad_payload("`bbox` or `geometry` must be set.", "input->bounds")
        corners, path = list(geometry_extent(geometry)), "input->bounds->geometry"
    return bbox_of_corners(corners, crs, path), geometry


def _check_reach(coordinates: Sequence[float], name: str, path: str) -> None:
    if max(map(abs, coordinates)) > MAX_COORDINATE:
        raise bad_payload(f"`{name}` has a coordinate that lies outside of every reference system.", path)


def bbox_of_corners(corners: Sequence[Any], crs: str, path: str) -> BBox:
    """Two opposite corners, in whatever order, as a box."""
    if len(corners) != 4:
        raise bad_payload("`bbox` must have exactly 4 numbers.", path)
    x1, y1, x2, y2 = (finite_number(value, "bbox", path) for value in corners)
    _check_reach((x1, y1, x2, y2), "bbox", path)
    try:
        return BBox(min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2), crs)
    except InvalidInput as error:
        raise bad_payload(error.message, path) from error


def read_geometry(geometry: Mapping[str, Any], path: str = "input->bounds->geometry") -> Geometry:
    """A checked copy of a GeoJSON Polygon or MultiPolygon: closed rings of at least 4 finite positions."""
    kind = geometry.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        raise bad_payload("`geometry` must be a Polygon or a MultiPolygon.", path)
    coordinates = read_list(geometry, "coordinates", path + "->coordinates")
    polygons = [coordinates] if kind == "Polygon" else coordinates
    if not polygons:
        raise bad_payload("`geometry` has no coordinates.", path + "->coordinates")
    checked = [_checked_polygon(polygon, path + "->coordinates") for polygon in polygons]
    return {"type": kind, "coordinates": checked[0] if kind == "Polygon" else checked}


def _checked_polygon(polygon: Any, path: str) -> List[List[List[float]]]:
    if not isinstance(polygon, list) or not polygon:
        raise bad_payload("A polygon of the geometry has no rings.", path)
    return [_checked_ring(ring, path) for ring in polygon]


def _checked_ring(ring: Any, path: str) -> List[List[float]]:
    if not isinstance(ring, list) or len(ring) < 4:
        raise bad_payload("A ring of the geometry has fewer than 4 positions.", path)
    positions = []
    for position in ring:
        if not isinstance(position, list) or len(position) < 2:
            raise bad_payload("A position of the geometry is not a pair of numbers.", path)
        positions.append([finite_number(value, "coordinates", path) for value in position[:2]])
    if positions[0] != positions[-1]:
        raise bad_payload("A ring of the geometry is not closed: its first and last positions differ.", path)
    return positions


def positions_of(coordinates: Any) -> Iterator[Sequence[float]]:
    """Every position in nested GeoJSON coordinates."""
    if coordinates and isinstance(coordinates[0], (int, float)):
        yield coordinates
        return
    for part in coordinates:
        yield from positions_of(part)


def geometry_extent(geometry: Geometry) -> Tuple[float, float, float, float]:
    """(min_x, min_y, max_x, max_y)."""
    positions = list(positions_of(geometry["coordinates"]))
    xs, ys = [p[0] for p in positions], [p[1] for p in positions]
    return min(xs), min(ys), max(xs), max(ys)


def read_grid(bbox: BBox, output: Mapping[str, Any], path: str = "output") -> PixelGrid:
    """The pixel grid by width/height or by resx/resy of ``output``; 256 x 256 when neither is given."""
    by_size = [key for key in ("width", "height") if output.get(key) is not None]
    by_resolution = [key for key in ("resx", "resy") if output.get(key) is not None]
    if by_size and by_resolution:
        raise bad_payload("Only width and height or resx and resy can be set at the same time.", path)
    if by_resolution:
        width, height = _size_by_resolution(bbox, output, path)
    else:
        width = read_integer(output, "width", f"{path}->width", 1, MAX_SERVICE_PX) or DEFAULT_SIZE_PX
        height = read_integer(output, "height", f"{path}->height", 1, MAX_SERVICE_PX) or DEFAULT_SIZE_PX
    return PixelGrid(bbox, width, height)


def _size_by_resolution(bbox: BBox, output: Mapping[str, Any], path: str) -> Tuple[int, int]:
    sizes = []
    for key, other, side, extent in (("resx", "resy", "width", bbox.width), ("resy", "resx", "height", bbox.height)):
        used = key if output.get(key) is not None else other
        resolution = finite_number(output[used], used, f"{path}->{used}")
        sizes.append(_pixels(extent, resolution, side, used, f"{path}->{used}"))
    return sizes[0], sizes[1]


def _pixels(extent: float, resolution: float, side: str, key: str, path: str) -> int:
    if resolution <= 0:
        raise bad_payload(f"`{key}` must be greater than 0.", path)
    ratio = extent / resolution if extent < resolution * 1e15 else 1e15
    count = max(1, math.floor(ratio + 0.5))
    if count > MAX_SERVICE_PX:
        raise bad_payload(
            f"`{side} = {count}`, calculated from {key}, is larger than allowed {MAX_SERVICE_PX}.", path
        )
    return count


def metres_per_pixel(grid: PixelGrid) -> float:
    """The coarser side of a pixel in metres; degrees are measured at the middle of the area."""
    res_x, res_y = grid.resolution
    if grid.bbox.crs in GEOGRAPHIC:
        middle = math.radians((grid.bbox.min_y + grid.bbox.max_y) / 2)
        res_x, res_y = res_x * METRES_PER_DEGREE * math.cos(middle), res_y * METRES_PER_DEGREE
    return max(res_x, res_y)


def check_resolution(grid: PixelGrid, collection: Collection) -> None:
    """Refuse pixels coarser than the collection's limit."""
    limit, size = collection.max_resolution_m, metres_per_pixel(grid)
    if limit is not None and size > limit:
        raise HubError(
            400,
            "COMMON_EXCEPTION",
            f"Your request of {size:.2f} meters per pixel exceeds the limit {limit:.2f} meters per pixel of the"
            f" collection {collection.legacy_name}. Please revise the resolution (or corresponding width/height) to"
            " make sure it is in supported range.",
        )
