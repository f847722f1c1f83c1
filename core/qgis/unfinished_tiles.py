"""Tiles that a job did not add yet, kept in the profile, so that it can go on after QGIS ended in the middle."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Dict, List, Sequence

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import ByocTile
from sentinel_workbench.core.qgis.folders import profile_folder
from sentinel_workbench.core.qgis.log import log_warning
from sentinel_workbench.core.services.byoc_drafts import read_tile_list, write_tile_list

_UNSAFE = re.compile(r"[^A-Za-z0-9-]")


class UnfinishedTiles:
    """Those of one collection at a time. What the service has already is left alone when they are added again."""

    def __init__(self) -> None:
        self._collection_id = ""
        self._left: Dict[str, ByocTile] = {}

    @property
    def left(self) -> List[ByocTile]:
        """What is still to add."""
        return list(self._left.values())

    def open(self, collection_id: str) -> None:
        """Those kept for a collection; none when nothing was begun, or what is kept can't be read."""
        if self._left:
            self.keep()
        self._collection_id, self._left = collection_id, {}
        with suppress(OSError, UnicodeDecodeError, InvalidInput):
            kept = read_tile_list(_path(collection_id).read_text(encoding="utf-8")) if collection_id else []
            self._left = {tile.path: tile for tile in kept}

    def begin(self, tiles: Sequence[ByocTile]) -> None:
        """A job begins to add these, in place of those before."""
        self._left = {tile.path: tile for tile in tiles}
        self.keep()

    def settle(self, path: str) -> None:
        """Nothing is left to do for the tile of this path."""
        self._left.pop(path, None)

    def keep(self) -> None:
        """For the next time. That it can't be written is logged: the job itself goes on."""
        if not self._collection_id:
            return
        path = _path(self._collection_id)
        try:
            if self._left:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(write_tile_list(self.left), encoding="utf-8")
            elif path.exists():
                path.unlink()
        except OSError as error:
            log_warning(f"The tiles still to add can't be kept in {path}: {error.strerror}.")


def _path(collection_id: str) -> Path:
    return profile_folder() / "unfinished" / f"{_UNSAFE.sub('_', collection_id)}.txt"
