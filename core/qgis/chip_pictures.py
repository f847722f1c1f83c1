"""Chips of one parcel as pictures: the same frame and the same stretch at every date, the parcel's outline over them.

Pixels are read by ``draw_views``, in a worker; ``ParcelPictures.draw`` reads none.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Collection, Dict, List, Mapping, Optional, Sequence, Tuple

import numpy as np
from osgeo import ogr, osr
from qgis.PyQt.QtCore import QPointF, QRectF
from qgis.PyQt.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF, QTransform

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.chips import Chip, ChipFailure, ChipSeries, group_by_pass
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.parcels import Parcel, RasterLayout
from sentinel_workbench.core.model.projection import cover_bbox, snapped_grid, spatial_reference
from sentinel_workbench.core.model.scene_classes import SCENE_CLASSES
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.qgis.pictures import BACKGROUND
from sentinel_workbench.core.qgis.styles import CUT_PERCENT
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.mask import polygon_from_geojson
from sentinel_workbench.core.raster.reading import read_window
from sentinel_workbench.core.raster.zonal import layout_of
from sentinel_workbench.core.services.parcel_groups import group_parcels
from sentinel_workbench.core.services.parcel_views import view_box

CLASSES = ("SCL",)
MOST_PX = 512
"""Longest side of the grid pictures are read on."""
_LEAST_M = 10.0
_HALO, _LINE = QColor(0, 0, 0, 150), QColor("#ffe14d")
_FRAME = QColor("#b0b0b0")
_OUTSIDE = tuple(QColor(BACKGROUND).getRgb()[:3])

Limits = Tuple[Tuple[float, float], ...]
Pixels = Tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True, eq=False)
class ParcelPictures:
    """Pictures of a parcel.

    Attributes:
        images: date of the pass to the picture, a pixel of it a pixel of the image.
        outline: of the parcel, in pixels of the pictures.
        bbox: what they show.
        limits: reflectance drawn black and white of each band; empty for classes.
        failures: images that could not be read.
        bands: that are drawn.
    """

    images: Mapping[dt.datetime, QImage]
    outline: QPainterPath
    bbox: BBox
    limits: Limits = ()
    failures: Tuple[ChipFailure, ...] = ()
    bands: Tuple[str, ...] = ()

    def draw(self, date: dt.datetime, side_px: int) -> Optional[QImage]:
        """The picture of a date with the outline, ``side_px`` on its longer side; None where there is none."""
        image = self.images.get(date)
        if image is None:
            return None
        share = side_px / max(image.width(), image.height())
        drawn = QImage(round(image.width() * share), round(image.height() * share), QImage.Format.Format_RGB32)
        painter = QPainter(drawn)
        painter.drawImage(QRectF(drawn.rect()), image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QTransform.fromScale(share, share).map(self.outline)
        for colour, width in ((_HALO, 4.4), (_LINE, 2.2)):
            painter.setPen(QPen(colour, width * max(1.0, side_px / 320)))
            painter.drawPath(shape)
        painter.setPen(_FRAME)  # a cloud is as white as the paper around it
        painter.drawRect(drawn.rect().adjusted(0, 0, -1, -1))
        painter.end()
        return drawn


def draw_views(
    series: ChipSeries, number: int, bands: Sequence[str], clear: Collection[dt.datetime] = (),
    progress: Progress = Silent(),
) -> ParcelPictures:
    """Pictures of parcel ``number``, one a pass, of the image that shows most. Reads pixels: call it in a worker.

    Args:
        series: chips that hold ``bands`` in this order, as of ``stack_bands``.
        number: of the parcel in the series' order.
        bands: red, green and blue; one, drawn grey; or ``CLASSES``.
        clear: dates of the series the stretch is measured on, so that clouds do not darken all; all when empty.
        progress: may cancel.

    Raises:
        InvalidInput: two bands, or more than three.
        Cancelled: on request.
    """
    if len(bands) not in (1, 3):
        raise InvalidInput("bands", "A picture takes one band, or three.", "Such as B08 B04 B03.")
    parcel = series.order.parcels[number]
    passes = group_by_pass([chip for chip in series.chips if number in chip.parcels])
    grid = _grid_of(parcel, [chip for images in passes for chip in images])
    failures: List[ChipFailure] = []
    found: Dict[dt.datetime, Pixels] = {}
    for place, images in enumerate(passes):
        raise_if_cancelled(progress)
        progress.report(place / len(passes), f"Drawing {images[0].date:%Y-%m-%d}")
        best = _best_of(images, len(bands), grid, failures)
        if best is not None:
            found[images[0].date] = best
    classes = tuple(bands) == CLASSES
    limits = () if classes else _limits([found[date] for date in found if date in clear] or list(found.values()))
    pictures = {date: _class_image(*one) if classes else _image(*one, limits) for date, one in found.items()}
    outline = _outline(parcel, grid)
    return ParcelPictures(pictures, outline, grid.bbox, limits, tuple(failures), tuple(bands))


def _grid_of(parcel: Parcel, chips: Sequence[Chip]) -> PixelGrid:
    box = _as_far_as(chips, parcel, view_box(parcel))
    step = _LEAST_M * 2 if chips and all(chip.bands == CLASSES for chip in chips) else _LEAST_M
    while max(box.width, box.height) / step > MOST_PX:
        step *= 2
    return snapped_grid(box, step)


def _as_far_as(chips: Sequence[Chip], parcel: Parcel, view: BBox) -> BBox:
    """The part of a view that any chip or the parcel reaches."""
    reached = [group_parcels([parcel])[0].bbox]
    for chip in chips:
        try:
            with gdalguard.reading(chip.path), gdalguard.opened(chip.path) as dataset:
                layout = layout_of(dataset, chip.path.name)
            reached.append(_extent_of(layout, view.crs))
        except WorkbenchError:
            continue  # it is told when its pixels are read
    return BBox(
        max(view.min_x, min(box.min_x for box in reached)), max(view.min_y, min(box.min_y for box in reached)),
        min(view.max_x, max(box.max_x for box in reached)), min(view.max_y, max(box.max_y for box in reached)),
        view.crs,
    )  # fmt: skip


def _extent_of(layout: RasterLayout, crs: str) -> BBox:
    left, step_x, _, top, _, step_y = layout.geotransform
    right, bottom = left + step_x * layout.width, top + step_y * layout.height
    return cover_bbox(BBox(min(left, right), min(top, bottom), max(left, right), max(top, bottom), layout.crs), crs)


def _best_of(
    images: Sequence[Chip], bands: int, grid: PixelGrid, failures: List[ChipFailure]
) -> Optional[Pixels]:
    best: Optional[Pixels] = None
    for chip in sorted(images, key=lambda one: -one.baseline):
        try:
            read = [read_window(chip.path, band, grid, nodata=chip.nodata) for band in range(1, bands + 1)]
        except WorkbenchError as error:
            failures.append(ChipFailure(chip.parcels, chip.date, error.message))
            continue
        values = np.stack([stored for stored, _ in read])
        if (chip.scale, chip.offset) != (1.0, 0.0):
            values = values * chip.scale + chip.offset
        valid = np.logical_and.reduce([mask for _, mask in read])
        if best is None or valid.sum() > best[1].sum():
            best = values, valid
    return best


def _limits(found: Sequence[Pixels]) -> Limits:
    """The cut of each band over all pictures together."""
    if not found:
        return ()
    limits = []
    for band in range(found[0][0].shape[0]):
        joined = np.concatenate([values[band][valid].astype(np.float64) for values, valid in found])
        joined = joined[np.isfinite(joined)]
        low, high = np.percentile(joined, CUT_PERCENT) if joined.size else (0.0, 1.0)
        limits.append((float(low), float(high) if high > low else float(low) + 1.0))
    return tuple(limits)


def _image(values: np.ndarray, valid: np.ndarray, limits: Limits) -> QImage:
    shades = []
    for band, (low, high) in zip(values, limits):
        share = np.nan_to_num((band.astype(np.float64) - low) / (high - low))
        shades.append((np.clip(share, 0.0, 1.0) * 255).round().astype(np.uint8))
    return _picture(np.stack(shades * (3 if len(shades) == 1 else 1), axis=-1), valid)


def _class_image(values: np.ndarray, valid: np.ndarray) -> QImage:
    """Pixels without data have the colour of that class where the chip says so, none where it does not reach."""
    colours = np.array([QColor(one.colour).getRgb()[:3] for one in SCENE_CLASSES], np.uint8)
    return _picture(colours[np.clip(values[0].astype(np.int64), 0, len(colours) - 1)], valid)


def _picture(shades: np.ndarray, valid: np.ndarray) -> QImage:
    shades = np.where(valid[..., None], shades, np.array(_OUTSIDE, np.uint8))
    rows, columns, _ = shades.shape
    data = np.ascontiguousarray(shades)
    return QImage(data.tobytes(), columns, rows, 3 * columns, QImage.Format.Format_RGB888).copy()


def _outline(parcel: Parcel, grid: PixelGrid) -> QPainterPath:
    shape = polygon_from_geojson(parcel.geometry)
    shape.Transform(osr.CoordinateTransformation(spatial_reference(parcel.crs), spatial_reference(grid.bbox.crs)))
    path = QPainterPath()
    step = grid.bbox.width / grid.width
    for ring in _rings(shape):
        points = [
            QPointF((x - grid.bbox.min_x) / step, (grid.bbox.max_y - y) / step) for x, y, *_ in ring.GetPoints()
        ]
        path.addPolygon(QPolygonF(points))
    return path


def _rings(shape: ogr.Geometry) -> List[ogr.Geometry]:
    if shape.GetGeometryCount() == 0:
        return [shape]
    return [ring for number in range(shape.GetGeometryCount()) for ring in _rings(shape.GetGeometryRef(number))]
