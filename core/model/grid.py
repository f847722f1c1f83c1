"""Areas and pixel grids. Axis order is always easting/northing or longitude/latitude."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Iterator, Tuple

from sentinel_workbench.core.errors import InvalidInput

MAX_SERVICE_PX = 2500
"""Largest width and height of one Process API request (process-api, limits)."""

CRS84 = "OGC:CRS84"
_CRS84_URL = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_EPSG_URL = "http://www.opengis.net/def/crs/EPSG/0/"
_LONGEST_CODE = 9
GEOGRAPHIC = (CRS84, "EPSG:4326")
_HALF_GLOBE = 180.0
_NATIONAL = (
    2154, 2180, 2193, 3003, 3004, 3005, 3006, 3031, 3035, 3161, 3346, 3413, 3416, 3578, 3580, 3765, 3794, 3844, 3912,
    3995, 4026, 5514, 28992, 32184,
)
_SERVED = frozenset((4326, 3857, *range(32601, 32661), *range(32701, 32761), *_NATIONAL))
"""EPSG codes that requests may use (process-api: CRS)."""


def is_served(crs: str) -> bool:
    """Whether the service's documentation names the CRS ``EPSG:n`` or ``OGC:CRS84``."""
    code = crs.rpartition(":")[2]
    return crs == CRS84 or code.isdecimal() and int(code) in _SERVED


def crs_url(crs: str) -> str:
    """``EPSG:32738`` or ``OGC:CRS84`` as the URL the service uses.

    Raises:
        InvalidInput: neither of these.
    """
    if crs == CRS84:
        return _CRS84_URL
    authority, _, code = crs.partition(":")
    if authority != "EPSG" or not _is_code(code):
        raise _unknown_crs(crs)
    return _EPSG_URL + code


def crs_from_url(url: str) -> str:
    """The inverse of ``crs_url``; also takes ``EPSG:n`` itself.

    Raises:
        InvalidInput: not a CRS84 or EPSG reference.
    """
    text = url.strip()
    if text == _CRS84_URL or text.upper() in (CRS84, "CRS84", "CRS:84"):
        return CRS84
    code = text[len(_EPSG_URL):] if text.startswith(_EPSG_URL) else text.upper().replace("EPSG:", "")
    if not _is_code(code):
        raise _unknown_crs(url)
    return f"EPSG:{int(code)}"


def _is_code(text: str) -> bool:
    return text.isdecimal() and len(text) <= _LONGEST_CODE


def _unknown_crs(text: str) -> InvalidInput:
    return InvalidInput("crs", f"'{text}' is not a coordinate reference system the service knows.")


@dataclass(frozen=True)
class BBox:
    """A rectangle in ``crs`` (``EPSG:n`` or ``OGC:CRS84``), easting/northing or lon/lat, units of the CRS."""

    min_x: float
    min_y: float
    max_x: float
    max_y: float
    crs: str = "EPSG:4326"

    def __post_init__(self) -> None:
        values = self.corners
        if not all(isinstance(v, (int, float)) and math.isfinite(v) for v in values):
            raise InvalidInput("area", f"The area {values} has a coordinate that is not a number.")
        for name, value in zip(("min_x", "min_y", "max_x", "max_y"), values):
            object.__setattr__(self, name, float(value))
        if self.crs in GEOGRAPHIC and 0 < self.min_x - self.max_x < _HALF_GLOBE:
            raise InvalidInput(
                "area", f"The west ({self.min_x}) lies east of the east ({self.max_x}).",
                "Swap the two; order an area across the antimeridian in two parts.")
        if self.crs in GEOGRAPHIC and self.min_x > self.max_x:
            raise InvalidInput(
                "area",
                f"The area crosses the antimeridian (west {self.min_x}, east {self.max_x}).",
                "Order the two sides separately: one up to 180, one from -180.",
            )
        if self.min_y > self.max_y:
            raise InvalidInput(
                "area", f"The south ({self.min_y}) lies north of the north ({self.max_y}).", "Swap the two.")
        if self.max_x <= self.min_x or self.max_y <= self.min_y:
            raise InvalidInput("area", "The area has no width or no height.", "Draw a larger area.")
        if self.crs in GEOGRAPHIC and not (
            self.min_x >= -180 and self.max_x <= 180 and self.min_y >= -90 and self.max_y <= 90
        ):
            raise InvalidInput(
                "area", f"The area {values} leaves the range of longitude (-180..180) and latitude (-90..90)."
            )

    @property
    def corners(self) -> Tuple[float, float, float, float]:
        """(min_x, min_y, max_x, max_y)."""
        return (self.min_x, self.min_y, self.max_x, self.max_y)

    @property
    def width(self) -> float:
        """Extent along x in CRS units."""
        return self.max_x - self.min_x

    @property
    def height(self) -> float:
        """Extent along y in CRS units."""
        return self.max_y - self.min_y


@dataclass(frozen=True)
class GridTile:
    """A part of a larger grid; ``col`` and ``row`` are its upper left pixel there."""

    col: int
    row: int
    grid: PixelGrid


@dataclass(frozen=True)
class PixelGrid:
    """``width`` x ``height`` pixels over ``bbox``, row 0 at the north edge."""

    bbox: BBox
    width: int
    height: int

    def __post_init__(self) -> None:
        if self.width < 1 or self.height < 1:
            raise InvalidInput(
                "size", f"An image of {self.width} x {self.height} px is empty.", "Use a finer resolution."
            )

    @property
    def resolution(self) -> Tuple[float, float]:
        """Pixel size (x, y) in CRS units, both positive."""
        return self.bbox.width / self.width, self.bbox.height / self.height

    @property
    def geotransform(self) -> Tuple[float, float, float, float, float, float]:
        """GDAL geotransform of the upper left corner."""
        res_x, res_y = self.resolution
        return (self.bbox.min_x, res_x, 0.0, self.bbox.max_y, 0.0, -res_y)

    def window(self, col: int, row: int, width: int, height: int) -> PixelGrid:
        """The sub-grid that begins at pixel (col, row), on the same pixel edges."""
        res_x, res_y = self.resolution
        right = self.bbox.max_x if col + width == self.width else self.bbox.min_x + (col + width) * res_x
        bottom = self.bbox.min_y if row + height == self.height else self.bbox.max_y - (row + height) * res_y
        left = self.bbox.min_x if col == 0 else self.bbox.min_x + col * res_x
        top = self.bbox.max_y if row == 0 else self.bbox.max_y - row * res_y
        return PixelGrid(BBox(left, bottom, right, top, self.bbox.crs), width, height)

    def tiles(self, max_px: int = MAX_SERVICE_PX) -> Iterator[GridTile]:
        """Parts of at most ``max_px`` each way that cover this grid, row by row, sizes as equal as can be."""
        columns, rows = _equal_cuts(self.width, max_px), _equal_cuts(self.height, max_px)
        for row, below in zip(rows, rows[1:]):
            for col, right in zip(columns, columns[1:]):
                yield GridTile(col, row, self.window(col, row, right - col, below - row))

    def tile_count(self, max_px: int = MAX_SERVICE_PX) -> int:
        """How many parts ``tiles`` gives, without making them."""
        return -(-self.width // max_px) * -(-self.height // max_px)


def _equal_cuts(length: int, max_px: int) -> Tuple[int, ...]:
    parts = -(-length // max_px)
    return tuple(length * i // parts for i in range(parts + 1))
