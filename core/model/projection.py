"""Coordinate transformation with GDAL, and sizes in pixels from metres."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Optional, Tuple

from osgeo import osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import CRS84, GEOGRAPHIC, BBox, PixelGrid

osr.UseExceptions()
METRES_PER_DEGREE = 111_319.49
"""Along the equator."""


@lru_cache(maxsize=64)
def spatial_reference(crs: str) -> osr.SpatialReference:
    """The GDAL reference of ``EPSG:n`` or ``OGC:CRS84`` in easting/northing (lon/lat) order.

    Raises:
        InvalidInput: GDAL does not know the code.
    """
    reference = osr.SpatialReference()
    try:
        reference.ImportFromEPSG(4326 if crs == CRS84 else int(crs.split(":")[1]))
    except (RuntimeError, ValueError, IndexError) as error:
        raise InvalidInput("crs", f"'{crs}' is not a known coordinate reference system.") from error
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def transform_point(x: float, y: float, source: str, target: str) -> Tuple[float, float]:
    """One point from ``source`` to ``target``, x before y on both sides."""
    if source == target:
        return x, y
    transformation = osr.CoordinateTransformation(spatial_reference(source), spatial_reference(target))
    try:
        easting, northing, _ = transformation.TransformPoint(x, y)
    except RuntimeError as error:
        raise InvalidInput("area", f"The point {x}, {y} of {source} can't be expressed in {target}.") from error
    return easting, northing


def cover_bbox(bbox: BBox, target: str, densify: int = 21) -> BBox:
    """The rectangle in ``target`` that covers ``bbox``, its edges sampled ``densify`` times."""
    if bbox.crs == target or {bbox.crs, target} <= {CRS84, "EPSG:4326"}:
        return BBox(*bbox.corners, target)
    transformation = osr.CoordinateTransformation(spatial_reference(bbox.crs), spatial_reference(target))
    try:
        min_x, min_y, max_x, max_y = transformation.TransformBounds(*bbox.corners, densify)
    except RuntimeError as error:
        raise InvalidInput("area", f"The area can't be expressed in {target}.") from error
    return BBox(min_x, min_y, max_x, max_y, target)


def is_utm(crs: str) -> bool:
    """True for EPSG:32601-32660 and EPSG:32701-32760."""
    code = crs.split(":")[1]
    return code.isdigit() and (32601 <= int(code) <= 32660 or 32701 <= int(code) <= 32760)


def utm_crs(lon: float, lat: float) -> str:
    """The UTM zone of a WGS84 point, with the exceptions of Norway and Svalbard."""
    zone = min(int((lon + 180) / 6) + 1, 60)
    if 56 <= lat < 64 and 3 <= lon < 12:
        zone = 32
    elif 72 <= lat <= 84 and 0 <= lon < 42:
        zone = 31 if lon < 9 else 33 if lon < 21 else 35 if lon < 33 else 37
    return f"EPSG:{(32600 if lat >= 0 else 32700) + zone}"


def bbox_to_dimensions(bbox: BBox, resolution_m: float) -> Tuple[int, int]:
    """(width, height) in pixels by the two-corner UTM rule of sentinelhub-py, so that sizes agree with notebooks.

    Raises:
        InvalidInput: the resolution is not positive, or coarser than the area.
    """
    if not resolution_m > 0:
        raise InvalidInput("resolution", f"A resolution of {resolution_m} m is not possible.", "Use a positive number.")
    width_m, height_m = ground_size_m(bbox)
    width, height = round(width_m / resolution_m), round(height_m / resolution_m)
    if width < 1 or height < 1:
        raise InvalidInput(
            "resolution", f"A pixel of {resolution_m} m is larger than the area.", "Use a finer resolution."
        )
    return width, height


def ground_size_m(bbox: BBox) -> Tuple[float, float]:
    """(width, height) of ``bbox`` in metres by the two-corner UTM rule of sentinelhub-py.

    That rule fails far from the middle of a zone: where it is off by a third, as for half the globe, the lengths of the
    area's middle lines are taken.
    """
    by_corners = _between_corners(bbox)
    if bbox.crs not in (*GEOGRAPHIC, "EPSG:3857"):
        return by_corners
    by_lines = _middle_lines(cover_bbox(bbox, "EPSG:4326"))
    fits = all(abs(corners - line) < line / 3 for corners, line in zip(by_corners, by_lines))
    return by_corners if fits else by_lines


def _middle_lines(bbox: BBox) -> Tuple[float, float]:
    """Of a rectangle in lon/lat, on a sphere."""
    middle = math.radians((bbox.min_y + bbox.max_y) / 2)
    return bbox.width * METRES_PER_DEGREE * math.cos(middle), bbox.height * METRES_PER_DEGREE


def _between_corners(bbox: BBox) -> Tuple[float, float]:
    target = bbox.crs
    if not is_utm(target):
        centre = ((bbox.min_x + bbox.max_x) / 2, (bbox.min_y + bbox.max_y) / 2)
        target = utm_crs(*transform_point(*centre, bbox.crs, "EPSG:4326"))
    west, south = transform_point(bbox.min_x, bbox.min_y, bbox.crs, target)
    east, north = transform_point(bbox.max_x, bbox.max_y, bbox.crs, target)
    return abs(east - west), abs(north - south)


def grid_for_side(bbox: BBox, width_px: Optional[int] = None, height_px: Optional[int] = None) -> PixelGrid:
    """The grid of square pixels over ``bbox`` with that width, or else that height."""
    width_m, height_m = ground_size_m(bbox)
    if width_px:
        return PixelGrid(bbox, width_px, max(1, round(height_m / width_m * width_px)))
    return PixelGrid(bbox, max(1, round(width_m / height_m * (height_px or 1))), height_px or 1)


def snapped_grid(bbox: BBox, resolution_m: float) -> PixelGrid:
    """The grid whose pixel edges are whole multiples of ``resolution_m``, as a UTM tile's are; it covers ``bbox``.

    Raises:
        InvalidInput: the CRS is not one of UTM, or the resolution is not positive.
    """
    if not is_utm(bbox.crs):
        raise InvalidInput("projection", "Only UTM grids can be snapped to.", "Choose the UTM zone as the projection.")
    if not resolution_m > 0:
        raise InvalidInput("resolution", f"A resolution of {resolution_m} m is not possible.", "Use a positive number.")
    left, bottom = math.floor(bbox.min_x / resolution_m), math.floor(bbox.min_y / resolution_m)
    right, top = math.ceil(bbox.max_x / resolution_m), math.ceil(bbox.max_y / resolution_m)
    west, south, east, north = (edge * resolution_m for edge in (left, bottom, right, top))
    edges = BBox(west, south, east, north, bbox.crs)
    return PixelGrid(edges, right - left, top - bottom)


def grid_for_resolution(bbox: BBox, resolution_m: float) -> PixelGrid:
    """The grid over ``bbox`` with about ``resolution_m`` metres a pixel."""
    return PixelGrid(bbox, *bbox_to_dimensions(bbox, resolution_m))
