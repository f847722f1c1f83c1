"""The My data tab: own collections above, their tiles below."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QSplitter, QVBoxLayout, QWidget

from sentinel_workbench.ui.mydata_collections import CollectionPicker
from sentinel_workbench.ui.mydata_tiles import TilePane


class MyDataPanel(QWidget):
    """Two panes; ``shown`` tells when the user looks, for nothing is asked of the network before."""

    shown = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.collections, self.tiles = CollectionPicker(), TilePane()
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setObjectName("mydata_splitter")
        splitter.addWidget(self.collections)
        splitter.addWidget(self.tiles)
        splitter.setChildrenCollapsible(False)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 6, 6)
        layout.addWidget(splitter)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()
