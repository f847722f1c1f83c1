"""The windows for the user's files: one that checks them, one that takes a folder of them to a collection."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.services.upload_flow import TakenFolder
from sentinel_workbench.ui.algorithm_dialog import OpenAlgorithm, open_algorithm
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.check_controller import CheckController
from sentinel_workbench.ui.check_dialog import CheckDialog
from sentinel_workbench.ui.upload_controller import UploadController
from sentinel_workbench.ui.upload_dialog import UploadDialog


class FileWindows(QObject):
    """At most one of each; they stay open beside the dock until the user closes them.

    Signals:
        taken(object, str): a ``TakenFolder`` and the name of the connection it went to.
        use_asked(str): the id of a collection of the current connection.
        failed(object): a ``WorkbenchError``.
    """

    taken = pyqtSignal(object, str)
    use_asked = pyqtSignal(str)
    failed = pyqtSignal(object)

    def __init__(self, panel: QWidget, backend: Backend, algorithms: OpenAlgorithm = open_algorithm) -> None:
        super().__init__(panel)
        self._panel, self._backend, self._open = panel, backend, algorithms
        self._uploading: Optional[UploadController] = None
        self._checking: Optional[CheckController] = None

    def upload(self, connection: str, collections: Sequence[ByocCollection], current: str) -> None:
        """Take a folder to a collection; ``current`` is the id of the one to choose."""
        if self._uploading is not None and self._uploading.is_idle_elsewhere(connection):
            self._forget_upload()
        if self._uploading is None:
            dialog = UploadDialog(self._panel.window())
            self._uploading = UploadController(dialog, self._backend, connection)
            self._uploading.taken.connect(self._tell_taken)
            self._uploading.use_asked.connect(self._use)
            dialog.finished.connect(self._forget_upload)
            self._uploading.show_collections(collections, current)
        self._uploading.raise_window()

    def check(self) -> None:
        """Check files and make COGs; no connection is needed."""
        if self._checking is None:
            dialog = CheckDialog(self._panel.window())
            self._checking = CheckController(dialog)
            dialog.finished.connect(self._forget_check)
        self._checking.raise_window()

    def open_algorithm(self, name: str) -> None:
        """The dialog of an algorithm for files, with all its settings."""
        try:
            self._open(name, {})
        except WorkbenchError as error:
            self.failed.emit(error)

    def shut_down(self) -> None:
        """Stop what runs; the windows go."""
        self._forget_upload()
        self._forget_check()

    def _tell_taken(self, taken: TakenFolder) -> None:
        if self._uploading is not None:
            self.taken.emit(taken, self._uploading.connection)

    def _use(self, collection_id: str) -> None:
        """The window belongs to the connection it was opened with, whatever was chosen since."""
        if self._uploading is not None:
            self._backend.choose_connection(self._uploading.connection)
        self.use_asked.emit(collection_id)

    def _forget_upload(self, *_: object) -> None:
        uploading, self._uploading = self._uploading, None
        if uploading is not None:
            uploading.end()

    def _forget_check(self, *_: object) -> None:
        checking, self._checking = self._checking, None
        if checking is not None:
            checking.end()
