"""All roads through the Imagery tab in a real QGIS window. Run by QGIS itself, never by pytest."""

from pathlib import Path

from qgis.core import QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QAbstractButton, QAction, QApplication, QLabel
from qgis.utils import iface
from story_tools import FACTS, OUT, click, find, in_dialog, pause, picture, screen, show_dock, tell, wait_until


def start_hub(dock):
    click(dock, "start_hub_button")
    wait_until(lambda: find(dock, QAbstractButton, "get_button").isEnabled(), "the local hub", 60)


def choose(combo, data):
    combo.setCurrentIndex(combo.findData(data))
    pause(300)


def look_at_days(dock):
    box = dock.imagery_panel.dates
    box.setCollapsed(False)
    wait_until(lambda: "days with scenes" in box.note.text(), "the catalog's days", 60)
    FACTS["days"] = box.note.text()
    click(dock, "measure_cloud_button")
    wait_until(lambda: "is known for" in box.note.text(), "the cloud over the area", 120)
    FACTS["measured"] = box.note.text()
    dock.imagery_panel.cloud_spin.setValue(15)
    click(dock, "pick_days_button")
    wait_until(lambda: dock.imagery_panel.slots_label.text().endswith("picked days"), "the picked days", 10)
    FACTS["picked"] = dock.imagery_panel.slots_label.text()
    picture(dock, "imagery_days")
    box.timeline.pick(())
    box.setCollapsed(True)


def write_a_script(dock):
    def act(dialog):
        dialog.browser.search.setText("burn")
        dialog.browser.list.setCurrentRow(0)
        pause(200)
        picture(dialog, "script_library")
        dialog.set_text(dialog.text().replace("B12", "B11"))
        click(dialog, "preview_script_button")
        shown = dialog.browser.picture
        assert shown.text() == "Drawing…"
        wait_until(lambda: shown.text() != "Drawing…", "the preview", 60)
        assert not shown.text(), dialog.editor.verdict.text()
        FACTS["preview_px"] = dialog.browser.picture.pixmap().width()
        picture(dialog, "script_preview")

    in_dialog(lambda: click(dock, "edit_script_button"), act)


def look_at_radar(dock):
    panel = dock.imagery_panel
    choose(panel.collection_combo, "sentinel-1-grd")
    panel.options_box.setCollapsed(False)
    pause(300)
    FACTS["radar_metadata"] = panel.metadata_combo.currentData().value
    picture(dock, "imagery_radar_options")
    panel.options_box.setCollapsed(True)


def order_elevation(dock):
    """One image of numbers with a legend of its own."""
    panel = dock.imagery_panel
    choose(panel.collection_combo, "dem")
    dock.imagery.refresh()
    click(dock, "get_button")
    wait_until(lambda: rasters(), "the elevation as a layer", 60)
    layer = rasters()[0]
    FACTS["layer"] = layer.name()
    place = QgsProject.instance().layerTreeRoot().findLayer(layer)
    nodes = iface.layerTreeView().layerTreeModel().layerLegendNodes(place)
    FACTS["legend"] = [node.data(Qt.ItemDataRole.DisplayRole) for node in nodes]
    iface.mapCanvas().setDestinationCrs(layer.crs())
    iface.mapCanvas().setExtent(layer.extent())
    iface.setActiveLayer(layer)
    iface.layerTreeView().currentNode().setExpanded(True)
    pause(2500)
    screen("elevation_with_legend")


def rasters():
    return [layer for layer in QgsProject.instance().mapLayers().values() if isinstance(layer, QgsRasterLayer)]


def edit_its_request(dock):
    """From the layer back to the request."""
    def act(dialog):
        picture(dialog, "request")
        FACTS["request_verdict"] = find(dialog, QLabel, "request_verdict").text()

    in_dialog(lambda: dock.imagery_panel.order_button.menu().findChild(QAction, "edit_request").trigger(), act)
    choose(dock.imagery_panel.collection_combo, "sentinel-2-l2a")
    action = iface.mainWindow().findChild(QAction, "layer_copy_python")
    action.trigger()
    FACTS["copied"] = QApplication.clipboard().text()
    Path(OUT / "copied.py").write_text(FACTS["copied"], encoding="utf-8")
    iface.mainWindow().findChild(QAction, "layer_edit_order").trigger()
    wait_until(lambda: dock.imagery_panel.collection_combo.currentData() == "dem", "the layer's order", 10)
    FACTS["collection_again"] = dock.imagery_panel.collection_combo.currentData()


tell(show_dock, [start_hub, look_at_days, write_a_script, look_at_radar, order_elevation, edit_its_request])
