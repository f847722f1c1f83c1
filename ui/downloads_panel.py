"""The Downloads tab: orders, their slots, how far each is, and what can be done about it."""

from __future__ import annotations

from enum import Enum
from typing import Dict, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QGridLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.hub.errors import told_script_line
from sentinel_workbench.ui.form_rows import roomy_combo
from sentinel_workbench.ui.progress_delegate import FRACTION, ProgressDelegate
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.usage_box import UsageBox

_ORDER = int(Qt.ItemDataRole.UserRole) + 1
_DETAILS = int(Qt.ItemDataRole.UserRole) + 2
_TITLE = int(Qt.ItemDataRole.UserRole) + 4
_FACTS = int(Qt.ItemDataRole.UserRole) + 5
_KIND = int(Qt.ItemDataRole.UserRole) + 6
_COLUMNS = 3
ACTIONS = ("cancel", "retry", "remove", "add", "sheet", "folder")


class OrderKind(Enum):
    """By which orders can be told apart."""

    RUNNING = "running"
    UNFINISHED = "unfinished"
    """Ended with images missing."""
    DONE = "done"


class DownloadsPanel(QWidget):
    """A tree of orders and slots; the buttons below act on the order that is selected.

    Signals carry the order's number.
    """

    cancel_asked = pyqtSignal(int)
    retry_asked = pyqtSignal(int)
    add_asked = pyqtSignal(int)
    folder_asked = pyqtSignal(int)
    sheet_asked = pyqtSignal(int)
    remove_asked = pyqtSignal(int)
    order_selected = pyqtSignal(int)
    script_asked = pyqtSignal(int, int, str)
    """Also the line of the script that failed, and what the service said of it."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._items: Dict[int, QTreeWidgetItem] = {}
        self.tree = _make_tree()
        self.filter_combo = _filter_combo()
        self.empty_label = QLabel(tr("Nothing ordered yet. Orders from the Imagery tab appear here."))
        self.empty_label.setWordWrap(True)
        self.details = QPlainTextEdit()
        self.details.setObjectName("download_details")
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setMaximumHeight(92)
        self.details.setAccessibleName(tr("What the selected row says"))
        self.script_button = QPushButton(tr("Show in the script…"))
        self.script_button.setObjectName("show_in_script_button")
        self.script_button.hide()
        self.summary = QLabel()
        self.summary.setObjectName("download_summary")
        self.summary.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setObjectName("download_bar")
        self.bar.setRange(0, 100)
        self.bar.hide()
        self.usage = UsageBox()
        self.buttons = {name: QPushButton(text) for name, text in zip(ACTIONS, _button_texts())}
        self._build()
        self._connect()

    def _build(self) -> None:
        grid = QGridLayout()
        for index, (name, button) in enumerate(self.buttons.items()):
            button.setObjectName(f"download_{name}_button")
            button.setEnabled(False)
            button.setMinimumWidth(60)
            grid.addWidget(button, index // _COLUMNS, index % _COLUMNS)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 6, 6)
        layout.addWidget(self.filter_combo)
        layout.addWidget(self.empty_label)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.summary)
        layout.addWidget(self.bar)
        layout.addWidget(self.details)
        layout.addWidget(self.script_button)
        layout.addLayout(grid)
        layout.addWidget(self.usage)
        self.details.hide()
        self.filter_combo.hide()

    def _connect(self) -> None:
        self.tree.currentItemChanged.connect(self._tell_selection)
        self.script_button.clicked.connect(self._ask_script)
        self.filter_combo.currentIndexChanged.connect(self._filter_all)
        for name in ACTIONS:
            signal = getattr(self, f"{name}_asked")
            self.buttons[name].clicked.connect(lambda _=False, signal=signal: self._emit(signal))

    def _emit(self, signal: pyqtSignal) -> None:
        number = self.selected_order()
        if number is not None:
            signal.emit(number)

    def _ask_script(self) -> None:
        number, text = self.selected_order(), self.details.toPlainText()
        if number is not None:
            self.script_asked.emit(number, told_script_line(text) or 1, text)

    def selected_order(self) -> Optional[int]:
        """The number of the order of the selected row, or None."""
        item = self.tree.currentItem()
        return item.data(0, _ORDER) if item is not None else None

    def add_order(self, number: int, title: str, slots: Sequence[str], newest: bool = True) -> None:
        """An order with its slots below it: on top, open and selected, or closed below all others."""
        order = QTreeWidgetItem([title, ""])
        order.setData(0, _ORDER, number)
        order.setData(0, _TITLE, title)
        font = order.font(0)
        font.setBold(True)
        order.setFont(0, font)
        children = [QTreeWidgetItem([label, tr("waiting")]) for label in slots]
        for child in children:
            child.setData(0, _ORDER, number)
        order.addChildren(children)
        self._items[number] = order
        self.tree.insertTopLevelItem(0 if newest else self.tree.topLevelItemCount(), order)
        order.setFirstColumnSpanned(True)
        order.setExpanded(newest)
        if newest:
            self.filter_combo.setCurrentIndex(0)
            self.tree.setCurrentItem(order)
        self._show_emptiness()

    def remove_order(self, number: int) -> None:
        """Take an order out of the list."""
        item = self._items.pop(number)
        self.tree.takeTopLevelItem(self.tree.indexOfTopLevelItem(item))
        self._show_emptiness()
        if not self._items:
            self.show_actions({name: (False, tr("No order is selected.")) for name in ACTIONS})
            self.summary.clear()
            self.details.hide()
            self.script_button.hide()

    def _show_emptiness(self) -> None:
        self.empty_label.setVisible(not self._items)
        self.filter_combo.setVisible(bool(self._items))

    def show_slot(self, number: int, slot: int, fraction: Optional[float], state: str, details: str = "") -> None:
        """How far a slot is; ``fraction`` None draws no bar."""
        _show(self._items[number].child(slot), fraction, state, details)
        self._refresh_details(self._items[number].child(slot))

    def show_order(self, number: int, fraction: Optional[float], state: str, details: str = "") -> None:
        """How far the whole order is: in its row, and in the bar below when it is selected."""
        item = self._items[number]
        _show(item, fraction, state, details)
        item.setText(0, f"{state}: {item.data(0, _TITLE)}")
        self._refresh_details(item)
        self._refresh_summary(number)

    def show_facts(self, number: int, facts: str, kind: OrderKind) -> None:
        """When, where and for how much; and which filter shows it."""
        item = self._items[number]
        item.setData(0, _FACTS, facts)
        item.setData(0, _KIND, kind)
        item.setToolTip(0, f"{item.data(0, _TITLE)}\n{facts}")
        self._filter(item)

    def show_actions(self, possible: Dict[str, Tuple[bool, str]]) -> None:
        """Action name to whether it can be done now, and why not."""
        for name, (usable, reason) in possible.items():
            self.buttons[name].setEnabled(usable)
            self.buttons[name].setToolTip("" if usable else reason)

    def _filter_all(self) -> None:
        for item in self._items.values():
            self._filter(item)

    def _filter(self, item: QTreeWidgetItem) -> None:
        wanted = self.filter_combo.currentData()
        item.setHidden(wanted is not None and item.data(0, _KIND) is not wanted)

    def _tell_selection(self, current: Optional[QTreeWidgetItem], _previous: object) -> None:
        if current is not None:
            self._refresh_details(current)
            self._refresh_summary(current.data(0, _ORDER))
            self.order_selected.emit(current.data(0, _ORDER))

    def _refresh_summary(self, number: int) -> None:
        if number != self.selected_order():
            return
        item = self._items[number]
        fraction = item.data(1, FRACTION)
        self.summary.setText(f"{item.data(0, _TITLE)}\n{item.data(0, _FACTS) or ''}".strip())
        self.bar.setVisible(fraction is not None)
        self.bar.setValue(int(100 * (fraction or 0)))
        self.bar.setFormat(item.text(1))

    def _refresh_details(self, item: QTreeWidgetItem) -> None:
        if item is not self.tree.currentItem():
            return
        text = item.data(0, _DETAILS) or ""
        if text != self.details.toPlainText():
            self.details.setPlainText(text)
        self.details.setVisible(bool(text))
        self.script_button.setVisible(told_script_line(text) is not None)


def _show(item: QTreeWidgetItem, fraction: Optional[float], state: str, details: str) -> None:
    item.setData(1, FRACTION, fraction)
    item.setText(1, state)
    item.setToolTip(1, details or state)
    item.setData(0, _DETAILS, details)


def _make_tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("downloads_tree")
    tree.setHeaderLabels([tr("Order"), tr("State")])
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    tree.setUniformRowHeights(True)
    tree.setIndentation(14)
    tree.setTextElideMode(Qt.TextElideMode.ElideRight)
    tree.header().setStretchLastSection(True)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
    tree.header().resizeSection(0, 176)
    tree.setItemDelegateForColumn(1, ProgressDelegate(tree))
    return tree


def _filter_combo() -> QComboBox:
    combo = roomy_combo("downloads_filter_combo")
    combo.setAccessibleName(tr("Which orders are shown"))
    for text, kind in (
        (tr("All orders"), None),
        (tr("Running"), OrderKind.RUNNING),
        (tr("With images missing"), OrderKind.UNFINISHED),
        (tr("Done"), OrderKind.DONE),
    ):
        combo.addItem(text, kind)
    return combo


def _button_texts() -> Tuple[str, ...]:
    return (
        tr("Cancel"), tr("Retry failed"), tr("Forget"), tr("Add to map"), tr("Contact sheet…"), tr("Open folder"),
    )
