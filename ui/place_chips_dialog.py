"""Which chips of a CbM server around a place: product, bands, days, size, folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Optional, Tuple

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QDate
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.cbm.records import LARGEST_CHIP_M
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.services.chips_place import PlaceChips
from sentinel_workbench.ui.form_rows import FormGrid, beside, quiet_label, roomy_combo
from sentinel_workbench.ui.search_area import parse_point
from sentinel_workbench.ui.translation import tr

_BANDS = ("B08, B04, B03", "B04, B03, B02", "B11, B8A, B04", "SCL", "B04, B08", "SCL, B04, B08")
_STEP_M = 20
_WIDTH_PX = 470


@dataclass(frozen=True)
class PlaceChipsOrder:
    """What was asked for.

    Attributes:
        chips: which.
        as_pictures: three bands as one picture in colour.
        folder: where they go; None for the profile.
    """

    chips: PlaceChips
    as_pictures: bool
    folder: Optional[Path]


class PlaceChipsDialog(QDialog):
    """Stays open until what is entered can be asked for."""

    def __init__(
        self, place: Tuple[float, float], days: Tuple[QDate, QDate], size_m: int, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("place_chips_dialog")
        self.setWindowTitle(tr("Chips of the CbM server"))
        self.order: Optional[PlaceChipsOrder] = None
        self._make_fields(place, days, size_m)
        self._build()
        self.product_combo.currentIndexChanged.connect(lambda _index: self._fit())
        self.bands_combo.editTextChanged.connect(lambda _text: self._fit())
        self._fit()

    def _make_fields(self, place: Tuple[float, float], days: Tuple[QDate, QDate], size_m: int) -> None:
        self.place_edit = QLineEdit("{:.5f}, {:.5f}".format(*place))
        self.place_edit.setObjectName("chip_place_edit")
        self.place_edit.setToolTip(tr("Longitude and latitude in degrees"))
        self.product_combo = roomy_combo("chip_product_combo")
        for text, level in (
            (tr("Sentinel-2, surface (L2A)"), "LEVEL2A"), (tr("Sentinel-2, top of atmosphere (L1C)"), "LEVEL1C"),
            (tr("Sentinel-1, backscatter"), "CARD-BS"), (tr("Sentinel-1, coherence"), "CARD-COH6"),
        ):
            self.product_combo.addItem(text, level)
        self.bands_combo = QComboBox()
        self.bands_combo.setObjectName("chip_bands_combo")
        self.bands_combo.setEditable(True)
        self.bands_combo.addItems(_BANDS)
        self.bands_combo.setToolTip(tr("Bands of Sentinel-2 such as B08, B8A or SCL, separated by commas"))
        self.picture_check = QCheckBox(tr("Three bands as one &picture in colour"))
        self.picture_check.setObjectName("chip_picture_check")
        self.picture_check.setChecked(True)
        self.first_edit, self.last_edit = (_day_edit(name, day) for name, day in
                                           zip(("chip_first_edit", "chip_last_edit"), days))
        self.size_spin = QSpinBox()
        self.size_spin.setObjectName("chip_size_spin")
        self.size_spin.setRange(_STEP_M, LARGEST_CHIP_M)
        self.size_spin.setSingleStep(_STEP_M)
        self.size_spin.setSuffix(tr(" m"))
        self.size_spin.setValue(size_m)
        self.size_spin.setToolTip(tr("Side of the square; servers cut larger ones down to 5120 m."))
        self.folder = QgsFileWidget()
        self.folder.setObjectName("chip_folder_widget")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.lineEdit().setPlaceholderText(tr("in the profile, for a month"))
        self.note = quiet_label()
        self.problem = QLabel()
        self.problem.setObjectName("chip_problem")
        self.problem.setWordWrap(True)

    def _build(self) -> None:
        grid = FormGrid()
        grid.add_field(tr("P&lace"), self.place_edit)
        grid.add_field(tr("P&roduct"), self.product_combo)
        grid.add_field(tr("&Bands"), self.bands_combo)
        grid.add_note(self.picture_check)
        grid.add_field(tr("&Days"), beside(self.first_edit, QLabel(tr("to")), self.last_edit, stretch=-1),
                       self.first_edit)
        grid.add_field(tr("&Size"), self.size_spin)
        grid.add_field(tr("Chips &to"), self.folder, self.folder.lineEdit())
        grid.add_note(self.note)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.fetch_button = self.buttons.addButton(tr("&Fetch"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.fetch_button.setObjectName("fetch_chips_button")
        self.fetch_button.setDefault(True)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).setAutoDefault(False)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(grid)
        column.addStretch(1)
        column.addWidget(self.problem)
        column.addWidget(self.buttons)
        self.setMinimumWidth(_WIDTH_PX)
        # Both are two lines high here, which a size hint made without a width does not know.
        for label in (self.note, self.problem):
            label.setMinimumHeight(2 * label.fontMetrics().lineSpacing() + 2)

    @property
    def _is_radar(self) -> bool:
        return self.product_combo.currentData().startswith("CARD")

    def _fit(self) -> None:
        self.bands_combo.setEnabled(not self._is_radar)
        self.picture_check.setEnabled(not self._is_radar and len(self._bands()) == 3)
        self.note.setText(
            tr("Always both polarisations, VV and VH.") if self._is_radar
            else tr("A server makes at most 24 chips at once; longer periods are asked for in parts.")
        )

    def _bands(self) -> Tuple[str, ...]:
        text = self.bands_combo.currentText().upper().replace(";", ",").replace(" ", ",").replace("_", ",")
        return tuple(word for word in text.split(",") if word)

    def accept(self) -> None:
        """Close when the entries can be asked for; else say what is wrong."""
        try:
            lon, lat = parse_point(self.place_edit.text())
            chips = PlaceChips(
                lon, lat, self.first_edit.date().toPyDate(), self.last_edit.date().toPyDate(), self._bands(),
                self.size_spin.value(), self.product_combo.currentData(),
            )
        except InvalidInput as problem:
            self.problem.setText(f"⚠ {problem}")
            return
        folder = self.folder.filePath().strip()
        pictures = self.picture_check.isChecked() and self.picture_check.isEnabled()
        self.order = PlaceChipsOrder(chips, pictures, Path(folder) if folder else None)
        super().accept()


def _day_edit(name: str, day: QDate) -> QDateEdit:
    edit = QDateEdit(day)
    edit.setObjectName(name)
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setCalendarPopup(True)
    return edit
