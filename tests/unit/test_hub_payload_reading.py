"""Request bodies read back as orders: lossless for our own, clear about what is wrong in others."""

from __future__ import annotations

import copy
import itertools
import json
import math

import pytest

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.payload_reading import read_payload
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.grid import CRS84, BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, Response
from sentinel_workbench.core.model.timerange import TimeRange

JUNE = TimeRange.of_days("2020-06-01", "2020-06-30")
RING = [[46.2, -16.0], [46.2, -15.9], [46.3, -15.9], [46.2, -16.0]]
MINIMAL = {"input": {"bounds": {"bbox": [1, 2, 3, 4]}, "data": [{"type": "dem"}]}, "evalscript": "return [DEM]"}


def full_order():
    return ImageOrder(
        PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 631, 1047),
        (
            DataSource("sentinel-2-l2a", JUNE, "leastCC", 28, "optical"),
            DataSource("sentinel-1-grd", JUNE, None, None, "radar", {"polarization": "DV"}, {"orthorectify": True}),
        ),
        "//VERSION=3\nfunction setup() {}",
        (Response("default", "image/jpeg", 75), Response("userdata", "application/json")),
        {"type": "Polygon", "coordinates": [RING]},
    )


def test_what_was_built_is_read_back():
    order = full_order()
    assert read_payload(build_payload(order)) == order


def test_the_shortest_request_has_the_defaults_of_the_service():
    order = read_payload(MINIMAL)
    assert order.grid == PixelGrid(BBox(1, 2, 3, 4, CRS84), 256, 256)
    assert order.responses == (Response("default", "image/png"),)
    assert order.sources == (DataSource("dem"),)


def test_size_from_resolution_as_the_service_rounds():
    body = copy.deepcopy(MINIMAL)
    body["input"]["bounds"] = {
        "bbox": [1155360.393335921, 5285081.168940068, 1156965.063795706, 5286609.808304847],
        "properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/3857"},
    }
    body["output"] = {"resx": 10, "resy": 10}
    grid = read_payload(body).grid
    assert (grid.height, grid.width, grid.bbox.crs) == (153, 160, "EPSG:3857")


def test_a_geometry_alone_gives_its_extent():
    body = copy.deepcopy(MINIMAL)
    body["input"]["bounds"] = {"geometry": {"type": "Polygon", "coordinates": [RING]}}
    assert read_payload(body).grid.bbox == BBox(46.2, -16.0, 46.3, -15.9, CRS84)


@pytest.mark.parametrize("path, value, told", [
    ((), [], "must be an object"),
    (("evalscript",), 5, "evalscript"),
    (("input", "data"), {}, "input.data"),
    (("input", "data", 0, "type"), None, "input.data[0].type"),
    (("input", "data", 0, "dataFilter"), {"timeRange": {"from": "2020-01-01"}}, "timeRange.to"),
    (("input", "data", 0, "dataFilter"), {"mosaickingOrder": "best"}, "'best' is not known"),
    (("input", "data", 0, "id"), 5, "input.data[0].id"),
    (("input", "data", 0, "dataFilter"), {"timeRange": {"from": "2020-01-01", "to": "9999-12-31"}}, "timeRange.to"),
    (("input", "data", 0, "dataFilter"), {"maxCloudCoverage": math.inf}, "maxCloudCoverage of the request must be a"),
    (("input", "bounds", "geometry"), {"type": "Polygon", "coordinates": None}, "coordinates"),
    (("input", "bounds", "geometry"), {"type": "Polygon", "coordinates": [[["1", 2]]]}, "coordinates"),
    (("input", "bounds", "geometry"), {"type": "Polygon", "coordinates": [[1, 2], [3, 4]]}, "coordinates"),
    (("output",), {"width": math.nan}, "output.width"),
    (("input", "data", 0, "processing"), {"speckleFilter": [math.inf]}, "processing.speckleFilter[0] of the request"),
    (("output",), {"width": 10, "resy": 10}, "a size and a resolution"),
    (("input", "bounds", "bbox"), [1, 2, 3], "four numbers"),
    (("input", "bounds", "bbox"), [1, 2, 3, "4"], "a number"),
    (("input", "bounds"), {}, "a bbox or a geometry"),
    (("input", "bounds"), {"geometry": {"type": "Point", "coordinates": [1, 2]}}, "Polygon"),
    (("input", "bounds", "properties"), {"crs": "Mars"}, "Mars"),
    (("output",), {"width": 2.5}, "a whole number"),
    (("output",), {"resx": 0}, "positive"),
    (("output",), {"responses": [{"format": {"type": "image/jpeg", "quality": 101}}]}, "0..100"),
    (("outputs",), {}, "'outputs' is not a member"),
])
def test_each_fault_is_named(path, value, told):
    body = copy.deepcopy(MINIMAL)
    if not path:
        body = value
    else:
        place = body
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
    with pytest.raises(InvalidInput) as caught:
        read_payload(body)
    assert told in caught.value.message


ODD = [None, True, 0, -1, math.inf, math.nan, 10**30, "", [], {}, "x", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z",
       [[]], [None], {"a": 1}, 1.5, "\ud800"]


def places_in(value, above=()):
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, member in members:
        yield (*above, step)
        yield from places_in(member, (*above, step))


def test_whatever_a_hand_writes_is_read_or_refused():
    """Anything else would be an error of the program in the middle of typing."""
    body = build_payload(full_order())
    for place, odd in itertools.product(list(places_in(body)), ODD):
        changed = json.loads(json.dumps(body))
        holder = changed
        for step in place[:-1]:
            holder = holder[step]
        holder[place[-1]] = odd
        try:
            order = read_payload(changed)
        except InvalidInput:
            continue
        json.dumps(build_payload(order), allow_nan=False)
