"""The days with scenes as bars over time: how high, how cloudy. Click, or arrow keys and Space, picks days."""

from __future__ import annotations

import datetime as dt
from typing import FrozenSet, List, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QEvent, QPointF, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QColor, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPalette, QPen
from qgis.PyQt.QtWidgets import QSizePolicy, QToolTip, QWidget

from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.dates import AvailableDay
from sentinel_workbench.ui.time_axis import TimeAxis
from sentinel_workbench.ui.translation import tr

HEIGHT_PX = 96
_AXIS_PX, _EDGE_PX = 16, 4
_CLEAR, _HAZY, _CLOUDY, _UNKNOWN = QColor("#3f8f4f"), QColor("#c9a227"), QColor("#9aa3ad"), QColor("#5d7fa8")
_REACH_PX = 8


class Timeline(QWidget):
    """Bars as high as the cloud over the area, or over the tiles where that is not measured."""

    picks_changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("timeline")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Days with scenes and their cloud"))
        self._days: Tuple[AvailableDay, ...] = ()
        self._slots: Tuple[TimeRange, ...] = ()
        self._first, self._last = dt.date(2019, 1, 1), dt.date(2019, 12, 31)
        self._picked: FrozenSet[dt.date] = frozenset()
        self._current = 0

    @property
    def picked(self) -> Tuple[dt.date, ...]:
        """Picked days in ascending order."""
        return tuple(sorted(self._picked))

    def show_days(self, days: Sequence[AvailableDay]) -> None:
        """Show other days; picks stay."""
        self._days = tuple(days)
        self._current = min(self._current, max(0, len(days) - 1))
        self.update()

    def show_period(self, first: dt.date, last: dt.date, slots: Sequence[TimeRange]) -> None:
        """The span of the axis and the slots behind the bars."""
        self._first, self._last, self._slots = first, last, tuple(slots)
        self.update()

    def pick(self, days: Sequence[dt.date]) -> None:
        """Pick these days and no others."""
        self._picked = frozenset(days)
        self.update()
        self.picks_changed.emit()

    def sizeHint(self) -> QSize:
        """Qt's name."""
        return QSize(240, HEIGHT_PX)

    def minimumSizeHint(self) -> QSize:
        """Qt's name."""
        return QSize(120, HEIGHT_PX)

    # ---- places ------------------------------------------------------------------------------------------------

    def _axis(self) -> TimeAxis:
        return TimeAxis(self._first, self._last, _EDGE_PX, self.width() - _EDGE_PX)

    def _x(self, day: dt.date) -> float:
        return self._axis().x(day)

    def _nearest(self, x: float) -> Optional[int]:
        """Number of the day whose bar is nearest to ``x``, when one is within reach."""
        if not self._days:
            return None
        number = min(range(len(self._days)), key=lambda i: abs(self._x(self._days[i].day) - x))
        return number if abs(self._x(self._days[number].day) - x) <= _REACH_PX else None

    # ---- painting ----------------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt's name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        self._paint_slots(painter)
        self._paint_months(painter)
        for number, day in enumerate(self._days):
            if self._first <= day.day <= self._last:
                self._paint_day(painter, day, self.hasFocus() and number == self._current)
        painter.end()

    def _paint_slots(self, painter: QPainter) -> None:
        shade = self.palette().color(QPalette.ColorRole.AlternateBase).darker(106)
        for slot in self._slots[::2]:
            last = (slot.end - dt.timedelta(seconds=1)).date()
            left, right = self._x(slot.start.date()), self._x(last)
            painter.fillRect(QRectF(left, 0, max(2.0, right - left), self.height() - _AXIS_PX), shade)

    def _paint_months(self, painter: QPainter) -> None:
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        self._axis().paint(painter, self.height() - _AXIS_PX)

    def _paint_day(self, painter: QPainter, day: AvailableDay, is_current: bool) -> None:
        base, x = self.height() - _AXIS_PX, self._x(day.day)
        percent = day.best_known_percent
        top = 14 + (base - 18) * (1 - (percent if percent is not None else 50.0) / 100)
        width = max(2.0, min(7.0, (self.width() - 2 * _EDGE_PX) / max(1, (self._last - self._first).days) * 3))
        bar = QRectF(x - width / 2, top, width, max(2.0, base - top))
        painter.fillRect(bar, colour_of(percent))
        if day.day in self._picked:
            painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawEllipse(QPointF(x, 7), 3.5, 3.5)
        if is_current:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.5))
            painter.drawRect(bar.adjusted(-2, -2, 2, 1))

    # ---- the user ----------------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click on a bar picks its day or takes the pick back."""
        number = self._nearest(event.pos().x())
        if number is not None:
            self._current = number
            self._toggle()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go from day to day, Space picks."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps and self._days:
            self._current = min(max(0, self._current + steps[event.key()]), len(self._days) - 1)
            self.update()
        elif event.key() == Qt.Key.Key_Space and self._days:
            self._toggle()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Qt's name; tells what a bar stands for."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            number = self._nearest(event.pos().x())
            QToolTip.showText(event.globalPos(), describe(self._days[number]) if number is not None else "", self)
            return True
        return super().event(event)

    def _toggle(self) -> None:
        self._picked = self._picked ^ {self._days[self._current].day}
        self.update()
        self.picks_changed.emit()


def colour_of(percent: Optional[float]) -> QColor:
    """Green while most is clear, grey when most is cloud, blue where nobody knows."""
    if percent is None:
        return _UNKNOWN
    return _CLEAR if percent <= 20 else _HAZY if percent <= 60 else _CLOUDY


def describe(day: AvailableDay) -> str:
    """One line about a day."""
    parts: List[str] = [f"{day.day}", tr("{count} scenes").format(count=day.scenes)]
    if day.area_percent is not None:
        parts.append(tr("{percent} % cloud over the area").format(percent=f"{day.area_percent:.0f}"))
    if day.cloud_percent is not None:
        parts.append(tr("{percent} % cloud in the tiles").format(percent=f"{day.cloud_percent:.0f}"))
    return ", ".join(parts)

