"""What to search for: catalog, collection, place, time, cloud, and more. Shows and reports; the controller decides."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtCore import QDate, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QCompleter,
    QDateEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.stac.records import DEFAULT_MAXIMUM, DEFAULT_PAGE, LARGEST_PAGE, StacCollection
from sentinel_workbench.ui.area_chooser import AreaChooser
from sentinel_workbench.ui.form_rows import FormGrid, beside, fill_scrolled, quiet_label, roomy_combo
from sentinel_workbench.ui.search_conditions import ConditionRows
from sentinel_workbench.ui.source_fields import cloud_field
from sentinel_workbench.ui.translation import tr

LARGEST_MAXIMUM = 100_000


class SearchForm(QScrollArea):
    """The fields, scrolling rather than squeezed."""

    changed = pyqtSignal()
    catalog_chosen = pyqtSignal(str)
    catalogs_asked = pyqtSignal()
    collection_chosen = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._make_source_fields()
        self._make_condition_fields()
        self._make_more_fields()
        self._build()
        self._connect()

    def _make_source_fields(self) -> None:
        self.catalog_combo = roomy_combo("catalog_combo")
        self.catalogs_button = QPushButton(tr("Edit…"))
        self.catalogs_button.setObjectName("catalogs_button")
        self.catalogs_button.setToolTip(tr("Add, change or test catalogs"))
        self.catalog_note = quiet_label()
        self.catalog_note.setObjectName("catalog_note")
        self.collection_combo = roomy_combo("stac_collection_combo")
        self.collection_combo.setEditable(True)
        self.collection_combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.collection_combo.lineEdit().setPlaceholderText(tr("type to search the collections"))
        self.collection_combo.lineEdit().setClearButtonEnabled(True)
        completer = self.collection_combo.completer()
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.collection_note = quiet_label()
        self.collection_note.setObjectName("stac_collection_note")
        self.area = AreaChooser(for_search=True)
        self.area.setObjectName("search_area_chooser")

    def _make_condition_fields(self) -> None:
        today = QDate.currentDate()
        self.first_edit = _day_edit("search_first_edit", today.addMonths(-1))
        self.last_edit = _day_edit("search_last_edit", today)
        self.any_time_check = QCheckBox(tr("any"))
        self.any_time_check.setObjectName("any_time_check")
        self.any_time_check.setToolTip(tr("Scenes of any time."))
        self.cloud_spin = cloud_field("search_cloud_spin")
        self.cloud_spin.setValue(100)
        self.cloud_spin.setToolTip(tr("Of the whole scene, as the catalog says; at 100 % of unknown cloud too."))

    def _make_more_fields(self) -> None:
        self.conditions = ConditionRows()
        self.ids_edit = QLineEdit()
        self.ids_edit.setObjectName("search_ids_edit")
        self.ids_edit.setPlaceholderText(tr("any; several separated by commas"))
        self.sort_combo = roomy_combo("search_sort_combo")
        for text, field in (
            (tr("Newest first"), "-properties.datetime"),
            (tr("Oldest first"), "properties.datetime"),
            (tr("Least cloud first"), "properties.eo:cloud_cover"),
            (tr("By name"), "id"),
        ):
            self.sort_combo.addItem(text, field)
        self.fold_check = QCheckBox(tr("Only the newest processing of a scene"))
        self.fold_check.setObjectName("search_fold_check")
        self.fold_check.setChecked(True)
        self.maximum_spin = _count_spin("maximum_results_spin", LARGEST_MAXIMUM, DEFAULT_MAXIMUM)
        self.maximum_spin.setSuffix(tr(" scenes"))
        self.maximum_spin.setToolTip(tr("The search ends when it has found so many scenes."))
        self.page_spin = _count_spin("page_size_spin", LARGEST_PAGE, DEFAULT_PAGE)
        self.page_spin.setSuffix(tr(" a request"))
        self.page_spin.setToolTip(tr("How many scenes each answer of the catalog brings. Says nothing about how many "
                                     "are found; smaller ones help where a catalog fails."))

    def _build(self) -> None:
        more = FormGrid()
        more.setContentsMargins(8, 6, 8, 6)
        more.add_wide(self.conditions)
        more.add_field(tr("I&ds"), self.ids_edit)
        more.add_field(tr("So&rt"), self.sort_combo)
        more.add_field(tr("At &most"), self.maximum_spin)
        more.add_field(tr("Pa&ge size"), self.page_spin)
        more.add_wide(self.fold_check)
        self.more_box = QgsCollapsibleGroupBoxBasic(tr("More conditions, order and size"))
        self.more_box.setObjectName("search_more_box")
        self.more_box.setLayout(more)
        self.more_box.setCollapsed(True)
        grid = FormGrid()
        grid.add_field(tr("Cata&log"), beside(self.catalog_combo, self.catalogs_button), self.catalog_combo)
        grid.add_note(self.catalog_note)
        grid.add_field(tr("C&ollection"), self.collection_combo)
        grid.add_note(self.collection_note)
        grid.add_rule()
        grid.add_field(tr("&Area"), self.area, self.area.kind_combo, top=True)
        grid.add_rule()
        days = beside(self.first_edit, QLabel(tr("to")), self.last_edit, self.any_time_check, stretch=-1)
        grid.add_field(tr("T&ime"), days, self.first_edit)
        grid.add_field(tr("Max. clo&ud"), beside(self.cloud_spin, stretch=-1), self.cloud_spin)
        grid.add_wide(self.more_box)
        rows = QVBoxLayout()
        rows.setContentsMargins(0, 0, 6, 0)
        rows.addLayout(grid)
        rows.addStretch(1)
        fill_scrolled(self, rows)

    def _connect(self) -> None:
        self.catalog_combo.activated.connect(
            lambda index: self.catalog_chosen.emit(self.catalog_combo.itemText(index))
        )
        self.catalogs_button.clicked.connect(self.catalogs_asked)
        self.collection_combo.activated.connect(self.collection_chosen)
        self.collection_combo.lineEdit().editingFinished.connect(self.collection_chosen)
        self.area.changed.connect(self.changed)
        self.any_time_check.toggled.connect(self._show_time)

    def _show_time(self, anytime: bool) -> None:
        for edit in (self.first_edit, self.last_edit):
            edit.setEnabled(not anytime)

    def fill_catalogs(self, titles: Sequence[str], current: str) -> None:
        """Offer the catalogs."""
        self.catalog_combo.clear()
        self.catalog_combo.addItems(list(titles))
        self.catalog_combo.setCurrentIndex(max(0, self.catalog_combo.findText(current)))

    def fill_collections(self, collections: Sequence[StacCollection], current: str = "") -> None:
        """Offer the collections of the catalog, all of them together first."""
        combo = self.collection_combo
        combo.clear()
        combo.addItem(tr("All collections"), "")
        for collection in collections:
            known = collection.title == collection.collection_id
            text = collection.title if known else f"{collection.title} ({collection.collection_id})"
            combo.addItem(text, collection.collection_id)
        combo.setCurrentIndex(max(0, combo.findData(current)))
        combo.lineEdit().setCursorPosition(0)

    def collection_id(self) -> Optional[str]:
        """The chosen collection, ``""`` for all, None when what is typed is none of the list."""
        index = self.collection_combo.findText(self.collection_combo.currentText().strip())
        if index < 0:
            index = self.collection_combo.findData(self.collection_combo.currentText().strip())
        if not self.collection_combo.currentText().strip():
            return ""
        return None if index < 0 else str(self.collection_combo.itemData(index))


def _day_edit(name: str, day: QDate) -> QDateEdit:
    edit = QDateEdit(day)
    edit.setObjectName(name)
    edit.setDisplayFormat("yyyy-MM-dd")
    edit.setCalendarPopup(True)
    return edit


def _count_spin(name: str, largest: int, value: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setObjectName(name)
    spin.setRange(1, largest)
    spin.setValue(value)
    spin.setGroupSeparatorShown(True)
    return spin
