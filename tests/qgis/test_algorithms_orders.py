"""The algorithms of orders on a running local hub: polygons, options, fusion, outputs, requests, days, statistics."""

from __future__ import annotations

import csv
import json

import numpy as np
import processing
import pytest
from osgeo import gdal
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsGraduatedSymbolRenderer,
    QgsProcessingContext,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProcessingModelAlgorithm,
    QgsProcessingModelChildAlgorithm,
    QgsProcessingModelChildParameterSource,
    QgsProcessingModelOutput,
    QgsProject,
    QgsRasterLayer,
    QgsSingleBandPseudoColorRenderer,
    QgsVectorLayer,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.availability import SceneDresser
from sentinel_workbench.core.qgis.connections import ConnectionStore
from sentinel_workbench.core.services.ordertext import as_curl, as_json

pytestmark = pytest.mark.usefixtures("provider", "own_cache")

gdal.UseExceptions()
AREA = "46.20,46.40,-16.10,-15.80 [EPSG:4326]"
FUSION = """//VERSION=3
function setup() { return {
  input: [{ datasource: "S2", bands: ["B04"] }, { datasource: "S1", bands: ["VV"] }],
  output: [{ id: "red", bands: 1, sampleType: "FLOAT32" }, { id: "radar", bands: 1, sampleType: "FLOAT32" }] }; }
function evaluatePixel(samples) {
  return { red: [samples.S2.length ? samples.S2[0].B04 : NaN], radar: [samples.S1.length ? samples.S1[0].VV : NaN] };
}
"""
RADAR = [{"type": "sentinel-1-grd", "id": "S1", "dataFilter": {"orbitDirection": "ASCENDING"},
          "processing": {"backCoeff": "SIGMA0_ELLIPSOID"}}]
TELLING = """//VERSION=3
function setup() { return { input: ["B04"], output: { bands: 1 }, mosaicking: "TILE" }; }
function evaluatePixel(samples) { return [samples.length]; }
function updateOutputMetadata(scenes, input, output) {
  output.userData = { tiles: scenes.tiles.map(function (t) { return { date: t.date, cloud: t.cloudCoverage }; }) };
}
"""


class Log(QgsProcessingFeedback):
    """Keeps what is said."""

    def __init__(self):
        super().__init__(False)
        self.said = []

    def pushInfo(self, text):
        self.said.append(text)

    def reportError(self, text, fatalError=False):
        self.said.append(text)


@pytest.fixture()
def values(small_hub, monkeypatch):
    connection = api.Connection("Hub", base_url=small_hub.connection.base_url,
                                token_url=small_hub.connection.token_url)
    ConnectionStore().save(connection)
    monkeypatch.setenv("SH_CLIENT_ID", small_hub.credentials.client_id)
    monkeypatch.setenv("SH_CLIENT_SECRET", small_hub.credentials.client_secret)
    return {"CONNECTION": "Hub", "EXTENT": AREA, "RESOLUTION": 600.0, "START": "2019-01-01", "END": "2019-03-31",
            "METADATA": "none"}


@pytest.fixture()
def polygons(qgis_new_project):
    layer = QgsVectorLayer("Polygon?crs=EPSG:4326&field=name:string", "fields", "memory")
    for number, west in enumerate((46.20, 46.30)):
        feature = QgsFeature(layer.fields())
        feature.setAttributes([f"field/{number}"])
        ring = f"{west} -16.0, {west + 0.08} -16.0, {west} -15.9, {west} -16.0"
        feature.setGeometry(QgsGeometry.fromWkt(f"Polygon(({ring}))"))
        layer.dataProvider().addFeature(feature)
    QgsProject.instance().addMapLayer(layer)
    return layer


def run(name, values, **kinds):
    return processing.run(f"sentinelworkbench:{name}", values, **kinds)


def pixels(path):
    return gdal.Open(str(path)).ReadAsArray()


def test_a_fusion_with_options_gives_a_raster_for_each_output(values, tmp_path):
    asked = {**values, "EVALSCRIPT": FUSION, "FURTHER_SOURCES": json.dumps(RADAR), "OPTIONS": "upsampling=BILINEAR",
             "OUTPUT": str(tmp_path / "both.tif")}
    log = Log()
    outputs = run("image", asked, feedback=log)
    assert outputs["RASTERS"] == [str(tmp_path / "both.tif"), str(tmp_path / "both_radar.tif")]
    red, radar = (pixels(path) for path in outputs["RASTERS"])
    assert red.shape == radar.shape == (55, 36) and np.nanmax(radar) != np.nanmax(red)
    assert any("processing units" in said and "At most 1 requests" in said for said in log.said)
    smooth = pixels(outputs["RASTERS"][0])
    plain = run("image", {**asked, "OPTIONS": "", "OUTPUT": str(tmp_path / "plain.tif")})
    assert not np.array_equal(smooth, pixels(plain["OUTPUT"]), equal_nan=True)


def test_an_image_of_one_selected_polygon_on_the_utm_grid(values, polygons, tmp_path):
    polygons.selectByIds([2])
    chosen = QgsProcessingFeatureSourceDefinition(polygons.id(), True)
    outputs = run("image", {**values, "EXTENT": None, "POLYGONS": chosen, "SNAP": True, "EVALSCRIPT": "surface_bands",
                            "OUTPUT": str(tmp_path / "field.tif")})
    dataset = gdal.Open(outputs["OUTPUT"])
    assert dataset.GetGeoTransform()[0] % 600 == 0 and dataset.GetSpatialRef().GetAuthorityCode(None) == "32738"
    values_of = dataset.ReadAsArray()[0]
    assert values_of[-3, 2] > 0 and values_of[2, -2] == 0, "the polygon is the lower left half"


def test_a_series_for_each_polygon_into_folders_of_their_own(values, polygons, tmp_path):
    outputs = run("series", {
        **values, "EXTENT": None, "POLYGONS": polygons.id(), "NAME_FIELD": "name", "RESOLUTION": 600.0,
        "SLOTS": "picked", "DATES": "2019-01-14, 2019-03-30", "FOLDER": str(tmp_path / "out"), "LOAD": False,
        "EVALSCRIPT": TELLING, "USERDATA": str(tmp_path / "told.csv"),
    })
    made = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert made == ["field_0", "field_1", "tables.gpkg"]
    assert outputs["SUCCEEDED"] == 4 and len(outputs["RASTERS"]) == 4
    assert (tmp_path / "out" / "field_1" / "2019-03-30_2019-03-30.tif").exists()
    with (tmp_path / "told_field_0.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows and all(row["date"].startswith(row["from"][:10]) and float(row["cloud"]) >= 0 for row in rows)


def test_outputs_are_loaded_with_the_legend_of_their_script(values, tmp_path, qgis_new_project):
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    outputs = run("series", {**values, "EVALSCRIPT": "vegetation_outputs", "SLOTS": "whole", "TITLE": "V",
                             "FOLDER": str(tmp_path / "out")}, context=context)
    assert len(outputs["RASTERS"]) == 3
    for uri, detail in context.layersToLoadOnCompletion().items():
        layer = QgsVectorLayer(uri, "t", "ogr") if "|" in uri else QgsRasterLayer(uri, "r")
        QgsProject.instance().addMapLayer(layer)
        detail.postProcessor().postProcessLayer(layer, context, QgsProcessingFeedback())
    relations = QgsProject.instance().relationManager().relations().values()
    assert sorted(relation.name() for relation in relations) == ["Tiles of the image"]
    index = next(layer for layer in QgsProject.instance().mapLayers().values() if " index" in layer.name())
    assert isinstance(index.renderer(), QgsSingleBandPseudoColorRenderer)
    items = index.renderer().shader().rasterShaderFunction().colorRampItemList()
    assert any("dense" in item.label for item in items)


def test_formats_and_sizes(values, tmp_path):
    sized = {**values, "WIDTH": 50, "HEIGHT": 40}
    worse = run("image", {**sized, "FORMAT": "JPEG", "QUALITY": 5, "OUTPUT": str(tmp_path / "j.tif")})
    best = run("image", {**sized, "FORMAT": "PNG", "OUTPUT": str(tmp_path / "p.tif")})
    lossy, exact = pixels(worse["OUTPUT"]), pixels(best["OUTPUT"])
    assert lossy.shape == exact.shape == (3, 40, 50) and not np.array_equal(lossy, exact)


def test_a_preview_is_small_and_has_one_output(values, tmp_path):
    outputs = run("preview", {**values, "RESOLUTION": 30.0, "EVALSCRIPT": "vegetation_outputs", "LONGEST_SIDE": 40,
                              "OUTPUT": str(tmp_path / "p.tif")})
    assert pixels(outputs["OUTPUT"]).shape == (40, 26) and len(outputs["RASTERS"]) == 1


def written_order():
    period = api.TimeRange.of_days("2019-01-01", "2019-03-31")
    area = api.BBox(46.2, -16.1, 46.4, -15.8)
    return api.image_order(area, 600, "sentinel-2-l2a", api.library_script("true_colour"), period)


@pytest.mark.parametrize("way", ["json", "curl", "file"])
def test_a_request_is_sent_as_it_is(values, tmp_path, way):
    order = written_order()
    text = as_json(order) if way != "curl" else as_curl(order, "https://example.org/process")
    if way == "file":
        (tmp_path / "request.json").write_text(text, encoding="utf-8")
        text = str(tmp_path / "request.json")
    outputs = run("request", {"CONNECTION": "Hub", "REQUEST": text, "OUTPUT": str(tmp_path / "r.tif")})
    again = run("image", {**values, "OUTPUT": str(tmp_path / "i.tif")})
    assert outputs["REQUESTS"] == 1 and again["REQUESTS"] == 0
    assert (tmp_path / "r.tif").read_bytes() == (tmp_path / "i.tif").read_bytes()
    assert json.loads(again["REQUEST_JSON"]) == json.loads(outputs["REQUEST_JSON"]) == json.loads(as_json(order))


@pytest.mark.parametrize("name", ["image", "series", "request"])
def test_what_costs_more_than_allowed_is_not_sent(values, tmp_path, name):
    wanted = {**values, "REQUEST": as_json(written_order()), "MAX_UNITS": 0.001, "FOLDER": str(tmp_path / "s")}
    with pytest.raises(QgsProcessingException, match="processing units, more than the 0.001 allowed"):
        run(name, {**wanted, "OUTPUT": str(tmp_path / "r.tif")})
    assert not list(tmp_path.rglob("*.tif"))


def test_available_scenes_and_clear_days(values, tmp_path, qgis_new_project):
    context = QgsProcessingContext()
    context.setProject(QgsProject.instance())
    asked = {name: values[name] for name in ("CONNECTION", "EXTENT", "START", "END")}
    everything = run("availability", {**asked, "OUTPUT": str(tmp_path / "all.gpkg")})
    clear = run("availability", {**asked, "MEASURE": True, "MAX_CLOUD": 20, "OUTPUT": str(tmp_path / "s.gpkg"),
                                 "DAYS": str(tmp_path / "d.gpkg")}, context=context)
    assert 0 < clear["SCENES"] < everything["SCENES"] and clear["PROCESSING_UNITS"] > 0
    assert everything["PROCESSING_UNITS"] == 0
    days = [str(row["day"].toPyDate()) for row in QgsVectorLayer(clear["DAYS"], "d", "ogr").getFeatures()]
    assert clear["CLEAR_DAYS"] == ", ".join(days)
    layer = QgsVectorLayer(clear["OUTPUT"], "s", "ogr")
    assert all(feature["area_cloud_percent"] <= 20 and feature.geometry().area() > 0 for feature in layer.getFeatures())
    SceneDresser(True).postProcessLayer(layer, context, Log())
    assert isinstance(layer.renderer(), QgsGraduatedSymbolRenderer) and layer.temporalProperties().isActive()


def test_statistics_of_each_polygon_and_interval(values, polygons, tmp_path):
    asked = {name: values[name] for name in ("CONNECTION", "RESOLUTION", "START", "END")}
    log = Log()
    outputs = run("statistics", {
        **asked, "POLYGONS": polygons.id(), "NAME_FIELD": "name", "INTERVAL": "P30D", "RESOLUTION": 200.0,
        "PERCENTILES": "10, 90", "HISTOGRAM_BINS": 4, "HISTOGRAM_RANGE": "-1,1", "EVALSCRIPT": "vegetation_index",
        "OUTPUT": str(tmp_path / "s.gpkg"),
    }, feedback=log)
    rows = list(QgsVectorLayer(outputs["OUTPUT"], "s", "ogr").getFeatures())
    assert {row["name"] for row in rows} == {"field/0", "field/1"} and outputs["FAILED"] == 0
    for row in rows:
        assert row["min"] <= row["p10"] <= row["mean"] <= row["p90"] + 1 and row["no_data"] > row["samples"] / 3
        assert sum(json.loads(row["histogram"])["counts"]) == row["samples"] - row["no_data"]
    assert outputs["PROCESSING_UNITS"] > 0
    assert any("2 requests of at most 3 intervals" in said for said in log.said)


def test_statistics_are_those_of_the_image(values, polygons, tmp_path):
    polygons.selectByIds([1])
    asked = {**values, "EXTENT": None, "POLYGONS": QgsProcessingFeatureSourceDefinition(polygons.id(), True),
             "RESOLUTION": 200.0, "EVALSCRIPT": "water_index"}
    outputs = run("statistics", {**asked, "INTERVAL": "P90D", "OUTPUT": str(tmp_path / "s.gpkg")})
    (row,) = QgsVectorLayer(outputs["OUTPUT"], "s", "ogr").getFeatures()
    image = pixels(run("image", {**asked, "OUTPUT": str(tmp_path / "i.tif")})["OUTPUT"])
    known = image[np.isfinite(image)]
    assert known.size == row["samples"] - row["no_data"] > 100
    assert (row["mean"], row["min"], row["max"]) == pytest.approx((known.mean(), known.min(), known.max()), abs=1e-5)


def test_statistics_that_fail_everywhere_say_why_and_none_are_an_empty_table(values, tmp_path):
    script = api.library_script("vegetation_index")
    broken = script.replace("evaluatePixel(sample) {", "evaluatePixel(sample) { null.x;")
    asked = {**values, "INTERVAL": "P30D", "OUTPUT": str(tmp_path / "s.gpkg")}
    with pytest.raises(QgsProcessingException, match="null|Cannot read"):
        run("statistics", {**asked, "EVALSCRIPT": broken})
    nothing = run("statistics", {**asked, "EXTENT": "10,10.1,50,50.1 [EPSG:4326]", "EVALSCRIPT": "vegetation_index"})
    assert (nothing["ROWS"], nothing["FAILED"]) == (0, 0)
    assert QgsVectorLayer(nothing["OUTPUT"], "s", "ogr").featureCount() == 0


@pytest.mark.parametrize("name, more", [
    ("image", {}), ("series", {}), ("availability", {}), ("statistics", {"EVALSCRIPT": "vegetation_index"}),
])
def test_cancel_ends_each_of_them(values, tmp_path, name, more):
    log = Log()
    log.cancel()
    target = {"FOLDER": str(tmp_path / "out")} if name == "series" else {"OUTPUT": str(tmp_path / "x.tif")}
    with pytest.raises(QgsProcessingException, match="Cancelled"):
        run(name, {**values, **more, **target}, feedback=log)


@pytest.mark.parametrize("name, change, sentence", [
    ("image", {"OPTIONS": "orbit=UP"}, "no option 'orbit'"),
    ("image", {"FURTHER_SOURCES": "[5]"}, "further collection 1"),
    ("image", {"EVALSCRIPT": FUSION}, "does not have"),
    ("image", {"CRS": "EPSG:4326", "UTM": True}, "Both CRS and UTM"),
    ("image", {"SNAP": True, "WIDTH": 100}, "SNAP needs a pixel size"),
    ("image", {"EXTENT": None}, "EXTENT or POLYGONS"),
    ("image", {"EVALSCRIPT": "surface_bands", "FORMAT": "PNG"}, "PNG holds"),
    ("series", {"SLOTS": "picked"}, "No day is picked"),
    ("series", {"SLOTS": "picked", "DATES": "2019-01-40"}, "not a date"),
    ("series", {"SLOTS": "picked", "DATES": "2020-01-04"}, "Not within the period"),
    ("request", {"REQUEST": "non sense"}, "neither JSON, curl nor Python"),
    ("request", {"REQUEST": '{"inputs": {}}'}, "'inputs' is not a member"),
    ("availability", {"COLLECTION": "dem"}, "no scenes in time"),
    ("availability", {"COLLECTION": "sentinel-1-grd", "MEASURE": True}, "can't tell the clouds"),
    ("statistics", {"INTERVAL": "10 days"}, "not a duration"),
    ("statistics", {"PERCENTILES": "half"}, "not numbers"),
    ("statistics", {"HISTOGRAM_RANGE": "0,1"}, "without HISTOGRAM_BINS"),
    ("statistics", {"EVALSCRIPT": TELLING}, "dataMask"),
    ("statistics", {"RESOLUTION": 1.0}, "at most 2500 px"),
])
def test_what_cannot_succeed_is_refused_before_it_runs(values, tmp_path, name, change, sentence):
    kept = values if name in ("image", "series") else {**values, "EVALSCRIPT": "vegetation_index"}
    target = {"FOLDER": str(tmp_path / "out")} if name == "series" else {"OUTPUT": str(tmp_path / "x.tif")}
    with pytest.raises(QgsProcessingException, match=sentence):
        run(name, {**kept, **target, **change})


def test_several_polygons_are_no_image(values, polygons, tmp_path):
    with pytest.raises(QgsProcessingException, match="2 polygons are given"):
        run("image", {**values, "EXTENT": None, "POLYGONS": polygons.id(), "OUTPUT": str(tmp_path / "x.tif")})
    with pytest.raises(QgsProcessingException, match="Both EXTENT and POLYGONS"):
        run("image", {**values, "POLYGONS": polygons.id(), "OUTPUT": str(tmp_path / "x.tif")})


def model_of_clear_days(values):
    """Days with little cloud over the area become the slots of a series."""
    model = QgsProcessingModelAlgorithm("Clear days", "tests")
    static = QgsProcessingModelChildParameterSource.fromStaticValue

    def child(name, parameters):
        made = QgsProcessingModelChildAlgorithm(f"sentinelworkbench:{name}")
        made.setChildId(name)
        for key, value in parameters.items():
            made.addParameterSources(key, [value if hasattr(value, "source") else static(value)])
        return made

    shared = {name: values[name] for name in ("CONNECTION", "EXTENT", "START", "END")}
    scenes = {**shared, "MEASURE": True, "MAX_CLOUD": 20, "OUTPUT": "TEMPORARY_OUTPUT"}
    days = QgsProcessingModelChildParameterSource.fromChildOutput("availability", "CLEAR_DAYS")
    order = {**shared, "RESOLUTION": 600.0, "METADATA": "none", "SLOTS": "picked", "DATES": days, "LOAD": False}
    series = child("series", order)
    folder = QgsProcessingModelOutput("images", "Images")
    folder.setChildId("series")
    folder.setChildOutputName("FOLDER")
    series.setModelOutputs({"images": folder})
    model.addChildAlgorithm(child("availability", scenes))
    model.addChildAlgorithm(series)
    return model


def test_a_model_makes_slots_of_clear_days(values, tmp_path):
    context = QgsProcessingContext()
    model = model_of_clear_days(values)
    log = Log()
    outputs, good = model.run({"series:images": str(tmp_path / "out")}, context, log)
    assert good, log.said
    clear = run("availability", {**values, "MEASURE": True, "MAX_CLOUD": 20, "OUTPUT": "TEMPORARY_OUTPUT"})
    days = clear["CLEAR_DAYS"].split(", ")
    made = sorted(path.stem for path in (tmp_path / "out").glob("*.tif"))
    assert days and made == [f"{one}_{one}" for one in days]
