"""Which pixels belong to a parcel, worked out once for each raster layout, and numbers over them for every date.

A pixel belongs to the parcel its centre lies in, by GDAL's scan line, as in ``rasterstats``: same window, same mask,
same counts (scl-and-zonal, 4 and 5). In the strict mode every pixel the parcel touches belongs to it. A parcel may lie
partly or wholly outside the raster; its pixels there are expected, and missing.
"""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal, ogr, osr

from sentinel_workbench.core.errors import DamagedFile, InvalidInput
from sentinel_workbench.core.model.parcels import Parcel, RasterLayout
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.raster.mask import polygon_from_geojson

gdal.UseExceptions()
ogr.UseExceptions()
osr.UseExceptions()

Window = Tuple[int, int, int, int]
"""Left, top, width and height in pixels."""
KEPT_INDEXES = 2048
_LARGEST_MASK_PX = 400_000_000


class ZonalIndex:
    """The pixels of parcels on any raster layout. Not thread-safe; what it gives is.

    Args:
        parcels: at least one.
        all_touched: the strict mode.

    Raises:
        InvalidInput: a parcel that can't be read.
    """

    def __init__(self, parcels: Sequence[Parcel], all_touched: bool = False) -> None:
        self.parcels = tuple(parcels)
        self.all_touched = all_touched
        self._own = [_shape(parcel) for parcel in self.parcels]
        self._moved: Dict[str, List[Optional[ogr.Geometry]]] = {}
        self._indexes: OrderedDict[Tuple[RasterLayout, Tuple[int, ...]], ParcelPixels] = OrderedDict()

    def on(self, layout: RasterLayout, only: Optional[Sequence[int]] = None) -> ParcelPixels:
        """The pixels on a layout, made at the first call.

        Args:
            layout: north up or south up, not rotated.
            only: numbers of the parcels wanted, in this order; all by default.

        Raises:
            InvalidInput: the raster is rotated, or its CRS is not known.
        """
        numbers = tuple(range(len(self.parcels))) if only is None else tuple(only)
        key = (layout, numbers)
        if key not in self._indexes:
            shapes = self._shapes_in(layout.crs)
            self._indexes[key] = index_pixels([shapes[n] for n in numbers], layout, self.all_touched)
            if len(self._indexes) > KEPT_INDEXES:
                self._indexes.popitem(last=False)
        self._indexes.move_to_end(key)
        return self._indexes[key]

    def _shapes_in(self, crs: str) -> List[Optional[ogr.Geometry]]:
        if crs not in self._moved:
            ways: Dict[str, Optional[osr.CoordinateTransformation]] = {}
            for parcel in self.parcels:
                if parcel.crs not in ways:
                    source, target = spatial_reference(parcel.crs), reference_of(crs)
                    same = parcel.crs == crs or bool(source.IsSame(target))
                    ways[parcel.crs] = None if same else osr.CoordinateTransformation(source, target)
            self._moved[crs] = [_moved(shape, ways[p.crs]) for shape, p in zip(self._own, self.parcels)]
        return self._moved[crs]


@dataclass(frozen=True, eq=False)
class ParcelPixels:
    """Pixels of ``n`` parcels on one layout.

    Attributes:
        window: part of the raster that holds them all; (0, 0, 0, 0) when none lies inside.
        pixels: positions in that window, row by row, parcel after parcel; int64.
        owners: number of the parcel of each; int64.
        offsets: where each parcel begins in ``pixels``, and the end; int64 (n + 1).
        expected: how many pixels each has, those outside the raster included; int64 (n).
    """

    window: Window
    pixels: np.ndarray
    owners: np.ndarray
    offsets: np.ndarray
    expected: np.ndarray

    def count_classes(self, values: np.ndarray, classes: int) -> np.ndarray:
        """Pixels of each class, int64 (n, classes); values that are no class are left out.

        Args:
            values: integers of ``window``, (rows, cols).
            classes: 0 to ``classes`` - 1 are counted.
        """
        count = len(self.expected)
        found = values.reshape(-1)[self.pixels]
        owners = self.owners
        if found.size and (found.max() >= classes or found.min() < 0):
            known = (found >= 0) & (found < classes)
            found, owners = found[known], owners[known]
        return np.bincount(owners * classes + found, minlength=count * classes).reshape(count, classes)

    def describe(
        self, values: np.ndarray, valid: Optional[np.ndarray] = None, percents: Sequence[float] = (25, 50, 75)
    ) -> ZonalStatistics:
        """Moments and percentiles of each parcel's values.

        Args:
            values: numbers of ``window``, (rows, cols).
            valid: where they count, boolean; NaN never does.
            percents: 0..100.
        """
        found, owners = values.reshape(-1)[self.pixels].astype(np.float64), self.owners
        good = np.isfinite(found) if valid is None else valid.reshape(-1)[self.pixels] & np.isfinite(found)
        if not good.all():
            found, owners = found[good], owners[good]
        return _describe(found, owners, self.expected, percents)


@dataclass(frozen=True, eq=False)
class ZonalStatistics:
    """Of ``n`` parcels at one date; NaN for those without a value. Percentiles are interpolated linearly.

    Attributes:
        counts: values counted; int64 (n).
        expected: pixels of the parcel; int64 (n).
        mean, deviation, minimum, maximum: float64 (n); the deviation is that of the population.
        percentiles: percent to float64 (n).
    """

    counts: np.ndarray
    expected: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    minimum: np.ndarray
    maximum: np.ndarray
    percentiles: Mapping[float, np.ndarray]


def layout_of(dataset: gdal.Dataset, name: str) -> RasterLayout:
    """The layout of an open raster; ``name`` is for the message.

    Raises:
        DamagedFile: it does not say where it lies.
    """
    reference, geotransform = dataset.GetSpatialRef(), dataset.GetGeoTransform(can_return_null=True)
    if reference is None or geotransform is None:
        raise DamagedFile(f"{name} does not say where its pixels lie.", "Use a georeferenced raster.")
    return RasterLayout(tuple(geotransform), dataset.RasterXSize, dataset.RasterYSize, crs_name(reference))


def crs_name(reference: osr.SpatialReference) -> str:
    """``EPSG:n``, or WKT where it has no code."""
    if reference.GetAuthorityName(None) == "EPSG":
        return f"EPSG:{reference.GetAuthorityCode(None)}"
    return reference.ExportToWkt()


def reference_of(crs: str) -> osr.SpatialReference:
    """The GDAL reference of a layout's CRS, easting/northing or lon/lat.

    Raises:
        InvalidInput: not known.
    """
    if crs.startswith(("EPSG:", "OGC:")):
        return spatial_reference(crs)
    reference = osr.SpatialReference()
    try:
        reference.ImportFromWkt(crs)
    except RuntimeError as error:
        raise InvalidInput("crs", "The raster's coordinate reference system can't be read.") from error
    reference.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    return reference


def index_pixels(
    shapes: Sequence[Optional[ogr.Geometry]], layout: RasterLayout, all_touched: bool = False
) -> ParcelPixels:
    """The pixels of shapes in the layout's CRS; None is a shape that does not exist there.

    Raises:
        InvalidInput: the raster is rotated, or a shape covers more pixels than can be worked with.
    """
    if layout.geotransform[2] or layout.geotransform[4]:
        raise InvalidInput("raster", "A rotated raster can't be counted in.", "Warp it to a north-up grid first.")
    inside: List[Tuple[np.ndarray, np.ndarray]] = []
    expected = np.zeros(len(shapes), np.int64)
    with _burning(layout, all_touched) as burn:
        for number, shape in enumerate(shapes):
            rows, cols = burn(shape)
            expected[number] = rows.size
            within = (rows >= 0) & (rows < layout.height) & (cols >= 0) & (cols < layout.width)
            inside.append((rows, cols) if within.all() else (rows[within], cols[within]))
    return _joined(inside, expected)


def _joined(inside: Sequence[Tuple[np.ndarray, np.ndarray]], expected: np.ndarray) -> ParcelPixels:
    lengths = np.array([rows.size for rows, _ in inside], np.int64)
    offsets = np.concatenate(([0], np.cumsum(lengths)))
    rows = np.concatenate([rows for rows, _ in inside]) if inside else np.zeros(0, np.int64)
    cols = np.concatenate([cols for _, cols in inside]) if inside else np.zeros(0, np.int64)
    owners = np.repeat(np.arange(len(inside)), lengths)
    if not rows.size:
        return ParcelPixels((0, 0, 0, 0), rows, owners, offsets, expected)
    left, top = int(cols.min()), int(rows.min())
    window = (left, top, int(cols.max()) - left + 1, int(rows.max()) - top + 1)
    return ParcelPixels(window, (rows - top) * window[2] + (cols - left), owners, offsets, expected)


@contextmanager
def _burning(layout: RasterLayout, all_touched: bool) -> Iterator:
    """Gives a function that turns a shape into the rows and columns of its pixels, also those outside the raster."""
    reference = reference_of(layout.crs)
    holder = ogr.GetDriverByName("Memory").CreateDataSource("parcels")
    layer = holder.CreateLayer("parcels", reference, ogr.wkbUnknown)
    feature = ogr.Feature(layer.GetLayerDefn())
    layer.CreateFeature(feature)
    options = ["ALL_TOUCHED=TRUE"] if all_touched else []
    memory, nothing = gdal.GetDriverByName("MEM"), (np.zeros(0, np.int64), np.zeros(0, np.int64))

    def burn(shape: Optional[ogr.Geometry]) -> Tuple[np.ndarray, np.ndarray]:
        window = None if shape is None else _window_of(shape, layout)
        if window is None:
            return nothing
        left, top, width, height = window
        target = memory.Create("", width, height, 1, gdal.GDT_Byte)
        target.SetGeoTransform(_moved_transform(layout, left, top))
        target.SetSpatialRef(reference)
        feature.SetGeometry(shape)
        layer.SetFeature(feature)
        gdal.RasterizeLayer(target, [1], layer, burn_values=[1], options=options)
        rows, cols = np.nonzero(target.ReadAsArray())
        return rows + top, cols + left

    yield burn


def _window_of(shape: ogr.Geometry, layout: RasterLayout) -> Optional[Window]:
    """The pixels around a shape, also outside the raster; None when there are none."""
    west, east, south, north = shape.GetEnvelope()
    origin_x, step_x, _, origin_y, _, step_y = layout.geotransform
    columns = sorted(((west - origin_x) / step_x, (east - origin_x) / step_x))
    rows = sorted(((north - origin_y) / step_y, (south - origin_y) / step_y))
    if not all(map(math.isfinite, (*columns, *rows))):
        return None
    left, top = math.floor(columns[0]), math.floor(rows[0])
    width, height = math.ceil(columns[1]) - left, math.ceil(rows[1]) - top
    if width * height > _LARGEST_MASK_PX:
        raise InvalidInput("parcels", f"A parcel of {width} x {height} pixels is too large.", "Use smaller parcels.")
    return (left, top, width, height) if width > 0 and height > 0 else None


def _moved_transform(layout: RasterLayout, left: int, top: int) -> Tuple[float, ...]:
    origin_x, step_x, _, origin_y, _, step_y = layout.geotransform
    return (origin_x + left * step_x, step_x, 0.0, origin_y + top * step_y, 0.0, step_y)


def _shape(parcel: Parcel) -> ogr.Geometry:
    try:
        return polygon_from_geojson(parcel.geometry)
    except InvalidInput as error:
        raise InvalidInput("parcels", f"Parcel {parcel.pid}: {error.message}", "Mend it or leave it out.") from error


def _moved(shape: ogr.Geometry, way: Optional[osr.CoordinateTransformation]) -> Optional[ogr.Geometry]:
    if way is None:
        return shape
    moved = shape.Clone()
    try:
        moved.Transform(way)
    except RuntimeError:
        return None  # so far from the raster that its CRS does not reach there
    return moved


def shape_to_geojson(shape: ogr.Geometry) -> Dict:
    """GeoJSON of a shape, coordinates as they are."""
    return json.loads(shape.ExportToJson(["COORDINATE_PRECISION=15"]))


def _describe(
    found: np.ndarray, owners: np.ndarray, expected: np.ndarray, percents: Sequence[float]
) -> ZonalStatistics:
    total = len(expected)
    counts = np.bincount(owners, minlength=total)
    some = counts > 0
    ordered = found[np.lexsort((found, owners))]
    starts = np.concatenate(([0], np.cumsum(counts)))[:-1]

    def of_some(values: np.ndarray) -> np.ndarray:
        whole = np.full(total, np.nan)
        whole[some] = values
        return whole

    divisor = np.maximum(counts, 1)
    mean = np.bincount(owners, found, total) / divisor
    deviation = np.sqrt(np.bincount(owners, (found - mean[owners]) ** 2, total) / divisor)
    first, last = starts[some], starts[some] + counts[some] - 1
    percentiles = {percent: of_some(_percentile(ordered, first, last, percent)) for percent in percents}
    return ZonalStatistics(
        counts, expected, of_some(mean[some]), of_some(deviation[some]), of_some(ordered[first]),
        of_some(ordered[last]), percentiles,
    )  # fmt: skip


def _percentile(ordered: np.ndarray, first: np.ndarray, last: np.ndarray, percent: float) -> np.ndarray:
    """As ``numpy.percentile`` interpolates, to the last digit."""
    position = (last - first) * (percent / 100.0)
    below = np.floor(position).astype(np.int64)
    share = position - below
    low = ordered[first + below]
    high = ordered[np.minimum(first + below + 1, last)]
    span = high - low
    return np.where(share >= 0.5, high - span * (1 - share), low + span * share)
