"""Own imagery in a real QGIS window, from an empty account to a layer. Run by QGIS itself, never by pytest.

It begins without any account, with the local hub that the dock starts. Environment: ``WORKBENCH_STORY_DIR``, and
``WORKBENCH_STORY_HUB``: JSON with the address of another local hub whose bucket ``my-bucket`` holds ``2021/01`` ..
``2021/06`` and the spoiled ``2021/07``; the ``folder`` where the same files lie; and an S3 server with that bucket and
keys to it.
"""

import json
import os

from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsProcessingContext, QgsProject
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QApplication, QDialog, QLineEdit, QPlainTextEdit, QWidget
from qgis.utils import iface, plugins
from story_tools import (
    FACTS,
    Heartbeat,
    click,
    find,
    in_dialog,
    pause,
    picture,
    screen,
    show_dock,
    tell,
    wait_for_order,
    wait_until,
)

PATHS = "\n".join(f"2021/0{month}/(BAND).tif, 2021-0{month}-15T10:00:00Z" for month in range(1, 8))


def begin_without_account(dock):
    """The first click starts the local hub; a folder becomes a collection in use without storage and keys."""
    click(dock, "start_hub_button")
    wait_until(find(dock, QAbstractButton, "get_button").isEnabled, "the local hub", 60)
    dock.tabs.setCurrentWidget(dock.mydata_panel)
    wait_until(lambda: "no collection yet" in dock.mydata_panel.collections.note.text(), "the empty list", 20)
    dialog = choose_folder(dock)
    picture(dialog, "mydata_local_found")
    FACTS["local_next"] = dialog.next_label.text()
    click(dialog, "upload_start_button")
    wait_until(lambda: not dialog.busy, "the end of the work", 90)
    FACTS["local_sent"] = dialog.next_label.text()
    click(dialog, "upload_use_button")
    wait_until(lambda: dock.imagery_panel.collection_combo.currentText() == "rasters", "the collection", 20)
    wait_until(dock.imagery_panel.get_button.isEnabled, "a possible order", 10)
    click(dock, "get_button")
    FACTS["local_states"] = wait_for_order(dock, 1, 60)
    wait_until(lambda: len(rasters()) == len(FACTS["local_states"]), "the images as layers", 20)
    QgsProject.instance().clear()


def choose_folder(dock):
    """The window that takes a folder to a collection, with the folder chosen. A closed one may still be there."""
    dock.mydata_panel.tiles.upload_action.trigger()
    dialogs = iface.mainWindow().findChildren(QDialog, "upload_dialog")
    (dialog,) = (one for one in dialogs if one.isVisible())
    dialog.folder.setFilePath(address()["folder"])
    wait_until(lambda: dialog.tree.topLevelItemCount() == 7, "the files found", 30)
    return dialog


def connect(dock):
    from sentinel_workbench.core.hub.connection import Connection, Credentials

    address = json.loads(os.environ["WORKBENCH_STORY_HUB"])
    backend = plugins["sentinel_workbench"].backend
    backend.save_connection(
        Connection("My hub", "custom", address["url"], address["token_url"]),
        Credentials(address["client_id"], address["client_secret"]), remember=False,
    )
    backend.choose_connection("My hub")
    dock.tabs.setCurrentWidget(dock.mydata_panel)
    wait_until(lambda: "no collection yet" in dock.mydata_panel.collections.note.text(), "the empty list", 20)
    picture(dock, "mydata_empty")


def make_collection(dock):
    def act(dialog):
        find(dialog, QLineEdit, "collection_name_edit").setText("Our valley")
        find(dialog, QLineEdit, "collection_bucket_edit").setText("my-bucket")
        picture(dialog, "mydata_new_collection")
        dialog.accept()

    in_dialog(lambda: click(dock, "new_collection_button"), act)
    picker = dock.mydata_panel.collections
    wait_until(lambda: picker.current() is not None and picker.current().name == "Our valley", "the collection", 20)


def add_tiles(dock):
    pane = dock.mydata_panel.tiles

    def act(dialog):
        edit = find(dialog, QPlainTextEdit, "new_tiles_edit")
        edit.setPlainText(PATHS)
        picture(dialog, "mydata_add_tiles")
        dialog.accept()

    wait_until(pane.buttons["add"].isEnabled, "the reading of no tiles", 20)
    beat = Heartbeat()
    in_dialog(lambda: click(dock, "tiles_add_button"), act)
    beat.start()
    wait_until(lambda: sum(pane.table.count_by_status().values()) == 7, "seven tiles", 30)
    wait_until(lambda: set(pane.table.count_by_status()) == {"INGESTED", "FAILED"}, "the ingestion", 60)
    wait_until(lambda: not dock.mydata.tiles._jobs.busy, "the end of the work", 30)
    FACTS["gap_ms"] = beat.stop()
    FACTS["statuses"] = dict(pane.table.count_by_status())
    pane.view.selectRow(next(row for row in range(7) if pane.table.tile_at(row).status == "FAILED"))
    FACTS["failure_text"] = pane.details.toPlainText()
    picture(dock, "mydata_tiles")


def see_footprints(dock):
    click(dock, "tiles_footprints_button")
    wait_until(lambda: QgsProject.instance().mapLayersByName("Our valley (tiles)"), "the footprints", 30)
    (layer,) = QgsProject.instance().mapLayersByName("Our valley (tiles)")
    canvas = iface.mapCanvas()
    canvas.setDestinationCrs(layer.crs())
    canvas.setExtent(layer.extent().buffered(0.01))
    canvas.refresh()
    pause(1500)
    FACTS["footprints"] = layer.featureCount()
    screen("mydata_footprints")


def look_at_details(dock):
    def act(dialog):
        pause(300)
        FACTS["bands"] = [row["name"] for row in dialog.bands.rows()]
        dialog.bands.rename(0, "RED")
        FACTS["traps"] = dialog.traps_label.text()
        picture(dialog, "mydata_details")

    opened = {}

    def visit():
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            return
        timer.stop()
        opened["yes"] = True
        try:
            act(dialog)
        finally:
            dialog.reject()

    timer = QTimer()
    timer.timeout.connect(visit)
    timer.start(100)
    click(dock, "collection_details_button")
    wait_until(lambda: "yes" in opened, "the details", 20)


def walk_by_keyboard(dock):
    """From the search field on, each control takes the focus in turn."""
    QApplication.setActiveWindow(iface.mainWindow())  # there is no window manager to do it
    search = dock.mydata_panel.collections.search_edit
    search.setFocus()
    wait_until(search.hasFocus, "the focus", 10)
    seen = []
    for _ in range(24):
        widget = QApplication.focusWidget()
        assert isinstance(widget, QWidget), f"nothing has the focus after {seen}"
        seen.append(widget.objectName())
        QTest.keyClick(widget, Qt.Key.Key_Tab)
        pause(20)
    FACTS["tab_order"] = seen


def use_it(dock):
    click(dock, "use_collection_button")
    wait_until(lambda: dock.tabs.currentWidget() is dock.imagery_panel, "the Imagery tab", 20)
    wait_until(lambda: dock.imagery_panel.collection_combo.currentText() == "Our valley", "the collection", 20)
    wait_until(dock.imagery_panel.get_button.isEnabled, "a possible order", 20)
    FACTS["collection"] = dock.imagery_panel.collection_combo.currentText()
    FACTS["bounds"] = dock.imagery_panel.area.bounds_edit.text()
    FACTS["days"] = [str(dock.imagery_panel.first_day), str(dock.imagery_panel.last_day)]
    picture(dock, "mydata_used")
    click(dock, "get_button")
    FACTS["states"] = wait_for_order(dock, 2, 60)
    wait_until(lambda: len(rasters()) == len(FACTS["states"]), "the images as layers", 20)
    FACTS["rasters"] = len(rasters())
    pause(1500)
    screen("mydata_images")


def rasters():
    return [layer for layer in QgsProject.instance().mapLayers().values() if layer.type() == layer.RasterLayer]


def check_and_mend(dock):
    """A window tells which file is refused and why, and makes COGs of those."""
    dock.mydata_panel.tiles.check_action.trigger()
    dialog = find(iface.mainWindow(), QDialog, "check_dialog")
    dialog.places.setFilePath(address()["folder"])
    click(dialog, "check_button")
    wait_until(lambda: not dialog.busy, "the check", 60)
    FACTS["check_said"] = dialog.summary.text()
    dialog.trouble_check.setChecked(True)
    dialog.view.selectRow(0)
    FACTS["check_row"] = [dialog.table.index(0, column).data() for column in range(5)]
    picture(dialog, "mydata_check_window")
    click(dialog, "check_make_button")
    wait_until(lambda: not dialog.busy, "the COGs", 60)
    FACTS["made_said"] = dialog.summary.text()
    dialog.reject()


def check_files(dock):
    """The dialogs of the algorithms open from the menu; the check runs and makes a layer of verdicts."""

    def check(dialog):
        dialog.mainWidget().wrappers["FOLDER"].setParameterValue(address()["folder"], QgsProcessingContext())
        picture(dialog, "mydata_checkcog")
        dialog.runButton().click()
        wait_until(lambda: QgsProject.instance().mapLayersByName("Checked files"), "the verdicts", 60)
        picture(dialog, "mydata_checked")

    actions = dock.mydata_panel.tiles.file_actions
    in_dialog(actions["makecog"].trigger, lambda dialog: picture(dialog, "mydata_makecog"))
    in_dialog(actions["checkcog"].trigger, check)
    (layer,) = QgsProject.instance().mapLayersByName("Checked files")
    FACTS["verdicts"] = sorted({(bool(row["good"]), row["rules"]) for row in layer.getFeatures()})
    QgsProject.instance().removeMapLayer(layer)


def address():
    return json.loads(os.environ["WORKBENCH_STORY_HUB"])


def take_folder(dock):
    """From a folder to a collection in one window, with keys of the auth manager and a storage of one's own."""
    manager = QgsApplication.authManager()
    assert manager.setMasterPassword("only for this story", True)
    login = QgsAuthMethodConfig("Basic")
    login.setName("My storage")
    login.setConfig("username", address()["access_key"])
    login.setConfig("password", address()["secret_key"])
    manager.storeAuthenticationConfig(login)
    dock.tabs.setCurrentWidget(dock.mydata_panel)
    dialog = choose_folder(dock)
    dialog.collection_combo.setEditText("Sent valley")
    dialog.bucket_edit.setText("my-bucket")
    dialog.storage.address_edit.setText(address()["s3"])
    dialog.storage.keys.setConfigId(login.id())
    picture(dialog, "mydata_folder_found")
    click(dialog, "upload_start_button")
    wait_until(lambda: not dialog.busy, "the end of the work", 90)
    FACTS["sent"] = dialog.next_label.text()
    picture(dialog, "mydata_folder_sent")
    click(dialog, "upload_use_button")
    wait_until(lambda: dock.imagery_panel.collection_combo.currentText() == "Sent valley", "the collection", 20)
    FACTS["sent_days"] = [str(dock.imagery_panel.first_day), str(dock.imagery_panel.last_day)]


STEPS = (
    begin_without_account, connect, make_collection, add_tiles, see_footprints, look_at_details, walk_by_keyboard,
    use_it, check_and_mend, check_files,
    take_folder,
)
QTimer.singleShot(1500, lambda: tell(show_dock, STEPS))
