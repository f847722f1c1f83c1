"""The public BYOC notebook, by the public library, against the local hub over a folder of buckets."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from public_library import run_client
from synthetic_scenes import write_raster

CLIENT = Path(__file__).with_name("byoc_client.py")
BANDS = ("B02", "B03", "B04", "B08", "B11", "B12")
WEST, NORTH, PIXEL, SIZE = 399960.0, 5040000.0, 120.0, 1000


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """A folder of buckets with one tile of the mosaic's layout over the Caspian Sea."""
    root = tmp_path_factory.mktemp("buckets")
    rows, cols = np.mgrid[0:SIZE, 0:SIZE]
    folder = root / "sentinel-s2-l2a-mosaic-120" / "2019" / "11" / "27" / "39T"
    for number, band in enumerate(BANDS):
        pixels = (200 + 300 * number + rows + 2 * cols).astype(np.uint16)
        pixels[400:450] = 0
        _write(folder / f"{band}.tif", pixels)
    _write(folder / "dataMask.tif", np.full((SIZE, SIZE), 1, np.uint8))
    return root


def _write(path, pixels):
    write_raster(path, pixels, WEST, NORTH, PIXEL, "EPSG:32639", COMPRESS="DEFLATE", BLOCKSIZE="512", OVERVIEWS="AUTO")


@pytest.fixture(scope="module")
def ask(bucket, tmp_path_factory):
    """Runs one job of ``byoc_client.py``; returns its answer and its folder."""
    data = tmp_path_factory.mktemp("hub")
    command = [sys.executable, "-m", "sentinel_workbench.localhub", "serve", "--data", str(data), "--buckets"]
    process = subprocess.Popen([*command, str(bucket), "--workers", "1"], stdout=subprocess.PIPE, text=True)
    try:
        address = json.loads(process.stdout.readline())

        def run(job):
            folder = tmp_path_factory.mktemp(job)
            return run_client(CLIENT, job, folder, address), folder

        yield run
    finally:
        process.terminate()
        process.wait(15)
        process.stdout.close()


def test_collections(ask):
    answer, _ = ask("collections")
    assert set(answer["ids"]) <= set(answer["listed"])
    assert answer["renamed"] == "Digital Twin Earth @120m" and answer["answer"] == ""
    assert answer["found"] == ["red"] and list(answer["bands"]) == ["R"]
    gone = (
        '{"status": 404, "reason": "Not Found", "message": "Collection %s not found.", "code": "COMMON_NOT_FOUND"}'
        % answer["ids"][0]
    )
    assert gone in answer["message"] and "404 Client Error: Not Found" in answer["message"]


def test_tiles(ask):
    answer, _ = ask("tiles")
    assert (answer["waiting"], answer["tile"], answer["again"]) == ("WAITING", "INGESTED", "INGESTED")
    first, failed = answer["first"], answer["failed"]
    assert failed["status"] == "FAILED" and "No files found" in failed["additionalData"]["failedIngestionCause"]
    assert first["path"] == "2019/11/27/39T/(BAND).tif" and first["sensingTime"] == "2019-11-27T00:00:00Z"
    assert first["additionalData"]["minMetersPerPixel"] == 120.0
    assert first["additionalData"]["maxMetersPerPixel"] == 240.0
    assert set(first["additionalData"]["bandHeaderSizes"]) == {*BANDS, "dataMask"}
    assert first["tileGeometry"]["coordinates"][0][0] == [WEST, NORTH]
    assert first["coverGeometry"]["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::32639"
    assert answer["count"] == 2 and answer["by_path"] == [first["id"]] and answer["by_status"] == [failed["id"]]
    assert np.allclose(answer["bounds"], (49.8, 44.5, 51.2, 45.4), atol=1e-6)
    assert answer["trap"] == first["sensingTime"], "the notebook's `sensing_time` changes nothing"
    assert answer["updated"]["sensingTime"] == "2020-01-01T10:15:12Z"
    assert np.allclose(answer["updated"]["coverGeometry"]["coordinates"], first["coverGeometry"]["coordinates"])
    assert answer["copied"] == ["FAILED", "INGESTED"] and answer["left"] == [first["id"]]
    assert "COMMON_UNIQUE_KEY_VIOLATION" in answer["conflict"]


def test_the_false_colour_image_is_that_of_the_files(ask, bucket):
    answer, folder = ask("false_color")
    assert answer["shape"] == [567, 861, 4] and answer["dtype"] == "uint8" and answer["same"]
    assert set(answer["bands"]) == {*BANDS, "dataMask"}
    image = np.load(folder / "image.npy")
    expected = [_on_the_grid(bucket, band) for band in ("B08", "B04", "B03")]
    valid = np.all([pixels > 0 for pixels in expected], axis=0)
    assert 0.7 < valid.mean() < 0.95, "the stripe without data lies in the image"
    colours = np.round(np.clip(np.array(expected) * 2.5 / 10000, 0, 1) * 255) * valid
    assert (np.abs(image[..., :3].transpose(2, 0, 1) - colours) <= 1).all()
    assert (image[..., 3] == 255 * valid).all()


def _on_the_grid(bucket, band):
    """The band by GDAL's own warper on the grid of the image."""
    path = bucket / "sentinel-s2-l2a-mosaic-120" / "2019" / "11" / "27" / "39T" / f"{band}.tif"
    warped = gdal.Warp(
        "", str(path), format="MEM", dstSRS="EPSG:4326", outputBounds=(49.9604, 44.7176, 51.0481, 45.2324), width=861,
        height=567, resampleAlg="near", errorThreshold=0.0, overviewLevel="NONE", outputType=gdal.GDT_Float64,
    )
    return warped.ReadAsArray()
