"""Decides where to search: an area as the Imagery tab knows it, a point, or everywhere."""

from __future__ import annotations

from typing import Any, Callable, List, Optional, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsCsException,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
)
from qgis.gui import QgsMapCanvas, QgsMapTool, QgsMapToolEmitPoint

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.services.stac_search import Place, together
from sentinel_workbench.ui.area_chooser import AreaChooser, AreaKind
from sentinel_workbench.ui.area_controller import AreaController
from sentinel_workbench.ui.translation import tr

_LON_LAT = "EPSG:4326"


class SearchArea:
    """The area row of the Search tab.

    Args:
        chooser: made for searching.
        canvas: the map.
        changed: called when the place may be another one.
    """

    def __init__(self, chooser: AreaChooser, canvas: QgsMapCanvas, changed: Callable[[], None]) -> None:
        self._chooser, self._canvas = chooser, canvas
        self.areas = AreaController(chooser, canvas, changed)
        self._tool: Optional[QgsMapToolEmitPoint] = None
        self._earlier: Optional[QgsMapTool] = None
        chooser.point_asked.connect(self._start_picking)

    def place(self) -> Place:
        """An area, a GeoJSON geometry in lon/lat, or None for everywhere.

        Raises:
            InvalidInput: there is none, or it can't be used.
        """
        if self._chooser.kind is AreaKind.ANYWHERE:
            return None
        if self._chooser.kind is AreaKind.POINT:
            return {"type": "Point", "coordinates": parse_point(self._chooser.point_edit.text())}
        return together(self.areas.areas())

    def clip_areas(self) -> List[Area]:
        """Where to cut files.

        Raises:
            InvalidInput: a point, everywhere, or no usable area.
        """
        if self._chooser.kind in (AreaKind.ANYWHERE, AreaKind.POINT):
            raise InvalidInput(
                "area", tr("Files can be cut to an area only, not to a point."),
                tr("Choose another kind of area under 'Change search'."),
            )
        return self.areas.areas()

    def zoom(self, corners: Tuple[float, float, float, float]) -> None:
        """Show west, south, east, north of lon/lat on the map; what its CRS can't express is left alone."""
        west, south, east, north = corners
        extent = QgsRectangle(west, south, east if west <= east else 180.0, north)
        crs = self._canvas.mapSettings().destinationCrs()
        try:
            if crs.isValid():
                lon_lat = QgsCoordinateReferenceSystem(_LON_LAT)
                extent = QgsCoordinateTransform(lon_lat, crs, QgsProject.instance()).transformBoundingBox(extent)
        except QgsCsException:
            return
        self._canvas.setExtent(extent)
        self._canvas.refresh()

    def show(self) -> None:
        """Show the drawn shape while it is the place."""
        self.areas.show()

    def shut_down(self) -> None:
        """Leave the map as it was."""
        self._stop_picking()
        if self._tool is not None:
            self._tool.deleteLater()
            self._tool = None
        self.areas.shut_down()

    def _start_picking(self) -> None:
        if self._tool is None:
            self._tool = QgsMapToolEmitPoint(self._canvas)
            self._tool.canvasClicked.connect(self._take_point)
        if self._canvas.mapTool() is not self._tool:
            self._earlier = self._canvas.mapTool()
        self._canvas.setMapTool(self._tool)
        self._canvas.setFocus()

    def _take_point(self, point: QgsPointXY, _button: Any = None) -> None:
        shape = QgsGeometry.fromPointXY(point)
        crs = self._canvas.mapSettings().destinationCrs()
        try:
            if crs.isValid():
                wanted = QgsCoordinateReferenceSystem(_LON_LAT)
                shape.transform(QgsCoordinateTransform(crs, wanted, QgsProject.instance()))
        except QgsCsException:
            return  # outside of what the map's CRS can express
        self._chooser.point_edit.setText(f"{shape.asPoint().x():.6f}, {shape.asPoint().y():.6f}")
        self._stop_picking()

    def _stop_picking(self) -> None:
        if self._tool is None or self._canvas.mapTool() is not self._tool:
            return
        if self._earlier is not None:
            self._canvas.setMapTool(self._earlier)
        else:
            self._canvas.unsetMapTool(self._tool)


def parse_point(text: str) -> List[float]:
    """``longitude, latitude`` in degrees.

    Raises:
        InvalidInput: not two numbers, or no place on Earth.
    """
    try:
        lon, lat = (float(part) for part in text.replace(";", " ").replace(",", " ").split())
    except ValueError as error:
        raise InvalidInput(
            "area", tr("The point is not two numbers."), tr("Type longitude, latitude, such as 46.31, -15.72.")
        ) from error
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInput("area", tr("The point is not on Earth."), tr("Type the longitude first, in degrees."))
    return [lon, lat]
