"""Names to find tiles in: of a folder on disk, or of a listing of a bucket that was pasted."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import List, Tuple

from sentinel_workbench.core.errors import InvalidInput, StorageError
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled

MOST_NAMES = 500_000
_LISTED = re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d\S*)?\s+(?:\d+(?:\.\d+)?\s*\w*|DIR|PRE)\s+(.+)")
_ADDRESS = re.compile(r"(?:s3|gs|https?)://[^/]+/(.+)")


@dataclass(frozen=True)
class ListedFile:
    """A file in a folder or bucket: ``name`` with ``/`` between folders, relative to what was listed; bytes."""

    name: str
    size: int


def list_names(folder: Path, progress: Progress = Silent()) -> Tuple[str, ...]:
    """All files below ``folder``, relative to it, ``/`` between folders, sorted. Hidden ones are left out.

    Raises:
        StorageError: it can't be read.
        InvalidInput: there are too many.
        Cancelled: on request.
    """
    if not folder.is_dir():
        raise StorageError(f"The folder {folder} is not there.", "Choose another one.")
    names: List[str] = []
    for place, folders, files in os.walk(folder):
        raise_if_cancelled(progress)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        below = Path(place).relative_to(folder).as_posix()
        start = "" if below == "." else f"{below}/"
        names += [start + name for name in files if not name.startswith(".")]
        if len(names) > MOST_NAMES:
            raise InvalidInput("folder", f"{folder} holds more than {MOST_NAMES} files.", "Choose one further down.")
        progress.report(0.0, f"{len(names)} files")
    return tuple(sorted(names))


def names_of_listing(text: str) -> Tuple[str, ...]:
    """The names in a pasted listing: one a line, as ``s3://bucket/name``, or as ``aws s3 ls --recursive`` prints it."""
    names = []
    for line in filter(None, map(str.strip, text.splitlines())):
        listed = _LISTED.fullmatch(line)
        name = listed.group(1) if listed else line
        address = _ADDRESS.fullmatch(name)
        name = address.group(1) if address else name
        if not name.endswith("/"):
            names.append(name.lstrip("/"))
    return tuple(dict.fromkeys(names))
