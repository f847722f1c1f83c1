"""Tasks that QGIS lost are started again.

QGIS keeps the address of what runs a task after that is freed. When the task's end is told, it takes whatever waits at
this address out of the queue of threads, and that may be the runner of another task by now. That one waits for ever,
though threads are idle. It happens where the window comes round late, as on busy machines.
"""

from __future__ import annotations

from typing import Any, Dict, Protocol

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QObject, QThreadPool, QTimer

from sentinel_workbench.core.qgis.log import log_warning

LOOK_MS = 1000
IDLE_LOOKS = 3
"""A task that waits while a thread is idle, seen so many times in a row, is lost."""


class Restartable(Protocol):
    """A task that another can do the work of."""

    def description(self) -> str:
        """Its title."""

    def waits(self) -> bool:
        """Nobody does its work yet, and it is not over."""

    def run_by(self, runner: QgsTask) -> bool:
        """Do the work, unless another runner does it already. Any thread."""

    def end_by(self, runner: QgsTask, result: bool) -> None:
        """Tell how the work ended, if it was this runner's."""

    def leave_queue(self) -> None:
        """Have QGIS forget it."""


class TaskWatch(QObject):
    """Looks after tasks until they begin. Main thread."""

    def __init__(self) -> None:
        super().__init__()
        self._idle: Dict[Any, int] = {}
        self._timer = QTimer(self)
        self._timer.setInterval(LOOK_MS)
        self._timer.timeout.connect(self._look)

    def add(self, task: Restartable) -> None:
        """A task that was handed to QGIS."""
        self._idle[task] = 0
        self._timer.start()

    def _look(self) -> None:
        is_idle = _has_idle_thread()
        self._idle = {task: looks + 1 if is_idle else 0 for task, looks in self._idle.items() if task.waits()}
        for task in [task for task, looks in self._idle.items() if looks >= IDLE_LOOKS]:
            self._idle[task] = 0
            log_warning(f"QGIS did not begin the task '{task.description()}'; it is started again.")
            QgsApplication.taskManager().addTask(_StandIn(task))
        if not self._idle:
            self._timer.stop()


class _StandIn(QgsTask):
    """Does the work of a lost task, which tells of it as if it were its own."""

    def __init__(self, task: Restartable) -> None:
        super().__init__(task.description(), QgsTask.Flag.CanCancel)
        self._task = task

    def run(self) -> bool:
        return self._task.run_by(self)

    def finished(self, result: bool) -> None:
        self._task.end_by(self, result)
        self._task.leave_queue()


def _has_idle_thread() -> bool:
    own_pool = getattr(QgsApplication.taskManager(), "threadPool", None)
    pool = own_pool() if own_pool is not None else QThreadPool.globalInstance()
    return bool(pool.activeThreadCount() < pool.maxThreadCount())
