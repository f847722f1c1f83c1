"""Watches tiles until their ingestion ended, and says why one failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import NotThere
from sentinel_workbench.core.hub.byoc import NEWEST_FIRST, ByocClient, TileQuery
from sentinel_workbench.core.model.byoc import ENDED, FAILED, INGESTED, ByocTile
from sentinel_workbench.core.progress import Progress, Silent, wait

FIRST_WAIT_S, LONGEST_WAIT_S, GROWTH = 1.0, 30.0, 1.5
_ONE_BY_ONE = 20
"""Up to so many tiles are asked for one by one; more are found in the pages of the collection, newest first."""
_NO_DOCUMENT: Mapping[str, Any] = {}
_REMEDIES = (
    ((" pole",), "Cut the file before the pole, then re-ingest the tile."),
    (("identifier",), "Rename the file, which names the band: letters, digits, _ or $, no digit first."),
    (("file ends", "truncated"), "Copy the whole file into the bucket again, then re-ingest the tile."),
    (("collection holds", "too many bands"), "Leave bands out."),
    (("not found", "no such", "missing", "does not exist", "no files"),
     "Check the path, the file names and the bucket's permissions."),
    (("header",), "Convert the file with 'Make COG'; its header is too large."),
    (("compress", "jpeg"), "Convert the file with 'Make COG' and DEFLATE compression."),
    (("projection", "crs", "epsg", "coordinate reference"),
     "Warp the file to WGS 84, Web Mercator, UTM or EPSG:3035."),
    (("block", "internal tile", "tiled", "stripped"), "Convert the file with 'Make COG' and blocks of 1024 px."),
    (("bit depth", "sample format", "band"), "Its bands have to be those of the collection, with the same type."),
    (("not a tiff", "no tiff", "tiff"), "Check the file with 'Check COG'."),
)  # fmt: skip


@dataclass(frozen=True)
class IngestionResult:
    """How the watched tiles ended.

    Attributes:
        tiles: as they were at the last look, in the order asked for; one that was deleted keeps its last state.
        gone: ids of those deleted meanwhile.
    """

    tiles: Tuple[ByocTile, ...]
    gone: Tuple[str, ...] = ()

    @property
    def failed(self) -> Tuple[ByocTile, ...]:
        """Those whose ingestion failed."""
        return tuple(t for t in self.tiles if t.status == FAILED and t.tile_id not in self.gone)

    @property
    def ingested(self) -> Tuple[ByocTile, ...]:
        """Those that can be used."""
        return tuple(t for t in self.tiles if t.status == INGESTED and t.tile_id not in self.gone)

    def __str__(self) -> str:
        gone = f", {len(self.gone)} deleted meanwhile" if self.gone else ""
        return f"{len(self.ingested)} of {len(self.tiles)} tiles ingested, {len(self.failed)} failed{gone}."


def explain_failure(tile: ByocTile) -> str:
    """Why a tile failed, in the service's words, and what to do about it where we know."""
    cause = (tile.cause or "The service gave no cause").rstrip(".")
    lower = cause.lower()
    remedy = next((advice for signs, advice in _REMEDIES if any(sign in lower for sign in signs)), "")
    return f"{tile.path}: {cause}. {remedy or 'Check its files with Check COG, then re-ingest the tile.'}"


def without_shape(tile: ByocTile) -> ByocTile:
    """What tells how its ingestion goes, a small part of all that is known of a tile."""
    return ByocTile(tile.tile_id, tile.path, tile.status, cause=tile.cause, document=_NO_DOCUMENT)


def watch_ingestion(
    byoc: ByocClient,
    collection_id: str,
    tiles: Sequence[ByocTile],
    progress: Progress = Silent(),
    on_change: Optional[Callable[[ByocTile], None]] = None,
    keep: Callable[[ByocTile], ByocTile] = lambda tile: tile,
) -> IngestionResult:
    """Ask for the tiles until each is ingested, failed or deleted; the waits grow from 1 to 30 s.

    Args:
        byoc: asks.
        collection_id: whose tiles.
        tiles: as known; those that ended already are not asked for.
        progress: told how many ended; Cancel ends the watch.
        on_change: called in the calling thread with every tile whose status changed.
        keep: what to keep of each tile: all, or ``without_shape`` where thousands are watched for their status alone.

    Raises:
        WorkbenchError: the service can't be asked.
        Cancelled: on request.
    """
    latest: Dict[str, ByocTile] = {tile.tile_id: tile for tile in tiles}
    gone: List[str] = []
    delay_s = FIRST_WAIT_S
    while True:
        pending = [t for t in latest.values() if t.status not in ENDED and t.tile_id not in gone]
        ended = len(latest) - len(pending)
        progress.report(ended / max(len(latest), 1), f"{ended} of {len(latest)} tiles ingested or failed")
        if not pending:
            return IngestionResult(tuple(latest.values()), tuple(gone))
        changed = False
        for tile_id, tile in _look(byoc, collection_id, pending, keep, progress).items():
            if tile is None:
                gone.append(tile_id)
            elif tile.status != latest[tile_id].status:
                changed = True
                latest[tile_id] = tile
                if on_change is not None:
                    on_change(tile)
        if any(t.status not in ENDED and t.tile_id not in gone for t in latest.values()):
            delay_s = FIRST_WAIT_S if changed else min(delay_s * GROWTH, LONGEST_WAIT_S)
            wait(progress, delay_s)


def _look(
    byoc: ByocClient,
    collection_id: str,
    pending: Sequence[ByocTile],
    keep: Callable[[ByocTile], ByocTile],
    progress: Progress,
) -> Dict[str, Optional[ByocTile]]:
    """What is kept of each pending tile as it is now, None when it is gone."""
    found: Dict[str, Optional[ByocTile]] = {tile.tile_id: None for tile in pending}
    if len(pending) <= _ONE_BY_ONE:
        for tile_id in found:
            try:
                found[tile_id] = keep(byoc.tile(collection_id, tile_id, progress))
            except NotThere:
                byoc.collection(collection_id, progress)  # tells when it is the collection that is gone
        return found
    missing = set(found)
    for page in byoc.tile_pages(collection_id, TileQuery(sort=NEWEST_FIRST), progress):
        for tile in page:
            if tile.tile_id in missing:
                found[tile.tile_id] = keep(tile)
                missing.discard(tile.tile_id)
        if not missing:
            break
    return found
