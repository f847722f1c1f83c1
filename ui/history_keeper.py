"""Keeps the Downloads tab's orders across restarts, off the main thread."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Callable, Dict, List, Optional

from qgis.PyQt.QtCore import QObject, QTimer

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.services.history import OrderHistory
from sentinel_workbench.core.services.history_records import KeptOrder
from sentinel_workbench.ui.backend import Backend
from sentinel_workbench.ui.translation import tr

_SETTLE_MS = 1500
"""Slots often end in quick succession; they are written together."""


class HistoryKeeper(QObject):
    """Writes changed orders one after the other in a thread of its own; reads all of them once.

    Args:
        history: the files.
        backend: reads in the background and logs.
    """

    def __init__(self, history: OrderHistory, backend: Backend, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._history, self._backend = history, backend
        self._changed: Dict[str, Callable[[], KeptOrder]] = {}
        self._writer: Optional[ThreadPoolExecutor] = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SETTLE_MS)
        self._timer.timeout.connect(self.write)

    def load(self, take: Callable[[List[KeptOrder]], None]) -> None:
        """Read the history in a worker; ``take`` gets it, the newest first."""
        self._backend.run_alone(
            tr("Reading the history of orders"), lambda _progress: list(self._history.all()), take,
            lambda error: self._backend.log(str(error)),
        )

    def note(self, key: str, kept: Callable[[], KeptOrder], at_once: bool = False) -> None:
        """An order changed; ``kept`` tells it when it is written, soon or at once."""
        self._changed[key] = kept
        if at_once:
            self.write()
        elif not self._timer.isActive():
            self._timer.start()

    def forget(self, key: str) -> None:
        """Remove an order."""
        self._changed.pop(key, None)
        self._submit(lambda: self._history.forget(key))

    def write(self) -> None:
        """Write what changed."""
        self._timer.stop()
        changed, self._changed = self._changed, {}
        for kept in changed.values():
            record = kept()
            self._submit(lambda record=record: self._history.keep(record))

    def shut_down(self) -> None:
        """Write what is left and wait for it."""
        self.write()
        if self._writer is not None:
            self._writer.shutdown(wait=True)
            self._writer = None

    def _submit(self, write: Callable[[], None]) -> None:
        if self._writer is None:
            self._writer = ThreadPoolExecutor(1, thread_name_prefix="history")
        self._writer.submit(write).add_done_callback(self._complain)

    def _complain(self, written: Future) -> None:
        """In the writer's thread: QGIS's log may be written to from any."""
        error = written.exception()
        if error is not None:
            reason = str(error) if isinstance(error, WorkbenchError) else repr(error)
            self._backend.log(f"The history of orders can't be written: {reason}")
