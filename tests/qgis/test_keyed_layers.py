"""Layers over files that need an access key: their pixels come, and the key is nowhere but in this process."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsApplication,
    QgsAuthMethodConfig,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
    QgsVector,
)
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QSize
from s3_server import S3Server
from stac_items import make_item
from stac_server import StacServer
from synthetic_scenes import write_raster

from sentinel_workbench import api
from sentinel_workbench.algorithms.provider import WorkbenchProvider
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.http.s3_signing import S3Keys
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.qgis.item_layers import add_streamed, streams_folder
from sentinel_workbench.core.qgis.keyed_layers import lacks_key
from sentinel_workbench.core.qgis.open_desk import OpenDesk
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.services import given_keys
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.services.stac_search import SceneSearch
from sentinel_workbench.core.stac.records import StacConnection
from sentinel_workbench.core.stac.s3_access import S3Account
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.key_actions import KeyActions

processing = pytest.importorskip("processing")
KEYS = S3Keys("id-of-a-key", "the-hidden-part")
SIDE = 1024


@pytest.fixture(autouse=True)
def project():
    QgsProject.instance().clear()
    yield QgsProject.instance()
    QgsProject.instance().clear()
    given_keys.take_keys_back()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    found = tmp_path_factory.mktemp("files")
    pixels = np.random.default_rng(3).integers(1, 9000, (SIDE, SIDE)).astype(np.uint16)
    write_raster(found / "of June" / "B04.tif", pixels, BLOCKSIZE=128)
    return found


def scene(href="s3://scenes/of June/B04.tif", **more):
    asset = {"href": href, "type": "image/tiff", **more}
    return make_item("S2_20220601", "2022-06-01T10:00:00Z", 4.0, assets={"B04": asset},
                     **{"s2:processing_baseline": "02.00"})


@pytest.fixture(scope="module")
def bucket(folder):
    """A bucket that lets in its own key alone, and a catalog of what is in it."""
    with S3Server() as storage, StacServer(folder, [scene()]) as catalog:
        storage.make_bucket("scenes")
        for name in ("B04.tif", "other.tif"):
            storage.put("scenes", f"of June/{name}", (folder / "of June" / "B04.tif").read_bytes())
        storage.demand_keys()
        yield storage, catalog


@pytest.fixture
def heard():
    """What QGIS's log says meanwhile."""
    lines = []
    log = QgsApplication.messageLog()

    def hear(*said):
        lines.append(" ".join(map(str, said)))

    log.messageReceived.connect(hear)
    yield lines
    log.messageReceived.disconnect(hear)


def login(key_id, secret):
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("only for this test", True)
    made = QgsAuthMethodConfig("Basic")
    made.setName("storage")
    made.setConfig("username", key_id)
    made.setConfig("password", secret)
    manager.storeAuthenticationConfig(made)
    return made.id()


def values(layer, size=SIDE):
    block = layer.dataProvider().block(1, layer.extent(), size, size)
    return [block.value(row, column) for row, column in ((0, 0), (7, 5), (size - 1, size - 1))]


def stored(folder):
    pixels = gdal.Open(str(folder / "of June" / "B04.tif")).ReadAsArray()
    return pytest.approx([pixels[0, 0] * 1e-4, pixels[7, 5] * 1e-4, pixels[-1, -1] * 1e-4], abs=1e-6)


def first(service):
    return service.search(SceneSearch(("sentinel-2-l2a",))).items[0]


def service_of(server, **account):
    return CatalogService(StacConnection(server.root), RequestsTransport(), S3Account(server.base, "here", **account))


def test_a_layer_reads_with_the_key_of_the_auth_manager(bucket, folder, project, tmp_path, heard):
    storage, catalog = bucket
    config_id = login(storage.access_key, storage.secret_key)
    with api.stac(catalog.root, None, config_id, storage_url=storage.url, storage_region="us-east-1") as open_data:
        layer = open_data.add_bands(open_data.search("sentinel-2-l2a").items[0], ["B04"])
    assert values(layer) == stored(folder)
    project.write(str(tmp_path / "p.qgs"))
    kept = [tmp_path / "p.qgs", *streams_folder().rglob("*")]
    for secret in (storage.secret_key, storage.access_key):
        assert not [path for path in kept if path.is_file() and secret.encode() in path.read_bytes()]
        assert secret not in layer.source() + layer.publicSource() + "".join(heard) + repr(given_keys.keyed_names())
    for option in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_S3_ENDPOINT", "AWS_REQUEST_PAYER"):
        assert gdal.GetConfigOption(option) is None, "QGIS's other layers know nothing of it"
        for other in ("/vsis3/other/a.tif", "/vsis3/scenes/", "/vsis3/scenes/of June/other.tif"):
            assert gdal.GetPathSpecificOption(other, option) is None


def test_bytes_come_by_ranges_and_nobody_pays_unasked(folder, project, tmp_path):
    with StacServer(folder, [scene("s3://files/of June/B04.tif")]) as server:
        for pays in (False, True):
            service = service_of(server, keys=KEYS, requester_pays=pays)
            streamed = service.stream(first(service), ["B04"], tmp_path)
            layer = add_streamed(streamed, project)
            opened = len(server.files_log())
            corner = layer.extent()
            corner.setXMaximum(corner.xMinimum() + 1000)
            corner.setYMinimum(corner.yMaximum() - 1000)
            assert layer.dataProvider().block(1, corner, 100, 100).value(7, 5) == pytest.approx(
                gdal.Open(str(folder / "of June" / "B04.tif")).ReadAsArray()[7, 5] * 1e-4, abs=1e-6)
            asked = server.files_log()[opened:]
            assert asked and {entry.path for entry in asked} == {"/files/of June/B04.tif"}, "no other is looked for"
            size = (folder / "of June" / "B04.tif").stat().st_size
            assert all(entry.first is not None for entry in asked) and sum(entry.sent for entry in asked) < size / 10
            assert all("id-of-a-key/" in entry.headers["authorization"] for entry in asked)
            assert {entry.headers.get("x-amz-request-payer") for entry in asked} == {"requester" if pays else None}
            assert KEYS.secret_key not in repr(streamed) + repr(service) + streamed.path.read_text()
            project.clear()
            server.log.clear()
            service.close()


@pytest.mark.parametrize("account, change, words", [
    ({}, {}, "can't read without keys. Choose your access key"),
    ({"keys": KEYS, "old": True}, {}, "can't read without keys. Cut it out"),
    ({"keys": KEYS, "amazon": True}, {"storage:requester_pays": True}, "whose reader pays"),
])
def test_what_no_key_helps_is_told_before_anything_is_asked_for(folder, tmp_path, monkeypatch, account, change, words):
    if account.pop("old", False):
        monkeypatch.delattr(gdal, "SetPathSpecificOption")
    with StacServer(folder, [scene("s3://files/of June/B04.tif", **change)]) as server:
        place = ("", "") if account.pop("amazon", False) else (server.base, "here")
        service = CatalogService(StacConnection(server.root), RequestsTransport(), S3Account(*place, **account))
        with pytest.raises(InvalidInput, match=words):
            service.stream(first(service), ["B04"], tmp_path)
        assert not server.files_log() and not given_keys.keyed_names()
        service.close()


def reads(name):
    """Whether GDAL gets at a file, asked afresh."""
    try:
        return gdal.Open(name) is not None
    except RuntimeError:
        return False


@pytest.fixture
def saved(bucket, empty_settings):
    """The catalog as people save it, with its key."""
    storage, catalog = bucket
    config_id = login(storage.access_key, storage.secret_key)
    entry = SavedCatalog("Ours", catalog.root, "", None, config_id, False, storage.url, "us-east-1")
    CatalogStore().save(entry)
    return entry


def add(named):
    with api.stac(named) as open_data:
        return open_data.add_bands(open_data.search("sentinel-2-l2a").items[0], ["B04"])


def reopened(project, path):
    """As after a restart of QGIS: GDAL knows no key and has no file in memory."""
    project.write(str(path))
    project.clear()
    given_keys.take_keys_back()
    gdal.VSICurlClearCache()
    assert project.read(str(path))
    return next(iter(project.mapLayers().values()))


@pytest.fixture
def key_actions(qgis_iface, monkeypatch):
    shown = []
    monkeypatch.setattr(qgis_iface.messageBar(), "pushMessage", lambda *said: shown.append(said[1]), raising=False)
    for name in ("addCustomActionForLayerType", "addCustomActionForLayer", "removeCustomActionForLayerType"):
        monkeypatch.setattr(qgis_iface, name, lambda *_: None, raising=False)
    made = KeyActions(qgis_iface)
    made.shown = shown
    yield made
    made.remove()


def test_a_reopened_project_reads_again_when_asked(saved, folder, project, tmp_path, key_actions):
    add("Ours")
    layer = reopened(project, tmp_path / "p.qgz")
    assert layer.isValid() and "Layers that need their access key: 1." in key_actions.shown[-1]
    assert not layer.dataProvider().block(1, layer.extent(), 64, 64).isValid() or values(layer)[1] != stored(folder)
    key_actions.restore(layer)
    assert values(layer) == stored(folder) and len(key_actions.shown) == 1
    assert not lacks_key(layer)


def test_a_project_names_a_catalog_and_nothing_else(saved, project, tmp_path, key_actions):
    layer = add("Ours")
    CatalogStore().delete("Ours")
    assert given_keys.keyed_names() == [] and lacks_key(layer)
    layer = reopened(project, tmp_path / "p.qgz")
    key_actions.restore(layer)
    assert "No access key is saved for the catalog" in key_actions.shown[-1] and given_keys.keyed_names() == []


def test_the_console_reads_again_too(saved, folder, project, tmp_path):
    add("Ours")
    layer = reopened(project, tmp_path / "p.qgz")
    with api.stac("Ours") as open_data:
        assert open_data.restore_layers() == 1
    assert values(layer) == stored(folder)


def test_keys_are_taken_back(saved, qgis_iface, monkeypatch):
    add("Ours")
    (name,) = given_keys.keyed_names()
    assert reads(name) and not reads("/vsis3/scenes/of June/other.tif")
    CatalogStore().save(saved)
    assert reads(name), "nothing changed"
    CatalogStore().save(replace(saved, keys_config_id=None))
    assert not reads(name) and gdal.GetPathSpecificOption(name, "AWS_SECRET_ACCESS_KEY") is None
    CatalogStore().save(saved)
    add("Ours")
    assert reads(name), "refused before, not remembered"
    for call in ("addCustomActionForLayerType", "addCustomActionForLayer", "removeCustomActionForLayerType"):
        monkeypatch.setattr(qgis_iface, call, lambda *_: None, raising=False)
    KeyActions(qgis_iface).remove()
    assert not reads(name) and given_keys.keyed_names() == []


def test_a_key_that_changed_holds_for_the_layers_shown(bucket, saved):
    storage, _ = bucket
    add("Ours")
    (name,) = given_keys.keyed_names()
    desk = OpenDesk()
    desk.services(saved)
    wrong = replace(saved, keys_config_id=login(storage.access_key, "wrong"))
    desk.services(wrong)
    assert not reads(name)
    desk.services(saved)
    assert reads(name)
    desk.close()


def test_of_two_keys_for_one_file_the_last_holds_until_its_own_catalog_lets_go(bucket):
    storage, _ = bucket
    good = S3Account(storage.url, "us-east-1", S3Keys(storage.access_key, storage.secret_key))
    name = "/vsis3/scenes/of June/B04.tif"
    given_keys.give_keys("one", [name], replace(good, keys=KEYS))
    assert not reads(name)
    given_keys.give_keys("two", [name], good)
    given_keys.take_keys_back("one")
    assert reads(name)
    given_keys.take_keys_back("two")
    assert not reads(name)


def test_the_algorithm_streams_with_a_key(saved, folder, project, tmp_path):
    provider = WorkbenchProvider()
    QgsApplication.processingRegistry().addProvider(provider)
    try:
        with api.stac("Ours") as open_data:
            open_data.save(open_data.search("sentinel-2-l2a"), tmp_path / "items.geojson")
        made = processing.run("sentinelworkbench:stacstream", {
            "ITEMS": str(tmp_path / "items.geojson"), "SHOW": "composite", "BANDS": "B04", "LOAD": False,
            "STORAGE_AUTH": saved.keys_config_id, "STORAGE": saved.storage_url, "STORAGE_REGION": "us-east-1"})
    finally:
        QgsApplication.processingRegistry().removeProvider(provider)
    vrt = gdal.Open(made["RASTERS"][0])
    assert vrt.ReadAsArray()[7, 5] * 1e-4 == stored(folder).expected[1]


def test_the_tab_streams_with_a_key(saved, folder, project, qtbot):
    CatalogStore().choose("Ours")
    backend = PluginBackend()
    dock = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(dock)
    panel = dock.search_panel
    try:
        dock.show()
        panel.form.any_time_check.setChecked(True)
        panel.form.area.type_bounds(", ".join(map(str, scene()["bbox"])))
        dock.tabs.setCurrentWidget(panel)
        qtbot.waitUntil(lambda: "Asking" not in panel.form.catalog_note.text(), timeout=30_000)
        panel.search_button.click()
        qtbot.waitUntil(lambda: panel.results.view.model() and panel.results.view.model().rowCount() == 1,
                        timeout=30_000)
        panel.results.view.selectAll()
        dock.search.scenes.add_layers(["B04"])
        qtbot.waitUntil(lambda: bool(project.mapLayers()) or bool(panel.message.text()), timeout=30_000)
        (layer,) = project.mapLayers().values()
        assert values(layer) == stored(folder)
    finally:
        dock.shut_down()
        backend.shut_down()


def test_an_upload_of_a_file_on_the_map_goes_by_its_own_keys(folder, bucket, tmp_path):
    storage, _ = bucket
    given_keys.give_keys("x", ["/vsis3/scenes/new.tif"], S3Account(storage.url, "us-east-1", KEYS))
    report = api.upload_files(
        [api.UploadFile(folder / "of June" / "B04.tif", "new.tif")], api.Storage("scenes", storage.url),
        api.StorageKeys(storage.access_key, storage.secret_key))
    assert report.is_complete, str(report)
    assert given_keys.keyed_names() == []


def test_the_map_is_drawn_in_threads_of_its_own(saved):
    layer = add("Ours")
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(QgsRectangle(layer.extent().center(), layer.extent().center() + QgsVector(640, 640)))
    settings.setOutputSize(QSize(64, 64))
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    assert not job.errors() and len({picture.pixel(x, 30) for x in range(10, 50)}) > 10


def test_https_files_of_the_storage_take_the_key_only_where_they_are_closed(bucket, folder, project, tmp_path):
    storage, _ = bucket
    keys = S3Keys(storage.access_key, storage.secret_key)
    for base, keyed in ((f"{storage.url}/scenes", True), ("", False)):
        with StacServer(folder, [scene(f"{base}/of%20June/B04.tif" if base else "of June/B04.tif")]) as server:
            account = S3Account(storage.url if keyed else server.base, "us-east-1", keys)
            service = CatalogService(StacConnection(server.root), RequestsTransport(), account)
            streamed = service.stream(first(service), ["B04"], tmp_path)
            assert values(add_streamed(streamed, project)) == stored(folder)
            assert bool(streamed.keys_of) is keyed, "an open file needs no key when its project is opened again"
            service.close()
    assert given_keys.keyed_names() == ["/vsis3/scenes/of June/B04.tif"]
