"""A script's own legend becomes the layer's renderer and legend."""

from __future__ import annotations

import numpy as np
import pytest
from qgis.core import QgsPalettedRasterRenderer, QgsProject, QgsRasterLayer
from qgis.PyQt.QtGui import QColor
from sample_series import AREA, image_order, write_raster

from sentinel_workbench.core.evalscript.script_library import library_script
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.orders import SeriesOrder
from sentinel_workbench.core.model.results import ImageResult, SeriesResult, State
from sentinel_workbench.core.model.scene_classes import SCENE_CLASSES
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.qgis.layers import add_series
from sentinel_workbench.core.qgis.styles import Stretch, apply_stretch


def layer_of(script, pixels, tmp_path, qgis_new_project, identifier="default"):
    order = image_order(2, 2)
    order = type(order)(order.grid, order.sources, library_script(script))
    slot = TimeRange.of_days("2019-01-01", "2019-01-31")
    path = write_raster(tmp_path / "one.tif", PixelGrid(AREA, 2, 2), pixels)
    image = ImageResult(order, slot, State.DONE, {identifier: path})
    group = add_series(SeriesResult(SeriesOrder(order, (slot,), "One"), (image,)), QgsProject.instance())
    return next(node.layer() for node in group.findLayers() if isinstance(node.layer(), QgsRasterLayer))


def drawn(layer):
    """Colours of the four pixels as QGIS draws them."""
    block = layer.renderer().block(1, layer.extent(), 2, 2)
    return [QColor(block.color(row, col)).name() for row in (0, 1) for col in (0, 1)]


def test_a_ramp_is_drawn_between_its_stops(tmp_path, qgis_new_project):
    pixels = np.array([[[-0.2, 1.0], [5.0, 0.1]]], "float32")
    layer = layer_of("vegetation_index", pixels, tmp_path, qgis_new_project)
    assert drawn(layer) == ["#6b4a2f", "#0b4d1c", "#0b4d1c", "#e4daab"]
    labels = [label for label, _ in layer.renderer().legendSymbologyItems()]
    assert labels[0] == "-0.2 no plants" and labels[-1] == "0.9 very dense"


def test_classes_keep_their_names(tmp_path, qgis_new_project):
    pixels = np.array([[[4, 6], [9, 11]]], "uint8")
    layer = layer_of("scene_classification", pixels, tmp_path, qgis_new_project)
    assert isinstance(layer.renderer(), QgsPalettedRasterRenderer)
    assert drawn(layer) == ["#00a000", "#0000ff", "#ffffff", "#ff96ff"]
    assert layer.renderer().classes()[6].label == "6 water"


def test_every_layer_of_scene_classes_has_the_official_colours(tmp_path, qgis_new_project):
    """Whether it is the library's script or a band as it is."""
    official = [(one.value, one.colour, f"{one.value} {one.title.lower()}") for one in SCENE_CLASSES]
    by_script = layer_of("scene_classification", np.array([[[4, 6], [9, 11]]], "uint8"), tmp_path, qgis_new_project)
    band = QgsRasterLayer(str(write_raster(tmp_path / "band.tif", PixelGrid(AREA, 2, 2), np.array([[[4, 6], [9, 11]]],
                                                                                                  "uint8"))))
    apply_stretch(band, Stretch(("SCL",), (None,), tuple(range(len(SCENE_CLASSES)))))
    for layer in (by_script, band):
        assert [(c.value, c.color.name(), c.label) for c in layer.renderer().classes()] == official


@pytest.mark.parametrize("identifier, expected", [("index", "#0b4d1c"), ("dataMask", "#f5f5f5")])
def test_each_output_has_its_own(tmp_path, qgis_new_project, identifier, expected):
    pixels = np.full((1, 2, 2), 1, "float32" if identifier == "index" else "uint8")
    layer = layer_of("vegetation_outputs", pixels, tmp_path, qgis_new_project, identifier)
    assert drawn(layer)[0] == expected


def test_pictures_are_left_as_they_are(tmp_path, qgis_new_project):
    pixels = np.full((3, 2, 2), 100, "uint8")
    layer = layer_of("vegetation_index", pixels, tmp_path, qgis_new_project)
    assert drawn(layer)[0] == "#646464"
