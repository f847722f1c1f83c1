"""The local hub as a CbM server: what a client of another's making meets."""

from __future__ import annotations

import base64
import csv
import datetime as dt
import http.client
import json
import random
from urllib.parse import urlencode

import numpy as np
import pytest
from cbm_hub import LAT, LON, UTM, cbm_hub, make_scenes, product, write_parcels
from hub_fakes import ACCOUNT
from osgeo import gdal
from synthetic_scenes import write_raster

from sentinel_workbench.core.cbm.batches import BatchClient
from sentinel_workbench.core.cbm.chips import ChipClient
from sentinel_workbench.core.cbm.client import CbmClient
from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.cbm.records import ParcelTable
from sentinel_workbench.core.errors import InvalidInput, LocalHubError
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.localhub.cbm import CbmSettings
from sentinel_workbench.localhub.cbm_parcels import ParcelFile
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.store import SceneStore

WINDOW = {"start_date": "2019-05-01", "end_date": "2019-05-31", "band": "SCL"}
PLACE = {"lon": "3.0", "lat": "45.1535"}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cbm")
    make_scenes(folder, 4)
    return folder


def get(server, path, user=ACCOUNT.client_id, word=ACCOUNT.client_secret, body=None, **query):
    """Status, headers and body."""
    link = http.client.HTTPConnection(server.url.partition("//")[2], timeout=60)
    headers = {}
    if user:
        headers["Authorization"] = "Basic " + base64.b64encode(f"{user}:{word}".encode()).decode()
    method = "GET" if body is None else "POST"
    link.request(method, path + (f"?{urlencode(query)}" if query else ""), body, headers)
    response = link.getresponse()
    answer = response.status, response.headers, response.read()
    link.close()
    return answer


def test_both_kinds_of_401(data):
    with cbm_hub(data, granted=("es",)) as server:
        status, headers, body = get(server, "/query/info", word="wrong")
        assert (status, body) == (401, b"Could not verify.") and "Basic" in headers["WWW-Authenticate"]
        status, headers, body = get(server, "/query/info", user=None)
        assert status == 401 and headers["WWW-Authenticate"]
        status, headers, body = get(server, "/query/parcelByID", aoi="nl", year="2019", pid="a")
        assert status == 401 and b"Not authorized for this dataset" in body and "WWW-Authenticate" not in headers


def test_quirks_of_the_real_server(data):
    with cbm_hub(data, quirks=True) as server:
        assert get(server, "/query/parcelByID", user="TESTER", aoi="nl", year="2019", pid="a")[0] == 500
        assert get(server, "/query/parcelById", aoi="nl", year="2019", pid="a")[0] == 404
        for route in ("rawChipByParcelID", "chipsByParcelID"):
            assert get(server, f"/query/{route}", aoi="nl", year="2019", pid="a", **WINDOW)[0] == 500
        assert get(server, "/query/parcelByID", aoi="nl", year="1999", pid="a")[0] == 500
        west = get(server, "/query/parcelsByPolygon", aoi="nl", year="2019", polygon="-3_45--2_45--2_46--3_45")
        assert west[0] == 200 and west[2].strip() == b"{}"
        empty = {**PLACE, **WINDOW, "start_date": "2020-01-01", "end_date": "2020-01-02"}
        assert get(server, "/query/rawChipByLocation", **empty)[0] == 500
        assert json.loads(get(server, "/query/rawChipByLocation", **empty)[2]) == {"chips": [], "dates": []}
        small = {"lon": 1, "lat": 2, "tiles": [], "bands": []}
        assert b"4 parameters supplied, 5 required" in get(server, "/query/rawChipsBatch", body=json.dumps(small))[2]
        more = {**small, "chipsize": 1, "plevel": "x"}
        assert b"plevel not allowed as key" in get(server, "/query/rawChipsBatch", body=json.dumps(more))[2]
        series = get(server, "/query/parcelTimeSeries", aoi="nl", year="2019", pid="a", tstype="s2")
        assert series[1]["Content-Type"].startswith("text/html") and json.loads(series[2])["hist"][0] == {"4": 100}


def test_a_time_series_as_a_file(data):
    with cbm_hub(data, quirks=True) as server:
        wanted = {"aoi": "nl", "year": "2019", "pid": "o'e", "tstype": "s2", "band": "B08"}
        status, headers, body = get(server, "/query/parcelTimeSeries", **wanted, tsformat="csv")
        assert status == 200 and headers["Content-Disposition"] == "attachment; filename=timeseries_nl2019_o_e_s2.csv"
        rows = list(csv.DictReader(body.decode().splitlines()))
        told = json.loads(get(server, "/query/parcelTimeSeries", **wanted)[2])
        assert [float(row["mean"]) for row in rows] == told["mean"] and rows[0]["hist"] == "{'4': 21}"


def test_without_quirks_nothing_is_held_back(data):
    with cbm_hub(data) as server:
        found = json.loads(get(server, "/query/rawChipByParcelID", aoi="nl", year="2019", pid="a", **WINDOW)[2])
        assert len(found["chips"]) == 4
        page = get(server, "/query/chipsByParcelID", aoi="nl", year="2019", pid="a", bands="B08_B04_SCL", **WINDOW)[2]
        assert page.count(b"<img") == 4
        west = get(server, "/query/parcelsByPolygon", aoi="nl", year="2019", polygon="-3_45--2_45--2_46--3_45")
        assert json.loads(west[2])["pid"] == []


def test_chips_are_served_to_anybody_and_a_double_slash_leads_on(data):
    with cbm_hub(data, quirks=True) as server:
        (first, *_) = json.loads(get(server, "/query/rawChipByLocation", **PLACE, **WINDOW)[2])["chips"]
        assert first == f"/static/tmp/E3_0N45_1535_LEVEL2A_1280_SCL/{product(0)}.SCL.tif"
        status, headers, body = get(server, first, user=None)
        assert (status, headers["Content-Type"]) == (200, "image/tiff") and body.startswith(b"II*")
        status, headers, _ = get(server, first.replace("/static/", "/static//"), user=None)
        assert status == 308 and headers["Location"] == first
        assert get(server, first.replace("SCL.tif", "B04.tif"), user=None)[0] == 404
        assert get(server, "/static/tmp/../../etc/passwd", user=None)[0] == 404


def test_generation_three_keeps_chips_apart_and_lists_nothing(data):
    with cbm_hub(data, generation=3) as server:
        answer = json.loads(get(server, "/query/rawChipByLocation", **PLACE, **WINDOW, onlylist="True")[2])
        assert len(answer["dates"]) == 4 and answer["chips"][0].startswith("/dump/127_0_0_1_E3_0N45_1535")
        assert get(server, answer["chips"][0], user=None)[0] == 200


def test_a_page_of_pictures(tmp_path):
    make_scenes(tmp_path, 10)
    where = {**PLACE, "start_date": "2019-05-01", "end_date": "2019-05-31", "bands": "B08_B04_SCL"}
    with cbm_hub(tmp_path) as server:
        status, headers, body = get(server, "/query/chipsByLocation", **where)
        text = body.decode()
        assert status == 200 and headers["Content-Type"].startswith("text/html") and text.count("<img") == 10
        assert [row.count("<td>") for row in text.split("<tr>")[1:]] == [8, 2] and "2019-05-03 10:50" in text
        address = text.split('<img src="')[1].partition('"')[0]
        status, headers, picture = get(server, address, user=None)
        assert headers["Content-Type"] == "image/png"
        gdal.FileFromMemBuffer("/vsimem/picture.png", picture)
        values = gdal.Open("/vsimem/picture.png").ReadAsArray()
        gdal.Unlink("/vsimem/picture.png")
        assert values.shape == (3, 128, 128) and values[0].min() == 0 and values[0].max() == 255
        limits = {**where, "lut": "2000_4000_0_1000_0_11"}
        assert get(server, "/query/chipsByLocation", **limits)[0] == 200
        for wrong in ({"lut": "95_5"}, {"lut": "x"}, {"lut": "5_101"}, {"lut": "1_2_3"}, {"bands": "B08"}):
            assert get(server, "/query/chipsByLocation", **{**where, **wrong})[0] == 500
        assert b"<img" not in get(server, "/query/chipsByLocation", **{**where, "bands": "B08_B04_B12"})[2]
        assert b"<img" not in get(server, "/query/chipsByLocation", **{**where, "plevel": "LEVEL1C"})[2]


def test_radar_chips_of_a_window(data, tmp_path):
    make_scenes(tmp_path, 1)
    store = SceneStore(tmp_path)
    store.add_collection(find_collection("sentinel-1-grd"))
    footprint = {"type": "Polygon", "coordinates": [[[2.9, 45], [3.1, 45], [3.1, 45.3], [2.9, 45.3], [2.9, 45]]]}
    scenes = []
    for number in range(20):
        files = {}
        for band, value in (("VV", 0.25), ("VH", 0.05)):
            path = tmp_path / "radar" / f"{number}_{band}.tif"
            write_raster(path, np.full((128, 128), value, np.float32), 499360, 5000640, 10.0, UTM, nodata=None)
            files[band] = BandFile(str(path))
        date = dt.datetime(2019, 5, 1 + number, 5, 40, 12, tzinfo=dt.timezone.utc)
        name = f"S1A_IW_GRDH_1SDV_{date:%Y%m%dT%H%M%S}"
        scenes.append(StoredScene(name, "sentinel-1-grd", date, None, footprint, files))
    store.add_scenes(scenes)
    with cbm_hub(tmp_path, quirks=True) as server:
        asker = server.client().asker
        found = BatchClient(asker).radar_chips(LON, LAT, (dt.date(2019, 5, 1), dt.date(2019, 5, 31)), size_m=400)
        assert len(found.chips) == 40 and found.requests == 3 and {chip.band for chip in found.chips} == {"VV", "VH"}
        vv = next(chip for chip in found.chips if chip.band == "VV")
        values = gdal.Open(str(ChipClient(asker).fetch(vv, tmp_path / "chips"))).ReadAsArray()
        assert values.dtype == np.float32 and (values == 0.25).all() and values.shape == (40, 40)
        days = dt.date(2019, 5, 1), dt.date(2019, 5, 9)
        assert BatchClient(asker).radar_chips(LON, LAT, days, "CARD-COH6").chips == ()


def test_radar_that_is_stored_as_amplitudes_is_served_as_power(tmp_path):
    make_scenes(tmp_path, 1)
    store = SceneStore(tmp_path)
    store.add_collection(find_collection("sentinel-1-grd"))
    numbers = np.full((128, 128), 30, np.uint8)
    numbers[:, :64] = 0
    write_raster(tmp_path / "vv.tif", numbers, 499360, 5000640, 10.0, UTM, nodata=0)
    ring = [[2.9, 45], [3.1, 45], [3.1, 45.3], [2.9, 45.3], [2.9, 45]]
    date = dt.datetime(2019, 5, 1, 5, 40, 12, tzinfo=dt.timezone.utc)
    store.add_scenes([StoredScene(
        "S1A", "sentinel-1-grd", date, None, {"type": "Polygon", "coordinates": [ring]},
        {"VV": BandFile(str(tmp_path / "vv.tif"), nodata=0.0, scale=0.01)}, {"radar": {"stored": "BETA0_AMPLITUDE"}},
    )])
    with cbm_hub(tmp_path, quirks=True) as server:
        asker = server.client().asker
        days = (dt.date(2019, 5, 1), dt.date(2019, 5, 2))
        (chip,) = BatchClient(asker).radar_chips(LON, LAT, days, size_m=400).chips
        values = gdal.Open(str(ChipClient(asker).fetch(chip, tmp_path / "chips"))).ReadAsArray()
    assert values.dtype == np.float32 and sorted(np.unique(values)) == pytest.approx([0.0, 0.09])


def test_a_hub_with_parcels_is_a_cbm_server_too(data):
    parcels = write_parcels(data / "more.gpkg", layer="fields")
    arguments = ("--workers", "1", "--parcels", str(parcels), "--cbm-quirks")
    with LocalHub(data, with_demo_scenes=False, arguments=arguments) as hub:
        account = hub.credentials
        client = CbmClient(CbmConnection("own", hub.connection.base_url),
                           CbmLogin(account.client_id, account.client_secret))
        (area,) = client.info().areas
        assert (area.aoi, area.years) == ("local", ("2019",))
        assert client.parcel_by_id(ParcelTable("local", "2019"), "a").crop_name == "Wheat"
        client.close()
    broken = LocalHub(data, with_demo_scenes=False, arguments=("--parcels", str(data / "none.gpkg")))
    with pytest.raises(LocalHubError, match="none.gpkg"):
        broken.start()


def test_parcels_in_the_folder_of_a_hub_are_served_and_broken_ones_hinder_nothing(data):
    own = data / "parcels.gpkg"
    own.unlink(missing_ok=True)
    served = []
    for make in (lambda: None, lambda: write_parcels(own), lambda: own.write_text("no", encoding="utf-8")):
        make()
        with LocalHub(data, with_demo_scenes=False, arguments=("--workers", "1")) as hub:
            served.append(hub.serves_parcels)
    own.unlink()
    assert served == [False, True, False]


def test_files_that_hold_no_parcels_are_refused(tmp_path):
    (tmp_path / "text.gpkg").write_text("no")
    with pytest.raises(InvalidInput, match="can't be read"):
        ParcelFile(tmp_path / "text.gpkg", ("2019",))
    points = tmp_path / "points.geojson"
    points.write_text(json.dumps({"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": [1, 2]}}]}))
    with pytest.raises(InvalidInput, match="holds no polygons"):
        ParcelFile(points, ())
    with pytest.raises(InvalidInput, match="No scenes with a scene classification"):
        with cbm_hub(tmp_path, parcels=write_parcels(tmp_path / "parcels.gpkg")):
            pass
    assert CbmSettings(points).quirks is False


VALUES = (
    *"nl 2019 csv abc -1 0 1e9 nan inf 3.0 45.15 a o'e True \u00e9 SCL 2019-13-01 LEVEL2A ../.. google tif".split(),
    "", "\x00", "' OR 1=1 --", "9" * 20, "3_45-3.1_45-3.1_45.1-3_45",
)  # fmt: skip
NAMES = (
    "aoi year ptype lon lat pid polygon withGeometry wgs84 only_ids distance max tstype band scl start_date end_date "
    "chipsize plevel onlylist extend tms iformat tsformat"
).split()
ROUTES = (
    "info parcelByLocation parcelByID parcelsByPolygon parcelPeers parcelTimeSeries weatherTimeSeries nothing "
    "chipsByParcelID chipsByLocation rawChipByLocation rawChipByParcelID backgroundByLocation backgroundByParcelID"
).split()
BODIES = (
    "", "3", "[]", '{"lon":"x"}', '{"lon":3,"lat":45,"dates":[],"chipsize":1,"plevel":"CARD-BS"}',
    '{"lon":3,"lat":45,"tiles":"a","bands":[],"chipsize":1}',
    '{"lon":3,"lat":45,"tiles":[null],"bands":[1],"chipsize":0}',
)  # fmt: skip


@pytest.mark.parametrize("quirks", [False, True])
def test_no_value_breaks_it(data, quirks):
    rng = random.Random(5)
    usual = {"aoi": "nl", "year": "2019", "pid": "a", "tstype": "s2", **PLACE, **WINDOW}
    with cbm_hub(data, quirks=quirks) as server:
        for _ in range(120):
            query = {**usual, **{name: rng.choice(VALUES) for name in rng.sample(NAMES, rng.randint(1, 4))}}
            status, _, body = get(server, f"/query/{rng.choice(ROUTES)}", **query)
            assert status in (200, 404, 500) and b"local hub failed" not in body, query
        for route in ("rawChipsBatch", "rawS1ChipsBatch", "nothing"):
            for sent in BODIES:
                status, _, body = get(server, f"/query/{route}", body=sent)
                assert status in (200, 404, 500) and b"local hub failed" not in body, (route, sent)
