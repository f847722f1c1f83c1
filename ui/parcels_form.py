"""What to look at: images, parcels, time, rule, folder. Shows and reports; controllers decide."""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from qgis.core import QgsMapLayerProxyModel
from qgis.gui import QgsCollapsibleGroupBoxBasic, QgsFileWidget, QgsMapLayerComboBox
from qgis.PyQt.QtCore import QDate, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.ui.clear_rule_box import ClearRuleBox
from sentinel_workbench.ui.form_rows import FormGrid, beside, fill_scrolled, quiet_label, roomy_combo
from sentinel_workbench.ui.parcel_finder import ParcelFinder
from sentinel_workbench.ui.parcel_source import SourceKind
from sentinel_workbench.ui.seasons_list import SeasonsList
from sentinel_workbench.ui.translation import tr


class ParcelsForm(QScrollArea):
    """The fields, scrolling rather than squeezed."""

    period_changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._make_source_fields()
        self._make_parcel_fields()
        self._make_other_fields()
        self._build()
        for edit in (self.first_edit, self.last_edit):
            edit.dateChanged.connect(lambda _date: self.period_changed.emit())

    def _make_source_fields(self) -> None:
        self.source_combo = roomy_combo("parcel_source_combo")
        for kind, text in (
            (SourceKind.CONNECTION, tr("The connection above")),
            (SourceKind.CATALOG, tr("Open data (STAC)")),
            (SourceKind.SERVER, tr("CbM server")),
        ):
            self.source_combo.addItem(text, kind)
        self.catalog_combo = roomy_combo("parcel_catalog_combo")
        self.catalogs_button = QPushButton(tr("Edit…"))
        self.catalogs_button.setObjectName("parcel_catalogs_button")
        self.catalogs_button.setToolTip(tr("Add, change or test catalogs"))
        self.collection_combo = roomy_combo("parcel_collection_combo")
        self.source_note = quiet_label()
        self.source_note.setObjectName("parcel_source_note")
        self.finder = ParcelFinder()

    def _make_parcel_fields(self) -> None:
        self.layer_combo = QgsMapLayerComboBox()
        self.layer_combo.setObjectName("parcel_layer_combo")
        self.layer_combo.setFilters(QgsMapLayerProxyModel.Filter.PolygonLayer)
        self.layer_combo.setSizeAdjustPolicy(self.source_combo.sizeAdjustPolicy())
        self.layer_combo.setMinimumContentsLength(8)
        self.layer_combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.draw_button = QPushButton(tr("Dra&w"))
        self.draw_button.setObjectName("draw_parcel_button")
        self.draw_button.setCheckable(True)
        self.draw_button.setToolTip(tr(
            "Draw parcels on the map: click for each corner, right-click to end, Esc to begin anew. They are kept in "
            "the layer 'My parcels'."
        ))
        self.selected_check = QCheckBox(tr("S&elected only"))
        self.selected_check.setObjectName("selected_parcels_check")
        self.selected_check.setToolTip(tr("Only the parcels that are selected on the map."))
        self.id_combo = roomy_combo("parcel_id_combo")
        self.id_combo.setToolTip(tr("The field whose values tell the parcels apart."))
        self.parcels_note = quiet_label()
        self.parcels_note.setObjectName("parcels_note")
        self.demo_button = QPushButton(tr("Take the de&mo parcels"))
        self.demo_button.setObjectName("demo_parcels_button")
        self.demo_button.setToolTip(tr("Twelve fields on the demo scenes of the local hub, as a layer to try with."))

    def _make_other_fields(self) -> None:
        today = QDate.currentDate()
        self.first_edit = _day_edit("season_first_edit", today.addMonths(-3))
        self.last_edit = _day_edit("season_last_edit", today)
        self.rule_box = ClearRuleBox()
        self.rule_group = QgsCollapsibleGroupBoxBasic(tr("When a parcel is clear"))
        self.rule_group.setObjectName("clear_rule_group")
        inside = QVBoxLayout(self.rule_group)
        inside.setContentsMargins(8, 6, 8, 6)
        inside.addWidget(self.rule_box)
        self.rule_group.setCollapsed(True)
        self.rule_note = quiet_label()
        self.rule_note.setObjectName("clear_rule_note")
        self.folder = QgsFileWidget()
        self.folder.setObjectName("chips_folder_widget")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setDialogTitle(tr("Where to keep the image chips"))
        self.folder.lineEdit().setPlaceholderText(tr("in the profile, for a month"))
        self.folder.setToolTip(tr("A folder for the small images around the parcels, to keep them for good."))
        self.seasons = SeasonsList()

    def _build(self) -> None:
        grid = FormGrid()
        grid.add_field(tr("Ima&ges"), self.source_combo)
        self._catalog_row = beside(self.catalog_combo, self.catalogs_button)
        self._catalog_label = grid.add_field(tr("C&atalog"), self._catalog_row, self.catalog_combo)
        self._collection_label = grid.add_field(tr("&Collection"), self.collection_combo)
        grid.add_note(self.source_note)
        grid.add_wide(self.finder)
        grid.add_rule()
        grid.add_field(tr("&Parcels"), beside(self.layer_combo, self.draw_button), self.layer_combo)
        grid.add_field(tr("&Id"), beside(self.id_combo, self.selected_check), self.id_combo)
        grid.add_note(self.parcels_note)
        grid.add_note(self.demo_button)
        grid.add_rule()
        days = beside(self.first_edit, QLabel(tr("to")), self.last_edit, stretch=-1)
        grid.add_field(tr("&Time"), days, self.first_edit)
        grid.add_wide(self.rule_group)
        grid.add_wide(self.rule_note)
        grid.add_field(tr("Chip&s to"), self.folder, self.folder.lineEdit())
        grid.add_wide(self.seasons)
        rows = QVBoxLayout()
        rows.setContentsMargins(0, 0, 6, 0)
        rows.addLayout(grid)
        rows.addStretch(1)
        self.finder.hide()
        fill_scrolled(self, rows)

    @property
    def kind(self) -> SourceKind:
        """Where images come from."""
        return self.source_combo.currentData()

    @property
    def days(self) -> Tuple[QDate, QDate]:
        """First and last day."""
        return self.first_edit.date(), self.last_edit.date()

    def show_days(self, first: QDate, last: QDate) -> None:
        """Fill in a period."""
        self.first_edit.setDate(first)
        self.last_edit.setDate(last)

    def show_kind(self) -> None:
        """The rows of the chosen source."""
        for widget in (self._catalog_row, self._catalog_label):
            widget.setVisible(self.kind is SourceKind.CATALOG)
        for row in (self.collection_combo, self._collection_label):
            row.setVisible(self.kind is not SourceKind.SERVER)
        self.finder.setVisible(self.kind is SourceKind.SERVER)

    def fill_collections(self, collections: Sequence[Tuple[str, str]], current: str) -> None:
        """Offer collections as (id, title)."""
        combo = self.collection_combo
        blocked = combo.blockSignals(True)
        combo.clear()
        for name, title in collections:
            combo.addItem(title, name)
            combo.setItemData(combo.count() - 1, name, Qt.ItemDataRole.ToolTipRole)
        combo.setCurrentIndex(max(0, combo.findData(current)) if collections else -1)
        combo.blockSignals(blocked)

    def fill_ids(self, fields: Sequence[str], current: Optional[str]) -> None:
        """Offer the fields of the layer; the features' own numbers first."""
        combo = self.id_combo
        blocked = combo.blockSignals(True)
        combo.clear()
        combo.addItem(tr("Feature number"), None)
        for name in fields:
            combo.addItem(name, name)
        combo.setCurrentIndex(max(0, combo.findData(current)) if current else 0)
        combo.blockSignals(blocked)


def _day_edit(name: str, day: QDate) -> QDateEdit:
    edit = QDateEdit(day)
    edit.setObjectName(name)
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setCalendarPopup(True)
    return edit
