"""Decides for the upper half of the My data tab: which collections there are, and changes of a collection."""

from __future__ import annotations

import itertools
from typing import Callable, Dict, List, Optional, Sequence

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QInputDialog

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.byoc import ByocCollection, ByocTile
from sentinel_workbench.core.services.byoc import DeletionPlan
from sentinel_workbench.core.services.byoc_use import own_source
from sentinel_workbench.core.services.upload_flow import TakenFolder
from sentinel_workbench.ui.algorithm_dialog import OpenAlgorithm, open_algorithm
from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.collection_dialog import CollectionDialog
from sentinel_workbench.ui.file_windows import FileWindows
from sentinel_workbench.ui.mydata_panel import MyDataPanel
from sentinel_workbench.ui.mydata_tiles_controller import TilesController
from sentinel_workbench.ui.questions import ask
from sentinel_workbench.ui.translation import tr


class MyDataController(QObject):
    """Keeps the list of collections in step with the connection; nothing is asked before the tab is looked at.

    Signals:
        message(str, bool): a sentence for the message bar; True when it is an error.
        use_asked(object): an ``OwnSource`` for the Imagery tab.
    """

    message = pyqtSignal(str, bool)
    use_asked = pyqtSignal(object)

    def __init__(self, panel: MyDataPanel, backend: Backend, algorithms: OpenAlgorithm = open_algorithm) -> None:
        super().__init__(panel)
        self._panel, self._backend = panel, backend
        self._picker = panel.collections
        self._listed_for = ""
        self._running: Dict[int, RunningWork] = {}
        self._numbers = itertools.count()
        self._collections: List[ByocCollection] = []
        self.windows = FileWindows(panel, backend, algorithms)
        self.tiles = TilesController(panel.tiles, backend)
        self._connect()
        self.follow_connection()

    def _connect(self) -> None:
        picker = self._picker
        self._panel.shown.connect(self.look)
        picker.refresh_asked.connect(self.refresh)
        picker.selected.connect(self._select)
        picker.create_asked.connect(self.create)
        picker.details_asked.connect(self.show_details)
        picker.copy_asked.connect(self.copy_tiles)
        picker.delete_asked.connect(self.delete)
        picker.use_asked.connect(self.use)
        self._panel.tiles.upload_asked.connect(self.upload)
        self._panel.tiles.check_asked.connect(self.windows.check)
        self._panel.tiles.files_asked.connect(self.windows.open_algorithm)
        self.windows.failed.connect(lambda error: self._tell(str(error), True))
        self.windows.taken.connect(self._take_upload)
        self.windows.use_asked.connect(self._use_collection)
        self.tiles.message.connect(self.message)
        self.tiles.use_tile_asked.connect(self.use_tile)
        self.tiles.collection_changed.connect(self._reread)

    def shut_down(self) -> None:
        """Stop what runs."""
        self.windows.shut_down()
        self.tiles.shut_down()
        running, self._running = self._running, {}
        for work in running.values():
            work.cancel()

    def follow_connection(self) -> None:
        """The connection changed, or may have: other collections."""
        connection = self._backend.current_connection()
        reason = tr("No connection yet: start the local hub or connect above.")
        self._picker.show_usable(connection is not None, reason)
        name = connection.name if connection else ""
        if name == self._listed_for:
            return
        self._listed_for = ""
        self._show([], "" if connection else reason)
        if self._panel.isVisible():
            self.look()

    def look(self) -> None:
        """The user looks at the tab: list the collections unless that was done."""
        connection = self._backend.current_connection()
        if connection is not None and connection.name != self._listed_for:
            self.refresh()

    def refresh(self, select: str = "") -> None:
        """List the collections of the current connection."""
        connection = self._backend.current_connection()
        if connection is None:
            return
        self._listed_for = connection.name
        self._picker.show_note(tr("Asking for your collections…"))
        nothing = tr("You have no collection yet. Make one with 'New…', or of a folder of rasters with 'Files'.")
        self._run(
            tr("Listing collections"), lambda services, progress: services.byoc.collections("", progress),
            lambda found: self._show(found, "" if found else nothing, select),
        )

    def create(self) -> None:
        """Make a collection in a dialog."""
        dialog = CollectionDialog(None, None, self._panel.window())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.make(dialog.after())
        dialog.deleteLater()

    def make(self, wanted: ByocCollection) -> None:
        """Let the service make a collection."""
        self._run(
            tr("Making a collection"),
            lambda services, progress: services.byoc.create(
                wanted.name, wanted.bucket, wanted.bands, wanted.no_data, progress
            ),
            lambda made: (self.refresh(made.collection_id), self._tell(tr("Made '{name}'.").format(name=made.name))),
        )

    def show_details(self) -> None:
        """Look at the selected collection as it is now, and change it."""
        chosen = self._picker.current()
        if chosen is not None:
            self._run(
                tr("Reading a collection"),
                lambda services, progress: services.byoc.client.collection(chosen.collection_id, progress),
                self._edit,
            )

    def _edit(self, collection: ByocCollection) -> None:
        dialog = CollectionDialog(collection, self.tiles.count(), self._panel.window())
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.change(dialog.before, dialog.after())
        dialog.deleteLater()

    def change(self, before: ByocCollection, after: ByocCollection) -> None:
        """Send a change."""
        self._run(
            tr("Changing a collection"), lambda services, progress: services.byoc.update(before, after, progress),
            lambda changed: (
                self.refresh(changed.collection_id), self._tell(tr("Saved '{name}'.").format(name=changed.name)),
            ),
        )  # fmt: skip

    def copy_tiles(self) -> None:
        """Copy all tiles of the selected collection into another."""
        chosen = self._picker.current()
        others = [one for one in self._collections if chosen and one.collection_id != chosen.collection_id]
        if chosen is None or not others:
            self._tell(tr("There is no other collection to copy into."), True)
            return
        names = [f"{one.name} ({one.collection_id[:8]})" for one in others]
        name, given = QInputDialog.getItem(
            self._panel.window(), tr("Copy tiles"), tr("Copy all tiles of '{name}' into:").format(name=chosen.name),
            names, 0, False,
        )  # fmt: skip
        if given:
            target = others[names.index(name)]
            self._run(
                tr("Copying tiles"),
                lambda services, progress: services.byoc.copy_tiles(
                    chosen.collection_id, target.collection_id, progress
                ),
                lambda _: self._tell(tr("The service copies the tiles into '{name}'.").format(name=target.name)),
            )

    def delete(self) -> None:
        """Count the tiles of the selected collection, ask, delete."""
        chosen = self._picker.current()
        if chosen is not None:
            self._run(
                tr("Counting tiles"),
                lambda services, progress: services.byoc.plan_deletion(chosen.collection_id, progress),
                self._confirm_deletion,
            )

    def _confirm_deletion(self, plan: DeletionPlan) -> None:
        question = tr("Delete the collection '{name}' with its {count} tiles? The files in the bucket stay.").format(
            name=plan.collection.name, count=f"{plan.tiles:n}"
        )
        if ask(self._panel, tr("Delete collection"), question, tr("Delete {count} tiles").format(count=plan.tiles)):
            self._run(
                tr("Deleting a collection"), lambda services, progress: services.byoc.delete(plan, progress),
                lambda _: (self.refresh(), self._tell(tr("Deleted '{name}'.").format(name=plan.collection.name))),
            )

    def use(self) -> None:
        """Order from the selected collection as it is now."""
        chosen = self._picker.current()
        if chosen is not None:
            self._use_collection(chosen.collection_id)

    def _use_collection(self, collection_id: str) -> None:
        self._run(
            tr("Reading a collection"),
            lambda services, progress: own_source(services.byoc.client.collection(collection_id, progress)),
            self.use_asked.emit,
        )

    def upload(self) -> None:
        """Take a folder to a collection, in a window of its own that stays open until the user closes it."""
        connection = self._backend.current_connection()
        if connection is None:
            self._tell(tr("No connection yet: start the local hub or connect above."), True)
            return
        chosen = self._picker.current()
        self.windows.upload(connection.name, self._collections, chosen.collection_id if chosen else "")

    def _take_upload(self, taken: TakenFolder, connection: str) -> None:
        self.tiles.expect(taken.collection.collection_id)
        if connection == self._listed_for:
            self.refresh(taken.collection.collection_id)

    def use_tile(self, tile: ByocTile) -> None:
        """Order where and when one tile is."""
        chosen = self._picker.current()
        if chosen is not None:
            self._run(
                tr("Reading a tile"),
                lambda services, progress: own_source(
                    services.byoc.client.collection(chosen.collection_id, progress),
                    services.byoc.client.tile(chosen.collection_id, tile.tile_id, progress),
                ),
                self.use_asked.emit,
            )

    def _reread(self, collection_id: str) -> None:
        """Tiles were added or removed: bands, times and extent may be others."""
        self.refresh(collection_id)

    def _select(self, collection: Optional[ByocCollection]) -> None:
        self.tiles.use_collection(collection)

    def _show(self, found: Sequence[ByocCollection], note: str = "", select: str = "") -> None:
        self._collections = list(found)
        self._picker.show_collections(found, select)
        self._picker.show_note(note)

    def _run(self, title: str, work: Callable, on_done: Callable) -> None:
        connection = self._backend.current_connection()
        if connection is None:
            return
        number = next(self._numbers)

        def done(value: object) -> None:
            if self._running.pop(number, None) is not None:
                on_done(value)

        def failed(error: WorkbenchError) -> None:
            if self._running.pop(number, None) is not None:
                self._fail(error)

        self._running[number] = self._backend.run(title, connection.name, work, done, failed)

    def _fail(self, error: WorkbenchError) -> None:
        self._picker.show_note(str(error))
        self.message.emit(str(error), True)

    def _tell(self, text: str, is_error: bool = False) -> None:
        self.message.emit(text, is_error)
