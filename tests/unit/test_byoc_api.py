"""The BYOC API over the wire: what it answers, what it refuses and in which words, pages and tokens."""

from __future__ import annotations

import copy
import json
import random
import threading
import uuid

import pytest
from byoc_hub import BUCKET, COLLECTIONS, byoc_hub, write_cog

NOTHING = "6b99104b-a728-4821-b1f0-37309642e7e9"
SQUARE = [[[3.0, 45.1], [3.0, 45.15], [3.1, 45.15], [3.1, 45.1], [3.0, 45.1]]]
BANDS = {"R": {"source": "RGB", "bandIndex": 1, "bitDepth": 8, "sampleFormat": "UINT"}}


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def client(place):
    with byoc_hub(place) as client:
        yield client


@pytest.fixture(scope="module")
def filled(client, place):
    """A collection with 12 tiles, of which two fail."""
    for number in range(10):
        write_cog(place / "buckets" / BUCKET / f"t{number}" / "B1.tif", number + 1)
    collection = client.collection(name="filled")
    for number in range(12):
        time = {} if number % 3 == 0 else {"sensingTime": f"2021-01-{number + 1:02d}T10:00:00Z"}
        client.ingest(collection, f"t{number}", **time)
    return collection


def error_of(document):
    assert set(document) == {"error"}
    return document["error"]


def refused(client, method, path, body=None, status=400):
    got, document = client.ask(method, path, body)
    assert got == status, document
    error = error_of(document)
    assert error["status"] == status
    return error


def all_items(client, path):
    """Every item of a list, page by page as the public library walks it."""
    items, pages = [], 0
    token = ""
    while token is not None:
        separator = "&" if "?" in path else "?"
        status, page = client.ask("GET", path + (f"{separator}viewtoken={token}" if token else ""))
        assert status == 200, page
        items += page["data"]
        pages += 1
        token = page["links"].get("nextToken")
    return items, pages


# ---- collections -----------------------------------------------------------------------------------------------


def test_a_collection_is_created_as_the_public_library_asks(client):
    body = {"name": "new collection", "s3Bucket": BUCKET, "additionalData": None, "id": None, "userId": None,
            "created": None, "noData": None, "otherData": {}}
    status, headers, data = client.send("POST", COLLECTIONS, body)
    created = json.loads(data)["data"]
    assert status == 201 and headers["x-processingunits-spent"] == "1.0"
    assert uuid.UUID(created["id"]).version == 4 and uuid.UUID(created["userId"])
    assert (created["name"], created["s3Bucket"], created["isConfigured"]) == ("new collection", BUCKET, False)
    assert created["created"].endswith("Z") and "noData" not in created and "otherData" not in created
    assert client.get(f"{COLLECTIONS}/{created['id']}") == created


def test_bands_given_by_hand(client):
    bands = {"R": {"source": "RGB", "bandIndex": 1, "bitDepth": 8, "sampleFormat": "UINT", "noData": None}}
    additional = {"bands": bands, "maxMetersPerPixel": None, "maxMetersPerPixelOverride": None}
    created = client.create(COLLECTIONS, name="rgb", s3Bucket=BUCKET, additionalData=additional, noData=0)
    assert created["isConfigured"] and created["noData"] == 0
    assert created["additionalData"]["bands"] == BANDS


@pytest.mark.parametrize(
    "change, words, parameter",
    [
        ({"name": None}, "`name` must be set.", "name"),
        ({"name": "  "}, "`name` must be set.", "name"),
        ({"name": 5}, "`name` must be a string.", "name"),
        ({"name": "\ud800"}, "not valid JSON", None),
        ({"s3Bucket": None}, "`s3Bucket` must be set.", "s3Bucket"),
        ({"s3Bucket": "nobody-s"}, "Bucket nobody-s does not exist.", "s3Bucket"),
        ({"s3Bucket": "../my-bucket"}, "is not the name of a bucket", "s3Bucket"),
        ({"s3Bucket": ".."}, "is not the name of a bucket", "s3Bucket"),
        ({"s3Bucket": "/etc"}, "is not the name of a bucket", "s3Bucket"),
        ({"s3Bucket": "a\u0000b"}, "is not the name of a bucket", "s3Bucket"),
        ({"noData": "0"}, "`noData` must be a number.", "noData"),
        ({"noData": 10**400}, "`noData` must be a number.", "noData"),
        ({"additionalData": []}, "must be an object", "additionalData"),
        ({"additionalData": {"bands": []}}, "must be an object", "additionalData->bands"),
        ({"additionalData": {"bands": {"1A": {"bitDepth": 8}}}}, "not a valid JavaScript identifier", None),
        ({"additionalData": {"bands": {"for": {"bitDepth": 8}}}}, "not a valid JavaScript identifier", None),
        ({"additionalData": {"bands": {"a-b": {"bitDepth": 8}}}}, "not a valid JavaScript identifier", None),
        ({"additionalData": {"bands": {"": {"bitDepth": 8}}}}, "not a valid JavaScript identifier", None),
        ({"additionalData": {"bands": {f"B{i}": {"bitDepth": 8} for i in range(101)}}}, "at most 100 bands", None),
        ({"additionalData": {"bands": {"A": {}}}}, "`bitDepth` must be one of 8, 16, 32.", None),
        ({"additionalData": {"bands": {"A": {"bitDepth": 12}}}}, "`bitDepth` must be one of 8, 16, 32.", None),
        ({"additionalData": {"bands": {"A": {"bitDepth": 8, "sampleFormat": "BYTE"}}}}, "UINT, INT, FLOAT", None),
        ({"additionalData": {"bands": {"A": {"bitDepth": 8, "sampleFormat": "FLOAT"}}}}, "must be 32", None),
        ({"additionalData": {"bands": {"A": {"bitDepth": 8, "bandIndex": 0}}}}, "`bandIndex` must be", None),
        ({"additionalData": {"bands": {"A": {"bitDepth": 8, "source": "../x"}}}}, "a part of a file's name", None),
        ({"noData": 0, "additionalData": {"bands": {"A": {"bitDepth": 8, "noData": 1}}}}, "not for both", "noData"),
        ({"additionalData": {"maxMetersPerPixelOverride": 0}}, "must be greater than 0", None),
    ],
)
def test_collections_that_are_refused(client, change, words, parameter):
    error = refused(client, "POST", COLLECTIONS, {"name": "n", "s3Bucket": BUCKET, **change})
    assert error["code"] == "COMMON_BAD_PAYLOAD" and error["reason"] == "Bad Request" and words in error["message"]
    assert parameter is None or error["errors"][0]["parameter"] == parameter


def test_band_names_of_any_language_are_taken(client):
    bands = {name: {"bitDepth": 16} for name in ("$", "_a1", "žluť", "B8A", "红")}
    assert client.create(COLLECTIONS, name="n", s3Bucket=BUCKET, additionalData={"bands": bands})["isConfigured"]


@pytest.mark.parametrize("method, tail", [
    ("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/tiles"), ("POST", "/tiles"), ("GET", f"/tiles/{NOTHING}"),
    ("PUT", f"/tiles/{NOTHING}"), ("DELETE", f"/tiles/{NOTHING}"), ("POST", f"/tiles/{NOTHING}/reingest"),
    ("POST", f"/copyTiles?toCollection={NOTHING}"),
])
@pytest.mark.parametrize("root", ["/api/v1/byoc", "/byoc/v1"])
def test_a_collection_that_is_not_there(client, root, method, tail):
    body = None if method in ("GET", "DELETE") or "reingest" in tail else {"name": "n", "s3Bucket": BUCKET, "path": "p"}
    status, document = client.ask(method, f"{root}/collections/{NOTHING}{tail}", body)
    assert status == 404
    assert document == {"error": {"status": 404, "reason": "Not Found", "code": "COMMON_NOT_FOUND",
                                  "message": f"Collection {NOTHING} not found."}}


def test_what_is_deleted_is_gone_with_its_tiles(client, place):
    write_cog(place / "buckets" / BUCKET / "gone" / "B1.tif")
    collection = client.collection()
    tile = client.ingest(collection, "gone")
    assert tile["status"] == "INGESTED"
    status, headers, data = client.send("DELETE", f"{COLLECTIONS}/{collection}", b"")
    assert (status, data) == (204, b"")
    refused(client, "GET", f"{COLLECTIONS}/{collection}", status=404)
    refused(client, "GET", f"{client.tiles_of(collection)}/{tile['id']}", status=404)
    refused(client, "DELETE", f"{COLLECTIONS}/{collection}", status=404)
    status, found = client.ask("GET", f"/api/v1/catalog/1.0.0/collections/byoc-{collection}")
    assert status == 404
    assert (place / "buckets" / BUCKET / "gone" / "B1.tif").exists(), "the user's file was deleted"


def test_renaming_keeps_bands_and_drops_nodata(client):
    collection = client.collection(noData=7, additionalData={"bands": BANDS})
    assert client.ask("PUT", f"{COLLECTIONS}/{collection}", {"name": "other", "s3Bucket": BUCKET}) == (204, None)
    after = client.get(f"{COLLECTIONS}/{collection}")
    assert after["name"] == "other" and "noData" not in after and after["additionalData"]["bands"] == BANDS


def test_the_whole_dictionary_may_be_sent_back(client, filled):
    before = client.settled(filled)
    assert client.ask("PUT", f"{COLLECTIONS}/{filled}", before) == (204, None)
    assert client.settled(filled) == before


@pytest.mark.parametrize("body, words", [
    ({"s3Bucket": BUCKET}, "`name` must be set."),
    ({"name": "n"}, "`s3Bucket` must be set."),
    ({"name": "n", "s3Bucket": "other-bucket"}, "the collection has tiles"),
    ({"name": "n", "s3Bucket": BUCKET, "additionalData": {"bands": {}}}, "At least one band"),
    ({"name": "n", "s3Bucket": BUCKET, "additionalData": {"bands": {"New": {"bitDepth": 16}}}}, "renamed or removed"),
    ({"name": "n", "s3Bucket": BUCKET, "additionalData": {"bands": {"B1": {"bitDepth": 8}}}}, "can't be changed"),
    ({"name": "n", "s3Bucket": BUCKET, "additionalData": {"bands": {"B1": {"bitDepth": 16, "sampleFormat": "INT"}}}},
     "can't be changed"),
])
def test_updates_that_are_refused_change_nothing(client, place, filled, body, words):
    (place / "buckets" / "other-bucket").mkdir(exist_ok=True)
    before = client.settled(filled)
    assert words in refused(client, "PUT", f"{COLLECTIONS}/{filled}", body)["message"]
    assert client.get(f"{COLLECTIONS}/{filled}") == before


def test_the_bucket_may_change_while_there_are_no_tiles(client, place):
    (place / "buckets" / "other-bucket").mkdir(exist_ok=True)
    collection = client.collection()
    assert client.ask("PUT", f"{COLLECTIONS}/{collection}", {"name": "n", "s3Bucket": "other-bucket"})[0] == 204
    assert client.get(f"{COLLECTIONS}/{collection}")["s3Bucket"] == "other-bucket"


def test_search_by_words(client):
    names = ["Alps summer", "Alps winter", "Puglia summer"]
    ids = [client.collection(name=name) for name in names]

    def found(search):
        items, _ = all_items(client, f"{COLLECTIONS}?search={search}")
        return [item["name"] for item in items if item["id"] in ids]

    assert found("alps") == names[:2]
    assert found("alps%26summer") == names[:1]
    assert found("winter%7Cpuglia") == names[1:]
    assert found("") == names and found("nowhere") == []
    assert found(ids[1]) == names[1:2]


def test_collections_come_in_pages(client):
    for number in range(7):
        client.collection(name=f"paged {number}")
    items, pages = all_items(client, f"{COLLECTIONS}?search=paged&count=3")
    assert [item["name"] for item in items] == [f"paged {number}" for number in range(7)] and pages == 3


# ---- tiles -----------------------------------------------------------------------------------------------------


def test_a_new_tile_waits(client, place):
    write_cog(place / "buckets" / BUCKET / "2019" / "11" / "B02.tif")
    collection = client.collection()
    body = {"path": "2019/11/(BAND).tif", "status": None, "id": None, "created": None, "ingestionStart": None,
            "coverGeometry": {"crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}},
                              "type": "Polygon", "coordinates": SQUARE},
            "sensingTime": "2019-11-27T00:00:00.1239Z", "additionalData": None}
    status, document = client.ask("POST", client.tiles_of(collection), body)
    tile = document["data"]
    assert status == 201
    assert list(tile) == ["id", "created", "ingestionStart", "sensingTime", "coverGeometry", "path", "status"]
    assert tile["status"] == "WAITING" and tile["sensingTime"] == "2019-11-27T00:00:00.123Z"
    assert tile["created"] == tile["ingestionStart"] and uuid.UUID(tile["id"])
    assert client.ended(collection, tile["id"])["status"] == "INGESTED"


def test_times_without_a_zone_are_utc(client):
    collection = client.collection()
    tile = client.create(client.tiles_of(collection), path="x", sensingTime="2019-11-27T00:00:00.000")
    assert tile["sensingTime"] == "2019-11-27T00:00:00Z"


POLE = {"type": "Polygon", "coordinates": [[[-1e6, -1e6], [1e6, -1e6], [1e6, 1e6], [-1e6, 1e6], [-1e6, -1e6]]],
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3995"}}}
LINE = {"type": "LineString", "coordinates": [[0, 0], [1, 1]]}
OPEN = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1]]]}
BOW = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}
NORTH = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 90.5], [0, 0]]]}
FAR = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1e300], [0, 0]]]}
MANY = {"type": "Polygon", "coordinates": [[[i / 100, (i % 2) / 10] for i in range(100)] + [[1, 5], [0, 0]]]}
MARS = {"type": "Polygon", "coordinates": SQUARE, "crs": {"type": "name", "properties": {"name": "urn:mars"}}}


@pytest.mark.parametrize(
    "change, words",
    [
        ({"path": None}, "`path` must be set."),
        ({"path": 7}, "`path` must be a string."),
        ({"path": "/absolute"}, "must match the pattern"),
        ({"path": "a//b"}, "must match the pattern"),
        ({"path": "folder/"}, "must match the pattern"),
        ({"path": "a/../../b"}, "must stay within the bucket"),
        ({"path": ".."}, "must stay within the bucket"),
        ({"path": "a/..\\..\\b"}, "must stay within the bucket"),
        ({"path": "a\u0000b"}, "control characters"),
        ({"path": "a\ud800"}, "not valid JSON"),
        ({"path": "x" * 2000}, "longer than"),
        ({"path": "(BAND)/(BAND).tif"}, "more than once"),
        ({"sensingTime": "2019-11-27"}, "RFC 3339"),
        ({"sensingTime": "2019-13-27T00:00:00Z"}, "not a date that exists"),
        ({"sensingTime": 5}, "must be a string"),
        ({"coverGeometry": []}, "must be an object"),
        ({"coverGeometry": LINE}, "must be a Polygon or a MultiPolygon"),
        ({"coverGeometry": OPEN}, "not closed"),
        ({"coverGeometry": BOW}, "not a valid geometry"),
        ({"coverGeometry": NORTH}, "leaves the range"),
        ({"coverGeometry": FAR}, "does not lie on Earth"),
        ({"coverGeometry": POLE}, "goes around a pole"),
        ({"coverGeometry": MANY}, "has 102 points; at most 100"),
        ({"coverGeometry": MARS}, "is not supported"),
    ],
)
def test_tiles_that_are_refused(client, filled, change, words):
    before = len(all_items(client, client.tiles_of(filled))[0])
    error = refused(client, "POST", client.tiles_of(filled), {"path": "fine", **change})
    assert error["code"] == "COMMON_BAD_PAYLOAD" and words in error["message"]
    assert len(all_items(client, client.tiles_of(filled))[0]) == before


@pytest.mark.parametrize("path", ["t0", "t0/(BAND).tif", "t0/(BAND)"])
def test_a_path_twice_is_a_conflict(client, filled, path):
    error = refused(client, "POST", client.tiles_of(filled), {"path": path}, 409)
    assert error["code"] == "COMMON_UNIQUE_KEY_VIOLATION" and error["reason"] == "Conflict"


def test_of_many_clients_with_one_path_one_wins(client):
    collection = client.collection()
    others = [client.again() for _ in range(6)]
    answers = []

    def send(other):
        answers.append([other.ask("POST", other.tiles_of(collection), {"path": f"race{n}"})[0] for n in range(5)])

    threads = [threading.Thread(target=send, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.close()
    assert [sorted(statuses) for statuses in zip(*answers)] == [[201, 409, 409, 409, 409, 409]] * 5


def test_a_path_may_be_in_two_collections(client):
    for collection in (client.collection(), client.collection()):
        assert client.create(client.tiles_of(collection), path="same")


def test_a_tile_that_is_not_there(client, filled):
    for method, tail in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("POST", "/reingest")):
        body = {} if method == "PUT" else None
        error = refused(client, method, f"{client.tiles_of(filled)}/{NOTHING}{tail}", body, 404)
        assert error["message"] == f"Tile {NOTHING} not found." and error["code"] == "COMMON_NOT_FOUND"


def test_filters_and_orders(client, filled):
    tiles = client.tiles_of(filled)

    def paths(query):
        return [item["path"].split("/")[0] for item in all_items(client, f"{tiles}?{query}")[0]]

    created = [f"t{n}" for n in range(12)]
    assert paths("") == paths("sort=created%3Aasc") == created
    assert paths("sort=created:desc&count=5") == created[::-1]
    assert paths("sort=path:asc&count=4") == sorted(created)
    assert paths("sort=path:desc") == sorted(created, reverse=True)
    assert paths("status=FAILED") == ["t10", "t11"] and len(paths("status=INGESTED&count=1")) == 10
    assert paths("status=WAITING") == []
    assert paths("path=t3%2F%28BAND%29.tif") == ["t3"] and paths("path=t3") == []
    assert paths("sensingTimeFrom=2021-01-05T10:00:00Z&sensingTimeTo=2021-01-08T09:00:00Z") == ["t4", "t5"]


def test_links_lead_there_and_back(client, filled):
    tiles = client.tiles_of(filled)
    pages = [client.ask("GET", f"{tiles}?count=5&sort=path:desc")[1]]
    while "next" in pages[-1]["links"]:
        address = pages[-1]["links"]["next"]
        assert address.startswith("http://127.0.0.1:") and tiles in address
        pages.append(client.ask("GET", address[address.index("/api"):])[1])
    assert [len(page["data"]) for page in pages] == [5, 5, 2]
    assert "previousToken" not in pages[0]["links"] and "nextToken" not in pages[2]["links"]
    back = client.ask("GET", f"{tiles}?viewtoken={pages[2]['links']['previousToken']}")[1]
    assert back["data"] == pages[1]["data"] and back["links"]["nextToken"] == pages[1]["links"]["nextToken"]
    first = client.ask("GET", f"{tiles}?viewtoken={back['links']['previousToken']}")[1]
    assert first["data"] == pages[0]["data"] and "previousToken" not in first["links"]
    again = client.ask("GET", f"{tiles}?viewtoken={pages[1]['links']['currentToken']}")[1]
    assert again == pages[1]


@pytest.mark.parametrize("query, parameter", [
    ("count=0", "count"), ("count=101", "count"), ("count=x", "count"), ("count=-1", "count"),
    ("count=%D9%A3", "count"),
    ("sort=size:asc", "sort"), ("sort=created:up", "sort"), ("status=DONE", "status"),
    ("sensingTimeFrom=yesterday", "sensingTimeFrom"),
    ("viewtoken=nonsense", "viewtoken"), ("viewtoken=%00", "viewtoken"), ("viewtoken=W10", "viewtoken"),
    ("viewtoken=W3t9LDEsMWUxMDAsMF0", "viewtoken"), ("viewtoken=W3sieCI6MX0sMSxudWxsLDBd", "viewtoken"),
])
def test_questions_that_are_refused(client, filled, query, parameter):
    error = refused(client, "GET", f"{client.tiles_of(filled)}?{query}")
    assert error["errors"][0]["parameter"] == parameter


def test_a_token_of_another_question_is_refused(client, filled):
    tiles = client.tiles_of(filled)
    token = client.ask("GET", f"{tiles}?count=2&sort=path:asc")[1]["links"]["nextToken"]
    assert client.ask("GET", f"{tiles}?viewtoken={token}&sort=path:asc")[0] == 200
    refused(client, "GET", f"{tiles}?viewtoken={token}&sort=path:desc")


def test_pages_hold_while_tiles_come_and_go(client, place):
    collection = client.collection()
    tiles = client.tiles_of(collection)
    ids = [client.create(tiles, path=f"p{n}")["id"] for n in range(6)]
    page = client.ask("GET", f"{tiles}?count=3")[1]
    client.ask("DELETE", f"{tiles}/{ids[2]}")
    client.ask("DELETE", f"{tiles}/{ids[3]}")
    client.create(tiles, path="p6")
    rest = client.ask("GET", f"{tiles}?viewtoken={page['links']['nextToken']}")[1]
    assert [item["path"] for item in page["data"] + rest["data"]] == ["p0", "p1", "p2", "p4", "p5", "p6"]


def test_an_update_sets_time_and_cover_and_unsets_what_is_missing(client, place):
    write_cog(place / "buckets" / BUCKET / "upd" / "B1.tif")
    collection = client.collection()
    tile = client.ingest(collection, "upd", sensingTime="2021-01-01T00:00:00Z")
    address = f"{client.tiles_of(collection)}/{tile['id']}"
    cover = {"type": "Polygon", "coordinates": [[[500000, 4999920], [500000, 5000000], [500040, 5000000],
                                                 [500000, 4999920]]],
             "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32631"}}}
    body = {"path": "ignored", "coverGeometry": cover, "sensingTime": "2022-02-02T02:02:02Z", "sensing_time": "no"}
    assert client.ask("PUT", address, body) == (204, None)
    after = client.get(address)
    assert after["coverGeometry"]["coordinates"] == cover["coordinates"]
    assert after["sensingTime"] == "2022-02-02T02:02:02Z" and after["path"] == "upd/(BAND).tif"
    assert client.settled(collection)["additionalData"]["fromSensingTime"] == "2022-02-02T02:02:02Z"
    assert client.ask("PUT", address, {})[0] == 204
    bare = client.get(address)
    assert "sensingTime" not in bare and bare["coverGeometry"] == tile["coverGeometry"]
    assert client.settled(collection)["additionalData"]["hasSensingTimes"] == "NO"


def test_covers_come_back_in_the_tiles_crs(client, place):
    write_cog(place / "buckets" / BUCKET / "crs" / "B1.tif", size=800)
    collection = client.collection()
    lonlat = {"type": "Polygon", "coordinates": SQUARE}
    tile = client.ingest(collection, "crs", coverGeometry=lonlat)
    assert tile["coverGeometry"]["crs"] == tile["tileGeometry"]["crs"]
    x, y = tile["coverGeometry"]["coordinates"][0][0]
    assert abs(x - 500000) < 1 and 4990000 < y < 5000000


def test_copied_tiles_are_ingested_into_the_other_collection(client, place):
    for number in range(3):
        write_cog(place / "buckets" / BUCKET / f"copy{number}" / "B1.tif")
    first, second = client.collection(), client.collection()
    for number in range(3):
        client.ingest(first, f"copy{number}", sensingTime="2021-01-01T00:00:00Z")
    status, _, data = client.send("POST", f"{COLLECTIONS}/{first}/copyTiles?toCollection={second}", b"")
    assert (status, data) == (204, b"")
    tiles = [client.ended(second, tile["id"]) for tile in client.get(client.tiles_of(second))]
    assert [tile["path"] for tile in tiles] == [f"copy{n}/(BAND).tif" for n in range(3)]
    assert {tile["status"] for tile in tiles} == {"INGESTED"}
    known = {tile["id"] for tile in client.get(client.tiles_of(first))}
    assert not known & {tile["id"] for tile in tiles}
    refused(client, "POST", f"{COLLECTIONS}/{first}/copyTiles?toCollection={second}", b"", 409)
    refused(client, "POST", f"{COLLECTIONS}/{first}/copyTiles", b"")


def test_copies_stay_in_one_bucket(client, place, filled):
    (place / "buckets" / "other-bucket").mkdir(exist_ok=True)
    other = client.collection(s3Bucket="other-bucket")
    error = refused(client, "POST", f"{COLLECTIONS}/{filled}/copyTiles?toCollection={other}", b"")
    assert "same bucket" in error["message"] and client.get(client.tiles_of(other)) == []


def test_a_token_is_needed(client):
    status, _, data = client.send("GET", COLLECTIONS, headers={"Authorization": "Bearer x.y.z"})
    assert status == 401 and error_of(json.loads(data))["code"] == "COMMON_UNAUTHORIZED"


def test_methods_that_are_not_there(client, filled):
    assert client.ask("PATCH", f"{COLLECTIONS}/{filled}", {})[0] == 405
    assert client.ask("GET", f"{COLLECTIONS}/{filled}%2Ftiles%2F..")[0] == 404


ODD = (None, True, -1, 10**400, 1e308, "", "x", "\ud800", "\u0000", [], {}, [[]], {"a": {}},
       "2019-01-01", "../..", "(BAND)")


def mutated(document, chance):
    document = copy.deepcopy(document)
    holders = [document]
    for holder in holders:
        values = holder.values() if isinstance(holder, dict) else holder
        holders += [value for value in values if isinstance(value, (dict, list)) and value]
    holder = chance.choice(holders)
    key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
    if chance.random() < 0.2:
        del holder[key]
    else:
        holder[key] = chance.choice(ODD)
    return document


def test_random_mutations_end_as_an_answer(client, capfd):
    chance = random.Random(20191127)
    collection = client.collection()
    tile = client.create(client.tiles_of(collection), path="start")["id"]
    whole = {"name": "n", "s3Bucket": BUCKET, "noData": 0, "additionalData": {"bands": copy.deepcopy(BANDS)}}
    part = {"path": "p", "sensingTime": "2019-11-27T00:00:00Z", "coverGeometry": {
        "type": "Polygon", "coordinates": SQUARE,
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4326"}}}}
    targets = [("POST", COLLECTIONS, whole), ("PUT", f"{COLLECTIONS}/{collection}", whole),
               ("POST", client.tiles_of(collection), part), ("PUT", f"{client.tiles_of(collection)}/{tile}", part)]
    seen = set()
    for _ in range(600):
        method, path, valid = chance.choice(targets)
        document = mutated(valid, chance)
        status, answer = client.ask(method, path, document)
        seen.add(status)
        assert status in (201, 204, 400, 409), (status, document, answer)
        if status >= 400:
            assert error_of(answer)["message"]
    assert {201, 204, 400} <= seen
    assert "Traceback" not in capfd.readouterr().err
