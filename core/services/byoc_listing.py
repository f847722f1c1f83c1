"""All tiles of a collection, read from both ends at once.

A view token is only known from the page before, so one walk can't be split. Two walks can go at once, one from the
oldest tile on and one from the newest back, until they have passed each other by the time of creation: that halves
the waiting. A service that does not sort is noticed, and then the first walk alone goes to the end.
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, Iterator, List, Optional, Set, Tuple

from sentinel_workbench.core.errors import Cancelled, WorkbenchError
from sentinel_workbench.core.hub.byoc import NEWEST_FIRST, OLDEST_FIRST, PAGE, ByocClient, TileQuery
from sentinel_workbench.core.model.byoc import ByocTile
from sentinel_workbench.core.progress import POLL_S, Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.collector import resting_collector
from sentinel_workbench.core.services.parallel import Stoppable

Page = Tuple[ByocTile, ...]
_HALF_WAY = 2000
"""Tiles at which the bar of a listing, whose end nobody knows, stands in the middle."""


def walk_tiles(
    byoc: ByocClient, collection_id: str, query: TileQuery = TileQuery(), progress: Progress = Silent()
) -> Iterator[Page]:
    """Every tile once, page by page as they arrive. Close the generator to end the walks early.

    Args:
        byoc: asks.
        collection_id: whose tiles.
        query: filters; a ``sort`` of its own is kept, and then one walk does it all.
        progress: told how many there are; Cancel ends both walks.

    Raises:
        WorkbenchError: the service can't be asked.
        Cancelled: on request.
    """
    seen: Set[str] = set()
    if query.sort is None and query.path is None:
        pages = _pages_from_both_ends(byoc, collection_id, query, progress)
    else:
        pages = byoc.tile_pages(collection_id, query, progress)
    with resting_collector():
        for page in pages:
            raise_if_cancelled(progress)
            fresh = tuple(tile for tile in page if tile.tile_id not in seen)
            seen.update(tile.tile_id for tile in fresh)
            if fresh:
                yield fresh
            progress.report(len(seen) / (len(seen) + _HALF_WAY), f"{len(seen)} tiles")


def list_tiles(
    byoc: ByocClient,
    collection_id: str,
    on_page: Optional[Callable[[Page], None]] = None,
    query: TileQuery = TileQuery(),
    progress: Progress = Silent(),
) -> List[ByocTile]:
    """All of ``walk_tiles``; ``on_page`` is called in the calling thread with each page."""
    found: List[ByocTile] = []
    for page in walk_tiles(byoc, collection_id, query, progress):
        found += page
        if on_page is not None:
            on_page(page)
    return found


class _Meeting:
    """Where the two walks are. They have met when each created time lies behind one of them."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._latest: Optional[dt.datetime] = None
        self._earliest: Optional[dt.datetime] = None
        self.sorted = True
        self.over = threading.Event()

    def pass_page(self, page: Page, forward: bool) -> bool:
        """Note a page; True when this walk need not go on."""
        times = [tile.created for tile in page]
        with self._lock:
            self.sorted = self.sorted and self._in_order(times, forward)
            if self.sorted and forward and times:
                self._latest = times[-1]
            elif self.sorted and times:
                self._earliest = times[-1]
            met = self._latest is not None and self._earliest is not None and self._latest > self._earliest
            return self.over.is_set() or (met if self.sorted else not forward)

    def end_walk(self, forward: bool, exhausted: bool) -> None:
        """A walk ended; one that saw every tile ends the other."""
        with self._lock:
            if exhausted and (forward or self.sorted):
                self.over.set()

    def _in_order(self, times: List[Optional[dt.datetime]], forward: bool) -> bool:
        before = self._latest if forward else self._earliest
        chain = ([before] if before is not None else []) + times
        if any(time is None for time in chain):
            return False
        known = [time for time in chain if time is not None]
        pairs = zip(known, known[1:]) if forward else zip(known[1:], known)
        return all(earlier <= later for earlier, later in pairs)


def _pages_from_both_ends(
    byoc: ByocClient, collection_id: str, query: TileQuery, progress: Progress
) -> Iterator[Page]:
    """The first page tells whether a second walk is worth while."""
    meeting, stop = _Meeting(), threading.Event()
    arrived: queue.Queue[Page] = queue.Queue()
    watched = Stoppable(progress, stop, lambda fraction, message: None)
    oldest = byoc.tile_pages(collection_id, TileQuery(status=query.status, sort=OLDEST_FIRST), watched)
    first = next(oldest, ())
    yield first
    if len(first) < PAGE:
        return
    meeting.pass_page(first, forward=True)
    newest = byoc.tile_pages(collection_id, TileQuery(status=query.status, sort=NEWEST_FIRST), watched)
    with ThreadPoolExecutor(2, thread_name_prefix="byoc-tiles") as crew:
        walks = [
            crew.submit(_walk, pages, forward, meeting, arrived, stop)
            for pages, forward in ((oldest, True), (newest, False))
        ]
        try:
            while not all(walk.done() for walk in walks) or not arrived.empty():
                raise_if_cancelled(progress)
                try:
                    yield arrived.get(timeout=POLL_S)
                except queue.Empty:
                    continue
        finally:
            stop.set()
    errors = [error for error in (walk.exception() for walk in walks) if error is not None]
    for error in sorted(errors, key=lambda e: isinstance(e, Cancelled)):
        raise error


def _walk(
    pages: Iterator[Page], forward: bool, meeting: _Meeting, arrived: queue.Queue[Page], stop: threading.Event
) -> None:
    try:
        for page in pages:
            arrived.put(page)
            if meeting.pass_page(page, forward):
                meeting.end_walk(forward, exhausted=False)
                return
    except WorkbenchError:
        stop.set()
        raise
    meeting.end_walk(forward, exhausted=True)
