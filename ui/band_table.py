"""The bands of a collection as a table to edit."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.model.byoc import ByocBand
from sentinel_workbench.core.services.byoc_changes import BAND_COLUMNS as COLUMNS
from sentinel_workbench.ui.translation import tr


class BandTable(QWidget):
    """Rows of name, file, number in the file, bits, kind of numbers and no-data value."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.table = QTableWidget(0, len(COLUMNS))
        self.table.setObjectName("bands_table")
        self.table.setAccessibleName(tr("Bands"))
        self.table.setHorizontalHeaderLabels(
            [tr("Name"), tr("File (BAND)"), tr("No."), tr("Bits"), tr("Numbers"), tr("No data")]
        )
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setTabKeyNavigation(False)
        self.table.setMinimumHeight(110)
        self.table.horizontalHeader().setHighlightSections(False)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.add_button = QPushButton(tr("&Add band"))
        self.add_button.setObjectName("add_band_button")
        self.remove_button = QPushButton(tr("&Remove band"))
        self.remove_button.setObjectName("remove_band_button")
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.remove_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.table)
        layout.addLayout(buttons)
        self.table.itemChanged.connect(lambda *_: self.changed.emit())
        self.add_button.clicked.connect(self._add_empty)
        self.remove_button.clicked.connect(self._remove_selected)

    def show_bands(self, bands: Sequence[ByocBand]) -> None:
        """Fill the table."""
        self.table.blockSignals(True)
        self.table.setRowCount(0)
        for band in bands:
            values = (band.name, band.source or band.name, band.band_index, band.bit_depth, band.sample_format,
                      None if band.no_data is None else f"{band.no_data:g}")  # fmt: skip
            self._add(["" if value is None else str(value) for value in values])
        self.table.blockSignals(False)

    def rows(self) -> List[Dict[str, object]]:
        """What the table says, a dictionary by ``COLUMNS`` for each row."""
        return [
            {name: self.table.item(row, column).text().strip() for column, name in enumerate(COLUMNS)}
            for row in range(self.table.rowCount())
        ]

    def rename(self, row: int, name: str) -> None:
        """As if typed."""
        self.table.item(row, 0).setText(name)

    def _add(self, texts: Sequence[str]) -> None:
        row = self.table.rowCount()
        self.table.insertRow(row)
        for column, text in enumerate(texts):
            item = QTableWidgetItem(text)
            if column in (2, 3, 5):
                item.setTextAlignment(int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter))
            self.table.setItem(row, column, item)

    def _add_empty(self) -> None:
        self.table.blockSignals(True)
        self._add(["", "", "1", "16", "UINT", ""])
        self.table.blockSignals(False)
        self.table.setCurrentCell(self.table.rowCount() - 1, 0)
        self.table.editItem(self.table.currentItem())
        self.changed.emit()

    def _remove_selected(self) -> None:
        rows = sorted({index.row() for index in self.table.selectedIndexes()}, reverse=True)
        for row in rows:
            self.table.removeRow(row)
        if rows:
            self.changed.emit()
