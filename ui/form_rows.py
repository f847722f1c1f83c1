"""Rows of the dock's forms: a label with its shortcut, a field, and quiet sentences below."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtGui import QPalette
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLayout,
    QScrollArea,
    QSizePolicy,
    QWidget,
)

LABEL_WIDTH_PX = 72
_GIVEN_UP = "given_up"
"""Property of a combo whose choice could not be kept."""


class FormGrid(QGridLayout):
    """Labels in a column of one width, fields beside them."""

    def __init__(self) -> None:
        super().__init__()
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(8)
        self.setVerticalSpacing(6)
        self.setColumnMinimumWidth(0, LABEL_WIDTH_PX)
        self.setColumnStretch(1, 1)

    def add_field(self, text: str, field: QWidget, buddy: Optional[QWidget] = None, top: bool = False) -> QLabel:
        """A row; ``buddy`` takes the focus of the label's shortcut when it is not the field itself.

        ``top`` keeps the label beside the first line of a field that is several lines high.
        """
        label = QLabel(text)
        label.setBuddy(buddy or field)
        row = self.rowCount()
        if top:
            label.setContentsMargins(0, 5, 0, 0)
            self.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        else:
            self.addWidget(label, row, 0)
        self.addWidget(field, row, 1)
        return label

    def add_note(self, note: QWidget) -> None:
        """A sentence or a row below the field of the row before."""
        self.addWidget(note, self.rowCount(), 1)

    def add_wide(self, widget: QWidget) -> None:
        """Something over the whole width."""
        self.addWidget(widget, self.rowCount(), 0, 1, 2)

    def add_rule(self) -> None:
        """A thin line between groups of rows."""
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        self.addWidget(line, self.rowCount(), 0, 1, 2)


def fill_scrolled(area: QScrollArea, rows: QLayout) -> None:
    """Rows that scroll up and down only; the bar always has its place, so that nothing jumps when it is needed."""
    form = QWidget()
    form.setLayout(rows)
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
    area.setWidget(form)
    area.setMinimumWidth(form.minimumSizeHint().width() + area.verticalScrollBar().sizeHint().width())


def beside(*widgets: QWidget, stretch: int = 0) -> QWidget:
    """Widgets in one row; the one at index ``stretch`` takes the room left, none when it is -1."""
    box = QWidget()
    layout = QHBoxLayout(box)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(6)
    for index, widget in enumerate(widgets):
        layout.addWidget(widget, 1 if index == stretch else 0)
    if stretch < 0:
        layout.addStretch(1)
    return box


def quiet_label(text: str = "") -> QLabel:
    """A wrapped sentence in the colour of disabled text, still selectable."""
    label = QLabel(text)
    label.setWordWrap(True)
    palette = label.palette()
    colour = palette.color(QPalette.ColorGroup.Active, QPalette.ColorRole.WindowText)
    colour.setAlpha(165)
    palette.setColor(QPalette.ColorRole.WindowText, colour)
    label.setPalette(palette)
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return label


def roomy_combo(name: str) -> QComboBox:
    """A combo box that may become narrower than its longest entry."""
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(8)
    combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return combo


def offer(combo: QComboBox, value: object, usable: bool, instead: object) -> None:
    """Grey an entry out or not; another is chosen where a greyed one was, until it can be chosen again."""
    row, other = combo.findData(value), combo.findData(instead)
    combo.model().item(row).setEnabled(usable)
    if not usable and combo.currentIndex() == row:
        combo.setCurrentIndex(other)
        combo.setProperty(_GIVEN_UP, True)
    elif usable and combo.property(_GIVEN_UP):
        combo.setProperty(_GIVEN_UP, False)
        if combo.currentIndex() == other:
            combo.setCurrentIndex(row)
