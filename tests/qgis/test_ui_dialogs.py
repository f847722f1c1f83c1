"""The dialogs: connections with their test, slots, script."""

from __future__ import annotations

import datetime as dt

import pytest
from fake_backend import FakeBackend
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QDialogButtonBox, QLineEdit, QMessageBox

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    RequestRejected,
    TimedOut,
    UnexpectedAnswer,
)
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.ui.backend import Light
from sentinel_workbench.ui.connections_controller import ConnectionsController
from sentinel_workbench.ui.slots_dialog import SlotsDialog

HIDDEN = "hidden-2"
FIRST, LAST = dt.date(2019, 1, 1), dt.date(2019, 12, 31)


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def connections(qgis_app, backend, qtbot):
    kept = []

    def build():
        controller = ConnectionsController(backend)
        kept.append(controller)
        qtbot.addWidget(controller.dialog)
        controller.dialog.show()
        return controller

    yield build
    kept.clear()


def fill(dialog, client="client-2", hidden=HIDDEN, name="Mine"):
    dialog.form.name_edit.setText(name)
    dialog.form.client_edit.setText(client)
    dialog.form.secret_edit.setText(hidden)


def click(qtbot, button):
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_new_connection_is_saved_and_used(connections, backend, qtbot):
    controller = connections()
    fill(controller.dialog)
    click(qtbot, controller.dialog.save_button)
    assert backend.current == "Mine"
    assert backend.credentials["Mine"].client_secret == HIDDEN
    assert controller.dialog.form.secret_edit.text() == ""
    assert controller.dialog.light.light is Light.OK


def test_choosing_a_service_fills_in_its_addresses(connections, qtbot):
    form = connections().dialog.form
    form.deployment_combo.setCurrentIndex(form.deployment_combo.findData("sentinel-hub"))
    form.deployment_combo.activated.emit(form.deployment_combo.currentIndex())
    assert form.base_edit.text() == "https://services.sentinel-hub.com"
    assert form.requests_spin.value() == 600
    assert form.name_edit.text().startswith("Sentinel Hub")


def test_a_stored_secret_is_kept_when_none_is_typed(connections, backend, qtbot):
    backend.add_connection("Mine")
    dialog = connections().dialog
    assert dialog.form.client_edit.text() == "client-1"
    assert dialog.form.secret_edit.text() == ""
    dialog.form.name_edit.setText("Renamed")
    click(qtbot, dialog.save_button)
    assert [c.name for c in backend.saved] == ["Renamed"]
    assert backend.credentials["Renamed"].client_secret == "hidden-1"


@pytest.mark.parametrize("change, sentence", [
    (lambda form: form.name_edit.setText(" "), "no name"),
    (lambda form: form.client_edit.setText(""), "client id is empty"),
    (lambda form: form.secret_edit.setText(""), "secret is empty"),
    (lambda form: form.base_edit.setText("nonsense"), "not the URL"),
    (lambda form: form.token_edit.setText("http://example.org/token"), "unprotected"),
    (lambda form: form.name_edit.setText("Taken"), "already"),
])
def test_what_can_not_be_saved_says_why(connections, backend, qtbot, change, sentence):
    backend.add_connection("Taken")
    dialog = connections().dialog
    click(qtbot, dialog.add_button)
    fill(dialog)
    change(dialog.form)
    click(qtbot, dialog.save_button)
    assert sentence in dialog.verdict.text()
    assert [c.name for c in backend.saved] == ["Taken"]


@pytest.mark.parametrize("error, heading", [
    (AuthenticationFailed("refused.", status=401), "Wrong client id or secret."),
    (RequestRejected("no such page.", status=404), "Wrong URL."),
    (UnexpectedAnswer("a web page."), "Wrong URL."),
    (ConnectionFailed("host unknown."), "No connection."),
    (TimedOut("silence."), "No answer."),
])
def test_the_test_tells_what_is_wrong(connections, backend, qtbot, error, heading):
    dialog = connections().dialog
    fill(dialog)
    click(qtbot, dialog.test_button)
    assert dialog.light.light is Light.BUSY
    _, credentials, _, on_error, _ = backend.tests[0]
    assert (credentials.client_id, credentials.client_secret) == ("client-2", HIDDEN)
    on_error(error)
    assert dialog.verdict.text().startswith(heading)
    assert dialog.light.light is Light.ERROR
    assert HIDDEN not in dialog.verdict.text()


def test_the_test_can_be_stopped_and_a_late_answer_is_not_heard(connections, backend, qtbot):
    dialog = connections().dialog
    fill(dialog)
    click(qtbot, dialog.test_button)
    click(qtbot, dialog.test_button)
    _, _, on_ok, _, work = backend.tests[0]
    assert work.cancelled
    on_ok("late")
    assert dialog.verdict.text() == "The test was stopped."


def test_closing_the_dialog_stops_the_test(connections, backend, qtbot):
    dialog = connections().dialog
    fill(dialog)
    click(qtbot, dialog.test_button)
    dialog.reject()
    assert backend.tests[0][4].cancelled


def test_a_stored_connection_is_tested_with_its_stored_secret(connections, backend, qtbot):
    backend.add_connection("Mine")
    dialog = connections().dialog
    click(qtbot, dialog.test_button)
    assert backend.tests[0][1] is None
    backend.tests[0][2]("It answers.")
    assert dialog.light.light is Light.OK and dialog.verdict.text() == "It answers."


def test_removing_asks_first(connections, backend, qtbot, monkeypatch):
    backend.add_connection("Mine")
    dialog = connections().dialog
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]
    monkeypatch.setattr(QMessageBox, "question", lambda *_: answers.pop(0))
    click(qtbot, dialog.remove_button)
    assert [c.name for c in backend.saved] == ["Mine"]
    click(qtbot, dialog.remove_button)
    assert backend.saved == []
    assert not dialog.remove_button.isEnabled()


def test_the_secret_is_never_shown(connections):
    form = connections().dialog.form
    assert form.secret_edit.echoMode() == QLineEdit.EchoMode.Password
    form.secret_edit.setText(HIDDEN)
    assert HIDDEN not in repr(form.fields())


@pytest.fixture
def slots(qgis_app, qtbot):
    dialog = SlotsDialog(SlotRule(), FIRST, LAST)
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def rows(dialog):
    table = dialog.table
    return [tuple(table.item(r, c).text() for c in range(3)) for r in range(table.rowCount())]


def test_the_slots_table_follows_the_choice(slots, qtbot):
    assert len(rows(slots)) == 12 and rows(slots)[1] == ("2019-02-01", "2019-02-28", "28")
    slots._buttons_by_kind[SlotKind.DAYS].click()
    slots.days_spin.setValue(100)
    assert rows(slots)[-1] == ("2019-10-28", "2019-12-31", "65")
    assert slots.rule() == SlotRule(SlotKind.DAYS, 12, 100)
    slots._buttons_by_kind[SlotKind.EQUAL].click()
    slots.count_spin.setValue(2)
    assert rows(slots)[0] == ("2019-01-01 00:00", "2019-07-02 11:59", "182.50")


def test_impossible_slots_can_not_be_accepted(qgis_app, qtbot):
    dialog = SlotsDialog(SlotRule(), LAST, FIRST)
    qtbot.addWidget(dialog)
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    assert "before the first" in dialog.summary.text()
