"""Background work of which there is never more than one: a new one waits until the one before really ended."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Callable, Optional

from qgis.PyQt.QtCore import QObject, pyqtSignal

from sentinel_workbench.core.errors import Cancelled, WorkbenchError
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.ui.backend import Backend, RunningWork, Work


@dataclass(frozen=True)
class Asked:
    """A piece of work, as ``Backend.run`` takes it."""

    title: str
    connection_name: str
    work: Work
    on_done: Callable[[Any], None]
    on_error: Callable[[WorkbenchError], None]


class OneAtATime(QObject):
    """Of those that wait, only the last is ever begun. Main thread, but for the work itself."""

    changed = pyqtSignal()
    """It began to run something, or nothing runs any more."""
    _over = pyqtSignal(object)

    def __init__(self, backend: Backend, parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._backend = backend
        self._turn: Optional[_Turn] = None
        self._waiting: Optional[Asked] = None
        self._over.connect(self._end)

    @property
    def busy(self) -> bool:
        """Something runs or is about to."""
        return self._turn is not None

    def start(self, asked: Asked) -> None:
        """Run this next; what runs is cancelled, what waits is forgotten."""
        self._waiting = asked
        self._cancel()
        self._begin()

    def stop(self) -> None:
        """Cancel what runs, forget what waits; nothing is heard of either."""
        self._waiting = None
        self._cancel()

    def _begin(self) -> None:
        if self._turn is not None or self._waiting is None:
            return
        asked, self._waiting = self._waiting, None
        turn = self._turn = _Turn()

        def work(services: Any, progress: Progress) -> Any:
            turn.begin()
            try:
                return asked.work(services, progress)
            finally:
                with suppress(RuntimeError):  # this object is gone with its window
                    self._over.emit(turn)

        def fail(error: WorkbenchError) -> None:
            self._end(turn)
            if not turn.cancelled:
                asked.on_error(error)

        def done(value: Any) -> None:
            self._end(turn)
            if not turn.cancelled:
                asked.on_done(value)

        turn.running = self._backend.run(asked.title, asked.connection_name, work, done, fail)
        self.changed.emit()

    def _cancel(self) -> None:
        turn = self._turn
        if turn is None or turn.cancelled:
            return
        turn.cancelled = True
        if turn.running is not None:
            turn.running.cancel()
        if turn.never_begins():
            self._end(turn)

    def _end(self, turn: _Turn) -> None:
        if turn is self._turn:
            self._turn = None
            self._begin()
            self.changed.emit()


class _Turn:
    """One piece of work from its start to its end."""

    def __init__(self) -> None:
        self.running: Optional[RunningWork] = None
        self.cancelled = False
        self._lock, self._begun, self._dropped = threading.Lock(), False, False

    def begin(self) -> None:
        """In the worker: from now on it must be waited for."""
        with self._lock:
            if self._dropped:
                raise Cancelled()
            self._begun = True

    def never_begins(self) -> bool:
        """Whether it was still in the queue; it stays there for good then."""
        with self._lock:
            self._dropped = not self._begun
            return self._dropped
