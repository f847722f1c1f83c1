"""Parcels found at a CbM server as layers of the project that know where they came from. Main thread."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

from qgis.core import QgsFeature, QgsField, QgsMapLayer, QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import QVariant

from sentinel_workbench.core.cbm.peers import Peer
from sentinel_workbench.core.cbm.records import CbmParcel, ParcelTable
from sentinel_workbench.core.errors import DamagedFile, InvalidInput
from sentinel_workbench.core.qgis.parcel_layers import add_parcels, parcel_feature

_PROPERTY = "sentinelworkbench/cbm_parcels"
_DISTANCE = "distance_m"


@dataclass(frozen=True)
class ParcelOrigin:
    """Where parcels came from: name of the server, and the table there."""

    server: str
    table: ParcelTable


def keep_parcels(
    found: Sequence[CbmParcel], origin: ParcelOrigin, title: str, project: Optional[QgsProject] = None
) -> List[QgsVectorLayer]:
    """Put parcels into the project's layer of their table, made with ``title`` when there is none, and select them.

    A parcel that is there already is not added twice. Parcels of several CRS come to as many layers.

    Raises:
        InvalidInput: none came with its outline.
    """
    project = project or QgsProject.instance()
    by_crs: Dict[str, List[CbmParcel]] = {}
    for parcel in found:
        if parcel.geometry is not None:
            by_crs.setdefault(parcel.crs, []).append(parcel)
    layers = []
    for crs, members in by_crs.items():
        layer = _layer_of(origin, crs, project)
        if layer is None:
            (layer,) = add_parcels(members, title, project)
            layer.setCustomProperty(_PROPERTY, _text_of(origin))
        else:
            _append(layer, members)
        _select(layer, [parcel.pid for parcel in members])
        layers.append(layer)
    if not layers:
        raise InvalidInput("parcels", "No parcel came with its outline.", "Ask for the geometry.")
    return layers


def add_peers(
    peers: Sequence[Peer], origin: ParcelOrigin, title: str, project: Optional[QgsProject] = None
) -> List[QgsVectorLayer]:
    """Peers as layers of their own, with a column for the distance.

    Raises:
        InvalidInput: none came with its outline.
    """
    distances = {peer.parcel.pid: peer.distance_m for peer in peers}
    layers = add_parcels([peer.parcel for peer in peers], title, project)
    for layer in layers:
        layer.setCustomProperty(_PROPERTY, _text_of(origin))
        provider = layer.dataProvider()
        provider.addAttributes([QgsField(_DISTANCE, QVariant.Double)])
        layer.updateFields()
        column = layer.fields().indexFromName(_DISTANCE)
        provider.changeAttributeValues(
            {feature.id(): {column: distances[feature["pid"]]} for feature in layer.getFeatures()}
        )
    return layers


def add_background(path: Path, title: str, project: Optional[QgsProject] = None) -> QgsRasterLayer:
    """A map of a server as the project's lowest layer.

    Raises:
        DamagedFile: it does not open.
    """
    project = project or QgsProject.instance()
    layer = QgsRasterLayer(str(path), title, "gdal")
    if not layer.isValid():
        raise DamagedFile(f"The map {path.name} does not open.", "Ask for it again.")
    project.addMapLayer(layer, False)
    project.layerTreeRoot().insertLayer(-1, layer)
    return layer


def origin_of(layer: Optional[QgsMapLayer]) -> Optional[ParcelOrigin]:
    """Where the parcels of a layer came from, None for other layers."""
    text = layer.customProperty(_PROPERTY) if layer is not None else None
    try:
        server, aoi, year, parcel_type = json.loads(str(text))
        return ParcelOrigin(str(server), ParcelTable(aoi, year, parcel_type))
    except (TypeError, ValueError, InvalidInput):
        return None


def _text_of(origin: ParcelOrigin) -> str:
    return json.dumps([origin.server, origin.table.aoi, origin.table.year, origin.table.parcel_type])


def _layer_of(origin: ParcelOrigin, crs: str, project: QgsProject) -> Optional[QgsVectorLayer]:
    """The layer of a table that parcels are added to: no peers, and not being edited."""
    for layer in project.mapLayers().values():
        if (
            isinstance(layer, QgsVectorLayer) and origin_of(layer) == origin and layer.crs().authid() == crs
            and layer.providerType() == "memory" and not layer.isEditable()
            and layer.fields().indexFromName(_DISTANCE) < 0
        ):
            return layer
    return None


def _append(layer: QgsVectorLayer, members: Sequence[CbmParcel]) -> None:
    known = {str(feature["pid"]) for feature in layer.getFeatures()}
    new = [_fitting(parcel_feature(parcel), layer) for parcel in members if parcel.pid not in known]
    if new:
        layer.dataProvider().addFeatures(new)
        layer.updateExtents()
        layer.dataChanged.emit()
        layer.triggerRepaint()


def _fitting(feature: QgsFeature, layer: QgsVectorLayer) -> QgsFeature:
    """The same with the columns the layer has now, which the user may have changed."""
    fitted = QgsFeature(layer.fields())
    fitted.setGeometry(feature.geometry())
    for name in feature.fields().names():
        if layer.fields().indexFromName(name) >= 0:
            fitted[name] = feature[name]
    return fitted


def _select(layer: QgsVectorLayer, pids: Sequence[str]) -> None:
    wanted = set(pids)
    layer.selectByIds([feature.id() for feature in layer.getFeatures() if str(feature["pid"]) in wanted])


def selected_parcel(layer: Optional[QgsVectorLayer]) -> Optional[Tuple[str, QgsFeature]]:
    """Id and feature of the one parcel that is selected, None when none or several are."""
    if layer is None or layer.selectedFeatureCount() != 1 or origin_of(layer) is None:
        return None
    (feature,) = layer.selectedFeatures()
    return (str(feature["pid"]), feature) if feature.fields().indexFromName("pid") >= 0 else None
