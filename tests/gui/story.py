"""A user's morning in a real QGIS window. Run by QGIS itself (``qgis --code story.py``), never by pytest.

Environment: ``WORKBENCH_STORY_DIR`` (pictures and ``story.json`` go there), ``WORKBENCH_STORY_RESOLUTION`` (metres,
when another than the dock's). Every step adds its facts to the JSON; a step that fails writes why and ends the story.
"""

import os
import time

from qgis.core import QgsInterval, QgsProject, QgsTemporalUtils
from qgis.PyQt.QtCore import QCoreApplication, QEvent, Qt, QTimer
from qgis.PyQt.QtWidgets import QAbstractButton, QAction, QDockWidget, QLabel, QLineEdit
from qgis.utils import iface, unloadPlugin
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


def open_dock():
    dock = show_dock()
    FACTS["dock_width"] = dock.width()
    picture(dock, "dock_first_run")
    return dock


def look_at_connections(dock):
    def act(dialog):
        picture(dialog, "connections_new")
        find(dialog, QLineEdit, "connection_name").setText("My account")
        find(dialog, QLineEdit, "client_id_edit").setText("a-client")
        find(dialog, QLineEdit, "client_secret_edit").setText("not-the-right-one")
        find(dialog, QLineEdit, "base_url_edit").setText("http://127.0.0.1:9")
        find(dialog, QLineEdit, "token_url_edit").setText("http://127.0.0.1:9/token")
        click(dialog, "test_connection_button")
        verdict = find(dialog, QLabel, "connection_verdict")
        wait_until(lambda: verdict.text() and "Asking" not in verdict.text(), "the test's verdict", 40)
        FACTS["verdict_no_network"] = verdict.text()
        picture(dialog, "connections_tested")

    in_dialog(lambda: click(dock, "connect_button"), act)


def start_hub(dock):
    beat = Heartbeat()
    beat.start()
    click(dock, "start_hub_button")
    pause(150)
    picture(dock, "dock_starting")
    beat.forgive()
    start, get = find(dock, QAbstractButton, "start_hub_button"), find(dock, QAbstractButton, "get_button")
    wait_until(lambda: get.isEnabled() or (start.isVisible() and start.isEnabled()), "the local hub", 60)
    assert get.isEnabled(), find(dock, QLabel, "hub_message").toolTip()
    FACTS["hub_start_gap_ms"] = beat.stop()
    FACTS["size"] = find(dock, QLabel, "size_label").text()
    FACTS["cost"] = find(dock, QLabel, "cost_label").text()
    picture(dock, "dock_imagery")


def try_wrong_secret_and_url(dock):
    """Against the running hub: the wrong secret and the wrong URL get different sentences."""
    current = dock._backend.current_connection()

    def act(dialog):
        find(dialog, QLineEdit, "connection_name").setText("Wrong")
        find(dialog, QLineEdit, "client_id_edit").setText("a-client")
        find(dialog, QLineEdit, "client_secret_edit").setText("not-the-right-one")
        find(dialog, QLineEdit, "base_url_edit").setText(current.base_url)
        verdict = find(dialog, QLabel, "connection_verdict")
        for key, url in (("wrong_secret", current.token_url), ("wrong_url", current.base_url + "/nothing/here")):
            find(dialog, QLineEdit, "token_url_edit").setText(url)
            verdict.setText("")
            click(dialog, "test_connection_button")
            wait_until(lambda: verdict.text() and "Asking" not in verdict.text(), "the test's verdict", 40)
            FACTS[f"verdict_{key}"] = verdict.text()
            picture(dialog, f"connections_{key}")

    in_dialog(lambda: click(dock, "connections_button"), act)


def choose_slots(dock):
    def act(dialog):
        click(dialog, "slots_months")
        picture(dialog, "slots_months")
        click(dialog, "slots_days")
        picture(dialog, "slots_days")
        click(dialog, "slots_months")
        dialog.accept()

    in_dialog(lambda: click(dock, "slots_button"), act)
    FACTS["slots"] = find(dock, QLabel, "slots_label").text()


def look_at_script(dock):
    def act(dialog):
        picture(dialog, "script")
        dialog.set_text(dialog.text().replace("return [2.5", "return 2.5"))
        pause(400)
        picture(dialog, "script_problem")

    in_dialog(lambda: click(dock, "edit_script_button"), act)


def set_resolution(dock):
    value = os.environ.get("WORKBENCH_STORY_RESOLUTION")
    if value:
        dock.imagery_panel.resolution_spin.setValue(float(value))
        pause(400)


def get_images(dock):
    beat = Heartbeat()
    beat.start()
    click(dock, "get_button")
    tree = dock.downloads_panel.tree
    wait_until(lambda: tree.topLevelItemCount() == 1, "the order's row", 10)
    order = tree.topLevelItem(0)
    FACTS["slot_rows"] = order.childCount()
    wait_until(lambda: any(order.child(i).text(1).startswith("done") for i in range(order.childCount())),
               "the first slot", 60)
    picture(dock, "dock_downloads_running")
    beat.forgive()
    FACTS["states"] = wait_for_order(dock, 1, 120)
    FACTS["main_thread_gap_ms"] = beat.stop()
    FACTS["order_details"] = dock.downloads_panel.details.toPlainText()
    picture(dock, "dock_downloads_done")


def look_at_layers(_dock):
    project = QgsProject.instance()
    wait_until(lambda: project.relationManager().relations(), "the tables' relation", 20)
    groups = project.layerTreeRoot().findGroups()
    FACTS["groups"] = [group.name() for group in groups]
    rasters = [layer for layer in project.mapLayers().values() if layer.type() == layer.RasterLayer]
    FACTS["rasters"] = len(rasters)
    FACTS["rasters_valid"] = sum(1 for layer in rasters if layer.isValid())
    FACTS["rasters_temporal"] = sum(1 for layer in rasters if layer.temporalProperties().isActive())
    tables = [layer for layer in project.mapLayers().values() if layer.type() == layer.VectorLayer]
    FACTS["tables"] = {layer.name(): layer.featureCount() for layer in tables}
    FACTS["relations"] = len(project.relationManager().relations())
    span = project.timeSettings().temporalRange()
    FACTS["project_range"] = [span.begin().toString(Qt.DateFormat.ISODate), span.end().toString(Qt.DateFormat.ISODate)]
    if rasters:
        canvas = iface.mapCanvas()
        canvas.setDestinationCrs(rasters[0].crs())
        canvas.setExtent(rasters[0].extent())
        canvas.refresh()
        pause(2500)
    screen("layers_and_map")


def step_through_time(_dock):
    """As the Temporal Controller does with the step "source timestamps", which the project asks for."""
    project = QgsProject.instance()
    settings = project.timeSettings()
    FACTS["time_step"] = [settings.timeStep(), int(settings.timeStepUnit())]
    iface.mainWindow().findChild(QDockWidget, "Temporal Controller").show()
    controller = iface.mapCanvas().temporalController()
    controller.setNavigationMode(type(controller).NavigationMode.Animated)
    controller.setTemporalExtents(settings.temporalRange())
    controller.setAvailableTemporalRanges(QgsTemporalUtils.usedTemporalRangesForProject(project))
    controller.setFrameDuration(QgsInterval(settings.timeStep(), settings.timeStepUnit()))
    FACTS["frames"] = controller.totalFrameCount()
    rasters = [layer for layer in project.mapLayers().values() if layer.type() == layer.RasterLayer]
    FACTS["visible_per_frame"] = [
        sum(1 for layer in rasters if layer.temporalProperties().isVisibleInTemporalRange(moment))
        for moment in map(controller.dateTimeRangeForFrameNumber, range(controller.totalFrameCount()))
    ]
    controller.setCurrentFrameNumber(6)
    pause(2500)
    screen("temporal_controller")


def cancel_and_retry(dock):
    """Another size, so that nothing comes from the cache; stopped after the first image, then run to its end."""
    panel = dock.downloads_panel
    dock.tabs.setCurrentWidget(dock.imagery_panel)
    dock.imagery_panel.resolution_spin.setValue(75)
    pause(400)
    click(dock, "get_button")
    order = panel.tree.topLevelItem(0)

    def states():
        return [order.child(i).text(1) for i in range(order.childCount())]

    wait_until(lambda: any(state.startswith("done") for state in states()), "the first slot", 60)
    kept = sum(state.startswith("done") for state in states())
    asked = time.monotonic()
    click(dock, "download_cancel_button")
    wait_until(panel.buttons["retry"].isEnabled, "the end after Cancel", 20)
    FACTS["cancel_s"] = round(time.monotonic() - asked, 2)
    FACTS["kept_after_cancel"] = [kept, sum(state.startswith("done") for state in states())]
    FACTS["cancelled"] = sum(state == "cancelled" for state in states())
    picture(dock, "dock_downloads_cancelled")
    click(dock, "download_retry_button")
    FACTS["states_after_retry"] = wait_for_order(dock, 2, 60)


def unload(dock):
    name = dock.objectName()
    unloadPlugin("sentinel_workbench")
    pause(300)
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    FACTS["actions_after_unload"] = len(iface.mainWindow().findChildren(QAction, "SentinelWorkbenchAction"))
    FACTS["docks_after_unload"] = sum(1 for d in iface.mainWindow().findChildren(QDockWidget) if d.objectName() == name)


STEPS = (
    look_at_connections, start_hub, try_wrong_secret_and_url, set_resolution, choose_slots, look_at_script,
    get_images, look_at_layers, step_through_time, cancel_and_retry, unload,
)


QTimer.singleShot(1500, lambda: tell(open_dock, STEPS))
