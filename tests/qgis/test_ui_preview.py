"""The preview of the map's view: one layer, one request at a time, at a known cost."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from fake_backend import FakeBackend
from qgis.core import QgsCoordinateReferenceSystem, QgsProject, QgsRectangle, QgsVectorLayer
from qgis.gui import QgsMapCanvas
from qgis.PyQt.QtCore import Qt
from sample_series import write_raster

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.orders import TileMetadata
from sentinel_workbench.core.model.results import ImageResult, State
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.services.image import time_range_of
from sentinel_workbench.ui.imagery_controller import ImageryController
from sentinel_workbench.ui.imagery_panel import ImageryPanel

VIEW = QgsRectangle(46.0, -16.4, 46.8, -15.8)


class Tab:
    """The Imagery tab beside a map, and what the preview asks for."""

    def __init__(self, qtbot, folder) -> None:
        self.canvas, self.panel, self.backend, self.folder = QgsMapCanvas(), ImageryPanel(), FakeBackend(), folder
        for widget in (self.canvas, self.panel):
            qtbot.addWidget(widget)
        self.canvas.resize(800, 600)
        self.canvas.setDestinationCrs(QgsCoordinateReferenceSystem("EPSG:4326"))
        self.ground = QgsVectorLayer("Polygon?crs=EPSG:4326", "Ground", "memory")
        self.canvas.setLayers([self.ground])
        self.canvas.setExtent(VIEW)
        self.panel.show()
        self.backend.add_connection("My account")
        self.controller = ImageryController(self.panel, self.backend, self.canvas)
        self.footer, self.orders = self.panel.footer, []

    def answer(self, units=0.39, notes=()) -> None:
        """Let the request that runs be answered."""
        _, _, work, on_done, _, _ = self.backend.runs[-1]
        on_done(work(SimpleNamespace(image=SimpleNamespace(fetch=lambda *a: self._fetch(units, notes, *a))), Silent()))

    def _fetch(self, units, notes, order, _progress) -> ImageResult:
        self.orders.append(order)
        values = np.full((3, order.grid.height, order.grid.width), 40, "uint8")
        values[:, ::2] = 200
        path = write_raster(self.folder / f"{len(self.orders)}.tif", order.grid, values)
        return ImageResult(order, time_range_of(order), State.DONE, {"default": path}, processing_units=units,
                           notes=notes)

    def click(self, qtbot) -> None:
        qtbot.mouseClick(self.footer.preview_button, Qt.MouseButton.LeftButton)

    def layers(self):
        return [node.name() for node in QgsProject.instance().layerTreeRoot().children()]


@pytest.fixture
def tab(qgis_app, qtbot, tmp_path, qgis_new_project):
    tab = Tab(qtbot, tmp_path)
    yield tab
    tab.controller.shut_down()


def test_one_click_shows_the_view_at_low_resolution_in_one_layer(tab, qtbot):
    assert "512 × " in tab.footer.preview_button.toolTip()
    tab.click(qtbot)
    tab.answer()
    order = tab.orders[0]
    box = order.grid.bbox
    assert max(order.grid.width, order.grid.height) == 512
    assert (box.min_x, box.max_x) == (tab.canvas.extent().xMinimum(), tab.canvas.extent().xMaximum())
    assert order.tile_metadata is TileMetadata.NONE and len(order.responses) == 1
    assert order.sources[0].time_range.label() == "2019-01-01 to 2019-12-31"
    assert tab.layers() == ["Preview"]
    assert tab.footer.preview_label.text() == "Preview of 2019-01-01 to 2019-12-31: 0.39 units"
    layer = next(iter(QgsProject.instance().mapLayers().values()))
    assert not layer.temporalProperties().isActive()


def test_on_a_blank_map_the_chosen_area_is_shown(tab, qtbot):
    tab.canvas.setLayers([])
    tab.panel.area.type_bounds("46.2, -16.1, 46.5, -15.6")
    tab.click(qtbot)
    tab.answer()
    assert tab.orders[0].grid.bbox.corners == (46.2, -16.1, 46.5, -15.6)


def test_another_one_takes_the_place_the_user_gave_the_first(tab, qtbot):
    tab.click(qtbot)
    tab.answer()
    root = QgsProject.instance().layerTreeRoot()
    group = root.insertGroup(0, "Mine")
    node = root.findLayer(next(iter(QgsProject.instance().mapLayers())))
    moved = node.clone()
    group.addChildNode(moved)
    root.removeChildNode(node)
    moved.setItemVisibilityChecked(False)
    tab.click(qtbot)
    tab.answer()
    assert tab.layers() == ["Mine"] and [child.name() for child in group.children()] == ["Preview"]
    assert not group.children()[0].itemVisibilityChecked()
    assert len(QgsProject.instance().mapLayers()) == 1


def test_pinned_it_follows_the_map_with_one_request_at_a_time(tab, qtbot):
    tab.footer.follow_action.setChecked(True)
    assert len(tab.backend.runs) == 1
    tab.answer()
    for shift in (0.01, 0.02, 0.03):
        tab.canvas.setExtent(QgsRectangle(46.0 + shift, -16.4, 46.8 + shift, -15.8))
    qtbot.waitUntil(lambda: len(tab.backend.runs) == 2, timeout=3000)
    tab.canvas.setExtent(QgsRectangle(46.1, -16.4, 46.9, -15.8))
    qtbot.waitUntil(lambda: len(tab.backend.runs) == 3, timeout=3000)
    assert tab.backend.runs[1][5].cancelled and not tab.backend.runs[2][5].cancelled
    tab.answer()
    assert tab.orders[-1].grid.bbox.max_x == pytest.approx(tab.canvas.extent().xMaximum())
    tab.footer.follow_action.setChecked(False)
    tab.canvas.setExtent(VIEW)
    qtbot.wait(900)
    assert len(tab.backend.runs) == 3


def test_pinned_it_does_not_ask_again_for_what_it_shows(tab, qtbot):
    tab.footer.follow_action.setChecked(True)
    tab.answer()
    tab.canvas.setExtent(QgsRectangle(46.1, -16.4, 46.9, -15.8))
    tab.canvas.setExtent(VIEW)
    qtbot.wait(900)
    assert len(tab.backend.runs) == 1


def test_a_view_too_large_is_refused_in_one_sentence_before_anything_is_sent(tab, qtbot):
    tab.canvas.setExtent(QgsRectangle(20, -40, 60, 0))
    tab.click(qtbot)
    told = tab.footer.preview_label.text()
    assert told.startswith("No preview: A pixel of") and told.endswith("Zoom in.")
    assert tab.backend.runs == []
    tab.controller.refresh()
    assert tab.footer.preview_button.toolTip() == told


def test_a_script_that_reads_every_scene_is_shown_for_the_first_slot(tab, qtbot):
    tab.controller.use_own_script(
        "//VERSION=3\nfunction setup() { return {input: ['B02'], output: {bands: 1}, mosaicking: 'ORBIT'}; }\n"
        "function evaluatePixel(samples) { return [samples.length]; }"
    )
    tab.click(qtbot)
    tab.answer()
    assert tab.orders[0].sources[0].time_range.label() == "2019-01-01 to 2019-01-31"


def test_a_local_hub_is_free(tab, qtbot):
    tab.backend.choose_connection(tab.backend.start_hub_now().name)
    tab.controller.refresh()
    assert tab.footer.preview_button.toolTip().endswith(": free.")
    tab.click(qtbot)
    tab.answer()
    assert tab.footer.preview_label.text().endswith(": free")


def test_an_empty_picture_is_told_and_not_shown(tab, qtbot):
    tab.click(qtbot)
    tab.answer()
    tab.click(qtbot)
    tab.answer(notes=("The image is empty: no pixel has a value.",))
    assert tab.layers() == [] and "is empty" in tab.footer.preview_label.text()


def test_an_error_leaves_the_layer_and_says_why(tab, qtbot):
    tab.click(qtbot)
    tab.answer()
    tab.click(qtbot)
    tab.backend.runs[-1][4](WorkbenchError("The service is not available."))
    assert tab.layers() == ["Preview"]
    assert tab.footer.preview_label.text() == "The service is not available."


def test_without_connection_it_says_so(tab, qtbot):
    tab.backend.delete_connection("My account")
    tab.click(qtbot)
    assert "No connection yet" in tab.footer.preview_label.text() and tab.backend.runs == []


def test_the_layer_goes_with_the_dock_and_the_map_is_let_go(qgis_app, qtbot, tmp_path, qgis_new_project):
    tab = Tab(qtbot, tmp_path)
    tab.footer.follow_action.setChecked(True)
    tab.answer()
    tab.controller.shut_down()
    assert tab.layers() == []
    tab.canvas.setExtent(QgsRectangle(46.1, -16.4, 46.9, -15.8))
    qtbot.wait(900)
    assert len(tab.backend.runs) == 1
