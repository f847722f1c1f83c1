"""A bucket of S3-compatible storage as a place to send files to."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from typing import BinaryIO, Callable, List, Optional, Sequence

from osgeo import gdal

from sentinel_workbench.core.errors import Cancelled, RequestRejected, StorageError, UnexpectedAnswer
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.file_names import ListedFile
from sentinel_workbench.core.services.given_keys import take_key_back
from sentinel_workbench.core.services.storage import (
    PART_MB,
    Storage,
    StorageKeys,
    check_access,
    connected,
    list_objects,
    object_size,
)
from sentinel_workbench.core.services.stored_times import note_for, read_times
from sentinel_workbench.core.services.upload import BLOCK_BYTES, OnSent, UploadFile, UploadReport, send_files

_MOST_PARTS = 9000


def upload_files(
    files: Sequence[UploadFile],
    storage: Storage,
    keys: StorageKeys,
    progress: Progress = Silent(),
    on_sent: Optional[OnSent] = None,
    overwrite: bool = False,
) -> UploadReport:
    """``send_files`` to a bucket of S3-compatible storage; one that is there with the same size and time is left."""
    return send_files(files, StorageBucket(storage, keys), progress, on_sent, overwrite)


@dataclass(frozen=True)
class StorageBucket:
    """A bucket and the keys to it."""

    storage: Storage
    keys: StorageKeys

    def check(self) -> None:
        """Raise what is wrong with bucket, address or keys."""
        check_access(self.storage, self.keys)

    def names(self, prefix: str, progress: Progress) -> List[ListedFile]:
        """As ``list_objects``."""
        return list_objects(self.storage, self.keys, prefix, progress)

    def holds(self, file: UploadFile, size: int) -> bool:
        """Whether an object of this size is there, stored from the file as it is now."""
        take_key_back(self.storage.path(file.key))
        if object_size(self.storage, self.keys, file.key) != size:
            return False
        return size == 0 or read_times(self.storage, self.keys, file.key).fit(file.source.stat())

    def write(
        self, source: BinaryIO, size: int, file: UploadFile, watch: Progress, tell: Callable[[int], None]
    ) -> None:
        """Send one file in parts; the object appears with the last one."""
        note = note_for(os.fstat(source.fileno()))
        storage, part_mb = self.storage, max(PART_MB, -(-size // (_MOST_PARTS * BLOCK_BYTES)))
        path = storage.path(file.key)
        take_key_back(path)
        with connected(storage, self.keys, VSIS3_CHUNK_SIZE=str(part_mb)) as complaints:
            _forget_begun(path)
            raise_if_cancelled(watch)
            try:
                sent = _stream(source, path, note, watch if size > part_mb * BLOCK_BYTES else Silent(), tell)
            except RuntimeError as error:
                _forget_begun(path)
                complaints.append(str(error))
                sent = -1
        if sent != size:
            self._raise_why_not(file, sent)
        arrived = object_size(storage, self.keys, file.key)
        if arrived not in (size, None):
            raise UnexpectedAnswer(f"{file.key} arrived with {arrived} of {size} bytes.", "Send it again.")

    def _raise_why_not(self, file: UploadFile, sent: int) -> None:
        self.check()
        if sent >= 0:
            raise StorageError(f"{file.source} changed while it was sent.", "Send it again.")
        raise RequestRejected(f"The bucket '{self.storage.bucket}' did not take {file.key}.",
                              "Check that these keys may write there, then send it again.", status=403)


def _stream(source: BinaryIO, path: str, note: List[str], watch: Progress, tell: Callable[[int], None]) -> int:
    """Copy ``source`` to ``path``; the number of bytes. A file of one part is not interrupted."""
    target = gdal.VSIFOpenExL(path, "wb", 1, note)
    if target is None:
        raise RuntimeError(f"{path} can't be opened")
    sent, stopped = 0, False
    try:
        while not stopped and (block := source.read(BLOCK_BYTES)):
            if gdal.VSIFWriteL(block, 1, len(block), target) != len(block):
                raise RuntimeError(f"{path} can't be written")
            sent += len(block)
            tell(sent)
            stopped = watch.cancelled()
    except (RuntimeError, OSError):
        with suppress(RuntimeError):
            gdal.VSIFCloseL(target)
        _remove(path)
        raise
    if gdal.VSIFCloseL(target) != 0:
        raise RuntimeError(f"{path} can't be finished")
    if stopped:
        # closing ends the object with what was sent so far, and GDAL has no other way to end it
        _remove(path)
        raise Cancelled()
    return sent


def _remove(path: str) -> None:
    with suppress(RuntimeError):
        gdal.Unlink(path)


def _forget_begun(path: str) -> None:
    """End what an upload of the same file that died left begun: it costs money and nobody sees it."""
    with suppress(RuntimeError):
        gdal.AbortPendingUploads(path)
