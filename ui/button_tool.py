"""A map tool behind a checkable button: down while the tool is in use, up when another one takes over."""

from __future__ import annotations

from typing import Optional

from qgis.core import QgsCoordinateReferenceSystem, QgsProject
from qgis.gui import QgsMapCanvas, QgsMapTool
from qgis.PyQt.QtWidgets import QAbstractButton

_LON_LAT = "EPSG:4326"


class ButtonTool:
    """Base of them. The tool is made when the button is pressed first.

    Args:
        canvas: the map.
        button: checkable.
    """

    def __init__(self, canvas: QgsMapCanvas, button: QAbstractButton) -> None:
        self._canvas, self._button = canvas, button
        self._tool: Optional[QgsMapTool] = None
        self._earlier: Optional[QgsMapTool] = None
        button.toggled.connect(self._switch)
        canvas.mapToolSet.connect(self._follow_tool)

    def make_tool(self) -> QgsMapTool:
        """The tool, with its signals connected."""
        raise NotImplementedError

    def begin(self) -> None:
        """Called each time before the tool is given to the user."""

    def remove_tool(self, tool: QgsMapTool) -> None:
        """Take off the map what the tool put there."""

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
            self.remove_tool(self._tool)
            self._tool.deleteLater()
            self._tool = None

    def _switch(self, on: bool) -> None:
        if on:
            if self._tool is None:
                self._tool = self.make_tool()
            self._earlier = self._canvas.mapTool()
            self.begin()
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
