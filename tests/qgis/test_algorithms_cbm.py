"""What a CbM server knows of a parcel or a place, as algorithms and in the console."""

from __future__ import annotations

import csv

import pytest
from cbm_hub import LAT, LON, UTM, cbm_hub, make_scenes, product, write_parcels
from hub_fakes import ACCOUNT
from osgeo import gdal
from qgis.core import QgsProcessingException, QgsProject, QgsVectorLayer

from sentinel_workbench.core.cbm.connection import CbmConnection
from sentinel_workbench.core.qgis.cbm_servers import CbmServers
from sentinel_workbench.localhub import cbm_chip_requests

pytestmark = pytest.mark.usefixtures("provider")

processing = pytest.importorskip("processing")
TABLE = {"CBM_SERVER": "near", "AOI": "nl", "YEAR": "2019"}
PLACE = {"CBM_SERVER": "near", "POINT": f"{LON},{LAT} [EPSG:4326]", "START": "2019-05-01", "END": "2019-05-31"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cbm")
    make_scenes(folder, 4)
    write_parcels(folder / "parcels.gpkg")
    return folder


@pytest.fixture
def server(data, monkeypatch, empty_settings):
    monkeypatch.setenv("CBM_USER", ACCOUNT.client_id)
    monkeypatch.setenv("CBM_PASSWORD", ACCOUNT.client_secret)
    with cbm_hub(data, quirks=True) as running:
        CbmServers().save(CbmConnection("near", running.url))
        yield running


def run(name, **values):
    return processing.run(f"sentinelworkbench:{name}", values)


def test_peers_are_a_layer_with_their_distance(server):
    outputs = run("cbmpeers", PID="a", OUTPUT="memory:", **TABLE)
    (peer,) = outputs["OUTPUT"].getFeatures()
    assert (outputs["COUNT"], peer["pid"], outputs["OUTPUT"].crs().authid()) == (1, "b", UTM)
    assert peer["distance_m"] == pytest.approx(200, abs=1)
    none = run("cbmpeers", PID="o'e", OUTPUT="memory:", **TABLE)
    assert none["COUNT"] == none["OUTPUT"].featureCount() == 0
    with pytest.raises(QgsProcessingException, match="has no parcel 'zz'"):
        run("cbmpeers", PID="zz", OUTPUT="memory:", **TABLE)


def test_the_servers_series_is_a_table(server, tmp_path):
    target = {"OUTPUT": str(tmp_path / "s.gpkg"), "CSV": str(tmp_path / "s.csv")}
    outputs = run("cbmseries", PID="a", **target, **TABLE)
    assert (outputs["ROWS"], outputs["DATES"]) == (8, 4)
    path, _, name = outputs["OUTPUT"].partition("|layername=")
    rows = {(row["date"].date().day(), row["band"]): row
            for row in QgsVectorLayer(f"{path}|layername={name}", name, "ogr").getFeatures()}
    assert rows[1, "B08"]["mean"] == pytest.approx(3053.5) and rows[1, "B08"]["count"] == 400
    assert (rows[1, "B08"]["clear"], rows[3, "B08"]["clear"], rows[3, "B04"]["scl_9"]) == ("clear", "not clear", 50)
    assert rows[1, "B04"]["reference"] == product(0)
    with open(tmp_path / "s.csv") as file:
        assert {row["band"] for row in csv.DictReader(file)} == {"B04", "B08"}
    only = run("cbmseries", PID="a", BAND="B04", KIND="s2", OUTPUT=str(tmp_path / "t.gpkg"), **TABLE)
    assert only["ROWS"] == 4
    with pytest.raises(QgsProcessingException, match="parcelTimeSeries"):
        run("cbmseries", PID="a", KIND="bs", OUTPUT=str(tmp_path / "u.gpkg"), **TABLE)
    assert not (tmp_path / "u.gpkg").exists()


def test_chips_around_a_place_and_around_a_parcel(server, tmp_path):
    outputs = run("cbmchips", BANDS="B08, B04", SIZE=400, FOLDER=str(tmp_path / "a"), **PLACE)
    assert (outputs["CHIPS"], outputs["DATES"], outputs["FAILED"], server.count("rawChipsBatch")) == (8, 4, 0, 1)
    around = {"AOI": "nl", "YEAR": "2019", "PID": "a", "POINT": None}
    pictures = run("cbmchips", BANDS="B08, B04, SCL", SIZE=400, FOLDER=str(tmp_path / "b"), **{**PLACE, **around})
    assert pictures["CHIPS"] == 4 and gdal.Open(pictures["RASTERS"][0]).RasterCount == 3
    radar = run("cbmchips", LEVEL="CARD-BS", FOLDER=str(tmp_path / "c"), **PLACE)
    assert radar["CHIPS"] == 0


def test_chips_become_a_temporal_group(server, tmp_path, no_window, qgis_new_project):
    values = {**PLACE, "BANDS": "SCL", "SIZE": 400, "FOLDER": str(tmp_path), "TITLE": "Here"}
    processing.runAndLoadResults("sentinelworkbench:cbmchips", values)
    layers = [node.layer() for node in QgsProject.instance().layerTreeRoot().findGroup("Here").findLayers()]
    assert len(layers) == 4 and all(layer.temporalProperties().isActive() for layer in layers)


def test_a_background_is_a_raster_each_time_it_is_asked_for(server, tmp_path, monkeypatch):
    monkeypatch.setattr(cbm_chip_requests, "_VISIBLE", ("B08", "B04", "B04"))  # what these scenes have
    values = {"CBM_SERVER": "near", "POINT": PLACE["POINT"], "EXTENT_M": 400, "OUTPUT": str(tmp_path / "m.tif")}
    for _ in range(2):
        made = gdal.Open(run("cbmbackground", **values)["OUTPUT"])
        assert made.RasterCount == 3 and made.GetSpatialRef().GetAuthorityCode(None) == UTM.partition(":")[2]
        made = None
    with pytest.raises(QgsProcessingException, match="no background map 'mars'"):
        run("cbmbackground", **{**values, "MAP": "mars"})


@pytest.mark.parametrize("name, changes, words", [
    ("cbmchips", {"POINT": None}, "No place is named"), ("cbmchips", {"BANDS": "B99"}, "no Sentinel-2 band"),
    ("cbmchips", {"END": "2019-04-01"}, "before the first"),
    ("cbmchips", {"LEVEL": "LEVEL1C", "BANDS": "SCL"}, "Level-1C"),
    ("cbmchips", {"PID": "a"}, "No area is chosen"), ("cbmbackground", {"POINT": None}, "No place is named"),
    ("cbmchips", {"CBM_SERVER": "far"}, "There is no CbM server 'far'"),
])
def test_values_that_cannot_be_used_are_named(server, tmp_path, name, changes, words):
    with pytest.raises(QgsProcessingException, match=words):
        run(name, **{**PLACE, "FOLDER": str(tmp_path), "OUTPUT": str(tmp_path / "m.tif"), **changes})


def test_a_login_without_the_right_to_an_area_and_a_wrong_one_read_differently(data, monkeypatch, empty_settings):
    monkeypatch.setenv("CBM_USER", ACCOUNT.client_id)
    monkeypatch.setenv("CBM_PASSWORD", ACCOUNT.client_secret)
    with cbm_hub(data, quirks=True, granted=("es",)) as server:
        values = {"CBM_SERVER": server.url, "AOI": "nl", "YEAR": "2019", "PID": "a", "OUTPUT": "memory:"}
        with pytest.raises(QgsProcessingException, match="may not see this area"):
            run("cbmparcels", **values)
        monkeypatch.setenv("CBM_PASSWORD", "wrong")
        with pytest.raises(QgsProcessingException, match="does not know this user and password"):
            run("cbmparcels", **values)


def test_the_local_hub_needs_no_account(data, empty_settings, tmp_path, monkeypatch):
    monkeypatch.delenv("CBM_USER", raising=False)
    own = {"CBM_SERVER": "local hub", "HUB_DATA": str(data), "AOI": "nl", "YEAR": "2019", "PID": "a"}
    assert run("cbmparcels", OUTPUT="memory:", **own)["COUNT"] == 1
    bare = tmp_path / "bare"
    make_scenes(bare, 1)
    with pytest.raises(QgsProcessingException, match="has no parcels"):
        run("cbmparcels", OUTPUT="memory:", **{**own, "HUB_DATA": str(bare)})


def test_algorithms_explain_themselves(provider):
    names = {"cbmparcels", "cbmpeers", "cbmseries", "cbmchips", "cbmbackground"}
    mine = [one for one in provider.algorithms() if one.name() in names]
    assert {one.name() for one in mine} == names
    for one in mine:
        assert one.group() == "Parcels" and len(one.shortHelpString()) > 150 and "local hub" in one.shortHelpString()


def test_everything_in_the_console(server, data, tmp_path, qgis_new_project, monkeypatch):
    from datetime import date

    from sentinel_workbench import api

    monkeypatch.setattr(cbm_chip_requests, "_VISIBLE", ("B08", "B04", "B04"))  # what these scenes have
    table = api.ParcelTable("nl", "2019")
    with api.cbm("near") as client:
        (parcel,) = client.parcel_at(table, 3.0012, 45.1552)
        (layer,) = api.add_parcels([parcel], "Found")
        assert (parcel.pid, layer.crs().authid()) == ("a", UTM)
        assert [peer.parcel.pid for peer in api.fetch_peers(client, table, "a")] == ["b"]
        rows = client.time_series(table, "a")
        assert api.write_server_series(rows, "a", "s2", api.ClearRule(), csv_file=tmp_path / "s.csv") == 8
        wanted = api.PlaceChips(LON, LAT, date(2019, 5, 1), date(2019, 5, 31), ("SCL",), 400)
        chips = api.fetch_place_chips(client, wanted, tmp_path)
        group = api.add_chips(chips, QgsProject.instance(), "Chips")
        assert len(group.findLayers()) == 4
        assert gdal.Open(str(api.fetch_background(client, LON, LAT, tmp_path / "m.tif", 400.0))).RasterCount == 3
    with api.cbm(data=data) as client:
        assert client.info().area("nl").years == ("2019",)
