"""All STAC catalogs: look at the known ones, add, change, test and remove one's own."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.gui import QgsAuthConfigSelect, QgsFileWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.qgis.stac_catalogs import SavedCatalog
from sentinel_workbench.ui.backend import ConnectionStatus, Light
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label
from sentinel_workbench.ui.status_light import StatusLight
from sentinel_workbench.ui.translation import tr


class CatalogsDialog(QDialog):
    """A list on the left, the chosen one's fields on the right. Reports; its controller decides."""

    selected = pyqtSignal(str)
    add_asked = pyqtSignal()
    remove_asked = pyqtSignal()
    save_asked = pyqtSignal()
    test_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("catalogs_dialog")
        self.setWindowTitle(tr("STAC catalogs"))
        self.resize(800, 500)
        self.list = QListWidget()
        self.list.setObjectName("catalogs_list")
        self.list.setFixedWidth(230)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
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
        self.pays_check = QCheckBox(tr("I &pay for what is read (requester pays)"))
        self.pays_check.setObjectName("requester_pays_check")
        self.note = quiet_label()
        self.light = StatusLight()
        self.verdict = QLabel()
        self.verdict.setObjectName("catalog_verdict")
        self.verdict.setWordWrap(True)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.add_button = _button(tr("&Add"), "add_catalog_button")
        self.remove_button = _button(tr("Re&move"), "remove_catalog_button")
        self.test_button = _button(tr("T&est"), "test_catalog_button")
        self.save_button = _button(tr("&Save and use"), "save_catalog_button")
        self.save_button.setDefault(True)
        self._build()
        self._connect()

    def _build(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        row = QHBoxLayout()
        row.addWidget(self.add_button)
        row.addWidget(self.remove_button)
        left.addLayout(row)
        grid = FormGrid()
        grid.add_field(tr("&Name"), self.name_edit)
        grid.add_field(tr("A&ddress"), self.address, self.address.lineEdit())
        grid.add_field(tr("&Login"), self.login, top=True)
        grid.add_note(self.note)
        grid.add_field(tr("Files' &key"), self.keys, top=True)
        grid.add_note(self.pays_check)
        test = QHBoxLayout()
        test.setSpacing(8)
        test.addWidget(self.test_button, 0, Qt.AlignmentFlag.AlignTop)
        test.addWidget(self.light, 0, Qt.AlignmentFlag.AlignTop)
        test.addWidget(self.verdict, 1, Qt.AlignmentFlag.AlignTop)
        right = QVBoxLayout()
        right.addLayout(grid)
        right.addLayout(test)
        right.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addLayout(left)
        top.addLayout(right, 1)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.ActionRole)
        layout = QVBoxLayout(self)
        layout.addLayout(top, 1)
        layout.addWidget(line)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.list.currentTextChanged.connect(self.selected)
        self.add_button.clicked.connect(self.add_asked)
        self.remove_button.clicked.connect(self.remove_asked)
        self.test_button.clicked.connect(self.test_asked)
        self.save_button.clicked.connect(self.save_asked)
        self.buttons.rejected.connect(self.reject)

    def show_titles(self, titles: Sequence[str], current: str) -> None:
        """Fill the list without telling of a selection."""
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems(list(titles))
        self.list.setCurrentRow(list(titles).index(current) if current in titles else -1)
        self.list.blockSignals(False)

    def show_catalog(self, catalog: Optional[SavedCatalog]) -> None:
        """The fields of a catalog, empty for a new one; of known ones only the login can be changed."""
        own = catalog is None or not catalog.preset
        self.name_edit.setText(catalog.title if catalog else "")
        self.address.setFilePath(catalog.url if catalog else "")
        self.login.setConfigId(catalog.auth_config_id or "" if catalog else "")
        self.keys.setConfigId(catalog.keys_config_id or "" if catalog else "")
        self.pays_check.setChecked(catalog is not None and catalog.requester_pays)
        for widget in (self.name_edit, self.address):
            widget.setEnabled(own)
        self.remove_button.setEnabled(own and catalog is not None)
        self.note.setText(
            tr("Goes to the catalog alone, never to the servers of its files.") if own
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
        )

    def show_verdict(self, light: Light, text: str) -> None:
        """Outcome of a test or of saving."""
        self.light.show_status(ConnectionStatus(light, text))
        self.light.setVisible(bool(text))
        self.verdict.setText(text)


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
