"""Chips as files of the user's: readable names, each file once."""

from __future__ import annotations

import filecmp
import hashlib
import os
import re
import shutil
from pathlib import Path

from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.raster.writing import replacing

_BASELINE = re.compile(r"_N(\d{4})_")
_UNSAFE = re.compile(r"[^\w.\-]+")
_LONGEST_NAME = 120


def deliver_chip(source: Path, folder: Path, stem: str) -> Path:
    """``source`` in ``folder`` under a readable name: linked where the disk allows it, else copied.

    Raises:
        DiskFull, StorageError: it can't be written.
    """
    target = folder / f"{safe_stem(stem)}{source.suffix}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if target.exists() and (target.samefile(source) or filecmp.cmp(source, target, shallow=False)):
            return target
        with replacing(target) as temporary:
            try:
                os.link(source, temporary)
            except OSError:
                shutil.copyfile(source, temporary)
    except OSError as error:
        raise storage_error(target, error) from error
    return target


def safe_stem(text: str) -> str:
    """``text`` as the beginning of a file's name on every system; different texts give different names."""
    safe = _UNSAFE.sub("_", text).strip("._")[:_LONGEST_NAME] or "chip"
    return safe if safe == text else f"{safe}_{hashlib.sha256(text.encode('utf-8', 'replace')).hexdigest()[:8]}"


def baseline_of(product: str) -> int:
    """212 of ``..._N0212_...``; 0 when the name does not tell."""
    match = _BASELINE.search(product)
    return int(match[1]) if match else 0
