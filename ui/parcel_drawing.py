"""Drawing parcels on the map, one after the other, until another tool is taken."""

from __future__ import annotations

from typing import Callable

from qgis.core import QgsGeometry
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtWidgets import QAbstractButton

from sentinel_workbench.ui.button_tool import ButtonTool
from sentinel_workbench.ui.polygon_tool import PolygonTool


class ParcelDrawing(ButtonTool):
    """The tool behind a checkable button.

    Args:
        canvas: the map.
        button: down while the tool is in use.
        begin: called before the first parcel is drawn.
        drawn: called with each outline in the map's CRS.
    """

    def __init__(
        self, canvas: QgsMapCanvas, button: QAbstractButton, begin: Callable[[], None],
        drawn: Callable[[QgsGeometry], None],
    ) -> None:
        super().__init__(canvas, button)
        self._begin, self._drawn = begin, drawn

    def make_tool(self) -> PolygonTool:
        tool = PolygonTool(self._canvas)
        tool.drawn.connect(lambda shape: self._drawn(QgsGeometry(shape)))
        return tool

    def begin(self) -> None:
        self._begin()

    def remove_tool(self, tool: PolygonTool) -> None:
        tool.remove()
