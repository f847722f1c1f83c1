"""The folding part of the Imagery tab for further collections (data fusion)."""

from __future__ import annotations

from typing import List, Mapping, Optional, Sequence, Tuple

from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QPushButton, QVBoxLayout, QWidget

from sentinel_workbench.core.model.collection import Collection, known_collections
from sentinel_workbench.core.model.orders import DataSource
from sentinel_workbench.ui.form_rows import FormGrid, beside, quiet_label
from sentinel_workbench.ui.fusion_input import FusionInput, id_field
from sentinel_workbench.ui.options_form import OptionsForm
from sentinel_workbench.ui.translation import tr

_FIRST_PROPOSED = "sentinel-1-grd"


class FusionBox(QgsCollapsibleGroupBoxBasic):
    """Inputs beside the form's own collection, each with fields of its own."""

    changed = pyqtSignal()
    script_asked = pyqtSignal()
    """A first script that reads all inputs."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Further collections"), parent)
        self.setObjectName("fusion_box")
        self.setCollapsed(True)
        self._inputs: List[FusionInput] = []
        self._collections: Mapping[str, Collection] = known_collections()
        self.first_id_edit = id_field("fusion_first_id_edit")
        self.first_id_edit.textChanged.connect(self.changed)
        self.add_button = QPushButton(tr("Add a collection"))
        self.add_button.setObjectName("fusion_add_button")
        self.add_button.clicked.connect(lambda: self.add(DataSource(_FIRST_PROPOSED)))
        self.script_button = QPushButton(tr("Begin a script"))
        self.script_button.setObjectName("fusion_script_button")
        self.script_button.setToolTip(tr("A script that hands over bands of every collection, to go on from."))
        self.script_button.clicked.connect(self.script_asked)
        self._first = QWidget()
        self._first.setLayout(self._first_row())
        self._list = QVBoxLayout()
        self._list.setSpacing(6)
        layout = QVBoxLayout(self)
        layout.setSpacing(6)
        layout.addWidget(quiet_label(tr("A script may read several collections at once. Each needs an id there.")))
        layout.addWidget(self._first)
        layout.addLayout(self._list)
        layout.addWidget(beside(self.add_button, self.script_button, stretch=-1))
        self._show()

    def know(self, collections: Mapping[str, Collection]) -> None:
        """Offer these to inputs added from now on, by type id."""
        self._collections = collections

    def source_id(self) -> Optional[str]:
        """Under which the script reads the form's own collection; None leaves that to the script."""
        return self.first_id_edit.text().strip() or None if self._inputs else None

    def sources(self) -> Tuple[DataSource, ...]:
        """The further inputs, in order."""
        return tuple(one.source() for one in self._inputs)

    def inputs_with(self, collection_id: str, options: Optional[OptionsForm] = None) -> Tuple[DataSource, ...]:
        """The form's own collection, with its settings, and the further ones, to check a script with."""
        filters, processing = (options.filters(), options.processing()) if options else ({}, {})
        first = DataSource(collection_id, identifier=self.source_id(), filters=filters, processing=processing)
        return (first, *self.sources())

    def add(self, source: DataSource) -> None:
        """One more input."""
        made = FusionInput(source, self._collections)
        made.changed.connect(self.changed)
        made.remove_asked.connect(lambda: self.remove(made))
        self._inputs.append(made)
        self._list.addWidget(made)
        self._show()
        self.changed.emit()

    def remove(self, one: FusionInput) -> None:
        """Take an input away."""
        self._inputs.remove(one)
        self._list.removeWidget(one)
        one.hide()
        one.deleteLater()
        self._show()
        self.changed.emit()

    def take(self, source_id: Optional[str], sources: Sequence[DataSource]) -> None:
        """These inputs and no others; opened when there are any."""
        for one in tuple(self._inputs):
            self.remove(one)
        for source in sources:
            self.add(source)
        self.first_id_edit.setText(source_id or "")
        self.setCollapsed(not sources)

    def _show(self) -> None:
        self._first.setVisible(bool(self._inputs))
        self.script_button.setVisible(bool(self._inputs))

    def _first_row(self) -> FormGrid:
        grid = FormGrid()
        grid.add_field(tr("First id"), self.first_id_edit)
        return grid
