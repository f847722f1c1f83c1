"""Where: map view, a drawn rectangle, a layer's extent or typed bounds."""

from __future__ import annotations

from enum import Enum
from typing import Optional

from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QComboBox, QLineEdit, QPushButton, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from sentinel_workbench.ui.form_rows import beside, quiet_label, roomy_combo
from sentinel_workbench.ui.translation import tr


class AreaKind(Enum):
    """Ways to say where."""

    MAP = "map"
    DRAWN = "drawn"
    LAYER = "layer"
    TYPED = "typed"


class AreaChooser(QWidget):
    """The field of the area row: a kind and what that kind needs."""

    changed = pyqtSignal()
    draw_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.kind_combo = roomy_combo("area_kind_combo")
        self.draw_button = QPushButton(tr("Draw on the map"))
        self.draw_button.setObjectName("draw_button")
        self.layer_combo = QgsMapLayerComboBox()
        self.layer_combo.setObjectName("area_layer_combo")
        self.layer_combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.layer_combo.setMinimumContentsLength(6)
        self.bounds_edit = QLineEdit()
        self.bounds_edit.setObjectName("bounds_edit")
        self.bounds_edit.setPlaceholderText(tr("west, south, east, north in degrees"))
        self.bounds_edit.setToolTip(tr("Longitude and latitude, such as 46.16, -16.15, 46.51, -15.58"))
        self.bounds_edit.setClearButtonEnabled(True)
        self._fill_kinds()
        self._build()
        self._connect()

    def _fill_kinds(self) -> None:
        for kind, text in (
            (AreaKind.MAP, tr("Map view")),
            (AreaKind.DRAWN, tr("Drawn rectangle")),
            (AreaKind.LAYER, tr("Extent of a layer")),
            (AreaKind.TYPED, tr("Coordinates")),
        ):
            self.kind_combo.addItem(text, kind)

    def _build(self) -> None:
        self._pages = QStackedWidget()
        for page in (quiet_label(tr("Follows the map.")), self.draw_button, self.layer_combo, self.bounds_edit):
            page.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            self._pages.addWidget(beside(page))
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(self.kind_combo)
        layout.addWidget(self._pages)

    def _connect(self) -> None:
        self.kind_combo.currentIndexChanged.connect(self._pages.setCurrentIndex)
        self.kind_combo.currentIndexChanged.connect(self.changed)
        self.layer_combo.layerChanged.connect(self.changed)
        self.bounds_edit.textChanged.connect(self.changed)
        self.draw_button.clicked.connect(self.draw_asked)

    @property
    def kind(self) -> AreaKind:
        """The chosen way."""
        return self.kind_combo.currentData()

    def choose_kind(self, kind: AreaKind) -> None:
        """Switch as if the user did."""
        self.kind_combo.setCurrentIndex(self.kind_combo.findData(kind))

    def type_bounds(self, bounds: str) -> None:
        """Switch to coordinates and fill them in."""
        self.choose_kind(AreaKind.TYPED)
        self.bounds_edit.setText(bounds)
