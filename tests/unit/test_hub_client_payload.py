"""Request bodies byte for byte as sentinelhub-py sends them, and what they are predicted to cost."""

from __future__ import annotations

import json

import pytest

from sentinel_workbench.core.hub.process import accept_header, build_payload
from sentinel_workbench.core.hub.units import estimate_units
from sentinel_workbench.core.model.grid import CRS84, BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, Response
from sentinel_workbench.core.model.timerange import TimeRange

GRID = PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 631, 1047)
SCRIPT = """//VERSION=3
function setup() { return {input: [%s], output: {bands: 3%s}}; }
function evaluatePixel(s) { return [s.B02, s.B03, s.B04]; }"""
RING = [(46.2, -16), (46.2, -15.9), (46.3, -15.9), (46.3, -16), (46.2, -16)]


def order(*sources, script="//VERSION=3", responses=(Response(),), geometry=None, grid=GRID):
    return ImageOrder(grid, sources, script, responses, geometry)


def test_the_captured_tutorial_body():
    source = DataSource("sentinel-2-l1c", TimeRange.of_days("2020-06-12", "2020-06-13"), "leastCC", 28)
    assert json.dumps(build_payload(order(source))) == (
        '{"input": {"bounds": {"properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326"}, "bbox": [46.16, '
        '-16.15, 46.51, -15.58]}, "data": [{"type": "sentinel-2-l1c", "dataFilter": {"timeRange": {"from": '
        '"2020-06-12T00:00:00Z", "to": "2020-06-13T23:59:59Z"}, "maxCloudCoverage": 28, "mosaickingOrder": '
        '"leastCC"}}]}, "evalscript": "//VERSION=3", "output": {"responses": [{"identifier": "default", "format": '
        '{"type": "image/tiff"}}], "width": 631, "height": 1047}}'
    )


def test_the_captured_radar_body_whatever_order_the_user_gave():
    source = DataSource(
        "sentinel-1-grd",
        TimeRange.of_days("2020-06-01", "2020-06-01"),
        "leastCC",
        28,
        "s1",
        {"orbitDirection": "ASCENDING", "resolution": "HIGH", "polarization": "DV", "acquisitionMode": "IW"},
        {"orthorectify": True, "downsampling": "BILINEAR", "backCoeff": "GAMMA0_TERRAIN", "upsampling": "BICUBIC"},
    )
    responses = (Response(), Response("userdata", "application/json"))
    made = order(source, responses=responses, geometry={"type": "Polygon", "coordinates": [RING]})
    assert json.dumps(build_payload(made)["input"]) == (
        '{"bounds": {"properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326"}, "bbox": [46.16, -16.15, '
        '46.51, -15.58], "geometry": {"type": "Polygon", "coordinates": [[[46.2, -16.0], [46.2, -15.9], [46.3, -15.9]'
        ', [46.3, -16.0], [46.2, -16.0]]]}}, "data": [{"type": "sentinel-1-grd", "id": "s1", "dataFilter": '
        '{"timeRange": {"from": "2020-06-01T00:00:00Z", "to": "2020-06-01T23:59:59Z"}, "maxCloudCoverage": 28, '
        '"mosaickingOrder": "leastCC", "acquisitionMode": "IW", "polarization": "DV", "resolution": "HIGH", '
        '"orbitDirection": "ASCENDING"}, "processing": {"upsampling": "BICUBIC", "downsampling": "BILINEAR", '
        '"orthorectify": true, "backCoeff": "GAMMA0_TERRAIN"}}]}'
    )
    assert accept_header(made) == "application/x-tar"


def test_a_timeless_source_has_no_empty_filter():
    assert build_payload(order(DataSource("dem")))["input"]["data"] == [{"type": "dem"}]


def test_a_part_of_the_grid_replaces_bbox_and_size_only():
    big = PixelGrid(BBox(500000, 5000000, 530000, 5030000, "EPSG:32633"), 3000, 3000)
    made = order(DataSource("sentinel-2-l2a"), grid=big)
    part = next(big.tiles()).grid
    payload = build_payload(made, part)
    assert payload["input"]["bounds"]["bbox"] == [500000.0, 5015000.0, 515000.0, 5030000.0]
    assert (payload["output"]["width"], payload["output"]["height"]) == (1500, 1500)
    assert payload["input"]["bounds"]["properties"]["crs"].endswith("/EPSG/0/32633")


def test_crs84_has_its_own_url():
    grid = PixelGrid(BBox(1, 2, 3, 4, CRS84), 5, 5)
    crs = build_payload(order(DataSource("dem"), grid=grid))["input"]["bounds"]["properties"]["crs"]
    assert crs == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


def test_a_single_response_is_asked_for_by_its_own_type():
    assert accept_header(order(DataSource("dem"), responses=(Response("a", "image/png"),))) == "image/png"


S2 = DataSource("sentinel-2-l2a")
THREE, MASKED = '"B02","B03","B04"', '"B02","B03","B04","dataMask"'


@pytest.mark.parametrize(
    "sources, script, samples, units",
    [
        ((S2,), SCRIPT % (THREE, ""), 1, 2.5202064514160156),
        ((S2,), SCRIPT % (MASKED, ""), 1, 2.5202064514160156),
        ((S2,), SCRIPT % ('"dataMask"', ""), 1, 2.5202064514160156 / 3),
        ((S2,), SCRIPT % (THREE, ', sampleType: "FLOAT32"'), 1, 2 * 2.5202064514160156),
        ((S2,), SCRIPT % (THREE, ', sampleType: "INT16"'), 4, 4 * 2.5202064514160156),
        ((S2, DataSource("sentinel-2-l1c")), SCRIPT % (THREE, ""), 1, 2 * 2.5202064514160156),
        ((S2, DataSource("sentinel-2-l1c"), DataSource("landsat-ot-l2")), SCRIPT % (THREE, ""), 1, 4 * 2.52020645),
        (
            (DataSource("sentinel-1-grd", processing={"orthorectify": True}),),
            SCRIPT % (THREE, ""),
            1,
            2 * 2.5202064514160156,
        ),
        ((S2,), "return [B04, B03, B02, B08]", 1, 2.5202064514160156 * 4 / 3),
        ((S2,), "not really ( a script", 1, 2.5202064514160156),
    ],
)
def test_the_predicted_units(sources, script, samples, units):
    assert estimate_units(order(*sources, script=script), samples) == pytest.approx(units, rel=1e-7)
