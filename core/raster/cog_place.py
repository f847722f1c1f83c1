"""Where a COG lies: its reference system and place as written inside the file, and the rules about them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Iterator, List, Mapping, Optional, Tuple

from osgeo import gdal, ogr, osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.projection import is_utm, spatial_reference
from sentinel_workbench.core.raster.cog_report import CogProblem

gdal.UseExceptions()
osr.UseExceptions()
ogr.UseExceptions()

_OTHER_CRSS = (4326, 3857, 3035)
_EDGE_POINTS = 20
_NO_PLACE = (0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
_REPROJECT = "Convert it with Make COG and a CRS of that list."


@dataclass(frozen=True)
class CogPlace:
    """Attributes:

    has_crs: any CRS is written in the file.
    epsg: its code, None when it has none.
    crs_name: for people.
    geotransform: GDAL's six numbers, or None.
    width: pixels.
    height: pixels.
    """

    has_crs: bool
    epsg: Optional[int]
    crs_name: str
    geotransform: Optional[Tuple[float, ...]]
    width: int
    height: int

    @property
    def is_upright(self) -> bool:
        """North is up and nothing is rotated or sheared."""
        step = self.geotransform
        return step is not None and not step[2] and not step[4] and step[1] > 0 > step[5]


def is_allowed_crs(epsg: int) -> bool:
    """Does the service ingest files in this CRS?"""
    return epsg in _OTHER_CRSS or is_utm(f"EPSG:{epsg}")


def read_place(dataset: gdal.Dataset) -> CogPlace:
    """The place of a file that was opened with its internal georeferencing only."""
    reference = dataset.GetSpatialRef()
    transform = dataset.GetGeoTransform(can_return_null=True)
    return CogPlace(
        reference is not None, _epsg(reference), reference.GetName() if reference else "",
        tuple(transform) if transform else None, dataset.RasterXSize, dataset.RasterYSize,
    )


def _epsg(reference: Optional[osr.SpatialReference]) -> Optional[int]:
    if reference is None or reference.GetAuthorityName(None) != "EPSG":
        return None
    code = reference.GetAuthorityCode(None)
    return int(code) if code and code.isdigit() else None


def check_place(place: CogPlace) -> Iterator[CogProblem]:
    """Every rule about its place that the file breaks."""
    if not place.has_crs:
        yield CogProblem("crs", "The file does not say in which CRS it is.", "Assign its CRS, then use Make COG.")
    elif place.epsg is None or not is_allowed_crs(place.epsg):
        name = f"EPSG:{place.epsg}" if place.epsg else "no EPSG code"
        yield CogProblem(
            "crs", f"The CRS {place.crs_name} ({name}) is none of EPSG:4326, 3857, 3035 and the UTM zones.", _REPROJECT
        )
    if place.geotransform is None:
        yield CogProblem("georeference", "The file does not say where its pixels lie.",
                         "Georeference it, then use Make COG.")
    elif not place.is_upright:
        yield CogProblem("georeference", "The image is rotated, sheared or upside down.",
                         "Convert it with Make COG, which puts north up.")
    elif place.epsg and crosses_pole(place):
        yield CogProblem("pole", "The image goes over a pole, which the service does not support.",
                         "Cut it before the pole.")


def crosses_pole(place: CogPlace) -> bool:
    """Does a pole lie inside the image (or, in degrees, the image beyond it)?"""
    if place.geotransform is None or place.epsg in (None, 3857):
        return False
    left, step_x, _, top, _, step_y = place.geotransform
    right, bottom = left + step_x * place.width, top + step_y * place.height
    if place.epsg == 4326:
        return top > 90 + abs(step_y) * 1e-3 or bottom < -90 - abs(step_y) * 1e-3
    there = osr.CoordinateTransformation(spatial_reference("EPSG:4326"), spatial_reference(f"EPSG:{place.epsg}"))
    for latitude in (90.0, -90.0):
        point = _transformed(there, 0.0, latitude)
        if point and left < point[0] < right and bottom < point[1] < top and _returns(place, point, latitude):
            return True
    return False


def _returns(place: CogPlace, point: Tuple[float, float], latitude: float) -> bool:
    """Is ``point`` really that pole? Projections give nonsense far outside their area."""
    back = osr.CoordinateTransformation(spatial_reference(f"EPSG:{place.epsg}"), spatial_reference("EPSG:4326"))
    found = _transformed(back, *point)
    return found is not None and abs(found[1] - latitude) < 0.01


def footprint_of(place: CogPlace) -> Optional[Mapping[str, Any]]:
    """The image's outline, GeoJSON Polygon in lon/lat with at most 100 points; MultiPolygon over the antimeridian.

    None when it can't be told, such as over a pole.
    """
    if place.geotransform is None or place.epsg is None or crosses_pole(place):
        return None
    ring = _outline(place)
    try:
        reference = spatial_reference(f"EPSG:{place.epsg}")
    except InvalidInput:
        return None
    to_degrees = osr.CoordinateTransformation(reference, spatial_reference("EPSG:4326"))
    points = [_transformed(to_degrees, x, y) for x, y in ring]
    found = [point for point in points if point]
    if len(found) != len(ring):
        return None
    return _split_at_antimeridian(found if place.epsg == 4326 else _unwrapped(found))


def _outline(place: CogPlace) -> List[Tuple[float, float]]:
    """The closed ring of the image's edge in its CRS, densified where straight edges bend in degrees."""
    pieces = 1 if place.epsg in (4326, 3857) else _EDGE_POINTS
    a, b, c, d, e, f = place.geotransform or _NO_PLACE
    corners = [(0, 0), (0, place.height), (place.width, place.height), (place.width, 0)]
    pixels = [
        (col + (next_col - col) * step / pieces, row + (next_row - row) * step / pieces)
        for (col, row), (next_col, next_row) in zip(corners, corners[1:] + corners[:1])
        for step in range(pieces)
    ]
    return [(a + b * col + c * row, d + e * col + f * row) for col, row in [*pixels, pixels[0]]]


def _transformed(transformation: osr.CoordinateTransformation, x: float, y: float) -> Optional[Tuple[float, float]]:
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        point = transformation.TransformPoint(x, y)
    except RuntimeError:
        return None
    finally:
        gdal.PopErrorHandler()
    return (point[0], point[1]) if all(map(math.isfinite, point[:2])) else None


def _unwrapped(points: List[Tuple[float, float]]) -> List[Tuple[float, float]]:
    """Longitudes without a jump of 360 degrees between neighbours."""
    unwrapped = [points[0]]
    for lon, lat in points[1:]:
        turns = round((unwrapped[-1][0] - lon) / 360)
        unwrapped.append((lon + 360 * turns, lat))
    return unwrapped


def _split_at_antimeridian(points: List[Tuple[float, float]]) -> Optional[Mapping[str, Any]]:
    ring = [[round(lon, 9), round(lat, 9)] for lon, lat in points]
    lowest, highest = min(lon for lon, _ in ring), max(lon for lon, _ in ring)
    if lowest >= -180 and highest <= 180:
        return {"type": "Polygon", "coordinates": [ring]}
    outline, parts = _polygon(ring), []
    if outline is None:
        return None
    for shift in (-360, 0, 360):
        west, east = shift - 180, shift + 180
        piece = outline.Intersection(_polygon([[west, -90], [east, -90], [east, 90], [west, 90], [west, -90]]))
        if piece is not None and piece.GetGeometryName() == "POLYGON" and not piece.IsEmpty():
            edge = piece.GetGeometryRef(0)
            parts.append([[[edge.GetX(i) - shift, edge.GetY(i)] for i in range(edge.GetPointCount())]])
    return {"type": "MultiPolygon", "coordinates": parts}


def _polygon(ring: List[List[float]]) -> Optional[ogr.Geometry]:
    """None when the ring does not close or crosses itself."""
    if ring[0] != ring[-1]:
        return None
    edge = ogr.Geometry(ogr.wkbLinearRing)
    for lon, lat in ring:
        edge.AddPoint_2D(lon, lat)
    polygon = ogr.Geometry(ogr.wkbPolygon)
    polygon.AddGeometry(edge)
    return polygon if polygon.IsValid() else None
