"""All STAC catalogs: look at the known ones, add, change, test and remove one's own."""

from __future__ import annotations

from typing import Optional

from qgis.gui import QgsAuthConfigSelect, QgsFileWidget
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from sentinel_workbench.core.qgis.stac_catalogs import SavedCatalog
from sentinel_workbench.ui.entries_dialog import EntriesDialog
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label
from sentinel_workbench.ui.translation import tr


class CatalogsDialog(EntriesDialog):
    """Catalogs and the fields of the chosen one."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        self._make_fields()
        super().__init__("catalog", self._form(), tr("T&est"), QSize(800, 500), parent)
        self.setWindowTitle(tr("STAC catalogs"))

    def _make_fields(self) -> None:
        self.name_edit = QLineEdit()
        self.name_edit.setObjectName("catalog_name_edit")
        self.address = QgsFileWidget()
        self.address.setObjectName("catalog_address")
        self.address.setStorageMode(QgsFileWidget.StorageMode.GetFile)
        self.address.setFilter(tr("STAC files (*.json *.geojson)"))
        self.address.lineEdit().setPlaceholderText(tr("https://… of the landing page, or a file"))
        self.login = QgsAuthConfigSelect()
        self.login.setObjectName("catalog_login")
        self.keys = QgsAuthConfigSelect()
        self.keys.setObjectName("catalog_keys")
        self.keys.setToolTip(tr("Access key and secret of the storage as user name and password, for files that are "
                                "not public."))
        self.storage_edit = QLineEdit()
        self.storage_edit.setObjectName("catalog_storage_edit")
        self.storage_edit.setPlaceholderText(tr("https://… of another storage than the usual one"))
        self.storage_edit.setToolTip(tr("Where addresses that begin with s3:// lie. Empty: at Amazon, or in the known "
                                        "catalog's own storage. The key goes there and nowhere else."))
        self.region_edit = QLineEdit()
        self.region_edit.setObjectName("catalog_region_edit")
        self.region_edit.setPlaceholderText(tr("the usual one"))
        self.region_edit.setToolTip(tr("Region of the storage, such as eu-central-1."))
        self.pays_check = QCheckBox(tr("I &pay for what is read (requester pays)"))
        self.pays_check.setObjectName("requester_pays_check")
        self.note = quiet_label()

    def _form(self) -> QWidget:
        grid = FormGrid()
        grid.add_field(tr("&Name"), self.name_edit)
        grid.add_field(tr("A&ddress"), self.address, self.address.lineEdit())
        grid.add_field(tr("&Login"), self.login, top=True)
        grid.add_note(self.note)
        grid.add_field(tr("Files' &key"), self.keys, top=True)
        grid.add_note(self.pays_check)
        grid.add_field(tr("St&orage"), self.storage_edit)
        grid.add_field(tr("Re&gion"), self.region_edit)
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addStretch(1)
        return form

    def show_catalog(self, catalog: Optional[SavedCatalog]) -> None:
        """The fields of a catalog, empty for a new one; of known ones only the login can be changed."""
        own = catalog is None or not catalog.preset
        self.name_edit.setText(catalog.title if catalog else "")
        self.address.setFilePath(catalog.url if catalog else "")
        self.login.setConfigId(catalog.auth_config_id or "" if catalog else "")
        self.keys.setConfigId(catalog.keys_config_id or "" if catalog else "")
        self.pays_check.setChecked(catalog is not None and catalog.requester_pays)
        self.storage_edit.setText(catalog.storage_url if catalog else "")
        self.region_edit.setText(catalog.storage_region if catalog else "")
        for widget in (self.name_edit, self.address):
            widget.setEnabled(own)
        self.remove_button.setEnabled(own and catalog is not None)
        self.note.setText(
            tr("Goes to the catalog alone, never to the servers of its files.") if own
            else tr("Its files lie in S3 storage: choose your S3 key of the Copernicus Data Space below.")
            if catalog is not None and catalog.preset == "cdse"
            else tr("A known catalog: its files need no login. A login chosen here goes to the catalog alone.")
        )

    def entered(self, preset: str) -> SavedCatalog:
        """What the fields say.

        Raises:
            InvalidInput: a field can't be used.
        """
        return SavedCatalog(
            self.name_edit.text().strip(), self.address.filePath().strip(), preset, self.login.configId() or None,
            self.keys.configId() or None, self.pays_check.isChecked() and bool(self.keys.configId()),
            self.storage_edit.text().strip(), self.region_edit.text().strip(),
        )
