"""Requests that are valid by their form and made to hurt: odd areas, odd shapes, odd scripts, all really rendered."""

from __future__ import annotations

import json
import math
import tarfile

import numpy as np
import pytest
from mutations import HubUnderTest, Specimen, no_hang
from osgeo import gdal
from synthetic_scenes import write_raster

from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.raster.mask import geometry_mask
from sentinel_workbench.localhub.ingest import ingest_folder

EPSG = "http://www.opengis.net/def/crs/EPSG/0/"
UTM = {"crs": EPSG + "32631"}
BOX = [500000, 4999920, 500080, 5000000]
TIFF = {"identifier": "default", "format": {"type": "image/tiff"}}
USERDATA = {"identifier": "userdata", "format": {"type": "application/json"}}
MASK = (
    "//VERSION=3\nfunction setup() { return {input: ['B04', 'dataMask'], output: {bands: 1, sampleType: 'UINT8'}}; }\n"
    "function evaluatePixel(s) { return [s.dataMask]; }\n"
)
WORLD = MASK.replace("'B04'", "'number'")
"""Of a collection that covers the earth and may be asked for at any resolution."""


@pytest.fixture(scope="module")
def under_test(tmp_path_factory):
    folder = tmp_path_factory.mktemp("abuse")
    hub = HubUnderTest(folder)
    hub.pool.every = 1
    numbers = np.arange(1, 180 * 360 + 1).reshape(180, 360).astype(np.uint16)
    write_raster(folder / "world" / "20200101" / "number.tif", numbers, -180.0, 90.0, 1.0, "EPSG:4326")
    ingest_folder(folder / "world", folder / "data", "world")
    return hub


def asked(under_test, bounds, script=MASK, responses=(TIFF,), size=(16, 16), **processing):
    """Status, error or file of a request that is rendered."""
    collection = "world" if "number" in script else "sentinel-2-l2a"
    document = {
        "input": {"bounds": bounds, "data": [{"type": collection, "processing": processing}]},
        "output": {"width": size[0], "height": size[1], "responses": list(responses)},
        "evalscript": script,
    }
    with no_hang():
        answer = under_test.answer(Specimen("abuse", "/api/v1/process", document))
    assert answer.status in (200, 400), answer.body
    if answer.status == 400:
        return 400, json.loads(answer.body)["error"]["message"]
    return 200, answer.body_file


def polygon(*rings):
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring] for ring in rings]}


def circle(points):
    turn = 2 * math.pi / points
    ring = [(500040 + 39 * math.cos(i * turn), 4999960 + 39 * math.sin(i * turn)) for i in range(points)]
    return polygon([*ring, ring[0]])


SLIVER = [(500010, 4999930), (500070, 4999990), (500040, 4999960), (500010, 4999930)]
SHAPES = {
    "bow tie": polygon([(500000, 4999920), (500080, 5000000), (500080, 4999920), (500000, 5000000), (500000, 4999920)]),
    "no area": polygon(SLIVER),
    "one point": polygon([(500010, 4999930)] * 4),
    "hole outside": polygon(
        [(500010, 4999930), (500060, 4999930), (500060, 4999990), (500010, 4999930)],
        [(600010, 4999930), (600060, 4999930), (600060, 4999990), (600010, 4999930)],
    ),
    "fifty thousand points": circle(50_000),
    "five hundred parts": {
        "type": "MultiPolygon",
        "coordinates": [
            [[[x, 4999930], [x + 0.1, 4999930], [x, 4999990], [x, 4999930]]]
            for x in (500000 + i / 7 for i in range(500))
        ],
    },
}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes_no_one_would_draw_are_still_rasterized(under_test, name):
    bounds = {"bbox": BOX, "properties": UTM, "geometry": SHAPES[name]}
    status, file = asked(under_test, bounds)
    assert status == 200, file
    expected = geometry_mask(SHAPES[name], PixelGrid(BBox(*BOX, "EPSG:32631"), 16, 16))
    assert np.array_equal(gdal.Open(str(file)).ReadAsArray(), expected)


def test_a_shape_that_leaves_its_reference_system_is_refused(under_test):
    far = polygon([(500010, 4999930), (5e8, 4999930), (500070, 4999990), (500010, 4999930)])
    status, message = asked(under_test, {"bbox": BOX, "properties": UTM, "geometry": far})
    assert status == 400 and "leaves the area where EPSG:32631 can be used" in message


@pytest.mark.parametrize("code", [32631, 32760, 3857, 3031, 3413, 3995, 5514, 2193, 3035, 28992, 2154, 3844, 2180])
@pytest.mark.parametrize("size", [1e5, 1e7, 9.9e8])
@pytest.mark.parametrize("upsampling", ["NEAREST", "BILINEAR"])
def test_areas_as_large_as_the_world_end_as_a_picture_or_a_sentence(under_test, code, size, upsampling):
    for box in ([-size, -size, size, size], [size, size, size * 1.001, size * 1.001]):
        bounds = {"bbox": box, "properties": {"crs": f"{EPSG}{code}"}}
        status, what = asked(under_test, bounds, WORLD, upsampling=upsampling, downsampling=upsampling)
        assert status == 200 or what


ENDS = [[-180, -90, 180, 90], [179.9, -1, 180, 1], [-180, 89, 180, 90], [0, 0, 1e-9, 1e-9], [3, 45, 3.0000000001, 46]]


@pytest.mark.parametrize("box", ENDS)
@pytest.mark.parametrize("upsampling", ["NEAREST", "BICUBIC"])
def test_areas_at_the_ends_of_longitude_and_latitude(under_test, box, upsampling):
    status, what = asked(under_test, {"bbox": box}, WORLD, upsampling=upsampling)
    assert status == 200 and gdal.Open(str(what)).ReadAsArray().all(), what


USER_DATA = {
    "[5000 deep]": (400, "nested"),
    "{a: '\\ud800', b: NaN, c: undefined}": (200, {"a": "?", "b": None}),
    "{get a() { throw new Error('no') }}": (400, "Error: no"),
    "10n": (400, "BigInt"),
    "'x'.repeat(3e6)": (200, "x" * 3_000_000),
}


@pytest.mark.parametrize("value", USER_DATA)
def test_user_data_a_script_should_not_leave(under_test, value):
    nested = "(() => { let x = []; for (let i = 0; i < 5000; i++) { x = [x]; } return x; })()"
    text = nested if "deep" in value else value
    script = f"{MASK}function updateOutputMetadata(s, m, out) {{ out.userData = {text}; }}"
    status, what = asked(under_test, {"bbox": BOX, "properties": UTM}, script, (TIFF, USERDATA))
    expected_status, expected = USER_DATA[value]
    assert status == expected_status, what
    if status == 400:
        assert expected in what
        return
    with tarfile.open(what) as archive:
        assert json.load(archive.extractfile("userdata.json")) == expected


def test_megabytes_thrown_are_cut(under_test):
    script = MASK.replace("return [s.dataMask]", "throw new Error('x'.repeat(5e6))")
    status, message = asked(under_test, {"bbox": BOX, "properties": UTM}, script)
    assert status == 400 and "Error: xxx" in message and len(message) <= 20_000


@pytest.mark.parametrize("nodata", ["NaN", "1e40", "-1", "Infinity", "'x'", "{}", "null"])
@pytest.mark.parametrize("kind", ["UINT8", "INT8", "FLOAT32"])
def test_odd_nodata_values_do_not_break_a_tiff(under_test, nodata, kind):
    script = MASK.replace("sampleType: 'UINT8'", f"sampleType: '{kind}', nodataValue: {nodata}")
    status, file = asked(under_test, {"bbox": BOX, "properties": UTM}, script)
    assert status == 400 or (gdal.Open(str(file)).ReadAsArray() == 1).all()
