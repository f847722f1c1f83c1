"""The user's own collections: everything the tab, the algorithms and the console do with them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.byoc import ByocClient, TileQuery
from sentinel_workbench.core.model.byoc import ByocBand, ByocCollection, ByocTile
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.services.byoc_bulk import BulkReport, OnReport, Outcome, run_bulk
from sentinel_workbench.core.services.byoc_changes import Trap, find_traps
from sentinel_workbench.core.services.byoc_drafts import check_new_tiles
from sentinel_workbench.core.services.byoc_footprints import Footprints, write_footprints
from sentinel_workbench.core.services.byoc_listing import Page, list_tiles, walk_tiles
from sentinel_workbench.core.services.byoc_watch import IngestionResult, watch_ingestion, without_shape


@dataclass(frozen=True)
class DeletionPlan:
    """What the user is asked before a collection is deleted, and what is checked again then.

    Attributes:
        collection: as it was when asked.
        tiles: how many are deleted with it.
        newest_id: of the tile created last, or None.
    """

    collection: ByocCollection
    tiles: int
    newest_id: Optional[str] = None


class ByocService:
    """Use cases over ``ByocClient``. Thread-safe; every call may raise ``WorkbenchError`` and ``Cancelled``."""

    def __init__(self, client: ByocClient) -> None:
        self.client = client

    def collections(self, search: str = "", progress: Progress = Silent()) -> Tuple[ByocCollection, ...]:
        """All collections whose name contains ``search``, by name."""
        found = self.client.collections(search, progress)
        return tuple(sorted(found, key=lambda c: (c.name.casefold(), c.collection_id)))

    def find(self, name_or_id: str, progress: Progress = Silent()) -> ByocCollection:
        """A collection by its id, its type id (``byoc-...``) or its exact name.

        Raises:
            InvalidInput: none or several have this name.
        """
        wanted = name_or_id.strip()
        found = [c for c in self.collections("", progress) if wanted in (c.collection_id, c.type_id, c.name)]
        if len(found) == 1:
            return found[0]
        if found:
            raise InvalidInput(
                "collection", f"{len(found)} collections are named '{wanted}'.", "Use the id of the one you mean."
            )
        raise InvalidInput("collection", f"You have no collection '{wanted}'.", "Check the name or id.")

    def create(
        self,
        name: str,
        bucket: str,
        bands: Sequence[ByocBand] = (),
        no_data: Optional[float] = None,
        progress: Progress = Silent(),
    ) -> ByocCollection:
        """A new, empty collection."""
        return self.client.create_collection(name, bucket, tuple(bands), no_data, progress)

    def traps(self, before: ByocCollection, after: ByocCollection, progress: Progress = Silent()) -> Tuple[Trap, ...]:
        """What the change would do beside what is meant; one request."""
        has_tiles = self.client.newest_tile(before.collection_id, progress) is not None
        return find_traps(before, after, has_tiles)

    def update(
        self, before: ByocCollection, after: ByocCollection, progress: Progress = Silent()
    ) -> ByocCollection:
        """Change what differs; refuses what the service would refuse, or do in silence.

        Raises:
            InvalidInput: a trap that is forbidden, or the same was changed meanwhile.
        """
        for trap in self.traps(before, after, progress):
            if trap.forbidden:
                raise InvalidInput("collection", trap.sentence)
        return self.client.update_collection(before, after, progress)

    def plan_deletion(self, collection_id: str, progress: Progress = Silent()) -> DeletionPlan:
        """Count what would go."""
        collection = self.client.collection(collection_id, progress)
        newest = self.client.newest_tile(collection_id, progress)
        tiles = sum(map(len, self.walk_tiles(collection_id, progress=progress))) if newest else 0
        return DeletionPlan(collection, tiles, newest.tile_id if newest else None)

    def delete(self, plan: DeletionPlan, progress: Progress = Silent()) -> None:
        """Delete what was confirmed.

        Raises:
            InvalidInput: it was renamed, or tiles were added, since it was confirmed.
        """
        now = self.client.collection(plan.collection.collection_id, progress)
        newest = self.client.newest_tile(plan.collection.collection_id, progress)
        if now.name != plan.collection.name or (newest.tile_id if newest else None) != plan.newest_id:
            raise InvalidInput(
                "collection", f"'{plan.collection.name}' has changed since you were asked; nothing was deleted.",
                "Look at it again, and confirm again.",
            )
        self.client.delete_collection(plan.collection.collection_id, progress)

    def tiles(
        self,
        collection_id: str,
        query: TileQuery = TileQuery(),
        progress: Progress = Silent(),
        on_page: Optional[Callable[[Page], None]] = None,
    ) -> Tuple[ByocTile, ...]:
        """All tiles; ``on_page`` gets them as they arrive."""
        return tuple(list_tiles(self.client, collection_id, on_page, query, progress))

    def walk_tiles(
        self, collection_id: str, query: TileQuery = TileQuery(), progress: Progress = Silent()
    ) -> Iterator[Page]:
        """All tiles page by page, for those who need not keep them."""
        return walk_tiles(self.client, collection_id, query, progress)

    def create_tiles(
        self,
        collection_id: str,
        tiles: Sequence[ByocTile],
        progress: Progress = Silent(),
        on_report: Optional[OnReport] = None,
    ) -> BulkReport:
        """Register tiles. One whose path is there already is left alone, so a job can simply be run again.

        Raises:
            InvalidInput: a path that can't be, or one twice; nothing was sent.
        """
        check_new_tiles(tiles)

        def create(tile: ByocTile, watch: Progress) -> ByocTile:
            return self.client.create_tile(collection_id, tile, watch)

        return run_bulk(tiles, create, progress, on_report)

    def update_tiles(
        self,
        collection_id: str,
        changes: Sequence[Tuple[ByocTile, ByocTile]],
        progress: Progress = Silent(),
        on_report: Optional[OnReport] = None,
    ) -> BulkReport:
        """Change sensing time or cover of tiles: pairs of before and after."""
        after = {before.tile_id: wanted for before, wanted in changes}

        def update(tile: ByocTile, watch: Progress) -> ByocTile:
            return self.client.update_tile(collection_id, tile, after[tile.tile_id], watch)

        return run_bulk([before for before, _ in changes], update, progress, on_report)

    def change_tiles(
        self,
        collection_id: str,
        tiles: Sequence[ByocTile],
        change: Callable[[ByocTile], ByocTile],
        progress: Progress = Silent(),
        on_report: Optional[OnReport] = None,
    ) -> BulkReport:
        """Apply ``change`` to each tile as the service has it now."""

        def update(tile: ByocTile, watch: Progress) -> ByocTile:
            before = self.client.tile(collection_id, tile.tile_id, watch)
            return self.client.update_tile(collection_id, before, change(before), watch)

        return run_bulk(tiles, update, progress, on_report)

    def delete_tiles(
        self,
        collection_id: str,
        tiles: Sequence[ByocTile],
        progress: Progress = Silent(),
        on_report: Optional[OnReport] = None,
    ) -> BulkReport:
        """Delete exactly these; one that someone else deleted meanwhile counts as gone."""

        def delete(tile: ByocTile, watch: Progress) -> ByocTile:
            self.client.delete_tile(collection_id, tile.tile_id, watch)
            return tile

        return run_bulk(tiles, delete, progress, on_report, missing=Outcome.GONE)

    def reingest_tiles(
        self,
        collection_id: str,
        tiles: Sequence[ByocTile],
        progress: Progress = Silent(),
        on_report: Optional[OnReport] = None,
    ) -> BulkReport:
        """Let the service read their files anew."""

        def reingest(tile: ByocTile, watch: Progress) -> ByocTile:
            self.client.reingest_tile(collection_id, tile.tile_id, watch)
            return self.client.tile(collection_id, tile.tile_id, watch)

        return run_bulk(tiles, reingest, progress, on_report)

    def copy_tiles(self, source_id: str, target_id: str, progress: Progress = Silent()) -> None:
        """Let the service copy all tiles of one collection into another; both have to be there.

        Raises:
            InvalidInput: the target reads another bucket, so that nothing would be found.
        """
        source, target = self.client.collection(source_id, progress), self.client.collection(target_id, progress)
        if source.bucket != target.bucket:
            raise InvalidInput(
                "collection", f"'{target.name}' reads the bucket {target.bucket}, not {source.bucket}.",
                "Choose a collection of the same bucket: tiles keep their paths.",
            )
        self.client.copy_tiles(source_id, target_id, progress)

    def watch(
        self,
        collection_id: str,
        tiles: Sequence[ByocTile],
        progress: Progress = Silent(),
        on_change: Optional[Callable[[ByocTile], None]] = None,
    ) -> IngestionResult:
        """Wait until all are ingested or failed."""
        return watch_ingestion(self.client, collection_id, tiles, progress, on_change)

    def watch_all(self, collection_id: str, progress: Progress = Silent()) -> IngestionResult:
        """Wait until no tile of a collection is ingested any more; its tiles come without shapes and documents."""
        pages = self.walk_tiles(collection_id, progress=progress)
        tiles = [without_shape(tile) for page in pages for tile in page]
        return watch_ingestion(self.client, collection_id, tiles, progress, keep=without_shape)

    def footprints(
        self, collection_id: str, path: Path, query: TileQuery = TileQuery(), progress: Progress = Silent()
    ) -> Footprints:
        """All tiles as polygons in a GeoPackage."""
        return write_footprints(self.client, collection_id, path, query, progress)
