"""Cutting many scenes at once: so many connections and no more, each scene done, failed or cancelled by itself."""

from __future__ import annotations

import threading
from concurrent.futures import Future
from pathlib import Path
from typing import Callable, List, Optional, Sequence

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    Cancelled,
    DiskFull,
    QuotaExhausted,
    WorkbenchError,
)
from sentinel_workbench.core.http.ranges import HttpRanges, Piece
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.raster.remote_files import CONNECTIONS, RemoteFiles
from sentinel_workbench.core.services.clip_order import ClipOrder, ClippedScene, ClipResult, check_clip, sources_of
from sentinel_workbench.core.services.clip_scene import SceneClip, file_stems
from sentinel_workbench.core.services.parallel import Crew, Shares, Stoppable
from sentinel_workbench.core.stac.records import StacConnection

OnScene = Callable[[int, ClippedScene], None]
"""Number of the scene in the order, and what became of it; called in the thread of ``clip_scenes``."""
BUSY_BESIDE = 2
"""Scenes in work beyond the connections: some write while others read."""
HOPELESS = (DiskFull, QuotaExhausted, AuthenticationFailed)


def clip_scenes(
    order: ClipOrder,
    connection: StacConnection,
    ranges: HttpRanges,
    folder: Path,
    progress: Progress = Silent(),
    on_scene: Optional[OnScene] = None,
    connections: int = CONNECTIONS,
) -> ClipResult:
    """Cut every scene of an order into ``folder``.

    Args:
        order: what to cut.
        connection: of the catalog the scenes were found in.
        ranges: reads files on servers; signs and tries again.
        folder: made when missing; a file of the same name is replaced when the new one is whole.
        progress: of the whole.
        on_scene: hears of each scene that ended.
        connections: requests at a time.

    Returns:
        All scenes; those that failed say why, and stop no other. After Cancel those that were done are kept.

    Raises:
        InvalidInput: refused before anything is sent.
        StorageError: the folder can't be made.
    """
    check_clip(order, connection)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise storage_error(folder, error) from error
    return _Run(order, connection, ranges, folder, progress, on_scene, connections).run()


class _Run:
    def __init__(
        self, order: ClipOrder, connection: StacConnection, ranges: HttpRanges, folder: Path, progress: Progress,
        on_scene: Optional[OnScene], connections: int,
    ) -> None:
        self._order, self._connection, self._folder = order, connection, folder
        self._progress, self._on_scene = progress, on_scene
        self._fetches = BoundedRanges(ranges, connections)
        self._connections = connections
        self._stems = file_stems(order.items)
        self._scenes: List[Optional[ClippedScene]] = [None] * len(order.items)
        self._end_reason: Optional[str] = None

    def run(self) -> ClipResult:
        count = len(self._order.items)
        shares = Shares(self._progress, count)
        crew: Crew[ClippedScene] = Crew(min(self._connections + BUSY_BESIDE, count), "clip")
        with crew:
            crew.start([self._job(number, shares, crew.stop) for number in range(count)])
            for ended in crew.ended():
                for number, future in ended:
                    self._take(number, future)
                if self._progress.cancelled():
                    crew.stop.set()
        return ClipResult(self._order, tuple(scene for scene in self._scenes if scene is not None))

    def _job(self, number: int, shares: Shares, stop: threading.Event) -> Callable[[], ClippedScene]:
        item = self._order.items[number]

        def run() -> ClippedScene:
            watched = Stoppable(self._progress, stop, lambda done, words: shares.report(number, done, words))
            if watched.cancelled():
                raise Cancelled()
            clip: Optional[SceneClip] = None
            try:
                sources = sources_of(item, self._order.bands, self._connection)
                with RemoteFiles(self._fetches.watched_by(watched), connections=len(sources)) as remote:
                    clip = SceneClip(item, self._stems[number], sources, self._order, self._folder, remote, watched)
                    return clip.run()
            except WorkbenchError as error:
                if isinstance(error, HOPELESS) or isinstance(error.__cause__, HOPELESS):
                    self._end_reason = self._end_reason or str(error)
                    stop.set()
                shares.report(number, 1.0, f"{item.item_id} failed")
                return ClippedScene(item, State.FAILED, tuple(clip.files) if clip else (), str(error))

        return run

    def _take(self, number: int, future: Future[ClippedScene]) -> None:
        try:
            scene = future.result()
        except Cancelled:
            item = self._order.items[number]
            scene = ClippedScene(item, State.CANCELLED)
            if self._end_reason is not None:
                scene = ClippedScene(item, State.FAILED, error=self._end_reason)
        self._scenes[number] = scene
        if self._on_scene:
            self._on_scene(number, scene)


class BoundedRanges:
    """Fetches through ``ranges``, so many at a time over all scenes."""

    def __init__(self, ranges: HttpRanges, connections: int) -> None:
        self._ranges, self._free = ranges, threading.Semaphore(connections)

    def watched_by(self, progress: Progress) -> Callable[[str, int, int], Piece]:
        """A fetch that ends when ``progress`` is cancelled."""

        def fetch(url: str, first: int, length: int) -> Piece:
            with self._free:
                return self._ranges.fetch(url, first, length, progress)

        return fetch


def done_scenes(result: ClipResult) -> Sequence[ClippedScene]:
    """Scenes that are there, in the order of their time."""
    done = [scene for scene in result.in_state(State.DONE) if scene.files]
    return sorted(done, key=lambda scene: (scene.item.date is None, scene.item.date, scene.item.item_id))
