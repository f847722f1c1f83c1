"""Orders across restarts: a file an order, so that a crash, a full disk or a second QGIS can spoil one at most."""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from contextlib import suppress
from pathlib import Path
from typing import List, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.raster.writing import replacing
from sentinel_workbench.core.services.history_records import KeptOrder, from_json, to_json

MOST_ORDERS = 100
_MOST_BYTES = 50_000_000
"""A larger file is not ours."""
_KEY = re.compile(r"^\d{8}T\d{12}-[0-9a-f]{8}$")


def new_key(now: dt.datetime) -> str:
    """A key for an order begun at ``now`` (aware)."""
    return f"{now.astimezone(dt.timezone.utc):%Y%m%dT%H%M%S%f}-{uuid.uuid4().hex[:8]}"


class OrderHistory:
    """The orders in a folder. Any number of processes may share it.

    Args:
        folder: made when the first order is kept.
        most: older orders than so many are forgotten.
    """

    def __init__(self, folder: Path, most: int = MOST_ORDERS) -> None:
        self._folder, self._most = folder, most

    def keep(self, kept: KeptOrder) -> None:
        """Write or replace an order, atomically; the oldest go where there are too many.

        Raises:
            InvalidInput: the key is not one of ``new_key``.
            StorageError: the folder can't be made or written; ``DiskFull`` when there is no room.
        """
        path = self._path(kept.key)
        text = json.dumps(to_json(kept))
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with replacing(path) as temporary:
                temporary.write_text(text, encoding="utf-8")
        except OSError as error:
            raise storage_error(path, error) from error
        for old in self._files()[self._most:]:
            _delete(old)

    def all(self) -> Tuple[KeptOrder, ...]:
        """Every order that can be read, the newest first, with images whose files are gone as failed ones."""
        found = []
        for path in self._files()[: self._most]:
            with suppress(OSError, ValueError, RecursionError, InvalidInput):
                if path.stat().st_size <= _MOST_BYTES:
                    found.append(from_json(json.loads(path.read_bytes())).checked())
        return tuple(found)

    def forget(self, key: str) -> None:
        """Remove an order; its images stay. An unknown key is ignored.

        Raises:
            InvalidInput: the key is not one of ``new_key``.
        """
        _delete(self._path(key))

    def _path(self, key: str) -> Path:
        if not _KEY.match(key):
            raise InvalidInput("history", f"'{key}' is not the key of an order.")
        return self._folder / f"{key}.json"

    def _files(self) -> List[Path]:
        """Newest first, by name."""
        try:
            names = [path for path in self._folder.iterdir() if path.suffix == ".json" and _KEY.match(path.stem)]
        except OSError:
            return []
        return sorted(names, key=lambda path: path.name, reverse=True)


def _delete(path: Path) -> None:
    with suppress(OSError):
        path.unlink()
