"""How to cut the period into time slots, with the slots it gives."""

from __future__ import annotations

import datetime as dt
from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QRadioButton,
    QSpinBox,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.core.model.timerange import MAX_SLOTS, TimeRange
from sentinel_workbench.ui.translation import tr

_KINDS = (SlotKind.MONTHS, SlotKind.EQUAL, SlotKind.DAYS, SlotKind.WHOLE, SlotKind.PICKED)


class SlotsDialog(QDialog):
    """Edits a ``SlotRule`` for a period whose days both belong to it."""

    def __init__(self, rule: SlotRule, first: dt.date, last: dt.date, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("slots_dialog")
        self.setWindowTitle(tr("Time slots"))
        self.resize(460, 560)
        self._first, self._last = first, last
        self._make_fields(rule)
        self._build()
        self._connect()
        self._buttons_by_kind[rule.kind].setChecked(True)
        self._refresh()

    def _make_fields(self, rule: SlotRule) -> None:
        texts = (
            tr("Calendar &months"), tr("&Equal parts:"), tr("Every so many &days:"), tr("The &whole period"),
            tr("Days &picked in the timeline"),
        )
        self._buttons_by_kind = {kind: QRadioButton(text) for kind, text in zip(_KINDS, texts)}
        self._group = QButtonGroup(self)
        for kind, button in self._buttons_by_kind.items():
            button.setObjectName(f"slots_{kind.value}")
            self._group.addButton(button)
        self._picked = rule.picked
        self._buttons_by_kind[SlotKind.PICKED].setEnabled(bool(rule.picked))
        self.count_spin = _spin("slots_count", rule.count)
        self.days_spin = _spin("slots_length", rule.days)
        self.days_spin.setSuffix(tr(" days"))
        self.table = QTableWidget(0, 3)
        self.table.setHorizontalHeaderLabels([tr("First day"), tr("Last day"), tr("Days")])
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.horizontalHeaderItem(2).setTextAlignment(
            Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        )
        self.table.verticalHeader().setDefaultSectionSize(24)
        self.table.setTabKeyNavigation(False)
        self.summary = QLabel()
        self.summary.setObjectName("slots_summary")
        self.summary.setWordWrap(True)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)

    def _build(self) -> None:
        choices = QGridLayout()
        for row, kind in enumerate(_KINDS):
            choices.addWidget(self._buttons_by_kind[kind], row, 0)
        choices.addWidget(self.count_spin, 1, 1)
        choices.addWidget(self.days_spin, 2, 1)
        choices.setColumnStretch(2, 1)
        layout = QVBoxLayout(self)
        period = tr("Cut {first} to {last} (both days included, UTC) into:")
        layout.addWidget(QLabel(period.format(first=self._first, last=self._last)))
        layout.addLayout(choices)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.summary)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self._group.buttonToggled.connect(self._refresh)
        self.count_spin.valueChanged.connect(self._refresh)
        self.days_spin.valueChanged.connect(self._refresh)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    def rule(self) -> SlotRule:
        """What is chosen."""
        kind = next((k for k, button in self._buttons_by_kind.items() if button.isChecked()), SlotKind.MONTHS)
        return SlotRule(kind, self.count_spin.value(), self.days_spin.value(), self._picked)

    def _refresh(self) -> None:
        rule = self.rule()
        self.count_spin.setEnabled(rule.kind is SlotKind.EQUAL)
        self.days_spin.setEnabled(rule.kind is SlotKind.DAYS)
        accept = self.buttons.button(QDialogButtonBox.StandardButton.Ok)
        try:
            slots = rule.cut(self._first, self._last)
        except InvalidInput as problem:
            self.table.setRowCount(0)
            self.summary.setText(str(problem))
            accept.setEnabled(False)
            return
        accept.setEnabled(True)
        self.summary.setText(tr("Slots: {count}, without holes or overlap.").format(count=len(slots)))
        self.table.setRowCount(len(slots))
        for row, slot in enumerate(slots):
            for column, text in enumerate(_cells(slot)):
                self.table.setItem(row, column, _cell(text, right=column == 2))


def _cells(slot: TimeRange) -> tuple:
    whole_days = not any((slot.start.hour, slot.start.minute, slot.end.hour, slot.end.minute, slot.end.second))
    last = slot.end - dt.timedelta(seconds=1)
    days = (slot.end - slot.start) / dt.timedelta(days=1)
    if whole_days:
        return slot.start.strftime("%Y-%m-%d"), last.strftime("%Y-%m-%d"), f"{days:.0f}"
    return slot.start.strftime("%Y-%m-%d %H:%M"), last.strftime("%Y-%m-%d %H:%M"), f"{days:.2f}"


def _cell(text: str, right: bool) -> QTableWidgetItem:
    item = QTableWidgetItem(text)
    if right:
        item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
    return item


def _spin(name: str, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setObjectName(name)
    spin.setRange(1, MAX_SLOTS)
    spin.setValue(value)
    spin.setMinimumWidth(100)
    return spin
