"""When a file in a bucket was changed: the note its sender left on it, else the storage's own times.

The note is the time of the local file, as metadata ``mtime`` of the object; other programs that sync with buckets write
and read the same. It is compared for equality alone, so no clock matters, and a file that was replaced by an older one
is noticed too.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import List, Mapping, Optional

from osgeo import gdal

from sentinel_workbench.core.services.storage import Storage, StorageKeys, connected

_NOTE = "x-amz-meta-mtime"


@dataclass(frozen=True)
class StoredTimes:
    """What is known of an object's times.

    Attributes:
        note: what its sender noted, or empty.
        stored_s: when it was stored, in seconds since 1970 by the clock of this machine; None when that is not told.
    """

    note: str = ""
    stored_s: Optional[float] = None

    def fit(self, source: os.stat_result) -> bool:
        """Whether the object can be what ``source`` holds now, the sizes being equal."""
        if self.note:
            return self.note == _written(source)
        # storages tell whole seconds
        return self.stored_s is not None and int(source.st_mtime) <= self.stored_s


def note_for(source: os.stat_result) -> List[str]:
    """GDAL's options to leave the note with what is written."""
    return [f"{_NOTE}={_written(source)}"]


def read_times(storage: Storage, keys: StorageKeys, key: str) -> StoredTimes:
    """The times of an object that is there; unknown ones where the storage does not let them be read."""
    path = storage.path(key)
    with connected(storage, keys):
        gdal.VSICurlPartialClearCache(path)
        try:
            headers = gdal.GetFileMetadata(path, "HEADERS")
        except RuntimeError:
            headers = None
    return told_times(headers or {}, time.time())


def told_times(headers: Mapping[str, str], now_s: float) -> StoredTimes:
    """As the headers of an answer that came at ``now_s`` by this machine's clock tell."""
    lower = {name.lower(): value for name, value in headers.items()}
    answered_s, stored_s = _seconds(lower.get("date", "")), _seconds(lower.get("last-modified", ""))
    if answered_s is None or stored_s is None:
        return StoredTimes(lower.get(_NOTE, ""))
    return StoredTimes(lower.get(_NOTE, ""), now_s - (answered_s - stored_s))


def _seconds(text: str) -> Optional[float]:
    try:
        return parsedate_to_datetime(text).timestamp()
    except (TypeError, ValueError, IndexError):
        return None


def _written(source: os.stat_result) -> str:
    return f"{source.st_mtime_ns // 10**9}.{source.st_mtime_ns % 10**9:09d}"
