"""What plots over time share: one date is the chosen one; the pointer and the arrow keys go from date to date."""

from __future__ import annotations

import datetime as dt
from typing import Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import (
    QColor,
    QFontMetrics,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPolygonF,
)
from qgis.PyQt.QtWidgets import QSizePolicy, QToolTip, QWidget

from sentinel_workbench.ui.time_axis import TICK_PX, TimeAxis

EDGE_PX = 8
_REACH_PX, _POINTER_PX = 14, 5
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}


class DatePlot(QWidget):
    """Dates along an axis; what stands above them is painted by the classes made of this one."""

    date_picked = pyqtSignal(object)
    """The user chose another date (``datetime``)."""

    def __init__(self, name: str, title: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        self.empty_text = ""
        self._dates: Tuple[dt.datetime, ...] = ()
        self._current: Optional[dt.datetime] = None
        self._hovered: Optional[dt.datetime] = None

    # ---- for the classes made of this one ------------------------------------------------------------------------

    def describe(self, date: dt.datetime) -> str:
        """What hovering a date tells."""
        return f"{date:%Y-%m-%d %H:%M} UTC"

    def paint_dates(self, painter: QPainter, axis: TimeAxis, base: float) -> None:
        """All that stands above the axis, whose line is at the height ``base``."""

    def left_px(self) -> float:
        """Room for what is written left of the plot."""
        return EDGE_PX

    def top_px(self) -> float:
        """Where the marks of dates begin, below what is written above the plot."""
        return 0.0

    # ---- dates -----------------------------------------------------------------------------------------------------

    @property
    def dates(self) -> Tuple[dt.datetime, ...]:
        """All dates, ascending."""
        return self._dates

    @property
    def current(self) -> Optional[dt.datetime]:
        """The chosen date, when it is one of those shown."""
        return self._current if self._current in self._dates else None

    def use_dates(self, dates: Sequence[dt.datetime]) -> None:
        """Other dates; the chosen one stays chosen."""
        self._dates = tuple(sorted(set(dates)))
        self._hovered = None
        self.update()

    def choose(self, date: Optional[dt.datetime]) -> None:
        """Mark a date; ``date_picked`` is not sent."""
        self._current = date
        self.setAccessibleDescription(self.describe(date) if date in self._dates and date is not None else "")
        self.update()

    def axis(self) -> TimeAxis:
        """As wide as the plot is now; a day is left free on both sides."""
        days = [date.date() for date in self._dates] or [dt.date(2019, 1, 1)]
        day = dt.timedelta(days=1)
        return TimeAxis(min(days) - day, max(days) + day, self.left_px(), self.width() - EDGE_PX)

    def base(self) -> float:
        """Height of the axis' line."""
        return self.height() - QFontMetrics(self.font()).height() - TICK_PX - 2

    def nearest(self, x: float) -> Optional[dt.datetime]:
        """The date at ``x``, when one is within reach."""
        if not self._dates:
            return None
        axis = self.axis()
        found = min(self._dates, key=lambda date: abs(axis.x(date) - x))
        return found if abs(axis.x(found) - x) <= max(_REACH_PX, axis.px_per_day) else None

    # ---- Qt --------------------------------------------------------------------------------------------------------

    def sizeHint(self) -> QSize:
        """Qt's name."""
        return QSize(560, 260)

    def minimumSizeHint(self) -> QSize:
        """Qt's name."""
        return QSize(220, 130)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt's name."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), self.palette().color(QPalette.ColorRole.Base))
        painter.setPen(self.palette().color(QPalette.ColorRole.Text))
        if self._dates:
            self._paint_marks(painter)
            self.paint_dates(painter, self.axis(), self.base())
            painter.setPen(self.palette().color(QPalette.ColorRole.Text))
            self.axis().paint(painter, self.base())
            self._paint_pointer(painter)
        else:
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(24, 8, -24, -8), int(flags), self.empty_text)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 1.0))
            painter.drawRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5))
        painter.end()

    def _paint_marks(self, painter: QPainter) -> None:
        axis, shade = self.axis(), QColor(self.palette().color(QPalette.ColorRole.Highlight))
        for date, alpha in ((self._hovered, 40), (self.current, 85)):
            if date is not None:
                shade.setAlpha(alpha)
                width = max(8.0, axis.px_per_day)
                box = QRectF(axis.x(date) - width / 2, self.top_px(), width, self.base() - self.top_px())
                painter.fillRect(box, shade)

    def _paint_pointer(self, painter: QPainter) -> None:
        """A triangle below the axis at the chosen date, seen whatever stands above it."""
        if self.current is not None:
            x, top = self.axis().x(self.current), self.base() + 1
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self.palette().color(QPalette.ColorRole.Highlight))
            corners = ((0, 0), (_POINTER_PX, 1.3 * _POINTER_PX), (-_POINTER_PX, 1.3 * _POINTER_PX))
            painter.drawPolygon(QPolygonF([QPointF(x + right, top + down) for right, down in corners]))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses the date it is at."""
        found = self.nearest(QPointF(event.pos()).x())
        if found is not None and event.button() == Qt.MouseButton.LeftButton:
            self._pick(found)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell of the date under the pointer at once."""
        found = self.nearest(QPointF(event.pos()).x())
        if found != self._hovered:
            self._hovered = found
            self.update()
            self._tell(found, self.mapToGlobal(event.pos()))

    def leaveEvent(self, event: QEvent) -> None:
        """Qt's name."""
        self._hovered = None
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go from date to date, Page Up and Page Down five at once, Home and End to the ends."""
        if not self._dates or event.key() not in (*_STEPS, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
            return
        last = len(self._dates) - 1
        at = self._dates.index(self._current) if self._current in self._dates else None
        if event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            at = 0 if event.key() == Qt.Key.Key_Home else last
        else:
            step = _STEPS[event.key()]
            at = (0 if step > 0 else last) if at is None else min(max(0, at + step), last)
        self._pick(self._dates[at])

    def event(self, event: QEvent) -> bool:
        """Qt's name; tells of the date under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._tell(self.nearest(event.pos().x()), event.globalPos())
            return True
        return super().event(event)

    def _tell(self, date: Optional[dt.datetime], place: QPoint) -> None:
        QToolTip.showText(place, self.describe(date) if date is not None else "", self)

    def _pick(self, date: dt.datetime) -> None:
        self.choose(date)
        self.date_picked.emit(date)
