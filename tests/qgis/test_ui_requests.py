"""Requests as text in the dock: copied, pasted back, edited, sent as they are; orders of layers."""

from __future__ import annotations

import dataclasses
import json

import pytest
from fake_backend import DEMO_AREA, FakeBackend
from qgis.core import QgsProject, QgsRasterLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtWidgets import QAction, QApplication
from sample_series import series

from sentinel_workbench.core.evalscript.script_library import library_script
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, Response, TileMetadata
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.qgis.layers import add_series
from sentinel_workbench.core.qgis.order_property import has_order, order_of
from sentinel_workbench.core.services.ordertext import as_json, read_order
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.request_dialog import RequestDialog

JUNE = TimeRange.of_days("2020-06-01", "2020-06-30")
RADAR = ImageOrder(
    PixelGrid(BBox(600000, 8220000, 612000, 8230000, "EPSG:32738"), 600, 500),
    (DataSource("sentinel-1-grd", JUNE, "leastRecent", None, None, {"orbitDirection": "ASCENDING"},
                {"backCoeff": "BETA0"}),),
    library_script("radar_backscatter"),
    tile_metadata=TileMetadata.CANDIDATES,
)
FUSED = dataclasses.replace(
    RADAR, sources=(dataclasses.replace(RADAR.sources[0], identifier="a"), DataSource("dem", identifier="b")),
    evalscript="//VERSION=3\nfunction setup(){return{input:[{datasource:'a',bands:['VV']},{datasource:'b',"
               "bands:['DEM']}],output:{bands:1}}}\nfunction evaluatePixel(s){return [1]}",
)


@pytest.fixture
def dock(qgis_app, qtbot, qgis_new_project):
    backend = FakeBackend()
    backend.add_connection()
    made = WorkbenchDock(backend, QgsMapCanvas())
    made.backend = backend
    qtbot.addWidget(made)
    made.imagery.area.propose(DEMO_AREA)
    made.imagery.refresh()
    yield made
    made.shut_down()


@pytest.fixture
def dialog(qgis_app, qtbot):
    made = RequestDialog(as_json(FUSED))
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize("name, sign", [
    ("copy_json", "{"), ("copy_curl", "curl -X POST https://sh.dataspace.copernicus.eu/"), ("copy_python", "from sent"),
])
def test_the_forms_request_is_copied_and_read_back(dock, name, sign):
    dock.imagery_panel.order_button.menu().findChild(QAction, name).trigger()
    text = QApplication.clipboard().text()
    assert text.startswith(sign) and "hidden-1" not in text
    expected = dock.imagery.form().series().orders()[0]
    assert build_payload(read_order(text)) == build_payload(expected)


def test_an_order_fills_the_form_and_comes_out_again(dock):
    dock.imagery.use_order(RADAR)
    form = dock.imagery.form()
    assert form.series().orders() == (RADAR,)
    assert form.series().slots == (JUNE,)


def test_a_polygon_comes_back_as_a_polygon(dock):
    ring = [[46.2, -16.0], [46.3, -16.0], [46.3, -15.9], [46.2, -16.0]]
    order = ImageOrder(
        PixelGrid(BBox(46.2, -16.0, 46.3, -15.9), 100, 104), (DataSource("sentinel-2-l2a", JUNE, "leastCC", 30),),
        library_script("true_colour"), geometry={"type": "Polygon", "coordinates": [ring]},
    )
    dock.imagery.use_order(order)
    again = dock.imagery.form().series().orders()[0]
    assert again.geometry == order.geometry and again.grid.bbox == order.grid.bbox


def test_what_the_form_can_not_say_is_sent_as_it_is(dialog, dock):
    assert dialog.order == dataclasses.replace(FUSED, tile_metadata=TileMetadata.NONE)
    dialog.send_button.click()
    dock.imagery.requests.run_again(dialog.order)
    sent = dock.backend.series[0]
    assert sent.order.orders() == (dialog.order,) and sent.order.slots == (JUNE,)
    assert sent.connection_name == "My account"


def test_without_connection_nothing_is_sent_and_nothing_edited_is_lost(dock, qtbot):
    dock.backend.saved.clear()
    with qtbot.waitSignal(dock.imagery.message, timeout=1000) as told:
        dock.imagery.requests.run_again(FUSED)
    assert told.args == ["No connection yet: start the local hub or connect above.", True]
    assert not dock.backend.series
    alone = RequestDialog(as_json(FUSED), dock, why_not=told.args[0])
    assert not alone.send_button.isEnabled() and alone.form_button.isEnabled() and told.args[0] in alone.verdict.text()


def test_each_source_keeps_its_own_time(dock):
    july = TimeRange.of_days("2020-07-01", "2020-07-31")
    both = dataclasses.replace(FUSED, sources=(FUSED.sources[0], DataSource("sentinel-2-l2a", july, identifier="b")))
    dock.imagery.requests.run_again(both)
    assert dock.backend.series[0].order.orders() == (both,)
    assert dock.backend.series[0].order.slots == (TimeRange(JUNE.start, july.end),)


def test_mistakes_are_told_while_typing(dialog, qtbot):
    body = json.loads(as_json(RADAR))
    body["output"]["width"] = "wide"
    dialog.editor.setPlainText(json.dumps(body))
    qtbot.waitUntil(lambda: "output.width" in dialog.verdict.text(), timeout=2000)
    assert not dialog.send_button.isEnabled() and not dialog.form_button.isEnabled()
    dialog.editor.setPlainText(as_json(dataclasses.replace(RADAR, responses=(Response("default", "image/png"),))))
    dialog.check()
    assert "PNG can't hold" in dialog.verdict.text()


def test_layers_keep_their_orders_also_in_a_saved_project(tmp_path, qgis_new_project):
    result = series(tmp_path, 2)
    group = add_series(result, QgsProject.instance())
    layers = [node.layer() for node in group.findLayers() if isinstance(node.layer(), QgsRasterLayer)]
    assert [order_of(layer) for layer in layers] == [image.order for image in result.images]
    path = str(tmp_path / "p.qgz")
    assert QgsProject.instance().write(path)
    QgsProject.instance().clear()
    assert QgsProject.instance().read(path)
    read = [layer for layer in QgsProject.instance().mapLayers().values() if has_order(layer)]
    assert {order_of(layer).sources[0].time_range for layer in read} == {image.time_range for image in result.images}


def test_other_layers_have_none(qgis_new_project):
    layer = QgsRasterLayer("", "other")
    assert not has_order(layer) and order_of(layer) is None
    layer.setCustomProperty("sentinelworkbench/request", "{broken")
    assert order_of(layer) is None
