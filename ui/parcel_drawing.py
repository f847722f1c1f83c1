"""Drawing parcels on the map, one after the other, until another tool is taken."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsGeometry, QgsProject
from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt.QtWidgets import QAbstractButton

from sentinel_workbench.ui.polygon_tool import PolygonTool

_LON_LAT = "EPSG:4326"


class ParcelDrawing:
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
        self._canvas, self._button, self._begin, self._drawn = canvas, button, begin, drawn
        self._tool: Optional[PolygonTool] = None
        self._earlier: Optional[QgsMapTool] = None
        button.toggled.connect(self._switch)
        canvas.mapToolSet.connect(self._follow_tool)

    @property
    def crs(self) -> QgsCoordinateReferenceSystem:
        """That of the map."""
        for crs in (self._canvas.mapSettings().destinationCrs(), QgsProject.instance().crs()):
            if crs.isValid():
                return crs
        return QgsCoordinateReferenceSystem(_LON_LAT)

    def shut_down(self) -> None:
        """Leave the map as it was."""
        self._button.setChecked(False)
        self._canvas.mapToolSet.disconnect(self._follow_tool)
        if self._tool is not None:
            self._tool.remove()
            self._tool.deleteLater()
            self._tool = None

    def _switch(self, on: bool) -> None:
        if on:
            if self._tool is None:
                self._tool = PolygonTool(self._canvas)
                self._tool.drawn.connect(lambda shape: self._drawn(QgsGeometry(shape)))
            self._earlier = self._canvas.mapTool()
            self._begin()
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
