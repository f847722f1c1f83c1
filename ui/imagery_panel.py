"""The Imagery tab: what, where, when and how. Shows and reports; the controller decides."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Optional, Sequence, Tuple

from qgis.gui import QgsCollapsibleGroupBoxBasic, QgsFileWidget
from qgis.PyQt.QtCore import QDate, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDateEdit,
    QLabel,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.model.orders import JPEG, PNG, TIFF, TileMetadata
from sentinel_workbench.ui.area_chooser import AreaChooser
from sentinel_workbench.ui.dates_box import DatesBox
from sentinel_workbench.ui.form_rows import FormGrid, beside, fill_scrolled, offer, quiet_label, roomy_combo
from sentinel_workbench.ui.fusion_box import FusionBox
from sentinel_workbench.ui.options_form import OptionsForm
from sentinel_workbench.ui.order_footer import OrderFooter
from sentinel_workbench.ui.projection_fields import ProjectionFields
from sentinel_workbench.ui.size_fields import SizeFields
from sentinel_workbench.ui.source_fields import cloud_field, mosaic_field
from sentinel_workbench.ui.translation import tr

JPEG_QUALITY = 90
"""The service's default (process-api: format)."""

_OWN = "own"
"""The entry that asks for a collection no list has."""


class ImageryPanel(QWidget):
    """The form and, always in sight below it, what it costs and the Get button."""

    changed = pyqtSignal()
    collection_chosen = pyqtSignal(str)
    own_collection_asked = pyqtSignal()
    script_chosen = pyqtSignal(str)
    edit_script_asked = pyqtSignal()
    slots_asked = pyqtSignal()
    get_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._collection_id = ""
        self._make_source_fields()
        self._make_time_fields()
        self._make_output_fields()
        self._make_footer()
        self._build()
        self._connect()

    def _make_source_fields(self) -> None:
        self.collection_combo = roomy_combo("collection_combo")
        self.script_combo = roomy_combo("script_combo")
        self.edit_script_button = QPushButton(tr("Edit…"))
        self.edit_script_button.setObjectName("edit_script_button")
        self.script_note = quiet_label()
        self.area = AreaChooser()
        self.area.setObjectName("area_chooser")
        self.size = SizeFields()
        self.resolution_spin = self.size.resolution_spin
        self.projection = ProjectionFields(self.size)
        self.projection_combo, self.snap_check = self.projection.combo, self.projection.snap_check
        self.size_label = quiet_label()
        self.size_label.setObjectName("size_label")

    def _make_time_fields(self) -> None:
        self.first_edit = _day_edit("first_day_edit", QDate(2019, 1, 1))
        self.last_edit = _day_edit("last_day_edit", QDate(2019, 12, 31))
        self.slots_button = QPushButton(tr("Slots…"))
        self.slots_button.setObjectName("slots_button")
        self.dates = DatesBox()
        self.slots_label = QLabel()
        self.slots_label.setObjectName("slots_label")
        self.slots_label.setWordWrap(True)

    def _make_output_fields(self) -> None:
        self.mosaic_combo = mosaic_field("mosaic_combo")
        self.cloud_spin = cloud_field("cloud_spin")
        self.cloud_spin.setValue(80)
        self.cloud_spin.setToolTip(tr("Tiles with more cloud than this are not used."))
        self.options = OptionsForm()
        self.options_box = QgsCollapsibleGroupBoxBasic(tr("More options"))
        self.options_box.setObjectName("options_box")
        self.options_box.setCollapsed(True)
        QVBoxLayout(self.options_box).addWidget(self.options)
        self.fusion = FusionBox()
        self.metadata_combo = roomy_combo("metadata_combo")
        for text, mode in (
            (tr("Exact tiles"), TileMetadata.EXACT),
            (tr("Candidate tiles"), TileMetadata.CANDIDATES),
            (tr("None"), TileMetadata.NONE),
        ):
            self.metadata_combo.addItem(text, mode)
        self.metadata_note = quiet_label()
        self.metadata_note.setObjectName("metadata_note")
        self.format_combo = roomy_combo("format_combo")
        self.format_combo.addItem(tr("GeoTIFF"), TIFF)
        self.format_combo.addItem(tr("PNG (8 or 16 bit, 1, 3 or 4 bands)"), PNG)
        self.format_combo.addItem(tr("JPEG (8 bit, 1 or 3 bands)"), JPEG)
        self.quality_spin = QSpinBox()
        self.quality_spin.setObjectName("quality_spin")
        self.quality_spin.setRange(1, 100)
        self.quality_spin.setValue(JPEG_QUALITY)
        self.quality_spin.setPrefix(tr("Quality "))
        self.quality_spin.setToolTip(tr("Less is smaller and coarser. {usual} is the service's own choice.").format(
            usual=JPEG_QUALITY))
        self.quality_spin.hide()
        self.folder = QgsFileWidget()
        self.folder.setObjectName("folder_widget")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setDialogTitle(tr("Where to save the images"))
        self.folder.lineEdit().setPlaceholderText(tr("keep in the cache only"))

    def _make_footer(self) -> None:
        self.footer = OrderFooter()
        self.order_button, self.get_button = self.footer.order_button, self.footer.get_button
        self.reason_label = self.footer.reason_label

    def _build(self) -> None:
        scroll = QScrollArea()
        fill_scrolled(scroll, self._rows())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 6, 6)
        layout.addWidget(scroll, 1)
        layout.addWidget(self.footer)

    def _rows(self) -> QVBoxLayout:
        grid = FormGrid()
        grid.add_field(tr("Collection"), self.collection_combo)
        grid.add_field(tr("Scrip&t"), beside(self.script_combo, self.edit_script_button), self.script_combo)
        grid.add_note(self.script_note)
        grid.add_rule()
        grid.add_field(tr("&Area"), self.area, self.area.kind_combo, top=True)
        grid.add_field(tr("Resol&ution"), self.size, self.resolution_spin)
        grid.add_field(tr("Projection"), self.projection, self.projection_combo, top=True)
        grid.add_note(self.size_label)
        grid.add_rule()
        days = beside(self.first_edit, QLabel(tr("to")), self.last_edit, stretch=-1)
        grid.add_field(tr("T&ime"), days, self.first_edit)
        grid.add_note(beside(self.slots_label, self.slots_button))
        grid.add_wide(self.dates)
        grid.add_field(tr("Mosaic"), self.mosaic_combo)
        grid.add_field(tr("Max. cloud"), beside(self.cloud_spin, stretch=-1), self.cloud_spin)
        grid.add_wide(self.options_box)
        grid.add_wide(self.fusion)
        grid.add_rule()
        grid.add_field(tr("Tile ta&ble"), self.metadata_combo)
        grid.add_note(self.metadata_note)
        grid.add_field(tr("&Format"), beside(self.format_combo, self.quality_spin), self.format_combo)
        grid.add_field(tr("Save to"), self.folder, self.folder.lineEdit())
        rows = QVBoxLayout()
        rows.setContentsMargins(0, 0, 6, 0)
        rows.addLayout(grid)
        rows.addStretch(1)
        return rows

    def _connect(self) -> None:
        self.collection_combo.currentIndexChanged.connect(self._tell_collection)
        self.script_combo.currentIndexChanged.connect(self._tell_script)
        for combo in (self.mosaic_combo, self.metadata_combo, self.format_combo):
            combo.currentIndexChanged.connect(self.changed)
        self.format_combo.currentIndexChanged.connect(
            lambda _row: self.quality_spin.setVisible(self.format_combo.currentData() == JPEG))
        for spin in (self.cloud_spin, self.quality_spin):
            spin.valueChanged.connect(self.changed)
        self.size.changed.connect(self.changed)
        self.projection.changed.connect(self.changed)
        for edit in (self.first_edit, self.last_edit):
            edit.dateChanged.connect(self.changed)
        self.area.changed.connect(self.changed)
        self.options.changed.connect(self.changed)
        self.fusion.changed.connect(self.changed)
        self.edit_script_button.clicked.connect(self.edit_script_asked)
        self.slots_button.clicked.connect(self.slots_asked)
        self.get_button.clicked.connect(self.get_asked)

    def _tell_collection(self) -> None:
        chosen = self.collection_combo.currentData()
        if chosen != _OWN:
            self._collection_id = chosen or ""
            self.collection_chosen.emit(self._collection_id)
            return
        self.collection_combo.blockSignals(True)
        self.collection_combo.setCurrentIndex(self.collection_combo.findData(self._collection_id))
        self.collection_combo.blockSignals(False)
        self.own_collection_asked.emit()

    def _tell_script(self) -> None:
        self.script_chosen.emit(self.script_combo.currentData() or "")

    def fill_collections(self, entries: Sequence[Tuple[str, str]], current: str) -> None:
        """(type id, title) of every collection on offer; ``current`` is chosen."""
        self.collection_combo.blockSignals(True)
        self.collection_combo.clear()
        for collection_id, title in entries:
            self.collection_combo.addItem(title, collection_id)
        self.collection_combo.addItem(tr("Own collection (BYOC)…"), _OWN)
        self.collection_combo.setCurrentIndex(self.collection_combo.findData(current))
        self.collection_combo.blockSignals(False)
        self._collection_id = current

    def fill_scripts(self, entries: Sequence[Tuple[str, str]], current: str) -> None:
        """(name, title) of the scripts that fit; ``current`` is chosen."""
        self.script_combo.blockSignals(True)
        self.script_combo.clear()
        for name, title in entries:
            self.script_combo.addItem(title, name)
        self.script_combo.setCurrentIndex(self.script_combo.findData(current))
        self.script_combo.blockSignals(False)

    def show_cloud_fields(self, usable: bool) -> None:
        """Cloud fields only where the collection knows clouds."""
        self.cloud_spin.setEnabled(usable)
        offer(self.mosaic_combo, "leastCC", usable, "mostRecent")
        reason = tr("Tiles with more cloud than this are not used.")
        self.cloud_spin.setToolTip(reason if usable else tr("This collection does not know clouds."))

    def show_time_fields(self, usable: bool) -> None:
        """Time, slots, mosaic and tiles only where the collection has scenes in time."""
        fields = (self.first_edit, self.last_edit, self.slots_button, self.mosaic_combo, self.metadata_combo)
        for widget in fields:
            widget.setEnabled(usable)
            widget.setToolTip("" if usable else tr("This collection has no time."))

    def show_metadata_choices(self, exact: bool) -> None:
        """Exact tiles only where a script can be run tile by tile."""
        offer(self.metadata_combo, TileMetadata.EXACT, exact, TileMetadata.CANDIDATES)

    def show_plan(self, size: str, cost: str, reason: str, possible: bool) -> None:
        """Size below the resolution; cost, and why not or what to mind, beside the button."""
        self.size_label.setText(size)
        self.size_label.setVisible(bool(size))
        self.footer.show_plan(cost, reason, possible)

    def use_period(self, first: Optional[dt.date], last: Optional[dt.date]) -> None:
        """Set the days; None leaves one as it is."""
        for edit, day in ((self.first_edit, first), (self.last_edit, last)):
            if day is not None:
                edit.setDate(QDate(day.year, day.month, day.day))

    @property
    def folder_path(self) -> Optional[Path]:
        """Where to save the images, or None for the cache only."""
        folder = self.folder.filePath().strip()
        return Path(folder) if folder else None

    @property
    def first_day(self) -> dt.date:
        """The first day of the period."""
        return self.first_edit.date().toPyDate()

    @property
    def last_day(self) -> dt.date:
        """The last day, which belongs to the period."""
        return self.last_edit.date().toPyDate()


def _day_edit(name: str, day: QDate) -> QDateEdit:
    edit = QDateEdit(day)
    edit.setObjectName(name)
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setCalendarPopup(True)
    edit.setMinimumDate(QDate(1972, 1, 1))
    return edit
