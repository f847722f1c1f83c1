"""The seasons looked at since QGIS was started, so that their windows can be opened again."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from sentinel_workbench.ui.translation import tr

_MOST_ROWS = 4


class SeasonsList(QWidget):
    """A heading and a row for each, the last one first; hidden while there is none."""

    asked = pyqtSignal(int)
    """The number of a season, from 0 in the order they were added."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        heading = QLabel(tr("Looked at since &QGIS was started"))
        self.rows = QListWidget()
        self.rows.setObjectName("seasons_list")
        self.rows.setToolTip(tr("Double-click, or press Enter, to open its window again."))
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setTextElideMode(Qt.TextElideMode.ElideRight)
        heading.setBuddy(self.rows)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 6, 0, 0)
        layout.setSpacing(2)
        layout.addWidget(heading)
        layout.addWidget(self.rows)
        self.rows.itemActivated.connect(lambda item: self.asked.emit(self.rows.count() - 1 - self.rows.row(item)))
        self.hide()

    def add(self, title: str, summary: str) -> None:
        """One more, above the others."""
        item = QListWidgetItem(title)
        item.setToolTip(f"{title}\n{summary}")
        self.rows.insertItem(0, item)
        shown = min(self.rows.count(), _MOST_ROWS)
        self.rows.setFixedHeight(shown * self.rows.sizeHintForRow(0) + 2 * self.rows.frameWidth())
        self.show()
