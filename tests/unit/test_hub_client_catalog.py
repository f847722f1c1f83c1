"""Catalog search, error bodies, connections and deployments."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from stand_in import StandIn, error_body

from sentinel_workbench.core.errors import (
    AlreadyThere,
    AuthenticationFailed,
    EvalscriptRejected,
    InvalidInput,
    NotThere,
    PermissionDenied,
    QuotaExhausted,
    RateLimited,
    RequestRejected,
    ServiceUnavailable,
    UnexpectedAnswer,
)
from sentinel_workbench.core.http.complaints import read_complaint
from sentinel_workbench.core.http.transport import HttpResponse
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.deployments import find_deployment, known_deployments, mismatched_urls
from sentinel_workbench.core.hub.errors import error_from_response
from sentinel_workbench.core.hub.token import TokenCache
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.timerange import TimeRange

JUNE = TimeRange.of_days("2020-06-01", "2020-06-30")
AREA = BBox(46.16, -16.15, 46.51, -15.58)


def item(number, **properties):
    return {
        "id": f"S2B_{number}",
        "collection": "sentinel-2-l2a",
        "geometry": {"type": "Polygon", "coordinates": []},
        "properties": {"datetime": "2020-06-12T07:09:59.2Z", "eo:cloud_cover": 12.5, **properties},
    }


@pytest.fixture
def hub():
    with StandIn() as server:
        server.items = [item(number) for number in range(230)]
        yield server


def make_client(hub):
    connection = Connection("t", base_url=hub.url, token_url=hub.token_url)
    return HubClient(connection, Credentials(hub.client_id, hub.client_secret), tokens=TokenCache())


@pytest.mark.parametrize("drop_context", [False, True])
def test_all_pages_are_read(hub, drop_context):
    hub.faults.drop_context = drop_context
    scenes = list(make_client(hub).search("sentinel-2-l2a", AREA, JUNE, 40))
    assert [scene.scene_id for scene in scenes] == [f"S2B_{n}" for n in range(230)]
    assert hub.seen.searches == 3 and [p.get("next") for p in hub.seen.payloads] == [None, 100, 200]
    assert scenes[0].cloud_percent == 12.5 and scenes[0].geometry["type"] == "Polygon"
    assert scenes[0].date == dt.datetime(2020, 6, 12, 7, 9, 59, 200000, dt.timezone.utc)


def test_pages_are_asked_for_as_they_are_wanted(hub):
    next(make_client(hub).search("sentinel-2-l2a", AREA, JUNE))
    assert hub.seen.searches == 1


def test_the_search_body(hub):
    list(make_client(hub).search("sentinel-2-l2a", AREA, JUNE, 40))
    assert hub.seen.payloads[0] == {
        "collections": ["sentinel-2-l2a"],
        "datetime": "2020-06-01T00:00:00Z/2020-06-30T23:59:59Z",
        "bbox": [46.16, -16.15, 46.51, -15.58],
        "filter": "eo:cloud_cover <= 40",
        "filter-lang": "cql2-text",
        "limit": 100,
    }


@pytest.mark.parametrize("collection, percent", [("sentinel-1-grd", 40), ("byoc-x", 40), ("sentinel-2-l2a", None)])
def test_no_cloud_filter_where_it_has_no_meaning(hub, collection, percent):
    list(make_client(hub).search(collection, AREA, JUNE, percent))
    assert "filter" not in hub.seen.payloads[0]


def test_any_crs_is_searched_in_lon_lat(hub):
    list(make_client(hub).search("sentinel-2-l2a", BBox(500000, 0, 600000, 100000, "EPSG:32638"), JUNE))
    west, south, east, north = hub.seen.payloads[0]["bbox"]
    assert west == pytest.approx(45, abs=1e-6) and south == pytest.approx(0, abs=1e-6)
    assert east == pytest.approx(45.9, abs=0.01) and north == pytest.approx(0.9, abs=0.01)


def test_missing_cloud_cover_is_none(hub):
    hub.items = [{**item(1), "properties": {"datetime": "2020-06-12T07:09:59Z"}}]
    assert next(make_client(hub).search("sentinel-1-grd", AREA, JUNE)).cloud_percent is None


@pytest.mark.parametrize("bad", [{"id": "x"}, {"id": "x", "properties": {"datetime": "then"}}, "text", None])
def test_an_item_that_can_not_be_read(hub, bad):
    hub.items = [bad]
    with pytest.raises(UnexpectedAnswer, match="item"):
        list(make_client(hub).search("sentinel-2-l2a", AREA, JUNE))


def test_collections_are_listed(hub):
    interval = {"temporal": {"interval": [["2016-10-20T00:00:00Z", None]]}}
    hub.collections = [
        {"id": "a", "title": "A", "extent": interval, "summaries": {"eo:bands": [{"name": "B01"}]}},
        {"id": "b"},
        "nonsense",
    ]
    first, second = make_client(hub).collections()
    assert (first.title, first.earliest, first.bands) == ("A", "2016-10-20T00:00:00Z", ("B01",))
    assert (second.title, second.earliest, second.bands) == ("b", None, ())


@pytest.mark.parametrize(
    "body, message, code",
    [
        (json.dumps(error_body(400, "No.")), "No.", "COMMON_BAD_PAYLOAD"),
        (
            '{"status":429,"reason":"Too Many","message":"Slow","code":"RATE_LIMIT_EXCEEDED"}',
            "Slow",
            "RATE_LIMIT_EXCEEDED",
        ),
        ('{"code": 404, "description": "No such collection"}', "No such collection", "404"),
        ('{"error":"invalid_client","error_description":"Bad"}', "Bad", "invalid_client"),
        ('{"error":{"message":"m","errors":{"parameter":"p","violation":"v"}}}', "m; p: v", None),
        (
            "<ServiceExceptionReport><ServiceException>Failed</ServiceException></ServiceExceptionReport>",
            "Failed",
            None,
        ),
        ("<html><body>Proxy</body></html>", "", None),
        ("[1, 2]", "[1, 2]", None),
        ("busy", "busy", None),
        ("", "", None),
        ("\udcff\udcfe", "\ufffd\ufffd", None),
        ('{"error": null, "message": null}', "", None),
    ],
)
def test_every_shape_of_error_body_is_read(body, message, code):
    complaint = read_complaint(body.encode("utf-8", "surrogateescape"))
    assert (complaint.message.strip("\ufffd") or None) == (message.strip("\ufffd") or None)
    assert complaint.code == code


@pytest.mark.parametrize(
    "status, code, kind",
    [
        (400, "COMMON_BAD_PAYLOAD", RequestRejected),
        (400, "RENDERER_EXCEPTION", EvalscriptRejected),
        (401, "COMMON_UNAUTHORIZED", AuthenticationFailed),
        (403, "COMMON_INSUFFICIENT_PERMISSIONS", PermissionDenied),
        (403, "ACCESS_INSUFFICIENT_PROCESSING_UNITS", QuotaExhausted),
        (404, "COMMON_NOT_FOUND", NotThere),
        (404, None, RequestRejected),
        (409, "COMMON_UNIQUE_KEY_VIOLATION", AlreadyThere),
        (429, "RATE_LIMIT_EXCEEDED", RateLimited),
        (500, "RENDERER_EXCEPTION", ServiceUnavailable),
        (503, None, ServiceUnavailable),
        (302, None, UnexpectedAnswer),
    ],
)
def test_every_status_has_its_class_and_advice(status, code, kind):
    content = json.dumps(error_body(status, "Because.", code)).encode()
    error = error_from_response(
        HttpResponse(status, {"location": "http://login/?x=1"}, content), "https://h/p?key=abc"
    )
    assert type(error) is kind and error.advice and "abc" not in str(error)
    assert status == 302 or (error.status, error.code, error.url) == (status, code, "https://h/p")


@pytest.mark.parametrize(
    "url", ["", "nowhere", "ftp://x", "http://example.org", "https://user:pw@example.org", "https://a b", "https://x:y"]
)
def test_unusable_urls_are_refused_when_the_connection_is_made(url):
    with pytest.raises(InvalidInput):
        Connection("x", base_url=url, token_url="https://example.org/token")


def test_a_connection_of_a_known_service():
    connection = Connection.of_deployment("cdse")
    assert connection.url("process") == "https://sh.dataspace.copernicus.eu/api/v1/process"
    assert connection.requests_per_minute == 300
    assert Connection("x", base_url="https://example.org/ ", token_url="https://example.org/t").base_url[-1] == "g"
    with pytest.raises(InvalidInput):
        Connection.of_deployment("custom")


def test_deployments_are_complete():
    ids = [deployment.id for deployment in known_deployments()]
    assert ids[-2:] == ["local", "custom"] and len(set(ids)) == len(ids)
    for deployment in known_deployments():
        assert {"process", "catalog", "byoc", "statistics"} <= set(deployment.paths)
        assert deployment.has_own_urls == (deployment.token_url is not None)
    with pytest.raises(InvalidInput):
        find_deployment("mars")


def test_a_token_of_one_service_is_not_for_another():
    cdse, main = find_deployment("cdse"), find_deployment("sentinel-hub")
    west = find_deployment("sentinel-hub-us-west-2")
    assert mismatched_urls(main.base_url, cdse.token_url) and mismatched_urls(cdse.base_url, main.token_url)
    assert not mismatched_urls(west.base_url, main.token_url)
    assert not mismatched_urls("https://example.org", main.token_url)


def test_no_repr_shows_the_secret(hub):
    credentials = Credentials("id", "pass-phrase")
    assert "pass-phrase" not in repr(credentials) and "pass" not in repr(make_client(hub).__dict__)
    for empty in (("", "x"), ("x", " ")):
        with pytest.raises(InvalidInput):
            Credentials(*empty)
