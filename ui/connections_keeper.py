"""Decides for the connection bar and the first-run banner."""

from __future__ import annotations

from typing import Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import LOCAL
from sentinel_workbench.ui.backend import Backend, ConnectionStatus, RunningWork
from sentinel_workbench.ui.connection_bar import ConnectionBar, FirstRunBanner
from sentinel_workbench.ui.translation import tr


class ConnectionsKeeper(QObject):
    """Keeps bar and banner in step with the backend's connections.

    Signals:
        changed(): the current connection, or its state, is another.
        hub_ready(): the local hub was started from here.
    """

    changed = pyqtSignal()
    hub_ready = pyqtSignal()

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
        banner.start_asked.connect(self.start_local_hub)
        banner.connect_asked.connect(edit)
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
        self._bar.show_connections(names, current.name if current else None)
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

    def _hub_running(self) -> bool:
        current = self._backend.current_connection()
        return self._backend.local_hub_running() or (current is not None and current.deployment_id == LOCAL)

    def _choose(self, name: str) -> None:
        try:
            self._backend.choose_connection(name)
        except WorkbenchError as error:
            self._banner.show_idle(str(error))
        self.refresh()

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

    def _take_error(self, error: WorkbenchError) -> None:
        if self._open:
            self._starting = None
            self._banner.show_idle(str(error))
            self.refresh()
            self._banner.show()
