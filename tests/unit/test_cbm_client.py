"""The CbM client against the local hub as a CbM server: parcels, series, logins, generations."""

from __future__ import annotations

import math

import pytest
from cbm_hub import LAT, LON, TABLE, cbm_hub, make_scenes, write_parcels

from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.cbm.reading import read_histogram, read_info, read_parcels
from sentinel_workbench.core.cbm.records import ParcelTable
from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    InvalidInput,
    NotThere,
    PermissionDenied,
    UnexpectedAnswer,
    WorkbenchError,
)
from sentinel_workbench.core.model.projection import transform_point


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cbm")
    make_scenes(folder, days=4)
    return folder


@pytest.fixture(scope="module", params=[False, True], ids=["plain", "quirks"])
def server(data, request):
    with cbm_hub(data, quirks=request.param) as running:
        running.quirks = request.param
        yield running


def lonlat(x, y):
    return transform_point(x, y, "EPSG:32631", "EPSG:4326")


def test_info_tells_areas_and_years(server):
    info = server.client().info()
    (area,) = info.areas
    assert (area.aoi, area.years, area.parcel_types) == ("nl", ("2019",), ())
    assert "google" in area.backgrounds and info.area(" NL ") is area and info.area("es") is None


def test_a_parcel_by_place_comes_in_its_own_crs(server):
    (found,) = server.client().parcel_at(TABLE, *lonlat(500100, 5000100))
    assert (found.pid, found.crop_code, found.crop_name, found.crs) == ("a", "233", "Wheat", "EPSG:32631")
    assert found.geometry["coordinates"][0][0][0] == [500000, 5000000]
    assert abs(found.area_m2 - 40000) < 120 and found.parcel().pid == "a"
    assert (found.lon, found.lat) == pytest.approx(lonlat(500100, 5000100), abs=1e-6)


def test_in_degrees_the_crs_is_that_of_degrees_whatever_the_server_says(server):
    found = server.client().parcel_by_id(TABLE, "a", in_degrees=True)
    lon, lat = found.geometry["coordinates"][0][0][0]
    assert found.crs == "EPSG:4326" and (lon, lat) == pytest.approx(lonlat(500000, 5000000))
    assert server.client().parcel_by_id(TABLE, "o'e", geometry=False).geometry is None


def test_no_parcel_is_no_error_at_a_place_and_one_by_id(server):
    client = server.client()
    assert client.parcel_at(TABLE, 3.2, 45.0) == ()
    with pytest.raises(NotThere, match="nl 2019 has no parcel 'zz'"):
        client.parcel_by_id(TABLE, "zz")


def test_parcels_of_a_polygon(server):
    ring = [lonlat(x, y) for x, y in ((499990, 4999980), (500600, 4999980), (500600, 5000210), (499990, 5000210))]
    found, notes = server.client().parcels_in(TABLE, ring)
    assert sorted(parcel.pid for parcel in found) == ["a", "b", "d"] and notes == ()
    assert all(parcel.geometry for parcel in found)
    bow = [ring[0], ring[2], ring[1], ring[3]]
    with pytest.raises(InvalidInput, match="crosses itself"):
        server.client().parcels_in(TABLE, bow)


def test_peers_have_the_same_crop_and_are_near(server):
    client = server.client()
    ((pid, distance),) = client.peers(TABLE, "a", 1000)
    assert pid == "b" and distance == pytest.approx(200, rel=0.01)
    assert client.peers(TABLE, "a", 100) == ()
    with pytest.raises(InvalidInput, match="500 peers"):
        client.peers(TABLE, "a", most=500)


def test_a_time_series_has_a_row_for_each_date_and_band_with_the_classes_under_the_parcel(server):
    rows = server.client().time_series(TABLE, "a")
    assert [(row.date.day, row.band) for row in rows] == [(d, b) for d in (1, 3, 5, 7) for b in ("B04", "B08")]
    assert rows[0].histogram == {4: 100} and rows[2].histogram == {4: 50, 9: 50}
    assert rows[0].numbers["count"] == 400 and rows[1].numbers["mean"] - rows[0].numbers["mean"] == 2500
    assert rows[0].reference.startswith("S2A_MSIL2A_20190501")
    (one, *_) = server.client().time_series(TABLE, "a", band="B08", with_classes=False)
    assert one.band == "B08" and one.histogram == {}
    for kind in ("bs", "c6"):
        with pytest.raises(UnexpectedAnswer, match="failed on the CbM server"):
            server.client().time_series(TABLE, "a", kind)
    with pytest.raises(InvalidInput, match="no time series"):
        server.client().time_series(TABLE, "a", "s3")
    assert server.client().weather(TABLE, "a") == []


def test_an_unknown_area_or_year_is_named(server):
    with pytest.raises(InvalidInput, match="'nl' has no parcels of 2031.*There are: 2019"):
        server.client().parcel_by_id(ParcelTable("nl", "2031"), "a")
    with pytest.raises(InvalidInput, match="no area 'xx'.*areas: nl"):
        server.client().parcel_at(ParcelTable("XX", "2019"), LON, LAT)
    with pytest.raises(InvalidInput, match="not a year"):
        ParcelTable("nl", "next")


def test_two_kinds_of_401_read_differently(data):
    with cbm_hub(data, quirks=True, granted=("es",)) as server:
        with pytest.raises(AuthenticationFailed, match="does not know this user"):
            server.client(password="wrong").info()
        with pytest.raises(PermissionDenied, match="may not see this area"):
            server.client().parcel_by_id(TABLE, "a")


def test_a_user_with_capitals_is_sent_in_lower_case(server):
    assert server.client(user="TESTER").parcel_by_id(TABLE, "a").pid == "a"


def test_a_query_that_fails_is_not_an_empty_result(server):
    with pytest.raises(UnexpectedAnswer, match="not an empty result"):
        read_parcels({}, "parcelByID", False)
    assert read_parcels({"pid": [], "area": []}, "parcelByID", False) == ()
    with pytest.raises(InvalidInput, match="not a longitude"):
        server.client().parcel_at(TABLE, 200, 45)


@pytest.mark.parametrize("quirks", [True, False])
def test_west_of_greenwich_places_are_asked_for_where_the_polygon_fails(tmp_path, quirks):
    make_scenes(tmp_path, days=1, crs="EPSG:32630")
    write_parcels(tmp_path / "parcels.gpkg", crs="EPSG:32630")
    with cbm_hub(tmp_path, quirks=quirks) as server:
        corners = ((499990, 4999990), (500600, 4999990), (500600, 5000210), (499990, 5000210))
        ring = [transform_point(x, y, "EPSG:32630", "EPSG:4326") for x, y in corners]
        found, notes = server.client().parcels_in(TABLE, ring)
        if quirks:
            assert sorted(parcel.pid for parcel in found) == ["a", "b"]
            assert len(notes) == 1 and "negative coordinates" in notes[0] and server.count("parcelsByPolygon") == 1
            assert 20 < server.count("parcelByLocation") < 50
        else:
            assert sorted(parcel.pid for parcel in found) == ["a", "b", "d"] and notes == ()
            assert server.count("parcelByLocation") == 0


def test_a_full_answer_to_a_polygon_says_there_may_be_more():
    from sentinel_workbench.core.cbm import client as module

    class Hundred:
        def ask(self, route, parameters, progress):
            return {"pid": [str(n) for n in range(100)], "geom": [None] * 100}

    made = module.CbmClient(CbmConnection("x", "https://cbm.example"), None)
    made.asker.ask = Hundred().ask
    found, notes = made.parcels_in(TABLE, [(1, 1), (2, 1), (2, 2)])
    assert len(found) == 100 and "there may be more" in notes[0]


def test_routes_of_other_generations_are_tried_once(data):
    with cbm_hub(data) as server:
        client = server.client()
        routes = {"parcelByID": ("parcelById", "parcelByID")}
        from sentinel_workbench.core.cbm import asking

        original, asking._SPELLINGS = asking._SPELLINGS, routes
        try:
            assert client.parcel_by_id(TABLE, "a").pid == client.parcel_by_id(TABLE, "a").pid
        finally:
            asking._SPELLINGS = original
        assert server.count("parcelById") == 1 and server.count("parcelByID") == 2


def test_the_oldest_servers_get_a_parcel_table():
    from sentinel_workbench.core.cbm import client as module

    asked = []

    def ask(route, parameters, progress):
        asked.append((route, dict(parameters)))
        return {"ogc_fid": [7], "cropname": ["Wheat"], "cropcode": [233], "area": [5.0], "clon": [5.0], "clat": [52.0]}

    client = module.CbmClient(CbmConnection("old", "https://cbm.example", generation=1), None)
    client.asker.ask = ask
    assert client.parcel_by_id(TABLE, "7").pid == "7"
    assert asked[0][1]["parcels"] == "nl2019" and asked[0][1]["parcelid"] == "7" and "aoi" not in asked[0][1]


def test_info_in_every_form():
    area = {"years": "2019, 2020", "datasets": {"b": {}, "g": {}}, "tms": []}
    info = read_info({"server": "x", "aois": {"ES": area}})
    assert info.areas[0].years == ("2019", "2020") and info.areas[0].parcel_types == ("b", "g")
    with pytest.raises(UnexpectedAnswer, match="can't be understood"):
        read_info({"aois": []})


def test_histogram_keys_are_integers_however_they_are_written():
    assert read_histogram({"4": 1, "10.0": 2, "1": 3}) == {4: 1, 10: 2, 1: 3}
    assert read_histogram('{"4": 1}') == {4: 1} and read_histogram("{4: 1}") == {} == read_histogram(None)


@pytest.mark.parametrize("document", [[], {"pid": 3}, {"pid": ["1"], "area": []}, {"pid": [None]},
                                      {"pid": ["1"], "geom": ["POLYGON (("]}, {"pid": ["1"], "geom": ['"x"']}])
def test_answers_that_are_no_parcels_are_refused(document):
    with pytest.raises(UnexpectedAnswer, match="can't be understood"):
        read_parcels(document, "parcelByID", False)


def test_numbers_that_are_none_are_nan():
    from sentinel_workbench.core.cbm.reading import read_series

    (row,) = read_series({"date_part": [1559386800.5], "band": ["B04"], "mean": [None], "count": [3]})
    assert math.isnan(row.numbers["mean"]) and row.numbers["count"] == 3 and row.date.microsecond == 500000


@pytest.mark.parametrize("url", ["cbm.example", "ftp://cbm.example", "https://u@cbm.example", "https://", "http://a b"])
def test_addresses_that_are_none_are_refused(url):
    with pytest.raises(InvalidInput, match="not the address"):
        CbmConnection("x", url)


def test_a_password_never_goes_unprotected_unasked_and_never_shows():
    with pytest.raises(InvalidInput, match="unprotected"):
        CbmConnection("x", "http://cbm.example")
    assert CbmConnection("x", "http://cbm.example/query/", plain_http=True).url == "http://cbm.example"
    login = CbmLogin("Bob", "hidden word")
    assert "hidden" not in repr(login) and login.headers()["Authorization"] != CbmLogin("rob", "x").headers()
    for user, word in (("", "x"), ("a:b", "x"), ("a", "")):
        with pytest.raises(InvalidInput):
            CbmLogin(user, word)


def test_a_server_that_is_something_else_is_told(tmp_path):
    from range_server import HTML, RangeServer

    class Sign(RangeServer):
        status = 200

        def answer(self, method, path, query, headers, body):
            return self.status, {"Content-Type": "text/html"}, HTML

    with Sign(tmp_path) as server:
        from sentinel_workbench.core.cbm.client import CbmClient

        client = CbmClient(CbmConnection("x", server.base), CbmLogin("u", "p"))
        with pytest.raises(UnexpectedAnswer, match="a web page instead of JSON"):
            client.info()
        for status, kind, words in ((404, NotThere, "has no 'info'"), (500, WorkbenchError, "HTTP 500"),
                                    (503, WorkbenchError, "not available"), (403, PermissionDenied, "does not allow")):
            Sign.status = status
            with pytest.raises(kind, match=words):
                client.info()
