"""A folder that stands for a bucket, as the local hub reads it, as a place to send files to. No keys are needed."""

from __future__ import annotations

import filecmp
import os
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Callable, List, Optional, Tuple

from sentinel_workbench.core.errors import DiskFull, InvalidInput, StorageError, UnexpectedAnswer, is_disk_full
from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.core.services.file_names import ListedFile, list_names
from sentinel_workbench.core.services.upload import BLOCK_BYTES, UploadFile

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}")
_BEGUN = ".begun"


def folder_of(address: str) -> Optional[Path]:
    """The folder of buckets that stands where others write the address of a storage, or None."""
    path = Path(address.strip())
    return path if path.is_absolute() and path.is_dir() else None


@dataclass(frozen=True)
class FolderBucket:
    """The bucket ``name`` among the buckets in the folder ``root``."""

    root: Path
    name: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name) or ".." in self.name:
            raise InvalidInput("bucket", f"'{self.name}' can't be the name of a bucket.",
                               "Use letters, digits, dots and hyphens, such as my-data.")

    @property
    def folder(self) -> Path:
        """Where its files lie."""
        return self.root / self.name

    def check(self) -> None:
        """Make the folder when it is missing.

        Raises:
            StorageError: it can't be made or written.
        """
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _refusal(error, self.folder) from error
        if not os.access(self.folder, os.W_OK | os.X_OK):
            raise StorageError(f"{self.folder} can't be written to.", "Ask for the right to write there.")

    def names(self, prefix: str, progress: Progress) -> List[ListedFile]:
        """All files below ``prefix``; none when there is no such folder."""
        start = self._path(prefix.strip("/")) if prefix.strip("/") else self.folder
        if not start.is_dir():
            return []
        return [ListedFile(name, (start / name).stat().st_size) for name in list_names(start, progress)]

    def holds(self, file: UploadFile, size: int) -> bool:
        """Whether the same file is there: of the same size and time, or byte for byte the same."""
        target = self._path(file.key)
        try:
            there, source = target.stat(), file.source.stat()
            if there.st_size != size:
                return False
            return there.st_mtime_ns == source.st_mtime_ns or filecmp.cmp(file.source, target, shallow=False)
        except OSError:
            return False

    def write(
        self, source: BinaryIO, size: int, file: UploadFile, watch: Progress, tell: Callable[[int], None]
    ) -> None:
        """Copy one file beside its place, read it again, and put it there.

        Raises:
            DiskFull, StorageError: it can't be written, or changed meanwhile.
            UnexpectedAnswer: what was written is not what was read.
            Cancelled: nothing of it stays.
        """
        target = self._path(file.key)
        begun = target.with_name(f".{target.name}{_BEGUN}")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            sent, checksum = _copy(source, begun, file.source, watch, tell)
            if sent != size:
                raise StorageError(f"{file.source} changed while it was copied.", "Copy it again.")
            if _checksum(begun) != checksum:
                raise UnexpectedAnswer(f"{file.key} was not written as it was read.", "Check the disk, and copy again.")
            _keep_time(os.fstat(source.fileno()), begun)
            os.replace(begun, target)
        except OSError as error:
            raise _refusal(error, target) from error
        finally:
            with suppress(OSError):
                begun.unlink()

    def _path(self, key: str) -> Path:
        path = self.folder.joinpath(*key.split("/"))
        if not path.resolve().is_relative_to(self.folder.resolve()):
            raise InvalidInput("key", f"'{key}' lies outside the bucket {self.name}.", "Leave out '..' and links.")
        return path


def _copy(
    source: BinaryIO, target: Path, name: Path, watch: Progress, tell: Callable[[int], None]
) -> Tuple[int, int]:
    """Bytes copied and their checksum; on the disk when this returns."""
    sent = checksum = 0
    with target.open("wb") as writer:
        while block := _read(source, name):
            raise_if_cancelled(watch)
            writer.write(block)
            checksum, sent = zlib.crc32(block, checksum), sent + len(block)
            tell(sent)
        writer.flush()
        os.fsync(writer.fileno())
    return sent, checksum


def _read(source: BinaryIO, name: Path) -> bytes:
    try:
        return source.read(BLOCK_BYTES)
    except OSError as error:
        raise StorageError(f"{name} can't be read: {error.strerror or error}.", "Check the file.") from error


def _checksum(path: Path) -> int:
    checksum = 0
    with path.open("rb") as reader:
        while block := reader.read(BLOCK_BYTES):
            checksum = zlib.crc32(block, checksum)
    return checksum


def _keep_time(source: os.stat_result, target: Path) -> None:
    os.utime(target, ns=(source.st_atime_ns, source.st_mtime_ns))


def _refusal(error: OSError, place: Path) -> StorageError:
    if is_disk_full(error):
        return DiskFull(f"The disk of {place.parent} is full.", "Make room, then start again: the rest is copied.")
    return StorageError(f"{place} can't be written: {error.strerror or error}.", "Check the folder and its rights.")
