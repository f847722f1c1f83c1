"""Work in the background as QGIS tasks. Services run in the worker; what touches QGIS runs in ``finished``."""

from __future__ import annotations

import threading
import traceback
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Callable, Mapping, Optional, Sequence, Tuple

from qgis.core import QgsApplication, QgsTask
from qgis.PyQt.QtCore import QTimer, pyqtBoundSignal, pyqtSignal

from sentinel_workbench.core.errors import Cancelled, WorkbenchError
from sentinel_workbench.core.model.orders import SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State
from sentinel_workbench.core.progress import Progress, Watched
from sentinel_workbench.core.qgis.layers import Stretches, measure_series
from sentinel_workbench.core.qgis.log import log_error
from sentinel_workbench.core.qgis.lost_tasks import TaskWatch
from sentinel_workbench.core.services.delivery import deliver
from sentinel_workbench.core.services.tables import write_tables

TABLES_NAME = "tables.gpkg"


def add_task(task: WorkTask) -> WorkTask:
    """Hand ``task`` to QGIS's task manager; returns it. Main thread."""
    QgsApplication.taskManager().addTask(task)
    _watch().add(task)
    return task


@cache
def _watch() -> TaskWatch:
    return TaskWatch()


def later(callback: Callable[[Any], None], value: Any) -> None:
    """Call back from the event loop, for what is known at once but promised for later."""
    QTimer.singleShot(0, lambda: callback(value))


class NoWork:
    """Work that is over before it began."""

    def cancel(self) -> None:
        """There is nothing to stop."""


class WorkTask(QgsTask):
    """Runs ``work(progress)`` in a worker and hands what came out to the main thread.

    Everything ``work`` needs must be captured on the main thread before. The task manager deletes the C++ half at the
    end, so results are read from the signals.

    Signals, all on the main thread:
        progressed(float, str): fraction 0..1 and what is being done.
        succeeded(object): what ``work`` returned.
        failed(object): a ``WorkbenchError``.
        cancelled_by_user(): stopped on request.
        settled(): after one of those three, always once.
    """

    progressed = pyqtSignal(float, str)
    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)
    cancelled_by_user = pyqtSignal()
    settled = pyqtSignal()

    def __init__(self, title: str, work: Callable[[Progress], Any]) -> None:
        super().__init__(title, QgsTask.Flag.CanCancel)
        self._work = work
        self._watch = Watched(self._on_report)
        self._outcome: Any = None
        self._over = False
        self._error: Optional[WorkbenchError] = None
        self._guard = threading.Lock()
        self._runner: Optional[QgsTask] = None

    def run(self) -> bool:
        """Never raises: an exception that leaves it would end QGIS."""
        return self.run_by(self)

    def waits(self) -> bool:
        """Nobody does the work yet, and it is not over."""
        return self._runner is None and not self._over

    def run_by(self, runner: QgsTask) -> bool:
        """Do the work in ``runner``'s thread, unless another does it or it is over."""
        with self._guard:
            if not self.waits():
                return False
            self._runner = runner
        try:
            self._outcome = self._work(self._watch)
        except Cancelled:
            return False
        except WorkbenchError as error:
            self._error = error
            return False
        except Exception as error:  # noqa: BLE001 (an exception that leaves a task ends QGIS)
            log_error(traceback.format_exc())
            self._error = WorkbenchError(
                f"Something unforeseen went wrong: {type(error).__name__}: {error}",
                "Please report it with the text in the log panel, tab Sentinel Workbench.",
            )
            return False
        return True

    def cancel(self) -> None:
        """Stop soon; what is done is kept. What is over stays as it ended."""
        self._watch.cancel()
        if self._over:
            return
        if self._runner in (None, self):
            super().cancel()
        else:
            self._runner.cancel()

    def finished(self, result: bool) -> None:
        """On the main thread, after ``run`` or after a cancel in the queue."""
        self.end_by(self, result)

    def end_by(self, runner: QgsTask, result: bool) -> None:
        """The same for the task that did the work."""
        with self._guard:
            if self._over or self._runner not in (None, runner):
                return
            self._over = True
        self._settle(result)

    def leave_queue(self) -> None:
        """Have QGIS forget it after another did the work."""
        if self._runner is not self:
            with suppress(RuntimeError):  # it is forgotten already
                super().cancel()

    def _settle(self, result: bool) -> None:
        if self._error is not None:
            log_error(str(self._error))
            self.failed.emit(self._error)
        elif result or self._outcome is not None:
            self.succeeded.emit(self._outcome)
        else:
            self.cancelled_by_user.emit()
        self.settled.emit()

    def silence(self) -> None:
        """Tell nobody any more; only ``settled`` still comes."""
        for signal in self._telling():
            with suppress(TypeError):  # nobody listens
                signal.disconnect()

    def _telling(self) -> Tuple[pyqtBoundSignal, ...]:
        return self.progressed, self.succeeded, self.failed, self.cancelled_by_user

    def _on_report(self, fraction: float, message: str) -> None:
        (self._runner or self).setProgress(100.0 * fraction)
        self.progressed.emit(float(fraction), message)


@dataclass(frozen=True)
class SeriesOutcome:
    """A series that ended, ready to become layers.

    Attributes:
        result: failed and cancelled slots included.
        folder: where the readable files are, or None when they stay in the cache.
        tables: the GeoPackage, or None when no slot succeeded.
        stretches: how to draw each output.
        error: why delivering or measuring failed, else None; the rasters stay usable in the cache.
    """

    result: SeriesResult
    folder: Optional[Path] = None
    tables: Optional[Path] = None
    stretches: Stretches = field(default_factory=dict)
    error: Optional[str] = None


class SeriesTask(WorkTask):
    """Fetches a series, delivers it into a folder, writes its tables and measures its stretch.

    Signals beside those of ``WorkTask``:
        image_progress(int, float, str): slot, fraction of it, what is being done.
        image_done(int, object): slot and its ``ImageResult``.
        ended(object, str): the ``SeriesOutcome`` or None, and the error sentence or "". Always once.
    """

    image_progress = pyqtSignal(int, float, str)
    image_done = pyqtSignal(int, object)
    ended = pyqtSignal(object, str)

    def __init__(
        self,
        services: Any,
        order: SeriesOrder,
        folder: Optional[Path] = None,
        tables: Optional[Path] = None,
        only: Optional[Sequence[int]] = None,
        previous: Optional[SeriesResult] = None,
    ) -> None:
        super().__init__(order.title, self._fetch)
        self._services, self._order = services, order
        self._folder = folder
        self._tables = tables or (folder / TABLES_NAME if folder else None)
        self._retry: Mapping[str, Any] = {} if only is None else {"only": tuple(only), "previous": previous}

    def _settle(self, result: bool) -> None:
        error = str(self._error) if self._error else getattr(self._outcome, "error", None)
        self.ended.emit(self._outcome, error or "")
        super()._settle(result)

    def _telling(self) -> Tuple[pyqtBoundSignal, ...]:
        return (*super()._telling(), self.image_progress, self.image_done, self.ended)

    def _fetch(self, progress: Progress) -> SeriesOutcome:
        result = self._services.series.fetch(
            self._order, progress, on_image=self.image_done.emit, on_progress=self.image_progress.emit, **self._retry
        )
        try:
            return deliver_series(result, self._folder, self._tables)
        except WorkbenchError as error:
            return SeriesOutcome(result, error=str(error))


def deliver_series(result: SeriesResult, folder: Optional[Path], tables: Optional[Path]) -> SeriesOutcome:
    """Put what is done into ``folder``, write the tables and measure the stretch. Any thread; not cancellable, quick.

    Raises:
        WorkbenchError: the disk is full or a file is damaged.
    """
    done = bool(result.in_state(State.DONE))
    if folder and done:
        result = deliver(result, folder, Watched())
    if tables and done:
        tables.parent.mkdir(parents=True, exist_ok=True)
        write_tables(result, tables)
    return SeriesOutcome(result, folder if done else None, tables if done else None, measure_series(result))


def none_done(order: SeriesOrder, previous: Optional[SeriesResult], error: str) -> SeriesResult:
    """``order`` when nothing of it could be tried: what an earlier run did stays done."""
    state, sentence = (State.FAILED, error) if error else (State.CANCELLED, None)
    kept = previous.images if previous else (None,) * len(order.slots)
    images = [
        image if image is not None and image.state is State.DONE else ImageResult(one, slot, state, error=sentence)
        for image, one, slot in zip(kept, order.orders(), order.slots)
    ]
    return SeriesResult(order, tuple(images))
