"""The area on the map: the view, a layer's extent, and a rectangle the user draws and keeps seeing."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsGeometry,
    QgsMapLayer,
    QgsProject,
    QgsRectangle,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsMapTool, QgsMapToolExtent, QgsRubberBand
from qgis.PyQt.QtGui import QColor

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.qgis.geometry import bbox_of
from sentinel_workbench.ui.translation import tr


class MapArea:
    """Reads areas from a map canvas. ``shut_down`` leaves the canvas as it was."""

    def __init__(self, canvas: QgsMapCanvas, changed: Callable[[], None]) -> None:
        self._canvas, self._changed = canvas, changed
        self._tool: Optional[QgsMapToolExtent] = None
        self._earlier_tool: Optional[QgsMapTool] = None
        self._drawn: Optional[QgsRectangle] = None
        self._drawn_crs = QgsCoordinateReferenceSystem()
        self._band = QgsRubberBand(canvas, QgsWkbTypes.GeometryType.PolygonGeometry)
        self._band.setStrokeColor(QColor(207, 47, 47))
        self._band.setFillColor(QColor(207, 47, 47, 25))
        self._band.setWidth(2)
        canvas.extentsChanged.connect(changed)
        canvas.destinationCrsChanged.connect(changed)

    def view(self) -> BBox:
        """What the map shows.

        Raises:
            InvalidInput: the map has no place yet, or the view can't be expressed.
        """
        extent = self._canvas.extent()
        if extent.isEmpty():
            raise InvalidInput("area", tr("The map is empty."), tr("Add a layer, or choose another area."))
        return bbox_of(extent, self._crs())

    def layer(self, layer: Optional[QgsMapLayer]) -> BBox:
        """Where a layer lies.

        Raises:
            InvalidInput: no layer, or one without a place.
        """
        if layer is None:
            raise InvalidInput("area", tr("The project has no layer."), tr("Add one, or choose another area."))
        if layer.extent().isEmpty() or not layer.crs().isValid():
            raise InvalidInput("area", tr("The layer '{name}' has no place on the map.").format(name=layer.name()))
        return bbox_of(layer.extent(), layer.crs())

    def drawn(self) -> BBox:
        """The rectangle drawn last.

        Raises:
            InvalidInput: none was drawn, or it can't be expressed.
        """
        if self._drawn is None:
            raise InvalidInput("area", tr("No rectangle is drawn."), tr("Press 'Draw on the map' and drag."))
        return bbox_of(self._drawn, self._drawn_crs)

    def start_drawing(self) -> None:
        """Give the user the rectangle tool until one is drawn."""
        if self._tool is None:
            self._tool = QgsMapToolExtent(self._canvas)
            self._tool.extentChanged.connect(self._take)
        if self._canvas.mapTool() is not self._tool:
            self._earlier_tool = self._canvas.mapTool()
        self._canvas.setMapTool(self._tool)

    def show_band(self, visible: bool) -> None:
        """Show or hide the drawn rectangle."""
        self._band.setVisible(visible and self._drawn is not None)

    def shut_down(self) -> None:
        """Remove tool, band and connections."""
        self._canvas.extentsChanged.disconnect(self._changed)
        self._canvas.destinationCrsChanged.disconnect(self._changed)
        self._give_tool_back()
        if self._tool is not None:
            self._tool.deleteLater()
            self._tool = None
        self._canvas.scene().removeItem(self._band)

    def _take(self, extent: QgsRectangle) -> None:
        if extent.isEmpty():
            return
        self._drawn, self._drawn_crs = QgsRectangle(extent), self._crs()
        self._give_tool_back()
        self._band.setToGeometry(QgsGeometry.fromRect(extent), self._drawn_crs)
        self.show_band(True)
        self._changed()

    def _give_tool_back(self) -> None:
        if self._tool is not None and self._canvas.mapTool() is self._tool:
            if self._earlier_tool is not None:
                self._canvas.setMapTool(self._earlier_tool)
            else:
                self._canvas.unsetMapTool(self._tool)

    def _crs(self) -> QgsCoordinateReferenceSystem:
        crs = self._canvas.mapSettings().destinationCrs()
        return crs if crs.isValid() else QgsProject.instance().crs()


def parse_bounds(text: str) -> BBox:
    """``west, south, east, north`` in degrees, separated by commas, semicolons or spaces.

    Raises:
        InvalidInput: not four numbers, or not an area.
    """
    parts = text.replace(";", " ").replace(",", " ").split()
    try:
        values = [float(part) for part in parts]
    except ValueError as error:
        raise InvalidInput("area", *_four_numbers()) from error
    if len(values) != 4:
        raise InvalidInput("area", *_four_numbers())
    return BBox(*values)


def _four_numbers() -> tuple:
    return (
        tr("The coordinates are not four numbers."),
        tr("Type west, south, east, north, such as 46.16, -16.15, 46.51, -15.58."),
    )
