"""A list of bands or files with a tick before each."""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QListWidget, QListWidgetItem, QWidget

_NAME = Qt.ItemDataRole.UserRole


class BandsList(QListWidget):
    """Names to tick; ``itemChanged`` tells of each tick."""

    def __init__(self, name: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setUniformItemSizes(True)
        self.setMinimumHeight(6 * self.fontMetrics().height())

    def fill(self, names: Sequence[str], titles: Sequence[str], ticked: Sequence[str]) -> None:
        """Offer names, each with a title."""
        self.blockSignals(True)
        self.clear()
        for name, title in zip(names, titles):
            item = QListWidgetItem(f"{name}  {title}" if title and title != name else name)
            item.setData(_NAME, name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if name in ticked else Qt.CheckState.Unchecked)
            self.addItem(item)
        if self.count():
            self.setCurrentRow(0)
        self.blockSignals(False)

    def ticked(self) -> Tuple[str, ...]:
        """The ticked names in the order of the list."""
        rows = [self.item(row) for row in range(self.count())]
        return tuple(item.data(_NAME) for item in rows if item.checkState() == Qt.CheckState.Checked)
