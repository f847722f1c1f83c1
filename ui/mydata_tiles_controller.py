"""Decides for the lower half of the My data tab: reads tiles page by page, changes, adds, watches and maps them."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Union

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QDialog

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.byoc import ENDED, ByocCollection, ByocTile
from sentinel_workbench.core.qgis.unfinished_tiles import UnfinishedTiles
from sentinel_workbench.core.services.byoc_bulk import BulkReport, Outcome, TileReport
from sentinel_workbench.core.services.byoc_footprints import Footprints
from sentinel_workbench.core.services.byoc_watch import IngestionResult
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.footprint_map import fetch_footprints, put_on_map
from sentinel_workbench.ui.mydata_tiles import TilePane
from sentinel_workbench.ui.new_tiles_dialog import NewTilesDialog
from sentinel_workbench.ui.pane_jobs import Hear, PaneJobs, Work
from sentinel_workbench.ui.questions import ask
from sentinel_workbench.ui.tile_actions import causes_of, details_of, failures_of, possible_actions
from sentinel_workbench.ui.tile_dialog import TileChange, TileDialog
from sentinel_workbench.ui.tile_table import slim
from sentinel_workbench.ui.translation import tr


class TilesController(QObject):
    """One job at a time; a new choice of collection ends the reading of the one before.

    Signals:
        message(str, bool): a sentence for the message bar; True when it is an error.
        use_tile_asked(object): a ``ByocTile`` for the Imagery tab.
        collection_changed(str): its tiles are others now.
    """

    message = pyqtSignal(str, bool)
    use_tile_asked = pyqtSignal(object)
    collection_changed = pyqtSignal(str)

    def __init__(self, pane: TilePane, backend: Backend) -> None:
        super().__init__(pane)
        self._pane, self._backend = pane, backend
        self._collection: Optional[ByocCollection] = None
        self._connection, self._outdated = "", ""
        self._unfinished = UnfinishedTiles()
        self._jobs = PaneJobs(backend.run, self)
        self._jobs.heard.connect(self._take)
        self._jobs.progressed.connect(pane.show_progress)
        self._jobs.failed.connect(self._fail)
        self._jobs.changed.connect(self._follow)
        pane.asked.connect(self._act)
        self._follow()

    def shut_down(self) -> None:
        """Stop what runs."""
        self._jobs.end()

    def count(self) -> Optional[int]:
        """How many tiles the collection has, None while they are read."""
        return None if self._jobs.busy else len(self._pane.table.all_tiles())

    def use_collection(self, collection: Optional[ByocCollection]) -> None:
        """Show the tiles of another collection, or of none."""
        connection = self._backend.current_connection()
        name = connection.name if connection else ""
        known = self._collection.collection_id if self._collection else None
        same = collection is not None and collection.collection_id == known and name == self._connection
        self._collection, self._connection = collection, name
        if same and known != self._outdated:
            self._follow()
            return
        self._outdated = ""
        self._jobs.end()
        self._unfinished.open(collection.collection_id if collection else "")
        self._tell_left(tr("Tiles not added yet, from an earlier time: {count}; 'Add…' goes on with them."))
        self._pane.table.clear()
        self._pane.show_summary()
        self._pane.show_details("")
        if collection is not None:
            self.read()
        self._follow()

    def expect(self, collection_id: str) -> None:
        """Tiles of this collection were added elsewhere: they are read anew when it is shown next."""
        self._outdated = collection_id

    def read(self, then: Optional[Callable[[], None]] = None) -> None:
        """Read all tiles anew, page by page; ``then`` is called when all are there."""
        if self._collection is None:
            return
        collection_id = self._collection.collection_id
        self._pane.table.clear()

        def work(services: Any, progress: Any, hear: Hear) -> None:
            for page in services.byoc.walk_tiles(collection_id, progress=progress):
                hear([slim(tile) for tile in page])

        self._start(tr("Reading tiles"), work, lambda _: self._show_all(then))

    def _show_all(self, then: Optional[Callable[[], None]] = None) -> None:
        self._pane.table.sort_again()
        self._pane.show_summary()
        if then is not None:
            then()

    def _act(self, what: str) -> None:
        actions: Dict[str, Callable[[], None]] = {
            "selected": self._show_chosen, "footprints": self.map_footprints, "add": self._ask_new,
            "edit": self._ask_edit, "reingest": self.reingest, "delete": self._ask_delete, "watch": self.watch,
            "use": self._use, "stop": self.stop, "zoom": self.map_footprints,
        }  # fmt: skip
        if what != "selected":
            self._pane.show_details("")
        actions[what]()

    def map_footprints(self) -> None:
        """Write the footprints and show them as a layer."""
        collection = self._collection
        if collection is None:
            return
        self._start(
            tr("Fetching footprints"),
            lambda services, progress, _hear: fetch_footprints(services.byoc, collection, progress),
            lambda written: self._show_layer(written, collection),
        )

    def _show_layer(self, written: Footprints, collection: ByocCollection) -> None:
        try:
            self.message.emit(put_on_map(written, collection), False)
        except WorkbenchError as error:
            self._fail(error)

    def _ask_new(self) -> None:
        if self._collection is None:
            return
        left = self._unfinished.left
        buckets = self._backend.bucket_folder(self._connection)
        dialog = NewTilesDialog(self._collection.name, self._collection.bucket, left, self._pane.window(), buckets)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.add(dialog.tiles())
        elif left and not dialog.list_edit.toPlainText().strip():
            self._unfinished.begin(())
        dialog.deleteLater()

    def add(self, tiles: Sequence[ByocTile]) -> None:
        """Create tiles and watch them; what a stop or a failure leaves is offered again by 'Add…'."""
        self._unfinished.begin(tiles)
        self._bulk(
            tr("Adding tiles"), tiles,
            lambda byoc, collection_id, progress, on_report: byoc.create_tiles(
                collection_id, tiles, progress, on_report
            ),
            self._watch_added,
        )

    def _watch_added(self, report: BulkReport) -> None:
        """A tile that a stopped job made unheard is known by its path alone: it is read before it is watched."""
        self.read(then=self.watch) if report.count(Outcome.THERE) else self.watch()

    def _ask_edit(self) -> None:
        chosen = self._pane.selected()
        if not chosen:
            return
        dialog = TileDialog(chosen, self._pane.window())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.change(chosen, dialog.change())
        dialog.deleteLater()

    def change(self, tiles: Sequence[ByocTile], change: TileChange) -> None:
        """Change tiles alike; each is read before, so that what is not changed stays."""

        def work(byoc: Any, collection_id: str, progress: Any, on_report: Any) -> BulkReport:
            return byoc.change_tiles(collection_id, tiles, change.of, progress, on_report)

        self._bulk(tr("Changing tiles"), tiles, work)

    def reingest(self) -> None:
        """Let the service read the files of the selected tiles anew."""
        tiles = self._pane.selected()
        self._bulk(
            tr("Re-ingesting tiles"), tiles,
            lambda byoc, collection_id, progress, on_report: byoc.reingest_tiles(
                collection_id, tiles, progress, on_report
            ),
            lambda report: self.watch(),
        )

    def _ask_delete(self) -> None:
        tiles = self._pane.selected()
        if not tiles:
            return
        names = "\n".join(tile.path for tile in tiles[:3]) + ("\n…" if len(tiles) > 3 else "")
        question = tr("Delete {count} tiles? Their files in the bucket stay.").format(count=f"{len(tiles):n}")
        button = tr("Delete {count} tiles").format(count=len(tiles))
        if ask(self._pane, tr("Delete tiles"), f"{question}\n\n{names}", button):
            self.delete(tiles)

    def delete(self, tiles: Sequence[ByocTile]) -> None:
        """Delete exactly these."""
        self._bulk(
            tr("Deleting tiles"), tiles,
            lambda byoc, collection_id, progress, on_report: byoc.delete_tiles(
                collection_id, tiles, progress, on_report
            ),
            lambda report: self._pane.table.remove(
                one.tile.tile_id for one in report.tiles if one.outcome in (Outcome.DONE, Outcome.GONE)
            ),
        )

    def watch(self) -> None:
        """Follow what is being ingested until it ends."""
        collection = self._collection
        pending = [tile for tile in self._pane.table.all_tiles() if tile.status not in ENDED]
        if collection is None:
            return
        if not pending:
            self.message.emit(tr("No tile is waiting or being ingested."), False)
            return

        def work(services: Any, progress: Any, hear: Hear) -> IngestionResult:
            return services.byoc.watch(collection.collection_id, pending, progress, lambda tile: hear([tile]))

        self._start(tr("Watching the ingestion"), work, lambda result: self._tell_watched(result, collection))

    def _tell_watched(self, result: IngestionResult, collection: ByocCollection) -> None:
        self._pane.table.put(result.tiles)
        self._pane.table.remove(result.gone)
        self._pane.show_summary()
        self._pane.add_details(causes_of(result.failed))
        self.message.emit(str(result), bool(result.failed))
        self.collection_changed.emit(collection.collection_id)

    def stop(self) -> None:
        """Stop the job; what was done stays done."""
        self._jobs.end()
        self._unfinished.keep()
        self._pane.show_summary()
        self._tell_left(tr("Stopped. Tiles not added yet: {count}; 'Add…' goes on with them."))

    def _tell_left(self, text: str) -> None:
        if self._unfinished.left:
            self.message.emit(text.format(count=f"{len(self._unfinished.left):n}"), False)

    def _use(self) -> None:
        for tile in self._pane.selected()[:1]:
            self.use_tile_asked.emit(tile)

    def _bulk(
        self,
        title: str,
        tiles: Sequence[ByocTile],
        act: Callable[[Any, str, Any, Any], BulkReport],
        then: Optional[Callable[[BulkReport], None]] = None,
    ) -> None:
        collection = self._collection
        if collection is None or not tiles:
            return

        def work(services: Any, progress: Any, hear: Hear) -> BulkReport:
            return act(services.byoc, collection.collection_id, progress, lambda _number, report: hear(report))

        self._start(title, work, lambda report: self._tell_report(report, then))

    def _tell_report(self, report: BulkReport, then: Optional[Callable[[BulkReport], None]]) -> None:
        self._unfinished.keep()
        self._pane.show_summary()
        failed = failures_of(report)
        self._pane.show_details(failed)
        self.message.emit(report.stopped_by or str(report), bool(failed))
        if then is not None:
            then(report)
        self._show_all()

    def _start(self, title: str, work: Work, then: Callable[[Any], None]) -> None:
        self._jobs.start(title, self._connection, work, then)

    def _fail(self, error: WorkbenchError) -> None:
        self._pane.show_details(str(error))
        self.message.emit(str(error), True)

    def _take(self, told: Union[TileReport, List[ByocTile]]) -> None:
        if isinstance(told, TileReport):
            if told.settled:
                self._unfinished.settle(told.tile.path)
            told = [told.tile] if told.outcome is Outcome.DONE and told.tile.tile_id else []
        self._pane.table.put(told)
        self._pane.show_summary()

    def _follow(self) -> None:
        chosen, busy = self._pane.selected(), self._jobs.busy
        if not busy:
            self._pane.show_progress(None)
        self._pane.show_actions(possible_actions(self._collection is not None, len(chosen), busy))

    def _show_chosen(self) -> None:
        self._follow()
        if self._pane.selected():
            self._pane.show_details(details_of(self._pane.selected()))
