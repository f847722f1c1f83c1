"""``sentinelworkbench:series``: one image for each time slot."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Mapping, Sequence

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputFile,
    QgsProcessingOutputMultipleLayers,
    QgsProcessingOutputNumber,
    QgsProcessingOutputVectorLayer,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFolderDestination,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.order import (
    OrderAlgorithm,
    RasterDresser,
    TableGrouper,
    load_later,
)
from sentinel_workbench.core.qgis.layers import layer_name
from sentinel_workbench.core.qgis.tables import IMAGES, TILES
from sentinel_workbench.core.qgis.tasks import SeriesOutcome, deliver_series

SLOTS, COUNT, TITLE, FOLDER, LOAD, RASTERS = "SLOTS", "SLOT_NUMBER", "TITLE", "FOLDER", "LOAD", "RASTERS"
KINDS = ("months", "days", "equal", "whole")
_TABLES_NAME = "tables.gpkg"


class SeriesAlgorithm(OrderAlgorithm):
    """Images of time slots into a folder, with the tables ``images`` and ``tiles``."""

    def name(self) -> str:
        return "series"

    def displayName(self) -> str:
        return "Series of images"

    def shortHelpString(self) -> str:
        return (
            "Fetches one image for each time slot of a period and writes them to a folder, with a GeoPackage that says "
            "which satellite tiles each was made of.\n\n"
            "Slots: calendar months, every so many days, so many equal parts, or the whole period as one.\n\n"
            "A slot that fails stops no other; FAILED counts them and the log names the reason. Images that were "
            "fetched before come from the cache and cost nothing.\n\n"
            "The connection 'local hub' needs no account: it works on demo scenes, or on the folder given below."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        for parameter in parameters.common_parameters():
            self.addParameter(parameter)
        self.addParameter(
            QgsProcessingParameterEnum(SLOTS, "Time slots", list(KINDS), False, "months", usesStaticStrings=True)
        )
        self.addParameter(
            QgsProcessingParameterNumber(
                COUNT, "Days of a slot (days) or number of slots (equal)",
                QgsProcessingParameterNumber.Type.Integer, 10, False, 1,
            )
        )
        self.addParameter(QgsProcessingParameterString(TITLE, "Name of the group", None, optional=True))
        self.addParameter(QgsProcessingParameterBoolean(LOAD, "Add the images to the project", True))
        self.addParameter(QgsProcessingParameterFolderDestination(FOLDER, "Folder for the images"))
        self.addOutput(QgsProcessingOutputMultipleLayers(RASTERS, "Images"))
        self.addOutput(QgsProcessingOutputFile("TABLES", "Tables"))
        self.addOutput(QgsProcessingOutputVectorLayer("IMAGES", "Table of images"))
        self.addOutput(QgsProcessingOutputVectorLayer("TILES", "Table of tiles"))
        for name in ("SUCCEEDED", "FAILED", "FROM_CACHE", "REQUESTS", "PROCESSING_UNITS"):
            self.addOutput(QgsProcessingOutputNumber(name, name.replace("_", " ").capitalize()))

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> api.SeriesOrder:
        """The order the values describe.

        Raises:
            InvalidInput: a value that can't be used.
        """
        period = parameters.read_period(self, values, context)
        image = parameters.read_image_order(self, values, context)
        kind = self.parameterAsEnumString(values, SLOTS, context)
        slots = cut_slots(period, kind, self.parameterAsInt(values, COUNT, context))
        title = self.parameterAsString(values, TITLE, context).strip()
        return api.SeriesOrder(image, tuple(slots), title or parameters.title_of(image, period))

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        folder = Path(self.parameterAsString(values, FOLDER, context))
        with self.services(feedback) as services:
            order = self.read_order(values, context)
            result = services.series.fetch(order, FeedbackProgress(feedback))
            outcome = deliver_series(result, folder, folder / _TABLES_NAME)
        _report(outcome.result, feedback)
        if not outcome.result.in_state(api.State.DONE):
            raise QgsProcessingException(_first_error(outcome.result))
        if self.parameterAsBoolean(values, LOAD, context):
            _load(outcome, context)
        return {FOLDER: str(folder), **_outputs(outcome)}


def cut_slots(period: api.TimeRange, kind: str, count: int) -> Sequence[api.TimeRange]:
    """The slots of ``period``.

    Raises:
        InvalidInput: too many, or too short.
    """
    if kind == "months":
        return api.calendar_months(period)
    if kind == "days":
        return api.every_n_days(period, count)
    return api.equal_slots(period, count) if kind == "equal" else (period,)


def _report(result: api.SeriesResult, feedback: QgsProcessingFeedback) -> None:
    for image in result.images:
        if image.error:
            feedback.reportError(f"{image.time_range.label()}: {image.error}")
        for note in image.notes:
            feedback.pushWarning(f"{image.time_range.label()}: {note}")
    done = len(result.in_state(api.State.DONE))
    feedback.pushInfo(
        f"{done} of {len(result.images)} images, {result.requests} requests, "
        f"{result.processing_units:.2f} processing units."
    )


def _first_error(result: api.SeriesResult) -> str:
    return next((image.error for image in result.images if image.error), "Cancelled before an image was done.")


def _outputs(outcome: SeriesOutcome) -> Dict[str, Any]:
    result = outcome.result
    done = result.in_state(api.State.DONE)
    return {
        RASTERS: [str(path) for image in done for path in image.rasters.values()],
        "TABLES": str(outcome.tables),
        "IMAGES": f"{outcome.tables}|layername={IMAGES}",
        "TILES": f"{outcome.tables}|layername={TILES}",
        "SUCCEEDED": len(done),
        "FAILED": len(result.in_state(api.State.FAILED)),
        "FROM_CACHE": sum(image.from_cache for image in done),
        "REQUESTS": result.requests,
        "PROCESSING_UNITS": result.processing_units,
    }


def _load(outcome: SeriesOutcome, context: QgsProcessingContext) -> None:
    result, group = outcome.result, outcome.result.order.title
    for slot, image in enumerate(result.images):
        for identifier, path in image.rasters.items():
            dresser = RasterDresser(image, identifier, outcome.stretches.get(identifier), group, slot)
            load_later(context, str(path), layer_name(image, identifier), dresser, group)
    for table in (IMAGES, TILES):
        load_later(context, f"{outcome.tables}|layername={table}", table, TableGrouper(group), group)
