"""Files converted for an upload: kept until all have arrived, so a run that was cut off does not make them again."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path
from typing import Sequence

from sentinel_workbench.core.errors import DiskFull, StorageError, is_disk_full

_KEPT_FOR_S = 7 * 24 * 3600
_ENDING = ".converted"


def open_converted(place: Path, job: Sequence[str]) -> Path:
    """The folder of a job in ``place``, made when it is missing; those nobody asked for in a week are removed.

    Args:
        place: holds a folder for each job.
        job: words that tell one job from another.

    Raises:
        StorageError: it can't be made.
    """
    folder = _folder(place, job)
    _remove_old(place, folder)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.utime(folder)
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull(f"The disk of {place} is full.", "Make room, then start again.") from error
        raise StorageError(f"{folder} can't be written: {error.strerror or error}.",
                           "Check the folder and its rights.") from error
    return folder


def forget_converted(place: Path, job: Sequence[str]) -> None:
    """Remove what was converted for a job; there may be nothing."""
    shutil.rmtree(_folder(place, job), ignore_errors=True)


def _folder(place: Path, job: Sequence[str]) -> Path:
    return place / (hashlib.sha256("\n".join(job).encode()).hexdigest()[:24] + _ENDING)


def _remove_old(place: Path, spared: Path) -> None:
    for folder in place.glob(f"*{_ENDING}"):
        if folder != spared and _age_s(folder) > _KEPT_FOR_S:
            shutil.rmtree(folder, ignore_errors=True)


def _age_s(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0
