"""Files into a bucket: several at once, each whole or not there, and a second run sends only what is missing."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import Future
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import BinaryIO, Callable, Dict, List, Optional, Protocol, Sequence, Tuple

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    Cancelled,
    DiskFull,
    InvalidInput,
    NetworkError,
    NotThere,
    StorageError,
    WorkbenchError,
)
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.file_names import ListedFile
from sentinel_workbench.core.services.parallel import Crew, Stoppable

PARALLEL = 4
BLOCK_BYTES = 1 << 20
_HOPELESS = (AuthenticationFailed, NotThere, NetworkError, DiskFull)


@dataclass(frozen=True)
class UploadFile:
    """``source`` on this machine, to become ``key`` in the bucket."""

    source: Path
    key: str


class Bucket(Protocol):
    """Where files go: ``StorageBucket`` or ``FolderBucket``. Its methods serve any thread."""

    def check(self) -> None:
        """Raise ``WorkbenchError`` when nothing can be sent there."""

    def holds(self, file: UploadFile, size: int) -> bool:
        """Whether the file is there already, whole."""

    def write(
        self, source: BinaryIO, size: int, file: UploadFile, watch: Progress, tell: Callable[[int], None]
    ) -> None:
        """Copy ``source`` of ``size`` bytes; it is there as a whole or not at all. ``tell`` hears the bytes sent."""

    def names(self, prefix: str, progress: Progress) -> List[ListedFile]:
        """All files below the folder ``prefix``, relative to it."""


class UploadOutcome(str, Enum):
    """What became of one file."""

    SENT = "sent"
    THERE = "there already"
    FAILED = "failed"
    UNTRIED = "not tried"


@dataclass(frozen=True)
class SentFile:
    """One file of an upload.

    Attributes:
        file: as asked for.
        outcome: what became of it.
        sentence: why it failed or was left, else empty.
    """

    file: UploadFile
    outcome: UploadOutcome
    sentence: str = ""


@dataclass(frozen=True)
class UploadReport:
    """All files in the order asked for; ``stopped_by`` tells why the rest was not tried, or is None."""

    files: Tuple[SentFile, ...]
    stopped_by: Optional[str] = None

    def count(self, outcome: UploadOutcome) -> int:
        """How many ended so."""
        return sum(1 for one in self.files if one.outcome is outcome)

    @property
    def is_complete(self) -> bool:
        """Every file is in the bucket."""
        return all(one.outcome in (UploadOutcome.SENT, UploadOutcome.THERE) for one in self.files)

    def __str__(self) -> str:
        counted = Counter(one.outcome for one in self.files)
        parts = [f"{counted[outcome]} {outcome.value}" for outcome in UploadOutcome if counted[outcome]]
        return f"{len(self.files)} files: {', '.join(parts) or 'nothing to do'}."


OnSent = Callable[[SentFile], None]


def send_files(
    files: Sequence[UploadFile],
    bucket: Bucket,
    progress: Progress = Silent(),
    on_sent: Optional[OnSent] = None,
    overwrite: bool = False,
) -> UploadReport:
    """Send ``files``. One that is there already is left; one that fails stops no other.

    Args:
        progress: of the whole, by bytes; after Cancel what was done is reported, the rest as untried.
        on_sent: called in the calling thread as each file ends.
        overwrite: send what is there already too.

    Raises:
        InvalidInput: a key that can't be, or one twice.
        WorkbenchError: nothing can be sent there.
    """
    _check_keys(files)
    bucket.check()
    sizes = [_size(file.source) for file in files]
    meter = _Meter(progress, sizes)
    reports: Dict[int, SentFile] = {}
    stopped: Optional[str] = None
    with Crew[SentFile](PARALLEL, "upload") as crew:
        watch = Stoppable(progress, crew.stop, lambda fraction, message: None)
        crew.start([_job(number, file, bucket, watch, meter, overwrite) for number, file in enumerate(files)])
        for ended in crew.ended():
            for number, future in ended:
                report = _outcome(future, files[number])
                if report is None:
                    continue
                if isinstance(future.exception(), WorkbenchError):
                    stopped = stopped or report.sentence
                    crew.stop.set()
                reports[number] = report
                if on_sent is not None:
                    on_sent(report)
            meter.tell(f"{len(reports)} of {len(files)} files")
    untried = stopped or "Cancelled before it was sent."
    return UploadReport(
        tuple(reports.get(n) or SentFile(file, UploadOutcome.UNTRIED, untried) for n, file in enumerate(files)), stopped
    )


def _outcome(future: Future[SentFile], file: UploadFile) -> Optional[SentFile]:
    """The report of a job; None when it was cancelled."""
    if future.cancelled():
        return None
    error = future.exception()
    if isinstance(error, WorkbenchError):
        return SentFile(file, UploadOutcome.FAILED, str(error))
    if isinstance(error, Cancelled):
        return None
    if error is not None:
        raise error
    return future.result()


def _job(
    number: int, file: UploadFile, bucket: Bucket, watch: Progress, meter: _Meter, overwrite: bool
) -> Callable[[], SentFile]:
    def work() -> SentFile:
        raise_if_cancelled(watch)
        try:
            return _send(number, file, bucket, watch, meter, overwrite)
        except _HOPELESS:
            raise
        except WorkbenchError as error:
            return SentFile(file, UploadOutcome.FAILED, str(error))

    return work


def _send(
    number: int, file: UploadFile, bucket: Bucket, watch: Progress, meter: _Meter, overwrite: bool
) -> SentFile:
    try:
        with file.source.open("rb") as source:
            size = file.source.stat().st_size
            if not overwrite and bucket.holds(file, size):
                meter.count(number, size)
                return SentFile(file, UploadOutcome.THERE)
            bucket.write(source, size, file, watch, lambda done: meter.count(number, done))
    except OSError as error:
        raise StorageError(f"{file.source} can't be read: {error.strerror or error}.", "Check the file.") from error
    return SentFile(file, UploadOutcome.SENT)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _check_keys(files: Sequence[UploadFile]) -> None:
    seen = set()
    for file in files:
        parts = file.key.split("/")
        if "" in parts or ".." in parts or "." in parts or any(ord(c) < 32 for c in file.key):
            raise InvalidInput("key", f"'{file.key}' can't be the name of an object.",
                               "Write it as folder/name.tif: no slash at either end, no two in a row, no '..'.")
        if file.key in seen:
            raise InvalidInput("key", f"Two files would become '{file.key}'.", "Give them other names.")
        seen.add(file.key)


class _Meter:
    """Progress by bytes over all files, counted in their threads and told in the caller's."""

    def __init__(self, progress: Progress, sizes: List[int]) -> None:
        self._progress, self._total, self._lock = progress, max(sum(sizes), 1), threading.Lock()
        self._sent = [0] * len(sizes)

    def count(self, number: int, sent: int) -> None:
        """``sent`` bytes of file ``number`` are there."""
        with self._lock:
            self._sent[number] = max(self._sent[number], sent)

    def tell(self, message: str) -> None:
        """Report what was counted."""
        with self._lock:
            fraction = sum(self._sent) / self._total
        self._progress.report(min(fraction, 1.0), message)
