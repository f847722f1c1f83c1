"""``byocfind``: tiles by a template, from the listing of a folder or a bucket."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List, Mapping, Tuple

from qgis.core import (
    QgsFeature,
    QgsFeatureSink,
    QgsField,
    QgsFields,
    QgsProcessing,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterFeatureSink,
    QgsProcessingParameterFile,
    QgsWkbTypes,
)
from qgis.PyQt.QtCore import QVariant

from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.files import FOLDER, FileAlgorithm, telling_errors
from sentinel_workbench.algorithms.storage import (
    BUCKET,
    KEYS_HELP,
    PREFIX,
    StorageDesk,
    add_storage,
    add_text,
    read_text,
)
from sentinel_workbench.core.qgis.temporal import to_qdatetime
from sentinel_workbench.core.services.tile_discovery import FoundTile
from sentinel_workbench.core.services.upload_plan import GUESS, discover_names, list_folder

TEMPLATE, TIME_PATTERN, OUTPUT = "TEMPLATE", "TIME_PATTERN", "OUTPUT"
_FIELDS = (("path", QVariant.String), ("bands", QVariant.String), ("files", QVariant.Int),
           ("sensing_time", QVariant.DateTime))  # fmt: skip


class FindTilesAlgorithm(FileAlgorithm):
    """A table of tiles, ready for 'Add tiles to a collection'."""

    def __init__(self) -> None:
        super().__init__()
        self._desk = StorageDesk()

    def name(self) -> str:
        return "byocfind"

    def displayName(self) -> str:
        return "Find tiles in a folder or bucket"

    def shortHelpString(self) -> str:
        return (
            "Lists a folder or a bucket and tells which files make which tiles, as a table of paths, bands and sensing "
            "times. 'Add tiles to a collection' takes it as it is, with the fields path and sensing_time.\n\n"
            "Template: how a tile's files are named, with (BAND) for the band, * for anything within a name and **/ "
            "for any folders, such as 2019/**/tile_(BAND).tif; empty to find out.\n\n"
            "Sensing time: a pattern of {YYYY} {MM} {DD} {hh} {mm} {ss}, also {M}, {D} and {DOY}, found anywhere in "
            "the path; 'auto' to find out, empty for none. Files that make no tile are told with the reason.\n\n"
            f"{KEYS_HELP}"
        )

    def initAlgorithm(self, config: Any = None) -> None:
        behavior = QgsProcessingParameterFile.Behavior.Folder
        self.addParameter(QgsProcessingParameterFile(FOLDER, "Folder (empty: the bucket)", behavior, optional=True))
        add_text(self, TEMPLATE, "Template of a tile's files", "", True)
        add_text(self, TIME_PATTERN, "Sensing time in the path", GUESS, True)
        add_storage(self, "Bucket")
        table = QgsProcessing.SourceType.TypeVector
        self.addParameter(QgsProcessingParameterFeatureSink(OUTPUT, "Found tiles", table))
        for name in ("TILES", "UNMATCHED"):
            self.addOutput(QgsProcessingOutputNumber(name, name.capitalize()))
        self.addOutput(QgsProcessingOutputString("USED_TEMPLATE", "Template used"))
        self.addOutput(QgsProcessingOutputString("USED_TIME_PATTERN", "Pattern used"))

    def prepareAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """On the main thread: the keys, when a bucket is listed."""
        if not self.parameterAsFile(values, FOLDER, context):
            self._desk.capture(self, values, context)
        return True

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        prefix = read_text(self, values, PREFIX, context)
        template, pattern = (read_text(self, values, name, context) for name in (TEMPLATE, TIME_PATTERN))
        with telling_errors():
            names, place = self._listed(values, context, feedback)
            found, used, used_pattern = discover_names(names, place, template, pattern)
            tiles = [(tile, tile.as_tile(prefix).path) for tile in found.tiles]
        for one in (*found.unmatched, *found.uneven):
            feedback.pushWarning(f"{one.name}: {one.reason}")
        feedback.pushInfo(f"{len(tiles)} tiles by {used}, sensing time by {used_pattern or 'nothing'}.")
        fields = QgsFields()
        for name, kind in _FIELDS:
            fields.append(QgsField(name, kind))
        sink, target = self.parameterAsSink(values, OUTPUT, context, fields, QgsWkbTypes.Type.NoGeometry)
        if sink is None:
            raise QgsProcessingException(self.invalidSinkError(values, OUTPUT))
        for tile, path in tiles:
            sink.addFeature(_feature(tile, path), QgsFeatureSink.Flag.FastInsert)
        return {OUTPUT: target, "TILES": len(tiles), "UNMATCHED": len(found.unmatched), "USED_TEMPLATE": used,
                "USED_TIME_PATTERN": used_pattern or ""}

    def _listed(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Tuple[List[str], str]:
        folder = self.parameterAsFile(values, FOLDER, context)
        if folder:
            return list_folder(Path(folder)), folder
        bucket, prefix = (read_text(self, values, name, context) for name in (BUCKET, PREFIX))
        listed = self._desk.open(bucket).names(prefix, FeedbackProgress(feedback))
        return [file.name for file in listed], f"{bucket}/{prefix}".rstrip("/")


def _feature(tile: FoundTile, path: str) -> QgsFeature:
    feature = QgsFeature()
    time = to_qdatetime(tile.sensing_time) if tile.sensing_time else None
    feature.setAttributes([path, ", ".join(sorted(tile.files)), len(tile.files), time])
    return feature
