"""Decides for the connection bar and the first-run banner."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import LOCAL
from sentinel_workbench.core.qgis.open_sources import OpenSource
from sentinel_workbench.ui.backend import Backend, ConnectionStatus, RunningWork
from sentinel_workbench.ui.connection_bar import ConnectionBar, FirstRunBanner
from sentinel_workbench.ui.open_data_dialog import OpenDataController
from sentinel_workbench.ui.translation import tr


class ConnectionsKeeper(QObject):
    """Keeps bar and banner in step with the backend's connections.

    Signals:
        changed(): the current connection, or its state, is another.
        hub_ready(): the local hub was started from here.
        open_ready(str): open data are served; the name of their connection.
    """

    changed = pyqtSignal()
    hub_ready = pyqtSignal()
    open_ready = pyqtSignal(str)

    def __init__(
        self, backend: Backend, bar: ConnectionBar, banner: FirstRunBanner, edit: Callable[[], None]
    ) -> None:
        super().__init__(bar)
        self._backend, self._bar, self._banner = backend, bar, banner
        self._starting: Optional[RunningWork] = None
        self._open = True
        bar.chosen.connect(self._choose)
        bar.edit_asked.connect(edit)
        bar.start_asked.connect(self.start_local_hub)
        bar.open_asked.connect(self.ask_open_data)
        bar.forget_asked.connect(self._forget_open)
        banner.start_asked.connect(self.start_local_hub)
        banner.connect_asked.connect(edit)
        banner.open_asked.connect(self.ask_open_data)
        banner.cancel_asked.connect(self._cancel_start)
        backend.watch(self.refresh)
        self.refresh()

    def shut_down(self) -> None:
        """Listen no more; a start that is under way ends."""
        self._open = False
        self._backend.unwatch(self.refresh)
        if self._starting is not None:
            self._starting.cancel()

    def refresh(self) -> None:
        """Show what the backend knows."""
        current = self._backend.current_connection()
        names = [connection.name for connection in self._backend.connections()]
        sources = [source.name for source in self._backend.open_sources()]
        names += [name for name in sources if name not in names]
        self._bar.show_connections(names, current.name if current else None)
        self._bar.offer_forgetting(current is not None and current.name in sources)
        self._bar.offer_hub(not self._hub_running() and self._starting is None)
        if current is None:
            self._bar.show_status(ConnectionStatus(reason=tr("No connection yet.")))
        else:
            self._bar.show_status(self._backend.connection_status(current.name))
        self._banner.setVisible(current is None or self._starting is not None)
        self.changed.emit()

    def start_local_hub(self) -> None:
        """Make the demo scenes when missing, and start."""
        if self._starting is not None:
            return
        self._banner.show_progress(0.0, tr("Starting the local hub…"))
        self._starting = self._backend.start_local_hub(self._take_hub, self._take_error, self._take_progress)
        self.refresh()

    def ask_open_data(self) -> None:
        """Choose a collection of an open catalog in a dialog, and serve it."""
        source = OpenDataController(self._backend, self._bar.window()).run()
        if source is not None:
            self.start_open(source)

    def start_open(self, source: OpenSource) -> None:
        """Serve a collection of open data and make it the current connection."""
        if self._starting is not None:
            return
        self._banner.show_progress(0.0, tr("Opening {name}…").format(name=source.title or source.collection_id))
        self._starting = self._backend.start_open_hub(
            source, self._take_open, self._take_error, self._take_progress
        )
        self.refresh()

    def _hub_running(self) -> bool:
        current = self._backend.current_connection()
        is_own = current is not None and current.deployment_id == LOCAL
        return self._backend.local_hub_running() or (
            is_own and self._backend.open_collection(current.name) is None  # type: ignore[union-attr]
        )

    def _choose(self, name: str) -> None:
        running = [connection.name for connection in self._backend.connections()]
        source = next((source for source in self._backend.open_sources() if source.name == name), None)
        if source is not None and name not in running:
            self.start_open(source)
            return
        try:
            self._backend.choose_connection(name)
        except WorkbenchError as error:
            self._banner.show_idle(str(error))
        self.refresh()

    def _forget_open(self) -> None:
        current = self._backend.current_connection()
        if current is not None:
            self._backend.forget_open(current.name)

    def _cancel_start(self) -> None:
        work, self._starting = self._starting, None
        if work is not None:
            work.cancel()
        self._banner.show_idle()
        self.refresh()

    def _take_progress(self, fraction: float, message: str) -> None:
        if self._open and self._starting is not None:
            self._banner.show_progress(fraction, message)

    def _take_hub(self, _connection: Connection) -> None:
        if self._open:
            self._starting = None
            self._banner.show_idle()
            self.refresh()
            self.hub_ready.emit()

    def _take_open(self, connection: Connection) -> None:
        if self._open:
            self._starting = None
            self._banner.show_idle()
            self.refresh()
            self.open_ready.emit(connection.name)

    def _take_error(self, error: WorkbenchError) -> None:
        if self._open:
            self._starting = None
            self._banner.show_idle(str(error))
            self.refresh()
            self._banner.show()
