"""Areas: drawn, of features, saved; sizes that follow each other; snapping."""

from __future__ import annotations

import pytest
from fake_backend import FakeBackend
from qgis.core import (
    QgsCoordinateReferenceSystem,
    QgsFeature,
    QgsGeometry,
    QgsPointXY,
    QgsProject,
    QgsRectangle,
    QgsSettings,
    QgsVectorLayer,
)
from qgis.gui import QgsMapCanvas, QgsMapMouseEvent
from qgis.PyQt.QtCore import QEvent, QPoint, Qt
from qgis.PyQt.QtWidgets import QLabel, QSpinBox

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import bbox_to_dimensions, snapped_grid
from sentinel_workbench.ui.area_chooser import AreaKind
from sentinel_workbench.ui.dock import WorkbenchDock
from sentinel_workbench.ui.map_area import parse_bounds

FIELD = "POLYGON((46.2 -16, 46.3 -16, 46.3 -15.9, 46.2 -16))"
DEMO_AREA = (46.16, -16.15, 46.51, -15.58)


@pytest.fixture
def canvas(qgis_app, qtbot, qgis_new_project):
    made = QgsMapCanvas()
    made.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
    made.resize(400, 400)
    made.setExtent(QgsRectangle(46, -16, 47, -15))
    qtbot.addWidget(made)
    return made


@pytest.fixture
def dock(canvas, qtbot):
    QgsSettings().remove("sentinel_workbench/saved_areas")
    backend = FakeBackend()
    backend.add_connection()
    made = WorkbenchDock(backend, canvas)
    qtbot.addWidget(made)
    made.backend = backend
    yield made
    made.shut_down()


def click_map(canvas, x, y, button=Qt.MouseButton.LeftButton):
    event = QgsMapMouseEvent(canvas, QEvent.Type.MouseButtonRelease, QPoint(x, y), button, button)
    canvas.mapTool().canvasReleaseEvent(event)


def polygon_layer(*wkts, crs="EPSG:4326"):
    layer = QgsVectorLayer(f"Polygon?crs={crs}&field=name:string", "fields", "memory")
    for number, wkt in enumerate(wkts):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(wkt))
        feature["name"] = f"field {number}"
        layer.dataProvider().addFeature(feature)
    layer.updateExtents()
    layer.setDisplayExpression('"name"')
    QgsProject.instance().addMapLayer(layer)
    return layer


def size(dock):
    return [dock.imagery_panel.findChild(QSpinBox, name).value() for name in ("width_spin", "height_spin")]


def test_a_polygon_is_drawn_corner_by_corner(dock, canvas):
    dock.imagery_panel.area.choose_kind(AreaKind.POLYGON)
    dock.imagery_panel.area.polygon_button.click()
    for x, y in ((100, 100), (300, 100), (300, 300)):
        click_map(canvas, x, y)
    click_map(canvas, 300, 300, Qt.MouseButton.RightButton)
    (area,) = dock.imagery.area.areas()
    assert area.geometry["type"] == "Polygon" and len(area.geometry["coordinates"][0]) == 4
    order = dock.imagery.form().series().image
    assert order.geometry == area.geometry and order.grid.bbox == area.bbox


def test_two_corners_are_no_polygon(dock, canvas):
    dock.imagery_panel.area.choose_kind(AreaKind.POLYGON)
    dock.imagery_panel.area.polygon_button.click()
    for button in (Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton):
        click_map(canvas, 100, 100, button)
    with pytest.raises(InvalidInput, match="No polygon is drawn"):
        dock.imagery.area.areas()


def test_each_selected_polygon_is_an_order_of_its_own(dock, qtbot):
    layer = polygon_layer(FIELD, FIELD.replace("46.2", "46.25"), FIELD.replace("46.2", "46.28"))
    panel = dock.imagery_panel
    panel.area.choose_kind(AreaKind.FEATURES)
    panel.area.features_combo.setLayer(layer)
    layer.selectByExpression("\"name\" <> 'field 0'")
    dock.imagery.refresh()
    assert "2 areas" in panel.findChild(QLabel, "size_label").text()
    panel.get_button.click()
    titles = [series.order.title for series in dock.backend.series]
    assert [title.split(",")[0] for title in titles] == ["field 1", "field 2"]
    assert all(series.order.image.geometry["type"] == "Polygon" for series in dock.backend.series)


def test_a_polygon_that_crosses_itself_is_refused(dock):
    layer = polygon_layer("POLYGON((46.2 -16, 46.3 -15.9, 46.3 -16, 46.2 -15.9, 46.2 -16))")
    dock.imagery_panel.area.choose_kind(AreaKind.FEATURES)
    dock.imagery_panel.area.features_combo.setLayer(layer)
    dock.imagery.refresh()
    assert "crosses or touches itself" in dock.imagery_panel.reason_label.text()


def test_saved_areas_come_back(dock):
    dock.imagery.area.propose(DEMO_AREA)
    dock.imagery.area.keep("Betsiboka")
    dock.imagery_panel.area.choose_kind(AreaKind.SAVED)
    (area,) = dock.imagery.area.areas()
    assert area.bbox == BBox(*DEMO_AREA) and area.name == "Betsiboka"
    dock.imagery.area.forget("Betsiboka")
    with pytest.raises(InvalidInput, match="No area is saved"):
        dock.imagery.area.areas()


def test_damaged_settings_are_no_area(dock):
    QgsSettings().setValue("sentinel_workbench/saved_areas", '{"a": {"bbox": [1]}, "b": 5}')
    dock.imagery_panel.area.fill_saved(["a", "b"])
    dock.imagery_panel.area.choose_kind(AreaKind.SAVED)
    with pytest.raises(InvalidInput, match="No area is saved"):
        dock.imagery.area.areas()


def test_size_follows_resolution_and_resolution_follows_size(dock):
    dock.imagery.area.propose(DEMO_AREA)
    dock.imagery.refresh()
    panel = dock.imagery_panel
    assert size(dock) == [631, 1047]
    panel.size.width_spin.setValue(1262)
    dock.imagery.refresh()
    assert size(dock) == [1262, 2093]
    assert panel.resolution_spin.value() == 30.0
    panel.size.height_spin.setValue(1047)
    dock.imagery.refresh()
    assert size(dock) == [631, 1047]
    panel.resolution_spin.setValue(120)
    dock.imagery.refresh()
    assert size(dock) == [316, 524] == list(bbox_to_dimensions(BBox(*DEMO_AREA), 120))


def test_snapping_puts_edges_on_the_satellites_grid(dock):
    dock.imagery.area.propose(DEMO_AREA)
    panel = dock.imagery_panel
    dock.imagery.refresh()
    assert panel.snap_check.isHidden()
    panel.projection_combo.setCurrentIndex(panel.projection_combo.findData("utm"))
    panel.snap_check.setChecked(True)
    dock.imagery.refresh()
    grid = dock.imagery.form().grid()
    assert grid.bbox.crs == "EPSG:32738" and grid.resolution == (60.0, 60.0)
    assert all(edge % 60 == 0 for edge in grid.bbox.corners)
    panel.size.width_spin.setValue(500)
    dock.imagery.refresh()
    assert not panel.snap_check.isEnabled() and "not a width" in panel.snap_check.toolTip()
    assert dock.imagery.form().grid().width == 500 and not dock.imagery.form().snap
    panel.resolution_spin.setValue(60.0 if panel.resolution_spin.value() != 60.0 else 61.0)
    assert panel.snap_check.isEnabled() and dock.imagery.form().snap


def test_snapped_grids_cover_the_area():
    grid = snapped_grid(BBox(500001, 8000001, 500059, 8000121, "EPSG:32738"), 60)
    assert (grid.bbox.corners, grid.width, grid.height) == ((499980.0, 7999980.0, 500100.0, 8000160.0), 2, 3)
    with pytest.raises(InvalidInput, match="Only UTM"):
        snapped_grid(BBox(1, 2, 3, 4), 60)


def test_a_polygon_moves_to_another_crs_as_a_polygon():
    area = Area.of_geometry(
        {"type": "Polygon", "coordinates": [[[46.2, -16.0], [46.3, -16.0], [46.3, -15.9], [46.2, -16.0]]]}, "EPSG:4326"
    )
    moved = area.in_crs("EPSG:32738")
    assert moved.bbox.crs == "EPSG:32738" and moved.in_crs("EPSG:4326").bbox.corners == pytest.approx(area.bbox.corners)
    west, east = moved.bbox.min_x, moved.bbox.max_x
    assert QgsPointXY(west, 0).x() < east and 10_000 < east - west < 11_500


@pytest.mark.parametrize("text", [
    "46.16, -16.15, 46.51, -15.58", "46.16 -16.15 46.51 -15.58", "[46.16,-16.15,46.51,-15.58]",
    "(46.16, -16.15, 46.51, -15.58)", "46,16; -16,15; 46,51; -15,58", "46.16;-16.15;46.51;-15.58",
])
def test_coordinates_are_read_as_people_write_them(text):
    assert parse_bounds(text).corners == (46.16, -16.15, 46.51, -15.58)


@pytest.mark.parametrize("text", ["", "here", "46.16, -16.15, 46.51", "1, 2, 3, 4, 5", "46,16; -16,15; 46,51"])
def test_what_is_not_four_numbers_is_told(text):
    with pytest.raises(InvalidInput, match="not four numbers"):
        parse_bounds(text)
