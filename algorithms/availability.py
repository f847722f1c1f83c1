"""``sentinelworkbench:availability``: the scenes of a collection over an area, as footprints and as days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFeatureSink,
    QgsVectorLayer,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QDate, QVariant

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.area_parameters import place_parameters, read_areas
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.definitions import day
from sentinel_workbench.algorithms.help import LOCAL_HUB_HELP
from sentinel_workbench.algorithms.order import OrderAlgorithm, process_later, processed
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.progress import Part
from sentinel_workbench.core.qgis.geometry import footprint_of
from sentinel_workbench.core.qgis.scene_style import AREA_CLOUD, DATE, SCENE_ID, TILE_CLOUD, dress_scenes
from sentinel_workbench.core.qgis.temporal import to_qdatetime
from sentinel_workbench.core.services.dates import cloud_look, days_of, measure_area_cloud, with_area_cloud
from sentinel_workbench.core.services.orders import collection_named

OUTPUT, DAYS, MEASURE = "OUTPUT", "DAYS", "MEASURE"
_SCENE_FIELDS = (
    (SCENE_ID, QVariant.String), ("collection", QVariant.String), (DATE, QVariant.DateTime),
    (TILE_CLOUD, QVariant.Double), (AREA_CLOUD, QVariant.Double),
)  # fmt: skip
_DAY_FIELDS = (
    ("day", QVariant.Date), ("scenes", QVariant.Int), (TILE_CLOUD, QVariant.Double), (AREA_CLOUD, QVariant.Double),
)  # fmt: skip


class Question(NamedTuple):
    """What is looked for."""

    collection: str
    area: api.Area
    period: api.TimeRange
    max_cloud: int
    measure: bool


@dataclass(frozen=True)
class Found:
    """Scenes within the cloud limit, and their days."""

    scenes: Sequence[api.Scene]
    days: Sequence[api.AvailableDay]

    def area_cloud(self, scene: api.Scene) -> Optional[float]:
        """Over the area on the scene's day."""
        return next((one.area_percent for one in self.days if one.day == scene.date.date()), None)


class AvailabilityAlgorithm(OrderAlgorithm):
    """Footprints of scenes, and a table of days."""

    def name(self) -> str:
        return "availability"

    def displayName(self) -> str:
        return "Available scenes"

    def shortHelpString(self) -> str:
        return (
            "Lists the scenes of a collection that touch an area in a period, from the Catalog: their footprints, "
            "sensing times and cloud, coloured by cloud and followed by the Temporal Controller. A table of their days "
            "can be made too. The Catalog costs no processing units.\n\n"
            "On request the cloud over the area itself is measured, day by day, with one request to the Statistical "
            "API; it then counts for the limit instead of the tile's.\n\n"
            "CLEAR_DAYS lists the days within the limit, ready for the picked days of a series in a model.\n\n"
            + LOCAL_HUB_HELP
        )

    def initAlgorithm(self, config: Any = None) -> None:
        shared = (
            parameters.connection(), parameters.collection(), *place_parameters("Polygon, instead of the area"),
            day(parameters.START, "First day"), day(parameters.END, "Last day (belongs to it)"), parameters.cloud(),
            QgsProcessingParameterBoolean(MEASURE, "Measure the cloud over the area itself", False),
            parameters.hub_data(),
        )
        for parameter in shared:
            self.addParameter(parameter)
        polygons, table = QgsProcessing.SourceType.TypeVectorPolygon, QgsProcessing.SourceType.TypeVector
        self.addParameter(QgsProcessingParameterFeatureSink(OUTPUT, "Scenes", polygons))
        self.addParameter(QgsProcessingParameterFeatureSink(DAYS, "Days", table, None, True, False))
        self.addOutput(QgsProcessingOutputNumber("SCENES", "Scenes"))
        self.addOutput(QgsProcessingOutputNumber("DAYS_FOUND", "Days with scenes"))
        self.addOutput(QgsProcessingOutputString("CLEAR_DAYS", "Days within the cloud limit"))
        self.addOutput(QgsProcessingOutputNumber("PROCESSING_UNITS", "Processing units"))

    def read_order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> Question:
        """What the values ask.

        Raises:
            InvalidInput: a value that can't be used.
        """
        name = self.parameterAsString(values, parameters.COLLECTION, context).strip()
        collection = collection_named(name)
        if collection.timeless:
            raise InvalidInput("collection", f"{collection.title} has no scenes in time.", "Choose another one.")
        areas = read_areas(self, values, context)
        if len(areas) > 1:
            raise InvalidInput("area", f"{len(areas)} polygons are given, one is looked at.", "Select one.")
        measure = self.parameterAsBool(values, MEASURE, context)
        period = parameters.read_period(self, values, context)
        if measure:
            cloud_look(areas[0], collection, period)
        return Question(name, areas[0], period, self.parameterAsInt(values, parameters.CLOUD, context), measure)

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        with self.services(feedback) as services:
            question = self.read_order(values, context)
            found = find_scenes(services, question, feedback)
            units = services.client.meter.total
        target = self._write_scenes(found, values, context)
        days = self._write_days(found, values, context)
        clear = ", ".join(str(one.day) for one in found.days)
        feedback.pushInfo(f"{len(found.scenes)} scenes on {len(found.days)} days; {units:.2f} processing units spent.")
        if context.willLoadLayerOnCompletion(target):
            has_cloud = collection_named(question.collection).has_cloud_cover
            process_later(context.layerToLoadOnCompletionDetails(target), SceneDresser(has_cloud))
        return {OUTPUT: target, DAYS: days, "SCENES": len(found.scenes), "DAYS_FOUND": len(found.days),
                "CLEAR_DAYS": clear, "PROCESSING_UNITS": units}

    def _write_scenes(self, found: Found, values: Mapping[str, Any], context: QgsProcessingContext) -> str:
        fields, crs = _fields(_SCENE_FIELDS), QgsCoordinateReferenceSystem("EPSG:4326")
        sink, target = self.parameterAsSink(values, OUTPUT, context, fields, QgsWkbTypes.Type.MultiPolygon, crs)
        for scene in found.scenes:
            feature = QgsFeature(fields)
            feature.setAttributes([
                scene.scene_id, scene.collection, to_qdatetime(scene.date), scene.cloud_percent,
                found.area_cloud(scene),
            ])  # fmt: skip
            feature.setGeometry(footprint_of(scene.geometry))
            sink.addFeature(feature, QgsFeatureSink.Flag.FastInsert)
        return target

    def _write_days(self, found: Found, values: Mapping[str, Any], context: QgsProcessingContext) -> Optional[str]:
        fields = _fields(_DAY_FIELDS)
        sink, target = self.parameterAsSink(values, DAYS, context, fields, QgsWkbTypes.Type.NoGeometry)
        if sink is None:
            return None
        for one in found.days:
            row = QgsFeature(fields)
            row.setAttributes([
                QDate(one.day.year, one.day.month, one.day.day), one.scenes, one.cloud_percent, one.area_percent,
            ])  # fmt: skip
            sink.addFeature(row, QgsFeatureSink.Flag.FastInsert)
        return target


class SceneDresser(QgsProcessingLayerPostProcessorInterface):
    """Gives footprints that Processing loads their colours and time."""

    def __init__(self, with_cloud: bool) -> None:
        super().__init__()
        self._with_cloud = with_cloud

    def postProcessLayer(self, layer: Any, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        processed(self)
        if isinstance(layer, QgsVectorLayer):
            dress_scenes(layer, self._with_cloud)


def find_scenes(services: api.Services, question: Question, feedback: QgsProcessingFeedback) -> Found:
    """Ask the Catalog, and the Statistical API when the area is to be measured.

    Raises:
        WorkbenchError: it can't be asked.
        Cancelled: on request.
    """
    collection, area, period, limit, measure = question
    progress = FeedbackProgress(feedback)
    scenes = services.availability.scenes(
        collection, area.bbox, period, None if measure else limit, Part(progress, 0.0, 0.5)
    )
    days: Tuple[api.AvailableDay, ...] = days_of(scenes)
    if measure and days:
        progress.report(0.5, "Measuring the cloud")
        look = cloud_look(area, collection_named(collection), period)
        days = with_area_cloud(days, measure_area_cloud(services.client, look, period, Part(progress, 0.5, 1.0)))
    clear: List[api.AvailableDay] = [one for one in days if (one.best_known_percent or 0.0) <= limit]
    kept = {one.day for one in clear}
    return Found([scene for scene in scenes if scene.date.date() in kept], clear)


def _fields(described: Sequence[Tuple[str, int]]) -> QgsFields:
    fields = QgsFields()
    for name, kind in described:
        fields.append(QgsField(name, kind))
    return fields
