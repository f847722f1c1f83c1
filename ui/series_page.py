"""The page of a season's window about bands and indices over time: what to measure, the plot, the table."""

from __future__ import annotations

import datetime as dt
from typing import Callable, List, Optional, Sequence

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QSplitter, QVBoxLayout, QWidget

from sentinel_workbench.core.services.parcel_series import PERCENTS, SeriesPoint
from sentinel_workbench.ui.class_table import DATE_SAMPLE, PARCEL_SAMPLE
from sentinel_workbench.ui.form_rows import roomy_combo
from sentinel_workbench.ui.series_choice import SeriesChoice
from sentinel_workbench.ui.series_plot import SeriesPlot
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.values_table import Column, ValuesTable, make_values_view

_CHOICE_PX = 196


class SeriesPage(QWidget):
    """Shows and reports."""

    date_picked = pyqtSignal(object)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.choice = SeriesChoice()
        self.choice.setFixedWidth(_CHOICE_PX)
        self.shown_combo: QComboBox = roomy_combo("series_shown_combo")
        self.shown_combo.setToolTip(tr("What the plot shows"))
        self.plot = SeriesPlot("series_plot", tr("Values over time"))
        self.plot.empty_text = tr("Nothing measured yet. Check bands or indices on the left, then Measure.")
        self.table: ValuesTable[SeriesPoint] = ValuesTable(_columns(), self)
        self.view = make_values_view("season_series", tr("Statistics of each parcel and date"), self.table)
        self.save_button = QPushButton(tr("&Save table…"))
        self.save_button.setObjectName("season_save_series")
        self.save_button.setAutoDefault(False)
        self.save_button.setToolTip(tr("All that was measured as CSV or GeoPackage"))
        self._build()
        self.plot.date_picked.connect(self.date_picked)
        self.view.selectionModel().currentRowChanged.connect(lambda now, _before: self._pick_row(now.row()))

    def _build(self) -> None:
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.plot)
        split.addWidget(self.view)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        shown_label = QLabel(tr("Sho&w"))
        shown_label.setBuddy(self.shown_combo)
        top = QHBoxLayout()
        top.addWidget(shown_label)
        top.addWidget(self.shown_combo)
        top.addStretch(1)
        top.addWidget(self.save_button)
        right = QVBoxLayout()
        right.addLayout(top)
        right.addWidget(split, 1)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addWidget(self.choice)
        layout.addLayout(right, 1)

    def offer_shown(self, names: Sequence[str], all_text: str) -> None:
        """What was measured, one by one or all in one plot; what was shown stays so."""
        before = self.shown_combo.currentData()
        blocked = self.shown_combo.blockSignals(True)
        self.shown_combo.clear()
        for name in names:
            self.shown_combo.addItem(name, name)
        if len(names) > 1:
            self.shown_combo.addItem(all_text, "")
        self.shown_combo.setCurrentIndex(max(0, self.shown_combo.findData(before)))
        self.shown_combo.blockSignals(blocked)

    def choose(self, date: Optional[dt.datetime]) -> None:
        """Mark a date in the plot and the first of its rows."""
        self.plot.choose(date)
        row, model = self.table.find(lambda point: point.date == date), self.view.selectionModel()
        current = model.currentIndex()
        if row is None or (current.isValid() and self.table.record(current.row()).date == date):
            return
        blocked = model.blockSignals(True)
        self.view.selectRow(row)
        model.blockSignals(blocked)
        self.view.viewport().update()
        self.view.scrollTo(self.table.index(row, 0))

    def _pick_row(self, row: int) -> None:
        if row >= 0:
            self.date_picked.emit(self.table.record(row).date)


def _columns() -> List[Column]:
    def numbers(title: str, value: Callable[[SeriesPoint], float]) -> Column:
        return Column(title, lambda point: _sortable(value(point)), lambda point: _told(value(point)), is_number=True,
                      sample="0.00001")

    return [
        Column(tr("Parcel"), lambda point: point.pid, sample=PARCEL_SAMPLE),
        Column(tr("Date"), lambda point: point.date, lambda point: f"{point.date:%Y-%m-%d %H:%M}",
               tr("Times are UTC."), sample=DATE_SAMPLE),
        Column(tr("Band"), lambda point: point.band, sample="NDVI"),
        Column(tr("Pixels"), lambda point: point.count, lambda point: f"{point.count} / {point.pixels}",
               tr("With a value, of all of the parcel"), is_number=True, sample="9999 / 9999"),
        numbers(tr("Mean"), lambda point: point.mean),
        numbers(tr("Deviation"), lambda point: point.deviation),
        numbers(tr("Minimum"), lambda point: point.minimum),
        *(numbers(f"p{percent:g}", _percentile(percent)) for percent in PERCENTS),
        numbers(tr("Maximum"), lambda point: point.maximum),
        Column(tr("Product"), lambda point: point.product),
    ]  # fmt: skip


def _percentile(percent: float) -> Callable[[SeriesPoint], float]:
    return lambda point: point.percentiles.get(percent, float("nan"))


def _sortable(value: float) -> float:
    """NaN is neither more nor less than a number, so it would spoil the order."""
    return value if value == value else float("-inf")


def _told(value: float) -> str:
    return f"{value:.4g}" if value == value else ""
