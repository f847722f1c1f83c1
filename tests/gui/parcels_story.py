"""Parcels through a year in a real QGIS window. Run by QGIS itself (``qgis --code parcels_story.py``), never by pytest.

Environment: ``WORKBENCH_STORY_DIR`` (pictures and ``story.json`` go there).
"""

from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QDate, QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton, QDialog
from qgis.utils import iface
from story_tools import FACTS, Heartbeat, click, find, pause, picture, screen, show_dock, tell, wait_until


def open_dock():
    dock = show_dock()
    FACTS["dock_width"] = dock.width()
    dock.tabs.setCurrentWidget(dock.parcels_panel)
    FACTS["first_words"] = dock.parcels_panel.estimate.text()
    picture(dock, "parcels_first_run")
    return dock


def start_hub(dock):
    click(dock, "start_hub_button")
    button = find(dock, QAbstractButton, "demo_parcels_button")
    wait_until(button.isVisible, "the demo's fields", 120)
    FACTS["second_words"] = dock.parcels_panel.estimate.text()


def take_demo_fields(dock):
    click(dock, "demo_parcels_button")
    wait_until(dock.parcels_panel.look_button.isEnabled, "the fields to be read", 20)
    FACTS["fields"] = dock.parcels_panel.form.parcels_note.text()
    FACTS["days"] = [day.toString("yyyy-MM-dd") for day in dock.parcels_panel.form.days]
    FACTS["estimate"] = dock.parcels_panel.estimate.text()
    picture(dock, "parcels_ready")


def _look(dock):
    before = len(dock.parcels.desks)
    click(dock, "look_button")
    wait_until(lambda: dock.parcels_panel.bar.isHidden(), "the look", 60)
    assert len(dock.parcels.desks) == before + 1, dock.parcels_panel.message.text()


def look(dock):
    dock.parcels_panel.form.show_days(QDate(2019, 5, 1), QDate(2019, 8, 31))
    dock.parcels_panel.form.rule_group.setCollapsed(False)
    pause(200)
    picture(dock, "parcels_rule")
    dock.parcels_panel.form.rule_group.setCollapsed(True)
    beat = Heartbeat()
    beat.start()
    _look(dock)
    FACTS["gap_ms"] = beat.stop()
    FACTS["summary"] = dock.parcels_panel.message.text()
    picture(dock, "parcels_looked")


def _window():
    return next(one for one in iface.mainWindow().findChildren(QDialog, "season_window") if one.isVisible())


def look_at_chips(dock):
    """The sheet of one field, then on the map."""
    window = _window()
    picture(window, "season_classes")
    window.tabs.setCurrentWidget(window.chips)
    window.chips.bands_combo.setCurrentIndex(1)
    wait_until(find(window, QAbstractButton, "chips_fetch_button").isEnabled, "the classes to be drawn", 30)
    click(window, "chips_fetch_button")
    cells = window.chips.pictures.cells
    wait_until(lambda: cells() and all(cell.picture for cell in cells()), "the chips", 60)
    FACTS["chips"] = len(cells())
    FACTS["clear_dates"] = sum(row.number == 0 and row.verdict.value == "clear" for row in dock.parcels.desks[0].rows)
    picture(window, "season_chips")
    click(window, "chips_add_button")
    wait_until(QgsProject.instance().layerTreeRoot().findGroups, "the chips on the map", 30)
    FACTS["chip_layers"] = [len(group.findLayers()) for group in QgsProject.instance().layerTreeRoot().findGroups()]


def measure(dock):
    window = _window()
    window.tabs.setCurrentWidget(window.series)
    click(window, "measure_button")
    wait_until(lambda: window.series.table.rowCount() > 0, "the series", 60)
    FACTS["points"] = window.series.table.rowCount()
    picture(window, "season_series")
    window.close()
    click(dock, "show_season_button")
    FACTS["reopened"] = _window() is not None
    _window().close()


def cancel(dock):
    """In the midst of a year and a half, which takes a while on any machine."""
    dock.parcels_panel.form.show_days(QDate(2019, 1, 1), QDate(2020, 6, 30))
    click(dock, "look_button")
    wait_until(lambda: dock.parcels_panel.bar.value() > 5, "the look to be under way", 30)
    click(dock, "stop_look_button")
    wait_until(lambda: dock.parcels_panel.message.text().startswith("Stopped."), "the end of the look", 20)
    FACTS["cancelled"] = dock.parcels_panel.message.text()
    FACTS["look_possible"] = dock.parcels_panel.look_button.isEnabled()


def ask_a_server(dock):
    """The local hub is a CbM server too: a parcel of its table, found by its id."""
    form = dock.parcels_panel.form
    form.source_combo.setCurrentIndex(2)
    wait_until(lambda: form.finder.area_combo.currentText() == "mg", "the server's areas", 20)
    FACTS["finder_width"] = [form.finder.minimumSizeHint().width(), form.finder.width()]
    before = form.parcels_note.text()
    QTest.keyClicks(form.finder.id_edit, "1204")
    QTest.keyClick(form.finder.id_edit, Qt.Key.Key_Return)
    wait_until(lambda: form.layer_combo.currentText() == "Parcels of mg 2019", "the parcel", 20)
    wait_until(lambda: form.parcels_note.text() not in ("", before), "the parcel to be read", 20)
    wait_until(dock.parcels_panel.look_button.isEnabled, "a possible look", 20)
    picture(dock, "parcels_server")
    _look(dock)
    FACTS["server_summary"] = dock.parcels_panel.message.text()
    _window().close()


def draw(dock):
    """A parcel of one's own, with the mouse, over the demo's fields."""
    dock.parcels_panel.form.show_days(QDate(2019, 9, 1), QDate(2019, 12, 31))
    canvas = iface.mapCanvas()
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:32738"))
    canvas.setExtent(QgsRectangle(661000, 8218500, 665000, 8222000))
    canvas.refresh()
    wait_until(lambda: canvas.extent().contains(QgsRectangle(662000, 8219500, 664000, 8221000)), "the map's place", 10)
    click(dock, "draw_parcel_button")
    middle = QPoint(canvas.viewport().width() // 2, canvas.viewport().height() // 2)
    for corner in ((-60, -40), (50, -50), (60, 40), (-40, 60)):
        QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
                         middle + QPoint(*corner))
        pause(60)
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, middle)
    mine = QgsProject.instance().mapLayersByName("My parcels")
    FACTS["drawn"] = [layer.featureCount() for layer in mine]
    click(dock, "draw_parcel_button")
    note, look_button = dock.parcels_panel.form.parcels_note, dock.parcels_panel.look_button
    wait_until(lambda: note.text().startswith("1 parcel, ") and look_button.isEnabled(), "the drawn parcel", 20)
    FACTS["drawn_words"] = dock.parcels_panel.form.parcels_note.text()
    _look(dock)
    FACTS["drawn_summary"] = dock.parcels_panel.message.text()
    FACTS["seasons"] = dock.parcels_panel.form.seasons.rows.count()
    _window().close()
    screen("parcels_drawn")


STEPS = (start_hub, take_demo_fields, look, look_at_chips, measure, cancel, draw, ask_a_server)


QTimer.singleShot(1500, lambda: tell(open_dock, STEPS))
