"""Polygon layers as parcels, and parcels as layers."""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Optional, Sequence, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsField,
    QgsFields,
    QgsProject,
    QgsVectorLayer,
)
from qgis.PyQt.QtCore import QVariant
from qgis.PyQt.QtGui import QColor

from sentinel_workbench.core.cbm.records import CbmParcel
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.qgis.geometry import geojson_of, geometry_of, service_crs
from sentinel_workbench.core.services.parcel_chips import look_over

ID_FIELDS = ("pid", "parcel_id", "parcelid", "id", "name")
"""Tried in this order where nobody says which field holds the ids."""
_EDGE, _INSIDE = QColor(207, 47, 47), QColor(255, 255, 255, 40)


def read_parcels(
    features: Iterable[QgsFeature], crs: QgsCoordinateReferenceSystem, field: Optional[str] = None
) -> Tuple[Tuple[Parcel, ...], Tuple[str, ...]]:
    """Features as parcels, and a sentence about each that can't be one or needs a word.

    Args:
        features: with polygons.
        crs: of their layer.
        field: holds their ids; the feature's own id where it is empty.

    Raises:
        InvalidInput: no feature is left.
    """
    parcels: List[Parcel] = []
    notes: List[str] = []
    target = service_crs(crs)
    for feature in features:
        pid = _id_of(feature, field)
        if feature.geometry().isNull():
            notes.append(f"Parcel {pid} was left out: it has no outline.")
            continue
        try:
            parcels.append(Parcel(pid, geojson_of(feature.geometry(), crs, target), target))
        except InvalidInput as error:
            notes.append(f"Parcel {pid} was left out: {error.message}")
    usable, more = look_over(parcels)
    if not usable:
        raise InvalidInput("parcels", "The layer has no polygon that can be used.", "Choose another, or select some.")
    return usable, (*notes, *more)


def id_field_of(names: Sequence[str]) -> Optional[str]:
    """The field that most likely holds the ids, or None."""
    by_lower = {name.lower(): name for name in names}
    return next((by_lower[name] for name in ID_FIELDS if name in by_lower), None)


def add_parcels(
    parcels: Sequence[CbmParcel], title: str, project: Optional[QgsProject] = None
) -> List[QgsVectorLayer]:
    """Parcels of a server as memory layers in their own CRS, one for each CRS. Main thread.

    Raises:
        InvalidInput: none came with its outline.
    """
    by_crs: Dict[str, List[CbmParcel]] = {}
    for parcel in parcels:
        if parcel.geometry is not None:
            by_crs.setdefault(parcel.crs, []).append(parcel)
    if not by_crs:
        raise InvalidInput("parcels", "No parcel came with its outline.", "Ask for the geometry.")
    layers = []
    for crs, members in by_crs.items():
        layer = QgsVectorLayer(f"MultiPolygon?crs={crs}", title, "memory")
        layer.dataProvider().addAttributes(parcel_fields().toList())
        layer.updateFields()
        layer.dataProvider().addFeatures([parcel_feature(parcel) for parcel in members])
        layer.updateExtents()
        dress_parcels(layer)
        layers.append((project or QgsProject.instance()).addMapLayer(layer))
    return layers


def dress_parcels(layer: QgsVectorLayer) -> None:
    """An edge and hardly any fill, so that images below stay visible."""
    symbol = layer.renderer().symbol()
    symbol.setColor(_INSIDE)
    symbol.symbolLayer(0).setStrokeColor(_EDGE)
    symbol.symbolLayer(0).setStrokeWidth(0.5)


def parcel_fields() -> QgsFields:
    """Columns of a layer of a server's parcels."""
    fields = QgsFields()
    for name, kind in (("pid", QVariant.String), ("cropcode", QVariant.String), ("cropname", QVariant.String),
                       ("area_m2", QVariant.Double)):
        fields.append(QgsField(name, kind))
    return fields


def parcel_feature(parcel: CbmParcel) -> QgsFeature:
    """A parcel as a row of such a layer, its outline a multipolygon in its own CRS."""
    feature = QgsFeature(parcel_fields())
    feature.setAttributes([parcel.pid, parcel.crop_code, parcel.crop_name, parcel.area_m2])
    if parcel.geometry is not None:
        geometry = geometry_of(parcel.geometry)
        geometry.convertToMultiType()
        feature.setGeometry(geometry)
    return feature


def _id_of(feature: QgsFeature, field: Optional[str]) -> str:
    value: Any = feature[field] if field else None
    text = "" if value is None or (isinstance(value, QVariant) and value.isNull()) else str(value).strip()
    return text or str(feature.id())
