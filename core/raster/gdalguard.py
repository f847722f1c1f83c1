"""GDAL and system failures as our errors, whichever error mode the process has GDAL in."""

from __future__ import annotations

import shutil
import threading
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Iterator, List, Optional, TypeVar

from osgeo import gdal

from sentinel_workbench.core.errors import (
    DamagedFile,
    DiskFull,
    StorageError,
    WorkbenchError,
    is_disk_full,
)

_Made = TypeVar("_Made")
_LEAST_FREE_BYTES = 1 << 16
_FREE_SPACE_ADVICE = "Free some space or choose another folder, then retry the failed images."


def disk_full(path: Path) -> DiskFull:
    """The error for a file that finds no room."""
    return DiskFull(f"There is no space left on the disk for {path.name} in {path.parent}.", _FREE_SPACE_ADVICE)


def storage_error(path: Path, error: OSError) -> StorageError:
    """A system error met while writing ``path``."""
    if is_disk_full(error):
        return disk_full(path)
    reason = error.strerror or type(error).__name__
    return StorageError(f"{path.name} can't be written in {path.parent}: {reason}.", "Check the folder's permissions.")


def check_free_space(folder: Path, needed_bytes: int) -> None:
    """Raise ``DiskFull`` when ``folder`` has not ``needed_bytes`` left: GDAL may not notice while it writes."""
    if shutil.disk_usage(folder).free < needed_bytes + _LEAST_FREE_BYTES:
        raise disk_full(folder / "the image")


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever GDAL complains about inside into ``DamagedFile``."""
    advice = "It is fetched again when you retry."
    with _collected() as failures:
        try:
            yield
        except (RuntimeError, OSError) as error:
            raise DamagedFile(_unreadable(path, str(error)), advice) from error
    if failures:
        raise DamagedFile(_unreadable(path, failures[0]), advice)


@contextmanager
def writing(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong inside into ``StorageError`` or ``DiskFull`` for ``path``."""
    with _collected() as failures:
        try:
            yield
        except WorkbenchError:
            raise
        except OSError as error:
            raise storage_error(path, error) from error
        except RuntimeError as error:
            raise _write_failure(path, str(error)) from error
    if failures:
        raise _write_failure(path, failures[0])


@contextmanager
def opened(path: Path, update: bool = False) -> Iterator[gdal.Dataset]:
    """The dataset, closed at the end of the block; use inside ``reading`` or ``writing``.

    Raises:
        DamagedFile: it is missing or not a raster.
    """
    with closing(_open(path, update)) as dataset:
        yield dataset


def _open(path: Path, update: bool) -> gdal.Dataset:
    flags = gdal.OF_RASTER | (gdal.OF_UPDATE if update else gdal.OF_READONLY)
    try:
        dataset = gdal.OpenEx(str(path), flags)
    except RuntimeError as error:
        raise DamagedFile(f"{path.name} is not an image.", "It is fetched again when you retry.") from error
    if dataset is None:
        raise DamagedFile(f"{path.name} is not an image.", "It is fetched again when you retry.")
    return dataset


@contextmanager
def closing(dataset: gdal.Dataset) -> Iterator[gdal.Dataset]:
    """Close ``dataset`` at the end of the block, also when an error's traceback still holds it.

    A file that could not be written complains again when it is closed, and QGIS closes what is open when it ends and
    then crashes where Python does so again: neither must happen anywhere later.
    """
    with ExitStack() as after_error:
        after_error.callback(_close_quietly, dataset)
        yield dataset
        after_error.pop_all()
    _close(dataset)


def _close_quietly(dataset: gdal.Dataset) -> None:
    with suppress(RuntimeError):
        _close(dataset)


def _close(dataset: gdal.Dataset) -> None:
    if hasattr(dataset, "Close"):
        dataset.Close()
    else:
        gdal.Dataset.__swig_destroy__(dataset)  # GDAL before 3.8; the object gives up its pointer


def made(thing: Optional[_Made]) -> _Made:
    """``thing``, or an error where GDAL gave None instead of raising; use inside ``reading`` or ``writing``."""
    if thing is None:
        raise RuntimeError(gdal.GetLastErrorMsg())
    return thing


def stop_on_failure() -> None:
    """Raise now what GDAL complained about since ``reading`` or ``writing`` began: it goes on after a failed write."""
    if _open_lists.stack and _open_lists.stack[-1]:
        raise RuntimeError(_open_lists.stack[-1][0])


class _OpenLists(threading.local):
    """The calling thread's lists of failures, the innermost last; GDAL's handlers are a stack of the thread too."""

    def __init__(self) -> None:
        self.stack: List[List[str]] = []


_open_lists = _OpenLists()


@contextmanager
def _collected() -> Iterator[List[str]]:
    """The messages of GDAL's failures inside."""
    failures: List[str] = []

    def note(severity: int, _number: int, message: str) -> None:
        if severity >= gdal.CE_Failure:
            failures.append(message)

    gdal.PushErrorHandler(note)
    _open_lists.stack.append(failures)
    try:
        yield failures
    finally:
        _open_lists.stack.pop()
        gdal.PopErrorHandler()


def _unreadable(path: Path, message: str) -> str:
    """Without the folder, which may be a temporary one: the same damage is told in the same words each time."""
    reason = _one_line(message.replace(str(path), path.name))
    return f"{path.name} is damaged or cut short: {reason}."


def _write_failure(path: Path, message: str) -> StorageError:
    full = "No space left" in message or (
        path.parent.is_dir() and shutil.disk_usage(path.parent).free < _LEAST_FREE_BYTES
    )
    if full:
        return disk_full(path)
    return StorageError(f"{path.name} can't be written in {path.parent}: {_one_line(message)}.")


def _one_line(message: str) -> str:
    return " ".join(message.split()).rstrip(".") or "no reason given"
