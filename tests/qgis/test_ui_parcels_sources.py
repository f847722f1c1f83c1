"""The Parcels tab with the plugin's own backend: a STAC catalog and a CbM server over the same small scenes."""

from __future__ import annotations

import pytest
from cbm_hub import cbm_hub, make_scenes, write_parcels
from hub_fakes import ACCOUNT
from parcel_sources import item_of
from qgis.core import QgsProject, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate
from stac_server import StacServer

from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.cbm.connection import CbmConnection
from sentinel_workbench.core.qgis.cbm_servers import CbmServers
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.services.index_scripts import read_index
from sentinel_workbench.localhub.store import SceneStore
from sentinel_workbench.ui.parcel_source import SourceKind
from sentinel_workbench.ui.parcels_controller import ParcelsController
from sentinel_workbench.ui.parcels_panel import ParcelsPanel

WAIT_MS = 20_000
DAYS = 4


class OpenedWindows:
    def __init__(self):
        self.desks = []

    def show(self, desk):
        self.desks.append(desk)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parcels-tab")
    make_scenes(folder, DAYS)
    write_parcels(folder / "parcels.gpkg")
    return folder


@pytest.fixture
def backend(qgis_app, empty_settings):
    made = PluginBackend()
    yield made
    made.shut_down()


def catalog_items(data):
    return [item_of(scene, data / "scenes") for scene in SceneStore(data).search("sentinel-2-l2a")]


@pytest.fixture
def catalog(data):
    with StacServer(data / "scenes", catalog_items(data)) as running:
        CatalogStore().save(SavedCatalog("Ours", running.root))
        yield running


@pytest.fixture
def tab(qtbot, backend, data, qgis_new_project, tmp_path):
    layer = QgsVectorLayer(f"{data / 'parcels.gpkg'}|layername=nl2019", "parcels", "ogr")
    QgsProject.instance().addMapLayer(layer)
    panel, canvas = ParcelsPanel(), QgsMapCanvas()
    for widget in (panel, canvas):
        qtbot.addWidget(widget)
    controller = ParcelsController(panel, backend, canvas, OpenedWindows())
    panel.form.show_days(QDate(2019, 5, 1), QDate(2019, 5, 31))
    panel.form.folder.setFilePath(str(tmp_path / "chips"))
    panel.show()
    yield controller
    controller.shut_down()


def choose_catalog(tab, qtbot):
    """As a user who added it in another tab and comes back to this one."""
    form = tab._form
    tab.show()
    tab.source.choose_catalog("Ours")
    form.source_combo.setCurrentIndex(form.source_combo.findData(SourceKind.CATALOG))
    qtbot.waitUntil(lambda: form.collection_combo.findData("sentinel-2-l2a") >= 0, timeout=WAIT_MS)
    form.collection_combo.setCurrentIndex(form.collection_combo.findData("sentinel-2-l2a"))


def look(tab, qtbot):
    panel = tab._panel
    qtbot.waitUntil(panel.look_button.isEnabled, timeout=WAIT_MS)
    panel.look_button.click()
    qtbot.waitUntil(panel.bar.isHidden, timeout=WAIT_MS)
    return panel.message.text()


SUMMARY = "5 parcels, 4 dates: 8 of 20 clear; 4 not covered; 4 without a pixel."


def test_open_data_is_looked_at_and_measured(tab, catalog, qtbot):
    choose_catalog(tab, qtbot)
    assert look(tab, qtbot).startswith(SUMMARY)
    (desk,) = tab.desks
    points = []
    desk.run("NDVI", lambda season, progress: season.measure(indices=[read_index("NDVI")], progress=progress),
             points.extend, pytest.fail)
    qtbot.waitUntil(lambda: bool(points), timeout=WAIT_MS)
    assert {point.pid for point in points} == {"a", "b", "c"}


def test_a_catalog_without_scene_classes_says_so(tab, catalog, qtbot):
    for item in catalog.items:
        item["assets"].pop("SCL", None)
    choose_catalog(tab, qtbot)
    assert "SCL" in look(tab, qtbot) and not tab.desks
    assert tab._panel.look_button.isEnabled()


def test_a_catalog_that_does_not_answer_is_told_and_asked_again(tab, data, qtbot):
    with StacServer(data / "scenes", catalog_items(data)) as server:
        gone = server.root
    CatalogStore().save(SavedCatalog("Ours", gone))
    form = tab._form
    tab.show()
    tab.source.choose_catalog("Ours")
    form.source_combo.setCurrentIndex(form.source_combo.findData(SourceKind.CATALOG))
    qtbot.waitUntil(lambda: "127.0.0.1" in tab._panel.estimate.text(), timeout=WAIT_MS)
    assert form.source_note.text() == tab._panel.estimate.text() and not tab._panel.look_button.isEnabled()
    with StacServer(data / "scenes", catalog_items(data)) as server:
        CatalogStore().save(SavedCatalog("Ours", server.root))
        choose_catalog(tab, qtbot)
        assert look(tab, qtbot).startswith(SUMMARY)


def test_a_cbm_server_is_looked_at(tab, data, qtbot, monkeypatch):
    monkeypatch.setenv("CBM_USER", ACCOUNT.client_id)
    monkeypatch.setenv("CBM_PASSWORD", ACCOUNT.client_secret)
    with cbm_hub(data, quirks=True) as server:
        CbmServers().save(CbmConnection("near", server.url))
        tab.finder.refresh()
        form = tab._form
        form.source_combo.setCurrentIndex(form.source_combo.findData(SourceKind.SERVER))
        assert look(tab, qtbot).startswith(SUMMARY)
        assert server.count("rawChipByLocation") >= 1
