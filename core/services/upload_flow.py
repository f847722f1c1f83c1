"""From a folder of rasters to tiles of a collection: checked, converted where wished, sent, registered, watched."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput, StorageError
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.progress import Part, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.byoc import ByocService
from sentinel_workbench.core.services.byoc_bulk import BulkReport, OnReport, Outcome
from sentinel_workbench.core.services.byoc_watch import IngestionResult
from sentinel_workbench.core.services.converted_files import forget_converted, open_converted
from sentinel_workbench.core.services.upload import Bucket, UploadOutcome, UploadReport, send_files
from sentinel_workbench.core.services.upload_plan import GUESS, UploadPlan, plan_upload

OpenBucket = Callable[[str], Bucket]
"""The bucket of this name; may raise ``WorkbenchError``."""


@dataclass(frozen=True)
class FolderOrder:
    """What to take where.

    Attributes:
        folder: of rasters.
        collection: name or id.
        template, time_pattern, prefix: as ``plan_upload``.
        bucket: empty for that of the collection.
        convert: files that break a rule are converted; else their tiles are left out.
        create: make the collection when there is none.
    """

    folder: Path
    collection: str
    template: str = ""
    time_pattern: str = GUESS
    prefix: str = ""
    bucket: str = ""
    convert: bool = False
    create: bool = False

    @property
    def job(self) -> Tuple[str, ...]:
        """What tells it from other orders, for ``converted_files``."""
        return str(self.folder.absolute()), self.collection, self.bucket, self.prefix


@dataclass(frozen=True)
class TakenFolder:
    """What became of a folder.

    Attributes:
        collection: as it was before its tiles came, made or found.
        plan: what was sent, and what was left out with the reason.
        sent: each file.
        registered: each tile of which all files arrived.
        ingested: how the ingestion of those that are new ended.
    """

    collection: ByocCollection
    plan: UploadPlan
    sent: UploadReport
    registered: BulkReport
    ingested: IngestionResult

    @property
    def complete(self) -> bool:
        """Every tile of the folder is in the collection, and none failed."""
        registered = self.registered.count(Outcome.DONE) + self.registered.count(Outcome.THERE)
        whole = registered == len(self.plan.tiles) and not self.ingested.failed
        return whole and self.sent.is_complete and not self.plan.refused


def find_collection(
    byoc: ByocService, wanted: str, bucket: str, create: bool, progress: Progress = Silent()
) -> Optional[ByocCollection]:
    """The collection to fill, or None when it has to be made.

    Raises:
        InvalidInput: there is none and it may not be made; or it lies in another bucket.
    """
    known = byoc.collections("", progress)
    if create and not any(wanted in (one.collection_id, one.type_id, one.name) for one in known):
        if not bucket:
            raise InvalidInput("bucket", "A new collection needs a bucket.", "Write the name of the bucket.")
        return None
    collection = byoc.find(wanted, progress)
    if bucket and bucket != collection.bucket:
        raise InvalidInput("bucket", f"The collection '{collection.name}' lies in the bucket '{collection.bucket}', "
                                     f"not in '{bucket}'.", "Leave the bucket empty.")
    return collection


def open_collection(
    byoc: ByocService, order: FolderOrder, open_bucket: OpenBucket, progress: Progress = Silent()
) -> Tuple[ByocCollection, Bucket]:
    """The collection, made when there is none, and its bucket; made only when files can be sent to that.

    Raises:
        InvalidInput: as ``find_collection``.
        WorkbenchError: bucket or keys are not good.
    """
    found = find_collection(byoc, order.collection, order.bucket, order.create, progress)
    bucket = open_bucket(found.bucket if found else order.bucket)
    bucket.check()
    return found or byoc.create(order.collection, order.bucket, progress=progress), bucket


def take_folder(
    byoc: ByocService, order: FolderOrder, open_bucket: OpenBucket, place: Path, progress: Progress = Silent()
) -> TakenFolder:
    """Do all of it. Run again after a stop: what is done already is not converted, sent or registered twice.

    Args:
        place: for files that are converted; they stay there until all have arrived.

    Raises:
        InvalidInput: nothing in the folder can be ingested, or as ``open_collection``.
        StorageError: the storage stopped taking files.
        WorkbenchError: the service or the storage can't be asked.
        Cancelled: what was done stays done.
    """
    work_folder = open_converted(place, order.job) if order.convert else None
    plan = plan_upload(
        order.folder, order.template, order.time_pattern, order.prefix, work_folder, Part(progress, 0.0, 0.3)
    )
    raise_if_nothing(plan)
    collection, bucket = open_collection(byoc, order, open_bucket, progress)
    sent = send_files(plan.files, bucket, Part(progress, 0.3, 0.8))
    if sent.is_complete:
        forget_converted(place, order.job)
    raise_if_cancelled(progress)
    raise_if_stopped(sent)
    registered = register_tiles(byoc, collection.collection_id, plan, sent, Part(progress, 0.8, 0.85))
    raise_if_cancelled(progress)
    fresh = [one.tile for one in registered.tiles if one.settled and one.tile.tile_id]
    ingested = byoc.watch(collection.collection_id, fresh, Part(progress, 0.85, 1.0))
    return TakenFolder(collection, plan, sent, registered, ingested)


def register_tiles(
    byoc: ByocService,
    collection_id: str,
    plan: UploadPlan,
    sent: UploadReport,
    progress: Progress = Silent(),
    on_report: Optional[OnReport] = None,
) -> BulkReport:
    """Create the tiles whose files have arrived. One that is there, but of which a file was sent now, is read anew.

    A service whose files change under it does odd things until it has read them again (byoc, 3).
    """
    created = byoc.create_tiles(collection_id, list(plan.arrived(sent)), Part(progress, 0.0, 0.5), on_report)
    fresh = {one.file.key for one in sent.files if one.outcome is UploadOutcome.SENT}
    there = {one.tile.path for one in created.tiles if one.outcome is Outcome.THERE}
    changed = {path for path in there if not fresh.isdisjoint(plan.keys[path])}
    if created.stopped_by or not changed:
        return created
    pages = byoc.walk_tiles(collection_id, progress=Part(progress, 0.5, 0.7))
    stale = [tile for page in pages for tile in page if tile.path in changed]
    reread = byoc.reingest_tiles(collection_id, stale, Part(progress, 0.7, 1.0))
    anew = {one.tile.path: one for one in reread.tiles}
    return BulkReport(tuple(anew.get(one.tile.path, one) for one in created.tiles), reread.stopped_by)


def raise_if_nothing(plan: UploadPlan) -> None:
    """Raise ``InvalidInput`` when no tile is left, with the first reason."""
    if not plan.tiles:
        first = plan.refused[0]
        raise InvalidInput("folder", f"No tile can be ingested. {first.name}: {first.reason}",
                           "Convert the files with Make COG, or let them be converted.")


def raise_if_stopped(sent: UploadReport) -> None:
    """Raise ``StorageError`` when the rest was not tried."""
    if sent.stopped_by:
        left = sent.count(UploadOutcome.UNTRIED) + sent.count(UploadOutcome.FAILED)
        raise StorageError(f"{sent.stopped_by} {left} of {len(sent.files)} files are not sent.",
                           "Start again to send the rest.")
