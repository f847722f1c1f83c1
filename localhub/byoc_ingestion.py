"""The thread that ingests tiles: takes those that wait, reads their files, writes what became of them."""

from __future__ import annotations

import sys
import threading
import time

from sentinel_workbench.core.errors import StorageError, WorkbenchError
from sentinel_workbench.localhub.byoc_buckets import Buckets
from sentinel_workbench.localhub.byoc_check import IngestionFailed, examine_tile
from sentinel_workbench.localhub.byoc_outcomes import Outcome, bands_of, finish, refresh_stale, take, take_back
from sentinel_workbench.localhub.byoc_records import TileRow
from sentinel_workbench.localhub.byoc_store import ByocStore

AT_ONCE = 16
_REFRESH_EVERY_S = 2.0
_LOOK_EVERY_S = 5.0
_AFTER_TROUBLE_S = 1.0


class Ingestion:
    """Ingests whatever waits in the store, also what a hub before this one left; ``wake`` after tiles are added."""

    def __init__(self, store: ByocStore, buckets: Buckets) -> None:
        self._store, self._buckets = store, buckets
        self._work, self._end = threading.Event(), threading.Event()
        self._refreshed, self._prepared = time.monotonic(), False
        self._thread = threading.Thread(target=self._run, name="ingestion", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def wake(self) -> None:
        """There is something to do."""
        self._work.set()

    def close(self) -> None:
        """End after the tiles that are being read; the others wait for the next hub."""
        self._end.set()
        self._work.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._end.is_set():
                self._work.clear()
                if not self._guarded_step():
                    self._work.wait(_LOOK_EVERY_S)
        finally:
            self._store.scenes.close()

    def _guarded_step(self) -> bool:
        """A step; when the disk is full or the file locked, it is tried again later."""
        try:
            return self.step()
        except StorageError as error:
            print(f"ingestion: {error.message}", file=sys.stderr)
            self._end.wait(_AFTER_TROUBLE_S)
            return True

    def step(self) -> bool:
        """Ingest some tiles; false when none wait."""
        if not self._prepared:
            take_back(self._store)
            self._store.follow_buckets()
            self._prepared = True
        collection, tiles = take(self._store, AT_ONCE)
        outcomes = [self._outcome(collection, tile) for tile in tiles if not self._end.is_set()]
        finish(self._store, collection, outcomes)
        if not tiles or time.monotonic() - self._refreshed > _REFRESH_EVERY_S:
            refresh_stale(self._store)
            self._refreshed = time.monotonic()
        return bool(tiles)

    def _outcome(self, collection: dict, tile: TileRow) -> Outcome:
        try:
            return tile, examine_tile(self._buckets, collection["s3Bucket"], tile.path, bands_of(collection))
        except IngestionFailed as error:
            return tile, str(error)
        except WorkbenchError as error:
            return tile, error.message
        except OSError as error:
            return tile, f"A file of the tile can't be read: {error.strerror or type(error).__name__}."
