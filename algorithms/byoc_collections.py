"""``byoccollections``, ``byoccreate`` and ``byocdelete``: own collections themselves."""

from __future__ import annotations

import json
from typing import Any, Dict, Mapping

from qgis.core import (
    NULL,
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsGeometry,
    QgsJsonUtils,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterMatrix,
    QgsProcessingParameterNumber,
    QgsProcessingParameterString,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant

from sentinel_workbench.algorithms.byoc import ByocAlgorithm
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.qgis.temporal import to_qdatetime
from sentinel_workbench.core.services.byoc_changes import read_band_cells

SEARCH, OUTPUT, NAME, BUCKET, NO_DATA, TILES = "SEARCH", "OUTPUT", "NAME", "BUCKET", "NO_DATA", "TILES"
BANDS = "BANDS"
_HEADERS = ("Name", "File (BAND)", "Number in the file", "Bits", "Numbers", "No data")
_FIELDS = (
    ("id", QVariant.String), ("name", QVariant.String), ("bucket", QVariant.String), ("bands", QVariant.String),
    ("no_data", QVariant.Double), ("created", QVariant.DateTime), ("sensing_times", QVariant.String),
    ("first_sensing", QVariant.DateTime), ("last_sensing", QVariant.DateTime), ("max_metres", QVariant.Double),
)  # fmt: skip


class CollectionsAlgorithm(ByocAlgorithm):
    """All collections as a table with their extents."""

    def name(self) -> str:
        return "byoccollections"

    def displayName(self) -> str:
        return "My collections"

    def shortHelpString(self) -> str:
        return "Lists your own collections (bring your own COG) with bands, no-data value, times and extent."

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_service()
        self.addParameter(QgsProcessingParameterString(SEARCH, "Name contains", None, False, True))
        self.addParameter(
            QgsProcessingParameterFeatureSink(OUTPUT, "Collections", QgsProcessing.SourceType.TypeVectorPolygon)
        )
        self.addOutput(QgsProcessingOutputNumber("COUNT", "Collections"))
        self.add_hub_data()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        fields = QgsFields()
        for name, kind in _FIELDS:
            fields.append(QgsField(name, kind))
        crs = QgsCoordinateReferenceSystem("EPSG:4326")
        sink, target = self.parameterAsSink(values, OUTPUT, context, fields, QgsWkbTypes.Type.MultiPolygon, crs)
        with self.services(feedback) as services:
            search = self.parameterAsString(values, SEARCH, context).strip()
            found = services.byoc.collections(search, FeedbackProgress(feedback))
        for collection in found:
            feedback.pushInfo(f"{collection.collection_id}  {collection.name}")
            sink.addFeature(_feature(collection, fields), QgsFeatureSink.Flag.FastInsert)
        return {OUTPUT: target, "COUNT": len(found)}


def _feature(collection: ByocCollection, fields: QgsFields) -> QgsFeature:
    times = [to_qdatetime(time) if time else None
             for time in (collection.created, collection.first_sensing, collection.last_sensing)]
    feature = QgsFeature(fields)
    feature.setAttributes([
        collection.collection_id, collection.name, collection.bucket, ", ".join(b.name for b in collection.bands),
        collection.no_data, times[0], collection.sensing_times, times[1], times[2], collection.max_metres,
    ])  # fmt: skip
    if collection.extent:
        text = json.dumps({"type": "Feature", "geometry": dict(collection.extent), "properties": {}})
        shapes = QgsJsonUtils.stringToFeatureList(text, QgsFields())
        geometry = shapes[0].geometry() if shapes else QgsGeometry()
        geometry.convertToMultiType()
        feature.setGeometry(geometry)
    return feature


class CreateAlgorithm(ByocAlgorithm):
    """A new, empty collection."""

    def name(self) -> str:
        return "byoccreate"

    def displayName(self) -> str:
        return "New collection"

    def shortHelpString(self) -> str:
        return (
            "Makes a collection for your files in a bucket. Without a band table the first tile that is ingested gives "
            "it its bands.\n\n"
            "Band table: for each band its name in scripts; the (BAND) part of its file's name, empty when it is the "
            "same; its number in the file, empty for 1; 8, 16 or 32 bits; UINT, INT or FLOAT; its own no-data value or "
            "empty. As a list, row by row: B04,,1,16,UINT,0. A no-data value is given for all bands or band by band."
            "\n\n"
            "Costs one processing unit."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_service()
        self.addParameter(QgsProcessingParameterString(NAME, "Name"))
        self.addParameter(QgsProcessingParameterString(BUCKET, "Bucket, its bare name"))
        number = QgsProcessingParameterNumber.Type.Double
        self.addParameter(QgsProcessingParameterNumber(NO_DATA, "No-data value of all bands", number, None, True))
        self.addParameter(QgsProcessingParameterMatrix(BANDS, "Band table", 0, False, list(_HEADERS), None, True))
        self.addOutput(QgsProcessingOutputString("ID", "Id of the collection"))
        self.add_hub_data()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        no_data = self.parameterAsDouble(values, NO_DATA, context) if values.get(NO_DATA) is not None else None
        name, bucket = (self.parameterAsString(values, key, context) for key in (NAME, BUCKET))
        cells = self.parameterAsMatrix(values, BANDS, context)
        bands = read_band_cells([None if cell == NULL else cell for cell in cells])
        with self.services(feedback) as services:
            made = services.byoc.create(name, bucket, bands, no_data, FeedbackProgress(feedback))
        feedback.pushInfo(f"Made {made.name}: {made.collection_id}")
        return {"ID": made.collection_id}


class DeleteAlgorithm(ByocAlgorithm):
    """A collection with all its tiles, when their number is the one expected."""

    def name(self) -> str:
        return "byocdelete"

    def displayName(self) -> str:
        return "Delete a collection"

    def shortHelpString(self) -> str:
        return (
            "Deletes a collection with all its tiles; the files in the bucket stay.\n\n"
            "Say how many tiles it has: with another number nothing is deleted, and the log tells the right one."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        self.add_service()
        self.add_collection()
        integer = QgsProcessingParameterNumber.Type.Integer
        self.addParameter(QgsProcessingParameterNumber(TILES, "Tiles that go with it", integer, None, False, 0))
        self.add_hub_data()

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        expected, progress = self.parameterAsInt(values, TILES, context), FeedbackProgress(feedback)
        with self.services(feedback) as services:
            found = self.find_collection(services, values, context)
            plan = services.byoc.plan_deletion(found.collection_id, progress)
            if plan.tiles != expected:
                raise QgsProcessingException(
                    f"'{found.name}' has {plan.tiles} tiles, not {expected}; nothing was deleted."
                )
            services.byoc.delete(plan, progress)
        feedback.pushInfo(f"Deleted '{found.name}' with {plan.tiles} tiles.")
        return {TILES: plan.tiles}
