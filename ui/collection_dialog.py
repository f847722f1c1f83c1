"""A collection as a form: make one, or look at one and change it. What a change would also do is said at once."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Optional, Tuple

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.services.byoc_changes import Trap, band_table, find_traps
from sentinel_workbench.ui.band_table import BandTable
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label
from sentinel_workbench.ui.translation import tr

_NEW = ByocCollection("", "", "")


class CollectionDialog(QDialog):
    """``collection`` None makes a new one. ``after`` tells what was typed, once it was accepted."""

    def __init__(
        self, collection: Optional[ByocCollection], tiles: Optional[int] = None, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self._before = collection or _NEW
        self._tiles = tiles
        self.setObjectName("collection_dialog")
        self.setWindowTitle(tr("New collection") if collection is None else tr("Collection details"))
        self.resize(560, 520)
        self._make_fields()
        self._build(collection is not None)
        self._connect()
        self._show_traps()
        self.name_edit.setFocus()

    def _make_fields(self) -> None:
        before = self._before
        self.name_edit = QLineEdit(before.name)
        self.name_edit.setObjectName("collection_name_edit")
        self.bucket_edit = QLineEdit(before.bucket)
        self.bucket_edit.setObjectName("collection_bucket_edit")
        self.bucket_edit.setPlaceholderText(tr("bare name of the bucket, without s3://"))
        self.no_data_edit = QLineEdit("" if before.no_data is None else f"{before.no_data:g}")
        self.no_data_edit.setObjectName("collection_nodata_edit")
        self.no_data_edit.setPlaceholderText(tr("none"))
        self.bands = BandTable()
        self.bands.show_bands(before.bands)
        self.traps_label = QLabel()
        self.traps_label.setObjectName("traps_label")
        self.traps_label.setWordWrap(True)
        self.traps_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.json_button = QPushButton(tr("Show &JSON"))
        self.json_button.setObjectName("collection_json_button")
        self.json_button.setCheckable(True)
        self.json_view = QPlainTextEdit(json.dumps(dict(before.document), indent=1, ensure_ascii=False))
        self.json_view.setObjectName("collection_json")
        self.json_view.setReadOnly(True)
        self.json_view.setTabChangesFocus(True)
        self.json_view.setMinimumHeight(140)
        self.json_view.hide()
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.ok_button = self.buttons.button(standard.Ok)

    def _build(self, existing: bool) -> None:
        grid = FormGrid()
        grid.add_field(tr("&Name"), self.name_edit)
        grid.add_field(tr("B&ucket"), self.bucket_edit)
        grid.add_field(tr("N&o data"), self.no_data_edit)
        grid.add_field(tr("&Bands"), self.bands, self.bands.table, top=True)
        if existing:
            for text, value in _facts(self._before, self._tiles):
                label = quiet_label(value)
                label.setTextInteractionFlags(
                    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
                )
                grid.add_field(text, label)
            self.buttons.addButton(self.json_button, QDialogButtonBox.ButtonRole.ResetRole)
            self.ok_button.setText(tr("&Save changes"))
        else:
            grid.add_note(quiet_label(tr("Leave the bands empty to take them from the first tile.")))
            self.ok_button.setText(tr("&Make collection"))
        layout = QVBoxLayout(self)
        layout.addLayout(grid, 1)
        layout.addWidget(self.json_view, 1)
        layout.addWidget(self.traps_label)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        for edit in (self.name_edit, self.bucket_edit, self.no_data_edit):
            edit.textChanged.connect(self._show_traps)
        self.bands.changed.connect(self._show_traps)
        self.json_button.toggled.connect(self.json_view.setVisible)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)

    @property
    def before(self) -> ByocCollection:
        """As it was when the dialog was opened."""
        return self._before

    def after(self) -> ByocCollection:
        """As typed.

        Raises:
            InvalidInput: a number can't be read.
        """
        try:
            text = self.no_data_edit.text().strip()
            no_data = float(text) if text else None
            bands = band_table(self.bands.rows(), self._before.bands)
        except ValueError as error:
            raise InvalidInput(
                "bands", tr("A no-data value, number or bit depth is not a number."), tr("Correct it.")
            ) from error
        return replace(
            self._before, name=self.name_edit.text().strip(), bucket=self.bucket_edit.text().strip(),
            no_data=no_data, bands=bands,
        )  # fmt: skip

    def traps(self) -> Tuple[Trap, ...]:
        """What the change would also do, and what forbids it."""
        try:
            after = self.after()
        except InvalidInput as problem:
            return (Trap(str(problem), True),)
        return find_traps(self._before, after, bool(self._tiles))

    def _show_traps(self) -> None:
        traps = self.traps()
        forbidden = any(trap.forbidden for trap in traps)
        marks = {True: "✗", False: "⚠"}
        self.traps_label.setText("\n".join(f"{marks[trap.forbidden]} {trap.sentence}" for trap in traps))
        self.traps_label.setVisible(bool(traps))
        try:
            same = self.after() == self._before
        except InvalidInput:
            same = False
        self.ok_button.setEnabled(not forbidden and not same)
        self.ok_button.setToolTip(tr("Nothing is changed yet.") if same else "")


def _facts(collection: ByocCollection, tiles: Optional[int]) -> Tuple[Tuple[str, str], ...]:
    created = f"{collection.created:%Y-%m-%d %H:%M} UTC" if collection.created else tr("unknown")
    first, last = collection.first_sensing, collection.last_sensing
    if first and last:
        sensed = tr("{first} to {last}").format(first=f"{first:%Y-%m-%d}", last=f"{last:%Y-%m-%d}")
    else:
        sensed = tr("no sensing times known")
    coarsest = tr("{metres} m").format(metres=f"{collection.max_metres:g}") if collection.max_metres else tr("unknown")
    return (
        (tr("Id"), collection.collection_id),
        (tr("Made"), created),
        (tr("Tiles"), tr("not counted yet") if tiles is None else f"{tiles:n}"),
        (tr("Sensed"), sensed),
        (tr("Coarsest"), coarsest),
    )
