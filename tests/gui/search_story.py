"""Open data in a real QGIS window. Run by QGIS itself (``qgis --code search_story.py``), never by pytest.

Environment: ``WORKBENCH_STORY_DIR`` (pictures and ``story.json`` go there), ``WORKBENCH_STORY_CATALOG`` (address of a
STAC catalog), ``WORKBENCH_STORY_BOX`` (an area with scenes), ``WORKBENCH_STORY_CLIPS`` (folder for files).
"""

import os
from pathlib import Path

from qgis.core import QgsProject, QgsRasterLayer, QgsVectorLayer
from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QComboBox, QDialogButtonBox, QLabel, QLineEdit
from qgis.utils import iface
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
    wait_until,
)


def open_dock():
    dock = show_dock()
    FACTS["dock_width"] = dock.width()
    return dock


def add_catalog(dock):
    """Before the tab is looked at: it would ask the catalog it shows first, which is none of this machine."""

    def act(dialog):
        click(dialog, "add_catalog_button")
        QTest.keyClicks(find(dialog, QLineEdit, "catalog_name_edit"), "Our catalog")
        dialog.address.setFilePath(os.environ["WORKBENCH_STORY_CATALOG"])
        click(dialog, "test_catalog_button")
        verdict = find(dialog, QLabel, "catalog_verdict")
        wait_until(lambda: "Collections" in verdict.text(), "the test's verdict", 20)
        FACTS["verdict"] = verdict.text()
        picture(dialog, "search_catalogs")
        click(dialog, "save_catalog_button")

    in_dialog(dock.search.edit_catalogs, act)
    dock.tabs.setCurrentWidget(dock.search_panel)
    combo = find(dock, QComboBox, "stac_collection_combo")
    wait_until(lambda: combo.findData("sentinel-2-l2a") > 0, "the collections", 20)
    FACTS["catalog"] = find(dock, QComboBox, "catalog_combo").currentText()


def search(dock):
    form = dock.search_panel.form
    form.collection_combo.setCurrentIndex(form.collection_combo.findData("sentinel-2-l2a"))
    form.area.type_bounds(os.environ["WORKBENCH_STORY_BOX"])
    form.any_time_check.setChecked(True)
    form.more_box.setCollapsed(False)
    form.conditions.add("eo:cloud_cover", "lte", "90")
    pause(400)
    picture(dock, "search_form")
    click(dock, "search_button")
    wait_until(lambda: dock.search_panel.pages.currentIndex() == 1, "the scenes", 20)
    table = dock.search_panel.results.table
    wait_until(lambda: len(table._pictures) >= 3, "the pictures", 20)
    FACTS["scenes"] = table.rowCount()
    QTest.keyClick(dock.search_panel.results.view, Qt.Key.Key_Home)
    dock.search_panel.results.view.selectRow(0)
    picture(dock, "search_results")


def _layers(kind):
    return [layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, kind)]


def look_at_scenes(dock):
    beat = Heartbeat()
    beat.start()
    click(dock, "scenes_footprints_button")
    wait_until(lambda: _layers(QgsVectorLayer), "the footprints", 30)
    wait_until(find(dock, QAbstractButton, "scenes_true_colour_button").isEnabled, "the end of the work", 30)
    click(dock, "scenes_true_colour_button")
    wait_until(lambda: _layers(QgsRasterLayer), "the streamed layer", 30)
    wait_until(find(dock, QAbstractButton, "scenes_clip_button").isEnabled, "the end of the work", 30)
    FACTS["gap_ms"] = beat.stop()
    FACTS["footprints"] = [layer.featureCount() for layer in _layers(QgsVectorLayer)]
    FACTS["streamed"] = [layer.bandCount() for layer in _layers(QgsRasterLayer)]
    iface.mapCanvas().setDestinationCrs(_layers(QgsRasterLayer)[0].crs())
    iface.mapCanvas().setExtent(_layers(QgsRasterLayer)[0].extent())
    pause(1500)
    screen("search_map")


def clip(dock):
    def act(dialog):
        dialog.folder.setFilePath(os.environ["WORKBENCH_STORY_CLIPS"])
        picture(dialog, "search_clip")
        dialog.buttons.button(QDialogButtonBox.StandardButton.Ok).click()

    dock.search_panel.results.view.selectAll()
    in_dialog(lambda: click(dock, "scenes_clip_button"), act)
    wait_until(lambda: QgsProject.instance().layerTreeRoot().findGroups(), "the group of cut-outs", 60)
    FACTS["clips"] = sorted(path.name for path in Path(os.environ["WORKBENCH_STORY_CLIPS"]).glob("*.tif"))
    FACTS["clip_groups"] = [group.name() for group in QgsProject.instance().layerTreeRoot().findGroups()]
    picture(dock, "search_clipped")


def go_on_by_script(dock):
    click(dock, "scenes_images_button")
    wait_until(lambda: dock.tabs.currentWidget() is dock.imagery_panel, "the Imagery tab", 60)
    wait_until(dock.imagery_panel.get_button.isEnabled, "a possible order", 60)
    FACTS["connection"] = find(dock, QComboBox, "connection_combo").currentText()
    FACTS["bounds"] = dock.imagery_panel.area.bounds_edit.text()
    FACTS["can_order"] = dock.imagery_panel.get_button.isEnabled()
    picture(dock, "search_by_script")


STEPS = (add_catalog, search, look_at_scenes, clip, go_on_by_script)


QTimer.singleShot(1500, lambda: tell(open_dock, STEPS))
