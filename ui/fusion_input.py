"""One further collection of an order: its id in the script, and the settings every collection has."""

from __future__ import annotations

from typing import Mapping, Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QFrame, QInputDialog, QLineEdit, QToolButton, QVBoxLayout, QWidget

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.orders import DataSource
from sentinel_workbench.core.services.order_making import make_source
from sentinel_workbench.core.services.orders import collection_named, own_type_id
from sentinel_workbench.ui.form_rows import FormGrid, beside, offer, roomy_combo
from sentinel_workbench.ui.options_form import OptionsForm
from sentinel_workbench.ui.source_fields import cloud_field, mosaic_field
from sentinel_workbench.ui.translation import tr

_OWN = "own"
"""The entry that asks for a collection no list has."""


class FusionInput(QFrame):
    """The fields of one input.

    Args:
        source: what they say at first.
        collections: to choose from, by type id; that of ``source`` need not be among them.
    """

    changed = pyqtSignal()
    remove_asked = pyqtSignal()

    def __init__(
        self, source: DataSource, collections: Mapping[str, Collection], parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self._collections = dict(collections)
        self._chosen = collection_named(source.collection).collection_id
        self._collections.setdefault(self._chosen, collection_named(source.collection))
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self._make_fields()
        self._build()
        self._choose(source)
        self._connect()

    def _make_fields(self) -> None:
        self.id_edit = id_field("fusion_id_edit")
        self.collection_combo = roomy_combo("fusion_collection_combo")
        for collection in self._collections.values():
            self.collection_combo.addItem(collection.title, collection.collection_id)
        self.collection_combo.addItem(tr("Own collection (BYOC)…"), _OWN)
        self.mosaic_combo = mosaic_field("fusion_mosaic_combo")
        self.cloud_spin = cloud_field("fusion_cloud_spin")
        self.options = OptionsForm()
        self.remove_button = QToolButton()
        self.remove_button.setObjectName("fusion_remove_button")
        self.remove_button.setText(tr("Remove"))

    def _build(self) -> None:
        grid = FormGrid()
        grid.add_field(tr("Collection"), self.collection_combo)
        grid.add_field(tr("Id"), beside(self.id_edit, self.remove_button), self.id_edit)
        self._mosaic_label = grid.add_field(tr("Mosaic"), self.mosaic_combo)
        self._cloud_label = grid.add_field(tr("Max. cloud"), self.cloud_spin)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(grid)
        layout.addWidget(self.options)

    def _connect(self) -> None:
        self.collection_combo.currentIndexChanged.connect(self._take_collection)
        self.mosaic_combo.currentIndexChanged.connect(self.changed)
        self.cloud_spin.valueChanged.connect(self.changed)
        self.id_edit.textChanged.connect(self.changed)
        self.options.changed.connect(self.changed)
        self.remove_button.clicked.connect(self.remove_asked)

    def collection(self) -> Collection:
        """The one that is chosen."""
        return self._collections[self.collection_combo.currentData()]

    def source(self) -> DataSource:
        """The input as the fields say, without time range."""
        return make_source(
            self.collection(), self.mosaic_combo.currentData(), self.cloud_spin.value(), self.options.filters(),
            self.options.processing(), self.id_edit.text().strip() or None,
        )

    def _choose(self, source: DataSource) -> None:
        self.collection_combo.setCurrentIndex(self.collection_combo.findData(self._chosen))
        self.id_edit.setText(source.identifier or "")
        self.mosaic_combo.setCurrentIndex(max(0, self.mosaic_combo.findData(source.mosaicking_order or "mostRecent")))
        self.cloud_spin.setValue(100 if source.max_cloud_percent is None else source.max_cloud_percent)
        self._show_collection()
        self.options.choose(source.filters, source.processing)

    def use_own(self, name: str) -> None:
        """Read a collection of the user's own, by its type id or bare id."""
        collection = collection_named(own_type_id(name))
        if collection.collection_id not in self._collections:
            self._collections[collection.collection_id] = collection
            self.collection_combo.insertItem(
                self.collection_combo.count() - 1, collection.title, collection.collection_id)
        self.collection_combo.setCurrentIndex(self.collection_combo.findData(collection.collection_id))

    def _take_collection(self) -> None:
        if self.collection_combo.currentData() == _OWN:
            self.collection_combo.setCurrentIndex(self.collection_combo.findData(self._chosen))
            self._ask_own()
            return
        self._chosen = self.collection_combo.currentData()
        self._show_collection()
        self.changed.emit()

    def _ask_own(self) -> None:
        name, given = QInputDialog.getText(
            self.window(), tr("Own collection"), tr("Id of the collection (BYOC):"), QLineEdit.EchoMode.Normal)
        if given and name.strip():
            self.use_own(name)

    def _show_collection(self) -> None:
        """Fields only where the collection has a use for them."""
        collection = self.collection()
        self.options.show_collection(collection)
        offer(self.mosaic_combo, "leastCC", collection.has_cloud_cover, "mostRecent")
        for widget in (self._mosaic_label, self.mosaic_combo):
            widget.setVisible(not collection.timeless)
        for widget in (self._cloud_label, self.cloud_spin):
            widget.setVisible(collection.has_cloud_cover)


def id_field(name: str) -> QLineEdit:
    """A short text under which a script reads an input."""
    field = QLineEdit()
    field.setObjectName(name)
    field.setPlaceholderText(tr("as the script names it"))
    field.setToolTip(tr("The datasource of an input in the script's setup()."))
    field.setMaxLength(100)
    return field
