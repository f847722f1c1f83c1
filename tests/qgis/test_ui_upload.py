"""The window that takes a folder to a collection, with a real S3 server and a small service."""

from __future__ import annotations

import pytest
from byoc_stand_in import ByocStandIn
from made_cogs import memory_raster, pixels_of, write_cog, write_raster
from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgsMapCanvas
from s3_server import S3Server

from sentinel_workbench import api
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.qgis.storage_memory import last_storage
from sentinel_workbench.core.services import byoc_watch
from sentinel_workbench.ui.discovery_dialog import DiscoveryDialog
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.upload_dialog import UploadDialog

WAIT_MS = 30_000


@pytest.fixture(scope="module")
def server():
    with S3Server() as running:
        yield running


@pytest.fixture()
def s3(server, monkeypatch):
    server.reset()
    server.make_bucket("rasters")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", server.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", server.secret_key)
    return server


@pytest.fixture()
def hub(monkeypatch):
    monkeypatch.setattr(byoc_watch, "FIRST_WAIT_S", 0.02)
    with ByocStandIn() as stand_in:
        stand_in.add_collection("Fields", tiles=2, s3Bucket="rasters")
        yield stand_in


@pytest.fixture()
def dock(qgis_app, qtbot, hub, empty_settings, tmp_path):
    backend = PluginBackend(tmp_path)
    backend.save_connection(
        api.Connection("Stand-in", "custom", hub.url, hub.token_url),
        api.Credentials(hub.client_id, hub.client_secret), remember=False,
    )
    backend.choose_connection("Stand-in")
    made = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(made)
    made.show()
    made.tabs.setCurrentWidget(made.mydata_panel)
    qtbot.waitUntil(lambda: made.mydata_panel.collections.list.topLevelItemCount() == 1, timeout=WAIT_MS)
    yield made
    made.shut_down()
    backend.shut_down()
    QgsApplication.taskManager().cancelAll()
    QgsProject.instance().clear()


@pytest.fixture()
def folder(tmp_path):
    """Two tiles of one band, that of the second in strips."""
    root = tmp_path / "my rasters"
    for day in ("2019-04-01", "2019-04-02"):
        (root / day).mkdir(parents=True)
        write_cog(root / day / "B02.tif", rows=20, cols=30, dtype="uint16")
    strips = memory_raster(pixels_of(rows=20, cols=30, dtype="uint16"))
    write_raster(root / "2019-04-02" / "B02.tif", strips, "GTiff", ())
    return root


@pytest.fixture()
def dialog(dock):
    dock.mydata_panel.tiles.upload_action.trigger()
    return dock.findChild(UploadDialog)


def rows(dialog):
    items = (dialog.tree.topLevelItem(row) for row in range(dialog.tree.topLevelItemCount()))
    return [tuple(item.text(column) for column in range(3)) for item in items]


def choose(dialog, qtbot, folder):
    dialog.folder.setFilePath(str(folder))
    qtbot.waitUntil(lambda: dialog.tree.topLevelItemCount() > 0, timeout=WAIT_MS)


def test_the_window_leads_from_a_folder_to_images(dock, dialog, qtbot, hub, s3, folder):
    assert "Choose the folder" in dialog.next_label.text() and not dialog.start_button.isEnabled()
    choose(dialog, qtbot, folder)
    trouble, ready = rows(dialog)
    assert ready == ("2019-04-01/(BAND).tif", "2019-04-01 00:00", "ready")
    assert trouble[0] == "2019-04-02/(BAND).tif" and trouble[2].startswith("✗") and "strips" in trouble[2]
    assert "**/(BAND).tif" in dialog.found_note.text() and "{YYYY}-{MM}-{DD}" in dialog.found_note.text()
    assert "Choose a collection" in dialog.next_label.text()
    dialog.collection_combo.setEditText("Our valley")
    assert "name of the bucket" in dialog.next_label.text() and not dialog.start_button.isEnabled()
    dialog.bucket_edit.setText("rasters")
    dialog.convert_check.setChecked(True)
    assert rows(dialog)[0][2].startswith("to be converted")
    assert "makes the collection 'Our valley'" in dialog.next_label.text()
    assert "2 processing units" in dialog.next_label.text()
    dialog.storage.address_edit.setText(s3.url)
    dialog.start_button.click()
    assert dialog.bar.isVisible() and dialog.stop_button.isVisible()
    qtbot.waitUntil(dialog.use_button.isVisible, timeout=WAIT_MS)
    assert "2 of 2 tiles ingested" in dialog.next_label.text()
    assert last_storage().endpoint == s3.url
    picker, pane = dock.mydata_panel.collections, dock.mydata_panel.tiles
    qtbot.waitUntil(lambda: picker.current() is not None and picker.current().name == "Our valley", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: pane.table.count_by_status() == {"INGESTED": 2}, timeout=WAIT_MS)
    dialog.use_button.click()
    qtbot.waitUntil(lambda: dock.tabs.currentWidget() is dock.imagery_panel, timeout=WAIT_MS)
    assert dock.imagery_panel.collection_combo.currentText() == "Our valley"


def test_a_collection_that_is_there_gets_more_tiles(dock, dialog, qtbot, hub, s3, folder):
    choose(dialog, qtbot, folder)
    dialog.collection_combo.setCurrentIndex(0)
    assert dialog.bucket_edit.text() == "rasters" and dialog.bucket_edit.isReadOnly()
    dialog.storage.address_edit.setText(s3.url)
    dialog.start_button.click()
    qtbot.waitUntil(dialog.use_button.isVisible, timeout=WAIT_MS)
    assert "strips" in dialog.next_label.text()
    (owner,) = hub.own
    assert len(hub.tiles[owner]) == 3 and s3.keys("rasters").keys() == {"2019-04-01/B02.tif"}
    pane = dock.mydata_panel.tiles
    qtbot.waitUntil(lambda: sum(pane.table.count_by_status().values()) == 3, timeout=WAIT_MS)


def test_what_cannot_be_done_is_said_and_can_be_corrected(dock, dialog, qtbot, hub, s3, folder, monkeypatch):
    choose(dialog, qtbot, folder)
    dialog.collection_combo.setEditText("Our valley")
    dialog.bucket_edit.setText("elsewhere")
    dialog.storage.address_edit.setText(s3.url)
    dialog.start_button.click()
    qtbot.waitUntil(lambda: "no bucket 'elsewhere'" in dialog.next_label.text(), timeout=WAIT_MS)
    assert dialog.start_button.isEnabled() and not dialog.use_button.isVisible() and len(hub.own) == 1
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    dialog.start_button.click()
    assert "no keys for the storage" in dialog.next_label.text()
    dialog.template_combo.setEditText("x")
    qtbot.waitUntil(lambda: "once in the file's name" in dialog.next_label.text(), timeout=WAIT_MS)
    assert not dialog.start_button.isEnabled()


def test_ready_is_told_from_trouble_and_from_other_files(dock, dialog, qtbot, folder):
    (folder / "readme.txt").write_text("x")
    (folder / "2019-04-02" / "B02.tif").write_bytes(b"no picture")
    choose(dialog, qtbot, folder)
    assert [row[2].split(":")[0] for row in rows(dialog)] == ["✗ B02.tif", "ready", "left out"]
    assert "Tiles ready: 1; with trouble: 1; other files: 1." in dialog.found_note.text()


def test_esc_stops_first_and_closes_then(dock, dialog, qtbot, hub, s3, folder):
    hub.steps = 10_000
    choose(dialog, qtbot, folder)
    dialog.collection_combo.setCurrentIndex(0)
    dialog.storage.address_edit.setText(s3.url)
    dialog.start_button.click()
    qtbot.waitUntil(lambda: "ingested or failed" in dialog.next_label.text(), timeout=WAIT_MS)
    dialog.reject()
    assert dialog.isVisible() and "goes on with the rest" in dialog.next_label.text()
    assert dialog.start_button.isEnabled() and dialog.start_button.isVisible()
    dialog.reject()
    assert not dialog.isVisible() and dock.mydata.windows._uploading is None


def test_the_tiles_of_a_bucket_are_listed(qgis_app, qtbot, s3, empty_settings):
    for month in ("2019-04", "2019-05"):
        s3.put("rasters", f"mosaic/{month}/B02.tif", b"x")
    s3.put("rasters", "elsewhere/2019-06/B02.tif", b"x")
    dialog = DiscoveryDialog(None, "rasters")
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.list_button.isVisible() and not dialog.storage.address_edit.isVisible()
    dialog.source_combo.setCurrentIndex(dialog.source_combo.findData("bucket"))
    dialog.storage.address_edit.setText("nowhere")
    dialog.list_button.click()
    assert "not the address of a storage" in dialog.note.text() and not dialog.ok_button.isEnabled()
    dialog.storage.address_edit.setText(s3.url)
    dialog.prefix_edit.setText("mosaic")
    dialog.list_button.click()
    qtbot.waitUntil(dialog.ok_button.isEnabled, timeout=WAIT_MS)
    assert [(tile.path, f"{tile.sensing_time:%Y-%m}") for tile in dialog.tiles()] == [
        ("mosaic/2019-04/(BAND).tif", "2019-04"), ("mosaic/2019-05/(BAND).tif", "2019-05")
    ]
