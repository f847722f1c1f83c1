"""The dock as a user meets it: real clicks on a plugin that lives in memory."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from fake_backend import DEMO_AREA, FakeBackend
from qgis.core import QgsCoordinateReferenceSystem, QgsRectangle
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import QDate, Qt
from qgis.PyQt.QtWidgets import QAbstractButton, QComboBox, QInputDialog, QLabel

from sentinel_workbench.core.errors import LocalHubError
from sentinel_workbench.core.model.byoc import ByocBand, ByocCollection
from sentinel_workbench.core.model.orders import PNG, TileMetadata
from sentinel_workbench.core.model.slot_rule import SlotKind, SlotRule
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.backend import ConnectionStatus, Light
from sentinel_workbench.ui.dock import WorkbenchDock


@pytest.fixture
def canvas(qgis_app, qtbot):
    canvas = QgsMapCanvas()
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    canvas.setExtent(QgsRectangle(46.0, -16.4, 46.8, -15.6))
    return canvas


@pytest.fixture
def backend():
    return FakeBackend()


@pytest.fixture
def dock(backend, canvas, qtbot):
    dock = WorkbenchDock(backend, canvas)
    qtbot.addWidget(dock)
    dock.resize(380, 700)
    dock.show()
    yield dock
    dock.shut_down()


def find(dock, kind, name):
    widget = dock.findChild(kind, name)
    assert widget is not None, name
    return widget


def click(qtbot, dock, name):
    qtbot.mouseClick(find(dock, QAbstractButton, name), Qt.MouseButton.LeftButton)


def text(dock, name):
    return find(dock, QLabel, name).text()


def test_first_run_offers_two_ways_and_get_says_why_not(dock):
    assert find(dock, QAbstractButton, "start_hub_button").isVisible()
    assert find(dock, QAbstractButton, "connect_button").isVisible()
    assert not find(dock, QAbstractButton, "get_button").isEnabled()
    assert "No connection yet" in text(dock, "reason_label")


def test_starting_the_local_hub_fills_in_its_area(dock, backend, qtbot):
    click(qtbot, dock, "start_hub_button")
    on_ready, _, on_progress, _ = backend.hub_starts[0]
    on_progress(0.5, "Making the demo scenes")
    assert not find(dock, QAbstractButton, "start_hub_button").isEnabled()
    on_ready(backend.start_hub_now())
    dock.imagery.refresh()
    assert not dock._banner.isVisible()
    assert dock.imagery.form().area.bbox.corners == DEMO_AREA
    assert text(dock, "size_label").replace(",", "").startswith("631 × 1047 px")
    assert find(dock, QAbstractButton, "get_button").isEnabled()


def test_a_hub_that_does_not_start_says_so_and_can_be_tried_again(dock, backend, qtbot):
    click(qtbot, dock, "start_hub_button")
    backend.hub_starts[0][1](LocalHubError("The local hub ended unasked.", "Look into the log."))
    assert dock._banner.message.text() == "The local hub ended unasked. Look into the log."
    click(qtbot, dock, "start_hub_button")
    assert len(backend.hub_starts) == 2


def test_cancelling_the_start_stops_it(dock, backend, qtbot):
    click(qtbot, dock, "start_hub_button")
    click(qtbot, dock, "cancel_hub_button")
    assert backend.hub_starts[0][3].cancelled
    assert find(dock, QAbstractButton, "start_hub_button").isEnabled()


def test_get_sends_what_the_form_says(dock, backend, qtbot, tmp_path):
    backend.add_connection()
    dock.imagery.area.propose(DEMO_AREA)
    panel = dock.imagery_panel
    panel.cloud_spin.setValue(30)
    panel.folder.setFilePath(str(tmp_path))
    panel.format_combo.setCurrentIndex(panel.format_combo.findData(PNG))
    panel.metadata_combo.setCurrentIndex(panel.metadata_combo.findData(TileMetadata.CANDIDATES))
    dock.imagery.refresh()
    click(qtbot, dock, "get_button")
    series = backend.series[0]
    source = series.order.image.sources[0]
    assert (source.collection, source.max_cloud_percent, source.mosaicking_order) == ("sentinel-2-l2a", 30, "leastCC")
    assert len(series.order.slots) == 12
    assert series.order.image.tile_metadata is TileMetadata.CANDIDATES
    assert [r.mime for r in series.order.image.responses] == [PNG]
    assert (series.folder, series.connection_name) == (tmp_path, "My account")
    assert series.order.title == "True colour, Sentinel-2 L2A, 2019"
    assert dock.tabs.currentWidget() is dock.downloads_panel


@pytest.mark.parametrize("bounds, sentence", [
    ("", "not four numbers"),
    ("1, 2, 3", "not four numbers"),
    ("46, -16, 46, -15", "no width"),
    ("179, -16, -179, -15", "antimeridian"),
    ("46, -16, 46.0001, -15.9999", "larger than the area"),
    ("46, -160, 47, -15", "leaves the range"),
    ("1e999, 0, 1, 1", "not a number"),
])
def test_an_impossible_area_is_refused_beside_the_button(dock, backend, bounds, sentence):
    backend.add_connection()
    dock.imagery_panel.area.type_bounds(bounds)
    dock.imagery.refresh()
    assert sentence in text(dock, "reason_label")
    assert not find(dock, QAbstractButton, "get_button").isEnabled()
    assert find(dock, QAbstractButton, "get_button").toolTip() == text(dock, "reason_label")


def test_reversed_dates_are_refused(dock, backend):
    backend.add_connection()
    dock.imagery.area.propose(DEMO_AREA)
    dock.imagery_panel.last_edit.setDate(QDate(2018, 12, 31))
    dock.imagery.refresh()
    assert "before the first" in text(dock, "reason_label")
    assert not find(dock, QAbstractButton, "get_button").isEnabled()


def test_thirteen_bands_do_not_fit_into_png(dock, backend):
    backend.add_connection()
    dock.imagery.area.propose(DEMO_AREA)
    panel = dock.imagery_panel
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("sentinel-2-l1c"))
    panel.script_combo.setCurrentIndex(panel.script_combo.findData("all_bands"))
    panel.format_combo.setCurrentIndex(panel.format_combo.findData(PNG))
    dock.imagery.refresh()
    assert "13" in text(dock, "reason_label")
    assert not find(dock, QAbstractButton, "get_button").isEnabled()


def test_scripts_follow_the_collection_and_own_ones_stay(dock):
    panel = dock.imagery_panel
    combo = find(dock, QComboBox, "script_combo")
    dock.imagery.use_own_script("//VERSION=3\nfunction setup() {}\nfunction evaluatePixel(s) {}")
    assert combo.currentText() == "My own script"
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("dem"))
    assert combo.currentText() == "My own script"
    assert combo.findData("true_colour") == -1 and combo.findData("elevation") >= 0
    assert not panel.first_edit.isEnabled() and not panel.cloud_spin.isEnabled()


def test_a_timeless_collection_gives_one_image(dock, backend, qtbot):
    backend.add_connection()
    dock.imagery.area.propose(DEMO_AREA)
    panel = dock.imagery_panel
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("dem"))
    dock.imagery.refresh()
    click(qtbot, dock, "get_button")
    order = backend.series[0].order
    assert len(order.slots) == 1
    assert order.orders()[0].sources[0].time_range is None


def test_exact_tiles_say_that_they_cost_more(dock, backend):
    backend.add_connection()
    dock.imagery.area.propose(DEMO_AREA)
    dock.imagery.refresh()
    exact = text(dock, "cost_label")
    assert "instead of 30.2" in text(dock, "metadata_note")
    panel = dock.imagery_panel
    panel.metadata_combo.setCurrentIndex(panel.metadata_combo.findData(TileMetadata.NONE))
    dock.imagery.refresh()
    assert "about 30.2" in text(dock, "cost_label") and text(dock, "cost_label") != exact


def test_the_map_view_is_followed(dock, backend, canvas, qtbot):
    backend.add_connection()
    dock.imagery_panel.area.choose_kind(AreaKind.MAP)
    dock.imagery.refresh()
    before = text(dock, "size_label")
    canvas.setExtent(QgsRectangle(46.0, -16.0, 46.1, -15.9))
    qtbot.waitUntil(lambda: text(dock, "size_label") != before, timeout=2000)


def test_a_drawn_rectangle_becomes_the_area_and_the_tool_goes_back(dock, backend, canvas, qtbot):
    backend.add_connection()
    dock.imagery_panel.area.choose_kind(AreaKind.DRAWN)
    dock.imagery.refresh()
    assert "No rectangle is drawn" in text(dock, "reason_label")
    earlier = canvas.mapTool()
    click(qtbot, dock, "draw_button")
    tool = canvas.mapTool()
    tool.extentChanged.emit(QgsRectangle(46.1, -16.1, 46.3, -15.9))
    assert dock.imagery.form().area.bbox.corners == (46.1, -16.1, 46.3, -15.9)
    assert canvas.mapTool() is earlier or canvas.mapTool() is not tool


@pytest.mark.parametrize("rule, count", [
    (SlotRule(SlotKind.EQUAL, count=5), 5),
    (SlotRule(SlotKind.DAYS, days=10), 37),
    (SlotRule(SlotKind.WHOLE), 1),
])
def test_slot_rules_reach_the_order(dock, backend, qtbot, rule, count):
    backend.add_connection()
    dock.imagery.area.propose(DEMO_AREA)
    dock.imagery.use_slots(rule)
    click(qtbot, dock, "get_button")
    slots = backend.series[0].order.slots
    assert len(slots) == count
    assert slots[0].start.isoformat() == "2019-01-01T00:00:00+00:00"
    assert slots[-1].end.isoformat() == "2020-01-01T00:00:00+00:00"


def test_the_light_tells_the_state_and_its_reason(dock, backend):
    backend.add_connection()
    backend.statuses["My account"] = ConnectionStatus(Light.ERROR, "The secret was refused.")
    backend.tell()
    assert dock._bar.light.light is Light.ERROR
    assert dock._bar.light.toolTip() == "The secret was refused."


def test_every_field_is_reached_by_tab(dock, backend, qtbot):
    backend.add_connection()
    dock.imagery.area.propose(DEMO_AREA)
    dock.imagery.refresh()
    reached, widget = set(), find(dock, QComboBox, "collection_combo")
    for _ in range(120):
        reached.add(widget.objectName())
        widget = widget.nextInFocusChain()
    assert {"collection_combo", "script_combo", "area_kind_combo", "resolution_spin", "first_day_edit",
            "slots_button", "mosaic_combo", "cloud_spin", "metadata_combo", "format_combo", "get_button"} <= reached


def test_shut_down_leaves_canvas_and_backend_as_they_were(backend, canvas, qtbot):
    items = len(canvas.scene().items())
    dock = WorkbenchDock(backend, canvas)
    qtbot.addWidget(dock)
    click(qtbot, dock, "draw_button")
    click(qtbot, dock, "start_hub_button")
    dock.shut_down()
    qtbot.waitUntil(lambda: len(canvas.scene().items()) == items, timeout=2000)
    assert backend.watchers == []
    assert backend.hub_starts[0][3].cancelled
    backend.hub_starts[0][0](None)
    canvas.setExtent(QgsRectangle(0, 0, 1, 1))


def test_choices_that_a_collection_can_not_meet_are_greyed_out(dock, backend):
    backend.add_connection()
    dock.imagery.area.propose(DEMO_AREA)
    panel = dock.imagery_panel
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("sentinel-1-grd"))
    assert panel.mosaic_combo.currentData() == "mostRecent"
    assert panel.metadata_combo.currentData() is TileMetadata.CANDIDATES
    assert not panel.mosaic_combo.model().item(panel.mosaic_combo.findData("leastCC")).isEnabled()
    order = dock.imagery.form().series().image
    assert order.sources[0].mosaicking_order == "mostRecent" and order.tile_metadata is TileMetadata.CANDIDATES
    panel.collection_combo.setCurrentIndex(panel.collection_combo.findData("sentinel-2-l2a"))
    assert panel.mosaic_combo.model().item(panel.mosaic_combo.findData("leastCC")).isEnabled()


def test_an_own_collection_is_found_by_its_id(dock, backend, monkeypatch):
    backend.add_connection()
    dock.imagery.area.propose(DEMO_AREA)
    panel = dock.imagery_panel
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("byoc-7453e962-0ee5-4f74-8227-89759fbe9ba9", True))
    panel.collection_combo.setCurrentIndex(panel.collection_combo.count() - 1)
    assert panel.collection_combo.currentData() == "sentinel-2-l2a"
    title, name, work, on_done, on_error, _ = backend.runs[-1]
    asked = []
    byoc = SimpleNamespace(find=lambda wanted, progress: asked.append(wanted) or ByocCollection(
        wanted[5:], "Our fields", "bucket", (ByocBand("B04", None, 1, 16), ByocBand("NIR", None, 1, 16))))
    on_done(work(SimpleNamespace(byoc=byoc, client=None), None))
    assert asked == ["byoc-7453e962-0ee5-4f74-8227-89759fbe9ba9"]
    order = dock.imagery.form().series().image
    assert order.sources[0].collection == "byoc-7453e962-0ee5-4f74-8227-89759fbe9ba9"
    assert '"NIR"' in order.evalscript and dock.tabs.currentWidget() is panel
