"""Own data with a local hub: from a folder of rasters to a collection, without account, storage or keys."""

from __future__ import annotations

import os

import pytest
from made_cogs import memory_raster, pixels_of, write_cog, write_raster
from qgis.core import QgsApplication, QgsProject
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QObject

from sentinel_workbench import api
from sentinel_workbench.backend import PluginBackend
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.qgis.folder_memory import keep_folder, unfinished_folder
from sentinel_workbench.core.services.converted_files import open_converted
from sentinel_workbench.core.services.folder_bucket import FolderBucket
from sentinel_workbench.core.services.upload_flow import FolderOrder
from sentinel_workbench.ui import upload_controller
from sentinel_workbench.ui.discovery_dialog import DiscoveryDialog
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.storage_form import StorageForm
from sentinel_workbench.ui.upload_dialog import UploadDialog

WAIT_MS = 60_000


@pytest.fixture()
def data(tmp_path):
    return tmp_path / "hub"


@pytest.fixture()
def dock(qgis_app, qtbot, empty_settings, tmp_path, data, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    backend = PluginBackend(data)
    hub = LocalHub(data, with_demo_scenes=False, arguments=("--workers", "1"))
    hub.start()
    backend._hubs.take(hub)
    backend._take_hub(hub)
    made = WorkbenchDock(backend, QgsMapCanvas())
    qtbot.addWidget(made)
    made.show()
    made.tabs.setCurrentWidget(made.mydata_panel)
    note = made.mydata_panel.collections.note
    qtbot.waitUntil(lambda: "no collection yet" in note.text(), timeout=WAIT_MS)
    yield made
    made.shut_down()
    backend.shut_down()
    QgsApplication.taskManager().cancelAll()
    QgsProject.instance().clear()


@pytest.fixture()
def folder(tmp_path):
    """Two tiles of two bands, one file in strips."""
    root = tmp_path / "Our valley"
    for day in ("2019-04-01", "2019-04-02"):
        (root / day).mkdir(parents=True)
        for band in ("B04", "B08"):
            write_cog(root / day / f"{band}.tif", rows=20, cols=30, dtype="uint16")
    strips = memory_raster(pixels_of(rows=20, cols=30, dtype="uint16"))
    write_raster(root / "2019-04-02" / "B08.tif", strips, "GTiff", ())
    return root


def test_two_clicks_lead_from_a_folder_to_a_collection(dock, qtbot, folder, data):
    dock.mydata_panel.tiles.upload_action.trigger()
    dialog = dock.findChild(UploadDialog)
    assert not dialog.storage.address_edit.isVisible() and not dialog.storage.keys.isVisible()
    assert str(data / "buckets") in dialog.storage.folder_note.text() and dialog.storage.folder_note.isVisible()
    dialog.folder.setFilePath(str(folder))
    qtbot.waitUntil(lambda: dialog.tree.topLevelItemCount() == 2, timeout=WAIT_MS)
    assert dialog.collection_combo.currentText() == "Our valley" and dialog.bucket_edit.text() == "my-data"
    assert "copies the files of 1 tiles to the bucket my-data" in dialog.next_label.text()
    assert "processing units" not in dialog.next_label.text() and dialog.start_button.isEnabled()
    dialog.convert_check.setChecked(True)
    dialog.start_button.click()
    qtbot.waitUntil(dialog.use_button.isVisible, timeout=WAIT_MS)
    assert "4 files: 4 sent." in dialog.next_label.text() and "2 of 2 tiles ingested" in dialog.next_label.text()
    bucket = data / "buckets" / "my-data"
    assert sorted(path.relative_to(bucket).as_posix() for path in bucket.rglob("*.tif")) == [
        "2019-04-01/B04.tif", "2019-04-01/B08.tif", "2019-04-02/B04.tif", "2019-04-02/B08.tif"
    ]
    dialog.use_button.click()
    qtbot.waitUntil(lambda: dock.tabs.currentWidget() is dock.imagery_panel, timeout=WAIT_MS)
    assert dock.imagery_panel.collection_combo.currentText() == "Our valley"


def test_what_a_killed_session_began_is_filled_in_again(dock, qtbot, folder, data):
    connection = dock._backend.current_connection().name
    begun = FolderOrder(folder, "Our own", prefix="deep", bucket="elsewhere", convert=True, create=True)
    keep_folder(connection, begun)
    dock.mydata_panel.tiles.upload_action.trigger()
    dialog = dock.findChild(UploadDialog)
    qtbot.waitUntil(dialog.start_button.isEnabled, timeout=WAIT_MS)
    assert (dialog.collection_combo.currentText(), dialog.bucket_edit.text()) == ("Our own", "elsewhere")
    dialog.start_button.click()
    qtbot.waitUntil(dialog.use_button.isVisible, timeout=WAIT_MS)
    assert len(list((data / "buckets" / "elsewhere" / "deep").rglob("*.tif"))) == 4
    assert unfinished_folder(connection) is None


def test_what_a_job_that_is_given_up_converted_is_removed(dock, qtbot, folder, data, tmp_path, monkeypatch):
    place = tmp_path / "converted"
    monkeypatch.setattr(upload_controller, "converted_folder", lambda: place)
    connection = dock._backend.current_connection().name
    begun = FolderOrder(folder, "Our own", prefix="deep", bucket="elsewhere", convert=True, create=True)
    keep_folder(connection, begun)
    left = open_converted(place, begun.job)
    (left / "B04.tif").write_bytes(b"x")
    dock.mydata_panel.tiles.upload_action.trigger()
    dialog = dock.findChild(UploadDialog)
    qtbot.waitUntil(dialog.start_button.isEnabled, timeout=WAIT_MS)
    assert left.is_dir()
    dialog.collection_combo.setEditText("Another")
    qtbot.waitUntil(dialog.start_button.isEnabled, timeout=WAIT_MS)
    dialog.start_button.click()
    assert not left.exists()
    qtbot.waitUntil(dialog.use_button.isVisible, timeout=WAIT_MS)
    assert list(place.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_said(dock, qtbot, folder, data):
    (data / "buckets").mkdir(exist_ok=True)
    (data / "buckets" / "my-data").write_text("a file")
    dock.mydata_panel.tiles.upload_action.trigger()
    dialog = dock.findChild(UploadDialog)
    dialog.folder.setFilePath(str(folder))
    qtbot.waitUntil(dialog.start_button.isEnabled, timeout=WAIT_MS)
    dialog.start_button.click()
    qtbot.waitUntil(lambda: "can't be written" in dialog.next_label.text(), timeout=WAIT_MS)
    assert dialog.start_button.isVisible() and not dialog.use_button.isVisible()
    os.remove(data / "buckets" / "my-data")
    dialog.start_button.click()
    qtbot.waitUntil(dialog.use_button.isVisible, timeout=WAIT_MS)


def test_the_bucket_of_a_local_hub_is_listed_at_once(qgis_app, qtbot, empty_settings, tmp_path):
    place = tmp_path / "buckets" / "my-data" / "2019-04-01"
    place.mkdir(parents=True)
    (place / "B04.tif").write_bytes(b"x")
    dialog = DiscoveryDialog(None, "my-data", tmp_path / "buckets")
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(dialog.ok_button.isEnabled, timeout=WAIT_MS)
    assert [tile.path for tile in dialog.tiles()] == ["2019-04-01/(BAND).tif"]
    assert dialog.source_combo.currentText() == "The bucket itself" and not dialog.storage.keys.isVisible()


def test_the_folder_of_a_hub_that_was_started_elsewhere_is_typed_as_the_address(qgis_app, empty_settings, tmp_path):
    form = StorageForm(QObject())
    form.address_edit.setText(str(tmp_path))
    assert form.opener()("my-data") == FolderBucket(tmp_path, "my-data")


def test_the_window_belongs_to_the_connection_it_was_opened_with(dock, qtbot, folder):
    dock.mydata_panel.tiles.upload_action.trigger()
    dialog = dock.findChild(UploadDialog)
    dialog.folder.setFilePath(str(folder))
    qtbot.waitUntil(dialog.start_button.isEnabled, timeout=WAIT_MS)
    backend, hub = dock._backend, dock._backend.current_connection().name
    assert hub in dialog.windowTitle()
    backend.save_connection(
        api.Connection("Nobody", "custom", "http://127.0.0.1:9", "http://127.0.0.1:9/token"),
        api.Credentials("id", "none"), remember=False,
    )
    backend.choose_connection("Nobody")
    dialog.start_button.click()
    qtbot.waitUntil(dialog.use_button.isVisible, timeout=WAIT_MS)
    dialog.use_button.click()
    qtbot.waitUntil(lambda: dock.imagery_panel.collection_combo.currentText() == "Our valley", timeout=WAIT_MS)
    assert backend.current_connection().name == hub
    backend.choose_connection("Nobody")
    dock.mydata.upload()
    assert "Nobody" in dock.mydata.windows._uploading._dialog.windowTitle()
    assert dock.mydata.windows._uploading._dialog.storage.address_edit.isVisible()
