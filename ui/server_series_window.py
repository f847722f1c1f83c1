"""What a CbM server measured over a parcel, date by date: a plot of its bands or bars of its scene classes, and CSV."""

from __future__ import annotations

import math
from typing import List, Optional, Sequence

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.cbm.records import SeriesRow
from sentinel_workbench.core.services.chip_files import baseline_of
from sentinel_workbench.core.services.chips_cbm import numbers_of
from sentinel_workbench.core.services.scl_histogram import ClearRule, Verdict
from sentinel_workbench.core.services.server_series import class_rows, verdict_of
from sentinel_workbench.ui.class_bars import ClassBars
from sentinel_workbench.ui.form_rows import quiet_label, roomy_combo
from sentinel_workbench.ui.series_plot import PlotLine, PlotPoint, SeriesPlot
from sentinel_workbench.ui.translation import tr

_ALL, _NDVI = "", "NDVI"
_RED, _NEAR = ("B04", "B4"), ("B08", "B8")


class ServerSeriesWindow(QDialog):
    """Not modal; several may be open.

    Args:
        title: of the window: which parcel of which server.
        kind: ``s2``, ``bs``, ``c6`` or ``scl``.
        rows: what the server told, one for each date and band.
        pid: the parcel.
    """

    csv_asked = pyqtSignal()

    def __init__(
        self, title: str, kind: str, rows: Sequence[SeriesRow], pid: str, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("server_series_window")
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(QSize(860, 460))
        self.kind, self.rows, self.pid, self.rule = kind, tuple(rows), pid, ClearRule()
        self.plot = SeriesPlot("server_series_plot", title)
        self.bars = ClassBars()
        self.band_combo = roomy_combo("server_series_band_combo")
        self.band_combo.setMinimumContentsLength(18)
        self.clear_check = QCheckBox(tr("Clear &dates only"))
        self.clear_check.setObjectName("server_series_clear_check")
        self.clear_check.setToolTip(tr("Leave out dates with cloud, shadow, cirrus or snow over the parcel, by the "
                                       "server's scene classes."))
        self.note = quiet_label()
        self.note.setObjectName("server_series_note")
        self.csv_button = QPushButton(tr("Save &CSV…"))
        self.csv_button.setObjectName("server_series_csv_button")
        self._build()
        self._fill()
        self.band_combo.currentIndexChanged.connect(lambda _index: self._show())
        self.clear_check.toggled.connect(lambda _on: self._show())
        self.csv_button.clicked.connect(self.csv_asked)
        self._show()

    def _build(self) -> None:
        label = QLabel(tr("&Band"))
        label.setBuddy(self.band_combo)
        top = QHBoxLayout()
        top.addWidget(label)
        top.addWidget(self.band_combo)
        top.addWidget(self.clear_check)
        top.addStretch(1)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.addButton(self.csv_button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.plot, 1)
        column.addWidget(self.bars, 1)
        column.addWidget(self.note)
        column.addWidget(buttons)
        is_classes = self.kind == "scl"
        for widget in (label, self.band_combo, self.plot):
            widget.setVisible(not is_classes)
        self.bars.setVisible(is_classes)
        self.clear_check.setVisible(not is_classes and any(row.histogram for row in self.rows))

    def _fill(self) -> None:
        bands = sorted({row.band for row in self.rows})
        self.band_combo.addItem(tr("All"), _ALL)
        if any(band in bands for band in _RED) and any(band in bands for band in _NEAR):
            self.band_combo.addItem(tr("NDVI of the means"), _NDVI)
        for band in bands:
            self.band_combo.addItem(band, band)

    def shown_rows(self) -> List[SeriesRow]:
        """The rows of the dates that are shown."""
        rows = [row for row in self.rows if row.band not in ("SC", "SCL")]
        if self.clear_check.isChecked():
            rows = [row for row in rows if verdict_of(row, self.rule) in (None, Verdict.CLEAR)]
        return rows

    def _show(self) -> None:
        dates = sorted({row.date for row in self.rows})
        if self.kind == "scl":
            judged = class_rows(self.rows, self.pid, self.rule)
            self.bars.show_parcel(judged)
            clear = sum(row.verdict is Verdict.CLEAR for row in judged)
            self.note.setText(tr("{count} dates, {clear} of them clear.").format(count=len(judged), clear=clear))
            return
        rows, wanted = self.shown_rows(), self.band_combo.currentData()
        if wanted == _NDVI:
            lines = [PlotLine(_NDVI, tuple(_ndvi_points(rows)))]
        else:
            bands = [wanted] if wanted else sorted({row.band for row in rows})
            lines = [self._line(band, rows) for band in bands]
        self.plot.show_lines(lines, dates, "" if wanted == _NDVI else self._values_title())
        shown = len({row.date for row in rows})
        self.note.setText(tr("{shown} of {count} dates; the shade is from the 25th to the 75th percentile.").format(
            shown=shown, count=len(dates)))

    def _values_title(self) -> str:
        return {"s2": tr("Digital number"), "bs": tr("Backscatter"), "c6": tr("Coherence")}.get(self.kind, "")

    def _line(self, band: str, rows: Sequence[SeriesRow]) -> PlotLine:
        points = []
        for row in rows:
            if row.band == band:
                low, high = (row.numbers.get(name, math.nan) for name in ("p25", "p75"))
                spread = (low, high) if math.isfinite(low) and math.isfinite(high) else None
                count = row.numbers.get("count", math.nan)
                note = tr("{count} pixels").format(count=int(count)) if math.isfinite(count) else ""
                points.append(PlotPoint(row.date, row.numbers.get("mean", math.nan), spread, note=note))
        return PlotLine(band, tuple(points))


def _ndvi_points(rows: Sequence[SeriesRow]) -> List[PlotPoint]:
    """NDVI of the parcel's mean red and near infrared, date by date."""
    means = {}
    for row in rows:
        scale, offset = numbers_of(row.band, baseline_of(row.reference))
        means[row.date, row.band] = row.numbers.get("mean", math.nan) * scale + offset
    points = []
    for date in sorted({date for date, _ in means}):
        red, near = (_first(means, date, names) for names in (_RED, _NEAR))
        total = near + red
        points.append(PlotPoint(date, (near - red) / total if total else math.nan))
    return points


def _first(means: dict, date: object, names: Sequence[str]) -> float:
    return next((means[date, name] for name in names if (date, name) in means), math.nan)
