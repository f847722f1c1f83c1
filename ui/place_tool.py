"""Picks places on the map, one after the other, until Esc or another tool."""

from __future__ import annotations

from typing import Callable

from qgis.core import QgsPointXY
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent, QgsMapTool
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent
from qgis.PyQt.QtWidgets import QAbstractButton

from sentinel_workbench.ui.button_tool import ButtonTool


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


class PlacePicking(ButtonTool):
    """The tool behind a checkable button.

    Args:
        canvas: the map.
        button: down while the tool is in use.
        picked: called with each place in the map's CRS.
    """

    def __init__(self, canvas: QgsMapCanvas, button: QAbstractButton, picked: Callable[[QgsPointXY], None]) -> None:
        super().__init__(canvas, button)
        self._picked = picked

    def make_tool(self) -> PlaceTool:
        tool = PlaceTool(self._canvas)
        tool.picked.connect(lambda point: self._picked(QgsPointXY(point)))
        tool.left.connect(lambda: self._button.setChecked(False))
        return tool
