"""What is copied from the Workbench really runs elsewhere, and brings the very pixels the Workbench has."""

from __future__ import annotations

import json
import os
import subprocess
import tarfile

import numpy as np
import pytest
from osgeo import gdal
from public_library import PEER_PYTHON

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import JPEG, JSON_TYPE, PNG, DataSource, ImageOrder, Response
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.services.image import ImageService
from sentinel_workbench.core.services.notebook_writing import as_python
from sentinel_workbench.core.services.ordertext import as_curl, as_json, read_order

gdal.UseExceptions()
SPRING = TimeRange.of_days("2019-01-01", "2019-03-31")
OPTICAL = DataSource("sentinel-2-l2a", SPRING, "leastCC", 57)
GEOGRAPHIC, UTM = BBox(46.2, -16.1, 46.4, -15.8), BBox(627000, 8230000, 633000, 8239000, "EPSG:32738")
RING = [[46.20, -16.10], [46.40, -16.10], [46.31, -15.82], [46.20, -15.90], [46.20, -16.10]]
PICTURE = """//VERSION=3
// it's "quoted", žluť and $HOME stay; 100 % \\ too
function setup() { return { input: ["B04", "B03", "B02", "dataMask"], output: { bands: 4 } }; }
function evaluatePixel(s) { return [2.5 * s.B04, 2.5 * s.B03, 2.5 * s.B02, s.dataMask]; }
"""
NUMBERS = """//VERSION=3
function setup() { return { input: [{ bands: ["B08", "B04"], units: "DN" }], output: [
  { id: "index", bands: 1, sampleType: "FLOAT32" }, { id: "raw", bands: 2, sampleType: "INT16" }] }; }
function evaluatePixel(s) { return { index: [index(s.B08, s.B04)], raw: [s.B08, s.B04] }; }
function updateOutputMetadata(scenes, inputs, outputs) { outputs.userData = { "name": "žluť" }; }
"""
FUSED = """//VERSION=3
function setup() { return { input: [{ datasource: "s2", bands: ["B04"] }, { datasource: "s1", bands: ["VV"] }],
  output: { bands: 2, sampleType: "FLOAT32" } }; }
function evaluatePixel(s) { return [s.s2.length ? s.s2[0].B04 : -1, s.s1.length ? s.s1[0].VV : -1]; }
"""
HEIGHT = """//VERSION=3
function setup() { return { input: ["DEM"], output: { bands: 1, sampleType: "INT16" } }; }
function evaluatePixel(s) { return [s.DEM]; }
"""
RADAR = DataSource("sentinel-1-grd", SPRING, "mostRecent", None, "s1", {"orbitDirection": "ASCENDING"},
                   {"backCoeff": "SIGMA0_ELLIPSOID"})
ORDERS = {
    "picture": ImageOrder(PixelGrid(GEOGRAPHIC, 71, 108), (OPTICAL,), PICTURE, (Response(mime=PNG),),
                          {"type": "Polygon", "coordinates": [RING]}),
    "numbers": ImageOrder(PixelGrid(UTM, 60, 90), (OPTICAL,), NUMBERS, (
        Response("index"), Response("raw"), Response("userdata", JSON_TYPE))),
    "fused": ImageOrder(PixelGrid(GEOGRAPHIC, 40, 50), (
        DataSource("sentinel-2-l2a", SPRING, "leastCC", 57, "s2", {}, {"upsampling": "BICUBIC"}), RADAR), FUSED),
    "height": ImageOrder(PixelGrid(UTM, 30, 45), (DataSource("dem"),), HEIGHT),
    "small": ImageOrder(PixelGrid(GEOGRAPHIC, 50, 60), (OPTICAL,),
                        PICTURE.replace("bands: 4", "bands: 3").replace(", s.dataMask]", "]"), (
                            Response(mime=JPEG, quality=60),)),
}
SAVE = """
import json, sys
import numpy as np
found = data[0] if isinstance(data[0], dict) else {"default": data[0]}
for name, value in found.items():
    if name == "userdata.json":
        json.dump(value, open("userdata.json", "w"))
    else:
        np.save(name.split(".")[0] + ".npy", value)
"""


@pytest.fixture()
def ours(hub, tmp_path):
    """Fetches an order as the Workbench does: output to array (rows, columns, bands), and the user data."""
    connection = Connection("hub", base_url=hub["url"], token_url=hub["token_url"])
    client = HubClient(connection, Credentials(hub["client_id"], hub["client_secret"]))

    def fetch(order):
        image = ImageService(client, ResponseCache(tmp_path / "cache")).fetch(order, Silent())
        return {name: pixels_of(str(path)) for name, path in image.rasters.items()}, image.userdata

    yield fetch
    client.close()


def pixels_of(path):
    array = gdal.Open(path).ReadAsArray()
    return np.moveaxis(array, 0, -1) if array.ndim == 3 else array[..., None]


def by_python(order, hub, folder):
    if not PEER_PYTHON.exists():
        pytest.skip("the environment of the public sentinelhub library is missing; run make setup")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "NO_PROXY": "127.0.0.1", "OAUTHLIB_INSECURE_TRANSPORT": "1",
        "SH_CLIENT_ID": hub["client_id"], "SH_CLIENT_SECRET": hub["client_secret"],
    }
    code = as_python(order, hub["url"], hub["token_url"]) + SAVE
    done = subprocess.run(
        [str(PEER_PYTHON), "-c", code], env=environment, cwd=folder, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    found = {path.stem: np.load(path) for path in folder.glob("*.npy")}
    told = folder / "userdata.json"
    return ({name: array if array.ndim == 3 else array[..., None] for name, array in found.items()},
            json.loads(told.read_text()) if told.exists() else None)


def by_curl(order, hub, folder):
    form = f"grant_type=client_credentials&client_id={hub['client_id']}&client_secret={hub['client_secret']}"
    answer = subprocess.run(["curl", "-s", "-d", form, hub["token_url"]], capture_output=True, text=True, timeout=60)
    environment = {**os.environ, "SH_TOKEN": json.loads(answer.stdout)["access_token"], "NO_PROXY": "127.0.0.1"}
    command = as_curl(order, hub["url"] + "/api/v1/process")
    done = subprocess.run(["sh", "-c", command], env=environment, cwd=folder, capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    (path,) = folder.glob("response.*")
    if path.suffix != ".tar":
        return {"default": pixels_of(str(path))}, None
    with tarfile.open(path) as archive:
        for name in ("index.tif", "raw.tif", "userdata.json"):
            (folder / name).write_bytes(archive.extractfile(name).read())
    told = json.loads((folder / "userdata.json").read_text(encoding="utf-8"))
    return {name: pixels_of(str(folder / f"{name}.tif")) for name in ("index", "raw")}, told


@pytest.mark.parametrize("door", [by_python, by_curl])
@pytest.mark.parametrize("name", ORDERS)
def test_a_copied_order_brings_the_same_pixels(ours, hub, tmp_path, name, door):
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    expected, told = ours(ORDERS[name])
    found, userdata = door(ORDERS[name], hub, folder)
    assert found.keys() == expected.keys() and userdata == told
    for output, pixels in expected.items():
        if name == "small" and door is by_python:  # another decoder of JPEG
            assert np.abs(found[output].astype(int) - pixels).max() <= 8
        else:
            assert np.array_equal(found[output], pixels) and len(np.unique(pixels)) > 5


@pytest.mark.parametrize("name", ORDERS)
def test_a_copied_order_pasted_back_is_the_same_request(name):
    order = ORDERS[name]
    for text in (as_json(order), as_curl(order, "http://127.0.0.1/api/v1/process"), as_python(order)):
        assert build_payload(read_order(text)) == build_payload(order)
