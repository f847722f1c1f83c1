"""Process API requests: what is understood, and the service's own words for what is not."""

from __future__ import annotations

import copy
import datetime as dt
import json

import pytest
from hub_fakes import MemoryStore, valid_request

from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.process_request import read_process_request
from sentinel_workbench.localhub.records import HubError

UTC = dt.timezone.utc
FIND = CollectionFinder(MemoryStore()).find
EPSG = "http://www.opengis.net/def/crs/EPSG/0/"


def changed(path, value):
    """A valid request with the member at ``a/0/b`` replaced, or removed when the value is ``...``."""
    body = copy.deepcopy(valid_request())
    node = body
    *parents, last = [int(part) if part.isdigit() else part for part in path.split("/")]
    for part in parents:
        node = node[part] if isinstance(part, int) else node.setdefault(part, {})
    if value is ...:
        node.pop(last, None)
    else:
        node[last] = value
    return body


def read(body, accept="*/*", content_type="application/json"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_process_request(raw, content_type, accept, FIND)


def refusal(body, **more):
    with pytest.raises(HubError) as caught:
        read(body, **more)
    return caught.value


def test_everything_a_full_request_says_is_read():
    order = read(valid_request(), accept="image/tiff")
    assert order.grid.bbox.corners == (46.16, -16.15, 46.51, -15.58) and order.grid.bbox.crs == "EPSG:4326"
    assert (order.grid.width, order.grid.height) == (631, 1047)
    (data,) = order.inputs
    assert data.collection == "sentinel-2-l2a" and data.max_cloud_percent == 28
    assert data.time_from == dt.datetime(2019, 1, 1, tzinfo=UTC)
    assert data.time_to == dt.datetime(2019, 1, 31, 23, 59, 59, tzinfo=UTC)
    assert (data.mosaicking_order, data.upsampling, data.downsampling) == ("leastCC", "BILINEAR", "NEAREST")
    assert [(r.identifier, r.mime) for r in order.responses] == [("default", "image/tiff")] and order.container is None


def test_the_smallest_documented_body():
    source = {"bounds": {"bbox": [13.8, 45.8, 14.5, 46.2]}, "data": [{"type": "S2L2A"}]}
    order = read({"input": source, "evalscript": "x"})
    assert order.grid.bbox.crs == "OGC:CRS84" and (order.grid.width, order.grid.height) == (256, 256)
    assert order.inputs[0].collection == "sentinel-2-l2a" and order.inputs[0].time_from is None
    assert [(r.identifier, r.mime, r.quality) for r in order.responses] == [("default", "image/png", 90)]


@pytest.mark.parametrize(
    "path, value",
    [
        ("input/data/0/processing/atmosphericCorrection", "NONE"),
        ("input/bounds/geometry", None),
        ("input/data/0/dataFilter", None),
        ("input/data/0/dataFilter/timeRange", None),
        ("input/data/0/id", None),
        ("output", None),
        ("output/responses", []),
        ("somethingElse", {"a": [1, 2]}),
        ("output/width", 512.0),
    ],
)
def test_nulls_and_unknown_fields_are_tolerated(path, value):
    assert read(changed(path, value)).evalscript == "paint"


def test_a_geometry_alone_gives_the_box_and_with_a_box_keeps_it():
    ring = [[46.2, -16.0], [46.2, -15.9], [46.3, -15.9], [46.3, -16.0], [46.2, -16.0]]
    body = changed("input/bounds/geometry", {"type": "Polygon", "coordinates": [ring]})
    assert read(body).grid.bbox.corners == (46.16, -16.15, 46.51, -15.58)
    assert read(body).geometry == {"type": "Polygon", "coordinates": [ring]}
    del body["input"]["bounds"]["bbox"]
    assert read(body).grid.bbox.corners == (46.2, -16.0, 46.3, -15.9)


@pytest.mark.parametrize(
    "corners, res, size",
    [
        ((1155360.39, 5285081.17, 1156965.06, 5286609.81), 10, (160, 153)),
        ((1155360.39, 5285081.17, 1156965.06, 5286609.81), 260, (6, 6)),
        ((0, 0, 2.5, 0.2), 1, (3, 1)),
    ],
)
def test_size_by_resolution_rounds_half_up_and_is_at_least_one(corners, res, size):
    body = changed("output", {"resx": res, "resy": res})
    body["input"]["bounds"] = {"bbox": list(corners), "properties": {"crs": EPSG + "3857"}}
    grid = read(body).grid
    assert (grid.width, grid.height) == size


def test_too_fine_a_resolution_is_refused_in_the_recorded_words():
    body = changed("output", {"resx": 10, "resy": 10})
    body["input"]["bounds"] = {"bbox": [500000, 0, 526240, 1000], "properties": {"crs": EPSG + "32633"}}
    error = refusal(body)
    words = "`width = 2624`, calculated from resx, is larger than allowed 2500."
    assert (error.status, error.code, error.message) == (400, "COMMON_BAD_PAYLOAD", words)
    assert error.errors == ({"parameter": "output->resx", "violation": words},)


def test_degrees_taken_for_metres_end_as_the_resolution_limit():
    error = refusal(changed("output", {"resx": 10, "resy": 10}))
    assert error.code == "COMMON_EXCEPTION"
    assert "meters per pixel exceeds the limit 1500.00 meters per pixel of the collection S2L2A." in error.message


def test_utm_pixels_of_1500_m_pass_and_1501_m_do_not():
    body = changed("output", {"width": 10, "height": 10})
    body["input"]["bounds"] = {"bbox": [400000, 0, 415000, 15000], "properties": {"crs": EPSG + "32633"}}
    assert read(body).grid.resolution == (1500, 1500)
    body["input"]["bounds"]["bbox"][2] = 415010
    assert "1501.00 meters per pixel" in refusal(body).message


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2020-01-01T12:00:00+02:00", dt.datetime(2020, 1, 1, 10, tzinfo=UTC)),
        ("2020-01-01T12:00:00.5Z", dt.datetime(2020, 1, 1, 12, 0, 0, 500000, tzinfo=UTC)),
        ("2020-01-01t12:00:00.123456789z", dt.datetime(2020, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)),
    ],
)
def test_times_with_offsets_and_fractions(text, moment):
    body = changed("input/data/0/dataFilter/timeRange", {"from": text, "to": text})
    assert read(body).inputs[0].time_from == read(body).inputs[0].time_to == moment


@pytest.mark.parametrize(
    "path, value, words",
    [
        ("input", ..., "`input` must be set"),
        ("input/bounds", ..., "`bounds` must be set"),
        ("input/bounds/bbox", ..., "`bbox` or `geometry` must be set"),
        ("input/bounds/bbox", [1, 2, 3], "exactly 4 numbers"),
        ("input/bounds/bbox", [1, 2, "3", 4], "must be a number"),
        ("input/bounds/bbox", [1, 2, True, 4], "must be a number"),
        ("input/bounds/bbox", [1, 2, 1, 4], "no width or no height"),
        ("input/bounds/bbox", [1, 2, 190, 4], "leaves the range"),
        ("input/bounds", {"bbox": [0, 0, 2e9, 9], "properties": {"crs": EPSG + "3857"}}, "every reference system"),
        ("input/bounds/geometry", {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1e300], [0, 0]]]},
         "every reference system"),
        ("input/bounds/properties/crs", EPSG + "27700", "is not supported"),
        ("input/bounds/properties/crs", "urn:nonsense", "is not supported"),
        ("input/bounds/properties/crs", EPSG + "²", "is not supported"),
        ("input/bounds/geometry", {"type": "Point", "coordinates": [1, 2]}, "Polygon or a MultiPolygon"),
        ("input/bounds/geometry", {"type": "Polygon", "coordinates": [[[1, 2], [2, 2], [2, 3], [1, 3]]]}, "not closed"),
        ("input/bounds/geometry", {"type": "Polygon", "coordinates": [[[1, 2], [1, 2]]]}, "fewer than 4"),
        ("input/bounds/geometry", {"type": "Polygon", "coordinates": [[1, 2, 3, 4]]}, "not a pair"),
        ("input/bounds/geometry", {"type": "MultiPolygon", "coordinates": []}, "no coordinates"),
        ("input/data", [], "at least one entry"),
        ("input/data", ["sentinel-2-l2a"], "must be an object"),
        ("input/data/0/type", ..., "`type` must be set"),
        ("input/data/0/type", "sentinel-9", "'sentinel-9' is not known"),
        ("input/data/0/dataFilter/timeRange/from", "2019-01-01", "is not an RFC 3339 date-time"),
        ("input/data/0/dataFilter/timeRange/from", "2019-02-30T00:00:00Z", "is not a date that exists"),
        ("input/data/0/dataFilter/timeRange/from", "0001-01-01T00:00:00+10:00", "is not a date that exists"),
        ("input/data/0/dataFilter/timeRange/to", "2018-01-01T00:00:00Z", "must not be after"),
        ("input/data/0/dataFilter/maxCloudCoverage", 101, "between 0 and 100"),
        ("input/data/0/dataFilter/mosaickingOrder", "newest", "must be one of mostRecent"),
        ("input/data/0/processing/upsampling", "LANCZOS", "must be one of NEAREST"),
        ("input/data/0/processing/harmonizeValues", "no", "must be true or false"),
        ("evalscript", ..., "`evalscript` must be set"),
        ("evalscript", " ", "`evalscript` must be set"),
        ("output/width", 2501, "between 1 and 2500"),
        ("output/width", 0, "between 1 and 2500"),
        ("output/width", 10.5, "between 1 and 2500"),
        ("output/resx", 10, "Only width and height or resx and resy can be set at the same time."),
        ("output/responses/0/format/type", "image/gif", "'image/gif' is not supported"),
        ("output/responses/0/format/quality", 101, "between 0 and 100"),
        ("output/responses/0/format/type", "application/json", "Output 'default' can't be sent as application/json"),
        ("output/responses/0/identifier", "userdata", "Output 'userdata' can't be sent as image/tiff"),
        ("output", {"resx": 0, "resy": 1}, "greater than 0"),
        ("output", {"resx": 1e-320, "resy": 1}, "larger than allowed 2500"),
    ],
)
def test_what_is_wrong_is_named(path, value, words):
    error = refusal(changed(path, value))
    assert (error.status, error.code) == (400, "COMMON_BAD_PAYLOAD")
    assert words in error.message


@pytest.mark.parametrize(
    "body, words",
    [
        (b"", "Request body should be non-empty."),
        (b"  \n", "Request body should be non-empty."),
        (b"{", "not valid JSON"),
        (b"\xff\xfe", "not valid JSON"),
        (b"[]", "must be a JSON object"),
        (b'{"input": NaN}', "not valid JSON"),
        (b"[" * 100000, "not valid JSON"),
        (b'{"output": ' + b"9" * 5000 + b"}", "not valid JSON"),
    ],
)
def test_bodies_that_are_no_request(body, words):
    assert words in refusal(body).message


def test_an_unknown_byoc_collection_is_not_found():
    error = refusal(changed("input/data/0/type", "byoc-6b99104b-a728-4821-b1f0-37309642e7e9"))
    assert (error.status, error.code) == (404, "COMMON_NOT_FOUND")
    assert error.message == "Collection 6b99104b-a728-4821-b1f0-37309642e7e9 not found."


def test_a_timeless_collection_takes_no_notice_of_the_time():
    assert read(changed("input/data/0/type", "dem")).inputs[0].time_from is None


TWO = [
    {"identifier": "default", "format": {"type": "image/tiff"}},
    {"identifier": "userdata", "format": {"type": "application/json"}},
]


@pytest.mark.parametrize(
    "responses, accept, mimes, container",
    [
        (None, "image/jpeg", ["image/jpeg"], None),
        (TWO[:1], "image/png", ["image/png"], None),
        (TWO[:1], "*/*", ["image/tiff"], None),
        (TWO[:1], "", ["image/tiff"], None),
        (TWO[:1], "text/html, image/png;q=0.5, image/jpeg;q=0.7", ["image/jpeg"], None),
        (TWO[:1], "application/tar", ["image/tiff"], "application/x-tar"),
        (TWO[1:], "application/json", ["application/json"], None),
        (TWO, "application/x-tar", ["image/tiff", "application/json"], "application/x-tar"),
        (TWO, "multipart/mixed", ["image/tiff", "application/json"], "multipart/mixed"),
        (TWO, "*/*", ["image/tiff", "application/json"], "application/x-tar"),
        (TWO, "image/tiff, application/tar;q=0.1", ["image/tiff", "application/json"], "application/x-tar"),
        (TWO, "application/octet-stream", ["image/tiff", "application/json"], "application/x-tar"),
        (TWO[:1], "multipart/mixed", ["image/tiff"], "multipart/mixed"),
        (TWO[:1], "application/octet-stream", ["image/tiff"], None),
        (TWO[:1], "image/gif;q=1, IMAGE/PNG; q=0.3", ["image/png"], None),
        (TWO[:1], "image/png;q=0, image/jpeg;q=0.1", ["image/jpeg"], None),
        (TWO[:1], "image/png;q=nan", ["image/png"], None),
        ([{"format": {"type": "image/tiff;depth=32f"}}], "*/*", ["image/tiff"], None),
        ([{"format": {"type": "image/png"}}], "image/tiff;q=0.9,*/*;q=0.8", ["image/tiff"], None),
        ([{"identifier": "userdata"}], "*/*", ["application/json"], None),
        (TWO[:1], "application/json, text/plain, */*", ["image/tiff"], None),
        (TWO[:1], "application/json, image/jpeg;q=0.5", ["image/jpeg"], None),
        (TWO[1:], "image/png, application/json;q=0.1", ["application/json"], None),
    ],
)
def test_the_accept_header_goes_before_the_formats(responses, accept, mimes, container):
    order = read(changed("output/responses", responses), accept=accept)
    assert [response.mime for response in order.responses] == mimes and order.container == container


def test_accept_headers_that_cannot_be_served():
    assert "Several responses" in refusal(changed("output/responses", TWO), accept="image/tiff").message
    assert "names no format" in refusal(valid_request(), accept="text/html").message
    assert "'default' can't be sent as application/json" in refusal(valid_request(), accept="application/json").message
    assert "can't be sent as image/png" in refusal(changed("output/responses", TWO[1:]), accept="image/png").message
    twice = changed("output/responses", TWO[:1] * 2)
    assert "only once" in refusal(twice, accept="application/x-tar").message


def test_octets_are_asked_for_by_the_accept_header_only():
    assert read(valid_request(), accept="application/octet-stream").octet_stream
    assert not read(valid_request(), accept="*/*").octet_stream
    assert not read(changed("output/responses", TWO), accept="application/octet-stream").octet_stream


@pytest.mark.parametrize("name", ["../up", "a/b", "a\\b", 'a"b', "a\r\nX: y", "x" * 61, ".hidden"])
def test_an_output_that_is_no_file_name_is_refused(name):
    error = refusal(changed("output/responses/0/identifier", name))
    assert "can't be the name of a file" in error.message
    assert error.errors[0]["parameter"] == "output->responses[0]->identifier"


@pytest.mark.parametrize(
    "path", ["evalscript", "input/data/0/type", "input/data/0/id", "output/responses/0/identifier", "unknown"]
)
@pytest.mark.parametrize("text", ["\ud800", "a\udfffb", "\udfff\ud800"])
def test_half_characters_are_refused_wherever_they_are(path, text):
    assert "surrogate" in refusal(changed(path, text)).message
    assert "surrogate" in refusal(json.dumps(changed(path, text)).upper().replace("\\U", "\\u").encode()).message


def test_data_products_are_refused_and_scripts_may_have_any_character():
    assert read(changed("evalscript", "// \U0001f6f0")).evalscript == "// \U0001f6f0"
    product = changed("evalscript", "")
    product["dataProduct"] = {"@id": "https://example.org/configuration"}
    assert "Data products are not served" in refusal(product).message


def test_more_entries_than_sensible_are_refused():
    assert "at most 50" in refusal(changed("input/data", [{"type": "sentinel-2-l2a"}] * 51)).message
    assert "at most 100" in refusal(changed("output/responses", [{"identifier": f"a{i}"} for i in range(101)])).message


@pytest.mark.parametrize("value, last", [(b"1" * 1001, "digits"), (b"1" * 300_000, "digits")])
def test_numbers_of_many_digits_are_refused_before_they_are_read(value, last):
    assert last in refusal(b'{"input": ' + value + b"}").message


def test_the_last_of_two_equal_keys_counts():
    body = json.dumps(valid_request()).replace('"width": 631', '"width": "x", "width": 631')
    assert read(body.encode()).grid.width == 631


def form_of(parts, boundary=b"XX"):
    pieces = [b"--%s\r\nContent-Disposition: form-data; %s\r\n\r\n%s\r\n" % (boundary, *part) for part in parts]
    return b"".join(pieces) + b"--%s--\r\n" % boundary


def test_a_form_brings_request_and_script_apart():
    body = {key: value for key, value in valid_request().items() if key != "evalscript"}
    script = "//VERSION=3\r\n// ünï\n\nfunction f() {}"
    form = (
        b'--XX\r\nContent-Disposition: form-data; name="request"\r\nContent-Type: application/json\r\n\r\n'
        + json.dumps(body).encode()
        + b'\r\n--XX\r\nContent-Disposition: form-data; name="evalscript"\r\n\r\n'
        + script.encode()
        + b"\r\n--XX--\r\n"
    )
    assert read(form, content_type="multipart/form-data; boundary=XX").evalscript == script
    assert "no parts" in refusal(form, content_type="multipart/form-data").message
    assert "non-empty" in refusal(b"", content_type="multipart/form-data; boundary=XX").message


def request_part(**changes):
    return b'name="request"', json.dumps(valid_request(**changes)).encode()


@pytest.mark.parametrize(
    "content_type, boundary",
    [
        ('multipart/form-data; boundary="a b:c"', b"a b:c"),
        ("multipart/form-data; charset=utf-8; BOUNDARY=----x", b"----x"),
        ("Multipart/Form-Data;boundary=XX; charset=utf-8", b"XX"),
    ],
)
def test_boundaries_as_clients_write_them(content_type, boundary):
    parts = [(b'name="evalscript"; filename="e.js"', b"a\r\n--XXX\r\n--b"), request_part(), (b"name=more", b"\x00\xff")]
    assert read(form_of(parts, boundary), content_type=content_type).evalscript == "a\r\n--XXX\r\n--b"


@pytest.mark.parametrize(
    "body, words",
    [
        (form_of([(b'name="evalscript"', b"x")]), "Request body should be non-empty."),
        (form_of([request_part()])[:-8], "boundary"),
        (form_of([(b"nothing", b"x")]), "has no name"),
        (form_of([request_part()] * 30), "too many"),
        (form_of([request_part(), (b'name="evalscript"', b"\xff")]), "is not UTF-8 text"),
        (b"--XX\r\n" * 100_000, "too many"),
        (b"Content-Type: multipart/mixed; boundary=XX\r\n\r\n--XX\r\n" * 2000, "boundary"),
    ],
)
def test_forms_that_are_none(body, words):
    assert words in refusal(body, content_type="multipart/form-data; boundary=XX").message


def test_other_content_types_are_refused():
    error = refusal(valid_request(), content_type="text/csv")
    assert (error.status, error.code) == (415, "COMMON_UNSUPPORTED_MEDIA_TYPE")
