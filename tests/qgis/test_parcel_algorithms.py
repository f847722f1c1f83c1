"""Parcels through a season as algorithms: from a local hub, a CbM server and a STAC catalog."""

from __future__ import annotations

import csv
import datetime as dt
import json

import pytest
from cbm_hub import UTM, cbm_hub, make_scenes, product, write_parcels
from hub_fakes import ACCOUNT
from qgis.core import (
    QgsFeature,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProcessingFeedback,
    QgsProject,
    QgsVectorLayer,
)
from stac_server import StacServer

from sentinel_workbench.core.cbm.connection import CbmConnection
from sentinel_workbench.core.cbm.records import CbmParcel
from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import cover_bbox
from sentinel_workbench.core.qgis.cbm_servers import CbmServers, named_server, read_login
from sentinel_workbench.core.qgis.chip_layers import times_of
from sentinel_workbench.core.qgis.parcel_layers import add_parcels

pytestmark = pytest.mark.usefixtures("provider")

processing = pytest.importorskip("processing")
DAYS = 4
PERIOD = {"START": "2019-05-01", "END": "2019-05-31"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("parcels")
    make_scenes(folder, DAYS)
    write_parcels(folder / "parcels.gpkg")
    return folder


@pytest.fixture
def layer(data, qgis_new_project):
    found = QgsVectorLayer(f"{data / 'parcels.gpkg'}|layername=nl2019", "parcels", "ogr")
    QgsProject.instance().addMapLayer(found)
    return found


@pytest.fixture
def server(data, monkeypatch, empty_settings):
    monkeypatch.setenv("CBM_USER", ACCOUNT.client_id)
    monkeypatch.setenv("CBM_PASSWORD", ACCOUNT.client_secret)
    with cbm_hub(data, quirks=True) as running:
        CbmServers().save(CbmConnection("near", running.url))
        yield running


@pytest.fixture
def catalog(data):
    box = cover_bbox(BBox(499360, 4999360, 500640, 5000640, UTM), "EPSG:4326").corners
    west, south, east, north = box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    items = [{
        "type": "Feature", "stac_version": "1.0.0", "id": product(number), "collection": "sentinel-2-l2a",
        "bbox": list(box), "geometry": {"type": "Polygon", "coordinates": [ring]},
        "properties": {"datetime": f"{dt.datetime(2019, 5, 1 + 2 * number, 10, 50, 31).isoformat()}Z",
                       "s2:processing_baseline": "02.12"},
        "assets": {band: {"href": f"{number:02d}/{band}.tif", "type": "image/tiff"} for band in ("SCL", "B04", "B08")},
    } for number in range(DAYS)]
    with StacServer(data / "scenes", items) as running:
        yield running


@pytest.fixture(params=["sentinel hub", "cbm", "stac"])
def source(request, data):
    """Parameters that name a source."""
    if request.param == "cbm":
        request.getfixturevalue("server")
        return {"SOURCE": "cbm", "CBM_SERVER": "near"}
    if request.param == "stac":
        return {"SOURCE": "stac", "CATALOG": request.getfixturevalue("catalog").root}
    return {"SOURCE": "sentinel hub", "HUB_DATA": str(data)}


class Listening(QgsProcessingFeedback):
    """Keeps the warnings."""

    def __init__(self):
        super().__init__(False)
        self.warnings = []

    def pushWarning(self, text):
        self.warnings.append(text)


def run(name, **values):
    return processing.run(f"sentinelworkbench:{name}", {**PERIOD, **values})


def table(uri):
    path, _, name = uri.partition("|layername=")
    found = QgsVectorLayer(f"{path}|layername={name}", name, "ogr")
    assert found.isValid()
    return list(found.getFeatures())


def test_histograms_from_every_source(source, layer, tmp_path):
    layer.selectByExpression("\"pid\" in ('a', 'b', 'c')")
    chosen = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    target = {"OUTPUT": str(tmp_path / "h.gpkg"), "CSV": str(tmp_path / "h.csv")}
    outputs = run("sclhistogram", PARCELS=chosen, **target, **source)
    assert (outputs["ROWS"], outputs["DATES"], outputs["CLEAR"], outputs["FAILED"]) == (12, 4, 8, 0)
    rows = {(row["pid"], row["date"].date().day()): row for row in table(outputs["OUTPUT"])}
    assert rows["a", 3]["scl_9"] == 50 and rows["a", 3]["verdict"] == "not clear" and rows["b", 3]["scl_4"] == 80
    assert rows["a", 1]["product"] == product(0)
    outlines = {row["pid"]: row["clear_dates"] for row in table(outputs["OUTLINES"])}
    assert outlines == {"a": 2, "b": 4, "c": 2}
    with open(tmp_path / "h.csv") as file:
        assert len(list(csv.DictReader(file))) == 12


def test_series_of_clear_dates_from_every_source(source, layer, tmp_path):
    layer.selectByExpression("\"pid\" in ('a', 'b')")
    chosen = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    outputs = run("parcelseries", PARCELS=chosen, BANDS="B08", INDICES="NDVI; ratio = B08 / B04",
                  OUTPUT=str(tmp_path / "s.gpkg"), **source)
    rows = {(row["pid"], row["date"].date().day(), row["band"]): row for row in table(outputs["OUTPUT"])}
    assert set(rows) == {(pid, day, band) for pid, days in (("a", (1, 5)), ("b", (1, 3, 5, 7))) for day in days
                         for band in ("B08", "NDVI", "ratio")}
    assert rows["a", 1, "B08"]["mean"] == pytest.approx(0.30535, abs=1e-4) and rows["a", 1, "B08"]["count"] == 400
    assert outputs["ROWS"] == 18 and outputs["FAILED"] == 0
    assert [name for name in rows["a", 1, "B08"].fields().names() if name[:1] == "p" and name[1:].isdigit()] == [
        "p10", "p25", "p50", "p75", "p90"]


def test_chips_become_a_temporal_group(layer, data, tmp_path, no_window):
    layer.selectByExpression("\"pid\" in ('a', 'c')")
    chosen = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    outputs = processing.runAndLoadResults("sentinelworkbench:parcelchips", {
        **PERIOD, "PARCELS": chosen, "BANDS": "B08,B04", "HUB_DATA": str(data), "FOLDER": str(tmp_path / "chips"),
        "TITLE": "My chips",
    })
    assert (outputs["CHIPS"], outputs["DATES"], outputs["FAILED"]) == (2, 2, 0)
    group = QgsProject.instance().layerTreeRoot().findGroup("My chips")
    layers = [node.layer() for node in group.findLayers()]
    assert sorted(one.name() for one in layers) == ["2019-05-01 B08 B04 (a, c)", "2019-05-05 B08 B04 (a, c)"]
    ranges = [one.temporalProperties().fixedTemporalRange() for one in layers]
    assert all(one.temporalProperties().isActive() for one in layers)
    assert sorted(r.begin().date().day() for r in ranges) == [1, 5]


def test_parcels_of_a_server_become_a_layer_in_their_own_crs(server):
    common = {"CBM_SERVER": "near", "AOI": "nl", "YEAR": "2019", "OUTPUT": "memory:"}
    ask = lambda **more: processing.run("sentinelworkbench:cbmparcels", {**common, **more})  # noqa: E731
    outputs = ask(PID="a")
    (feature,) = outputs["OUTPUT"].getFeatures()
    assert outputs["OUTPUT"].crs().authid() == UTM and feature["cropname"] == "Wheat"
    assert feature.geometry().boundingBox().xMinimum() == 500000
    assert ask(POINT="500100,5000100 [EPSG:32631]")["COUNT"] == 1
    assert ask(EXTENT="499990,500600,4999980,5000210 [EPSG:32631]")["COUNT"] == 3
    for more, words in (({"POINT": "3.4,45.0 [EPSG:4326]"}, "There is no parcel here"),
                        ({"PID": "zz"}, "has no parcel 'zz'"), ({}, "No parcel is named"),
                        ({"PID": "a", "YEAR": "2031"}, "no parcels of 2031"),
                        ({"PID": "a", "CBM_SERVER": "far"}, "There is no CbM server 'far'.*near")):
        with pytest.raises(QgsProcessingException, match=words):
            ask(**more)


@pytest.mark.parametrize("percentiles, words", [("5, 200", "no percentile 200"), ("half", "are not numbers")])
def test_percentiles_are_chosen(layer, data, tmp_path, percentiles, words):
    common = {"PARCELS": layer, "HUB_DATA": str(data), "OUTPUT": str(tmp_path / "s.gpkg"), "END": "2019-05-01"}
    with pytest.raises(QgsProcessingException, match=words):
        run("parcelseries", PERCENTILES=percentiles, **common)
    outputs = run("parcelseries", **{**common, "PERCENTILES": "5; 95"})
    first = table(outputs["OUTPUT"])[0]
    assert first["p5"] < first["mean"] < first["p95"] and "p50" not in first.fields().names()


@pytest.mark.parametrize("changes, words", [
    ({"BAD_CLASSES": "3, x"}, "are no classes"), ({"BAD_CLASSES": "15"}, "15 is no scene class"),
    ({"END": "2019-04-01"}, "before the first"), ({"ID_FIELD": "cropcode"}, "Two parcels have the id '233'"),
    ({"OUTPUT": "h.shp"}, "is no GeoPackage"), ({"SOURCE": "cbm"}, "No CbM server is named"),
    ({"SOURCE": "cbm", "CBM_SERVER": "nobody"}, "There is no CbM server"),
    ({"CONNECTION": "nobody"}, "There is no connection 'nobody'"),
])
def test_values_that_cannot_be_used_are_named(layer, data, tmp_path, changes, words, empty_settings):
    values = {"PARCELS": layer, "HUB_DATA": str(data), "OUTPUT": "h.gpkg", **changes}
    values["OUTPUT"] = str(tmp_path / values["OUTPUT"])
    with pytest.raises(QgsProcessingException, match=words):
        run("sclhistogram", **values)


def test_parcels_that_cross_themselves_are_counted_and_told(source, tmp_path, qgis_new_project):
    """Processing would refuse the whole layer for one of them."""
    rough = QgsVectorLayer(f"Polygon?crs={UTM}&field=pid:string", "rough", "memory")
    for pid, text in (("bow", "500000 5000000, 500200 5000200, 500200 5000000, 500000 5000200, 500000 5000000"),
                      ("whole", "500000 5000000, 500200 5000000, 500200 5000200, 500000 5000200, 500000 5000000")):
        feature = QgsFeature(rough.fields())
        feature["pid"] = pid
        feature.setGeometry(QgsGeometry.fromWkt(f"POLYGON(({text}))"))
        rough.dataProvider().addFeatures([feature])
    feedback = Listening()
    outputs = processing.run("sentinelworkbench:sclhistogram", {
        **PERIOD, "PARCELS": rough, "OUTPUT": str(tmp_path / "h.gpkg"), **source}, feedback=feedback)
    rows = {(row["pid"], row["date"].date().day()): row for row in table(outputs["OUTPUT"])}
    assert rows["whole", 1]["pixels"] == 100 and 40 <= rows["bow", 1]["pixels"] <= 60
    assert ["bow crosses or touches itself" in one for one in feedback.warnings] == [True]


def test_a_layer_without_usable_polygons_is_refused(tmp_path, data, qgis_new_project):
    empty = QgsVectorLayer("Polygon?crs=EPSG:4326&field=pid:string", "empty", "memory")
    with pytest.raises(QgsProcessingException, match="no polygon that can be used"):
        run("sclhistogram", PARCELS=empty, HUB_DATA=str(data), OUTPUT=str(tmp_path / "h.gpkg"))


def test_servers_are_kept_without_secrets(empty_settings, monkeypatch):
    monkeypatch.delenv("CBM_USER", raising=False)
    servers = CbmServers()
    servers.save(CbmConnection("one", "https://cbm.example", generation=3))
    servers.save(CbmConnection("two", "https://two.example"))
    servers.save(CbmConnection("first", "https://cbm.example"), previous_name="one")
    assert [server.name for server in servers.all()] == ["first", "two"]
    with pytest.raises(InvalidInput, match="already is a CbM server 'two'"):
        servers.save(CbmConnection("two", "https://x.example"), previous_name="first")
    servers.delete("two")
    assert named_server("first").url == "https://cbm.example" and named_server("https://a.example").url
    with pytest.raises(WorkbenchError, match="has no user and password"):
        read_login(named_server("first"))
    empty_settings.setValue("sentinel_workbench/cbm_servers", json.dumps([{"name": "x", "url": "no"}, 3]))
    assert servers.all() == ()


def test_parcels_of_two_tables_become_two_layers(qgis_new_project):
    ring = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    shape = {"type": "Polygon", "coordinates": ring}
    found = [CbmParcel("1", geometry=shape, crs="EPSG:4326"), CbmParcel("2", geometry=shape, crs="EPSG:28992"),
             CbmParcel("3")]
    layers = add_parcels(found, "Parcels")
    assert sorted(one.crs().authid() for one in layers) == ["EPSG:28992", "EPSG:4326"]
    with pytest.raises(InvalidInput, match="came with its outline"):
        add_parcels([CbmParcel("3")], "Parcels")


def test_two_passes_of_a_day_are_shown_one_after_the_other(tmp_path):
    from parcel_cases import class_chip, parcels

    from sentinel_workbench.core.model.chips import ChipOrder, ChipSeries
    from sentinel_workbench.core.model.timerange import TimeRange

    own = parcels("a")
    chips = [class_chip(tmp_path, 0, own), class_chip(tmp_path, 0, own)]
    later = chips[1].date + dt.timedelta(minutes=100)
    series = ChipSeries(ChipOrder(own, TimeRange.of_days("2019-05-01", "2019-05-02")),
                        (chips[0], class_chip(tmp_path, 0, own, date=later)))
    first, second = times_of(series).values()
    assert first.start.hour == 0 and first.end == second.start == later.replace(microsecond=0)
    assert times_of(ChipSeries(series.order, ())) == {}


def test_the_real_series_over_its_real_parcels(tmp_path, qgis_new_project):
    from real_scenes import DATA, SITE, make_cogs

    from sentinel_workbench.localhub.ingest import ingest_folder

    ingest_folder(make_cogs(tmp_path / "cogs"), tmp_path / "hub", "flanders")
    parcels = QgsVectorLayer(str(DATA / "s2_parcels" / f"parcels_{SITE}.geojson"), "parcels", "ogr")
    assert parcels.featureCount() == 16
    outputs = run("sclhistogram", PARCELS=parcels, COLLECTION="flanders", START="2019-04-01", END="2019-04-30",
                  HUB_DATA=str(tmp_path / "hub"), OUTPUT=str(tmp_path / "h.gpkg"))
    rows = {(row["pid"], row["date"].toUTC().toString("yyyy-MM-dd")): row for row in table(outputs["OUTPUT"])}
    april = rows[f"{SITE}-06", "2019-04-11"]
    assert (april["scl_4"], april["pixels"], april["verdict"]) == (144, 144, "clear")
    assert outputs["ROWS"] == 16 * outputs["DATES"] and outputs["FAILED"] == 0
    outputs = run("parcelseries", PARCELS=parcels, COLLECTION="flanders", START="2019-04-11", END="2019-04-11",
                  INDICES="NDVI", BANDS="B04,B08", HUB_DATA=str(tmp_path / "hub"), OUTPUT=str(tmp_path / "s.gpkg"))
    found = {row["band"]: row for row in table(outputs["OUTPUT"]) if row["pid"] == f"{SITE}-06"}
    assert found["NDVI"]["count"] == 588 and found["NDVI"]["mean"] == pytest.approx(0.878, abs=0.0005)
    assert found["B04"]["mean"] == pytest.approx(0.02470, abs=5e-6)
    assert found["B08"]["mean"] == pytest.approx(0.38870, abs=5e-6)


def test_a_season_in_the_console(layer, data, server, catalog, tmp_path):
    from sentinel_workbench import api

    layer.selectByExpression("\"pid\" in ('a', 'b')")
    fields, may = api.parcels_of(layer, selected_only=True), api.TimeRange.of_days("2019-05-01", "2019-05-31")
    assert sorted(parcel.pid for parcel in fields) == ["a", "b"]
    told = []
    with api.connect_local(data, tmp_path / "cache") as wb:
        told.append(_season(wb.parcels(fields, may, tmp_path / "hub"), api))
    with api.cbm_season("near", fields, may, tmp_path / "cbm") as season:
        told.append(_season(season, api))
    with api.stac_season(catalog.root, "sentinel-2-l2a", fields, may, tmp_path / "stac") as season:
        told.append(_season(season, api))
    assert told[0] == told[1] == told[2] and len(told[0]) == 6


def test_what_the_console_found_is_saved_and_shown(layer, catalog, tmp_path):
    from sentinel_workbench import api

    layer.selectByExpression("\"pid\" in ('a', 'b')")
    fields, may = api.parcels_of(layer, selected_only=True), api.TimeRange.of_days("2019-05-01", "2019-05-31")
    with api.stac_season(catalog.root, "sentinel-2-l2a", fields, may, tmp_path / "season") as season:
        with pytest.raises(InvalidInput, match="looked for clouds"):
            season.save_histograms(tmp_path / "clouds.csv")
        assert [row.pid for row in season.look() if row.verdict == "clear"] == ["a", "b", "b", "a", "b", "b"]
        written = season.save_histograms(tmp_path / "clouds.csv")
        assert (written.rows, written.dates) == (8, 4)
        points = season.measure(indices=[api.read_index("NDVI")], percents=(5, 95))
        assert season.save_series(points, tmp_path / "ndvi.gpkg") == 6
        with pytest.raises(InvalidInput, match="ndvi.txt is no name of a table"):
            season.save_series(points, tmp_path / "ndvi.txt")
        group = api.add_chips(season.chips(("B08", "B04")), QgsProject.instance(), "Clear dates")
    assert {"p5", "p95"} <= set(table(f"{tmp_path / 'ndvi.gpkg'}|layername=series")[0].fields().names())
    assert len(group.findLayers()) == 8  # B08 and B04 of four dates


def _season(season, api):
    with pytest.raises(InvalidInput, match="looked for clouds"):
        assert season.clear
    rows = season.look()
    assert len(rows) == 8 and len(season.look(api.ClearRule(max_bad_share=0.6))) == 8
    assert sum(map(len, season.clear.values())) == 8
    season.look(api.ClearRule(all_touched=True))
    season.look()
    points = season.measure(indices=[api.read_index("NDVI")])
    assert season.failures == () and season.class_chips
    return {(point.pid, point.date.day): (point.count, round(point.mean, 6)) for point in points}
