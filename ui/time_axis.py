"""The axis of time below a plot: where a moment lies, and which days are written there."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import List, Tuple, Union

from qgis.PyQt.QtCore import QDate, QLocale, QPointF
from qgis.PyQt.QtGui import QFontMetricsF, QPainter

TICK_PX, GAP_PX = 3, 10
_NOON = dt.time(12)
_DAY_STEPS, _MONTH_STEPS = (1, 2, 7, 14), (1, 2, 3, 6, 12, 24, 60)
Moment = Union[dt.date, dt.datetime]


@dataclass(frozen=True)
class TimeAxis:
    """Days from ``first`` to ``last``, both included, between two positions in pixels."""

    first: dt.date
    last: dt.date
    left: float
    right: float

    @property
    def px_per_day(self) -> float:
        """Width of a day."""
        return (self.right - self.left) / max(1, (self.last - self.first).days + 1)

    def x(self, moment: Moment) -> float:
        """Where a moment lies; a day is at its noon."""
        if not isinstance(moment, dt.datetime):
            moment = dt.datetime.combine(moment, _NOON)
        start = dt.datetime.combine(self.first, dt.time(), moment.tzinfo)
        return self.left + (moment - start).total_seconds() / 86400 * self.px_per_day

    def paint(self, painter: QPainter, base: float) -> None:
        """The line, its ticks and what is written at them, in the painter's pen and font."""
        painter.drawLine(QPointF(self.left, base), QPointF(self.right, base))
        metrics = QFontMetricsF(painter.font())
        room = max(metrics.horizontalAdvance(text) for text in (_day_text(dt.date(2019, 9, 28)), "2019")) + GAP_PX
        for day, text in ticks_of(self.first, self.last, max(1, int((self.right - self.left) / room))):
            x = self.x(dt.datetime.combine(day, dt.time()))
            painter.drawLine(QPointF(x, base), QPointF(x, base + TICK_PX))
            if x + 2 + metrics.horizontalAdvance(text) <= self.right + GAP_PX:
                painter.drawText(QPointF(x + 2, base + TICK_PX + metrics.ascent() - 1), text)


def ticks_of(first: dt.date, last: dt.date, most: int) -> List[Tuple[dt.date, str]]:
    """Days to mark, ``most`` at most: some days of a few weeks, months of a year, else years."""
    for step in _DAY_STEPS:
        if (last - first).days // step < most and (last - first).days <= 62:
            days = range(0, (last - first).days + 1, step)
            return [(day, _day_text(day)) for day in (first + dt.timedelta(days=number) for number in days)]
    months = _month_starts(first, last)
    for step in _MONTH_STEPS:
        wanted = [month for month in months if (month.year * 12 + month.month - 1) % step == 0]
        if len(wanted) <= most:
            break
    return [(month, _month_text(month)) for month in wanted]


def _day_text(day: dt.date) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM")


def _month_text(month: dt.date) -> str:
    if month.month == 1:
        return f"{month.year}"
    return QLocale().toString(QDate(month.year, month.month, 1), "MMM")


def _month_starts(first: dt.date, last: dt.date) -> List[dt.date]:
    found, number = [], first.year * 12 + first.month - 1
    while number <= last.year * 12 + last.month - 1:
        start = dt.date(number // 12, number % 12 + 1, 1)
        if start >= first:
            found.append(start)
        number += 1
    return found
