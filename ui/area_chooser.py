"""Where: map view, a drawn shape, a layer's extent, selected polygons, typed bounds or a saved area."""

from __future__ import annotations

from enum import Enum
from typing import Optional, Sequence

from qgis.core import QgsMapLayerProxyModel
from qgis.gui import QgsMapLayerComboBox
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.ui.form_rows import beside, quiet_label, roomy_combo
from sentinel_workbench.ui.translation import tr


class AreaKind(Enum):
    """Ways to say where."""

    MAP = "map"
    DRAWN = "drawn"
    POLYGON = "polygon"
    LAYER = "layer"
    FEATURES = "features"
    TYPED = "typed"
    SAVED = "saved"
    POINT = "point"
    ANYWHERE = "anywhere"


class AreaChooser(QWidget):
    """The field of the area row: a kind and what that kind needs.

    Args:
        for_search: offer a point, and everywhere, which no image can be made of.
    """

    changed = pyqtSignal()
    draw_asked = pyqtSignal()
    """A rectangle or a polygon, by ``kind``."""
    point_asked = pyqtSignal()
    save_asked = pyqtSignal()
    delete_asked = pyqtSignal(str)

    def __init__(self, parent: Optional[QWidget] = None, for_search: bool = False) -> None:
        super().__init__(parent)
        self._for_search = for_search
        self.kind_combo = roomy_combo("area_kind_combo")
        self.save_button = QToolButton()
        self.save_button.setObjectName("save_area_button")
        self.save_button.setText(tr("Keep…"))
        self.save_button.setToolTip(tr("Keep this area under a name."))
        self.draw_button = _draw_button(tr("Draw on the map"), "draw_button")
        self.polygon_button = _draw_button(tr("Draw on the map"), "draw_polygon_button")
        self.polygon_button.setToolTip(tr("Click for each corner, right-click to end, Esc to begin anew."))
        self.layer_combo = _layer_combo("area_layer_combo")
        self.features_combo = _layer_combo("area_features_combo")
        self.features_combo.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.features_note = quiet_label(tr("An order for each selected polygon, or for all when none is selected."))
        self.bounds_edit = _degrees_edit("bounds_edit", tr("west, south, east, north in degrees"))
        self.bounds_edit.setToolTip(tr("Longitude and latitude, such as 46.16, -16.15, 46.51, -15.58"))
        self.point_edit = _degrees_edit("point_edit", tr("longitude, latitude"))
        self.point_edit.setToolTip(tr("In degrees, such as 46.31, -15.72"))
        self.point_button = _draw_button(tr("Pick on the map"), "pick_point_button")
        self.saved_combo = roomy_combo("saved_areas_combo")
        self.delete_button = QToolButton()
        self.delete_button.setObjectName("delete_area_button")
        self.delete_button.setText(tr("Forget"))
        self._fill_kinds()
        self._build()
        self._connect()
        if for_search:
            self._name_apart()

    def _fill_kinds(self) -> None:
        for kind, text in (
            (AreaKind.MAP, tr("Map view")),
            (AreaKind.DRAWN, tr("Drawn rectangle")),
            (AreaKind.POLYGON, tr("Drawn polygon")),
            (AreaKind.LAYER, tr("Extent of a layer")),
            (AreaKind.FEATURES, tr("Polygons of a layer")),
            (AreaKind.TYPED, tr("Coordinates")),
            (AreaKind.SAVED, tr("Saved area")),
        ):
            self.kind_combo.addItem(text, kind)
        if self._for_search:
            self.kind_combo.addItem(tr("Point"), AreaKind.POINT)
            self.kind_combo.addItem(tr("Anywhere"), AreaKind.ANYWHERE)

    def _build(self) -> None:
        features = QWidget()
        column = QVBoxLayout(features)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.features_combo)
        column.addWidget(self.features_note)
        self._pages = QStackedWidget()
        for page in (
            quiet_label(tr("Follows the map.")), self.draw_button, self.polygon_button, self.layer_combo, features,
            self.bounds_edit, beside(self.saved_combo, self.delete_button), beside(self.point_edit, self.point_button),
            quiet_label(tr("Wherever there are scenes.")),
        ):
            self._pages.addWidget(page)
        self._pages.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(beside(self.kind_combo, self.save_button))
        layout.addWidget(self._pages)
        self._fit(0)

    def _name_apart(self) -> None:
        """Widgets of both choosers of a window are found by name."""
        for widget in self.findChildren(QWidget):
            if widget.objectName() and not widget.objectName().startswith("qt_"):
                widget.setObjectName(f"search_{widget.objectName()}")

    def _connect(self) -> None:
        self.kind_combo.currentIndexChanged.connect(self._fit)
        self.kind_combo.currentIndexChanged.connect(self.changed)
        for combo in (self.layer_combo, self.features_combo):
            combo.layerChanged.connect(self.changed)
        for edit in (self.bounds_edit, self.point_edit):
            edit.textChanged.connect(self.changed)
        self.saved_combo.currentIndexChanged.connect(self.changed)
        self.draw_button.clicked.connect(self.draw_asked)
        self.polygon_button.clicked.connect(self.draw_asked)
        self.point_button.clicked.connect(self.point_asked)
        self.save_button.clicked.connect(self.save_asked)
        self.delete_button.clicked.connect(lambda: self.delete_asked.emit(self.saved_combo.currentText()))

    def _fit(self, index: int) -> None:
        """Show the page of the kind, and be as high as that page alone."""
        for row in range(self._pages.count()):
            policy = QSizePolicy.Policy.Preferred if row == index else QSizePolicy.Policy.Ignored
            self._pages.widget(row).setSizePolicy(QSizePolicy.Policy.Expanding, policy)
        self._pages.setCurrentIndex(index)
        self._pages.adjustSize()

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

    def fill_saved(self, names: Sequence[str], current: str = "") -> None:
        """Offer the saved areas; ``current`` is chosen where it is among them."""
        wanted = current or self.saved_combo.currentText()
        self.saved_combo.blockSignals(True)
        self.saved_combo.clear()
        self.saved_combo.addItems(list(names))
        self.saved_combo.setCurrentIndex(max(0, self.saved_combo.findText(wanted)) if names else -1)
        self.saved_combo.blockSignals(False)
        self.delete_button.setEnabled(bool(names))


def _draw_button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    return button


def _degrees_edit(name: str, hint: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(name)
    edit.setPlaceholderText(hint)
    edit.setClearButtonEnabled(True)
    return edit


def _layer_combo(name: str) -> QgsMapLayerComboBox:
    combo = QgsMapLayerComboBox()
    combo.setObjectName(name)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    return combo
