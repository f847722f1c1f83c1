"""Asks for the days with scenes when the user looks at them, measures their cloud, picks them as slots."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Callable, Mapping, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QDate, QEvent, QObject, QTimer
from qgis.PyQt.QtGui import QTextCharFormat
from qgis.PyQt.QtWidgets import QCalendarWidget

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.cloud import cloud_statistics
from sentinel_workbench.core.services.dates import AvailableDay, days_of, measure_area_cloud
from sentinel_workbench.core.services.orders import collection_named
from sentinel_workbench.ui.backend import Backend, RunningWork
from sentinel_workbench.ui.dates_box import DatesBox
from sentinel_workbench.ui.timeline import colour_of, describe
from sentinel_workbench.ui.translation import tr

_SETTLE_MS = 700
Question = Tuple[str, ImageOrder, TimeRange]
"""Connection name, an order that says collection and place, and the period."""


class DatesController(QObject):
    """Keeps the box in step with the form.

    Args:
        box: the view.
        backend: runs the questions.
        question: what the form asks now; raises ``InvalidInput`` while it can't.
        limit: the cloud limit, percent.
        calendars: show the days as well.
        picked: called when the user picked days.
    """

    def __init__(
        self,
        box: DatesBox,
        backend: Backend,
        question: Callable[[], Question],
        limit: Callable[[], int],
        calendars: Sequence[QCalendarWidget],
        picked: Callable[[Tuple[dt.date, ...]], None],
    ) -> None:
        super().__init__(box)
        self._box, self._backend, self._question, self._limit = box, backend, question, limit
        self._calendars, self._picked = tuple(calendars), picked
        self._asked: Optional[object] = None
        self._days: Tuple[AvailableDay, ...] = ()
        self._can_measure = True
        self._work: Optional[RunningWork] = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.look)
        box.collapsedStateChanged.connect(self._fold)
        box.measure_button.clicked.connect(self.measure)
        box.pick_button.clicked.connect(self.pick_clear)
        box.timeline.picks_changed.connect(lambda: self._picked(box.timeline.picked))
        for calendar in self._calendars:
            calendar.installEventFilter(self)
        self._allow(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt's name; who opens a calendar looks for days too."""
        if event.type() == QEvent.Type.Show:
            self.look()
        return super().eventFilter(watched, event)

    def refresh(self) -> None:
        """The form may ask something else now."""
        if not self._box.isCollapsed():
            self._settle.start()

    def look(self) -> None:
        """Ask the Catalog, unless the answer is there already."""
        self._settle.stop()
        try:
            name, order, period = self._question()
        except InvalidInput as problem:
            self._show((), str(problem))
            return
        self._can_measure = cloud_statistics(order, period) is not None
        collection = _with_scenes(order)
        asked = (name, collection, order.grid.bbox, period)
        if asked == self._asked:
            self._allow(bool(self._days))
            return
        self._stop()
        self._asked = asked
        if collection is None:
            self._show((), tr("This collection has no time."))
            return
        self._show((), tr("Asking the catalog…"))
        self._work = self._backend.run(
            tr("Looking for days"), name,
            lambda services, progress: days_of(
                services.availability.scenes(collection, order.grid.bbox, period, progress=progress)
            ),
            lambda days: self._show(days, tr("{count} days with scenes.").format(count=len(days))), self._fail,
        )

    def measure(self) -> None:
        """Learn the cloud over the area itself."""
        try:
            name, order, period = self._question()
        except InvalidInput as problem:
            self._box.note.setText(str(problem))
            return
        self._stop()
        self._allow(False)
        self._box.note.setText(tr("Measuring the cloud over the area…"))
        self._work = self._backend.run(
            tr("Measuring cloud"), name,
            lambda services, progress: measure_area_cloud(services.client, order, period, progress),
            self._take_cloud, self._fail,
        )

    def pick_clear(self) -> None:
        """Pick the days within the limit; those of unknown cloud too."""
        limit = self._limit()
        clear = [day.day for day in self._days if (day.best_known_percent or 0.0) <= limit]
        self._box.timeline.pick(clear)

    def shut_down(self) -> None:
        """Stop asking."""
        self._settle.stop()
        self._stop()

    def _fold(self, collapsed: bool) -> None:
        if collapsed:
            self.shut_down()
        else:
            self.look()

    def _take_cloud(self, found: Mapping[dt.date, float]) -> None:
        days = tuple(replace(day, area_percent=found.get(day.day, day.area_percent)) for day in self._days)
        self._show(days, tr("Cloud over the area is known for {count} days.").format(count=len(found)))

    def _show(self, days: Sequence[AvailableDay], note: str) -> None:
        self._days = tuple(days)
        self._box.timeline.show_days(days)
        self._box.note.setText(note)
        self._allow(bool(days))
        for calendar in self._calendars:
            _mark(calendar, days)

    def _fail(self, error: WorkbenchError) -> None:
        self._asked = None
        self._box.note.setText(str(error))
        self._allow(bool(self._days))

    def _allow(self, usable: bool) -> None:
        self._box.pick_button.setEnabled(usable)
        self._box.allow_measuring(usable, self._can_measure)

    def _stop(self) -> None:
        work, self._work = self._work, None
        if work is not None:
            work.cancel()


def _with_scenes(order: ImageOrder) -> Optional[str]:
    """The first of the order's collections that has scenes in time."""
    named = (source.collection for source in order.sources if not collection_named(source.collection).timeless)
    return next(named, None)


def _mark(calendar: QCalendarWidget, days: Sequence[Any]) -> None:
    """Days with scenes in the colour of their cloud, with a word on hover."""
    calendar.setDateTextFormat(QDate(), QTextCharFormat())
    for day in days:
        form = QTextCharFormat()
        form.setBackground(colour_of(day.best_known_percent).lighter(150))
        form.setToolTip(describe(day))
        calendar.setDateTextFormat(QDate(day.day.year, day.day.month, day.day.day), form)
