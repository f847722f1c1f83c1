"""``cbmparcels`` and ``cbmpeers``: parcels of a CbM server as layers in their own CRS."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterNumber,
    QgsProcessingParameterPoint,
    QgsProcessingParameterString,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant

from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.cbm import CBM_HELP, PID, POINT, CbmAlgorithm
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import is_given
from sentinel_workbench.core.cbm.client import LONGEST_PEER_DISTANCE_M as _FARTHEST_M
from sentinel_workbench.core.cbm.client import MOST_PEERS, CbmClient
from sentinel_workbench.core.cbm.peers import Peer, fetch_peers
from sentinel_workbench.core.cbm.records import CbmParcel
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.qgis.parcel_layers import parcel_feature, parcel_fields

EXTENT, OUTPUT, COUNT, DISTANCE, MOST = "EXTENT", "OUTPUT", "COUNT", "DISTANCE", "MOST"


class CbmParcelsAlgorithm(CbmAlgorithm):
    """Parcels of a CbM server as a layer in their own CRS."""

    def name(self) -> str:
        return "cbmparcels"

    def displayName(self) -> str:
        return "Parcels of a CbM server"

    def shortHelpString(self) -> str:
        return (
            "Asks a CbM server for parcels: the one of an id, those at a point, or those that meet an area (the server "
            "tells at most 100; west of Greenwich and south of the equator, where servers take no polygon, 49 places "
            f"spread over it are asked about). The layer has the CRS of the server's table.\n\n{CBM_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_server()
        for parameter in (
            QgsProcessingParameterString(PID, "Id of a parcel", None, False, True),
            QgsProcessingParameterPoint(POINT, "Or a point", None, True),
            QgsProcessingParameterExtent(EXTENT, "Or an area", None, True),
            QgsProcessingParameterFeatureSink(OUTPUT, "Parcels", QgsProcessing.SourceType.TypeVectorPolygon),
            parameters.hub_data(),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber(COUNT, "Parcels"))

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        with self.client(feedback) as client:
            found = self._found(client, values, context, feedback)
        if not found:
            raise QgsProcessingException("There is no parcel here.")
        return {OUTPUT: self._write(found, values, context), COUNT: len(found)}

    def _found(
        self, client: CbmClient, values: Mapping[str, Any], context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Sequence[CbmParcel]:
        table = self.read_table(values, context)
        crs, progress = QgsCoordinateReferenceSystem("EPSG:4326"), FeedbackProgress(feedback)
        if is_given(values, PID):
            return [client.parcel_by_id(table, self.parameterAsString(values, PID, context), progress=progress)]
        if is_given(values, POINT):
            point = self.parameterAsPoint(values, POINT, context, crs)
            return client.parcel_at(table, point.x(), point.y(), progress=progress)
        if not is_given(values, EXTENT):
            raise InvalidInput("parcels", "No parcel is named.", f"Give {PID}, {POINT} or {EXTENT}.")
        box = self.parameterAsExtent(values, EXTENT, context, crs)
        west, south, east, north = box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()
        ring = [(west, south), (east, south), (east, north), (west, north)]
        found, notes = client.parcels_in(table, ring, progress=progress)
        for note in notes:
            feedback.pushWarning(note)
        return found

    def _write(self, found: Sequence[CbmParcel], values: Mapping[str, Any], context: QgsProcessingContext) -> str:
        crs, kind = QgsCoordinateReferenceSystem(found[0].crs), QgsWkbTypes.Type.MultiPolygon
        sink, target = self.parameterAsSink(values, OUTPUT, context, parcel_fields(), kind, crs)
        for parcel in found:
            sink.addFeature(parcel_feature(parcel), QgsFeatureSink.Flag.FastInsert)
        return target


class CbmPeersAlgorithm(CbmAlgorithm):
    """Parcels near one with the same crop."""

    def name(self) -> str:
        return "cbmpeers"

    def displayName(self) -> str:
        return "Peers of a parcel on a CbM server"

    def shortHelpString(self) -> str:
        return (
            "Asks a CbM server for the parcels near one that have the same crop and more than 3000 m², the nearest "
            "first: a layer in the CRS of the server's table with the distance in metres. None near enough is an empty "
            f"layer.\n\n{CBM_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_server()
        whole, real = QgsProcessingParameterNumber.Type.Integer, QgsProcessingParameterNumber.Type.Double
        for parameter in (
            QgsProcessingParameterString(PID, "Id of the parcel"),
            QgsProcessingParameterNumber(DISTANCE, "Within (metres)", real, 2000.0, False, 1.0, _FARTHEST_M),
            QgsProcessingParameterNumber(MOST, "At most", whole, 10, False, 1, MOST_PEERS),
            QgsProcessingParameterFeatureSink(OUTPUT, "Peers", QgsProcessing.SourceType.TypeVectorPolygon),
            parameters.hub_data(),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber(COUNT, "Peers"))

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        pid, table = self.parameterAsString(values, PID, context), self.read_table(values, context)
        distance, most = (self.parameterAsDouble(values, DISTANCE, context), self.parameterAsInt(values, MOST, context))
        with self.client(feedback) as client:
            peers = fetch_peers(client, table, pid, distance, most, FeedbackProgress(feedback))
        return {OUTPUT: self._write(peers, values, context), COUNT: len(peers)}

    def _write(self, peers: Sequence[Peer], values: Mapping[str, Any], context: QgsProcessingContext) -> str:
        fields = QgsFields(parcel_fields())
        fields.append(QgsField("distance_m", QVariant.Double))
        crs = QgsCoordinateReferenceSystem(peers[0].parcel.crs if peers else "EPSG:4326")
        sink, target = self.parameterAsSink(values, OUTPUT, context, fields, QgsWkbTypes.Type.MultiPolygon, crs)
        for peer in peers:
            plain, feature = parcel_feature(peer.parcel), QgsFeature(fields)
            feature.setAttributes([*plain.attributes(), peer.distance_m])
            feature.setGeometry(plain.geometry())
            sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
        return target
