"""Picks places on the map, one after the other, until Esc or another tool."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.core import QgsPointXY
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QAbstractButton


class PlaceTool(QgsMapTool):
    """A map tool; ``picked`` carries a point in the map's CRS, ``left`` tells of Esc."""

    picked = pyqtSignal(QgsPointXY)
    left = pyqtSignal()

    def __init__(self, canvas: QgsMapCanvas) -> None:
        super().__init__(canvas)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def canvasReleaseEvent(self, event: QgsMapMouseEvent) -> None:
        """A left click picks, a right click leaves."""
        if event.button() == Qt.MouseButton.RightButton:
            self.left.emit()
        elif event.button() == Qt.MouseButton.LeftButton:
            self.picked.emit(event.mapPoint())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc leaves."""
        if event.key() == Qt.Key.Key_Escape:
            event.accept()
            self.left.emit()


class PlacePicking:
    """The tool behind a checkable button.

    Args:
        canvas: the map.
        button: down while the tool is in use.
        picked: called with each place in the map's CRS.
    """

    def __init__(self, canvas: QgsMapCanvas, button: QAbstractButton, picked: Callable[[QgsPointXY], None]) -> None:
        self._canvas, self._button, self._picked = canvas, button, picked
        self._tool: Optional[PlaceTool] = None
        self._earlier: Optional[QgsMapTool] = None
        button.toggled.connect(self._switch)
        canvas.mapToolSet.connect(self._follow_tool)

    def shut_down(self) -> None:
        """Leave the map as it was."""
        self._button.setChecked(False)
        self._canvas.mapToolSet.disconnect(self._follow_tool)
        if self._tool is not None:
            self._tool.deleteLater()
            self._tool = None

    def _switch(self, on: bool) -> None:
        if on:
            if self._tool is None:
                self._tool = PlaceTool(self._canvas)
                self._tool.picked.connect(lambda point: self._picked(QgsPointXY(point)))
                self._tool.left.connect(lambda: self._button.setChecked(False))
            self._earlier = self._canvas.mapTool()
            self._canvas.setMapTool(self._tool)
            self._canvas.setFocus()
        elif self._tool is not None and self._canvas.mapTool() is self._tool:
            if self._earlier is not None:
                self._canvas.setMapTool(self._earlier)
            else:
                self._canvas.unsetMapTool(self._tool)

    def _follow_tool(self, tool: Optional[QgsMapTool], _before: Optional[QgsMapTool] = None) -> None:
        if self._button.isChecked() and tool is not self._tool:
            self._button.setChecked(False)
