"""A collection of the user's own, ordered by its name or id without leaving the Imagery tab."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtWidgets import QInputDialog, QLineEdit

from sentinel_workbench.core.services.byoc_use import OwnSource
from sentinel_workbench.core.services.own_collections import find_own_source
from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.imagery_panel import ImageryPanel
from sentinel_workbench.ui.translation import tr


class OwnCollectionFinder:
    """Asks for a name or id, finds the collection, fills the form with it."""

    def __init__(
        self,
        panel: ImageryPanel,
        backend: Backend,
        use: Callable[[OwnSource], None],
        message: Callable[[str, bool], None],
    ) -> None:
        self._panel, self._backend, self._use, self._message = panel, backend, use, message
        self._work: Optional[RunningWork] = None
        panel.own_collection_asked.connect(self._ask)

    def find(self, name_or_id: str) -> None:
        """Look a collection up; what hinders it is a message."""
        connection = self._backend.current_connection()
        if connection is None:
            self._message(tr("No connection yet: start the local hub or connect above."), True)
            return
        self._work = self._backend.run(
            tr("Finding a collection"), connection.name,
            lambda services, progress: find_own_source(services.byoc, services.client, name_or_id, progress),
            self._take, lambda error: self._message(str(error), True),
        )

    def _take(self, source: OwnSource) -> None:
        self._use(source)
        if not source.collection.bands:
            self._message(tr("The service tells no bands of this collection: write them into the script."), False)

    def shut_down(self) -> None:
        """Stop looking."""
        work, self._work = self._work, None
        if work is not None:
            work.cancel()

    def _ask(self) -> None:
        name, given = QInputDialog.getText(
            self._panel.window(), tr("Own collection"), tr("Name or id of the collection (BYOC):"),
            QLineEdit.EchoMode.Normal,
        )
        if given and name.strip():
            self.find(name.strip())
