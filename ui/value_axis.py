"""The axis of values beside a plot."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Iterable, List

from qgis.PyQt.QtCore import QLocale, QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFontMetricsF, QPainter, QPen

GAP_PX = 6


@dataclass(frozen=True)
class ValueAxis:
    """Values from ``low`` to ``high`` between two heights in pixels; ``bottom`` is the greater one."""

    low: float
    high: float
    bottom: float
    top: float

    def y(self, value: float) -> float:
        """Where a value lies."""
        return self.bottom - (value - self.low) / (self.high - self.low) * (self.bottom - self.top)

    def ticks(self, line_px: float) -> List[float]:
        """Round values to mark, as many as lines of text have room for."""
        most = max(2, int((self.bottom - self.top) / (2.2 * line_px)))
        return round_values(self.low, self.high, most)

    def paint(self, painter: QPainter, left: float, right: float, text: QColor, grid: QColor) -> None:
        """A faint line across the plot at each tick, its number left of it."""
        metrics = QFontMetricsF(painter.font())
        ticks = self.ticks(metrics.height())
        for value, label in zip(ticks, labels_of(ticks)):
            y = self.y(value)
            painter.setPen(QPen(grid, 1.0))
            painter.drawLine(QPointF(left, y), QPointF(right, y))
            painter.setPen(text)
            box = QRectF(0, y - metrics.height() / 2, left - GAP_PX, metrics.height())
            painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), label)


def spanning(values: Iterable[float], bottom: float, top: float) -> ValueAxis:
    """An axis that holds all numbers among ``values`` with a little room; 0 to 1 where there is none."""
    found = [value for value in values if math.isfinite(value)]
    low, high = (min(found), max(found)) if found else (0.0, 1.0)
    room = (high - low) * 0.05 or abs(high) * 0.1 or 0.5
    floor = 0.0 if low >= 0 and low < (high - low) else low - room
    return ValueAxis(floor, high + room, bottom, top)


def round_values(low: float, high: float, most: int) -> List[float]:
    """Multiples of 1, 2 or 5 times a power of ten from ``low`` to ``high``, ``most`` at most."""
    exponent = math.floor(math.log10((high - low) / most))
    step = next(
        size for size in (factor * 10.0**power for power in (exponent, exponent + 1) for factor in (1, 2, 5))
        if (high - low) / size <= most
    )
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [number * step for number in range(first, last + 1)]


def labels_of(ticks: List[float]) -> List[str]:
    """Numbers with as many digits as tell them apart, as the user's country writes them."""
    step = ticks[1] - ticks[0] if len(ticks) > 1 else 1.0
    digits = max(0, -math.floor(math.log10(step) + 1e-9))
    return [QLocale().toString(value, "f", digits) for value in ticks]
