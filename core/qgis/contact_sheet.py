"""The images of a series as small pictures side by side."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from osgeo import gdal
from qgis.PyQt.QtCore import QMarginsF, QPoint, QRect, QSizeF, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetrics, QImage, QPageSize, QPainter, QPdfWriter

from sentinel_workbench.core.errors import StorageError, WorkbenchError
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State
from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.core.qgis.layers import caption_parts, slot_label
from sentinel_workbench.core.qgis.pictures import BACKGROUND, MeasuredImage
from sentinel_workbench.core.qgis.styles import measure_stretch
from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.core.raster.writing import masks_inside, replacing

PICTURE_PX = 256
_GAP_PX, _MARGIN_PX = 10, 16
_PAGE_DPI, _POINTS_PER_INCH = 150, 72


@dataclass(frozen=True)
class SheetCell:
    """One picture of a sheet.

    Attributes:
        caption: lines below it.
        picture: None where there is no image.
    """

    caption: str
    picture: Optional[QImage] = None


def outputs_of(result: SeriesResult) -> Tuple[str, ...]:
    """Identifiers of the rasters that any image has, in their order."""
    return tuple(dict.fromkeys(name for image in result.in_state(State.DONE) for name in image.rasters))


def shrink_images(result: SeriesResult, identifier: str, folder: Path, progress: Progress) -> Dict[int, MeasuredImage]:
    """Small copies of one output of the images that are done, by slot, all with the stretch of the series.

    Reads pixels: call it in a worker thread.

    Args:
        result: of the series.
        identifier: of the output.
        folder: gets the copies.
        progress: for Cancel.

    Raises:
        DamagedFile: no image can be read; single ones that can't are left out.
        DiskFull: there is no room for the copies.
    """
    copies: Dict[int, ImageResult] = {}
    failure: Optional[WorkbenchError] = None
    for slot, image in enumerate(result.images):
        raise_if_cancelled(progress)
        progress.report(slot / len(result.images), "Drawing")
        if image.state is State.DONE and identifier in image.rasters:
            try:
                copy = _shrink(image.rasters[identifier], folder / f"{slot}.tif")
            except WorkbenchError as error:
                failure = error
            else:
                copies[slot] = replace(image, rasters={identifier: copy})
    if failure is not None and not copies:
        raise failure
    stretch = measure_stretch([image.rasters[identifier] for image in copies.values()])
    return {slot: MeasuredImage(image, identifier, stretch) for slot, image in copies.items()}


def caption_of(image: ImageResult) -> str:
    """Slot, and below it the day of the main tile and the cloud, or why there is no image."""
    if image.state is State.DONE:
        return "\n".join((slot_label(image), ", ".join(caption_parts(image))))
    return "\n".join((slot_label(image), image.state.value))


def compose_sheet(title: str, cells: Sequence[SheetCell], columns: int) -> QImage:
    """All cells in rows of ``columns`` under a title."""
    font = QFont()
    font.setPixelSize(14)
    heading = QFont(font)
    heading.setPixelSize(20)
    heading.setBold(True)
    line = QFontMetrics(font).height()
    wide, high = PICTURE_PX + _GAP_PX, PICTURE_PX + 2 * line + 2 * _GAP_PX
    top = 2 * _MARGIN_PX + QFontMetrics(heading).height()
    columns = max(1, min(columns, len(cells)))
    rows = -(-len(cells) // columns)
    sheet = QImage(2 * _MARGIN_PX + columns * wide - _GAP_PX, top + rows * high, QImage.Format.Format_RGB32)
    sheet.fill(QColor("white"))
    painter = QPainter(sheet)
    try:
        painter.setFont(heading)
        painter.drawText(QRect(_MARGIN_PX, _MARGIN_PX, sheet.width() - 2 * _MARGIN_PX, top),
                         Qt.TextFlag.TextSingleLine, title)
        painter.setFont(font)
        for number, cell in enumerate(cells):
            corner = QPoint(_MARGIN_PX + number % columns * wide, top + number // columns * high)
            _paint_cell(painter, corner, cell, line)
    finally:
        painter.end()
    return sheet


def save_sheet(sheet: QImage, path: Path) -> None:
    """Write a sheet, atomically: as a page of its size where the name ends in ``.pdf``, else as PNG.

    Raises:
        StorageError: it can't be written.
    """
    with replacing(path) as temporary:
        write = _write_page if path.suffix.lower() == ".pdf" else _write_png
        if not write(sheet, temporary):
            raise StorageError(f"{path} can't be written.", "Check the folder and the room on the disk.")


def _write_png(sheet: QImage, path: Path) -> bool:
    return sheet.save(str(path), "PNG")


def _write_page(sheet: QImage, path: Path) -> bool:
    writer = QPdfWriter(str(path))
    writer.setResolution(_PAGE_DPI)
    size = QSizeF(sheet.size()) * (_POINTS_PER_INCH / _PAGE_DPI)
    writer.setPageSize(QPageSize(size, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF())
    painter = QPainter()
    if not painter.begin(writer):
        return False
    painter.drawImage(QRect(0, 0, sheet.width(), sheet.height()), sheet)
    return painter.end()


def only_slots(result: SeriesResult, slots: Sequence[int]) -> SeriesResult:
    """The series with the images of ``slots`` alone; the others count as cancelled."""
    images: List[ImageResult] = [
        image if slot in slots else ImageResult(image.order, image.time_range, State.CANCELLED)
        for slot, image in enumerate(result.images)
    ]
    return replace(result, images=tuple(images))


def _paint_cell(painter: QPainter, corner: QPoint, cell: SheetCell, line_px: int) -> None:
    frame = QRect(corner.x(), corner.y(), PICTURE_PX, PICTURE_PX)
    painter.fillRect(frame, QColor(BACKGROUND))
    if cell.picture is not None:
        scaled = cell.picture.scaled(frame.size(), Qt.AspectRatioMode.KeepAspectRatio,
                                     Qt.TransformationMode.SmoothTransformation)
        painter.drawImage(frame.center() - scaled.rect().center(), scaled)
    text = QRect(corner.x(), frame.bottom() + 4, PICTURE_PX, 2 * line_px)
    painter.drawText(text, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, cell.caption)


def _shrink(source: Path, target: Path) -> Path:
    """A copy of at most ``PICTURE_PX`` a side; classes keep their values, other pixels are averaged."""
    with gdalguard.reading(source), gdalguard.opened(source) as dataset:
        share = min(1.0, PICTURE_PX / max(dataset.RasterXSize, dataset.RasterYSize))
        size = [max(1, round(side * share)) for side in (dataset.RasterXSize, dataset.RasterYSize)]
        averaged = dataset.RasterCount >= 3
        with replacing(target) as temporary, gdalguard.writing(target):
            options: Mapping[str, object] = {
                "format": "GTiff", "width": size[0], "height": size[1],
                "resampleAlg": "average" if averaged else "nearest",
            }
            with masks_inside():
                made = gdalguard.made(gdal.Translate(str(temporary), dataset, **options))
                with gdalguard.closing(made):
                    pass
    return target
