"""``parcelchips`` and ``cbmparcels``: image chips around parcels, and parcels of a CbM server."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Dict, Mapping, Sequence

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeatureSink,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingParameterAuthConfig,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterExtent,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterPoint,
    QgsProcessingParameterString,
    QgsRasterLayer,
    QgsWkbTypes,
)

from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import advanced, is_given, suggested
from sentinel_workbench.algorithms.files import telling_errors
from sentinel_workbench.algorithms.help import LOCAL_HUB_HELP
from sentinel_workbench.algorithms.order import load_later, move_to_group, processed
from sentinel_workbench.algorithms.parcels import (
    RULE_HELP,
    SERVER,
    SERVER_AUTH,
    SOURCES_HELP,
    ParcelAlgorithm,
    tell_series,
)
from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.records import CbmParcel, ParcelTable
from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.chips import Chip, ChipOrder, ChipSeries
from sentinel_workbench.core.progress import Part
from sentinel_workbench.core.qgis.cbm_servers import CbmServers, named_server, open_server
from sentinel_workbench.core.qgis.chip_layers import chip_name, dress_chip, measure_chips, times_of
from sentinel_workbench.core.qgis.parcel_layers import parcel_feature, parcel_fields

BANDS, CLEAR_ONLY, FOLDER, LOAD, TITLE, RASTERS = "BANDS", "CLEAR_ONLY", "FOLDER", "LOAD", "TITLE", "RASTERS"
AOI, YEAR, TYPE, POINT, PID, EXTENT, OUTPUT = "AOI", "YEAR", "PTYPE", "POINT", "PID", "EXTENT", "OUTPUT"


class ChipsAlgorithm(ParcelAlgorithm):
    """Small images around parcels, at all dates or the clear ones."""

    def name(self) -> str:
        return "parcelchips"

    def displayName(self) -> str:
        return "Image chips of parcels"

    def shortHelpString(self) -> str:
        return (
            "Fetches small images around parcels for every date of a period, or only for dates on which a parcel is "
            "clear, and writes them to a folder. Loaded, they are a group that follows the Temporal Controller.\n\n"
            f"{RULE_HELP}\n\n{SOURCES_HELP}\n\n{LOCAL_HUB_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_parcels()
        self.addParameter(QgsProcessingParameterString(BANDS, "Bands, such as B08, B04, B03", "B08, B04, B03"))
        self.addParameter(QgsProcessingParameterBoolean(CLEAR_ONLY, "Only dates on which a parcel is clear", True))
        self.add_rule()
        self.addParameter(QgsProcessingParameterString(TITLE, "Name of the group", None, optional=True))
        self.addParameter(QgsProcessingParameterBoolean(LOAD, "Add the chips to the project", True))
        self.addParameter(QgsProcessingParameterFolderDestination(FOLDER, "Folder for the chips"))
        self.addOutput(QgsProcessingOutputMultipleLayers(RASTERS, "Chips"))
        for name in ("CHIPS", "DATES", "FAILED", "REQUESTS"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))
        self.addParameter(parameters.hub_data())

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        folder = Path(self.parameterAsString(values, FOLDER, context))
        bands = [word.strip() for word in self.parameterAsString(values, BANDS, context).split(",") if word.strip()]
        order = self.read_order(values, context, feedback, bands)
        with self.chips(values, context, feedback) as source, tempfile.TemporaryDirectory(prefix="parcels-") as work:
            if self.parameterAsBool(values, CLEAR_ONLY, context):
                classes = ChipOrder(order.parcels, order.period)
                clear = self.find_clear(source, classes, self.read_rule(values, context), Path(work), feedback)[1]
                order = ChipOrder(order.parcels, order.period, order.bands, clear)
            series = source.fetch(order, folder, Part(FeedbackProgress(feedback), 0.5, 1.0))
            tell_series(series, feedback)
        if series.failures and not series.chips:
            raise QgsProcessingException(series.failures[0].sentence)
        if self.parameterAsBool(values, LOAD, context):
            _load(series, self.parameterAsString(values, TITLE, context).strip() or "Parcel chips", context)
        return {
            FOLDER: str(folder), RASTERS: [str(chip.path) for chip in series.chips], "CHIPS": len(series.chips),
            "DATES": len(series.dates), "FAILED": len(series.failures), "REQUESTS": series.requests,
        }  # fmt: skip


class ChipDresser(QgsProcessingLayerPostProcessorInterface):
    """Gives a chip that Processing loads its style, time and place in the group."""

    def __init__(self, chip: Chip, stretch: Any, shown: Any, group: str) -> None:
        super().__init__()
        self._chip, self._stretch, self._shown, self._group = chip, stretch, shown, group

    def postProcessLayer(self, layer: Any, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        processed(self)
        if isinstance(layer, QgsRasterLayer):
            dress_chip(layer, self._chip, self._stretch, self._shown)
        move_to_group(context.project(), layer.id(), self._group)


def _load(series: ChipSeries, title: str, context: QgsProcessingContext) -> None:
    stretches, shown = measure_chips(series.chips), times_of(series)
    for chip in series.chips:
        name = chip_name(chip, [series.order.parcels[number].pid for number in chip.parcels])
        dresser = ChipDresser(chip, stretches.get(chip.bands), shown[chip.date], title)
        load_later(context, str(chip.path), name, dresser, title)


class CbmParcelsAlgorithm(ParcelAlgorithm):
    """Parcels of a CbM server as a layer in their own CRS."""

    def name(self) -> str:
        return "cbmparcels"

    def displayName(self) -> str:
        return "Parcels of a CbM server"

    def shortHelpString(self) -> str:
        return (
            "Asks a CbM server for parcels: the one of an id, those at a point, or those that meet an area (the server "
            "tells at most 100). The layer has the CRS of the server's table."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        servers = [server.name for server in CbmServers().all()]
        for parameter in (
            suggested(SERVER, "CbM server", None, servers),
            advanced(QgsProcessingParameterAuthConfig(SERVER_AUTH, "Login to the CbM server", None, True)),
            QgsProcessingParameterString(AOI, "Area of interest, such as nl"),
            QgsProcessingParameterString(YEAR, "Year of the parcels"),
            QgsProcessingParameterString(TYPE, "Type of the parcels", None, False, True),
            QgsProcessingParameterString(PID, "Id of a parcel", None, False, True),
            QgsProcessingParameterPoint(POINT, "Or a point", None, True),
            QgsProcessingParameterExtent(EXTENT, "Or an area", None, True),
            QgsProcessingParameterFeatureSink(OUTPUT, "Parcels", QgsProcessing.SourceType.TypeVectorPolygon),
        ):
            self.addParameter(parameter)
        self.addOutput(QgsProcessingOutputNumber("COUNT", "Parcels"))

    def check(self, values: Mapping[str, Any], context: QgsProcessingContext) -> None:
        """See ``ParcelAlgorithm.check``."""
        self._table(values, context)

    def prepareAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """On the main thread: the login."""
        try:
            auth = self.parameterAsString(values, SERVER_AUTH, context) or None
            self._server = open_server(named_server(self.parameterAsString(values, SERVER, context), auth))
        except WorkbenchError as error:
            self._refused = error
        return True

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        try:
            with telling_errors():
                if self._refused or self._server is None:
                    raise self._refused or InvalidInput("server", "No CbM server is named.")
                found = self._found(self._server, values, context, feedback)
        finally:
            if self._server is not None:
                self._server.close()
        if not found:
            raise QgsProcessingException("There is no parcel here.")
        return {OUTPUT: self._write(found, values, context), "COUNT": len(found)}

    def _found(
        self, client: CbmClient, values: Mapping[str, Any], context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Sequence[CbmParcel]:
        table = self._table(values, context)
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

    def _table(self, values: Mapping[str, Any], context: QgsProcessingContext) -> ParcelTable:
        return ParcelTable(*(self.parameterAsString(values, name, context).strip() for name in (AOI, YEAR, TYPE)))

    def _write(self, found: Sequence[CbmParcel], values: Mapping[str, Any], context: QgsProcessingContext) -> str:
        crs = QgsCoordinateReferenceSystem(found[0].crs)
        kind = QgsWkbTypes.Type.MultiPolygon
        sink, target = self.parameterAsSink(values, OUTPUT, context, parcel_fields(), kind, crs)
        for parcel in found:
            sink.addFeature(parcel_feature(parcel), QgsFeatureSink.Flag.FastInsert)
        return target
