"""The parcels of a season: a filter, how many of their dates are clear, and one or several chosen."""

from __future__ import annotations

from typing import List, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QItemSelection, QItemSelectionModel, pyqtSignal
from qgis.PyQt.QtWidgets import QHeaderView, QLineEdit, QPushButton, QVBoxLayout, QWidget

from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.season_rows import ParcelCount
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.values_table import Column, ValuesTable, make_values_view


class ParcelList(QWidget):
    """None chosen means all of them."""

    chosen_changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._counts: List[ParcelCount] = []
        self._chosen: Tuple[int, ...] = ()
        self.filter_edit = QLineEdit()
        self.filter_edit.setObjectName("parcel_filter_edit")
        self.filter_edit.setPlaceholderText(tr("Filter parcels"))
        self.filter_edit.setToolTip(tr("A part of the id or of what else is known, such as the crop"))
        self.filter_edit.setAccessibleName(tr("Filter parcels"))
        self.filter_edit.setClearButtonEnabled(True)
        self.all_button = QPushButton()
        self.all_button.setObjectName("all_parcels_button")
        self.all_button.setCheckable(True)
        self.all_button.setAutoDefault(False)
        self.all_button.setToolTip(tr("A summary of all parcels instead of one"))
        self.table: ValuesTable[ParcelCount] = ValuesTable(_columns(), self)
        self.view = make_values_view("season_parcels", tr("Parcels and their clear dates"), self.table)
        header = self.view.horizontalHeader()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.note = quiet_label()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for widget in (self.filter_edit, self.all_button):
            layout.addWidget(widget)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.note)
        self.filter_edit.textChanged.connect(lambda _text: self._refill())
        self.view.selectionModel().selectionChanged.connect(lambda _now, _before: self._take_selection())
        self.all_button.clicked.connect(lambda: self.choose(()))

    def show_counts(self, counts: Sequence[ParcelCount]) -> None:
        """Other numbers, or other parcels; what is chosen stays so."""
        self._counts = list(counts)
        self.all_button.setText(tr("All parcels ({count})").format(count=len(counts)))
        self._refill()

    def chosen(self) -> Tuple[int, ...]:
        """Numbers of the chosen parcels, the current one first; none stands for all."""
        return self._chosen

    def choose(self, numbers: Sequence[int]) -> None:
        """Choose these parcels, the first of them the current one; those the filter hides are left out."""
        wanted = set(numbers)
        rows = [row for row in range(self.table.rowCount()) if self.table.record(row).number in wanted]
        selection = QItemSelection()
        for row in rows:
            selection.select(self.table.index(row, 0), self.table.index(row, 1))
        model = self.view.selectionModel()
        blocked = model.blockSignals(True)
        model.select(selection, QItemSelectionModel.SelectionFlag.ClearAndSelect)
        first = next((row for row in rows if self.table.record(row).number == numbers[0]), None)
        if first is not None:
            model.setCurrentIndex(self.table.index(first, 0), QItemSelectionModel.SelectionFlag.NoUpdate)
            self.view.scrollTo(self.table.index(first, 0))
        model.blockSignals(blocked)
        self.view.viewport().update()
        self._take_selection()

    def _refill(self) -> None:
        """What the filter lets through; where it hides all that is chosen, the first of what is shown is chosen."""
        chosen, wanted = self._chosen, self.filter_edit.text().strip().lower()
        shown = [one for one in self._counts if wanted in one.pid.lower() or wanted in one.about.lower()]
        blocked = self.view.selectionModel().blockSignals(True)
        self.table.show_records(shown)
        self.view.selectionModel().blockSignals(blocked)
        kept = [number for number in chosen if any(one.number == number for one in shown)]
        if chosen and shown:
            self.choose(kept or [self.table.record(0).number])
        self.note.setText(tr("No parcel is called so.") if self._counts and not shown else "")
        self.note.setVisible(bool(self.note.text()))

    def _take_selection(self) -> None:
        model = self.view.selectionModel()
        rows = sorted(index.row() for index in model.selectedRows())
        if model.currentIndex().row() in rows:
            rows.remove(model.currentIndex().row())
            rows.insert(0, model.currentIndex().row())
        before, self._chosen = self._chosen, tuple(self.table.record(row).number for row in rows)
        self.all_button.setChecked(not self._chosen)
        if self._chosen != before:
            self.chosen_changed.emit()


def _columns() -> List[Column]:
    def about(count: ParcelCount) -> str:
        return f"{count.pid}\n{count.about}".strip()

    return [
        Column(tr("Parcel"), lambda count: count.pid, about=about),
        Column(tr("clear").capitalize(), lambda count: count.clear, lambda count: f"{count.clear} / {count.dates}",
               tr("Clear dates of all dates"), is_number=True),
    ]  # fmt: skip
