"""What to measure over parcels: bands and indices to check, an index of one's own, which parcels and dates."""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import List, Optional, Sequence

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.services.index_scripts import KNOWN_INDICES, Index, read_index
from sentinel_workbench.ui.form_rows import quiet_label, roomy_combo
from sentinel_workbench.ui.translation import tr

CHOSEN, ALL = "chosen", "all"
_EXAMPLE = "CI = B08 / B05 - 1"
_CHECKED = Qt.CheckState.Checked
_NO_BANDS = ("SCL", "CLM", "CLP", "dataMask")


class SeriesChoice(QWidget):
    """Shows and reports."""

    measure_asked = pyqtSignal()
    changed = pyqtSignal()
    """Other parcels or dates are to be measured."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.list = QListWidget()
        self.list.setObjectName("measure_list")
        self.own_edit = QPlainTextEdit()
        self.own_edit.setObjectName("own_index_edit")
        self.own_edit.setPlaceholderText(_EXAMPLE)
        self.own_edit.setTabChangesFocus(True)
        self.own_edit.setToolTip(
            tr("name = formula of bands, one in each line; or a whole evalscript that begins with //VERSION=3"))
        self.own_edit.setFixedHeight(3 * self.own_edit.fontMetrics().height() + 14)
        self.parcels_combo: QComboBox = roomy_combo("measure_parcels_combo")
        self.parcels_combo.addItem(tr("Chosen parcels"), CHOSEN)
        self.parcels_combo.addItem(tr("All parcels"), ALL)
        self.clear_check = QCheckBox(tr("Cl&ear dates only"))
        self.clear_check.setObjectName("measure_clear_check")
        self.clear_check.setChecked(True)
        self.measure_button = QPushButton(tr("&Measure"))
        self.measure_button.setObjectName("measure_button")
        self.measure_button.setAutoDefault(False)
        self.parcels_combo.currentIndexChanged.connect(lambda _row: self.changed.emit())
        self.clear_check.toggled.connect(lambda _checked: self.changed.emit())
        self.measure_button.clicked.connect(lambda _=False: self.measure_asked.emit())
        self.note = quiet_label()
        self._build()

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        for text, widget, stretch in (
            (tr("&Bands and indices"), self.list, 1), (tr("&Own index"), self.own_edit, 0),
            (tr("&Parcels"), self.parcels_combo, 0),
        ):
            label = QLabel(text)
            label.setBuddy(widget)
            layout.addWidget(label)
            layout.addWidget(widget, stretch)
        layout.addWidget(self.clear_check)
        layout.addWidget(self.note)
        layout.addWidget(self.measure_button)

    def offer(self, bands: Sequence[str]) -> None:
        """Indices that these bands suffice for, then the bands; the first index is checked."""
        self.list.clear()
        usable = [name for name in KNOWN_INDICES if set(read_index(name).bands) <= set(bands)]
        for number, name in enumerate([*usable, *(band for band in bands if band not in _NO_BANDS)]):
            item = QListWidgetItem(name, self.list)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(_CHECKED if number == 0 else Qt.CheckState.Unchecked)
            item.setToolTip(KNOWN_INDICES.get(name, name))
            item.setData(Qt.ItemDataRole.UserRole, number < len(usable))

    def bands(self) -> List[str]:
        """Checked bands."""
        return [item.text() for item in self._checked() if not item.data(Qt.ItemDataRole.UserRole)]

    def indices(self) -> List[Index]:
        """Checked indices, and those of one's own.

        Raises:
            InvalidInput: one that can't be read.
        """
        known = [item.text() for item in self._checked() if item.data(Qt.ItemDataRole.UserRole)]
        own = self.own_edit.toPlainText().strip()
        texts = [own] if own.startswith("//VERSION=3") else own.splitlines()
        found = [read_index(text) for text in [*known, *(text for text in texts if text.strip())]]
        return _named_apart(found, self.bands())

    def of_all(self) -> bool:
        """All parcels rather than the chosen ones."""
        return self.parcels_combo.currentData() == ALL

    def _checked(self) -> List[QListWidgetItem]:
        items = (self.list.item(row) for row in range(self.list.count()))
        return [item for item in items if item.checkState() == _CHECKED]


def _named_apart(indices: Sequence[Index], taken: Sequence[str]) -> List[Index]:
    """The same with a number behind a name that another one has."""
    names, told = set(taken), []
    for index in indices:
        name = index.name
        for number in count(2):
            if name not in names:
                break
            name = f"{index.name}_{number}"
        names.add(name)
        told.append(replace(index, name=name))
    return told
