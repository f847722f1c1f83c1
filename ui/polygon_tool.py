"""Draws a polygon on the map: click for each corner, right-click or double-click to end, Esc to begin anew."""

from __future__ import annotations

from typing import List

from qgis.core import QgsGeometry, QgsPointXY, QgsWkbTypes
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool, QgsRubberBand
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QKeyEvent

_LINE, _FILL = QColor(207, 47, 47), QColor(207, 47, 47, 25)


class PolygonTool(QgsMapTool):
    """A map tool; ``drawn`` carries the polygon in the map's CRS."""

    drawn = pyqtSignal(QgsGeometry)

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self._corners: List[QgsPointXY] = []
        self._band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        self._band.setStrokeColor(_LINE)
        self._band.setFillColor(_FILL)
        self._band.setWidth(2)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        """A left click adds a corner, a right click ends."""
        if event.button() == Qt.MouseButton.RightButton:
            self._end()
            return
        self._corners.append(event.mapPoint())
        self._show(self._corners)

    def canvasMoveEvent(self, event: QgsMapMouseEvent) -> None:
        """The side that would come next follows the mouse."""
        if self._corners:
            self._show([*self._corners, event.mapPoint()])

    def canvasDoubleClickEvent(self, _event: QgsMapMouseEvent) -> None:
        """Ends; its first click has set the last corner already."""
        self._end()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc forgets the corners, Backspace the last one, Enter ends."""
        if event.key() == Qt.Key.Key_Escape:
            self._begin_anew()
        elif event.key() == Qt.Key.Key_Backspace:
            self._corners = self._corners[:-1]
            self._show(self._corners)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._end()
        else:
            return
        event.accept()

    def deactivate(self) -> None:
        """Another tool takes over."""
        self._begin_anew()
        super().deactivate()

    def remove(self) -> None:
        """Take the band off the map."""
        self.canvas().scene().removeItem(self._band)

    def _show(self, corners: List[QgsPointXY]) -> None:
        self._band.setToGeometry(QgsGeometry.fromPolygonXY([corners]), None)

    def _begin_anew(self) -> None:
        self._corners = []
        self._band.reset(QgsWkbTypes.GeometryType.PolygonGeometry)

    def _end(self) -> None:
        distinct = [point for i, point in enumerate(self._corners) if i == 0 or point != self._corners[i - 1]]
        self._begin_anew()
        if len(distinct) >= 3:
            self.drawn.emit(QgsGeometry.fromPolygonXY([distinct]))
