"""The fields of one connection."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Optional, Sequence

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QDoubleSpinBox, QLineEdit, QVBoxLayout, QWidget

from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import Deployment
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label, roomy_combo
from sentinel_workbench.ui.translation import tr


@dataclass(frozen=True)
class ConnectionFields:
    """What is typed, unchecked, without the secret."""

    name: str
    deployment_id: str
    base_url: str
    token_url: str
    requests_per_minute: Optional[float]
    units_per_minute: Optional[float]
    client_id: str
    remember: bool

    def connection(self, auth_config_id: Optional[str] = None) -> Connection:
        """As a record.

        Raises:
            InvalidInput: a field is not possible.
        """
        return Connection(
            self.name.strip(), self.deployment_id, self.base_url, self.token_url,
            self.requests_per_minute, self.units_per_minute, auth_config_id,
        )


class ConnectionForm(QWidget):
    """Shows and reads the fields; knows the deployments' usual values."""

    changed = pyqtSignal()

    def __init__(self, deployments: Sequence[Deployment], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._deployments = {deployment.id: deployment for deployment in deployments}
        self.name_edit = _line("connection_name")
        self.deployment_combo = roomy_combo("deployment_combo")
        for deployment in deployments:
            self.deployment_combo.addItem(deployment.title, deployment.id)
        self.client_edit = _line("client_id_edit")
        self.secret_edit = _line("client_secret_edit")
        self.secret_edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.remember_box = QCheckBox(tr("&Remember the secret in QGIS's authentication manager"))
        self.remember_box.setChecked(True)
        self.remember_box.setToolTip(tr("Encrypted with your master password. Else it is kept until QGIS closes."))
        self.account_label = quiet_label()
        self.account_label.setOpenExternalLinks(True)
        self.account_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextBrowserInteraction)
        self.base_edit, self.token_edit = _line("base_url_edit"), _line("token_url_edit")
        self.requests_spin = _limit_spin("requests_spin")
        self.units_spin = _limit_spin("units_spin")
        self._build()
        self._connect()

    def _build(self) -> None:
        grid = FormGrid()
        grid.setColumnMinimumWidth(0, 140)
        for text, field in (
            (tr("&Name"), self.name_edit),
            (tr("Ser&vice"), self.deployment_combo),
            (tr("Client &id"), self.client_edit),
            (tr("Client secre&t"), self.secret_edit),
        ):
            grid.add_field(text, field)
        grid.add_note(self.remember_box)
        grid.add_note(self.account_label)
        grid.add_rule()
        for text, field in (
            (tr("&Base URL"), self.base_edit),
            (tr("T&oken URL"), self.token_edit),
            (tr("Re&quests a minute"), self.requests_spin),
            (tr("&Units a minute"), self.units_spin),
        ):
            grid.add_field(text, field)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(grid)
        layout.addStretch(1)

    def _connect(self) -> None:
        self.deployment_combo.activated.connect(self._take_deployment)
        for edit in (self.name_edit, self.client_edit, self.secret_edit, self.base_edit, self.token_edit):
            edit.textEdited.connect(self.changed)
        for spin in (self.requests_spin, self.units_spin):
            spin.valueChanged.connect(self.changed)

    def _take_deployment(self) -> None:
        deployment = self._deployments[self.deployment_combo.currentData()]
        titles = {known.title for known in self._deployments.values()}
        if not self.name_edit.text().strip() or self.name_edit.text() in titles:
            self.name_edit.setText(deployment.title)
        self.base_edit.setText(deployment.base_url or "")
        self.token_edit.setText(deployment.token_url or "")
        self.token_edit.setCursorPosition(0)
        self.requests_spin.setValue(float(deployment.requests_per_minute or 0))
        self.units_spin.setValue(float(deployment.units_per_minute or 0))
        self._show_account(deployment)
        self.changed.emit()

    def _show_account(self, deployment: Optional[Deployment]) -> None:
        url = deployment.account_url if deployment else None
        link = tr('Make an OAuth client in <a href="{url}">your account</a> to get both.')
        self.account_label.setText(link.format(url=url) if url else "")
        self.account_label.setVisible(bool(url))

    def show_new(self) -> None:
        """Empty fields with the first service's values."""
        self.name_edit.clear()
        self.show_credentials("", False)
        self.deployment_combo.setCurrentIndex(0)
        self._take_deployment()

    def show_connection(self, connection: Connection) -> None:
        """The fields of a saved connection; its secret stays where it is."""
        self.name_edit.setText(connection.name)
        self.deployment_combo.setCurrentIndex(self.deployment_combo.findData(connection.deployment_id))
        self.base_edit.setText(connection.base_url)
        self.token_edit.setText(connection.token_url)
        self.token_edit.setCursorPosition(0)
        self.requests_spin.setValue(float(connection.requests_per_minute or 0))
        self.units_spin.setValue(float(connection.units_per_minute or 0))
        self._show_account(self._deployments.get(connection.deployment_id))

    def show_credentials(self, client_id: str, has_secret: bool) -> None:
        """The stored client id; of the secret only that there is one."""
        self.client_edit.setText(client_id)
        self.secret_edit.clear()
        self.secret_edit.setPlaceholderText(tr("stored; type to replace it") if has_secret else "")

    def fields(self) -> ConnectionFields:
        """What is typed, without the secret."""
        return ConnectionFields(
            self.name_edit.text(), self.deployment_combo.currentData() or "", self.base_edit.text(),
            self.token_edit.text(), self.requests_spin.value() or None, self.units_spin.value() or None,
            self.client_edit.text().strip(), self.remember_box.isChecked(),
        )

    def typed_secret(self) -> Optional[str]:
        """The secret as typed, or None when nothing was typed."""
        return self.secret_edit.text().strip() or None


def _line(name: str) -> QLineEdit:
    edit = QLineEdit()
    edit.setObjectName(name)
    return edit


def _limit_spin(name: str) -> QDoubleSpinBox:
    spin = QDoubleSpinBox()
    spin.setObjectName(name)
    spin.setDecimals(0)
    spin.setRange(0, 1_000_000)
    spin.setSpecialValueText(tr("no limit"))
    spin.setToolTip(tr("The Workbench never asks faster than this. 0 means no limit."))
    return spin
