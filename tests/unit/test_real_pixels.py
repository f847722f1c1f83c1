"""A whole real Sentinel-2 tile: pictures of the notebook's size against ``gdalwarp`` and numpy."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from real_scenes import DATA

from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.records import InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render

gdal.UseExceptions()
SCENE = DATA / "s2_scene"
SIZE = (631, 1047)
BOXES = {
    "lon/lat at 60 m": BBox(-11.75, 24.45, -11.375, 25.017, "EPSG:4326"),
    "web mercator": BBox(-1310000, 2805000, -1272140, 2867820, "EPSG:3857"),
    "its own grid, shifted": BBox(210_033.0, 2_721_017.0, 247_893.0, 2_783_837.0, "EPSG:32629"),
}


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    if not SCENE.exists():
        pytest.skip(f"the real Sentinel-2 tile is not at {SCENE}")
    folder = tmp_path_factory.mktemp("tile")
    report = ingest_folder(SCENE, folder, "sentinel-2-l2a")
    assert report.scenes == 1 and not report.skipped
    return folder


def gdalwarp(name, bbox, method):
    """What GDAL's warper makes of a band on the grid; overviews off, every cell transformed exactly."""
    warped = gdal.Warp(
        "", str(SCENE / f"{name}.tif"), format="MEM", dstSRS=bbox.crs, outputBounds=bbox.corners, width=SIZE[0],
        height=SIZE[1], resampleAlg=method, errorThreshold=0, overviewLevel="NONE", outputType=gdal.GDT_Float64,
    )
    return warped.ReadAsArray()


def rendered(data, folder, bbox, bands, body, output, resampling="NEAREST"):
    script = (
        f"//VERSION=3\nfunction setup() {{ return {{input: [{{bands: {bands}, units: 'DN'}}], output: {output}}} }}\n"
        f"function evaluatePixel(s) {{ return [{body}] }}"
    )
    source = InputData("sentinel-2-l2a", upsampling=resampling, downsampling=resampling)
    request = RenderRequest(PixelGrid(bbox, *SIZE), (source,), script, (ResponseFormat("default", "image/tiff"),))
    dataset = gdal.Open(str(render(request, data, folder).body))
    return dataset.ReadAsArray()


@pytest.mark.parametrize("place", BOXES)
@pytest.mark.parametrize("method, warp", [("NEAREST", "near"), ("BILINEAR", "bilinear"), ("BICUBIC", "cubic")])
def test_a_picture_of_631_x_1047_equals_gdalwarp(data, tmp_path, place, method, warp):
    bbox = BOXES[place]
    got = rendered(data, tmp_path, bbox, "['B08']", "s.B08", "{bands: 1, sampleType: 'FLOAT32'}", method)
    expected = gdalwarp("B08", bbox, warp)
    assert got.shape == SIZE[::-1] == expected.shape
    assert (expected > 0).all() and len(np.unique(expected)) > 1000
    if method == "NEAREST":
        assert (got != expected).sum() <= 5, "cells whose centre lies on a pixel's edge to a millionth"
    else:
        np.testing.assert_allclose(got, expected, rtol=2e-6)


def test_true_colour_and_ndvi_equal_numpy_on_the_same_pixels(data, tmp_path):
    bbox = BOXES["lon/lat at 60 m"]
    planes = {name: gdalwarp(name, bbox, "near") for name in ("B02", "B03", "B04", "B08")}
    stretch = "0.00025 * s.B04, 0.00025 * s.B03, 0.00025 * s.B02"
    got = rendered(data, tmp_path, bbox, "['B02', 'B03', 'B04']", stretch, "{bands: 3}")
    for plane, name in zip(got, ("B04", "B03", "B02")):
        expected = np.floor(np.clip(0.00025 * planes[name], 0, 1) * 255 + 0.5)
        assert (plane != expected).sum() <= 5 and plane.std() > 5
    ratio = "(s.B08 - s.B04) / (s.B08 + s.B04)"
    got = rendered(data, tmp_path, bbox, "['B04', 'B08']", ratio, "{bands: 1, sampleType: 'FLOAT32'}")
    red, infrared = planes["B04"], planes["B08"]
    expected = ((infrared - red) / (infrared + red)).astype("float32")
    assert (got != expected).sum() <= 5 and 0 < expected.mean() < 0.3


def test_an_overview_serves_a_coarse_picture(data, tmp_path):
    """Cells of 420 m read the overview of 400 m, exactly its pixels."""
    bbox = BBox(199_980, 2_690_820, 309_180, 2_800_020, "EPSG:32629")
    script_output = "{bands: 1, sampleType: 'UINT16'}"
    source = InputData("sentinel-2-l2a")
    script = (
        "//VERSION=3\nfunction setup() { return {input: [{bands: ['B04'], units: 'DN'}], output: "
        f"{script_output}}} }}\nfunction evaluatePixel(s) {{ return [s.B04] }}"
    )
    request = RenderRequest(PixelGrid(bbox, 260, 260), (source,), script, (ResponseFormat("default", "image/tiff"),))
    dataset = gdal.Open(str(render(request, data, tmp_path).body))
    overview = gdal.OpenEx(str(SCENE / "B04.tif"), open_options=["OVERVIEW_LEVEL=1"])
    pixels, width = overview.ReadAsArray(), overview.GetGeoTransform()[1]
    index = np.floor((np.arange(260) + 0.5) * 420 / width).astype(int)
    assert np.array_equal(dataset.ReadAsArray(), pixels[np.ix_(index, index)])
