"""A quick look that follows the map, an order, and its contact sheet in a real QGIS window.

Run by QGIS itself, never by pytest.
"""

from pathlib import Path

from qgis.core import QgsApplication, QgsProject, QgsRectangle
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import QAbstractButton
from qgis.utils import iface
from story_tools import (
    FACTS,
    OUT,
    Heartbeat,
    click,
    find,
    pause,
    picture,
    screen,
    show_dock,
    tell,
    wait_for_order,
    wait_until,
)


def start_hub(dock):
    click(dock, "start_hub_button")
    wait_until(lambda: find(dock, QAbstractButton, "get_button").isEnabled(), "the local hub", 60)


def layers():
    return [layer.name() for layer in QgsProject.instance().mapLayers().values()]


def look_quickly(dock):
    canvas, footer, heart = iface.mapCanvas(), dock.imagery_panel.footer, Heartbeat()
    heart.start()
    click(dock, "preview_button")
    wait_until(lambda: footer.preview_label.text().endswith("free"), "the preview", 120)
    FACTS["first_preview"] = (layers(), footer.preview_label.text(), round(shown_width(), 6))
    wait_until(canvas.layers, "QGIS to zoom to its first layer", 10)
    footer.follow_action.setChecked(True)
    canvas.setExtent(QgsRectangle(46.25, -15.95, 46.42, -15.7))
    wait_until(lambda: shown_width() < 0.3 and footer.preview_label.text().endswith("free"), "the next one", 120)
    FACTS["preview_longest_gap_ms"] = heart.stop()
    footer.follow_action.setChecked(False)
    FACTS["preview_fits"] = abs(shown_width() - canvas.extent().width()) < 1e-6
    pause(800)
    screen("downloads_preview")


def shown_width():
    """Degrees that the preview covers from west to east."""
    return next(iter(QgsProject.instance().mapLayers().values())).extent().width()


def order_half_a_year(dock):
    panel = dock.imagery_panel
    panel.size.resolution_spin.setValue(120.0)
    panel.use_period(panel.first_day, panel.first_day.replace(month=6, day=30))
    pause(400)
    click(dock, "get_button")
    wait_for_order(dock, 1, 120)
    kept = Path(QgsApplication.qgisSettingsDirPath(), "sentinel_workbench", "history")
    wait_until(lambda: list(kept.glob("*.json")), "the order in the history", 20)
    FACTS["order"] = dock.downloads_panel.tree.topLevelItem(0).text(0)
    FACTS["spent"] = dock.downloads_panel.usage.units_label.text()
    wait_until(lambda: " of 20.0 GB" in dock.downloads_panel.usage.cache_label.text(), "the cache's size", 30)
    screen("downloads_done")


def look_at_the_sheet(dock):
    heart = Heartbeat()
    heart.start()
    click(dock, "download_sheet_button")
    window = dock.sheets._open[0].window
    dock.sheets._choose_file = lambda _window, _title: str(OUT / "sheet")
    wait_until(lambda: not window.note.text(), "the pictures", 60)
    FACTS["sheet_longest_gap_ms"] = heart.stop()
    FACTS["captions"] = [window.pictures_list.item(row).text() for row in range(window.pictures_list.count())]
    picture(window, "contact_sheet")
    window.pictures_list.item(3).setSelected(True)
    before = len(QgsProject.instance().mapLayers())
    click(window, "sheet_add_button")
    wait_until(lambda: len(QgsProject.instance().mapLayers()) > before, "the layer", 30)
    click(window, "sheet_zoom_button")
    click(window, "sheet_save_button")
    FACTS["sheet_px"] = QImage(str(OUT / "sheet.png")).width()
    window.close()


tell(show_dock, [start_hub, look_quickly, order_half_a_year, look_at_the_sheet])
