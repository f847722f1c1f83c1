"""Decides for the Parcels tab: what can be looked at, the look itself, and the windows of what was seen."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Optional, Protocol, Tuple

from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate, QObject, pyqtSignal

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.hub.deployments import LOCAL
from sentinel_workbench.core.hub.local_scenes import DEMO_YEAR
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.season_folders import forget_old_seasons, season_folder
from sentinel_workbench.core.services.parcel_chips import ChipSource
from sentinel_workbench.core.services.season_plan import likely_dates
from sentinel_workbench.ui import parcels_memory
from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.clear_rule_box import rule_text
from sentinel_workbench.ui.costs import CostGuard
from sentinel_workbench.ui.pane_jobs import PaneJobs
from sentinel_workbench.ui.parcel_desk import Looked, LookOrder, ParcelDesk
from sentinel_workbench.ui.parcel_finder_controller import ParcelFinderController
from sentinel_workbench.ui.parcel_layer_controller import ParcelLayerController
from sentinel_workbench.ui.parcel_source import ParcelSource, SourceKind
from sentinel_workbench.ui.parcel_source_controller import ParcelSourceController
from sentinel_workbench.ui.parcel_texts import estimate_text, nothing_text, period_text, summary_text
from sentinel_workbench.ui.parcels_panel import ParcelsPanel
from sentinel_workbench.ui.season_desk import SeasonDesk
from sentinel_workbench.ui.translation import tr


class Windows(Protocol):
    """Shows seasons; ``SeasonWindows`` does."""

    def show(self, desk: SeasonDesk) -> Any:
        """The window of a season, a new one or that which is open."""


class ParcelsController(QObject):
    """Keeps the form in step with project and connection; nothing is read or asked before the tab is looked at.

    Signals:
        message(str, bool): a sentence for the message bar; True when it is an error.
    """

    message = pyqtSignal(str, bool)

    def __init__(
        self, panel: ParcelsPanel, backend: Backend, canvas: QgsMapCanvas, windows: Windows,
        guard: Optional[CostGuard] = None,
    ) -> None:
        super().__init__(panel)
        self._panel, self._form, self._backend, self._windows = panel, panel.form, backend, windows
        self._guard = guard or CostGuard(backend)
        self.layers = ParcelLayerController(panel.form, backend, canvas, panel.isVisible)
        self.finder = ParcelFinderController(panel.form.finder, backend, canvas, self.layers.choose)
        self.source = ParcelSourceController(panel.form, backend, self.finder)
        self._jobs = PaneJobs(self._run_at, self)
        self.desks: List[ParcelDesk] = []
        self._unfinished: Optional[Tuple[object, Path]] = None
        self._has_period = parcels_memory.recall(panel.form, self.source, self.layers)
        self._connect()
        self.follow_connection()

    def _connect(self) -> None:
        panel, form = self._panel, self._form
        panel.shown.connect(self.show)
        panel.look_asked.connect(self.look)
        panel.stop_asked.connect(self.stop)
        panel.window_asked.connect(lambda: self.open_season(len(self.desks) - 1))
        form.seasons.asked.connect(self.open_season)
        form.period_changed.connect(self._take_period)
        form.rule_box.changed.connect(self.refresh)
        form.folder.fileChanged.connect(lambda _path: self.refresh())
        self.source.changed.connect(self.refresh)
        self.layers.changed.connect(self.refresh)
        form.layer_combo.layerChanged.connect(self.finder.use_layer)
        self._jobs.progressed.connect(panel.show_progress)
        self._jobs.changed.connect(lambda: None if self._jobs.busy else panel.show_progress(None))
        self._jobs.failed.connect(self._fail)

    def shut_down(self) -> None:
        """Stop what runs, leave layer and map as they were."""
        self._jobs.end()
        self.source.shut_down()
        self.finder.shut_down()
        self.layers.shut_down()

    def show(self) -> None:
        """The user looks at the tab."""
        self.source.look()
        self.layers.read()
        self.refresh()

    def follow_connection(self) -> None:
        """Another connection, or the local hub came or went."""
        connection = self._backend.current_connection()
        on_demo = self._backend.local_hub_running() and connection is not None and connection.deployment_id == LOCAL
        if on_demo and not self._has_period:
            self._show_days(QDate(DEMO_YEAR, 1, 1), QDate(DEMO_YEAR, 12, 31))
        self.source.follow()
        self.layers.follow_hub()

    def refresh(self) -> None:
        """Show the rule, what a look will take, and why there can be none."""
        self._form.rule_note.setText(rule_text(self._form.rule_box.rule()))
        reason = self._why_not()
        estimate = ""
        if not reason and self.layers.plan is not None:
            connection = self._backend.current_connection()
            estimate = estimate_text(self._form.kind, self.layers.plan, self._period(), connection)
        self._panel.show_plan(estimate, reason)

    def look(self) -> None:
        """Fetch the scene classes of the parcels and judge them."""
        self.refresh()
        if not self._panel.look_button.isEnabled() or not self._affordable():
            return
        try:
            source, reading = self.source.source(), self.layers.reading()
        except InvalidInput as problem:
            self._panel.show_message(str(problem))
            return
        title, period = self.layers.name, self._period()
        order = LookOrder(source, reading, period, self._form.rule_box.rule(), self._place((source, title, period)))
        parcels_memory.remember(self._form, self.source, self.layers)
        self._panel.show_message("")
        self._jobs.start(
            tr("Looking at {layer}").format(layer=title), source,
            lambda chips, progress, _hear: _look(order, chips, progress),
            lambda looked: self._take(order, looked, title),
        )

    def stop(self) -> None:
        """Stop the look; nothing of it is shown. Windows of files are read anew, all else was kept."""
        self._jobs.end()
        kept = self._form.kind is not SourceKind.CATALOG
        self._panel.show_message(
            tr("Stopped. What came already is kept: another look goes on from there.") if kept else tr("Stopped.")
        )

    def open_season(self, number: int) -> None:
        """Open the window of a season again, by its number of this session."""
        if 0 <= number < len(self.desks):
            self._windows.show(self.desks[number])

    def _run_at(
        self, title: str, source: ParcelSource, work: Any, done: Any, fail: Any, hear: Any
    ) -> RunningWork:
        return source.run(self._backend, title, work, done, fail, hear)

    def _take(self, order: LookOrder, looked: Looked, layer: str) -> None:
        if not looked.rows:
            on_demo = self._form.kind is SourceKind.CONNECTION and self._backend.local_hub_running()
            self._panel.show_message(nothing_text(looked, on_demo))
            return
        title = tr("{layer} ({count}), {period}, {source}").format(
            layer=layer, count=len(looked.read.parcels), period=period_text(order.period), source=order.source.title)
        self._unfinished = None
        desk = ParcelDesk(self._backend, order.source, looked, order.rule, title)
        self.desks.append(desk)
        summary = summary_text(looked)
        self._form.seasons.add(title, summary)
        self._panel.show_message(summary)
        self._panel.window_button.show()
        self._windows.show(desk)

    def _fail(self, error: WorkbenchError) -> None:
        self._panel.show_message(str(error))
        self.message.emit(str(error), True)

    def _take_period(self) -> None:
        self._has_period = True
        self.refresh()

    def _show_days(self, first: QDate, last: QDate) -> None:
        """Propose a period; one the user chose stands."""
        blocked = self._form.blockSignals(True)
        self._form.show_days(first, last)
        self._form.blockSignals(blocked)

    def _period(self) -> TimeRange:
        first, last = self._form.days
        return TimeRange.of_days(first.toPyDate(), last.toPyDate())

    def _place(self, asked: object) -> Path:
        """Where the chips go: to those of the same look that was stopped or failed, else to a place of their own."""
        chosen = self._folder()
        if self._unfinished is None or self._unfinished[0] != (asked, chosen):
            self._unfinished = ((asked, chosen), season_folder(self.layers.name, chosen))
        return self._unfinished[1]

    def _folder(self) -> Optional[Path]:
        told = self._form.folder.filePath().strip()
        return Path(told).expanduser() if told else None

    def _why_not(self) -> str:
        """What is missing, the first thing first."""
        try:
            self.source.source()
            self._period()
        except InvalidInput as problem:
            return str(problem)
        folder = self._folder()
        if folder is not None and not folder.is_absolute():
            return tr("The folder to save to is not a full path.")
        if self.layers.problem:
            return self.layers.problem
        return tr("Reading the parcels…") if self.layers.plan is None else ""

    def _affordable(self) -> bool:
        connection, plan = self._backend.current_connection(), self.layers.plan
        if self._form.kind is not SourceKind.CONNECTION or connection is None or plan is None:
            return True
        return self._guard.allows_units(self._panel, likely_dates(self._period()) * plan.units_a_date, connection)


def _look(order: LookOrder, chips: ChipSource, progress: Progress) -> Looked:
    """In a worker, where old folders may take their time to go."""
    forget_old_seasons()
    return order.look(chips, progress)
