"""The rows of a form that name a storage and the keys to it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional

from qgis.gui import QgsAuthConfigSelect
from qgis.PyQt.QtCore import QObject, pyqtSignal
from qgis.PyQt.QtWidgets import QLineEdit

from sentinel_workbench.core.qgis.network import read_network_settings
from sentinel_workbench.core.qgis.storage_keys import find_storage_keys
from sentinel_workbench.core.qgis.storage_memory import StoragePlace, keep_storage, last_storage
from sentinel_workbench.core.services.folder_bucket import FolderBucket, folder_of
from sentinel_workbench.core.services.storage import DEFAULT_ENDPOINT, DEFAULT_REGION, Storage
from sentinel_workbench.core.services.storage_bucket import StorageBucket
from sentinel_workbench.core.services.upload_flow import OpenBucket
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label
from sentinel_workbench.ui.translation import tr

_UNNAMED = "not-named-yet"


class StorageForm(QObject):
    """Begins with what was used the last time. The folder of a local hub stands for all of it."""

    changed = pyqtSignal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        place = last_storage()
        self._root: Optional[Path] = None
        self.folder_note = quiet_label()
        self.folder_note.setObjectName("storage_folder")
        self.address_edit = _edit("storage_address_edit", place.endpoint, DEFAULT_ENDPOINT)
        self.address_edit.setToolTip(tr(
            "https://host or https://host:port of any S3-compatible storage, or the folder of a local hub's buckets."
        ))
        self.region_edit = _edit("storage_region_edit", place.region, DEFAULT_REGION)
        self.keys = QgsAuthConfigSelect()
        self.keys.setObjectName("storage_keys")
        self.keys.setToolTip(tr(
            "A configuration of QGIS's authentication manager with the access key as user name and its secret as "
            "password. Without one, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY of the environment are used."
        ))
        self.keys.setConfigId(place.config_id)
        self.address_edit.textChanged.connect(self.changed)
        self.region_edit.textChanged.connect(self.changed)
        self.keys.selectedConfigIdChanged.connect(lambda *_: self.changed.emit())

    def add_to(self, grid: FormGrid) -> None:
        """As rows."""
        self._rows = [
            (grid.add_field(tr("Sto&rage"), self.address_edit), self.address_edit),
            (grid.add_field(tr("Re&gion"), self.region_edit), self.region_edit),
            (grid.add_field(tr("&Keys"), self.keys, top=True), self.keys),
        ]
        grid.add_note(self.folder_note)
        self.show_rows(True)

    def use_folder(self, root: Optional[Path]) -> None:
        """The buckets are folders in ``root``: no address and no keys are asked for. None asks for them."""
        self._root = root
        self.folder_note.setText("" if root is None else tr(
            "Files are copied into {folder}, where the local hub reads them; no account and no keys are needed."
        ).format(folder=root))
        self.show_rows(self._shown)

    def show_rows(self, shown: bool) -> None:
        """Show or hide all."""
        self._shown = shown
        for label, field in self._rows:
            label.setVisible(shown and self._root is None)
            field.setVisible(shown and self._root is None)
        self.folder_note.setVisible(shown and self._root is not None)

    def place(self) -> StoragePlace:
        """What is typed and chosen."""
        return StoragePlace(
            self.address_edit.text().strip() or DEFAULT_ENDPOINT, self.region_edit.text().strip() or DEFAULT_REGION,
            self.keys.configId(),
        )

    def opener(self) -> OpenBucket:
        """Captures keys and network settings; what it returns serves any thread.

        Raises:
            WorkbenchError: there are no keys, or the address can't be one.
        """
        place = self.place()
        root = self._root or folder_of(place.endpoint)
        if root is not None:
            return lambda bucket: FolderBucket(root, bucket)
        keys = find_storage_keys(place.config_id)
        storage = Storage(_UNNAMED, place.endpoint, place.region, read_network_settings(place.endpoint))
        keep_storage(place)

        return lambda bucket: StorageBucket(replace(storage, bucket=bucket), keys)


def _edit(name: str, text: str, hint: str) -> QLineEdit:
    edit = QLineEdit(text)
    edit.setObjectName(name)
    edit.setPlaceholderText(hint)
    return edit
