"""``byocupload``: from a folder of rasters to tiles of a collection."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from qgis.core import (
    QgsProcessingContext,
    QgsProcessingFeedback,
    QgsProcessingOutputNumber,
    QgsProcessingOutputString,
    QgsProcessingParameterBoolean,
    QgsProcessingParameterFile,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.byoc import COLLECTION, ByocAlgorithm, tell_ingestion, teller
from sentinel_workbench.algorithms.connected import FeedbackProgress
from sentinel_workbench.algorithms.files import FOLDER, telling_errors
from sentinel_workbench.algorithms.storage import (
    BUCKET,
    KEYS_HELP,
    PREFIX,
    StorageDesk,
    add_storage,
    add_text,
    read_text,
)
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.progress import Part, raise_if_cancelled
from sentinel_workbench.core.qgis.folders import converted_folder
from sentinel_workbench.core.services.byoc_bulk import BulkReport
from sentinel_workbench.core.services.converted_files import forget_converted, open_converted
from sentinel_workbench.core.services.upload import Bucket, SentFile, UploadOutcome, UploadReport, send_files
from sentinel_workbench.core.services.upload_flow import (
    FolderOrder,
    open_collection,
    raise_if_nothing,
    raise_if_stopped,
    register_tiles,
)
from sentinel_workbench.core.services.upload_plan import GUESS, UploadPlan, plan_upload

TEMPLATE, TIME_PATTERN, CONVERT = "TEMPLATE", "TIME_PATTERN", "CONVERT"
CREATE, WAIT, TRY = "CREATE", "WAIT", "ONLY_LOOK"


class UploadAlgorithm(ByocAlgorithm):
    """Check, convert, upload, register, wait."""

    def __init__(self) -> None:
        super().__init__()
        self._desk = StorageDesk()

    def name(self) -> str:
        return "byocupload"

    def displayName(self) -> str:
        return "Upload and ingest"

    def shortHelpString(self) -> str:
        return (
            "Takes a folder of rasters to a collection: finds the tiles, checks every file against the rules of the "
            "service, converts the ones that break a rule if wished, uploads them to the bucket and registers the "
            "tiles. Tiles with a problem are left out and told. Run it again after a stop: what is there already is "
            "not converted or sent twice, and a file that changed since is sent again and its tile ingested again. "
            "Converted files of a run that was stopped stay in the profile until it has ended, for a week at most.\n\n"
            "Template: how a tile's files are named, with (BAND) for the band and * for anything, such as "
            "*/tile_(BAND).tif; empty to find out.\n\n"
            "Sensing time: a pattern of {YYYY} {MM} {DD} {hh} {mm} {ss}, also {M}, {D} and {DOY}, found anywhere in "
            "the path; 'auto' to find out, empty for none. 'Only look' tells what would be done, with the template and "
            "the times.\n\n"
            f"{KEYS_HELP}\n\n"
            "With the local hub the files are copied into its folder of buckets, without keys. "
            "Without a collection the files are only uploaded. Each registered tile costs one processing unit."
        )

    def initAlgorithm(self, config: Any = None) -> None:
        behavior = QgsProcessingParameterFile.Behavior.Folder
        self.addParameter(QgsProcessingParameterFile(FOLDER, "Folder of rasters", behavior))
        add_text(self, TEMPLATE, "Template of a tile's files", "", True)
        add_text(self, TIME_PATTERN, "Sensing time in the path", GUESS, True)
        self.addParameter(QgsProcessingParameterBoolean(CONVERT, "Convert files that break a rule", False))
        add_storage(self, "Bucket (empty: the collection's)")
        self.add_service()
        add_text(self, COLLECTION, "Collection (name or id; empty: only upload)", "", True)
        self.addParameter(QgsProcessingParameterBoolean(CREATE, "Make the collection when there is none", False))
        self.addParameter(QgsProcessingParameterBoolean(WAIT, "Wait for the ingestion", True))
        self.addParameter(QgsProcessingParameterBoolean(TRY, "Only look, send nothing", False))
        self.add_report()
        for name in ("TILES", "REFUSED", "SENT", "THERE", "FAILED", "DONE", "INGESTED", "INGESTION_FAILED"):
            self.addOutput(QgsProcessingOutputNumber(name, name.replace("_", " ").capitalize()))
        self.addOutput(QgsProcessingOutputString("USED_TEMPLATE", "Template used"))
        self.addOutput(QgsProcessingOutputString("USED_TIME_PATTERN", "Pattern used"))
        self.add_hub_data()

    def prepareAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> bool:
        """On the main thread: the keys of the storage too, unless nothing will be sent or the local hub gets it."""
        ready = super().prepareAlgorithm(values, context, feedback)
        if self._hub is not None and self._text(values, COLLECTION, context):
            self._desk.use_folder(self._hub.buckets)
        elif not self.parameterAsBoolean(values, TRY, context):
            self._desk.capture(self, values, context)
        return ready

    def processAlgorithm(
        self, values: Mapping[str, Any], context: QgsProcessingContext, feedback: QgsProcessingFeedback
    ) -> Dict[str, Any]:
        outputs: Dict[str, Any] = {}
        only_look = self.parameterAsBoolean(values, TRY, context)
        with telling_errors():
            self._desk.raise_if_refused()
            order, work_folder = self._order(values, context), None
            if order.convert and not only_look:
                work_folder = open_converted(converted_folder(), order.job)
            plan = _plan(order, work_folder, feedback)
            outputs.update(_plan_outputs(plan))
            raise_if_nothing(plan)
            if only_look:
                return outputs
            if not order.collection:
                outputs.update(_sent_outputs(_send(plan, order, self._desk.open(order.bucket), feedback)))
                return outputs
            with self.services(feedback) as services:
                collection, bucket = open_collection(
                    services.byoc, order, self._desk.open, FeedbackProgress(feedback))
                feedback.pushInfo(f"Collection {collection.name}: {collection.collection_id}")
                report = _send(plan, order, bucket, feedback)
                outputs.update(_sent_outputs(report))
                registered = register_tiles(
                    services.byoc, collection.collection_id, plan, report, FeedbackProgress(feedback), teller(feedback))
                outputs.update(self._await(services, collection, registered, values, context, feedback))
        return outputs

    def _order(self, values: Mapping[str, Any], context: QgsProcessingContext) -> FolderOrder:
        folder = Path(self.parameterAsFile(values, FOLDER, context))
        template, pattern, prefix = (self._text(values, name, context) for name in (TEMPLATE, TIME_PATTERN, PREFIX))
        collection, bucket = (self._text(values, name, context) for name in (COLLECTION, BUCKET))
        convert, create = (self.parameterAsBoolean(values, name, context) for name in (CONVERT, CREATE))
        return FolderOrder(folder, collection, template, pattern, prefix, bucket, convert, create)

    def _await(
        self,
        services: api.Services,
        collection: ByocCollection,
        report: BulkReport,
        values: Mapping[str, Any],
        context: QgsProcessingContext,
        feedback: QgsProcessingFeedback,
    ) -> Mapping[str, Any]:
        handed = self.hand_out(report, values, context, feedback)
        outputs = {"DONE": handed["DONE"]}
        if self.parameterAsBoolean(values, WAIT, context):
            made = [one.tile for one in report.tiles if one.settled and one.tile.tile_id]
            result = services.byoc.watch(collection.collection_id, made, FeedbackProgress(feedback))
            outputs.update(tell_ingestion(result, feedback))
        return outputs

    def _text(self, values: Mapping[str, Any], name: str, context: QgsProcessingContext) -> str:
        return read_text(self, values, name, context)


def _plan(order: FolderOrder, work_folder: Optional[Path], feedback: QgsProcessingFeedback) -> UploadPlan:
    progress = Part(FeedbackProgress(feedback), 0.0, 0.3)
    plan = plan_upload(order.folder, order.template, order.time_pattern, order.prefix, work_folder, progress)
    time = f"sensing time by {plan.time_pattern}" if plan.time_pattern else "no sensing times"
    feedback.pushInfo(f"{len(plan.tiles)} tiles by {plan.template}, {time}; {len(plan.refused)} left out.")
    for refused in plan.refused:
        feedback.pushWarning(f"{refused.name}: {refused.reason}")
    for tile in plan.tiles:
        feedback.pushInfo(f"{tile.path}  {tile.sensing_time or ''}")
    return plan


def _send(
    plan: UploadPlan, order: FolderOrder, bucket: Bucket, feedback: QgsProcessingFeedback
) -> UploadReport:
    progress = Part(FeedbackProgress(feedback), 0.3, 0.9)
    report = send_files(plan.files, bucket, progress, lambda sent: _tell_sent(sent, feedback))
    feedback.pushInfo(str(report))
    if report.is_complete:
        forget_converted(converted_folder(), order.job)
    raise_if_cancelled(progress)
    raise_if_stopped(report)
    return report


def _plan_outputs(plan: UploadPlan) -> Mapping[str, Any]:
    return {"TILES": len(plan.tiles), "REFUSED": len(plan.refused), "USED_TEMPLATE": plan.template,
            "USED_TIME_PATTERN": plan.time_pattern or ""}


def _sent_outputs(report: UploadReport) -> Mapping[str, Any]:
    return {"SENT": report.count(UploadOutcome.SENT), "THERE": report.count(UploadOutcome.THERE),
            "FAILED": report.count(UploadOutcome.FAILED)}


def _tell_sent(sent: SentFile, feedback: QgsProcessingFeedback) -> None:
    if sent.outcome is UploadOutcome.FAILED:
        feedback.reportError(f"{sent.file.key}: {sent.sentence}")
    else:
        feedback.pushInfo(f"{sent.file.key}: {sent.outcome.value}")
