"""``byoctiles``, ``byocingest``, ``byocedit`` and ``byocwatch``: the tiles of own collections."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

from qgis.core import (
    QgsFeature,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterEnum,
    QgsProcessingParameterFeatureSource,
    QgsProcessingParameterField,
    QgsProcessingParameterString,
    QgsProcessingParameterVectorDestination,
)
from qgis.PyQt.QtCore import QDate, QDateTime

from sentinel_workbench import api
from sentinel_workbench.algorithms.byoc import (
    TILE_ID,
    ByocAlgorithm,
    FootprintDresser,
    pick_tiles,
    read_tile_ids,
    tell_ingestion,
    teller,
)
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.order import process_later
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.byoc import TileQuery
from sentinel_workbench.core.model.byoc import STATUSES, ByocTile
from sentinel_workbench.core.qgis.geometry import geojson_of, service_crs
from sentinel_workbench.core.qgis.temporal import from_qdatetime
from sentinel_workbench.core.services.byoc_bulk import BulkReport
from sentinel_workbench.core.services.byoc_covers import make_cover
from sentinel_workbench.core.services.byoc_drafts import read_tile_list

STATUS, OUTPUT, PATHS, LAYER, WAIT, ACTION = "STATUS", "OUTPUT", "PATHS", "LAYER", "WAIT", "ACTION"
PATH_FIELD, TIME_FIELD, COVERS = "PATH_FIELD", "TIME_FIELD", "COVERS"
ANY = "any"
REINGEST, DELETE, TIME, COVER = ACTIONS = ("re-ingest", "delete", "set sensing time", "set cover")
_VECTOR = QgsProcessing.SourceType.TypeVectorAnyGeometry


class TilesAlgorithm(ByocAlgorithm):
    """The footprints of a collection as one layer."""

    def name(self) -> str:
        return "byoctiles"

    def displayName(self) -> str:
        return "Tiles of a collection"

    def shortHelpString(self) -> str:
        return (
            "Writes all tiles of one of your collections as polygons in WGS 84, with status, cause of failure, times "
            "and path. The layer is coloured by status and follows the Temporal Controller by sensing time.\n\n"
            "Tiles that are not ingested yet have no shape unless they were given a cover."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_service()
        self.add_collection()
        statuses = [ANY, *STATUSES]
        self.addParameter(QgsProcessingParameterEnum(STATUS, "Status", statuses, False, ANY, usesStaticStrings=True))
        polygons = QgsProcessing.SourceType.TypeVectorPolygon
        self.addParameter(QgsProcessingParameterVectorDestination(OUTPUT, "Tiles", polygons))
        for status in ("TILES", *STATUSES):
            self.addOutput(QgsProcessingOutputNumber(status, status.capitalize()))
        self.add_hub_data()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        target = Path(self.parameterAsOutputLayer(values, OUTPUT, context))
        if target.suffix.lower() != ".gpkg":
            raise QgsProcessingException(f"{target.name} is no GeoPackage. Use a name that ends with .gpkg.")
        status = self.parameterAsEnumString(values, STATUS, context)
        query = TileQuery(status=None if status == ANY else status)
        with self.services(feedback) as services:
            found = self.find_collection(services, values, context)
            target.parent.mkdir(parents=True, exist_ok=True)
            written = services.byoc.footprints(found.collection_id, target, query, FeedbackProgress(feedback))
        feedback.pushInfo(f"{written.tiles} tiles, {written.without_shape} of them without a shape.")
        if context.willLoadLayerOnCompletion(str(target)):
            process_later(context.layerToLoadOnCompletionDetails(str(target)), FootprintDresser(written, found))
        return {OUTPUT: str(target), "TILES": written.tiles, **{s: written.statuses.get(s, 0) for s in STATUSES}}


class IngestAlgorithm(ByocAlgorithm):
    """New tiles, from a list or from a layer."""

    def name(self) -> str:
        return "byocingest"

    def displayName(self) -> str:
        return "Add tiles to a collection"

    def shortHelpString(self) -> str:
        return (
            "Registers tiles by their paths in the bucket, as a list or from the fields of a layer, and waits until "
            "the service has ingested them.\n\n"
            "List: one path a line, with (BAND) where the files' names differ, such as 2019/11/27/28V/(BAND).tif, "
            "and, after a comma, the sensing time, such as 2019-11-27T10:15:00Z.\n\n"
            "A path that is there already is left alone, so a job that was stopped can be run again as it is. "
            "Each tile costs one processing unit."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_service()
        self.add_collection()
        self.addParameter(QgsProcessingParameterString(PATHS, "Paths, one a line", None, True, True))
        self.addParameter(QgsProcessingParameterFeatureSource(LAYER, "Or a layer", [int(_VECTOR)], None, True))
        self.addParameter(QgsProcessingParameterField(PATH_FIELD, "Its field of paths", "path", LAYER, optional=True))
        self.addParameter(
            QgsProcessingParameterField(TIME_FIELD, "Its field of sensing times", None, LAYER, optional=True)
        )
        self.addParameter(QgsProcessingParameterBoolean(COVERS, "Its polygons are covers", False))
        self.addParameter(QgsProcessingParameterBoolean(WAIT, "Wait for the ingestion", True))
        self.add_report()
        for name in ("DONE", "FAILED", "UNTRIED", "INGESTED", "INGESTION_FAILED", "GONE"):
            self.addOutput(QgsProcessingOutputNumber(name, name.replace("_", " ").capitalize()))
        self.add_hub_data()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        with self.services(feedback) as services:
            tiles = self._tiles(values, context)
            found, progress = self.find_collection(services, values, context), FeedbackProgress(feedback)
            report = services.byoc.create_tiles(found.collection_id, tiles, progress, teller(feedback))
            outputs = dict(self.hand_out(report, values, context, feedback))
            if self.parameterAsBoolean(values, WAIT, context):
                made = [one.tile for one in report.tiles if one.settled and one.tile.tile_id]
                outputs.update(tell_ingestion(services.byoc.watch(found.collection_id, made, progress), feedback))
        return outputs

    def _tiles(self, values: Mapping[str, Any], context: QgsProcessingContext) -> List[ByocTile]:
        tiles = read_tile_list(self.parameterAsString(values, PATHS, context))
        source = self.parameterAsSource(values, LAYER, context)
        if source is not None:
            path_field = self.parameterAsString(values, PATH_FIELD, context) or "path"
            time_field = self.parameterAsString(values, TIME_FIELD, context)
            covers = self.parameterAsBoolean(values, COVERS, context)
            crs = source.sourceCrs()
            for feature in source.getFeatures():
                cover = _cover(feature, crs) if covers else None
                time = read_time(feature[time_field]) if time_field else None
                tiles.append(api.new_tile(str(feature[path_field]), time, cover))
        if not tiles:
            raise InvalidInput("paths", "No tile is named.", "Write paths, or choose a layer.")
        return tiles


class EditAlgorithm(ByocAlgorithm):
    """Re-ingest, delete or change tiles of a layer."""

    def name(self) -> str:
        return "byocedit"

    def displayName(self) -> str:
        return "Change tiles of a collection"

    def shortHelpString(self) -> str:
        return (
            "Does the same to each tile of a layer with the field tile_id, such as the one of 'Tiles of a "
            "collection': re-ingest it after its files changed, delete it (the files stay), set its sensing time from "
            "a field, or set its cover to the feature's polygon, simplified to 100 points.\n\n"
            "Choose 'selected features only' to keep to a few. Each tile costs one processing unit or two."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_service()
        self.add_collection()
        self.addParameter(QgsProcessingParameterFeatureSource(LAYER, "Tiles", [int(_VECTOR)]))
        self.addParameter(
            QgsProcessingParameterEnum(ACTION, "Change", list(ACTIONS), False, REINGEST, False, usesStaticStrings=True)
        )
        self.addParameter(QgsProcessingParameterField(TIME_FIELD, "Field of sensing times", None, LAYER, optional=True))
        self.add_report()
        for name in ("DONE", "FAILED", "UNTRIED"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))
        self.add_hub_data()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        source = self.parameterAsSource(values, LAYER, context)
        ids, progress = read_tile_ids(source), FeedbackProgress(feedback)
        with self.services(feedback) as services:
            found = self.find_collection(services, values, context)
            tiles = pick_tiles(services, found.collection_id, ids, progress)
            report = self._act(services.byoc, found.collection_id, tiles, values, context, feedback)
            return dict(self.hand_out(report, values, context, feedback))

    def _act(
        self,
        byoc: api.ByocService,
        collection_id: str,
        tiles: List[ByocTile],
        values: Mapping[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> BulkReport:
        action, progress = self.parameterAsEnumString(values, ACTION, context), FeedbackProgress(feedback)
        if action == DELETE:
            return byoc.delete_tiles(collection_id, tiles, progress, teller(feedback))
        if action == REINGEST:
            return byoc.reingest_tiles(collection_id, tiles, progress, teller(feedback))
        source = self.parameterAsSource(values, LAYER, context)
        field = self.parameterAsString(values, TIME_FIELD, context)
        if action == TIME and not field:
            raise InvalidInput("time", "No field of sensing times is chosen.", "Choose one.")
        features = {str(feature[TILE_ID]): feature for feature in source.getFeatures()}
        changes: List[Tuple[ByocTile, ByocTile]] = []
        for tile in tiles:
            feature = features[tile.tile_id]
            if action == TIME:
                after = api.changed_tile(tile, sensing_time=read_time(feature[field]))
            else:
                after = api.changed_tile(tile, cover=_cover(feature, source.sourceCrs()))
            changes.append((tile, after))
        return byoc.update_tiles(collection_id, changes, progress, teller(feedback))


class WatchAlgorithm(ByocAlgorithm):
    """Wait for what is being ingested."""

    def name(self) -> str:
        return "byocwatch"

    def displayName(self) -> str:
        return "Wait for the ingestion"

    def shortHelpString(self) -> str:
        return "Waits until no tile of a collection is waiting or being ingested, and tells why those failed that did."

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_service()
        self.add_collection()
        for name in ("INGESTED", "INGESTION_FAILED", "GONE"):
            self.addOutput(QgsProcessingOutputNumber(name, name.replace("_", " ").capitalize()))
        self.add_hub_data()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        progress = FeedbackProgress(feedback)
        with self.services(feedback) as services:
            found = self.find_collection(services, values, context)
            return dict(tell_ingestion(services.byoc.watch_all(found.collection_id, progress), feedback))


def read_time(value: Any) -> Optional[Any]:
    """A field's value as a sensing time; NULL as none."""
    if isinstance(value, (QDateTime, QDate)):
        return from_qdatetime(QDateTime(value).toUTC()) if not value.isNull() else None
    return str(value) if value else None


def _cover(feature: QgsFeature, crs: Any) -> Mapping[str, Any]:
    target = service_crs(crs)
    return make_cover(geojson_of(feature.geometry(), crs, target), target).geometry
