"""Marks of plots, told apart by shape as well as by colour."""

from __future__ import annotations

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QPainter, QPen, QPolygonF

from sentinel_workbench.core.services.scl_histogram import Verdict

LINE_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#b8569a", "#8f7a00", "#3c97cf", "#7a5195", "#5b6770")
"""Told apart by most eyes that see few colours."""
VERDICT_COLOURS = {
    Verdict.CLEAR: "#2f8f46", Verdict.NOT_CLEAR: "#c2571a", Verdict.NOT_COVERED: "#7d8894", Verdict.NO_PIXEL: "#a9a9a9",
}
VERDICT_SIGNS = {Verdict.CLEAR: "✓", Verdict.NOT_CLEAR: "✕", Verdict.NOT_COVERED: "○", Verdict.NO_PIXEL: "–"}
"""The same marks as letters, for tables and captions."""
_SHAPES = 4


def paint_marker(painter: QPainter, place: QPointF, number: int, colour: QColor, radius: float = 3.5) -> None:
    """A disc, a square, a diamond or a triangle; one of each for numbers that follow each other."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    x, y, shape = place.x(), place.y(), number % _SHAPES
    if shape == 0:
        painter.drawEllipse(place, radius, radius)
    elif shape == 1:
        painter.drawRect(QRectF(x - radius + 0.5, y - radius + 0.5, 2 * radius - 1, 2 * radius - 1))
    elif shape == 2:
        corners = ((0, -1.3), (1.3, 0), (0, 1.3), (-1.3, 0))
        painter.drawPolygon(QPolygonF([QPointF(x + a * radius, y + b * radius) for a, b in corners]))
    else:
        corners = ((0, -1.25), (1.25, 1), (-1.25, 1))
        painter.drawPolygon(QPolygonF([QPointF(x + a * radius, y + b * radius) for a, b in corners]))


def paint_verdict(painter: QPainter, place: QPointF, verdict: Verdict, radius: float = 4.0) -> None:
    """A tick, a cross, a ring or a dash."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(VERDICT_COLOURS[verdict]), 2.0))
    x, y, r = place.x(), place.y(), radius
    if verdict is Verdict.CLEAR:
        painter.drawPolyline(QPolygonF([QPointF(x - r, y), QPointF(x - r / 4, y + r * 0.8), QPointF(x + r, y - r)]))
    elif verdict is Verdict.NOT_CLEAR:
        painter.drawLine(QPointF(x - r * 0.8, y - r * 0.8), QPointF(x + r * 0.8, y + r * 0.8))
        painter.drawLine(QPointF(x - r * 0.8, y + r * 0.8), QPointF(x + r * 0.8, y - r * 0.8))
    elif verdict is Verdict.NOT_COVERED:
        painter.drawEllipse(place, r * 0.85, r * 0.85)
    else:
        painter.drawLine(QPointF(x - r, y), QPointF(x + r, y))
