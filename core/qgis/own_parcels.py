"""Parcels the user draws, and a few fields of the demo to try things with: layers of the project."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional, Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsFeature,
    QgsFeatureRequest,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from sentinel_workbench.core.errors import StorageError
from sentinel_workbench.core.qgis.parcel_layers import dress_parcels

DEMO_FIELDS = 12
_PROPERTY, _DRAWN, _DEMO = "sentinel_workbench/parcels", "drawn", "demo"
_DEMO_MIDDLE, _DEMO_REACH_M = (662_950.0, 8_220_200.0), 1500.0
"""Among fields of every crop, in the CRS of their table."""


def drawn_layer(title: str, crs: QgsCoordinateReferenceSystem) -> QgsVectorLayer:
    """The project's layer of drawn parcels, made with ``title`` when there is none. Main thread."""
    return _find(_DRAWN) or _make(title, crs, _DRAWN)


def add_drawn(layer: QgsVectorLayer, shape: QgsGeometry, crs: QgsCoordinateReferenceSystem) -> str:
    """Add an outline in the CRS ``crs``; the new parcel's id.

    Raises:
        QgsCsException: it can't be expressed in the layer's CRS.
    """
    taken = {str(feature["pid"]) for feature in layer.getFeatures()}
    pid = next(str(number) for number in range(1, len(taken) + 2) if str(number) not in taken)
    feature = QgsFeature(layer.fields())
    feature.setAttribute("pid", pid)
    outline = QgsGeometry(shape)
    outline.transform(QgsCoordinateTransform(crs, layer.crs(), QgsProject.instance()))
    feature.setGeometry(outline)
    _add(layer, [feature])
    return pid


def demo_layer(title: str, table: Path) -> QgsVectorLayer:
    """A dozen neighbouring fields of the demo's table, made with ``title`` when not in the project. Main thread.

    Raises:
        StorageError: the table can't be read.
    """
    found = _find(_DEMO)
    if found is not None:
        return found
    source = QgsVectorLayer(str(table), "fields", "ogr")
    members = _nearest(source) if source.isValid() else []
    if not members:
        raise StorageError(f"The demo's fields in {table} can't be read.", "Start the local hub again; it makes them.")
    layer = _make(title, source.crs(), _DEMO)
    _add(layer, members)
    return layer


def _find(kind: str) -> Optional[QgsVectorLayer]:
    layers = QgsProject.instance().mapLayers().values()
    return next((one for one in layers if one.customProperty(_PROPERTY) == kind and one.isValid()), None)


def _make(title: str, crs: QgsCoordinateReferenceSystem, kind: str) -> QgsVectorLayer:
    layer = QgsVectorLayer("Polygon?field=pid:string&field=cropname:string", title, "memory")
    layer.setCrs(crs)
    layer.setCustomProperty(_PROPERTY, kind)
    dress_parcels(layer)
    return QgsProject.instance().addMapLayer(layer)


def _add(layer: QgsVectorLayer, features: Sequence[QgsFeature]) -> None:
    layer.dataProvider().addFeatures(list(features))
    layer.updateExtents()
    layer.triggerRepaint()


def _nearest(source: QgsVectorLayer) -> List[QgsFeature]:
    middle = QgsGeometry.fromPointXY(QgsPointXY(*_DEMO_MIDDLE))
    (x, y), reach = _DEMO_MIDDLE, _DEMO_REACH_M
    around = QgsFeatureRequest(QgsRectangle(x - reach, y - reach, x + reach, y + reach))
    near = sorted(source.getFeatures(around), key=lambda one: one.geometry().centroid().distance(middle))
    fields = []
    for found in near[:DEMO_FIELDS]:
        feature = QgsFeature()
        feature.setAttributes([found["pid"], found["cropname"]])
        feature.setGeometry(found.geometry())
        fields.append(feature)
    return fields
