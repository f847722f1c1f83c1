"""Bands picked from a list become a script."""

from __future__ import annotations

from typing import List, Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from sentinel_workbench.core.evalscript.generating import SAMPLE_TYPES, generate_script
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.ui.form_rows import FormGrid, roomy_combo
from sentinel_workbench.ui.translation import tr


class BandPicker(QDialog):
    """Bands of a collection to tick, their unit and the type of the numbers."""

    def __init__(self, collection: Collection, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("band_picker")
        self.setWindowTitle(tr("New script from bands"))
        self.resize(360, 460)
        self._collection = collection
        self.list = QListWidget()
        self.list.setObjectName("band_list")
        for band in collection.bands:
            text = f"{band.name}: {band.title}" if band.title else band.name
            item = QListWidgetItem(tr("{band}, {resolution} m").format(band=text, resolution=f"{band.resolution_m:g}"))
            item.setData(Qt.ItemDataRole.UserRole, band.name)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.units_combo = roomy_combo("units_combo")
        self.type_combo = roomy_combo("sample_type_combo")
        for name in SAMPLE_TYPES:
            self.type_combo.addItem(tr("AUTO (a picture)") if name == "AUTO" else name, name)
        self.type_combo.setCurrentIndex(self.type_combo.findData("FLOAT32"))
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.buttons.button(standard.Ok).setText(tr("&Write the script"))
        self._build()
        self.list.itemChanged.connect(self._refresh)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._refresh()

    def _build(self) -> None:
        text = tr("&Bands of {collection}, in the order of the list:")
        label = QLabel(text.format(collection=self._collection.title))
        label.setWordWrap(True)
        label.setBuddy(self.list)
        grid = FormGrid()
        grid.add_field(tr("&Unit"), self.units_combo)
        grid.add_field(tr("&Numbers as"), self.type_combo)
        layout = QVBoxLayout(self)
        layout.addWidget(label)
        layout.addWidget(self.list, 1)
        layout.addLayout(grid)
        layout.addWidget(self.buttons)

    def bands(self) -> List[str]:
        """Names of the ticked bands."""
        items = (self.list.item(row) for row in range(self.list.count()))
        return [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked]

    def script(self) -> str:
        """The script for what is ticked; at least one band must be."""
        return generate_script(self.bands(), self.type_combo.currentData(), self.units_combo.currentData())

    def _refresh(self) -> None:
        """Units that all ticked bands have."""
        bands = self.bands()
        self.buttons.button(QDialogButtonBox.StandardButton.Ok).setEnabled(bool(bands))
        known = [band.units for band in self._collection.bands if band.name in bands]
        common = [unit for unit in (known[0] if known else ()) if all(unit in units for units in known)]
        kept = self.units_combo.currentData()
        self.units_combo.clear()
        self.units_combo.addItem(tr("each band's own"), None)
        for unit in common:
            self.units_combo.addItem(unit, unit)
        self.units_combo.setCurrentIndex(max(0, self.units_combo.findData(kept)))
