"""Windows of a raster around an area, snapped outward to whole pixels."""

from __future__ import annotations

import math
from typing import List, Optional, Sequence, Tuple

from osgeo import osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster.places import Window

Bounds = Tuple[float, float, float, float]
"""min_x, min_y, max_x, max_y."""
Transform = Sequence[float]
_DENSIFY = 21
_NEAR_PX = 1e-4


def bounds_in(bbox: BBox, reference: osr.SpatialReference) -> Bounds:
    """The rectangle in the CRS of a raster that covers ``bbox``, its edges sampled 21 times.

    Raises:
        InvalidInput: it can't be expressed there.
    """
    own = spatial_reference(bbox.crs)
    if own.IsSame(reference):
        return bbox.corners
    try:
        return osr.CoordinateTransformation(own, reference).TransformBounds(*bbox.corners, _DENSIFY)
    except RuntimeError as error:
        raise InvalidInput("area", "The area can't be expressed in the reference system of the scene.") from error


def clip_window(transform: Transform, size: Tuple[int, int], bounds: Bounds) -> Optional[Window]:
    """All pixels of a raster that touch ``bounds``; None when there are none.

    As ``clip_box`` of rioxarray does it, rounding of the numbers included: an edge that lies on a pixel's edge up to
    the last digits may take the next pixel too.

    Args:
        transform: geotransform without rotation.
        size: columns and rows.
        bounds: in the CRS of the raster.
    """
    west, across, north, down = _by_centres(transform, size)
    per_area = 1.0 / (across * down)  # the arithmetic of an inverted affine matrix
    per_x, per_y = down * per_area, across * per_area
    begin_x, begin_y = -west * per_x, -north * per_y
    left, right = sorted((bounds[0] * per_x + begin_x, bounds[2] * per_x + begin_x))
    top, bottom = sorted((bounds[3] * per_y + begin_y, bounds[1] * per_y + begin_y))
    right, bottom = left + (right - left), top + (bottom - top)
    return _inside(math.floor(left), math.floor(top), math.ceil(right), math.ceil(bottom), size)


def aligned_window(transform: Transform, size: Tuple[int, int], bounds: Bounds) -> Optional[Window]:
    """The pixels whose outer edges are ``bounds``; None when no pixel edges lie there."""
    col, right = ((x - transform[0]) / transform[1] for x in (bounds[0], bounds[2]))
    row, bottom = ((y - transform[3]) / transform[5] for y in (bounds[3], bounds[1]))
    edges = [round(value) for value in (col, row, right, bottom)]
    if max(abs(a - b) for a, b in zip((col, row, right, bottom), edges)) > _NEAR_PX:
        return None
    left, top, last, low = edges
    window = _inside(left, top, last, low, size)
    return window if window == (left, top, last - left, low - top) else None


def window_bounds(transform: Transform, window: Window) -> Bounds:
    """Outer edges of a window."""
    left, top, width, height = window
    xs = sorted(transform[0] + col * transform[1] for col in (left, left + width))
    ys = sorted(transform[3] + row * transform[5] for row in (top, top + height))
    return xs[0], ys[0], xs[1], ys[1]


def _by_centres(transform: Transform, size: Tuple[int, int]) -> Tuple[float, float, float, float]:
    """West, pixel width, north, pixel height as they follow from the centres of the first and the last pixel."""
    found: List[float] = []
    for origin, step, count in ((transform[0], transform[1], size[0]), (transform[3], transform[5], size[1])):
        first = step * 0.5 + origin
        step = ((count - 1) * step + first - first) / (count - 1) if min(size) > 1 else step
        found += [first - step / 2.0, step]
    return found[0], found[1], found[2], found[3]


def _inside(left: int, top: int, right: int, bottom: int, size: Tuple[int, int]) -> Optional[Window]:
    left, top = max(left, 0), max(top, 0)
    width, height = min(right, size[0]) - left, min(bottom, size[1]) - top
    return (left, top, width, height) if width > 0 and height > 0 else None
