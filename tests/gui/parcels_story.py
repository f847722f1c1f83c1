"""Parcels through a year in a real QGIS window. Run by QGIS itself (``qgis --code parcels_story.py``), never by pytest.

Environment: ``WORKBENCH_STORY_DIR`` (pictures and ``story.json`` go there).
"""

from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle
from qgis.PyQt.QtCore import QDate, QPoint, Qt, QTimer
from qgis.PyQt.QtTest import QTest
from qgis.PyQt.QtWidgets import QAbstractButton
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


def cancel(dock):
    dock.parcels_panel.form.show_days(QDate(2019, 9, 1), QDate(2019, 12, 31))
    click(dock, "look_button")
    wait_until(lambda: dock.parcels_panel.bar.value() > 5, "the look to be under way", 30)
    click(dock, "stop_look_button")
    FACTS["cancelled"] = dock.parcels_panel.message.text()
    FACTS["look_possible"] = dock.parcels_panel.look_button.isEnabled()


def draw(dock):
    """A parcel of one's own, with the mouse, over the demo's fields."""
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
    wait_until(dock.parcels_panel.look_button.isEnabled, "the drawn parcel to be read", 20)
    FACTS["drawn_words"] = dock.parcels_panel.form.parcels_note.text()
    _look(dock)
    FACTS["drawn_summary"] = dock.parcels_panel.message.text()
    FACTS["seasons"] = dock.parcels_panel.form.seasons.rows.count()
    screen("parcels_drawn")


STEPS = (start_hub, take_demo_fields, look, cancel, draw)


QTimer.singleShot(1500, lambda: tell(open_dock, STEPS))
