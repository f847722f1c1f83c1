"""Values over time as lines, each with the spread around it.

    plot = SeriesPlot("ndvi_plot", tr("NDVI over time"))
    plot.show_lines([PlotLine("Parcel 7", (PlotPoint(date, 0.71, (0.65, 0.78)), ...))])
    plot.date_picked.connect(...)
"""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import List, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QColor, QFontMetrics, QFontMetricsF, QPainter, QPalette, QPen, QPolygonF
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.ui.date_plot import EDGE_PX, DatePlot
from sentinel_workbench.ui.plot_key import SIGN_PX, TOP_PX, KeyEntry, key_bottom, place_key
from sentinel_workbench.ui.plot_marks import LINE_COLOURS, paint_marker
from sentinel_workbench.ui.time_axis import TimeAxis
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.value_axis import GAP_PX, ValueAxis, labels_of, spanning

Spread = Optional[Tuple[float, float]]
_OUTER_ALPHA, _INNER_ALPHA = 34, 64


@dataclass(frozen=True)
class PlotPoint:
    """A value at a date.

    Attributes:
        date: aware, UTC.
        value: NaN leaves a gap.
        inner, outer: spreads around it, low and high, such as p25 to p75 and p10 to p90; None where not known.
        note: a word more for the hover text, such as the number of pixels.
    """

    date: dt.datetime
    value: float
    inner: Spread = None
    outer: Spread = None
    note: str = ""


@dataclass(frozen=True)
class PlotLine:
    """Points of one thing; ``title`` stands in the legend."""

    title: str
    points: Tuple[PlotPoint, ...]


class SeriesPlot(DatePlot):
    """Lines with bands around them. A date without a value breaks a line; what lies alone has its spread as a bar."""

    def __init__(self, name: str, title: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(name, title, parent)
        self._lines: Tuple[PlotLine, ...] = ()
        self._values_title = ""

    @property
    def lines(self) -> Tuple[PlotLine, ...]:
        """What is shown."""
        return self._lines

    def show_lines(
        self, lines: Sequence[PlotLine], dates: Sequence[dt.datetime] = (), values_title: str = ""
    ) -> None:
        """Show other lines.

        Args:
            lines: points in any order.
            dates: of all acquisitions, so that those without a value leave a gap; those of the points by default.
            values_title: what the numbers are, written above their axis.
        """
        ordered = (tuple(sorted(line.points, key=lambda point: point.date)) for line in lines)
        self._lines = tuple(PlotLine(line.title, points) for line, points in zip(lines, ordered))
        self._values_title = values_title
        self.use_dates((*dates, *(point.date for line in self._lines for point in line.points)) if self._lines else ())

    def describe(self, date: dt.datetime) -> str:
        """See ``DatePlot.describe``."""
        told = [f"{date:%Y-%m-%d %H:%M} UTC"]
        for line in self._lines:
            told += [_told(line.title, point) for point in line.points if point.date == date]
        return "\n".join(told if len(told) > 1 else [*told, tr("no value")])

    def left_px(self) -> float:
        """See ``DatePlot.left_px``."""
        ticks = self._values().ticks(QFontMetrics(self.font()).height())
        metrics = QFontMetricsF(self.font())
        return EDGE_PX + GAP_PX + max((metrics.horizontalAdvance(label) for label in labels_of(ticks)), default=0.0)

    def paint_dates(self, painter: QPainter, axis: TimeAxis, base: float) -> None:
        """See ``DatePlot.paint_dates``."""
        text = self.palette().color(QPalette.ColorRole.Text)
        grid = QColor(text)
        grid.setAlpha(45)
        values = self._values()
        values.paint(painter, axis.left, axis.right, text, grid)
        self._paint_missing(painter, axis, base, text)
        colours = [self._colour(number) for number in range(len(self._lines))]
        for line, colour in zip(self._lines, colours):
            for run in runs_of(line.points, self.dates):
                _paint_spread(painter, run, colour, axis, values)
        for number, (line, colour) in enumerate(zip(self._lines, colours)):
            for run in runs_of(line.points, self.dates):
                _paint_run(painter, run, colour, number, axis, values)
        self._paint_key(painter, text)

    def _values(self) -> ValueAxis:
        found: List[float] = []
        for line in self._lines:
            for point in line.points:
                found += [point.value, *(point.inner or ()), *(point.outer or ())]
        return spanning(found, self.base(), self.top_px())

    def _colour(self, number: int) -> QColor:
        dark = self.palette().color(QPalette.ColorRole.Base).lightness() < 128
        colour = QColor(LINE_COLOURS[number % len(LINE_COLOURS)])
        return colour.lighter(140) if dark else colour

    def _paint_missing(self, painter: QPainter, axis: TimeAxis, base: float, text: QColor) -> None:
        """A short stroke on the axis for each date no line has a value at."""
        known = {point.date for line in self._lines for point in line.points if math.isfinite(point.value)}
        faint = QColor(text)
        faint.setAlpha(120)
        painter.setPen(QPen(faint, 1.0))
        for date in self.dates:
            if date not in known:
                painter.drawLine(QPointF(axis.x(date), base - 4), QPointF(axis.x(date), base))

    # ---- the key above the plot ------------------------------------------------------------------------------------

    def top_px(self) -> float:
        """See ``DatePlot.top_px``."""
        return key_bottom(self._key(), self.font()) + 8

    def _key(self) -> List[KeyEntry]:
        titles = [line.title for line in self._lines]
        return place_key(titles, self.font(), EDGE_PX, self.width() - EDGE_PX, self._values_title)

    def _paint_key(self, painter: QPainter, text: QColor) -> None:
        painter.setPen(text)
        if self._values_title:
            painter.drawText(QPointF(EDGE_PX, TOP_PX + QFontMetricsF(self.font()).ascent()), self._values_title)
        for number, entry in enumerate(self._key()):
            colour, half = self._colour(number), QPointF(SIGN_PX / 2 - 3, 0)
            painter.setPen(QPen(colour, 2.0))
            painter.drawLine(entry.sign - half, entry.sign + half)
            paint_marker(painter, entry.sign, number, colour)
            painter.setPen(text)
            painter.drawText(entry.text_at, entry.text)


def runs_of(points: Sequence[PlotPoint], dates: Sequence[dt.datetime]) -> List[List[PlotPoint]]:
    """Points that follow each other without a date between them that has no value."""
    by_date = {point.date: point for point in points if math.isfinite(point.value)}
    runs: List[List[PlotPoint]] = [[]]
    for date in dates:
        if date in by_date:
            runs[-1].append(by_date[date])
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _told(title: str, point: PlotPoint) -> str:
    if not math.isfinite(point.value):
        return f"{title}: " + tr("no value")
    parts = [f"{title}: {point.value:.4g}"]
    if point.inner is not None:
        parts.append("p25–p75 {:.4g}–{:.4g}".format(*point.inner))
    if point.outer is not None:
        parts.append("p10–p90 {:.4g}–{:.4g}".format(*point.outer))
    return ", ".join([*parts, point.note] if point.note else parts)


def _paint_spread(
    painter: QPainter, run: Sequence[PlotPoint], colour: QColor, axis: TimeAxis, values: ValueAxis
) -> None:
    for spreads, alpha, width in (
        ([point.outer for point in run], _OUTER_ALPHA, 5.0), ([point.inner for point in run], _INNER_ALPHA, 9.0),
    ):
        known = [
            (axis.x(point.date), values.y(spread[0]), values.y(spread[1]))
            for point, spread in zip(run, spreads) if spread is not None and all(map(math.isfinite, spread))
        ]
        shade = QColor(colour)
        shade.setAlpha(alpha)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(shade)
        if len(known) == 1:
            x, low, high = known[0]
            painter.drawRect(QRectF(QPointF(x - width / 2, high), QPointF(x + width / 2, low)))
        elif known:
            upper = [QPointF(x, high) for x, _, high in known]
            lower = [QPointF(x, low) for x, low, _ in reversed(known)]
            painter.drawPolygon(QPolygonF([*upper, *lower]))


def _paint_run(
    painter: QPainter, run: Sequence[PlotPoint], colour: QColor, number: int, axis: TimeAxis, values: ValueAxis
) -> None:
    places = [QPointF(axis.x(point.date), values.y(point.value)) for point in run]
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2.0))
    painter.drawPolyline(QPolygonF(places))
    for place in places:
        paint_marker(painter, place, number, colour)
