"""Search, cut and series of open data as algorithms, and the same from the console."""

from __future__ import annotations

import json

import numpy as np
import pytest
from osgeo import gdal
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from stac_items import make_item
from stac_server import StacServer
from synthetic_scenes import write_raster

from sentinel_workbench import api
from sentinel_workbench.algorithms.catalog_items import hosts_in
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.qgis.catalog_naming import named_catalog

pytestmark = pytest.mark.usefixtures("provider")

processing = pytest.importorskip("processing")
AREA = "3.0015,3.0130,45.1400,45.1500 [EPSG:4326]"


@pytest.fixture
def server(tmp_path):
    rng = np.random.default_rng(5)
    items = []
    for number, (day, cloud) in enumerate((("05-03", 9.0), ("05-20", 4.0), ("06-11", 60.0), ("06-21", 2.0))):
        for name, pixel in (("B04", 10), ("SCL", 20)):
            side = 2560 // pixel
            values = rng.integers(1, 11 if name == "SCL" else 4000, (side, side))
            write_raster(tmp_path / "files" / str(number) / f"{name}.tif",
                         values.astype(np.uint8 if name == "SCL" else np.uint16), pixel=float(pixel), BLOCKSIZE=128)
        assets = {name: {"href": f"{number}/{name}.tif", "type": "image/tiff"} for name in ("B04", "SCL")}
        item = make_item(f"S2_{number}", f"2021-{day}T10:00:00Z", cloud, assets=assets, **{
            "s2:processing_baseline": "03.00", "s2:mgrs_tile": "31TDK"})
        ring = [[2.9, 45.1], [3.1, 45.1], [3.1, 45.2], [2.9, 45.2], [2.9, 45.1]]
        item["geometry"]["coordinates"], item["bbox"] = [ring], [2.9, 45.1, 3.1, 45.2]
        items.append(item)
    with StacServer(tmp_path / "files", items) as running:
        yield running


class Listening(QgsProcessingFeedback):
    def __init__(self):
        super().__init__(False)
        self.said = []

    def reportError(self, text, fatal=False):
        self.said.append(text)

    def pushWarning(self, text):
        self.said.append(text)

    def pushInfo(self, text):
        self.said.append(text)


def run(name, feedback=None, **values):
    context = QgsProcessingContext()
    return processing.run(f"sentinelworkbench:{name}", values, feedback=feedback, context=context)


def search(server, tmp_path, **values):
    return run("stacsearch", CATALOG=server.root, COLLECTIONS="sentinel-2-l2a", OUTPUT=str(tmp_path / "s.gpkg"),
               ITEMS=str(tmp_path / "s.geojson"), **values)


def test_a_search_is_a_layer_and_a_file_of_items(server, tmp_path):
    found = search(server, tmp_path, EXTENT=AREA, START="2021-05-10", END="2021-06-30", MAX_CLOUD=50)
    assert (found["FOUND"], found["MATCHED"]) == (2, 2)
    layer = QgsVectorLayer(f"{found['OUTPUT']}|layername=items", "x", "ogr")
    assert [feature["item_id"] for feature in layer.getFeatures()] == ["S2_3", "S2_1"]
    assert len(json.loads((tmp_path / "s.geojson").read_text())["features"]) == 2
    body = server.searches[0]
    assert body["query"] == {"eo:cloud_cover": {"lte": 50.0}} and body["datetime"].startswith("2021-05-10T00:00:00Z/")


@pytest.mark.parametrize("values, count", [
    ({}, 4), ({"POINT": "3.05,45.15 [EPSG:4326]"}, 4), ({"POINT": "9,45 [EPSG:4326]"}, 0),
    ({"CONDITIONS": "eo:cloud_cover<5; s2:processing_baseline=03.00"}, 2), ({"IDS": "S2_0, S2_2"}, 2),
    ({"MAX_RESULTS": 3, "PAGE_SIZE": 1}, 3), ({"START": "2021-06-01"}, 2), ({"END": "2021-05-31"}, 2),
])
def test_conditions_of_a_search(server, tmp_path, values, count):
    assert search(server, tmp_path, **values)["FOUND"] == count


@pytest.mark.parametrize("values, words", [
    ({"CATALOG": "nowhere"}, "There is no catalog 'nowhere'"),
    ({"CONDITIONS": "cloudy"}, "'cloudy' is not a condition"),
    ({"START": "2021-06-02", "END": "2021-06-01"}, "ends before it begins"), ({"OUTPUT": "x.shp"}, "no GeoPackage"),
    ({"CATALOG": "http://127.0.0.1:1/stac"}, "127.0.0.1"),
])
def test_searches_that_fail_say_why(server, tmp_path, values, words):
    given = {"CATALOG": server.root, "OUTPUT": str(tmp_path / "s.gpkg"), **values}
    with pytest.raises(QgsProcessingException, match=words):
        run("stacsearch", **given)


def test_polygons_are_searched_as_they_are_not_as_their_rectangle(server, tmp_path):
    """As in the tab: two polygons on both sides of the scenes meet none."""
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=name:string", "beside", "memory")
    for west in (2.0, 4.0):
        feature = QgsFeature(layer.fields())
        feature.setGeometry(QgsGeometry.fromWkt(
            f"POLYGON (({west} 45.12, {west + 0.1} 45.12, {west + 0.1} 45.18, {west} 45.18, {west} 45.12))"))
        layer.dataProvider().addFeature(feature)
    assert search(server, tmp_path, POLYGONS=layer)["FOUND"] == 0
    assert len(server.searches[-1]["intersects"]["coordinates"]) == 2


def test_found_scenes_are_cut(server, tmp_path):
    search(server, tmp_path)
    result = run("stacclip", ITEMS=str(tmp_path / "s.geojson"), EXTENT=AREA, IDS="S2_0;S2_3", BANDS="B04, SCL",
                 FOLDER=str(tmp_path / "out"), LOAD=False)
    assert (result["SCENES"], result["DONE"], result["FAILED"], len(result["RASTERS"])) == (2, 2, 0, 4)
    dataset = gdal.Open(str(tmp_path / "out" / "20210503_S2_0_B04.tif"))
    assert dataset.GetMetadataItem("LAYOUT", "IMAGE_STRUCTURE") == "COG" and dataset.RasterXSize > 80
    assert dataset.GetMetadataItem("STAC_ITEM") == "S2_0"


def test_polygons_get_folders_of_their_own(server, tmp_path):
    search(server, tmp_path)
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=name:string", "fields", "memory")
    assert layer.dataProvider().addFeatures(_polygons(layer))[0]
    result = run("stacclip", ITEMS=str(tmp_path / "s.geojson"), POLYGONS=layer, NAME_FIELD="name", IDS="S2_0",
                 BANDS="B04", FOLDER=str(tmp_path / "out"), LOAD=False, INSIDE_ONLY=True, GRID="shared")
    assert result["DONE"] == 2
    values = gdal.Open(str(tmp_path / "out" / "one" / "20210503_S2_0.tif")).ReadAsArray()
    assert 0.3 < (values > 0).mean() < 0.7 and (tmp_path / "out" / "two").is_dir()


def _polygons(layer):
    from qgis.core import QgsFeature, QgsGeometry

    features = []
    for name, west in (("one", 3.002), ("two", 3.006)):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([name])
        feature.setGeometry(QgsGeometry.fromWkt(
            f"Polygon(({west} 45.141, {west + 0.003} 45.141, {west} 45.145, {west} 45.141))"))
        features.append(feature)
    return features


def test_scenes_are_shown_from_their_server(server, tmp_path):
    search(server, tmp_path)
    server.log.clear()
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    values = {"ITEMS": str(tmp_path / "s.geojson"), "IDS": "S2_0; S2_3", "SHOW": "each", "BANDS": "B04, SCL"}
    found = processing.run("sentinelworkbench:stacstream", values, context=context)
    assert (len(found["RASTERS"]), found["FAILED"]) == (4, 0)
    assert sum(entry.sent for entry in server.files_log()) < 200_000 and all(".vrt" in one for one in found["RASTERS"])
    waiting = context.layersToLoadOnCompletion()
    layers = [context.temporaryLayerStore().mapLayer(name) for name in waiting]
    assert sorted(layer.name() for layer in layers) == ["S2_0 B04", "S2_0 SCL", "S2_3 B04", "S2_3 SCL"]
    assert all(layer.isValid() and layer.temporalProperties().isActive() for layer in layers)
    kinds = {layer.name(): type(layer.renderer()).__name__ for layer in layers}
    assert kinds["S2_0 SCL"] == "QgsPalettedRasterRenderer" and kinds["S2_0 B04"] == "QgsSingleBandPseudoColorRenderer"
    red = next(layer for layer in layers if layer.name() == "S2_0 B04")
    stored = gdal.Open(str(server.folder / "0" / "B04.tif")).ReadAsArray()
    block = red.dataProvider().block(1, red.extent(), 256, 256)
    assert block.value(7, 9) == pytest.approx(stored[7, 9] * 0.0001)
    del layers, red, block


@pytest.mark.parametrize("values, words", [
    ({"SHOW": "true colour"}, "no band or asset 'B03'. It has: B04, SCL"), ({"SHOW": "each"}, "No band is named"),
    ({"SHOW": "composite", "BANDS": "B99"}, "no band or asset 'B99'"), ({"IDS": "none"}, "no scene of these ids"),
])
def test_scenes_that_can_t_be_shown_say_why(server, tmp_path, values, words):
    search(server, tmp_path)
    with pytest.raises(QgsProcessingException, match=words):
        run("stacstream", ITEMS=str(tmp_path / "s.geojson"), **values)


def test_one_scene_that_can_t_be_shown_stops_no_other(server, tmp_path):
    search(server, tmp_path)
    (server.folder / "1" / "SCL.tif").unlink()
    feedback = Listening()
    found = run("stacstream", feedback, ITEMS=str(tmp_path / "s.geojson"), SHOW="each", BANDS="SCL", LOAD=False)
    assert (len(found["RASTERS"]), found["FAILED"]) == (3, 1)
    assert any("S2_1: Band SCL" in said and "does not exist" in said for said in feedback.said)


def test_a_series_of_the_clearest_scenes(server, tmp_path):
    project = QgsProject.instance()
    project.clear()
    feedback = Listening()
    context = QgsProcessingContext()
    context.setProject(project)
    result = processing.run("sentinelworkbench:stacseries", {
        "CATALOG": server.root, "COLLECTIONS": "sentinel-2-l2a", "EXTENT": AREA, "START": "2021-05-01",
        "END": "2021-06-30", "KEEP": "clearest of each month", "BANDS": "B04, SCL", "TITLE": "Two months",
        "FOLDER": str(tmp_path / "out")}, feedback=feedback, context=context)
    assert sorted(path.rpartition("/")[2] for path in result["RASTERS"]) == [
        "20210520_S2_1.tif", "20210621_S2_3.tif"]
    assert "4 scenes, 2 of them to cut." in feedback.said
    assert gdal.Open(result["RASTERS"][0]).RasterCount == 2
    loads = context.layersToLoadOnCompletion()
    assert sorted(details.name for details in loads.values()) == [
        "2021-05-20 B04 SCL (S2_1, 4 % cloud)", "2021-06-21 B04 SCL (S2_3, 2 % cloud)"]


def test_failed_scenes_are_counted_and_named(server, tmp_path):
    search(server, tmp_path)
    server.faults.when, server.faults.status = (lambda path: path.startswith("/files/1/")), 404
    feedback = Listening()
    result = run("stacclip", feedback, ITEMS=str(tmp_path / "s.geojson"), EXTENT=AREA, BANDS="B04",
                 FOLDER=str(tmp_path / "out"), LOAD=False)
    assert (result["DONE"], result["FAILED"]) == (3, 1)
    assert any(said.startswith("S2_1: Band B04: ") and "does not exist" in said for said in feedback.said)
    server.faults.when = None
    with pytest.raises(QgsProcessingException, match="does not exist"):
        run("stacclip", ITEMS=str(tmp_path / "s.geojson"), EXTENT=AREA, BANDS="B04", FOLDER=str(tmp_path / "no"))


@pytest.mark.parametrize("values, words", [
    ({"BANDS": "B99"}, "has no band or asset 'B99'"), ({"BANDS": " "}, "Name every band once"),
    ({"EXTENT": ""}, "No area is given"), ({"IDS": "unknown"}, "no scene to cut"),
    ({"ITEMS": "missing.json"}, "missing.json"), ({"INSIDE_ONLY": True}, "nothing lies outside"),
])
def test_cuts_that_make_no_sense(server, tmp_path, values, words):
    search(server, tmp_path)
    given = {"ITEMS": str(tmp_path / "s.geojson"), "EXTENT": AREA, "BANDS": "B04", "FOLDER": str(tmp_path), **values}
    with pytest.raises(QgsProcessingException, match=words):
        run("stacclip", **given)


def test_no_scene_is_no_series(server, tmp_path):
    with pytest.raises(QgsProcessingException, match="No scene meets the search"):
        run("stacseries", CATALOG=server.root, EXTENT=AREA, MAX_CLOUD=1, FOLDER=str(tmp_path))


def test_the_console_does_the_same(server, tmp_path):
    project = QgsProject.instance()
    project.clear()
    with api.stac(server.root) as open_data:
        found = open_data.search("sentinel-2-l2a", api.BBox(3.0, 45.14, 3.01, 45.15), "2021-06")
        assert [item.item_id for item in found.items] == ["S2_3", "S2_2"]
        layer = open_data.add_footprints(found, path=tmp_path / "f.gpkg")
        raster = open_data.add_bands(found.items[0], ["B04"])
        result = open_data.clip(found.items, ["B04"], api.BBox(3.003, 45.141, 3.01, 45.145), tmp_path / "out")
        group = open_data.add_clips(result)
        saved = open_data.save(found, tmp_path / "f.geojson")
    assert layer.featureCount() == 2 and raster.isValid() and len(group.findLayers()) == 2
    assert len(api.stac(str(saved)).search().items) == 2
    project.clear()


def test_names_of_catalogs(tmp_path):
    assert named_catalog("earth-search").preset == "earth-search"
    assert named_catalog("https://earth-search.aws.element84.com/v1/").preset == "earth-search"
    assert named_catalog("Earth Search (Element 84, AWS)").url.startswith("https://earth-search")
    assert named_catalog("https://x.org/stac").title == "https://x.org/stac"
    for wrong in ("", "nothing", str(tmp_path / "missing.json")):
        with pytest.raises(InvalidInput):
            named_catalog(wrong)


def test_hosts_of_a_file_of_items(tmp_path):
    (tmp_path / "a.json").write_text('{"a": "https://x.org/a/b", "b": ["http://y.org:80/c", "https://x.org/d"]}')
    assert hosts_in(tmp_path / "a.json") == ["https://x.org", "http://y.org:80"]
    assert hosts_in(tmp_path / "none.json") == []
