"""The page of a season's window about scene classes: bars over time, the table below them, the rule beside them."""

from __future__ import annotations

import datetime as dt
from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QSplitter, QVBoxLayout, QWidget

from sentinel_workbench.core.services.scl_histogram import SclRow
from sentinel_workbench.ui.class_bars import ClassBars
from sentinel_workbench.ui.class_table import class_columns
from sentinel_workbench.ui.clear_rule_box import ClearRuleBox
from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.values_table import ValuesTable, make_values_view


class ClassesPage(QWidget):
    """Shows and reports; ``date_picked`` comes when the user chose a date in the bars or in the table."""

    date_picked = pyqtSignal(object)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.bars = ClassBars()
        self.bars.empty_text = tr("No acquisition was found in this period. Choose another period and look again.")
        self.rule_label = quiet_label()
        self.rule_button = QPushButton(tr("Clear &rule"))
        self.rule_button.setObjectName("season_rule_button")
        self.rule_button.setCheckable(True)
        self.rule_button.setAutoDefault(False)
        self.rule_button.setToolTip(tr("When a parcel counts as clear; another rule judges again at once."))
        self.save_button = QPushButton(tr("Save &table…"))
        self.save_button.setObjectName("season_save_classes")
        self.save_button.setAutoDefault(False)
        self.save_button.setToolTip(tr("The rows of all parcels as CSV or GeoPackage"))
        self.rule_box = ClearRuleBox()
        self.table: ValuesTable[SclRow] = ValuesTable(class_columns(), self)
        self.view = make_values_view("season_classes", tr("Pixels of each class"), self.table)
        self._build()
        self.rule_button.toggled.connect(self._rule_area.setVisible)
        self.bars.date_picked.connect(self.date_picked)
        self.view.selectionModel().currentRowChanged.connect(lambda now, _before: self._pick_row(now.row()))

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.rule_label, 1)
        top.addWidget(self.rule_button)
        self._rule_area = self._make_rule_area()
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.save_button)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self.bars)
        split.addWidget(self.view)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        middle = QHBoxLayout()
        middle.addWidget(split, 1)
        middle.addWidget(self._rule_area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(top)
        layout.addLayout(middle, 1)
        layout.addLayout(foot)
        order = (self.rule_button, self.bars, self.view, self.rule_box, self.save_button)
        for before, after in zip(order, order[1:]):
            QWidget.setTabOrder(before, after)

    def _make_rule_area(self) -> QScrollArea:
        """The fields of the rule below each other, as wide as their texts, scrolled where the window is low."""
        titles = self.rule_box.classes_list
        titles.setMinimumWidth(titles.sizeHintForColumn(0) + 2 * titles.frameWidth())
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 4, 0)
        column.addWidget(self.rule_box)
        column.addStretch(1)
        area = QScrollArea()
        area.setObjectName("season_rule_area")
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidget(content)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFixedWidth(content.sizeHint().width() + area.verticalScrollBar().sizeHint().width())
        area.hide()
        return area

    def choose(self, date: Optional[dt.datetime], number: Optional[int]) -> None:
        """Mark a date in the bars, and its row, that of a parcel where one is told."""
        self.bars.choose(date)
        row = self.table.find(lambda one: one.date == date and number in (None, one.number))
        model = self.view.selectionModel()
        if row is None or (model.currentIndex().isValid() and self._is(model.currentIndex().row(), date, number)):
            return
        blocked = model.blockSignals(True)
        self.view.selectRow(row)
        model.blockSignals(blocked)
        self.view.viewport().update()
        self.view.scrollTo(self.table.index(row, 0))

    def _is(self, row: int, date: Optional[dt.datetime], number: Optional[int]) -> bool:
        record = self.table.record(row)
        return record.date == date and number in (None, record.number)

    def _pick_row(self, row: int) -> None:
        if row >= 0:
            self.date_picked.emit(self.table.record(row).date)
