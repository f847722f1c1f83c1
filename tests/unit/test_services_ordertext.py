"""Orders as JSON, curl and Python, and back."""

from __future__ import annotations

import json
import subprocess

import pytest

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.grid import CRS84, BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, Response
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.notebook_writing import as_python
from sentinel_workbench.core.services.ordertext import as_curl, as_json, read_order

JUNE = TimeRange.of_days("2020-06-01", "2020-06-30")
RING = [[46.2, -16.0], [46.2, -15.9], [46.3, -15.9], [46.2, -16.0]]
SCRIPT = "//VERSION=3\n// it's a 'test' with a \"quote\", žluť and $HOME\nfunction setup() {}\n"


def plain_order(**changes):
    parts = {
        "grid": PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 631, 1047),
        "sources": (DataSource("sentinel-2-l2a", JUNE, "leastCC", 29),),
        "evalscript": SCRIPT,
    }
    return ImageOrder(**{**parts, **changes})


def fused_order():
    return plain_order(
        sources=(
            DataSource("landsat-ot-l1", JUNE, "mostRecent", 57, "ls8", {}, {"upsampling": "BICUBIC"}),
            DataSource("sentinel-1-grd", JUNE, None, None, "s1", {"polarization": "DV"}, {"orthorectify": True}),
            DataSource("byoc-7453e962-0ee5-4f74-8227-89759fbe9ba9", JUNE),
        ),
        responses=(Response("default", "image/jpeg", 75), Response("userdata", "application/json")),
        geometry={"type": "Polygon", "coordinates": [RING]},
        evalscript='//VERSION=3\nvar s = "a\\\\b"; var t = """never valid""";',
    )


ORDERS = [
    plain_order(),
    fused_order(),
    plain_order(grid=PixelGrid(BBox(5e5, 8e6, 5.1e5, 8.1e6, "EPSG:32738"), 10, 100), sources=(DataSource("dem"),)),
    plain_order(grid=PixelGrid(BBox(5e5, 8e6, 5.1e5, 8.1e6, "EPSG:3857"), 10, 100)),
]


@pytest.mark.parametrize("order", ORDERS)
def test_every_form_is_read_back(order):
    for text in (as_json(order), as_curl(order, "https://example.org/api/v1/process"), as_python(order)):
        assert read_order(text) == order


def test_the_shell_hands_curl_the_very_body(tmp_path):
    command = as_curl(plain_order(), "http://127.0.0.1:9/api/v1/process")
    recorder = tmp_path / "curl"
    recorder.write_text('#!/bin/sh\nfor word in "$@"; do printf "%s\\0" "$word"; done\n')
    recorder.chmod(0o755)
    shell = {"PATH": f"{tmp_path}:/usr/bin:/bin", "SH_TOKEN": "t"}
    words = subprocess.run(["sh", "-c", command], env=shell, capture_output=True, check=True).stdout.split(b"\0")
    assert json.loads(words[words.index(b"--data-raw") + 1]) == build_payload(plain_order())
    assert b"Authorization: Bearer t" in words


@pytest.mark.parametrize("collection", ["SENTINEL1_IW_ASC", "DEM_COPERNICUS_30", "SENTINEL2_L1C"])
def test_a_tutorial_cell_is_understood(collection):
    order = read_order(f'''
betsiboka_coords_wgs84 = (46.16, -16.15, 46.51, -15.58)
resolution = 60
betsiboka_bbox = BBox(bbox=betsiboka_coords_wgs84, crs=CRS.WGS84)
betsiboka_size = bbox_to_dimensions(betsiboka_bbox, resolution=resolution)
evalscript = """return [1]"""
request = SentinelHubRequest(
    evalscript=evalscript,
    input_data=[SentinelHubRequest.input_data(
        data_collection=DataCollection.{collection}, time_interval=("2020-06-12", "2020-06-13"),
        mosaicking_order=MosaickingOrder.LEAST_CC)],
    responses=[SentinelHubRequest.output_response("default", MimeType.PNG)],
    bbox=betsiboka_bbox, size=betsiboka_size, config=config)
''')
    assert (order.grid.width, order.grid.height) == (631, 1047)
    assert order.sources[0].time_range == TimeRange.of_days("2020-06-12", "2020-06-13")
    assert order.sources[0].filters == {
        "SENTINEL1_IW_ASC": {
            "acquisitionMode": "IW", "polarization": "DV", "resolution": "HIGH", "orbitDirection": "ASCENDING"
        },
        "DEM_COPERNICUS_30": {"demInstance": "COPERNICUS_30"},
        "SENTINEL2_L1C": {},
    }[collection]


@pytest.mark.parametrize("text, told", [
    ("  ", "no text"),
    ('{"input": ', "not valid JSON, line 1"),
    ("[" * 100_000, "not valid JSON"),
    ("curl -X POST https://example.org", "no request body"),
    ("curl -d @body.json https://example.org", "no request body"),
    ("curl -d '{", "can't be read"),
    ("once upon a time", "neither JSON, curl nor Python, line 1"),
    ("x = 1", "no SentinelHubRequest"),
    ("a = SentinelHubRequest()\nb = SentinelHubRequest()", "2 SentinelHubRequests"),
    ("SentinelHubRequest(open('/etc/passwd').read(), [], [])", "Line 1: the value of 'open("),
    ("e = e\nSentinelHubRequest(e, [], [])", "Line"),
    ("SentinelHubRequest(evalscript='x', input_data=[], responses=[])", "Line 1"),
    ("SentinelHubRequest(**parts)", "Line 1"),
    ("SentinelHubRequest('x', [DataCollection.NOTHING], [])", "DataCollection.NOTHING"),
    ("SentinelHubRequest({[1]: 2}, [], [])", "Line 1: the value of '{[1]: 2}'"),
    ("SentinelHubRequest(1j, [], [])", "Line 1: the value of '1j'"),
    ("SentinelHubRequest(b'x', [], [])", "Line 1"),
    (as_python(plain_order()).replace("maxcc=0.29", "maxcc=1e999"), "Line 13: the value of"),
    (as_python(plain_order()).replace("CRS.WGS84)", "CRS(9999999999))"), "'EPSG:9999999999' is not"),
])
def test_what_can_t_be_read_is_told(text, told):
    with pytest.raises(InvalidInput) as caught:
        read_order(text)
    assert told in caught.value.message


def test_an_image_beyond_the_services_size_says_so_in_python():
    large = plain_order(grid=PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 2501, 100))
    assert "# The service takes 2500 px a side" in as_python(large) and read_order(as_python(large)) == large
    assert "# The service" not in as_python(plain_order())


def test_an_image_beyond_the_services_size_says_so_in_curl():
    large = plain_order(grid=PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 100, 2501))
    command = as_curl(large, "https://example.org/api/v1/process")
    assert command.startswith("# The service takes 2500 px a side") and read_order(command) == large
    assert read_order("\r\n# mine, it's long\r\n\r\n" + command.replace("\n", "\r\n")) == large
    assert as_curl(plain_order(), "https://example.org").startswith("curl ")
    with pytest.raises(InvalidInput, match="no SentinelHubRequest"):
        read_order("# only a comment")


def test_crs84_is_written_as_wgs84_which_is_the_same_place():
    order = plain_order(grid=PixelGrid(BBox(1, 2, 3, 4, CRS84), 10, 10))
    assert read_order(as_python(order)).grid.bbox == BBox(1, 2, 3, 4)
