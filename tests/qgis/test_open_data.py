"""Open data as a connection: a local hub on a collection of a catalog, started from the dock, ordered from."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import QgsApplication, QgsAuthMethodConfig
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtWidgets import QDialogButtonBox
from stac_catalog_files import scene_items, write_scene_files
from stac_server import StacServer

from sentinel_workbench import api
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.hub.local_scenes import cache_url
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.qgis.open_sources import OpenSource, OpenSourceStore, prepare_open_hub
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.ui.backend import SeriesCallbacks
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.open_data_dialog import OpenDataController

SOURCE = OpenSource("Test catalog", "sentinel-2-l2a", "Sentinel-2 L2A")
PLACE = api.BBox(301000, 4998000, 301600, 4998600, "EPSG:32633")
SCRIPT = """//VERSION=3
function setup() {
  return {input: [{bands: ["B04", "B08"], units: "DN"}], output: {bands: 2, sampleType: "UINT16"}};
}
function evaluatePixel(s) { return [s.B04, s.B08]; }
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("scenes")
    write_scene_files(folder)
    with StacServer(folder, scene_items()) as running:
        yield running


@pytest.fixture()
def backend(qgis_app, empty_settings, server):
    CatalogStore().save(SavedCatalog("Test catalog", server.root))
    made = PluginBackend()
    yield made
    made.shut_down()


def start(backend, qtbot, source=SOURCE):
    ready, failed = [], []
    backend.start_open_hub(source, ready.append, failed.append, lambda fraction, words: None)
    qtbot.waitUntil(lambda: bool(ready or failed), timeout=30_000)
    return (ready or failed)[0]


def test_a_script_runs_over_scenes_of_a_catalog(backend, qtbot, server):
    connection = start(backend, qtbot)
    assert connection.name == "Open data: Sentinel-2 L2A, Test catalog"
    assert backend.current_connection() == connection and not backend.local_hub_running()
    assert [band.name for band in backend.open_collection(connection.name).bands] == ["B02", "B03", "B04", "B08", "SCL"]
    days = tuple(api.TimeRange.of_days(dt.date(2020, 6, day), dt.date(2020, 6, day)) for day in (1, 2))
    order = api.series_order(PLACE, 10, "sentinel-2-l2a", SCRIPT, days)
    ended = []
    backend.run_series(order, connection.name, SeriesCallbacks(lambda *_: None, lambda *_: None, ended.append))
    qtbot.waitUntil(lambda: bool(ended), timeout=30_000)
    images = ended[0].result.in_state(State.DONE)
    assert len(images) == 2, [image.error for image in ended[0].result.images]
    red = gdal.Open(str(images[0].rasters["default"])).ReadAsArray()[0]
    whole = gdal.Open(str(server.folder / "red.tif")).ReadAsArray()
    assert np.array_equal(red, whole[140:200, 100:160])
    assert [tile.tile_id for tile in images[1].tiles] == ["S2A_33TVL_20200602_0_L2A"]


def test_what_was_used_is_offered_again_and_starts_when_chosen(backend, qtbot, server):
    OpenSourceStore().remember(SOURCE)
    dock = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(dock)
    combo = dock._bar.combo
    assert combo.findText(SOURCE.name) >= 0 and backend.current_connection() is None
    dock.connections._choose(SOURCE.name)
    assert dock._banner.progress.isVisibleTo(dock._banner)
    qtbot.waitUntil(lambda: backend.current_connection() is not None, timeout=30_000)
    assert combo.currentText() == SOURCE.name
    assert dock.imagery_panel.collection_combo.currentData() == "sentinel-2-l2a"
    dock.shut_down()


def test_open_data_can_be_forgotten(backend, qtbot, server):
    dock = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(dock)
    assert not dock._bar.forget_action.isEnabled()
    start(backend, qtbot)
    hub = backend._hubs.find(SOURCE.name)
    assert dock._bar.forget_action.isEnabled() and hub.running()
    dock._bar.forget_action.trigger()
    assert not hub.running() and backend.current_connection() is None
    assert dock._bar.combo.findText(SOURCE.name) < 0
    dock.shut_down()


def test_a_collection_nobody_knows_brings_its_bands_and_a_script(backend, qtbot, server, tmp_path):
    items = [{**item, "collection": "our-mosaics"} for item in scene_items(1)]
    for item in items:
        item["assets"] = {name: item["assets"][name] for name in ("red", "green", "blue")}
        item["assets"] = {"red": item["assets"]["red"], "height": item["assets"]["green"]}
    server.add(items)
    dock = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(dock)
    start(backend, qtbot, OpenSource("Test catalog", "our-mosaics", "Mosaics"))
    assert dock.imagery_panel.collection_combo.currentData() == "our-mosaics"
    assert "sample.red" in dock.imagery._script().text
    dock.shut_down()


def test_the_same_source_keeps_its_cache_whatever_its_port(qgis_app, empty_settings, server, tmp_path):
    CatalogStore().save(SavedCatalog("Test catalog", server.root))
    keys = [cache_url(prepare_open_hub(source)._source)
            for source in (SOURCE, replace(SOURCE, title="x"), replace(SOURCE, collection_id="other"))]
    assert keys[0] == keys[1] != keys[2] != cache_url("")


@pytest.mark.parametrize("source, words", [
    (replace(SOURCE, collection_id="none-such"), "none-such"),
    (replace(SOURCE, catalog="Gone"), "not there any more"),
])
def test_what_can_t_be_served_is_told(backend, qtbot, source, words):
    error = start(backend, qtbot, source)
    assert words in str(error) and "\n" not in str(error)
    assert backend.current_connection() is None


def test_a_login_reaches_the_hub_and_stays_out_of_its_arguments(backend, qtbot, server):
    manager = QgsApplication.authManager()
    manager.setMasterPassword("only for this test", True)
    config = QgsAuthMethodConfig("Basic")
    config.setName("catalog")
    config.setConfig("username", "me")
    config.setConfig("password", "hidden-7")
    manager.storeAuthenticationConfig(config)
    CatalogStore().save(replace(CatalogStore().find("Test catalog"), auth_config_id=config.id()))
    hub = prepare_open_hub(SOURCE)
    assert not [one for one in hub._arguments if "hidden" in one or "bWU6" in one]
    assert "hidden" not in repr(hub)
    server.ways.header = ("Authorization", "Basic bWU6aGlkZGVuLTc=")
    try:
        assert start(backend, qtbot).name == SOURCE.name
    finally:
        server.ways.header = ("", "")


def test_sources_are_remembered_the_last_first_and_few(qgis_app, empty_settings, server):
    CatalogStore().save(SavedCatalog("Test catalog", server.root))
    store = OpenSourceStore()
    for number in range(9):
        store.remember(replace(SOURCE, collection_id=f"c{number}", title=f"c{number}"))
    store.remember(replace(SOURCE, collection_id="c5", title="c5"))
    assert [source.collection_id for source in store.all()] == ["c5", "c8", "c7", "c6", "c4", "c3"]
    store.forget(store.all()[0].name)
    assert store.all()[0].collection_id == "c8"
    CatalogStore().delete("Test catalog")
    assert store.all() == ()


def test_the_dialog_offers_known_collections_and_asks_for_others(backend, qtbot, server):
    controller = OpenDataController(backend)
    dialog = controller.dialog
    assert dialog.collection_combo.findData("sentinel-2-c1-l2a") >= 0
    dialog.catalog_combo.setCurrentText("Test catalog")
    qtbot.waitUntil(lambda: dialog.collection_combo.findData("sentinel-2-l2a") >= 0, timeout=5000)
    assert controller.chosen().catalog == "Test catalog"
    dialog.catalog_combo.setCurrentText("Copernicus Data Space Ecosystem")
    assert dialog.collection_combo.count() == 0 and "JPEG 2000" in dialog.note.text()
    assert not dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).isEnabled()
    dialog.catalog_combo.setCurrentIndex(0)
    assert dialog.collection_combo.findData("sentinel-2-c1-l2a") >= 0
    dialog.deleteLater()
