"""The folder a hub's render processes write to, and what hubs that were killed have left behind."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from pathlib import Path

from sentinel_workbench.localhub.process_memory import resident_mb

_PREFIX = "sentinel-workbench-hub-"
_LEFT_FOR_S = 24 * 3600


def make_work_folder() -> Path:
    """A new empty folder among the temporary files, named after this process."""
    remove_leftovers(Path(tempfile.gettempdir()))
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def remove_leftovers(place: Path) -> None:
    """Remove the folders in ``place`` that are a day old and whose hub does not run any more."""
    for folder in place.glob(f"{_PREFIX}*-*"):
        pid = folder.name[len(_PREFIX) :].partition("-")[0]
        if pid.isdigit() and _age_s(folder) > _LEFT_FOR_S and resident_mb(int(pid)) is None:
            shutil.rmtree(folder, ignore_errors=True)


def _age_s(folder: Path) -> float:
    try:
        return time.time() - folder.stat().st_mtime
    except OSError:
        return 0.0
