"""All CbM servers: add, change, test and remove them."""

from __future__ import annotations

from typing import Optional

from qgis.gui import QgsPasswordLineEdit
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtWidgets import QCheckBox, QLineEdit, QVBoxLayout, QWidget

from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.ui.entries_dialog import EntriesDialog
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label, roomy_combo
from sentinel_workbench.ui.translation import tr


class CbmServersDialog(EntriesDialog):
    """Servers and the fields of the chosen one."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        self._make_fields()
        super().__init__("cbm_server", self._form(), tr("T&est"), QSize(800, 500), parent)
        self.setWindowTitle(tr("CbM servers"))

    def _make_fields(self) -> None:
        self.name_edit, self.address_edit, self.user_edit = QLineEdit(), QLineEdit(), QLineEdit()
        self.name_edit.setObjectName("cbm_name_edit")
        self.address_edit.setObjectName("cbm_address_edit")
        self.address_edit.setPlaceholderText(tr("https://… of the server, without /query"))
        self.user_edit.setObjectName("cbm_user_edit")
        self.password_edit = QgsPasswordLineEdit()
        self.password_edit.setObjectName("cbm_password_edit")
        self.password_edit.setToolTip(tr("Kept encrypted in QGIS's authentication manager, and sent to this server "
                                         "alone."))
        self.generation_combo = roomy_combo("cbm_generation_combo")
        for text, generation in (
            (tr("Find out"), None),
            (tr("4: area and year, files under /static/tmp (since 2022-12)"), 4),
            (tr("3: area and year, files under /dump (2021-06 to 2022-12)"), 3),
            (tr("2: one table such as nld2018, files under /dump (2021-04)"), 2),
            (tr("1: one table such as nld2018, no chips (2021-01)"), 1),
        ):
            self.generation_combo.addItem(text, generation)
        self.generation_combo.setToolTip(tr("What its addresses look like. Only servers from before June 2021 have to "
                                            "be told apart by hand."))
        self.plain_check = QCheckBox(tr("Allow unprotected &http, such as within an office's own network"))
        self.plain_check.setObjectName("cbm_plain_check")

    def _form(self) -> QWidget:
        grid = FormGrid()
        grid.add_field(tr("&Name"), self.name_edit)
        grid.add_field(tr("A&ddress"), self.address_edit)
        grid.add_note(self.plain_check)
        grid.add_field(tr("&User"), self.user_edit)
        grid.add_field(tr("&Password"), self.password_edit)
        grid.add_note(quiet_label(tr("As your paying agency gave them to you. Left empty, the environment variables "
                                     "CBM_USER and CBM_PASSWORD are used.")))
        grid.add_field(tr("&Generation"), self.generation_combo)
        form = QWidget()
        column = QVBoxLayout(form)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        column.addStretch(1)
        return form

    def show_server(self, server: Optional[CbmConnection], user: str, has_password: bool) -> None:
        """The fields of a server, empty for a new one; of the password only that there is one."""
        self.name_edit.setText(server.name if server else "")
        self.address_edit.setText(server.url if server else "")
        self.address_edit.setCursorPosition(0)
        self.plain_check.setChecked(server is not None and server.plain_http)
        self.user_edit.setText(user)
        self.password_edit.clear()
        self.password_edit.setPlaceholderText(tr("stored; type to replace it") if has_password else "")
        generation = server.generation if server else None
        self.generation_combo.setCurrentIndex(self.generation_combo.findData(generation))
        self.remove_button.setEnabled(server is not None)

    def entered(self, auth_config_id: Optional[str]) -> CbmConnection:
        """The server the fields describe.

        Raises:
            InvalidInput: a field can't be used.
        """
        return CbmConnection(
            self.name_edit.text().strip(), self.address_edit.text(), auth_config_id,
            self.generation_combo.currentData(), self.plain_check.isChecked(),
        )

    def entered_login(self) -> Optional[CbmLogin]:
        """User and password as typed, None when no password is.

        Raises:
            InvalidInput: they can't be used.
        """
        password = self.password_edit.text()
        return CbmLogin(self.user_edit.text().strip(), password) if password else None
