"""What the algorithms for own collections share: parameters, progress per tile, and layers of tiles."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Mapping

from qgis.core import (
    QgsFeatureSource,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingLayerPostProcessorInterface,
    QgsProcessingParameterFileDestination,
    QgsProcessingParameterString,
    QgsVectorLayer,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms import parameters
from sentinel_workbench.algorithms.connected import ConnectedAlgorithm
from sentinel_workbench.algorithms.order import processed
from sentinel_workbench.core.model.byoc import ByocCollection, ByocTile
from sentinel_workbench.core.qgis.footprints import COLLECTION_PROPERTY, dress_footprints, give_sensing_time
from sentinel_workbench.core.services.byoc_bulk import BulkReport, Outcome, TileReport, write_report
from sentinel_workbench.core.services.byoc_footprints import Footprints
from sentinel_workbench.core.services.byoc_watch import IngestionResult, explain_failure

COLLECTION, REPORT, TILE_ID = "COLLECTION", "REPORT", "tile_id"


class ByocAlgorithm(ConnectedAlgorithm):
    """Base of the algorithms for own collections."""

    def group(self) -> str:
        return "My data"

    def groupId(self) -> str:
        return "mydata"

    def tags(self) -> List[str]:
        return ["sentinel", "byoc", "bring your own cog", "collection", "tile", "bucket", "s3", "ingestion"]

    def add_service(self) -> None:
        """The parameter that names the service."""
        self.addParameter(parameters.connection())

    def add_collection(self, title: str = "Collection (name or id)") -> None:
        """The parameter that names the collection."""
        self.addParameter(QgsProcessingParameterString(COLLECTION, title))

    def add_report(self) -> None:
        """The parameter for a table of what became of each tile."""
        self.addParameter(
            QgsProcessingParameterFileDestination(REPORT, "Report of each tile", "CSV (*.csv)", None, True)
        )

    def add_hub_data(self) -> None:
        """The parameter for a local hub of its own, last in the dialog."""
        self.addParameter(parameters.hub_data())

    def find_collection(
        self, services: api.Services, values: Mapping[str, Any], context: QgsProcessingContext
    ) -> ByocCollection:
        """The collection the values name.

        Raises:
            InvalidInput: none or several have the name.
        """
        return services.byoc.find(self.parameterAsString(values, COLLECTION, context))

    def hand_out(
        self,
        report: BulkReport,
        values: Mapping[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Mapping[str, Any]:
        """Write and tell a bulk job's report; its counts as outputs.

        Raises:
            QgsProcessingException: nothing at all was done.
        """
        path = self.parameterAsFileOutput(values, REPORT, context)
        if path:
            write_report(report, Path(path))
        feedback.pushInfo(str(report))
        if report.tiles and not any(one.settled for one in report.tiles):
            raise QgsProcessingException(report.stopped_by or report.tiles[0].sentence or "No tile was done.")
        return {
            REPORT: path, "DONE": report.count(Outcome.DONE) + report.count(Outcome.THERE),
            "FAILED": report.count(Outcome.FAILED), "UNTRIED": report.count(Outcome.UNTRIED),
        }  # fmt: skip


def teller(feedback: QgsProcessingFeedback) -> Any:
    """Tells the log what failed, tile by tile."""

    def tell(_number: int, report: TileReport) -> None:
        if report.outcome is Outcome.FAILED:
            feedback.reportError(f"{report.tile.path}: {report.sentence}")
        elif report.outcome is not Outcome.DONE:
            feedback.pushInfo(f"{report.tile.path}: {report.outcome.value}")

    return tell


def tell_ingestion(result: IngestionResult, feedback: QgsProcessingFeedback) -> Mapping[str, Any]:
    """Tell how the watched tiles ended; counts as outputs."""
    for tile in result.failed:
        feedback.reportError(explain_failure(tile))
    feedback.pushInfo(str(result))
    return {"INGESTED": len(result.ingested), "INGESTION_FAILED": len(result.failed), "GONE": len(result.gone)}


def read_tile_ids(source: QgsFeatureSource) -> List[str]:
    """The ids in the field ``tile_id`` of a layer such as the footprints.

    Raises:
        QgsProcessingException: it has no such field.
    """
    if source.fields().indexOf(TILE_ID) < 0:
        raise QgsProcessingException(f"The layer has no field '{TILE_ID}'; use a layer of 'Tiles of a collection'.")
    return list(dict.fromkeys(str(feature[TILE_ID]) for feature in source.getFeatures() if feature[TILE_ID]))


def pick_tiles(services: api.Services, collection_id: str, ids: List[str], progress: Any) -> List[ByocTile]:
    """The tiles of these ids as the service has them; those that are gone come with their id alone."""
    wanted = set(ids)
    pages = services.byoc.walk_tiles(collection_id, progress=progress)
    found = {tile.tile_id: tile for page in pages for tile in page if tile.tile_id in wanted}
    return [found.get(one, ByocTile(one, one)) for one in ids]


class FootprintDresser(QgsProcessingLayerPostProcessorInterface):
    """Gives a layer of tiles that Processing loads its style and time."""

    def __init__(self, written: Footprints, collection: ByocCollection) -> None:
        super().__init__()
        self._written, self._collection = written, collection

    def postProcessLayer(self, layer: Any, context: QgsProcessingContext, feedback: QgsProcessingFeedback) -> None:
        processed(self)
        if isinstance(layer, QgsVectorLayer):
            layer.setName(f"{self._collection.name} (tiles)")
            dress_footprints(layer)
            give_sensing_time(layer, self._written)
            layer.setCustomProperty(COLLECTION_PROPERTY, self._collection.collection_id)
