"""Decides for the connections dialog: what is saved, what is tested, what an error means."""

from __future__ import annotations

from typing import Optional, Tuple

from qgis.PyQt.QtWidgets import QMessageBox, QWidget

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    Cancelled,
    ConnectionFailed,
    InvalidInput,
    PermissionDenied,
    RequestRejected,
    ServiceUnavailable,
    TimedOut,
    UnexpectedAnswer,
    WorkbenchError,
)
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.deployments import LOCAL
from sentinel_workbench.ui.backend import Backend, Light
from sentinel_workbench.ui.connections_dialog import ConnectionsDialog
from sentinel_workbench.ui.entry_test import EntryTest
from sentinel_workbench.ui.translation import tr


class ConnectionsController:
    """One dialog's life."""

    def __init__(self, backend: Backend, parent: Optional[QWidget] = None) -> None:
        self._backend = backend
        self._shown: Optional[Connection] = None
        deployments = [d for d in backend.deployments() if d.id != LOCAL]
        self.dialog = ConnectionsDialog(deployments, parent)
        self._test = EntryTest(
            self.dialog, lambda: self.dialog.show_testing(False), lambda error: (Light.ERROR, explain_failure(error))
        )
        self.dialog.selected.connect(self._show)
        self.dialog.add_asked.connect(self._show_new)
        self.dialog.remove_asked.connect(self._remove)
        self.dialog.save_asked.connect(self._save)
        self.dialog.test_asked.connect(self._toggle_test)
        self.dialog.form.changed.connect(self._forget_verdict)
        self.dialog.finished.connect(lambda _result: self._test.stop())
        current = backend.current_connection()
        self._fill(current.name if current else None)

    def run(self) -> None:
        """Show the dialog until it is closed."""
        self.dialog.exec()
        self.dialog.deleteLater()

    def _editable(self) -> Tuple[Connection, ...]:
        return tuple(c for c in self._backend.connections() if c.deployment_id != LOCAL)

    def _fill(self, name: Optional[str]) -> None:
        names = [connection.name for connection in self._editable()]
        chosen = name if name in names else names[0] if names else None
        self.dialog.show_names(names, chosen)
        if chosen is None:
            self._show_new()
        else:
            self._show(chosen)

    def _show(self, name: str) -> None:
        connection = next((c for c in self._editable() if c.name == name), None)
        if connection is None:
            return
        self._shown = connection
        self.dialog.form.show_connection(connection)
        client_id = self._backend.client_id(connection)
        self.dialog.form.show_credentials(client_id or "", client_id is not None)
        self.dialog.remove_button.setEnabled(True)
        self._forget_verdict()

    def _show_new(self) -> None:
        self._shown = None
        self.dialog.show_names([c.name for c in self._editable()], None)
        self.dialog.form.show_new()
        self.dialog.remove_button.setEnabled(False)
        self.dialog.form.name_edit.setFocus()
        self._forget_verdict()

    def _entered(self) -> Tuple[Connection, Optional[Credentials]]:
        """The typed connection and its credentials; None means the stored ones."""
        form = self.dialog.form
        fields, secret = form.fields(), form.typed_secret()
        connection = fields.connection(self._shown.auth_config_id if self._shown else None)
        stored = self._shown is not None and self._backend.client_id(self._shown) == fields.client_id
        if stored and secret is None:
            return connection, None
        return connection, Credentials(fields.client_id, secret or "")

    def _save(self) -> None:
        fields = self.dialog.form.fields()
        taken = {c.name for c in self._backend.connections()} - {self._shown.name if self._shown else ""}
        try:
            connection, credentials = self._entered()
            if connection.name in taken:
                raise InvalidInput(
                    "name", tr("There is a connection '{name}' already.").format(name=connection.name),
                    tr("Choose another name."),
                )
            previous = self._shown.name if self._shown else None
            saved = self._backend.save_connection(connection, credentials, previous, fields.remember)
            self._backend.choose_connection(saved.name)
        except WorkbenchError as error:
            self.dialog.show_verdict(Light.ERROR, str(error))
            return
        self._fill(saved.name)
        self.dialog.show_verdict(Light.OK, tr("Saved; orders go there now."))

    def _remove(self) -> None:
        if self._shown is None:
            return
        question = tr("Forget the connection '{name}' and its stored secret?").format(name=self._shown.name)
        answer = QMessageBox.question(self.dialog, tr("Remove connection"), question)
        if answer == QMessageBox.StandardButton.Yes:
            self._backend.delete_connection(self._shown.name)
            self._fill(None)

    def _toggle_test(self) -> None:
        if self._test.runs:
            self._test.stop()
            self.dialog.show_verdict(Light.UNKNOWN, tr("The test was stopped."))
            return
        try:
            connection, credentials = self._entered()
        except InvalidInput as problem:
            self.dialog.show_verdict(Light.ERROR, str(problem))
            return
        self._test.start(connection.token_url, lambda done, failed: self._backend.test_connection(
            connection, credentials, done, failed))
        self.dialog.show_testing(self._test.runs)

    def _forget_verdict(self) -> None:
        self._test.stop()
        self.dialog.show_verdict(Light.UNKNOWN, "")


def explain_failure(error: Exception) -> str:
    """What is wrong in two words, then the sentence of the error."""
    if isinstance(error, Cancelled):
        return tr("The test was stopped.")
    headings = (
        (AuthenticationFailed, tr("Wrong client id or secret.")),
        (PermissionDenied, tr("Not allowed.")),
        ((UnexpectedAnswer, RequestRejected), tr("Wrong URL.")),
        (ConnectionFailed, tr("No connection.")),
        (TimedOut, tr("No answer.")),
        (ServiceUnavailable, tr("The service has a problem.")),
    )
    heading = next((text for kind, text in headings if isinstance(error, kind)), "")
    return f"{heading} {error}".strip()
