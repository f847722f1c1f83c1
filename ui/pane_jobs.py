"""One job of a pane at a time, in the background; a new one ends the one before."""

from __future__ import annotations

from typing import Any, Callable, List, Optional

from qgis.PyQt.QtCore import QObject, QTimer, pyqtSignal

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.ui.backend import RunningWork

_FLUSH_MS = 30
Hear = Callable[[Any], None]
Work = Callable[[Any, Any, Hear], Any]
"""Called in a worker with services, progress, and what brings a value to the main thread."""


class PaneJobs(QObject):
    """Runs jobs and forgets what an ended one still has to say.

    Args:
        run: ``Backend.run`` or ``Backend.run_open``.

    Signals, all on the main thread:
        heard(object): what the running job told.
        progressed(float, str): how far it is.
        failed(object): a ``WorkbenchError``.
        changed(): a job began or ended.
    """

    heard = pyqtSignal(object)
    progressed = pyqtSignal(float, str)
    failed = pyqtSignal(object)
    changed = pyqtSignal()
    _told = pyqtSignal(int, object)

    def __init__(self, run: Callable[..., RunningWork], parent: Optional[QObject] = None) -> None:
        super().__init__(parent)
        self._run = run
        self._running: Optional[RunningWork] = None
        self._turn = 0
        self._waiting: List[Any] = []
        self._flush = QTimer(self)
        self._flush.setSingleShot(True)
        self._flush.setInterval(_FLUSH_MS)
        self._flush.timeout.connect(self._pass_on)
        self._told.connect(self._keep)

    @property
    def busy(self) -> bool:
        """A job runs."""
        return self._running is not None

    def start(self, title: str, place: Any, work: Work, then: Callable[[Any], None], **more: Any) -> None:
        """Run ``work`` at a connection or catalog and call ``then`` with what it returned; the job before is ended.

        ``more`` goes to what runs it.
        """
        self.end()
        turn = self._turn

        def done(value: Any) -> None:
            if self._rests(turn):
                then(value)

        def fail(error: WorkbenchError) -> None:
            if self._rests(turn):
                self.failed.emit(error)

        def tell_progress(fraction: float, message: str) -> None:
            if turn == self._turn and self.busy:
                self.progressed.emit(fraction, message)

        def hear(value: Any) -> None:
            self._told.emit(turn, value)

        self._running = self._run(
            title, place, lambda services, progress: work(services, progress, hear), done, fail, tell_progress, **more
        )
        self.progressed.emit(0.0, title)
        self.changed.emit()

    def end(self) -> None:
        """Stop the job, if any; nothing is heard of it any more."""
        running, self._running = self._running, None
        self._waiting.clear()
        self._turn += 1
        if running is not None:
            running.cancel()
        self.changed.emit()

    def _rests(self, turn: int) -> bool:
        if turn != self._turn:
            return False
        self._pass_on()
        self._running = None
        self.changed.emit()
        return True

    def _keep(self, turn: int, value: Any) -> None:
        """What comes thick and fast waits a little, so that the window gets its turn in between."""
        if turn == self._turn:
            self._waiting.append(value)
            if not self._flush.isActive():
                self._flush.start()

    def _pass_on(self) -> None:
        values, self._waiting = self._waiting, []
        for value in values:
            self.heard.emit(value)
