"""Connections live in the settings without secrets; secrets live in the auth manager, in memory or the environment."""

from __future__ import annotations

from pathlib import Path

import pytest
from qgis.core import QgsApplication, QgsSettings

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.qgis.connections import ConnectionStore
from sentinel_workbench.core.qgis.credentials import CredentialStore

KEY = "k3y-of-nobody-7f1c"


def connection(name="Mine", **more):
    return Connection(name, base_url="https://hub.test", token_url="https://login.test/token", **more)


@pytest.fixture(autouse=True)
def empty_settings(qgis_app):
    QgsSettings().remove("sentinel_workbench")


@pytest.fixture()
def open_manager(qgis_app):
    assert QgsApplication.authManager().setMasterPassword("only for this test", True)
    return QgsApplication.authManager()


def test_saved_connections_come_back_in_order():
    store = ConnectionStore()
    store.save(connection("B", requests_per_minute=300.0))
    store.save(connection("A", auth_config_id="abc1234"))
    assert [c.name for c in ConnectionStore().all()] == ["B", "A"]
    assert ConnectionStore().find("A") == connection("A", auth_config_id="abc1234")


def test_a_renamed_connection_keeps_its_place_and_stays_current():
    store = ConnectionStore()
    for name in ("A", "B", "C"):
        store.save(connection(name))
    store.choose("B")
    store.save(connection("New"), previous_name="B")
    assert [c.name for c in store.all()] == ["A", "New", "C"]
    assert store.current_name() == "New"


def test_a_taken_name_is_refused():
    store = ConnectionStore()
    store.save(connection("A"))
    store.save(connection("B"))
    with pytest.raises(InvalidInput, match="already"):
        store.save(connection("A"), previous_name="B")
    assert [c.name for c in store.all()] == ["A", "B"]


def test_a_deleted_connection_is_not_current_any_more():
    store = ConnectionStore()
    store.save(connection("A"))
    store.choose("A")
    store.delete("A")
    assert store.all() == () and store.current_name() is None


@pytest.mark.parametrize("text", ["{", "7", '[{"name": "x", "base_url": "ftp://"}]', '["x"]'])
def test_broken_settings_are_no_connections(text):
    QgsSettings().setValue("sentinel_workbench/connections", text)
    assert ConnectionStore().all() == ()


def test_the_auth_manager_keeps_the_secret_and_the_settings_do_not(open_manager):
    config_id = CredentialStore().save("Mine", Credentials("client", KEY))
    ConnectionStore().save(connection(auth_config_id=config_id))
    assert CredentialStore().load(config_id) == Credentials("client", KEY)
    settings = QgsSettings()
    settings.sync()
    assert KEY not in " ".join(str(settings.value(key)) for key in settings.allKeys())
    assert KEY.encode() not in Path(settings.fileName()).read_bytes()


def test_saving_again_changes_the_same_entry_and_deleting_removes_it(open_manager):
    store = CredentialStore()
    first = store.save("Mine", Credentials("client", KEY))
    assert store.save("Mine", Credentials("client", "another"), first) == first
    assert store.load(first).client_secret == "another"
    store.delete(first)
    assert store.load(first) is None
    store.delete(first)


def test_memory_alone_touches_no_auth_manager():
    store = CredentialStore()
    store.remember_in_memory("Mine", Credentials("client", KEY))
    assert store.find("Mine", None).client_secret == KEY
    assert CredentialStore().in_memory("Mine") is None
    store.forget_in_memory("Mine")
    with pytest.raises(WorkbenchError, match="no client id"):
        store.find("Mine", None)


def test_the_environment_serves_when_nothing_else_does(monkeypatch):
    monkeypatch.setenv("SH_CLIENT_ID", "client")
    monkeypatch.setenv("SH_CLIENT_SECRET", KEY)
    assert CredentialStore().find("Mine", None) == Credentials("client", KEY)
    monkeypatch.delenv("SH_CLIENT_SECRET")
    with pytest.raises(WorkbenchError):
        CredentialStore().find("Mine", None)


def test_a_closed_auth_manager_is_said_plainly(monkeypatch):
    class Closed:
        """An auth manager whose master password nobody gives."""

        def isDisabled(self):
            return False

        def masterPasswordIsSet(self):
            return False

        def setMasterPassword(self, verify):
            return False

    monkeypatch.setattr(QgsApplication, "authManager", staticmethod(Closed))
    with pytest.raises(WorkbenchError, match="master password") as caught:
        CredentialStore().save("Mine", Credentials("client", KEY))
    assert "memory" in caught.value.advice and KEY not in str(caught.value)
