"""The catalog: searches, paging, filters, fields."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hub_fakes import ACCOUNT, MemoryStore, make_hub, scene, square

from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.oauth import TokenIssuer
from sentinel_workbench.localhub.records import BandFile, HubError

ROOT = "/api/v1/catalog/1.0.0"
YEAR = "2019-01-01T00:00:00Z/2019-12-31T23:59:59Z"
AREA = [46.16, -16.15, 46.51, -15.58]


def hub_of(*scenes, more_collections=()):
    hub = make_hub(MemoryStore(scenes, more_collections), None)
    form = f"grant_type=client_credentials&client_id={ACCOUNT.client_id}&client_secret={ACCOUNT.client_secret}"
    answer = hub.answer(HubRequest("POST", "/oauth/token", body=form.replace(" ", "+").encode()))
    token = json.loads(answer.body)["access_token"]

    def ask(method, path, body=None, query=None, root=ROOT):
        raw = b"" if body is None else json.dumps(body).encode()
        headers = {"authorization": f"Bearer {token}"}
        answer = hub.answer(HubRequest(method, root + path, query or {}, headers, raw))
        return answer.status, json.loads(answer.body)

    return ask


def search(ask, **changes):
    body = {"collections": ["sentinel-2-l2a"], "datetime": YEAR, "bbox": AREA, "limit": 100}
    return ask("POST", "/search", {key: value for key, value in {**body, **changes}.items() if value is not ...})


def ids(document):
    return [item["id"] for item in document["features"]]


def test_landing_and_conformance_need_no_token():
    hub = make_hub(MemoryStore(), None)
    for root in (ROOT, "/catalog/v1"):
        for path in ("", "/", "/conformance"):
            assert hub.answer(HubRequest("GET", root + path)).status == 200
        assert hub.answer(HubRequest("GET", root + "/collections")).status == 401
        assert json.loads(hub.answer(HubRequest("POST", root + "/search")).body)["code"] == "COMMON_UNAUTHORIZED"


def test_items_come_newest_first_with_their_properties():
    status, document = search(hub_of(scene(1), scene(3, cloud=55.5), scene(2)))
    assert status == 200 and ids(document) == ["scene-003", "scene-002", "scene-001"]
    item = document["features"][0]
    assert item["properties"] == {
        "datetime": "2019-01-04T07:00:00.120Z", "eo:cloud_cover": 55.5, "proj:epsg": 32738, "gsd": 10,
        "constellation": "sentinel-2", "instruments": ["msi"],
    }
    assert item["bbox"] == [46.0, -16.5, 47.0, -15.5] and item["geometry"]["type"] == "Polygon"
    assert document["context"] == {"limit": 100, "returned": 3}


def test_pages_follow_next_until_it_is_missing():
    ask = hub_of(*(scene(i) for i in range(7)))
    found, offset = [], ...
    while True:
        _, document = search(ask, limit=3, next=offset)
        found += ids(document)
        assert document["context"]["returned"] == len(document["features"])
        if "next" not in document["context"]:
            break
        offset = document["context"]["next"]
    assert found == [f"scene-{i:03d}" for i in reversed(range(7))] and offset == 6


def test_the_last_full_page_has_no_next():
    _, document = search(hub_of(*(scene(i) for i in range(3))), limit=3)
    assert len(document["features"]) == 3 and "next" not in document["context"]


def test_ten_items_are_the_default():
    _, document = search(hub_of(*(scene(i) for i in range(12))), limit=...)
    assert len(document["features"]) == 10 and document["context"]["next"] == 10


CLOUDS = [scene(0, 0.0), scene(1, 5.0), scene(2, 60.0), scene(3, None)]


@pytest.mark.parametrize(
    "text, found",
    [
        ("eo:cloud_cover < 5", [0]),
        ("eo:cloud_cover <= 5", [1, 0]),
        ("eo:cloud_cover > 0 AND eo:cloud_cover<60", [1]),
        ("eo:cloud_cover between 1 and 60 and eo:cloud_cover <> 60", [1]),
        ("eo:cloud_cover = 60.0", [2]),
        ('"eo:cloud_cover" gte 5', [2, 1]),
        ("not eo:cloud_cover < 5", [3, 2, 1]),
        ("NOT (eo:cloud_cover > 1 and eo:cloud_cover < 60)", [3, 2, 0]),
        ("(eo:cloud_cover >= 0) and ((eo:cloud_cover < 60))", [1, 0]),
        ("eo:cloud_cover not between 1 and 59", [3, 2, 0]),
        ({"op": "not", "args": [{"op": "<", "args": [{"property": "eo:cloud_cover"}, 5]}]}, [3, 2, 1]),
        ({"op": "between", "args": [{"property": "eo:cloud_cover"}, [1, 59]]}, [1]),
        ({"op": "<", "args": [{"property": "eo:cloud_cover"}, 5]}, [0]),
        (
            {
                "op": "and",
                "args": [
                    {"op": ">", "args": [{"property": "eo:cloud_cover"}, 0]},
                    {"op": "between", "args": [{"property": "eo:cloud_cover"}, 0, 59]},
                ],
            },
            [1],
        ),
        ("", [3, 2, 1, 0]),
        (None, [3, 2, 1, 0]),
    ],
)
def test_filters_compare_properties(text, found):
    _, document = search(hub_of(*CLOUDS), filter=text)
    assert ids(document) == [f"scene-{i:03d}" for i in found]


def test_strings_compare_too():
    ask = hub_of(scene(1))
    assert ids(search(ask, filter="datetime = '2019-01-02T07:00:00.120Z'")[1]) == ["scene-001"]
    assert ids(search(ask, filter="datetime = 'it''s not'")[1]) == []


@pytest.mark.parametrize(
    "text",
    [
        "eo:cloud_cover",
        "eo:cloud_cover <",
        "< 5",
        "a < b",
        "a < 1 or a > 2",
        "a < 1 and",
        "a < 1 a > 2",
        "((",
        "(" * 100 + "a < 1",
        "(a < 1",
        "a < 1)",
        "not",
        "a not < 1",
        "a between 1 or 2",
        "a < 1 and " * 3000 + "a < 1",
        {"op": "and", "args": [{"op": "<", "args": [{"property": "a"}, 1]}] * 1000},
        {"op": "not", "args": []},
        {"op": "between", "args": [{"property": "a"}, [1]]},
        {"op": "between", "args": [[1], {"property": "a"}]},
        {"op": "=", "args": [{"property": "a"}, None]},
        5,
        [],
        {"op": "or", "args": []},
        {"op": "<", "args": [1, 2]},
        {"op": "and", "args": []},
        {"args": 1},
        "a = 1 or not a = 2",
    ],
)
def test_filters_that_cannot_be_read_are_refused(text):
    status, document = search(hub_of(scene(1)), filter=text)
    assert status == 400 and set(document) == {"code", "description"} and "filter" in document["description"]


def test_the_language_must_fit_the_filter():
    assert search(hub_of(), **{"filter": "a < 1", "filter-lang": "cql2-json"})[0] == 400


EAST, WEST = square(178.0, -17.0, 179.9, -16.0), square(-179.9, -17.0, -178.0, -16.0)


@pytest.mark.parametrize(
    "area, found",
    [
        ({"bbox": AREA}, [1]),
        ({"bbox": [46.16, -16.15, 0, 46.51, -15.58, 100]}, [1]),
        ({"bbox": [10, 10, 11, 11]}, []),
        ({"bbox": [179, -17, -179, -16]}, [3, 2]),
        ({"bbox": [178.5, -16.5, 178.5, -16.5]}, [2]),
        ({"bbox": None}, [3, 2, 1]),
        ({"bbox": None, "intersects": {"type": "Point", "coordinates": [46.3, -16]}}, [1]),
        ({"bbox": ..., "intersects": square(46.3, -16.1, 46.4, -16.0)}, [1]),
        ({"bbox": ..., "intersects": {"type": "LineString", "coordinates": [[40, -16], [50, -16]]}}, [1]),
        ({"bbox": ..., "intersects": {"type": "GeometryCollection", "geometries": [EAST]}}, [2]),
    ],
)
def test_areas(area, found):
    ask = hub_of(scene(1), scene(2, footprint=EAST), scene(3, footprint=WEST))
    status, document = search(ask, **area)
    assert status == 200 and ids(document) == [f"scene-{i:03d}" for i in found]


@pytest.mark.parametrize(
    "moment, found",
    [
        ("2019-01-02T07:00:00.12Z", [1]),
        ("2019-01-02T00:00:00Z/2019-01-03T23:59:59Z", [2, 1]),
        ("2019-01-03T00:00:00Z/..", [3, 2]),
        ("../2019-01-03T00:00:00Z", [1]),
        ("/2019-01-03T00:00:00Z", [1]),
        ("../..", [3, 2, 1]),
    ],
)
def test_instants_and_open_intervals(moment, found):
    _, document = search(hub_of(scene(1), scene(2), scene(3)), datetime=moment)
    assert ids(document) == [f"scene-{i:03d}" for i in found]


DEFAULT_KEYS = {"id", "type", "geometry", "bbox", "links", "assets", "properties"}
OTHERS = {"eo:cloud_cover", "proj:epsg", "gsd", "constellation", "instruments"}


@pytest.mark.parametrize(
    "fields, keys, properties",
    [
        ({}, {"id", "type", "geometry", "bbox", "links", "assets", "properties"}, {"datetime"}),
        (
            {"include": ["properties.eo:cloud_cover"]},
            {"id", "type", "geometry", "bbox", "links", "assets", "properties"},
            {"datetime", "eo:cloud_cover"},
        ),
        ({"include": [], "exclude": []}, DEFAULT_KEYS, {"datetime"}),
        ({"include": None, "exclude": None}, DEFAULT_KEYS, {"datetime"}),
        ({"include": ["properties.eo:cloud_cover"], "exclude": None}, DEFAULT_KEYS, {"datetime", "eo:cloud_cover"}),
        ({"include": ["id", "properties.eo:cloud_cover"], "exclude": []}, {"id", "properties"}, {"eo:cloud_cover"}),
        ({"include": ["properties"], "exclude": ["properties.datetime"]}, {"properties"}, OTHERS),
        ({"exclude": ["properties"]}, DEFAULT_KEYS - {"properties"}, set()),
        ({"exclude": ["geometry", "links"]}, {"id", "type", "bbox", "assets", "properties"}, {"datetime"}),
        ({"include": ["id", "properties.datetime", "bbox"], "exclude": ["bbox"]}, {"id", "properties"}, {"datetime"}),
    ],
)
def test_fields_select(fields, keys, properties):
    _, document = search(hub_of(scene(1)), fields=fields)
    (item,) = document["features"]
    assert set(item) == keys and set(item.get("properties", ())) == properties


def test_distinct_dates_are_plain_strings():
    ask = hub_of(scene(1, day=1), scene(2, day=1), scene(3, day=2))
    _, document = search(ask, distinct="date")
    assert document["features"] == ["2019-01-03", "2019-01-02"] and document["context"]["returned"] == 2
    assert search(ask, distinct="no:such")[0] == 400


OPEN_RING = {"type": "Polygon", "coordinates": [[[2, 44], [4, 44], [4, 46], [2, 45]]]}


@pytest.mark.parametrize(
    "changes, words",
    [
        ({"collections": ...}, "exactly one collection"),
        ({"collections": ["a", "b"]}, "exactly one collection"),
        ({"datetime": ...}, "`datetime` must be set"),
        ({"datetime": "2019"}, "RFC 3339"),
        ({"datetime": "2019-01-02T00:00:00Z/2019-01-01T00:00:00Z"}, "ends before"),
        ({"datetime": "a/b/c"}, "not an instant"),
        ({"bbox": [1, 2, 3]}, "4 or 6 numbers"),
        ({"bbox": [1, 20, 3, 10]}, "outside"),
        ({"bbox": [1, 2, 3, 400]}, "outside"),
        ({"intersects": square(1, 2, 3, 4)}, "Only one of"),
        ({"bbox": ..., "intersects": {"type": "Polygon", "coordinates": "x"}}, "must be an array"),
        ({"bbox": ..., "intersects": {"type": "Polygon", "coordinates": [[["x"]]]}}, "not a GeoJSON"),
        ({"bbox": ..., "intersects": {"type": "Circle"}}, "not a GeoJSON"),
        ({"bbox": ..., "intersects": OPEN_RING}, "not a GeoJSON"),
        ({"limit": 0}, "between 1 and 100"),
        ({"limit": 101}, "between 1 and 100"),
        ({"next": -1}, "between 0 and"),
        ({"ids": [1]}, "array of strings"),
        ({"fields": {"include": [1]}}, "array of strings"),
        ({"filter-crs": 4326}, "must be a string"),
        ({"distinct": "eo:cloud_cover"}, "distinct"),
        ({"distinct": "sat:orbit_state"}, "distinct"),
    ],
)
def test_wrong_searches_say_what_is_wrong(changes, words):
    status, document = search(hub_of(scene(1)), **changes)
    assert status == 400 and words in document["description"]


def test_collections_items_and_queryables():
    ask = hub_of(*(scene(i) for i in range(3)))
    _, listed = ask("GET", "/collections", root="/catalog/v1")
    assert [c["id"] for c in listed["collections"]] == ["sentinel-2-l2a", "sentinel-2-l1c"]
    status, one = ask("GET", "/collections/sentinel-2-l2a/")
    interval = ["2019-01-01T07:00:00.120Z", "2019-01-03T07:00:00.120Z"]
    assert status == 200 and one["extent"]["temporal"]["interval"] == [interval]
    assert "B04" in [band["name"] for band in one["summaries"]["eo:bands"]]
    assert ask("GET", "/collections/none")[0] == 404
    assert "eo:cloud_cover" in ask("GET", "/collections/sentinel-2-l2a/queryables")[1]["properties"]
    query = {"bbox": "46.16,-16.15,46.51,-15.58", "limit": "2"}
    assert ids(ask("GET", "/collections/sentinel-2-l2a/items", query=query)[1]) == ["scene-002", "scene-001"]
    assert ask("GET", "/collections/sentinel-2-l2a/items", query={"bbox": "a"})[0] == 400
    assert ask("GET", "/collections/sentinel-2-l2a/items/scene-001")[1]["id"] == "scene-001"
    assert ask("GET", "/collections/sentinel-2-l2a/items/none")[0] == 404
    query = {"collections": "sentinel-2-l2a", "datetime": "2019-01-02T00:00:00Z/.."}
    assert ids(ask("GET", "/search", query=query)[1]) == ["scene-002", "scene-001"]


@pytest.mark.parametrize("changes, found", [
    ({}, [3, 1]),
    ({"datetime": "2019-01-03T00:00:00Z/.."}, [3]),
    ({"datetime": "../2019-01-03T00:00:00Z"}, [1]),
    ({"bbox": [10, 10, 11, 11]}, []),
    ({"filter": "eo:cloud_cover < 20"}, [1]),
    ({"limit": 1, "next": 1}, [1]),
    ({"ids": []}, []),
])
def test_ids_select_among_what_else_is_asked(changes, found):
    ask = hub_of(scene(1), scene(2), scene(3, cloud=30))
    _, document = search(ask, **{"ids": ["scene-001", "other", "scene-003", "scene-001"], **changes})
    assert ids(document) == [f"scene-{i:03d}" for i in found]


def test_tokens_expire_and_must_be_ours():
    form = f"grant_type=client_credentials&client_id={ACCOUNT.client_id}&client_secret={ACCOUNT.client_secret}".encode()
    ours, theirs, ended = TokenIssuer(ACCOUNT), TokenIssuer(ACCOUNT), TokenIssuer(ACCOUNT, 0)

    def token(issuer):
        return json.loads(issuer.answer(form.replace(b" ", b"+"), "", "http://x").body)["access_token"]

    ours.check(f"Bearer {token(ours)}")
    for issuer, header, words in (
        (ours, f"Bearer {token(theirs)}", "not issued"),
        (ended, f"Bearer {token(ended)}", "expired"),
        (ours, "", "no bearer token"),
        (ours, "Bearer", "no bearer token"),
        (ours, "Bearer é.ü.ß", "not issued"),
        (ours, token(ours), "no bearer token"),
    ):
        with pytest.raises(HubError) as caught:
            issuer.check(header)
        assert (caught.value.status, caught.value.code) == (401, "COMMON_UNAUTHORIZED")
        assert words in caught.value.message


RADAR = {
    "acquisitionMode": "IW", "polarization": "DV", "resolution": "HIGH", "orbitDirection": "ASCENDING",
    "timeliness": "ArchNormal", "cover": square(46, -16, 47, -15), "dataPath": "s3://x", "radar": {"looks": 3},
}


def radar_scene(number, **properties):
    found = replace(scene(number, None), collection="sentinel-1-grd", properties={**RADAR, **properties})
    return replace(found, scene_id=f"S1B_IW_GRDH_{number}")


def test_radar_scenes_are_told_and_found_in_the_catalogs_words():
    ask = hub_of(radar_scene(1), radar_scene(2, orbitDirection="DESCENDING", polarization="SV"))
    of_library = (
        "sar:instrument_mode='IW' AND s1:polarization='DV' AND s1:resolution='HIGH' AND sat:orbit_state='ascending'"
    )
    _, document = search(ask, collections=["sentinel-1-grd"], filter=of_library)
    (item,) = document["features"]
    assert item["properties"] == {
        "datetime": "2019-01-02T07:00:00.120Z", "platform": "sentinel-1b", "constellation": "sentinel-1",
        "instruments": ["c-sar"], "gsd": 10, "sar:instrument_mode": "IW", "s1:polarization": "DV",
        "s1:resolution": "HIGH", "sat:orbit_state": "ascending", "s1:timeliness": "ArchNormal",
    }
    found = search(ask, collections=["sentinel-1-grd"], distinct="sat:orbit_state")[1]
    assert found["features"] == ["descending", "ascending"]
    assert search(ask, collections=["sentinel-1-grd"], distinct="s1:resolution")[0] == 400
    listed = ask("GET", "/collections/sentinel-1-grd/queryables")[1]["properties"]
    assert set(listed) == {
        "sar:instrument_mode", "sat:orbit_state", "s1:polarization", "s1:resolution", "s1:timeliness"
    }


def test_distinct_values_are_paged_like_items():
    ask = hub_of(*(scene(i, day=i // 2) for i in range(10)))
    _, first = search(ask, distinct="date", limit=3)
    _, rest = search(ask, distinct="date", limit=3, next=first["context"]["next"])
    assert first["features"] == ["2019-01-05", "2019-01-04", "2019-01-03"] and first["context"]["next"] == 3
    assert rest["features"] == ["2019-01-02", "2019-01-01"] and "next" not in rest["context"]


def test_an_item_has_the_members_of_recorded_ones():
    _, document = search(hub_of(scene(1)))
    (item,) = document["features"]
    assert item["geometry"]["crs"] == {"type": "name", "properties": {"name": "urn:ogc:def:crs:OGC::CRS84"}}
    assert {link["rel"] for link in item["links"]} == {"root", "self", "parent", "collection"}
    assert item["stac_extensions"] == [
        "https://stac-extensions.github.io/eo/v1.0.0/schema.json",
        "https://stac-extensions.github.io/projection/v1.0.0/schema.json",
    ]
    data = {"href": "/scenes/1", "title": "Folder of the band files", "type": "inode/directory"}
    assert item["assets"]["data"] == data


def test_an_asset_on_a_server_keeps_its_address():
    bands = {"B04": BandFile("https://host/a/B04.tif"), "B08": BandFile("https://host/a/B08.tif")}
    _, document = search(hub_of(replace(scene(1), bands=bands)))
    assert document["features"][0]["assets"]["data"]["href"] == "https://host/a"


def test_next_links_of_posts_and_gets():
    ask = hub_of(*(scene(i) for i in range(5)))
    url = "http://127.0.0.1" + ROOT + "/search"
    links = {link["rel"]: link for link in search(ask, limit=2)[1]["links"]}
    assert links["self"]["href"] == url
    assert links["next"] == {
        "rel": "next", "href": url, "type": "application/geo+json", "method": "POST", "body": {"next": 2}, "merge": True
    }
    query = {"collections": "sentinel-2-l2a", "datetime": "../..", "limit": "2"}
    links = {link["rel"]: link for link in ask("GET", "/search", query=query)[1]["links"]}
    assert links["next"]["href"] == f"{url}?collections=sentinel-2-l2a&datetime=..%2F..&limit=2&next=2"
    assert "body" not in links["next"] and links["next"]["method"] == "GET"
    _, document = ask("GET", "/collections/sentinel-2-l2a/items", query={"limit": "2"})
    links = {link["rel"]: link for link in document["links"]}
    assert links["next"]["href"].endswith("/collections/sentinel-2-l2a/items?limit=2&next=2")


def test_landing_names_everything():
    _, document = hub_of()("GET", "/")
    links = {(link["rel"], link.get("method"), link["href"].rpartition("1.0.0")[2]) for link in document["links"]}
    assert {
        ("root", None, "/"), ("self", None, "/"), ("data", None, "/collections"), ("conformance", None, "/conformance"),
        ("search", "GET", "/search"), ("search", "POST", "/search"), ("child", None, "/collections/sentinel-2-l2a"),
    } <= links
    assert "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2" in document["conformsTo"]
    assert hub_of()("GET", "/conformance")[1]["conformsTo"] == document["conformsTo"]


def test_a_collection_document_has_the_members_of_recorded_ones():
    ask = hub_of(scene(1))
    _, document = ask("GET", "/collections/sentinel-2-l2a")
    assert document["summaries"]["eo:cloud_cover"] == {"minimum": 0, "maximum": 100}
    assert document["summaries"]["constellation"] == ["sentinel-2"] and document["summaries"]["gsd"] == [10]
    assert document["providers"] == [] and document["license"] == "proprietary"
    assert {link["rel"] for link in document["links"]} >= {"root", "self", "parent", "items"}
    assert ask("GET", "/collections/sentinel-2-l2a/queryables")[1]["$schema"].startswith("https://json-schema.org")


@pytest.mark.parametrize("name", ["byoc-0074520d", "0074520d", "batch-0074520d"])
def test_own_collections_answer_to_every_spelling(name):
    mine = replace(find_collection("sentinel-2-l1c"), collection_id="byoc-0074520d", legacy_name="byoc-0074520d")
    ask = hub_of(replace(scene(1), collection="byoc-0074520d"), more_collections=(mine,))
    assert ask("GET", f"/collections/{name}")[0] == 200
    assert ids(search(ask, collections=[name])[1]) == ["scene-001"]


@pytest.mark.parametrize("method, path, status", [
    ("GET", "/nothing", 404), ("DELETE", "/search", 405), ("GET", "/collections/a/b/c", 404),
    ("GET", "/collections/none/items", 404), ("POST", "/search", 400),
])
def test_every_error_below_the_catalog_has_the_catalogs_body(method, path, status):
    found, document = hub_of()(method, path)
    assert found == status and set(document) == {"code", "description"}


def test_a_single_item_has_the_same_members():
    ask = hub_of(scene(1), scene(2))
    _, document = search(ask)
    assert ask("GET", "/collections/sentinel-2-l2a/items/scene-001")[1] == document["features"][1]
