"""``serve --stac``: the whole hub as a process of its own over a catalog, asked over HTTP like the service."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import numpy as np
import pytest
import requests
from osgeo import gdal
from stac_items import make_item
from stac_server import StacServer
from synthetic_scenes import write_raster

from sentinel_workbench.localhub.__main__ import main
from sentinel_workbench.localhub.catalog_way import read_catalog_way

SCRIPT = """//VERSION=3
function setup() {
  return {input: ["B04", "B08", "dataMask"],
          output: [{id: "default", bands: 1, sampleType: "FLOAT32"}, {id: "dataMask", bands: 1}]};
}
function evaluatePixel(s) { return {default: [(s.B08 - s.B04) / (s.B08 + s.B04)], dataMask: [s.dataMask]}; }
"""
BOX = [500000, 4999920, 500080, 5000000]
INPUT = {
    "bounds": {"bbox": BOX, "properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/32631"}},
    "data": [{"type": "sentinel-2-l2a", "dataFilter": {"mosaickingOrder": "leastCC", "timeRange": {
        "from": "2020-06-01T00:00:00Z", "to": "2020-06-30T23:59:59Z"}}}],
}


@pytest.fixture(scope="module")
def catalog(tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    ramp = np.arange(1000, 1064, dtype=np.uint16).reshape(8, 8)
    for name, pixels in (("red", ramp), ("nir", ramp * 3), ("cloud", np.full((8, 8), 9000, np.uint16))):
        write_raster(folder / f"{name}.tif", pixels)
    where = {"type": "Polygon", "coordinates": [[[2, 44], [4, 44], [4, 46], [2, 46], [2, 44]]]}

    def item(name, day, cloud, red, nir):
        assets = {"red": {"href": red, "type": "image/tiff"}, "nir": {"href": nir, "type": "image/tiff"}}
        return {**make_item(name, f"2020-06-{day}T10:00:00Z", cloud, assets=assets), "geometry": where}

    items = [item("clear", "05", 1.0, "red.tif", "nir.tif"), item("cloudy", "25", 99.0, "cloud.tif", "cloud.tif")]
    with StacServer(folder, items) as server:
        server.ways.header = ("X-Key", "let me in")
        keys = folder / "headers.json"
        keys.write_text(json.dumps({"X-Key": "let me in"}))
        yield server, keys


@pytest.fixture(scope="module")
def hub(catalog):
    server, keys = catalog
    command = [
        sys.executable, "-m", "sentinel_workbench.localhub", "serve", "--workers", "1", "--exit-with-stdin",
        "--stac", server.root, "--collection", "sentinel-2-l2a", "--stac-headers", str(keys),
    ]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen(command, text=True, **pipes)
    line = process.stdout.readline()
    assert line, process.stderr.read()
    address = json.loads(line)
    session = requests.Session()
    session.trust_env = False
    form = {name: address[name] for name in ("client_id", "client_secret")}
    token = session.post(address["token_url"], data={"grant_type": "client_credentials", **form}).json()
    session.headers["Authorization"] = f"Bearer {token['access_token']}"
    yield address["url"], session
    session.close()
    _, told = process.communicate(timeout=120)
    assert process.returncode == 0 and "sentinel-2-l2a is sentinel-2-l2a: B04, B08" in told
    assert "let me in" not in told


def test_an_image(hub, tmp_path):
    url, session = hub
    output = {"width": 8, "height": 8, "responses": [{"identifier": "default", "format": {"type": "image/tiff"}}]}
    answer = session.post(f"{url}/api/v1/process", json={"input": INPUT, "output": output, "evalscript": SCRIPT})
    assert answer.status_code == 200, answer.text
    (tmp_path / "a.tif").write_bytes(answer.content)
    assert np.allclose(gdal.Open(str(tmp_path / "a.tif")).ReadAsArray(), 0.5, atol=1e-6)


def test_the_catalog(hub, catalog):
    url, session = hub
    root = f"{url}/api/v1/catalog/1.0.0"
    collections = session.get(f"{root}/collections").json()["collections"]
    assert [entry["id"] for entry in collections] == ["sentinel-2-l2a"]
    assert collections[0]["extent"]["temporal"]["interval"] == [["2020-06-05T10:00:00Z", "2020-06-25T10:00:00Z"]]
    search = {"collections": ["sentinel-2-l2a"], "datetime": "2020-06-01T00:00:00Z/2020-06-30T00:00:00Z",
              "bbox": [3, 45, 3.1, 45.1]}
    found = session.post(f"{root}/search", json=search).json()
    assert [(f["id"], f["properties"]["eo:cloud_cover"]) for f in found["features"]] == [("cloudy", 99), ("clear", 1)]
    search["filter"] = "eo:cloud_cover < 50"
    assert [f["id"] for f in session.post(f"{root}/search", json=search).json()["features"]] == ["clear"]
    items = f"{root}/collections/sentinel-2-l2a/items"
    assert session.get(f"{items}/clear").json()["id"] == "clear" and session.get(f"{items}/x").status_code == 404


def test_statistics(hub):
    url, session = hub
    aggregation = {
        "timeRange": {"from": "2020-06-01T00:00:00Z", "to": "2020-07-01T00:00:00Z"}, "width": 8, "height": 8,
        "aggregationInterval": {"of": "P10D"}, "evalscript": SCRIPT,
    }
    answer = session.post(f"{url}/api/v1/statistics", json={"input": INPUT, "aggregation": aggregation}).json()
    means = [entry["outputs"]["default"]["bands"]["B0"]["stats"]["mean"] for entry in answer["data"]]
    assert np.allclose(means, [0.5, 0.0], atol=1e-6) and len(means) == 2


def test_a_scene_that_can_not_be_read(hub, catalog):
    url, session = hub
    server, _ = catalog
    server.faults.status = 403
    output = {"width": 8, "height": 8, "responses": [{"identifier": "default", "format": {"type": "image/tiff"}}]}
    try:
        answer = session.post(f"{url}/api/v1/process", json={"input": INPUT, "output": output, "evalscript": SCRIPT})
    finally:
        server.faults.status = 0
    message = answer.json()["error"]["message"]
    assert answer.status_code == 500 and "Band 'B04' of tile 'clear'" in message and "does not let you read" in message


@pytest.mark.parametrize("arguments, words", [
    ((), "nothing to serve"), (("--collection", "a"), "--stac"), (("--stac", "http://127.0.0.1:9/"), "No collection"),
    (("--stac", "http://127.0.0.1:9/", "--collection", "a"), "connection was refused"),
    (("--stac", "absent.json", "--collection", "a"), "can't be read"),
])
def test_what_can_not_be_served_is_told(arguments, words, capsys, monkeypatch):
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert main(["serve", *arguments]) == 1
    assert words in capsys.readouterr().err


PROXY = "http://proxy.example:3128"


@pytest.mark.parametrize(
    "variables, line, proxies, no_proxy, verify",
    [
        ({}, None, {}, (), True),
        (
            {"HTTPS_PROXY": PROXY, "NO_PROXY": "a.example, .b.example", "REQUESTS_CA_BUNDLE": "/ca.pem"}, None,
            {"https": PROXY}, ("a.example", ".b.example"), "/ca.pem",
        ),
        ({"https_proxy": PROXY, "no_proxy": "*"}, None, {}, ("*",), True),
        ({"HTTPS_PROXY": PROXY, "NO_PROXY": "c"}, '{"no_proxy": ["d"]}', {}, ("d",), True),
    ],
)
def test_the_way_to_a_catalog_is_the_shells_unless_told(monkeypatch, variables, line, proxies, no_proxy, verify):
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy", "requests_ca_bundle"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    network = read_catalog_way(line).network
    assert (dict(network.proxies), network.no_proxy, network.verify) == (proxies, no_proxy, verify)


@pytest.mark.parametrize("arguments", [["serve", "--port", "x"], ["serve", "--workers", "two"],
                                       ["serve", "--timeout-s", "inf"], ["serve", "--memory-mb", ""]])
def test_wrong_numbers_are_told_in_plain_words(arguments, capsys):
    with pytest.raises(SystemExit) as left:
        main(arguments)
    assert left.value.code == 2
    told = capsys.readouterr().err.rsplit("error: ", 1)[1]
    assert told.startswith(f"argument {arguments[1]}: ") and "_" not in told and "number" in told
