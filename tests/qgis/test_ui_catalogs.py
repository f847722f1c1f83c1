"""The dialog of catalogs, and what is kept of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsNetworkAccessManager, QgsSettings
from stac_items import make_item
from stac_server import StacServer

from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.qgis.network import read_open_network
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.ui.catalogs_controller import CatalogsController

EARTH = "Earth Search (Element 84, AWS)"


@pytest.fixture()
def server(tmp_path):
    with StacServer(tmp_path, [make_item("one")]) as running:
        yield running


@pytest.fixture()
def controller(qgis_app, empty_settings, qtbot):
    backend = PluginBackend()
    made = CatalogsController(backend, EARTH)
    qtbot.addWidget(made.dialog)
    yield made
    backend.shut_down()


def fill(controller, name, address):
    controller.dialog.add_button.click()
    controller.dialog.name_edit.setText(name)
    controller.dialog.address.setFilePath(address)


def login(**config):
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("only for this test", True)
    made = QgsAuthMethodConfig("Basic")
    made.setName("a login")
    for name, value in config.items():
        made.setConfig(name, value)
    manager.storeAuthenticationConfig(made)
    return made.id()


def test_a_catalog_is_added_tested_used_and_removed(controller, server, qtbot, monkeypatch):
    fill(controller, "Ours", server.root)
    controller.dialog.test_button.click()
    qtbot.waitUntil(lambda: "Collections: 1" in controller.dialog.verdict.text(), timeout=10_000)
    controller.dialog.save_button.click()
    assert controller._chosen == "Ours" and CatalogStore().find("Ours").url == server.root
    monkeypatch.setattr("sentinel_workbench.ui.catalogs_controller.ask", lambda *_: True)
    controller.dialog.remove_button.click()
    assert CatalogStore().find("Ours") is None
    assert controller.dialog.list.currentItem().text() == EARTH


@pytest.mark.parametrize("name, address, words", [
    ("", "https://a.test/stac", "no name"), ("Ours", "", "no address"),
    ("Ours", "https://me:pw@a.test", "without user"),
    (EARTH, "https://a.test/stac", "already"), ("Ours", "https://", "not the address"),
])
def test_what_can_t_be_kept_is_told_and_not_kept(controller, name, address, words):
    before = CatalogStore().all()
    fill(controller, name, address)
    controller.dialog.save_button.click()
    assert words in controller.dialog.verdict.text()
    assert CatalogStore().all() == before


def test_a_test_of_something_else_says_so(controller, server, qtbot):
    server.ways.html = True
    fill(controller, "Ours", server.root)
    controller.dialog.test_button.click()
    qtbot.waitUntil(lambda: "web page" in controller.dialog.verdict.text(), timeout=20_000)


def test_of_known_catalogs_only_the_logins_change(controller):
    dialog = controller.dialog
    assert not dialog.name_edit.isEnabled() and not dialog.address.isEnabled() and not dialog.remove_button.isEnabled()
    known = CatalogStore().find(EARTH)
    CatalogStore().save(replace(known, auth_config_id="abc", keys_config_id="def", requester_pays=True))
    found = CatalogStore().find(EARTH)
    assert (found.auth_config_id, found.keys_config_id, found.requester_pays) == ("abc", "def", True)
    assert [entry.title for entry in CatalogStore().all()].count(EARTH) == 1


def test_a_login_is_never_sent_unprotected(qgis_app):
    with pytest.raises(InvalidInput, match="unprotected"):
        SavedCatalog("Ours", "http://a.test/stac", auth_config_id="abc")
    assert SavedCatalog("Ours", "http://127.0.0.1:80/stac", auth_config_id="abc").url


def test_keys_of_the_storage_come_from_the_auth_manager(qgis_app, empty_settings):
    config_id = login(username="KEYID", password="hidden-9")
    catalog = replace(CatalogStore().find("Copernicus Data Space Ecosystem"), keys_config_id=config_id)
    account = catalog.account()
    assert (account.endpoint, account.keys.access_key, account.requester_pays) == ("", "KEYID", False)
    assert "hidden-9" not in repr(account)
    other = replace(catalog, storage_url=" https://s3.test ", storage_region="here").account()
    assert (other.endpoint, other.region) == ("https://s3.test", "here")
    open_one = replace(catalog, keys_config_id=None, storage_url="https://s3.test").account()
    assert (open_one.endpoint, open_one.keys) == ("https://s3.test", None)
    with pytest.raises(InvalidInput, match="not the address of a storage"):
        replace(catalog, storage_url="s3.test")
    assert replace(catalog, keys_config_id=None).account() is None
    with pytest.raises(WorkbenchError, match="not in QGIS"):
        replace(catalog, keys_config_id="gone123").account()


def test_files_behind_the_proxy_of_their_catalog(qgis_app):
    settings = QgsSettings()
    values = {"proxyEnabled": True, "proxyType": "HttpProxy", "proxyHost": "proxy.test", "proxyPort": "3128",
              "noProxyUrls": ["https://near.test"]}
    for name, value in values.items():
        settings.setValue(f"proxy/{name}", value)
    QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()
    try:
        network = read_open_network("https://catalog.test/stac", "https://near.test/a.tif", "https://far.test/b.tif")
    finally:
        settings.remove("proxy")
        QgsNetworkAccessManager.instance().setupDefaultProxyAndCache()
    assert network.proxies["https"] == "http://proxy.test:3128" and network.no_proxy == ("near.test",)


def test_storage_and_region_are_kept_with_a_catalog_and_its_key_is_not(controller, qgis_app):
    config_id = login(username="KEYID", password="hidden-10")
    fill(controller, "Ours", "https://a.test/stac")
    dialog = controller.dialog
    dialog.keys.setConfigId(config_id)
    dialog.storage_edit.setText("no address")
    dialog.save_button.click()
    assert "not the address of a storage" in dialog.verdict.text() and CatalogStore().find("Ours") is None
    dialog.storage_edit.setText("https://s3.test")
    dialog.region_edit.setText("here")
    dialog.save_button.click()
    found = CatalogStore().find("Ours")
    assert (found.storage_url, found.storage_region, found.keys_config_id) == ("https://s3.test", "here", config_id)
    kept = [str(QgsSettings().value(name)) for name in QgsSettings().allKeys()]
    assert not [value for value in kept if "hidden-10" in value or "KEYID" in value]
    dialog.add_button.click()
    assert dialog.storage_edit.text() == dialog.region_edit.text() == ""
