"""Areas on the map: the view, a layer's extent, its polygons, and a shape the user draws and keeps seeing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Dict, List, Optional

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsMapLayer,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.gui import QgsMapCanvas, QgsMapTool, QgsMapToolExtent, QgsRubberBand
from qgis.PyQt.QtGui import QColor

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.qgis.geometry import (
    area_of,
    bbox_of,
    crs_of,
    extent_of,
    geojson_of,
    geometry_of,
    service_crs,
)
from sentinel_workbench.ui.polygon_tool import PolygonTool
from sentinel_workbench.ui.translation import tr

MAX_FEATURES = 200
"""Orders at once; each is a series of its own."""


@dataclass(frozen=True)
class Drawn:
    """A shape and the CRS the map had."""

    shape: QgsGeometry
    crs: QgsCoordinateReferenceSystem


class MapArea:
    """Reads areas from a map canvas. ``shut_down`` leaves the canvas as it was."""

    def __init__(self, canvas: QgsMapCanvas, changed: Callable[[], None]) -> None:
        self._canvas, self._changed = canvas, changed
        self._rectangle_tool: Optional[QgsMapToolExtent] = None
        self._polygon_tool: Optional[PolygonTool] = None
        self._earlier_tool: Optional[QgsMapTool] = None
        self._drawn: Dict[bool, Drawn] = {}
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

    @property
    def is_blank(self) -> bool:
        """It has no layer; QGIS shows its welcome page then, and the extent is none that anyone chose."""
        return not self._canvas.layers()

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

    def polygons(self, layer: Optional[QgsMapLayer]) -> List[Area]:
        """The selected polygons of a layer, or all of them when none is selected, each with its name.

        Raises:
            InvalidInput: no polygon layer, none or too many of them, or one that can't be used.
        """
        if not isinstance(layer, QgsVectorLayer):
            raise InvalidInput("area", tr("The project has no polygon layer."), tr("Add one, or choose another area."))
        count = layer.selectedFeatureCount() or layer.featureCount()
        if not 1 <= count <= MAX_FEATURES:
            raise InvalidInput(
                "area", tr("{count} polygons are chosen; 1 to {most} are possible.").format(
                    count=count, most=MAX_FEATURES),
                tr("Select fewer in the layer '{name}'.").format(name=layer.name()),
            )
        features = layer.selectedFeatures() if layer.selectedFeatureCount() else layer.getFeatures()
        return [_area_of(feature, layer) for feature in sorted(features, key=QgsFeature.id)]

    def drawn(self, polygon: bool = False) -> Area:
        """The rectangle, or the polygon, drawn last.

        Raises:
            InvalidInput: none was drawn, or it can't be expressed.
        """
        found = self._drawn.get(polygon)
        if found is None:
            what = tr("No polygon is drawn.") if polygon else tr("No rectangle is drawn.")
            raise InvalidInput("area", what, tr("Press 'Draw on the map' and drag."))
        if not polygon:
            return Area(bbox_of(found.shape.boundingBox(), found.crs))
        target = service_crs(found.crs)
        return Area.of_geometry(geojson_of(found.shape, found.crs, target), target)

    def take_area(self, area: Area) -> None:
        """Show a given area as if it was drawn."""
        bbox = area.bbox
        shape = QgsGeometry.fromRect(extent_of(bbox)) if area.geometry is None else geometry_of(area.geometry)
        self._drawn[area.geometry is not None] = Drawn(shape, crs_of(bbox))

    def start_drawing(self, polygon: bool = False) -> None:
        """Give the user the tool until a shape is drawn."""
        tool = self._polygons_tool() if polygon else self._rectangles_tool()
        if self._canvas.mapTool() not in (self._rectangle_tool, self._polygon_tool):
            self._earlier_tool = self._canvas.mapTool()
        self._canvas.setMapTool(tool)
        self._canvas.setFocus()

    def show_band(self, polygon: Optional[bool]) -> None:
        """Show the drawn rectangle or polygon, or nothing when None."""
        found = None if polygon is None else self._drawn.get(polygon)
        if found is not None:
            self._band.setToGeometry(found.shape, found.crs)
        self._band.setVisible(found is not None)

    def shut_down(self) -> None:
        """Remove tool, band and connections."""
        self._canvas.extentsChanged.disconnect(self._changed)
        self._canvas.destinationCrsChanged.disconnect(self._changed)
        self._give_tool_back()
        if self._polygon_tool is not None:
            self._polygon_tool.remove()
        for tool in (self._rectangle_tool, self._polygon_tool):
            if tool is not None:
                tool.deleteLater()
        self._rectangle_tool = self._polygon_tool = None
        self._canvas.scene().removeItem(self._band)

    def _rectangles_tool(self) -> QgsMapToolExtent:
        if self._rectangle_tool is None:
            self._rectangle_tool = QgsMapToolExtent(self._canvas)
            self._rectangle_tool.extentChanged.connect(self._take_extent)
        return self._rectangle_tool

    def _polygons_tool(self) -> PolygonTool:
        if self._polygon_tool is None:
            self._polygon_tool = PolygonTool(self._canvas)
            self._polygon_tool.drawn.connect(lambda shape: self._take(shape, True))
        return self._polygon_tool

    def _take_extent(self, extent: QgsRectangle) -> None:
        if not extent.isEmpty():
            self._take(QgsGeometry.fromRect(extent), False)

    def _take(self, shape: QgsGeometry, polygon: bool) -> None:
        self._drawn[polygon] = Drawn(QgsGeometry(shape), self._crs())
        self._give_tool_back()
        self.show_band(polygon)
        self._changed()

    def _give_tool_back(self) -> None:
        tool = self._canvas.mapTool()
        if tool is None or tool not in (self._rectangle_tool, self._polygon_tool):
            return
        if self._earlier_tool is not None:
            self._canvas.setMapTool(self._earlier_tool)
        else:
            self._canvas.unsetMapTool(tool)

    def _crs(self) -> QgsCoordinateReferenceSystem:
        crs = self._canvas.mapSettings().destinationCrs()
        return crs if crs.isValid() else QgsProject.instance().crs()


def _area_of(feature: QgsFeature, layer: QgsVectorLayer) -> Area:
    name = str(feature[layer.displayField()]) if layer.displayField() else ""
    return area_of(feature.geometry(), layer.crs(), name or str(feature.id()))


def parse_bounds(text: str) -> BBox:
    """``west, south, east, north`` in degrees, separated by commas, semicolons or spaces; in brackets as in code too.

    With semicolons between them, numbers may have decimal commas.

    Raises:
        InvalidInput: not four numbers, or not an area.
    """
    plain = text.strip().strip("[](){}")
    comma = "." if plain.count(";") == 3 else " "
    parts = plain.replace(",", comma).replace(";", " ").split()
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
