"""Scenes of an open catalog through the same orders, windows and tables as those of a service."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal, ogr
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsProject, QgsRasterLayer, QgsSettings
from qgis.gui import QgsMapCanvas
from s3_server import S3Server
from stac_catalog_files import RIGHT, SOUTH, TOP, WEST, scene_items, write_scene_files
from stac_server import StacServer

from sentinel_workbench import api
from sentinel_workbench.algorithms.provider import WorkbenchProvider
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.model.orders import TileMetadata
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.core.qgis.folders import profile_folder
from sentinel_workbench.core.qgis.open_sources import OpenSource, prepare_open_hub
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.services.history import OrderHistory
from sentinel_workbench.core.services.tables import IMAGES, TILES
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.ui.backend import SeriesCallbacks
from sentinel_workbench.ui.dock import WorkbenchDock

processing = pytest.importorskip("processing")
PLACE = api.BBox(301000, 4998000, 301600, 4998600, "EPSG:32633")
SOURCE = OpenSource("Test catalog", "sentinel-2-l2a", "Sentinel-2 L2A")
SCRIPT = """//VERSION=3
function setup() {
  return {input: [{bands: ["B04", "B08"], units: "DN"}], output: {bands: 2, sampleType: "UINT16"}};
}
function evaluatePixel(s) { return [s.B04, s.B08]; }
"""
NAMES = {"blue": "B02", "green": "B03", "red": "B04", "nir": "B08", "scl": "SCL"}


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
    backend.start_open_hub(source, ready.append, failed.append, lambda *_: None)
    qtbot.waitUntil(lambda: bool(ready or failed), timeout=30_000)
    assert ready, failed
    return ready[0].name


def run(backend, qtbot, name, order, folder=None):
    ended = []
    backend.run_series(order, name, SeriesCallbacks(lambda *_: None, lambda *_: None, ended.append), folder)
    qtbot.waitUntil(lambda: bool(ended), timeout=60_000)
    return ended[0]


def days(*numbers):
    return tuple(api.TimeRange.of_days(dt.date(2020, 6, day), dt.date(2020, 6, day)) for day in numbers)


def rows(path, table):
    """Fields and rows of a table, geometry as WKT."""
    database = ogr.Open(str(path))
    layer = database.GetLayerByName(table)
    names = [field.name for field in layer.schema]
    found = []
    for feature in layer:
        shape = feature.geometry()
        values = {name: feature[name] for name in names}
        found.append({**values, "geom": None if shape is None else shape.GetGeometryType()})
    return names, found


def ingested(server, folder):
    """The same scenes as a folder of files, one folder each."""
    for item in server.items:
        scene = folder / "scenes" / item["id"]
        scene.mkdir(parents=True)
        for key, band in NAMES.items():
            (scene / f"{band}.tif").write_bytes((server.folder / f"{key}.tif").read_bytes())
        (scene / "metadata.json").write_text(json.dumps({
            "datetime": item["properties"]["datetime"], "cloud_cover": item["properties"]["eo:cloud_cover"]}))
    ingest_folder(folder / "scenes", folder / "data", "sentinel-2-l2a")
    return folder / "data"


def test_the_same_order_gives_the_same_tables_as_from_a_service(backend, qtbot, server, tmp_path):
    order = api.series_order(PLACE, 10, "sentinel-2-l2a", SCRIPT, days(1, 2, 3, 4), tile_metadata=TileMetadata.EXACT)
    far = run(backend, qtbot, start(backend, qtbot), order, tmp_path / "far")
    hub = LocalHub(ingested(server, tmp_path), with_demo_scenes=False, name="Folder")
    with hub:
        backend._take_hub(hub)
        backend._hubs.take(hub)
        near = run(backend, qtbot, "Folder", order, tmp_path / "near")
    states = [[image.state for image in one.result.images] for one in (far, near)]
    assert states[0] == states[1] == [State.DONE] * 4
    for a, b in zip(far.result.images, near.result.images):
        pixels = [gdal.Open(str(image.rasters["default"])).ReadAsArray() for image in (a, b)]
        assert np.array_equal(*pixels)
        assert [path.name for path in a.rasters.values()] == [path.name for path in b.rasters.values()]
    assert sorted(p.name for p in (tmp_path / "far").iterdir()) == sorted(p.name for p in (tmp_path / "near").iterdir())
    assert rows(far.tables, IMAGES) == rows(near.tables, IMAGES)
    by_catalog, measured = rows(far.tables, TILES), rows(near.tables, TILES)
    for tile in (*by_catalog[1], *measured[1]):
        tile["tile_cloud_percent"] = tile["tile_cloud_percent"] is not None  # a folder's is counted in its classes
    assert by_catalog == measured

    tiles = rows(far.tables, TILES)[1]
    assert [(tile["image_id"], tile["tile_id"], tile["tile_cloud_percent"]) for tile in tiles] == [
        (day, f"S2A_33TVL_2020060{day}_0_L2A", 10.0 * (day - 1)) for day in (1, 2, 3)]
    assert all(tile["share"] == pytest.approx(1.0) and tile["geom"] == ogr.wkbMultiPolygon for tile in tiles)


@pytest.fixture()
def dock(qtbot, backend, server, qgis_new_project, monkeypatch, tmp_path):
    monkeypatch.setattr("sentinel_workbench.ui.dock.history_folder", lambda: tmp_path / "orders")
    CatalogStore().choose("Test catalog")
    made = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.shut_down()


def search(dock, qtbot):
    form = dock.search_panel.form
    form.any_time_check.setChecked(True)
    form.area.type_bounds(f"{WEST}, {SOUTH}, {RIGHT}, {TOP}")
    dock.tabs.setCurrentWidget(dock.search_panel)
    qtbot.waitUntil(lambda: form.collection_combo.count() == 2, timeout=5000)
    form.collection_combo.setCurrentIndex(form.collection_combo.findData("sentinel-2-l2a"))
    dock.search_panel.search_button.click()
    qtbot.waitUntil(lambda: dock.search_panel.pages.currentIndex() == 1, timeout=15_000)


def test_from_a_search_to_images_sheet_history_and_again(dock, qtbot, server, tmp_path):
    search(dock, qtbot)
    dock.search_panel.results.buttons["images"].click()
    qtbot.waitUntil(lambda: dock.tabs.currentWidget() is dock.imagery_panel, timeout=30_000)
    panel, downloads = dock.imagery_panel, dock.downloads_panel
    assert (panel.first_day, panel.last_day) == (dt.date(2020, 6, 1), dt.date(2020, 6, 3))
    dock.imagery.use_slots(SlotRule(SlotKind.DAYS, days=1))
    assert panel.get_button.isEnabled()
    server.faults.status, server.faults.when = 403, lambda path: path.endswith("nir.tif")
    dock.imagery.use_own_script(SCRIPT)
    try:
        panel.get_button.click()
        qtbot.waitUntil(lambda: downloads.buttons["retry"].isEnabled(), timeout=30_000)
    finally:
        server.faults.status, server.faults.when = 0, None
    told = downloads.details.toPlainText()
    assert "Band 'B08' of tile 'S2A_33TVL_20200601_0_L2A' can't be read" in told and "does not let you read" in told
    downloads.buttons["retry"].click()
    qtbot.waitUntil(lambda: len(rasters()) == 3, timeout=30_000)
    assert downloads.tree.topLevelItem(0).text(0).startswith("3 of 3 done")
    downloads.buttons["sheet"].click()
    (sheet,) = dock.sheets._open
    pictures = sheet.window.pictures_list
    qtbot.waitUntil(lambda: all(not pictures.item(row).icon().isNull() for row in range(3)), timeout=10_000)
    assert "2020-06-02" in pictures.item(1).text() and pictures.count() == 3
    dock.downloads.shut_down()
    (kept,) = OrderHistory(tmp_path / "orders").all()
    assert kept.connection_name == "Open data: sentinel-2-l2a, Test catalog"
    assert [image.state for image in kept.images] == [State.DONE] * 3
    assert [tile.tile_id for image in kept.images for tile in image.tiles][:1] == ["S2A_33TVL_20200601_0_L2A"]


def rasters():
    return [layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, QgsRasterLayer)]


# ---- files behind keys -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bucket(server):
    """The same scenes in a bucket that lets in its own keys alone, and a catalog of them."""
    items = scene_items(thumbnails=False)
    for item in items:
        for asset in item["assets"].values():
            asset["href"] = f"s3://scenes/of June/{asset['href']}"
    with S3Server() as storage, StacServer(server.folder, items) as catalog:
        storage.make_bucket("scenes")
        for path in server.folder.glob("*.tif"):
            storage.put("scenes", f"of June/{path.name}", path.read_bytes())
        storage.demand_keys()
        yield storage, catalog


def login(key_id, secret):
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("only for this test", True)
    made = QgsAuthMethodConfig("Basic")
    made.setName("storage")
    made.setConfig("username", key_id)
    made.setConfig("password", secret)
    manager.storeAuthenticationConfig(made)
    return made.id()


@pytest.fixture()
def keyed(backend, bucket):
    storage, catalog = bucket
    config_id = login(storage.access_key, storage.secret_key)
    saved = SavedCatalog("Test catalog", catalog.root, "", None, config_id, False, storage.url, "us-east-1")
    CatalogStore().save(saved)
    return storage, saved


def test_scripts_run_over_scenes_in_a_bucket_with_the_key_of_the_auth_manager(keyed, backend, qtbot, tmp_path):
    storage, _ = keyed
    order = api.series_order(PLACE, 10, "sentinel-2-l2a", SCRIPT, days(1, 2))
    ended = run(backend, qtbot, start(backend, qtbot), order, tmp_path / "images")
    assert [(image.state, image.from_cache) for image in ended.result.images] == [(State.DONE, False)] * 2
    settings = QgsSettings()
    for place in (tmp_path, profile_folder() / "open-data"):
        for path in place.rglob("*"):
            assert not path.is_file() or storage.secret_key.encode() not in path.read_bytes(), path
    assert not [name for name in settings.allKeys() if storage.secret_key in str(settings.value(name))]
    hub = prepare_open_hub(SOURCE)
    assert storage.secret_key not in repr(hub._arguments) and storage.secret_key in hub._told


def test_changed_keys_reach_the_hub_when_it_is_asked_for_again(keyed, backend, qtbot):
    storage, saved = keyed
    CatalogStore().save(replace(saved, keys_config_id=login(storage.access_key, "mistyped")))
    order = api.series_order(PLACE, 20, "sentinel-2-l2a", SCRIPT, days(1))
    (image,) = run(backend, qtbot, start(backend, qtbot), order).result.images
    assert image.state is State.FAILED and "does not let you read s3://scenes/" in image.error
    CatalogStore().save(saved)
    (image,) = run(backend, qtbot, start(backend, qtbot), order).result.images
    assert image.state is State.DONE, image.error


def test_the_algorithm_and_the_console_read_the_bucket_too(keyed, qtbot, tmp_path, qgis_new_project):
    storage, saved = keyed
    registry, made = QgsApplication.processingRegistry(), WorkbenchProvider()
    registry.addProvider(made)
    try:
        found = processing.run("sentinelworkbench:stacsearch", {
            "CATALOG": saved.url, "COLLECTIONS": "sentinel-2-l2a", "OUTPUT": str(tmp_path / "s.gpkg"),
            "ITEMS": str(tmp_path / "s.geojson")})
        cut = processing.run("sentinelworkbench:stacclip", {
            "ITEMS": found["ITEMS"], "EXTENT": "301000,301600,4998000,4998600 [EPSG:32633]", "BANDS": "B04",
            "FOLDER": str(tmp_path / "cut"), "LOAD": False, "STORAGE_AUTH": saved.keys_config_id,
            "STORAGE": storage.url, "STORAGE_REGION": "us-east-1"})
    finally:
        registry.removeProvider(made)
    assert (cut["DONE"], cut["FAILED"]) == (3, 0)
    with api.stac(saved.url, keys_config_id=saved.keys_config_id, storage_url=storage.url) as open_data:
        items = open_data.search("sentinel-2-l2a").items
        result = open_data.clip(items[:1], ("B04",), PLACE, tmp_path / "console")
    a, b = (gdal.Open(str(path)).ReadAsArray() for path in (cut["RASTERS"][0], result.files[0].path))
    assert np.array_equal(a, b) and a.shape == (60, 60)


# ---- without the dock --------------------------------------------------------------------------------------------


def test_the_toolbox_and_the_console_run_scripts_over_open_data(keyed, backend, qtbot, tmp_path):
    """The same images as in the dock; the algorithm takes the name of a saved catalog, the console an address."""
    storage, saved = keyed
    order = api.series_order(PLACE, 30, "sentinel-2-l2a", SCRIPT, days(1, 2))
    docked = run(backend, qtbot, start(backend, qtbot), order, tmp_path / "dock").result.images
    registry, made = QgsApplication.processingRegistry(), WorkbenchProvider()
    registry.addProvider(made)
    try:
        image = processing.run("sentinelworkbench:image", {
            "CONNECTION": "stac:Test catalog#sentinel-2-l2a", "COLLECTION": "sentinel-2-l2a", "EVALSCRIPT": SCRIPT,
            "EXTENT": "301000,301600,4998000,4998600 [EPSG:32633]", "RESOLUTION": 30, "START": "2020-06-01",
            "END": "2020-06-01", "OUTPUT": str(tmp_path / "tool.tif")})
        dialog = registry.algorithmById("sentinelworkbench:image").parameterDefinition("CONNECTION")
        assert SOURCE.name in dialog.metadata()["widget_wrapper"]["value_hints"]
    finally:
        registry.removeProvider(made)
    with api.connect(SOURCE.name) as wb:
        console = wb.series(order, tmp_path / "console").images
    pixels = [gdal.Open(str(path)).ReadAsArray() for path in (
        docked[0].rasters["default"], console[0].rasters["default"], image["OUTPUT"])]
    assert np.array_equal(pixels[0], pixels[1]) and np.array_equal(pixels[0], pixels[2]) and pixels[0].std() > 0


@pytest.mark.parametrize("named, words", [
    ("stac:earth-search", "names no collection"), ("stac:nowhere#x", "There is no catalog 'nowhere'"),
    ("stac:Test catalog#none-such", "none-such"),
])
def test_open_data_that_is_not_there_is_told_in_the_console(backend, named, words):
    with pytest.raises(WorkbenchError, match=words):
        api.connect(named)


def test_a_file_of_items_beside_its_rasters_is_a_connection(backend, server, tmp_path):
    """Nothing asks a server: items and rasters lie in a folder, as another program left them."""
    items = scene_items(thumbnails=False)
    for asset in (asset for item in items for asset in item["assets"].values()):
        (tmp_path / asset["href"]).write_bytes((server.folder / asset["href"]).read_bytes())
    path = tmp_path / "our items.json"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": items}))
    asked = len(server.log)
    with api.connect(f"stac:{path}#sentinel-2-l2a") as wb:
        order = api.series_order(PLACE, 10, "sentinel-2-l2a", SCRIPT, days(2))
        (image,) = wb.series(order, tmp_path / "images").images
    red = gdal.Open(str(tmp_path / "red.tif")).ReadAsArray()[140:200, 100:160]
    assert np.array_equal(gdal.Open(str(image.rasters["default"])).ReadAsArray()[0], red)
    assert [tile.tile_id for tile in image.tiles] == ["S2A_33TVL_20200602_0_L2A"] and len(server.log) == asked
