"""The dialog of CbM servers, what is kept of them, and work at one."""

from __future__ import annotations

import pytest
from cbm_hub import cbm_hub, make_scenes
from hub_fakes import ACCOUNT
from qgis.core import QgsApplication, QgsSettings

from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.errors import AuthenticationFailed, WorkbenchError
from sentinel_workbench.core.qgis.cbm_servers import CbmServers, read_login
from sentinel_workbench.ui.cbm_servers_controller import CbmServersController


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cbm")
    make_scenes(folder, 2)
    return folder


@pytest.fixture()
def server(data):
    with cbm_hub(data, quirks=True) as running:
        yield running


@pytest.fixture()
def backend(qgis_app, empty_settings, monkeypatch):
    monkeypatch.delenv("CBM_USER", raising=False)
    assert QgsApplication.authManager().setMasterPassword("only for this test", True)
    made = PluginBackend()
    yield made
    made.shut_down()


@pytest.fixture()
def controller(backend, qtbot):
    made = CbmServersController(backend, "")
    qtbot.addWidget(made.dialog)
    return made


def fill(controller, name, address, user=ACCOUNT.client_id, password=ACCOUNT.client_secret):
    dialog = controller.dialog
    dialog.name_edit.setText(name)
    dialog.address_edit.setText(address)
    dialog.user_edit.setText(user)
    dialog.password_edit.setText(password)


def verdict(controller, qtbot, words):
    qtbot.waitUntil(lambda: words in controller.dialog.verdict.text(), timeout=20_000)
    return controller.dialog.verdict.text()


def test_a_server_is_added_tested_used_and_removed(controller, server, qtbot, monkeypatch):
    fill(controller, "Ours", server.url + "/query/")
    controller.dialog.test_button.click()
    assert verdict(controller, qtbot, "answers") == (
        "Sentinel Workbench local hub answers. Areas and years: nl (2019).")
    assert CbmServers().all() == ()
    controller.dialog.save_button.click()
    (kept,) = CbmServers().all()
    assert controller._chosen == "Ours" and kept.url == server.url
    assert read_login(kept) == CbmLogin(ACCOUNT.client_id, ACCOUNT.client_secret)
    edit = controller.dialog.password_edit
    assert edit.text() == "" and "stored" in edit.placeholderText()
    settings = QgsSettings()
    assert not any(ACCOUNT.client_secret in str(settings.value(key)) for key in settings.allKeys())
    controller.dialog.test_button.click()
    verdict(controller, qtbot, "answers")
    monkeypatch.setattr("sentinel_workbench.ui.cbm_servers_controller.ask", lambda *_: True)
    controller.dialog.remove_button.click()
    assert CbmServers().all() == () and kept.auth_config_id not in QgsApplication.authManager().configIds()


def test_a_test_asks_the_server_each_time(controller, server, qtbot):
    fill(controller, "Ours", server.url)
    controller.dialog.save_button.click()
    for times in (1, 2):
        controller.dialog.test_button.click()
        qtbot.waitUntil(lambda: not controller._test.runs)
        assert "answers" in controller.dialog.verdict.text() and server.count("info") == times


def test_a_server_that_cannot_tell_its_areas_is_no_failure(controller, server, qtbot):
    fill(controller, "Ours", f"{server.url}/elsewhere")
    controller.dialog.test_button.click()
    verdict(controller, qtbot, "Type area and year by hand")


@pytest.mark.parametrize("changes, words", [
    ({"password": "wrong"}, "does not know this user and password"),
    ({"user": "nobody"}, "does not know this user and password"),
    ({"user": "", "password": ""}, "has no user and password"),
])
def test_a_bad_login_is_told_apart(controller, server, qtbot, changes, words):
    fill(controller, "Ours", server.url, **changes)
    controller.dialog.test_button.click()
    verdict(controller, qtbot, words)


@pytest.mark.parametrize("name, address, user, password, words", [
    ("", "https://a.test", "u", "p", "no name"), ("Ours", "", "u", "p", "not the address"),
    ("Ours", "http://a.test", "u", "p", "unprotected"), ("Ours", "https://a.test/?x=1", "u", "p", "not the address"),
    ("Ours", "https://a.test", "u", "", "The password of 'u' is missing"),
    ("Ours", "https://a.test", "", "p", "user name is empty"),
    ("Taken", "https://a.test", "u", "p", "already"),
])
def test_what_can_t_be_kept_is_told_and_not_kept(controller, name, address, user, password, words):
    CbmServers().save(CbmConnection("Taken", "https://taken.test"))
    controller.dialog.add_button.click()
    fill(controller, name, address, user, password)
    controller.dialog.save_button.click()
    assert words in controller.dialog.verdict.text()
    assert [one.name for one in CbmServers().all()] == ["Taken"]


def test_a_kept_password_goes_to_its_own_server_and_user_alone(controller):
    fill(controller, "Ours", "https://a.test", "me", "hidden-1")
    controller.dialog.save_button.click()
    controller.dialog.address_edit.setText("https://b.test")
    controller.dialog.save_button.click()
    assert "belongs to https://a.test" in controller.dialog.verdict.text()
    controller.dialog.test_button.click()
    assert "belongs to https://a.test" in controller.dialog.verdict.text()
    controller.dialog.address_edit.setText("https://a.test/cbm")
    controller.dialog.user_edit.setText("you")
    controller.dialog.save_button.click()
    assert "'you' is missing" in controller.dialog.verdict.text()
    controller.dialog.password_edit.setText("hidden-2")
    controller.dialog.name_edit.setText("Theirs")
    controller.dialog.generation_combo.setCurrentIndex(controller.dialog.generation_combo.findData(2))
    controller.dialog.save_button.click()
    (kept,) = CbmServers().all()
    assert (kept.name, kept.url, kept.generation) == ("Theirs", "https://a.test/cbm", 2)
    assert read_login(kept) == CbmLogin("you", "hidden-2")
    assert len([1 for one in QgsApplication.authManager().configIds() if one == kept.auth_config_id]) == 1


def test_work_at_a_server_shares_its_client_and_follows_its_login(backend, server, qtbot):
    kept = CbmServers().save(server.connection(), login=CbmLogin(ACCOUNT.client_id, ACCOUNT.client_secret))
    seen, errors = [], []
    for _ in range(2):
        backend.run_cbm("asking", kept, lambda client, progress: (client, client.info(progress)), seen.append,
                        errors.append)
        count = len(seen)
        qtbot.waitUntil(lambda count=count: len(seen) > count or bool(errors), timeout=20_000)
    assert errors == [] and seen[0][0] is seen[1][0] and server.count("info") == 1
    backend.run_cbm("asking", kept, lambda client, progress: client.info(progress), seen.append, errors.append,
                    login=CbmLogin(ACCOUNT.client_id, "wrong"))
    qtbot.waitUntil(lambda: bool(errors), timeout=20_000)
    assert isinstance(errors[0], AuthenticationFailed) and len(seen) == 2
    backend.run_cbm("asking", CbmConnection("none", server.url), lambda *_: 1, seen.append, errors.append)
    qtbot.waitUntil(lambda: len(errors) == 2, timeout=20_000)
    assert isinstance(errors[1], WorkbenchError) and "no user and password" in str(errors[1])


def test_the_local_hub_of_the_dock_is_a_server_without_an_account(small_scenes, empty_settings, qgis_app, qtbot):
    backend, ready, told = PluginBackend(small_scenes), [], []
    try:
        assert backend.cbm_servers() == ()
        backend.start_local_hub(ready.append, told.append, lambda *_: None)
        qtbot.waitUntil(lambda: bool(ready or told), timeout=60_000)
        (server,) = backend.cbm_servers()
        assert server.name == ready[0].name and server.auth_config_id is None
        backend.run_cbm("asking", server, lambda client, progress: client.info(progress), told.append, told.append)
        qtbot.waitUntil(lambda: bool(told), timeout=20_000)
        assert [(area.aoi, area.years) for area in told[0].areas] == [("mg", ("2019",))]
        backend.run_cbm("asking", CbmConnection("like it", server.url), lambda *_: 1, told.append, told.append)
        qtbot.waitUntil(lambda: len(told) == 2, timeout=20_000)
        assert "no user and password" in str(told[1])
    finally:
        backend.shut_down()
    assert backend.cbm_servers() == ()
