"""The algorithms for own collections, against a small service."""

from __future__ import annotations

import csv

import pytest
from byoc_stand_in import ByocStandIn
from qgis.core import (
    NULL,
    QgsFeature,
    QgsFields,
    QgsGeometry,
    QgsProcessingException,
    QgsProcessingFeatureSourceDefinition,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

from sentinel_workbench import api
from sentinel_workbench.algorithms.byoc_tiles import read_time
from sentinel_workbench.algorithms.connected import ConnectedAlgorithm
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.services import byoc_watch
from sentinel_workbench.core.services.byoc_drafts import read_tile_list

pytestmark = pytest.mark.usefixtures("provider")

processing = pytest.importorskip("processing")


@pytest.fixture
def hub(monkeypatch, tmp_path):
    monkeypatch.setattr(byoc_watch, "FIRST_WAIT_S", 0.01)
    with ByocStandIn() as stand_in:
        connection = api.Connection("stand-in", "custom", stand_in.url, stand_in.token_url)
        credentials = api.Credentials(stand_in.client_id, stand_in.client_secret)
        settings = api.ServiceSettings(tmp_path / "cache", NetworkSettings())

        def capture(algorithm, name, hub_data):
            algorithm._captured = (connection, credentials, settings)

        monkeypatch.setattr(ConnectedAlgorithm, "_capture", capture)
        yield stand_in


def run(name, **values):
    return processing.run(f"sentinelworkbench:{name}", {"CONNECTION": "stand-in", **values})


def test_collections_are_listed_with_their_extent(hub):
    hub.add_collection("fields", noData=0.0)
    extent = {"type": "Polygon", "coordinates": [[[1, 2], [3, 2], [3, 4], [1, 4], [1, 2]]]}
    hub.add_collection("mosaic", additionalData={
        "bands": {"B04": {"bitDepth": 16}}, "extent": extent, "hasSensingTimes": "YES",
        "fromSensingTime": "2019-01-01T00:00:00Z",
    })
    outputs = run("byoccollections", OUTPUT="memory:")
    rows = {feature["name"]: feature for feature in outputs["OUTPUT"].getFeatures()}
    assert outputs["COUNT"] == 2 and rows["fields"]["no_data"] == 0.0 and rows["fields"]["bands"] == "B04, B08"
    assert rows["mosaic"].geometry().boundingBox() == QgsRectangle(1, 2, 3, 4)
    assert rows["mosaic"]["first_sensing"].toUTC().date().year() == 2019 and not rows["fields"].hasGeometry()
    assert run("byoccollections", SEARCH="fie", OUTPUT="memory:")["COUNT"] == 1


def test_make_fill_watch_and_delete_a_collection(hub, tmp_path):
    made = run("byoccreate", NAME="fresh", BUCKET="bucket", NO_DATA=0)["ID"]
    assert hub.own[made]["noData"] == 0
    hub.outcomes["c/(BAND).tif"] = "Header too large"
    paths = "a/(BAND).tif, 2019-11-27T10:15:00Z\n\nb/(BAND).tif\nc/(BAND).tif,2019-11-28"
    report = tmp_path / "report.csv"
    outputs = run("byocingest", COLLECTION="fresh", PATHS=paths, REPORT=str(report))
    assert (outputs["DONE"], outputs["INGESTED"], outputs["INGESTION_FAILED"]) == (3, 2, 1)
    assert [row["outcome"] for row in csv.DictReader(report.open())] == ["done"] * 3
    again = run("byocingest", COLLECTION=made, PATHS=paths, WAIT=False)
    assert again["DONE"] == 3 and len(hub.tiles[made]) == 3
    watched = run("byocwatch", COLLECTION=made)
    assert (watched["INGESTED"], watched["INGESTION_FAILED"]) == (2, 1)
    with pytest.raises(QgsProcessingException, match="has 3 tiles, not 4; nothing was deleted"):
        run("byocdelete", COLLECTION=made, TILES=4)
    run("byocdelete", COLLECTION=made, TILES=3)
    assert made not in hub.own


BAND_TABLE = [["RED", "B04", 1, 16, "UINT", 0], ["B08", "", "", 16, "uint", ""], ["NDVI", "all", 3, 32, "FLOAT", -1.5],
              [NULL, "", "", "", "", ""]]


@pytest.mark.parametrize("cells", [
    [cell for row in BAND_TABLE for cell in row], "RED,B04,1,16,UINT,0,B08,,,16,UINT,,NDVI,all,3,32,FLOAT,-1.5",
])
def test_a_collection_is_made_with_its_band_table(hub, cells):
    made = run("byoccreate", NAME="fresh", BUCKET="bucket", BANDS=cells)["ID"]
    assert hub.own[made]["additionalData"]["bands"] == {
        "RED": {"source": "B04", "bitDepth": 16, "sampleFormat": "UINT", "noData": 0.0},
        "B08": {"bitDepth": 16, "sampleFormat": "UINT"},
        "NDVI": {"source": "all", "bandIndex": 3, "bitDepth": 32, "sampleFormat": "FLOAT", "noData": -1.5},
    }


@pytest.mark.parametrize("cells, more, sentence", [
    (["B04", "", 1, 16, "UINT"], {}, "5 cells, which are no rows of 6"),
    (["B04", "", 1, "many", "UINT", ""], {}, "Row 1, band 'B04': a no-data value, number or bit depth is not a number"),
    (["B04", "", 1, 12, "UINT", ""], {}, "'B04' can't have 12 bits"),
    (["4B", "", 1, 16, "UINT", ""], {}, "'4B' can't be the name of a band"),
    (["B04", "", 1, 16, "UINT", 0], {"NO_DATA": 0}, "Both the collection and its band 'B04' have a no-data value"),
])
def test_band_tables_that_cannot_be(hub, cells, more, sentence):
    with pytest.raises(QgsProcessingException, match=sentence):
        run("byoccreate", NAME="fresh", BUCKET="bucket", BANDS=cells, **more)
    assert hub.own == {}


def test_a_collection_is_changed_when_the_consequences_are_accepted(hub):
    owner = hub.add_collection("fields", tiles=1, noData=0.0)["id"]
    bands = "B04 = RED\nB08 ="
    with pytest.raises(QgsProcessingException) as refusal:
        run("byocchange", COLLECTION="fields", BANDS=bands, DROP_NO_DATA=True)
    said = str(refusal.value)
    for sentence in ("Nothing was changed yet", "read RED instead of B04", "Band B08 is removed", "no-data value 0 is"):
        assert sentence in said
    assert hub.own[owner]["noData"] == 0.0
    outputs = run("byocchange", COLLECTION="fields", NAME="meadows", BANDS=bands, DROP_NO_DATA=True, ACCEPT=True)
    after = hub.own[owner]
    assert outputs["CONSEQUENCES"] == 3 and after["name"] == "meadows" and after.get("noData") is None
    assert {name: band["source"] for name, band in after["additionalData"]["bands"].items()} == {"RED": "B04"}
    assert run("byocchange", COLLECTION=owner, NO_DATA=7, ACCEPT=True)["CONSEQUENCES"] == 1
    assert hub.own[owner]["noData"] == 7 and hub.own[owner]["name"] == "meadows"


def test_tiles_are_copied_into_another_collection(hub):
    source, target = (hub.add_collection(name, tiles=count)["id"] for name, count in (("one", 3), ("two", 0)))
    run("byoccopy", COLLECTION="one", TARGET=target)
    assert len(hub.tiles[source]) == 3
    assert hub.tiles[target].keys() == hub.tiles[source].keys()
    hub.own[target]["s3Bucket"] = "elsewhere"
    with pytest.raises(QgsProcessingException, match="reads the bucket elsewhere, not my-bucket"):
        run("byoccopy", COLLECTION="one", TARGET=target)


def test_tiles_become_a_styled_layer(hub, tmp_path, qgis_new_project, no_window):
    owner = hub.add_collection("mosaic", tiles=120)["id"]
    next(iter(hub.tiles[owner].values()))["status"] = "FAILED"
    target = tmp_path / "tiles.gpkg"
    outputs = processing.runAndLoadResults(
        "sentinelworkbench:byoctiles", {"CONNECTION": "x", "COLLECTION": "mosaic", "OUTPUT": str(target)}
    )
    assert (outputs["TILES"], outputs["FAILED"], outputs["INGESTED"]) == (120, 1, 119)
    (layer,) = QgsProject.instance().mapLayers().values()
    assert layer.featureCount() == 120 and layer.renderer().classAttribute() == "status"
    assert layer.temporalProperties().isActive()
    assert run("byoctiles", COLLECTION="mosaic", STATUS="FAILED", OUTPUT=str(tmp_path / "f.gpkg"))["TILES"] == 1
    with pytest.raises(QgsProcessingException, match="is no GeoPackage"):
        run("byoctiles", COLLECTION="mosaic", OUTPUT=str(tmp_path / "f.shp"))


def test_selected_tiles_are_changed_and_no_others(hub, tmp_path):
    owner = hub.add_collection("mosaic", tiles=5)["id"]
    target = str(tmp_path / "tiles.gpkg")
    run("byoctiles", COLLECTION="mosaic", OUTPUT=target)
    layer = QgsVectorLayer(f"{target}|layername=tiles", "tiles", "ogr")
    layer.selectByExpression("\"path\" like '%/02/%' or \"path\" like '%/03/%'")
    QgsProject.instance().addMapLayer(layer)
    chosen = QgsProcessingFeatureSourceDefinition(layer.id(), True)
    picked = {feature["tile_id"] for feature in layer.selectedFeatures()}
    outputs = run("byocedit", COLLECTION=owner, LAYER=chosen, ACTION="set sensing time", TIME_FIELD="created")
    assert outputs["DONE"] == 2
    changed = {i for i, tile in hub.tiles[owner].items() if tile["sensingTime"].startswith("2021-01-22T09:57")}
    assert changed == picked
    outputs = run("byocedit", COLLECTION=owner, LAYER=chosen, ACTION="set cover")
    cover = hub.tiles[owner][picked.pop()]["coverGeometry"]
    assert outputs["DONE"] == 2 and cover["crs"]["properties"]["name"].endswith("4326")
    assert run("byocedit", COLLECTION=owner, LAYER=chosen, ACTION="re-ingest")["DONE"] == 2
    assert run("byocedit", COLLECTION=owner, LAYER=chosen, ACTION="delete")["DONE"] == 2
    assert len(hub.tiles[owner]) == 3
    QgsProject.instance().removeMapLayer(layer.id())


def test_tiles_of_a_layer_with_covers(hub):
    made = hub.add_collection("fresh")["id"]
    layer = QgsVectorLayer("Polygon?crs=EPSG:32628&field=path:string&field=day:date", "plan", "memory")
    feature = QgsFeature(QgsFields(layer.fields()))
    feature.setAttributes(["x/(BAND).tif", "2020-05-01"])
    feature.setGeometry(QgsGeometry.fromRect(QgsRectangle(300000, 6900000, 310000, 6910000)))
    layer.dataProvider().addFeatures([feature])
    run("byocingest", COLLECTION=made, LAYER=layer, TIME_FIELD="day", COVERS=True, WAIT=False)
    (tile,) = hub.tiles[made].values()
    assert tile["sensingTime"] == "2020-05-01T00:00:00Z"
    assert tile["coverGeometry"]["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::32628"


@pytest.mark.parametrize(
    "name, values, complaint",
    [
        ("byoctiles", {"COLLECTION": "nothing", "OUTPUT": "x.gpkg"}, "no collection 'nothing'"),
        ("byocingest", {"COLLECTION": "mosaic"}, "No tile is named"),
        ("byocingest", {"COLLECTION": "mosaic", "PATHS": "/a"}, "can't be the path"),
        ("byocingest", {"COLLECTION": "mosaic", "PATHS": "a,yesterday"}, "'yesterday' is not a date"),
        ("byocchange", {"COLLECTION": "mosaic"}, "Nothing is to be changed"),
        ("byocchange", {"COLLECTION": "mosaic", "BANDS": "B99 = X"}, "changes no band of the collection"),
        ("byocchange", {"COLLECTION": "mosaic", "BANDS": "B04 = 4", "ACCEPT": True}, "'4' can't be the name"),
        ("byocchange", {"COLLECTION": "mosaic", "BANDS": "B04 =\nB08 =", "ACCEPT": True}, "empty band table"),
        ("byoccopy", {"COLLECTION": "mosaic", "TARGET": "nothing"}, "no collection 'nothing'"),
        ("byoccreate", {"NAME": "x", "BUCKET": "s3://b"}, "not the name of a bucket"),
    ],
)
def test_one_clear_sentence(hub, tmp_path, name, values, complaint):
    hub.add_collection("mosaic")
    if "OUTPUT" in values:
        values = {**values, "OUTPUT": str(tmp_path / values["OUTPUT"])}
    with pytest.raises(QgsProcessingException, match=complaint):
        run(name, **values)


def test_missing_rights_end_a_job_with_the_reason(hub):
    hub.add_collection("theirs")
    hub.refusals[("POST", "tiles")] = (403, "Insufficient permissions", "COMMON_INSUFFICIENT_PERMISSIONS")
    with pytest.raises(QgsProcessingException, match="Only the owner"):
        run("byocingest", COLLECTION="theirs", PATHS="a\nb")


def test_lists_and_times():
    tiles = read_tile_list(" a/(BAND) \nb, 2019-11-27 \n")
    assert [(t.path, t.sensing_time and t.sensing_time.year) for t in tiles] == [("a/(BAND)", None), ("b", 2019)]
    assert read_time(None) is None
    with pytest.raises(InvalidInput):
        api.changed_tile(tiles[0], path="x")
    assert api.changed_tile(tiles[1], sensing_time=None).sensing_time is None
