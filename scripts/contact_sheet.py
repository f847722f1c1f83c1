"""A contact sheet of a series: every slot as QGIS draws it, with its dates and clouds below."""

from __future__ import annotations

import math
from pathlib import Path
from typing import List, Tuple

from qgis.core import (
    QgsBilinearRasterResampler,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRasterLayer,
)
from qgis.PyQt.QtCore import QRect, QSize, Qt
from qgis.PyQt.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State
from sentinel_workbench.core.qgis.geometry import crs_of, extent_of
from sentinel_workbench.core.qgis.layers import SLOT_PROPERTY, caption_parts, slot_label

COLUMNS = 4
LONGEST_PX = 480
MARGIN, GAP, CAPTION, HEADER = 36, 20, 52, 84
PAPER, INK, FAINT, EMPTY = QColor("#f7f6f2"), QColor("#22282c"), QColor("#6b7379"), QColor("#e3e1da")


def draw_contact_sheet(project: QgsProject, result: SeriesResult, path: Path, credit: str = "") -> None:
    """Draw the layers of ``result`` that are in ``project`` to the PNG ``path``; ``credit`` their source."""
    cell = _cell_size(result)
    rows = math.ceil(len(result.images) / COLUMNS)
    width = 2 * MARGIN + COLUMNS * cell.width() + (COLUMNS - 1) * GAP
    height = HEADER + rows * (cell.height() + CAPTION) + (rows - 1) * GAP + MARGIN
    sheet = QImage(width, height, QImage.Format.Format_RGB32)
    sheet.fill(PAPER)
    painter = QPainter(sheet)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    _draw_header(painter, result, width, credit)
    layers = {layer.customProperty(SLOT_PROPERTY): layer for layer in project.mapLayers().values()
              if isinstance(layer, QgsRasterLayer)}
    for slot, image in enumerate(result.images):
        x = MARGIN + (slot % COLUMNS) * (cell.width() + GAP)
        y = HEADER + (slot // COLUMNS) * (cell.height() + CAPTION + GAP)
        _draw_slot(painter, QRect(x, y, cell.width(), cell.height()), image, layers.get(slot))
    painter.end()
    sheet.save(str(path))


def render_layer(layer: QgsRasterLayer, image: ImageResult, size: QSize) -> QImage:
    """The layer over the order's area, as QGIS draws it."""
    smooth = layer.clone()
    smooth.resampleFilter().setZoomedOutResampler(QgsBilinearRasterResampler())
    smooth.resampleFilter().setMaxOversampling(4.0)
    settings = QgsMapSettings()
    settings.setLayers([smooth])
    settings.setDestinationCrs(crs_of(image.order.grid.bbox))
    settings.setExtent(extent_of(image.order.grid.bbox))
    settings.setOutputSize(size)
    settings.setBackgroundColor(EMPTY)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    return job.renderedImage()


def _cell_size(result: SeriesResult) -> QSize:
    box = result.order.image.grid.bbox
    scale = LONGEST_PX / max(box.width, box.height)
    return QSize(max(120, round(box.width * scale)), max(120, round(box.height * scale)))


def _draw_header(painter: QPainter, result: SeriesResult, width: int, credit: str) -> None:
    grid, source = result.order.image.grid, result.order.image.sources[0]
    painter.setPen(INK)
    painter.setFont(_font(25, bold=True))
    painter.drawText(QRect(MARGIN, 16, width - 2 * MARGIN, 36), Qt.AlignmentFlag.AlignVCenter, result.order.title)
    tiles = sum(len(image.tiles) for image in result.images)
    done = len(result.in_state(State.DONE))
    facts = f"{source.collection}  ·  {grid.width} x {grid.height} px  ·  {done} of {len(result.images)} slots"
    facts += f"  ·  {tiles} tiles" + (f"  ·  {credit}" if credit else "")
    painter.setPen(FAINT)
    painter.setFont(_font(14))
    painter.drawText(QRect(MARGIN, 50, width - 2 * MARGIN, 24), Qt.AlignmentFlag.AlignVCenter, facts)


def _draw_slot(painter: QPainter, place: QRect, image: ImageResult, layer: QgsRasterLayer) -> None:
    if layer is None:
        painter.fillRect(place, EMPTY)
        painter.setPen(FAINT)
        painter.setFont(_font(14))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, image.state.value)
    else:
        painter.drawImage(place, render_layer(layer, image, place.size()))
    title, detail = _caption(image)
    painter.setPen(INK)
    painter.setFont(_font(16, bold=True))
    painter.drawText(QRect(place.left(), place.bottom() + 5, place.width(), 24), Qt.AlignmentFlag.AlignVCenter, title)
    painter.setPen(FAINT)
    painter.setFont(_font(13))
    text = QFontMetrics(painter.font()).elidedText(detail, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(QRect(place.left(), place.bottom() + 27, place.width(), 20), Qt.AlignmentFlag.AlignVCenter, text)


def _caption(image: ImageResult) -> Tuple[str, str]:
    parts: List[str] = list(caption_parts(image))
    dates = sorted({tile.date.date() for tile in image.tiles if tile.share})
    if len(dates) > 1:
        parts.append(f"{len(dates)} dates")
    return slot_label(image), "  ·  ".join(parts) or (image.error or "no tile")


def _font(pixels: int, bold: bool = False) -> QFont:
    font = QFont("DejaVu Sans")
    font.setPixelSize(pixels)
    font.setBold(bold)
    return font
