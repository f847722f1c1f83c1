"""Scene classes of a parcel over time as stacked bars, or how many of all parcels are clear; a verdict above each."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QPointF, QRectF, Qt
from qgis.PyQt.QtGui import QBrush, QColor, QFontMetrics, QFontMetricsF, QPainter, QPalette, QPen
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.model.scene_classes import SCENE_CLASSES
from sentinel_workbench.core.services.scl_histogram import SclRow, Verdict
from sentinel_workbench.ui.date_plot import EDGE_PX, DatePlot
from sentinel_workbench.ui.plan_texts import number
from sentinel_workbench.ui.plot_key import TOP_PX, KeyEntry, key_bottom, place_key
from sentinel_workbench.ui.plot_marks import VERDICT_COLOURS, paint_verdict
from sentinel_workbench.ui.scene_class_names import class_titles
from sentinel_workbench.ui.time_axis import TimeAxis
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.value_axis import GAP_PX, ValueAxis
from sentinel_workbench.ui.verdict_words import verdict_word

_MARKS_PX, _WIDEST_PX, _NARROWEST_PX = 18, 20.0, 2.0
_SIGN_SIDE_PX = 11
_PATTERNS = {
    Verdict.CLEAR: Qt.BrushStyle.SolidPattern, Verdict.NOT_CLEAR: Qt.BrushStyle.Dense3Pattern,
    Verdict.NOT_COVERED: Qt.BrushStyle.BDiagPattern, Verdict.NO_PIXEL: Qt.BrushStyle.Dense6Pattern,
}


@dataclass(frozen=True)
class _Kind:
    """What a part of a bar stands for."""

    title: str
    brush: QBrush


@dataclass(frozen=True)
class _Bar:
    """Counts by kind; ``text`` is told on hover."""

    counts: Tuple[int, ...]
    text: str
    verdict: Optional[Verdict] = None


class ClassBars(DatePlot):
    """Each bar is a whole parcel, or all parcels, at a date."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__("class_bars", tr("Scene classes over time"), parent)
        self._kinds: Tuple[_Kind, ...] = ()
        self._bars: Dict[dt.datetime, _Bar] = {}
        self._share_of = ""

    def show_parcel(self, rows: Sequence[SclRow]) -> None:
        """One parcel, a row a date."""
        self._share_of = tr("% of the pixels")
        self._kinds = tuple(_Kind(title, QBrush(QColor(one.colour))) for title, one in
                            zip(class_titles(), SCENE_CLASSES))
        self._show({row.date: _Bar(row.counts, row_text(row), row.verdict) for row in rows})

    def show_parcels(self, rows: Sequence[SclRow]) -> None:
        """How many of all parcels have each verdict at each date."""
        self._share_of = tr("% of the parcels")
        self._kinds = tuple(
            _Kind(verdict_word(one), QBrush(QColor(VERDICT_COLOURS[one]), _PATTERNS[one])) for one in Verdict
        )
        found: Dict[dt.datetime, Counter] = {}
        for row in rows:
            found.setdefault(row.date, Counter())[row.verdict] += 1
        self._show({
            date: _Bar(tuple(counts[one] for one in Verdict), summary_text(date, counts))
            for date, counts in found.items()
        })

    def describe(self, date: dt.datetime) -> str:
        """See ``DatePlot.describe``."""
        return self._bars[date].text if date in self._bars else super().describe(date)

    def left_px(self) -> float:
        """See ``DatePlot.left_px``."""
        return EDGE_PX + GAP_PX + QFontMetricsF(self.font()).horizontalAdvance("100")

    def top_px(self) -> float:
        """See ``DatePlot.top_px``."""
        return key_bottom(self._key(), self.font()) + 6

    def paint_dates(self, painter: QPainter, axis: TimeAxis, base: float) -> None:
        """See ``DatePlot.paint_dates``."""
        text = self.palette().color(QPalette.ColorRole.Text)
        faint = QColor(text)
        faint.setAlpha(45)
        values = ValueAxis(0.0, 100.0, base, self.top_px() + _MARKS_PX)
        values.paint(painter, axis.left, axis.right, text, faint)
        width = self._bar_px(axis)
        for date in self.dates:
            bar = self._bars[date]
            self._paint_bar(painter, bar, axis.x(date), width, values)
            if bar.verdict is not None:
                place = QPointF(axis.x(date), self.top_px() + _MARKS_PX / 2 - 1)
                paint_verdict(painter, place, bar.verdict, min(4.5, max(2.0, width / 2)))
        if self.current is not None:
            x = axis.x(self.current)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Highlight), 2.0))
            painter.drawRect(QRectF(QPointF(x - width / 2 - 1, values.y(100) - 1), QPointF(x + width / 2 + 1, base)))
        self._paint_key(painter, text)

    def _show(self, bars: Dict[dt.datetime, _Bar]) -> None:
        self._bars = bars
        self.use_dates(list(bars))
        self.choose(self._current)

    def _bar_px(self, axis: TimeAxis) -> float:
        places = [axis.x(date) for date in self.dates]
        steps = [after - before for before, after in zip(places, places[1:]) if after > before]
        return max(_NARROWEST_PX, min(_WIDEST_PX, 0.8 * min(steps, default=_WIDEST_PX)))

    def _paint_bar(self, painter: QPainter, bar: _Bar, x: float, width: float, values: ValueAxis) -> None:
        total = sum(bar.counts)
        edge = QColor(self.palette().color(QPalette.ColorRole.Text))
        edge.setAlpha(110)
        painter.setPen(Qt.PenStyle.NoPen)
        below = 0.0
        for kind, count in zip(self._kinds, bar.counts):
            if count:
                above = below + 100.0 * count / total
                box = QRectF(QPointF(x - width / 2, values.y(above)), QPointF(x + width / 2, values.y(below)))
                painter.fillRect(box, kind.brush)
                below = above
        if total and width > 3:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(edge, 1.0))
            painter.drawRect(QRectF(QPointF(x - width / 2, values.y(100)), QPointF(x + width / 2, values.y(0))))

    # ---- the key ---------------------------------------------------------------------------------------------------

    def _seen(self) -> Tuple[List[_Kind], List[Verdict]]:
        """Kinds and verdicts that occur."""
        counts = [sum(column) for column in zip(*(bar.counts for bar in self._bars.values()))]
        kinds = [kind for kind, count in zip(self._kinds, counts) if count]
        told = {bar.verdict for bar in self._bars.values()}
        return kinds, [verdict for verdict in Verdict if verdict in told]

    def _key(self) -> List[KeyEntry]:
        kinds, verdicts = self._seen()
        titles = [*(kind.title for kind in kinds), *(verdict_word(verdict) for verdict in verdicts)]
        return place_key(titles, self.font(), EDGE_PX, self.width() - EDGE_PX, self._share_of)

    def _paint_key(self, painter: QPainter, text: QColor) -> None:
        kinds, verdicts = self._seen()
        painter.setPen(text)
        painter.drawText(QPointF(EDGE_PX, TOP_PX + QFontMetricsF(self.font()).ascent()), self._share_of)
        side = min(_SIGN_SIDE_PX, QFontMetrics(self.font()).height())
        for place, entry in enumerate(self._key()):
            if place < len(kinds):
                box = QRectF(entry.sign.x() - side / 2, entry.sign.y() - side / 2, side, side)
                painter.fillRect(box, kinds[place].brush)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(text, 0.6))
                painter.drawRect(box)
            else:
                paint_verdict(painter, entry.sign, verdicts[place - len(kinds)])
            painter.setPen(text)
            painter.drawText(entry.text_at, entry.text)


def row_text(row: SclRow) -> str:
    """All that is known of a parcel at a date."""
    lines = [f"{row.date:%Y-%m-%d %H:%M} UTC: {verdict_word(row.verdict)}"]
    if row.product:
        lines.append(row.product)
    titles = class_titles()
    for value, count in enumerate(row.counts):
        if count:
            lines.append(tr("{value} {title}: {count} px, {share} %").format(
                value=value, title=titles[value], count=count, share=number(100 * count / row.pixels, 1)))
    lines.append(tr("{count} px in all, {share} % clear").format(
        count=row.pixels, share=number(100 * row.clear_share, 1)))
    return "\n".join(lines)


def summary_text(date: dt.datetime, counts: Counter) -> str:
    """How many parcels have each verdict."""
    total = sum(counts.values())
    lines = [f"{date:%Y-%m-%d %H:%M} UTC"]
    for verdict in Verdict:
        if counts[verdict]:
            lines.append(tr("{verdict}: {count} of {total} parcels, {share} %").format(
                verdict=verdict_word(verdict), count=counts[verdict], total=total,
                share=number(100 * counts[verdict] / total)))
    return "\n".join(lines)
