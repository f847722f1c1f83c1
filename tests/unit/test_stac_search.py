"""Searching: what is sent, what is checked here again, and services that do it differently."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from stac_items import Replay, make_item, make_items, recorded
from stac_server import StacServer

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    Cancelled,
    InvalidInput,
    NotThere,
    ServiceUnavailable,
    UnexpectedAnswer,
)
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.stac import paging, searching
from sentinel_workbench.core.stac.client import StacClient
from sentinel_workbench.core.stac.comparisons import Comparison, cql2_json, cql2_text, parse_comparison
from sentinel_workbench.core.stac.records import SortKey, StacConnection, StacQuery
from sentinel_workbench.core.stac.service import StacService
from sentinel_workbench.core.stac.times import interval
from sentinel_workbench.core.stac.wording import search_body, search_parameters

EVERYTHING = StacService("http://x/", "x", ("https://api.stacspec.org/v1.0.0/item-search#query",
                         "https://api.stacspec.org/v1.0.0/item-search#sort",
                         "https://api.stacspec.org/v1.0.0/item-search#fields"), "http://x/search", True, "http://x/c")
CLEAR = (parse_comparison("eo:cloud_cover<=20"),)


@pytest.fixture
def server(tmp_path, monkeypatch):
    monkeypatch.setattr(paging, "_TWICE", RetryPolicy(attempts=2, first_delay_s=0.001))
    with StacServer(tmp_path, make_items(45)) as running:
        yield running


def ids(result):
    return [item.item_id for item in result.items]


def find(server, **query):
    return StacClient(StacConnection(server.root)).search(StacQuery(("sentinel-2-l2a",), **query))


@pytest.mark.parametrize("given, sent", [
    ("2021", "2021-01-01T00:00:00Z/2021-12-31T23:59:59.999Z"),
    ("2021-06", "2021-06-01T00:00:00Z/2021-06-30T23:59:59.999Z"),
    ("2021-06-10", "2021-06-10T00:00:00Z/2021-06-10T23:59:59.999Z"),
    ("2021-01-01/2021-12-31", "2021-01-01T00:00:00Z/2021-12-31T23:59:59.999Z"),
    ("2021/..", "2021-01-01T00:00:00Z/.."),
    ([None, "2020-02"], "../2020-02-29T23:59:59.999Z"),
    (dt.datetime(2021, 1, 1, 12), "2021-01-01T12:00:00Z"),
    (dt.date(2021, 1, 1), "2021-01-01T00:00:00Z/2021-01-01T23:59:59.999Z"),
    ("2021-01-01T12:00:00+02:00", "2021-01-01T10:00:00Z"),
    (TimeRange.of_days("2021-01-01", "2021-01-02"), "2021-01-01T00:00:00Z/2021-01-02T23:59:59.999Z"),
])
def test_periods(given, sent):
    assert interval(given) == sent


@pytest.mark.parametrize("given", ["summer", "2021-13", "2021-02-30", "..", None, "2021/2020", "a/b/c", ""])
def test_what_is_no_period(given):
    with pytest.raises(InvalidInput):
        interval(given)


@pytest.mark.parametrize("given, sent", [
    ({"comparisons": (parse_comparison("eo:cloud_cover<5"),)}, {"query": {"eo:cloud_cover": {"lt": 5}}}),
    ({"comparisons": (parse_comparison("eo:cloud_cover<=5"), parse_comparison("gsd=10.5"))},
     {"query": {"eo:cloud_cover": {"lte": 5}, "gsd": {"eq": 10.5}}}),
    ({"comparisons": (parse_comparison("platform = sentinel-2b"),)}, {"query": {"platform": {"eq": "sentinel-2b"}}}),
    ({"comparisons": (Comparison("platform", "in", ("a", "b")),)}, {"query": {"platform": {"in": ["a", "b"]}}}),
    ({"sort": (SortKey("properties.datetime", True), SortKey("id"))},
     {"sortby": [{"field": "properties.datetime", "direction": "desc"}, {"field": "id", "direction": "asc"}]}),
    ({"include": ("id",), "exclude": ("geometry",)}, {"fields": {"include": ["id"], "exclude": ["geometry"]}}),
    ({"ids": ("a", "b")}, {"ids": ["a", "b"]}),
    ({"bbox": (1, 2, 3, 4)}, {"bbox": [1.0, 2.0, 3.0, 4.0]}),
    ({"intersects": {"type": "Feature", "geometry": {"type": "Point", "coordinates": [1, 2]}}},
     {"intersects": {"type": "Point", "coordinates": [1, 2]}}),
    ({"page_size": 50, "max_results": 10}, {"limit": 10}),
])
def test_bodies(given, sent):
    body = search_body(StacQuery(("a", "b"), **given), EVERYTHING)
    assert body == {"collections": ["a", "b"], "limit": 100, **sent}


def test_parameters():
    query = StacQuery(
        ("a", "b"), bbox=(1, 2, 3, 4), comparisons=CLEAR, include=("id",), exclude=("geometry",),
        sort=(SortKey("properties.datetime", True), SortKey("id")),
    )
    assert search_parameters(query, EVERYTHING) == {
        "collections": "a,b", "bbox": "1.0,2.0,3.0,4.0", "limit": "100", "query": '{"eo:cloud_cover":{"lte":20}}',
        "sortby": "-properties.datetime,+id", "fields": "+id,-geometry",
    }


def test_cql2():
    both = (*CLEAR, Comparison("s2:it's", "eq", "d'or"), Comparison("x y", "in", (1, 2)))
    assert cql2_json(CLEAR) == {"op": "<=", "args": [{"property": "eo:cloud_cover"}, 20]}
    assert cql2_json(both)["op"] == "and"
    assert cql2_text(both) == "eo:cloud_cover <= 20 AND \"s2:it's\" = 'd''or' AND \"x y\" IN (1, 2)"


@pytest.mark.parametrize("bad", [
    {"bbox": (1, 2, 3, 4), "intersects": {"type": "Point", "coordinates": [1, 2]}}, {"bbox": (1, 2, 3)},
    {"bbox": (0, 0, float("nan"), 1)}, {"bbox": (0, 10, 1, 5)}, {"bbox": (0, 0, 200, 1)}, {"page_size": 0},
    {"max_results": 0}, {"intersects": {"type": "Circle"}}, {"intersects": {"type": "Feature", "geometry": None}},
])
def test_bad_searches_are_refused_before_they_are_sent(bad):
    with pytest.raises(InvalidInput):
        StacQuery(**bad)


@pytest.mark.parametrize("text", ["", "cloud", "<5", "a<", "a<nan", "a<inf"])
def test_bad_conditions(text):
    with pytest.raises(InvalidInput):
        parse_comparison(text)


@pytest.mark.parametrize("paging_way", ["token", "page", "merge", "get"])
@pytest.mark.parametrize("next_on_last", [False, True])
def test_every_page_once(server, paging_way, next_on_last):
    server.ways.paging, server.ways.next_on_last = paging_way, next_on_last
    result = find(server, page_size=10)
    assert sorted(ids(result)) == [f"item-{n:03d}" for n in range(45)]
    assert result.matched == 45 and result.complete and not result.notes
    assert len(server.searches) == 5


def test_page_size_is_not_the_number_of_results(server):
    result = find(server, page_size=10, max_results=25)
    assert len(result.items) == 25 and not result.complete and result.matched == 45
    assert [entry["limit"] for entry in server.searches] == [10, 10, 10]
    assert find(server, max_results=45).complete


@pytest.mark.parametrize("way", ["link", "items"])
@pytest.mark.parametrize("counts", [True, False])
def test_a_service_that_pages_for_ever(server, way, counts):
    server.ways.repeats, server.ways.counts = way, counts
    result = find(server, page_size=10, max_results=None)
    assert len(result.items) == 10 and len(server.searches) <= 3
    assert any("repeated its pages" in note for note in result.notes)


@pytest.mark.parametrize("extensions, names", [
    (("query",), ["query"]), (("filter",), ["filter", "filter-lang"]), (("filter", "query"), ["query"]), ((), []),
])
def test_conditions_go_as_the_service_understands_them(server, extensions, names):
    server.ways.extensions = extensions
    result = find(server, comparisons=CLEAR)
    assert len(result.items) == 21
    assert [name for name in server.searches[0] if name in ("query", "filter", "filter-lang")] == names
    assert ("filtered here" in " ".join(result.notes)) == (not names)


def test_a_service_that_ignores_conditions_is_checked_here(server):
    server.ways.filters = server.ways.area = False
    server.add([make_item("far", west=80.0, cloud=1.0)])
    result = find(server, comparisons=CLEAR, bbox=(3.2, 50.2, 3.4, 50.4), period=interval("2020-06-01/2020-06-10"))
    assert sorted(ids(result)) == [f"item-{n:03d}" for n in range(10)]
    assert result.dropped and result.matched is None and "don't meet the search" in result.notes[0]


def test_a_service_that_ignores_everything_is_given_up(server, monkeypatch):
    monkeypatch.setattr(searching, "VAIN_LEAST", 20)
    server.ways.filters = False
    result = find(server, comparisons=(parse_comparison("eo:cloud_cover>99"),), page_size=10)
    assert not result.items and not result.complete and len(server.searches) == 3
    assert "ended early" in " ".join(result.notes)


def test_pages_too_heavy_are_halved(server):
    server.ways.heaviest = 12
    for way in ("token", "page", "get"):
        server.ways.paging = way
        assert len(find(server, page_size=40).items) == 45
    server.ways.heaviest = 2
    with pytest.raises(ServiceUnavailable):
        find(server, page_size=40)


def test_stumbling_is_tried_again(server):
    server.ways.statuses = [503, 504]
    assert len(find(server).items) == 45


def test_post_refused_falls_back_to_get(server):
    server.ways.posts = False
    shape = {"type": "Point", "coordinates": [3.5, 50.5]}
    result = find(server, comparisons=CLEAR, page_size=10, intersects=shape)
    assert len(result.items) == 21
    assert {entry.status for entry in server.log if entry.method == "POST"} == {405}
    assert sum(entry.method == "POST" for entry in server.log) == 1


def test_sorting_here_when_the_service_can_not(server):
    server.ways.extensions = ()
    result = find(server, sort=(SortKey("eo:cloud_cover", descending=True),))
    assert ids(result)[:2] == ["item-044", "item-043"] and "sorted here" in result.notes[0]


def test_conditions_that_get_lost_between_pages(server):
    """The next page is asked for by an address that says nothing of the condition."""
    server.ways.paging = "get"
    result = find(server, page_size=10, comparisons=CLEAR)
    assert sorted(ids(result)) == [f"item-{n:03d}" for n in range(21)] and result.dropped == 24


def test_fields_left_out_are_not_held_against_an_item(server):
    for item in server.items:
        del item["properties"]["eo:cloud_cover"]
    server.ways.filters = False
    assert len(find(server, comparisons=CLEAR, exclude=("properties.eo:cloud_cover",)).items) == 45
    assert not find(server, comparisons=CLEAR).items


def test_scenes_across_the_antimeridian(server):
    server.add([make_item("east", west=179.0), make_item("west", west=-180.0)])
    assert sorted(ids(find(server, bbox=(179.5, 50, -179.5, 51)))) == ["east", "west"]


def test_a_point_on_the_edge(server):
    assert len(find(server, bbox=(3.5, 50.5, 3.5, 50.5)).items) == 45


def test_the_landing_page_is_asked_once_and_headers_go_to_the_catalog(server):
    server.ways.header = ("Authorization", "Bearer abc")
    with pytest.raises(AuthenticationFailed):
        find(server)
    connection = StacConnection(server.root, headers={"Authorization": "Bearer abc"})
    client = StacClient(connection)
    assert len(client.search(StacQuery()).items) == 45 and "abc" not in repr(connection)
    client.search(StacQuery())
    assert sum(entry.path == "/stac" and entry.status == 200 for entry in server.log) == 1


def test_collections_queryables_and_items(server):
    server.add([make_item("x", collection="other")])
    client = StacClient(StacConnection(server.root))
    assert sorted(entry.collection_id for entry in client.collections()) == ["other", "sentinel-2-l2a"]
    assert client.collection("sentinel-2-l2a").interval == ("2020-06-01T10:00:00Z", "2020-07-15T10:00:00Z")
    assert client.queryables("other") == {"eo:cloud_cover": {"type": "number"}}
    assert client.item("other", "x").item_id == "x"
    for missing in (lambda: client.collection("none"), lambda: client.item("other", "none")):
        with pytest.raises(NotThere):
            missing()


def test_what_is_no_catalog(server, tmp_path):
    (tmp_path / "a.json").write_text('{"type": "Feature collection"}')
    for url in (server.url("a.json"), server.base + "/elsewhere"):
        with pytest.raises((UnexpectedAnswer, NotThere)):
            StacClient(StacConnection(url)).open()
    server.ways.html = True
    with pytest.raises(UnexpectedAnswer, match="web page"):
        StacClient(StacConnection(server.root)).open()


@pytest.mark.parametrize("feature", [
    {"type": "Feature", "id": "bare"}, {**make_item("odd"), "assets": [], "bbox": ["a"], "links": 3},
    {**make_item("odd2"), "geometry": {"type": "Polygon", "coordinates": "x"}},
    {**make_item("odd3"), "properties": {"datetime": 3}}, {**make_item("odd4"), "assets": {"a": {"href": None}}},
])
def test_incomplete_items_are_read(server, feature):
    server.ways.area = False
    server.items[:] = [{"collection": "sentinel-2-l2a", "properties": {}, **feature}]
    assert len(find(server, bbox=(3, 50, 4, 51)).items) == 1


def test_entries_that_are_no_items_do_not_cost_the_others(server):
    server.items[:] = make_items(12)
    for number in (2, 3, 4, 5, 6):
        server.items[number]["id"] = None
    result = find(server, page_size=2)
    assert len(result.items) == 7 and "sent 5 entries that are no STAC items" in " ".join(result.notes)
    for item in server.items:
        item["id"] = None
    with pytest.raises(UnexpectedAnswer, match="no STAC item"):
        find(server, page_size=2)


def test_cancel_between_pages(server):
    progress = Watched(lambda fraction, message: progress.cancel())
    with pytest.raises(Cancelled):
        StacClient(StacConnection(server.root)).search(StacQuery(page_size=5), progress)
    assert len(server.searches) == 1


EARTH = "https://earth-search.aws.element84.com/v1"


def test_recorded_two_collections_end_at_the_number_matched():
    landing = recorded("pystac-client/es_v1_search_dem.json")["interactions"][0]
    transport = Replay([landing, *recorded("pystac-client/es_v1_search_two_collections.json")["interactions"]])
    result = StacClient(StacConnection(EARTH), transport).search(StacQuery(
        ("sentinel-2-l2a", "landsat-c2-l2"), intersects={"type": "Point", "coordinates": [-105.1019, 40.1672]},
        period="2023-10-08T00:00:00Z/2023-10-08T23:59:59Z",
    ))
    assert [item.collection for item in result.items] == ["sentinel-2-l2a", "landsat-c2-l2"]
    assert result.complete and len(transport.sent) == 2  # the recorded empty page is never asked for


def test_recorded_paging_by_token():
    url = "https://planetarycomputer.microsoft.com/api/stac/v1"
    interactions = [*recorded("xcube-stac/pc_landing.json")["interactions"],
                    *recorded("pystac-client/pc_search_paging.json")["interactions"]]
    query = StacQuery(("naip",), bbox=(-73.21, 43.99, -73.12, 44.05), page_size=10, max_results=20)
    result = StacClient(StacConnection(url), Replay(interactions)).search(query)
    assert len(set(ids(result))) == 20 and result.matched is None and not result.complete


def test_recorded_filter_that_is_ignored():
    """Earth Search has no filter class, so the condition goes as ``query``; its answer is checked all the same."""
    landing = recorded("pystac-client/es_v1_search_filter_paging.json")["interactions"]
    transport = Replay([*landing, {**landing[1], "request_body": {"query": {"eo:cloud_cover": {"lte": 40}}}}])
    result = StacClient(StacConnection(EARTH), transport).search(
        StacQuery(comparisons=(parse_comparison("eo:cloud_cover<=40"),), max_results=3))
    assert all(item.properties["eo:cloud_cover"] <= 40 for item in result.items) and result.dropped
    assert json.loads(transport.sent[1].body)["query"] == {"eo:cloud_cover": {"lte": 40}}


def test_recorded_copernicus():
    transport = Replay(recorded("xcube-stac/cdse_search_s2_l2a.json")["interactions"])
    result = StacClient(StacConnection("https://stac.dataspace.copernicus.eu/v1"), transport).search(StacQuery(
        ("sentinel-2-l2a",), bbox=(9.0, 47.0, 9.1, 47.1), period="2020-07-01T00:00:00Z/2020-07-05T23:59:59Z"))
    assert [item.cloud_percent for item in result.items] == [31.64, 11.32, 98.39, 99.73]


def test_recorded_old_service_understands_query():
    interactions = recorded("pystac-client/es_v0_search_s2.json")["interactions"]
    client = StacClient(StacConnection("https://earth-search.aws.element84.com/v0"), Replay(interactions))
    service = client.open()
    assert service is not None and service.can("query") and not service.can("filter") and service.posts
    assert len(client.search(StacQuery(("sentinel-s2-l2a-cogs",), max_results=1)).items) == 1


def test_recorded_catalog_with_parameters_in_its_links():
    interactions = recorded("pystac-client/paituli_query_string.json")["interactions"]
    service = StacClient(StacConnection("https://paituli.csc.fi/geoserver/ogc/stac/v1"), Replay(interactions)).open()
    assert service is not None and service.posts
    assert service.search_url == "https://paituli.csc.fi/geoserver/ogc/stac/v1/search?f=application%2Fgeo%2Bjson"
