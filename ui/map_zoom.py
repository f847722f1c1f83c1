"""The map brought to a place."""

from __future__ import annotations

from qgis.core import QgsCoordinateTransform, QgsCsException, QgsProject
from qgis.gui import QgsMapCanvas

from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.qgis.geometry import crs_of, extent_of


def zoom_to(canvas: QgsMapCanvas, bbox: BBox) -> None:
    """Show a place on the map; one that has no place in the map's CRS is let alone."""
    target = canvas.mapSettings().destinationCrs()
    extent = extent_of(bbox)
    if target.isValid():
        try:
            extent = QgsCoordinateTransform(crs_of(bbox), target, QgsProject.instance()).transformBoundingBox(extent)
        except QgsCsException:
            return
    canvas.setExtent(extent)
    canvas.refresh()
