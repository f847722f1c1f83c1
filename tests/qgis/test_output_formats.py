"""Every format and sample type as a layer: pixels, depth, transparency, names and no-data as they were served."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import Qgis, QgsMapRendererSequentialJob, QgsMapSettings, QgsProject, QgsRasterLayer
from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtGui import QColor

from sentinel_workbench import api
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.orders import JPEG, JSON_TYPE, PNG, TIFF, DataSource, ImageOrder, Response
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.qgis.cache_keeping import shown_entries
from sentinel_workbench.core.qgis.contact_sheet import shrink_images
from sentinel_workbench.core.qgis.layers import dress_raster, measure_series, open_raster
from sentinel_workbench.core.qgis.pictures import BACKGROUND, draw_picture
from sentinel_workbench.core.qgis.styles import measure_stretch
from sentinel_workbench.core.services.tables import write_tables

gdal.UseExceptions()
GRID = PixelGrid(api.BBox(46.2, -16.1, 46.4, -15.8), 36, 55)
MONTH = api.TimeRange.of_days("2019-01-01", "2019-03-31")
SCRIPT = """//VERSION=3
function setup() {{ return {{ input: ["B04", "B03", "B02", "dataMask"],
  output: {{ bands: {bands}, sampleType: "{kind}" }} }}; }}
function evaluatePixel(s) {{ return [{values}]; }}
"""
VALUES = {
    1: "{f} * s.B04", 2: "{f} * s.B04, {top} * s.dataMask", 3: "{f} * s.B04, {f} * s.B03, {f} * s.B02",
    4: "{f} * s.B04, {f} * s.B03, {f} * s.B02, {top} * s.dataMask",
}
TOP = {"UINT8": 255, "UINT16": 65535, "FLOAT32": 1, "INT8": -120, "INT16": -30000, "AUTO": 1}
GDAL_TYPES = {"UINT8": gdal.GDT_Byte, "UINT16": gdal.GDT_UInt16, "FLOAT32": gdal.GDT_Float32}


@pytest.fixture()
def workbench(small_hub, empty_settings, tmp_path):
    with api.Workbench(small_hub.connection, small_hub.credentials, tmp_path / "cache", NetworkSettings()) as workbench:
        yield workbench


def order(bands, kind, *responses, script=None):
    values = VALUES[bands].format(f=TOP[kind], top=TOP[kind])
    source = DataSource("sentinel-2-l2a", MONTH, "leastCC", 100)
    text = script or SCRIPT.format(bands=bands, kind=kind, values=values)
    return ImageOrder(GRID, (source,), text, responses or (Response(),))


def pixels(image, identifier="default"):
    return gdal.Open(str(image.rasters[identifier])).ReadAsArray()


def as_layer(image, identifier="default"):
    stretch = measure_series(api.SeriesResult(api.SeriesOrder(image.order, (MONTH,)), (image,)))[identifier]
    return open_raster(image, identifier, "x", stretch)


def layer_values(layer):
    """Band 1 as QGIS reads it."""
    block = layer.dataProvider().block(1, layer.extent(), GRID.width, GRID.height)
    return np.array([[block.value(row, col) for col in range(GRID.width)] for row in range(GRID.height)])


@pytest.mark.parametrize("bands", [1, 3, 4])
@pytest.mark.parametrize("kind", ["UINT8", "UINT16"])
def test_a_png_has_the_pixels_depth_and_place_of_the_tiff(workbench, bands, kind):
    as_png = workbench.image(order(bands, kind, Response(mime=PNG)))
    as_tiff = workbench.image(order(bands, kind, Response(mime=TIFF)))
    dataset = gdal.Open(str(as_png.rasters["default"]))
    assert dataset.RasterCount == bands
    assert {dataset.GetRasterBand(i + 1).DataType for i in range(bands)} == {GDAL_TYPES[kind]}
    assert np.array_equal(pixels(as_png), pixels(as_tiff)) and pixels(as_png).any()
    assert dataset.GetGeoTransform() == pytest.approx(GRID.geotransform)


@pytest.mark.parametrize("kind, width", [("UINT8", 36), ("UINT16", 36), ("UINT16", 2600)])
def test_what_a_png_calls_clear_is_not_drawn(workbench, kind, width):
    top, grid = TOP[kind], PixelGrid(GRID.bbox, width, 40)
    script = SCRIPT.format(bands=4, kind=kind, values=f"{top} * s.B04 + 1, {top} * s.B03, {top} * s.B02, {top}")
    script = script.replace("return [", "if (s.B04 > 0.06) return [0, 0, 0, 0]; return [")
    image = workbench.image(replace(order(4, kind, Response(mime=PNG), script=script), grid=grid))
    dataset = gdal.Open(str(image.rasters["default"]))
    assert dataset.GetRasterBand(4).GetColorInterpretation() == gdal.GCI_AlphaBand
    layer = as_layer(image)
    assert layer.renderer().type() == "multibandcolor"
    drawn = layer.renderer().block(1, layer.extent(), width, 40)
    clear = np.array([[drawn.color(row, col) >> 24 == 0 for col in range(width)] for row in range(40)])
    told = pixels(image)[3] == 0
    assert 0 < told.sum() < told.size and clear[told].all()
    assert not clear[~told].any()


HALF = SCRIPT.format(bands=4, kind="UINT16", values="65535, 32896, 0, s.B04 > 0.06 ? 65535 : 32896").replace(
    "return [", "if (s.B04 > 0.09) return [0, 0, 0, 0]; return [")


def opacities(layer, width, height):
    """How opaque the layer's renderer makes each pixel, 0..255."""
    drawn = layer.renderer().block(1, layer.extent(), width, height)
    return np.array([[drawn.color(row, col) >> 24 for col in range(width)] for row in range(height)])


def on_white(layer, width, height):
    """The map as people see it, (rows, cols, RGB)."""
    settings = QgsMapSettings()
    settings.setLayers([layer])
    settings.setDestinationCrs(layer.crs())
    settings.setExtent(layer.extent())
    settings.setOutputSize(QSize(width, height))
    settings.setBackgroundColor(QColor("white"))
    job = QgsMapRendererSequentialJob(settings)
    job.start()
    job.waitForFinished()
    picture = job.renderedImage()
    return np.array([[picture.pixelColor(col, row).getRgb()[:3] for col in range(width)] for row in range(height)])


def fixed(stretch):
    """From none to all, so that colours can be foretold."""
    return replace(stretch, limits=((0.0, 65535.0),) * 3 + stretch.limits[3:])


@pytest.mark.parametrize("width", [36, 2600])
def test_16_bit_pixels_are_as_transparent_as_the_png_says(workbench, width):
    image = workbench.image(replace(order(4, "UINT16", Response(mime=PNG), script=HALF),
                                    grid=PixelGrid(GRID.bbox, width, 40)))
    served = pixels(image)
    assert set(np.unique(served[3])) == {0, 32896, 65535}
    layer = as_layer(image)
    assert np.array_equal(opacities(layer, width, 40), served[3] // 257)
    assert np.array_equal(pixels(image), served), "the file keeps its numbers"
    assert [layer.dataProvider().block(4, layer.extent(), width, 40).value(row, 7) for row in range(40)] \
        == served[3, :, 7].tolist(), "and they are what is identified"


def test_a_map_shows_through_half_transparent_16_bit_pixels(workbench, tmp_path):
    image = workbench.image(order(4, "UINT16", Response(mime=PNG), script=HALF))
    stretch = fixed(measure_stretch([image.rasters["default"]]))
    layer = open_raster(image, "default", "x", stretch)
    colours = {0: (255, 255, 255), 32896: (255, 191, 127), 65535: (255, 128, 0)}
    expected = np.array([[colours[value] for value in row] for row in pixels(image)[3].tolist()])
    assert np.abs(on_white(layer, 36, 55) - expected).max() <= 2
    project = QgsProject()
    project.addMapLayer(layer)
    project.write(str(tmp_path / "saved.qgz"))
    reopened = QgsProject()
    assert reopened.read(str(tmp_path / "saved.qgz"))
    (again,) = reopened.mapLayers().values()
    assert np.abs(on_white(again, 36, 55) - expected).max() <= 2


def test_16_bit_transparency_is_drawn_wherever_the_file_was_copied(workbench, tmp_path):
    """As Processing loads it: another file than the image's, under a name of the user's, later moved."""
    image = workbench.image(order(4, "UINT16", Response(mime=PNG), script=HALF))
    first, second = tmp_path / "before & after", tmp_path / "žluť"
    first.mkdir()
    copied = Path(shutil.copy(image.rasters["default"], first / "a <b> & ž.tif"))
    layer = QgsRasterLayer(str(copied), "mine")
    dress_raster(layer, image, "default", measure_stretch([copied]))
    assert np.array_equal(opacities(layer, 36, 55), pixels(image)[3] // 257) and layer.name() == "mine"
    drawn = Path(layer.source()).name
    first.rename(second)
    assert np.array_equal(gdal.Open(str(second / drawn)).GetRasterBand(5).ReadAsArray(), pixels(image)[3] // 257)


def test_what_shows_16_bit_transparency_stays_in_the_cache_with_its_image(workbench):
    image = workbench.image(order(4, "UINT16", Response(mime=PNG), script=HALF))
    project, layer = QgsProject(), as_layer(image)
    project.addMapLayer(layer)
    folder = image.rasters["default"].parent
    assert shown_entries(folder.parent, project) == {folder.name}
    assert as_layer(workbench.image(image.order)).source() == layer.source(), "and is made once"
    assert not list(folder.glob(".*"))


def test_where_no_file_can_be_written_clear_and_opaque_are_told_apart(workbench):
    image = workbench.image(order(4, "UINT16", Response(mime=PNG), script=HALF))
    path = image.rasters["default"]
    path.with_name(f"{path.stem}.drawn.vrt").mkdir()
    layer = as_layer(image)
    assert Path(layer.source()) == path
    assert np.array_equal(opacities(layer, 36, 55) > 0, pixels(image)[3] > 0)


def test_the_contact_sheet_draws_partly_transparent_pixels(workbench, tmp_path):
    image = workbench.image(order(4, "UINT16", Response(mime=PNG), script=HALF))
    result = api.SeriesResult(api.SeriesOrder(image.order, (MONTH,)), (image,))
    measured = shrink_images(result, "default", tmp_path, Silent())[0]
    picture = draw_picture(replace(measured, stretch=fixed(measured.stretch)), QSize(36, 55))
    seen = np.array([[picture.pixelColor(col, row).blue() for col in range(36)] for row in range(55)])
    assert np.abs(seen - 240 * (1 - pixels(image)[3] / 65535)).max() <= 2


def test_the_contact_sheet_draws_16_bit_transparency(workbench, tmp_path):
    script = SCRIPT.format(bands=4, kind="UINT16", values="65535 * s.B04, 65535 * s.B03, 65535 * s.B02, 65535")
    script = script.replace("return [", "if (s.B04 > 0.06) return [9000, 9000, 9000, 0]; return [")
    image = workbench.image(order(4, "UINT16", Response(mime=PNG), script=script))
    result = api.SeriesResult(api.SeriesOrder(image.order, (MONTH,)), (image,))
    picture = draw_picture(shrink_images(result, "default", tmp_path, Silent())[0], QSize(36, 55))
    clear = np.array([[picture.pixelColor(col, row).name() == BACKGROUND for col in range(picture.width())]
                      for row in range(picture.height())])
    assert np.mean(clear == (pixels(image)[3] == 0)) > 0.9


def test_an_index_with_a_mask_is_drawn_by_the_legend_of_its_script(workbench):
    script = SCRIPT.format(bands=2, kind="FLOAT32", values="s.B04, s.dataMask").replace(
        "//VERSION=3", "//VERSION=3\n// legend: 0 #000000 dark, 1 #ffffff bright")
    layer = as_layer(workbench.image(order(2, "FLOAT32", script=script)))
    assert layer.renderer().type() == "singlebandpseudocolor"
    stops = layer.renderer().shader().rasterShaderFunction().colorRampItemList()
    assert [item.label for item in stops] == ["0 dark", "1 bright"]


@pytest.mark.parametrize("kind", TOP)
def test_the_layer_tells_the_numbers_the_script_returned(workbench, kind):
    """QGIS reads signed bytes as unsigned ones: they must not reach it as such."""
    layer = as_layer(workbench.image(order(1, kind)))
    reflectance = layer_values(as_layer(workbench.image(order(1, "FLOAT32"))))
    factor = 255 if kind == "AUTO" else TOP[kind]
    expected = reflectance * factor if kind == "FLOAT32" else np.floor(reflectance * factor + 0.5)
    assert np.abs(layer_values(layer) - expected).max() <= (0 if kind == "FLOAT32" else 1)
    assert (layer_values(layer) < 0).any() == (factor < 0)


def test_a_mask_of_zeros_and_ones_hides_nothing(workbench):
    """As values of 8 bits, ones are next to transparent; 255 would be opaque."""
    script = SCRIPT.format(bands=4, kind="UINT8", values="255 * s.B04, 255 * s.B03, 255 * s.B02, s.dataMask")
    layer = as_layer(workbench.image(order(4, "UINT8", script=script)))
    drawn = layer.renderer().block(1, layer.extent(), GRID.width, GRID.height)
    assert drawn.color(30, 20) >> 24 == 255


@pytest.mark.parametrize("width", [36, 2600])
def test_a_scale_is_told_and_changes_no_number(workbench, width):
    script = SCRIPT.format(bands=1, kind="UINT16", values="10000 * s.B04")
    image = workbench.image(replace(order(1, "UINT16", script=script), grid=PixelGrid(GRID.bbox, width, 55)))
    layer, note = as_layer(image), "value * 0.0001 = reflectance"
    assert gdal.Open(str(image.rasters["default"])).GetRasterBand(1).GetMetadataItem("SCALE_NOTE") == note
    assert f"B04: {note}." in layer.metadata().abstract() and note in layer.htmlMetadata()
    assert layer.dataProvider().block(1, layer.extent(), width, 55).value(20, 20) == pixels(image)[20, 20] > 100


def test_a_jpeg_is_smaller_with_less_quality_and_close_to_the_tiff(workbench):
    sizes, exact = [], pixels(workbench.image(order(3, "UINT8", Response(mime=TIFF)))).astype(int)
    for quality in (10, 90):
        image = workbench.image(order(3, "UINT8", Response(mime=JPEG, quality=quality)))
        sizes.append((image.rasters["default"].parent / "response.jpg").stat().st_size)
        assert pixels(image).shape == exact.shape
    assert sizes[0] < sizes[1]
    assert np.abs(pixels(image).astype(int) - exact).mean() < 12


def test_several_outputs_of_several_kinds_are_a_layer_each_with_names_types_and_user_data(
    workbench, tmp_path, qgis_new_project
):
    script = """//VERSION=3
    function setup() { return { input: [{bands: ["B04", "B08", "SCL", "dataMask"]}], output: [
      { id: "index", bands: 1, sampleType: "FLOAT32" }, { id: "classes", bands: 1, sampleType: "UINT8" },
      { id: "raw", bands: 2, sampleType: "FLOAT32" } ] }; }
    function updateOutputMetadata(scenes, inputMetadata, outputMetadata) {
      outputMetadata.userData = { "kept": 3, "service": "local" };
    }
    function evaluatePixel(s) { return { index: [(s.B08 - s.B04) / (s.B08 + s.B04)], classes: [s.SCL],
      raw: [s.B04, s.B08] }; }
    """
    outputs = (Response("index"), Response("classes"), Response("raw"), Response("userdata", JSON_TYPE))
    series = api.SeriesOrder(order(1, "UINT8", *outputs, script=script), (MONTH,), "Several")
    result = workbench.series(series)
    assert result.images[0].userdata == {"kept": 3, "service": "local"}
    write_tables(result, tmp_path / "t.gpkg")
    group = workbench.add_to_project(result, tmp_path / "t.gpkg", QgsProject.instance())
    layers = [node.layer() for node in group.findLayers()]
    names = [layer.name() for layer in layers]
    assert [any(part in name for name in names) for part in ("index", "classes", "raw", "images", "userdata")] == [
        True] * 5
    rasters = {name.split(" ")[-1] if "(" not in name else name.split(" (")[0].split(" ")[-1]: layer
               for name, layer in zip(names, layers) if layer.type() == layer.RasterLayer}
    kinds = {name: layer.dataProvider().dataType(1) for name, layer in rasters.items()}
    assert kinds == {"index": Qgis.DataType.Float32, "classes": Qgis.DataType.Byte, "raw": Qgis.DataType.Float32}
    assert [rasters["raw"].bandName(band) for band in (1, 2)] == ["Band 1: B04", "Band 2: B08"]
    table = next(layer for layer in layers if layer.name() == "userdata")
    assert [(row["image_id"], row["kept"], row["service"]) for row in table.getFeatures()] == [(1, 3, "local")]


def test_what_the_file_calls_no_data_the_layer_does_not_draw(workbench, tmp_path):
    image = workbench.image(order(1, "FLOAT32"))
    path = image.rasters["default"]
    dataset = gdal.Open(str(path), gdal.GA_Update)
    dataset.GetRasterBand(1).SetNoDataValue(-9999)
    values = dataset.ReadAsArray()
    values[:20] = -9999
    dataset.GetRasterBand(1).WriteArray(values)
    dataset = None
    stretch = measure_series(api.SeriesResult(api.SeriesOrder(image.order, (MONTH,)), (image,)))["default"]
    layer = open_raster(image, "default", "x", stretch)
    assert layer.dataProvider().sourceHasNoDataValue(1) and layer.dataProvider().sourceNoDataValue(1) == -9999
    assert stretch.limits[0][0] > -1
