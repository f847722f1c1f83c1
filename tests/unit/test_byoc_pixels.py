"""Images of BYOC collections: covers, orders, nodata, and every change of a tile seen by the next request."""

from __future__ import annotations

import json

import numpy as np
import pytest
from byoc_hub import BUCKET, COLLECTIONS, Client, write_cog
from hub_fakes import ACCOUNT
from osgeo import gdal

from sentinel_workbench.localhub.serving import LocalHub

WEST, NORTH = 500000, 5000000
UTM = {"crs": "http://www.opengis.net/def/crs/EPSG/0/32631"}
SCRIPT = """//VERSION=3
function setup() {
  return { input: [{ bands: [BANDS, "dataMask"], units: "DN" }],
           output: { bands: 2, sampleType: "FLOAT32" }, mosaicking: "MOSAICKING" }
}
function evaluatePixel(samples) {
  var s = samples.length === undefined ? samples : samples[0];
  return s ? [s[BANDS], s.dataMask] : [-1, -1];
}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    data = tmp_path_factory.mktemp("hub")
    (data / "buckets" / BUCKET).mkdir(parents=True)
    return data


@pytest.fixture(scope="module")
def client(place):
    with LocalHub(place, ACCOUNT, workers=1) as hub:
        client = Client(hub.url.split("//")[1].split(":"))
        yield client
        client.close()


@pytest.fixture
def bucket(place, request):
    """A folder of its own: its name, and a function that puts a COG there."""
    name = request.node.name.replace("[", "-").replace("]", "")

    def put(tile, value, band="B1", **more):
        return write_cog(place / "buckets" / BUCKET / name / tile / f"{band}.tif", value, **more)

    return name, put


def image(client, collection, band="B1", box=(WEST, NORTH - 80, WEST + 80, NORTH), size=8, mosaicking="SIMPLE",
          prefix="byoc-", **data_filter):
    """Values and mask of an image, or the error."""
    script = SCRIPT.replace("BANDS", json.dumps(band))
    body = {
        "input": {"bounds": {"bbox": list(box), "properties": UTM},
                  "data": [{"type": prefix + collection, "dataFilter": data_filter}]},
        "evalscript": script.replace("MOSAICKING", mosaicking),
        "output": {"width": size, "height": size, "responses": [{"identifier": "default",
                                                                 "format": {"type": "image/tiff"}}]},
    }
    status, _, data = client.send("POST", "/api/v1/process", body, {"Accept": "image/tiff"})
    if status != 200:
        return status, json.loads(data)["error"]["message"]
    gdal.FileFromMemBuffer("/vsimem/byoc-pixels.tif", data)
    dataset = gdal.Open("/vsimem/byoc-pixels.tif")
    pixels = dataset.ReadAsArray()
    dataset = None
    gdal.Unlink("/vsimem/byoc-pixels.tif")
    return pixels[0], pixels[1]


def triangle(west, north, size=80):
    """The lower left half of a square, in UTM."""
    ring = [[west, north], [west, north - size], [west + size, north - size], [west, north]]
    return {"type": "Polygon", "coordinates": [ring],
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32631"}}}


def test_digital_numbers_of_a_tile(client, bucket):
    name, put = bucket
    pixels = np.arange(64).reshape(8, 8)
    put("a", pixels)
    collection = client.collection()
    client.ingest(collection, f"{name}/a")
    for prefix in ("byoc-", "batch-"):
        values, mask = image(client, collection, prefix=prefix)
        assert (values == pixels).all() and (mask == (pixels > 0)).all(), "0 is the file's nodata"


def test_the_cover_clips(client, bucket):
    name, put = bucket
    put("a", 7)
    collection = client.collection()
    client.ingest(collection, f"{name}/a", coverGeometry=triangle(WEST, NORTH))
    values, mask = image(client, collection)
    inside = np.tri(8, k=-1, dtype=bool)
    diagonal = np.eye(8, dtype=bool)
    assert (mask[~diagonal] == inside[~diagonal]).all() and (values == 7 * mask).all()


def test_where_covers_overlap_only_the_first_tile_counts_even_without_data(client, bucket):
    name, put = bucket
    holed = np.full((8, 8), 5)
    holed[:, :4] = 0
    put("old", 9)
    put("new", holed)
    collection = client.collection()
    client.ingest(collection, f"{name}/old", sensingTime="2020-01-01T00:00:00Z")
    tile = client.ingest(collection, f"{name}/new", sensingTime="2021-01-01T00:00:00Z")
    values, mask = image(client, collection)
    assert (values[:, 4:] == 5).all() and (mask[:, :4] == 0).all(), "the older tile must not show through"
    right = {"type": "Polygon", "crs": triangle(0, 0)["crs"], "coordinates": [[
        [WEST + 40, NORTH], [WEST + 40, NORTH - 80], [WEST + 80, NORTH - 80], [WEST + 80, NORTH], [WEST + 40, NORTH]]]}
    address = f"{client.tiles_of(collection)}/{tile['id']}"
    assert client.ask("PUT", address, {"sensingTime": "2021-01-01T00:00:00Z", "coverGeometry": right})[0] == 204
    values, mask = image(client, collection)
    assert (values[:, :4] == 9).all() and (values[:, 4:] == 5).all() and mask.all()


def test_mosaicking_orders_and_ties(client, bucket):
    name, put = bucket
    collection = client.collection()
    for tile, value, year in (("a", 1, 2020), ("b", 2, 2021), ("c", 3, 2021), ("d", 4, 2019)):
        put(tile, value)
        client.ingest(collection, f"{name}/{tile}", sensingTime=f"{year}-01-01T00:00:00Z")

    def first(**data_filter):
        return int(image(client, collection, **data_filter)[0][0, 0])

    assert first() == first(mosaickingOrder="mostRecent") == 3, "of two at one time the later created"
    assert first(mosaickingOrder="leastRecent") == 4
    assert first(timeRange={"from": "2019-12-01T00:00:00Z", "to": "2020-12-01T00:00:00Z"}) == 1
    assert first(mosaicking="TILE", mosaickingOrder="leastRecent") == 4
    assert first(mosaicking="ORBIT") == 3
    _, mask = image(client, collection, timeRange={"from": "1999-01-01T00:00:00Z", "to": "2000-12-01T00:00:00Z"})
    assert not mask.any()


def test_tiles_without_a_time_answer_every_time_range(client, bucket):
    name, put = bucket
    put("a", 6)
    collection = client.collection()
    client.ingest(collection, f"{name}/a")
    assert client.settled(collection)["additionalData"]["hasSensingTimes"] == "NO"
    values, _ = image(client, collection, timeRange={"from": "2020-01-01T00:00:00Z", "to": "2020-02-01T00:00:00Z"})
    assert (values == 6).all()


def test_changes_are_seen_at_once(client, bucket):
    name, put = bucket
    put("a", 1)
    collection = client.collection()
    address = f"{client.tiles_of(collection)}/{client.ingest(collection, f'{name}/a')['id']}"
    assert image(client, collection)[0][0, 0] == 1
    put("a", np.full((8, 8), 2))
    assert client.ask("POST", f"{address}/reingest", b"")[0] == 204
    client.ended(collection, address.rsplit("/", 1)[1])
    assert image(client, collection)[0][0, 0] == 2
    assert client.ask("PUT", address, {"sensingTime": "2021-05-05T00:00:00Z"})[0] == 204
    client.settled(collection)
    assert not image(client, collection, timeRange={"from": "2022-01-01T00:00:00Z"})[1].any()
    assert client.ask("DELETE", address)[0] == 204
    assert not image(client, collection)[1].any()
    assert client.ask("DELETE", f"{COLLECTIONS}/{collection}")[0] == 204
    assert image(client, collection) == (404, f"Collection {collection} not found.")


def test_renamed_and_removed_bands(client, bucket):
    name, put = bucket
    put("a", 1, "B1")
    put("a", 2, "B2")
    collection = client.collection()
    client.ingest(collection, f"{name}/a")
    bands = {"blue": {"source": "B1", "bandIndex": 1, "bitDepth": 16}}
    body = {"name": "n", "s3Bucket": BUCKET, "noData": 0, "additionalData": {"bands": bands}}
    assert client.ask("PUT", f"{COLLECTIONS}/{collection}", body)[0] == 204
    assert image(client, collection, "blue")[0][0, 0] == 1
    assert image(client, collection, "B2") == (400, f"Collection 'byoc-{collection}' has no band 'B2'.")
    put("b", 3, "B1")
    assert client.ingest(collection, f"{name}/b")["status"] == "INGESTED", "files of removed bands are not asked for"


def test_nodata_follows_the_collection_not_the_file(client, bucket):
    name, put = bucket
    pixels = np.arange(64).reshape(8, 8)
    put("a", pixels)
    collection = client.collection()
    client.ingest(collection, f"{name}/a")
    for no_data, missing in ((63, 63), (None, None)):
        body = {"name": "n", "s3Bucket": BUCKET, "noData": no_data}
        assert client.ask("PUT", f"{COLLECTIONS}/{collection}", body)[0] == 204
        _, mask = image(client, collection)
        assert (mask == (pixels != missing)).all()


def test_a_chosen_band_of_a_file_of_several(client, bucket):
    name, put = bucket
    put("a", np.stack([np.full((8, 8), value) for value in (10, 20, 30)]), "RGB", dtype=np.uint8)
    collection = client.collection(
        additionalData={"bands": {"G": {"source": "RGB", "bandIndex": 2, "bitDepth": 8}}})
    client.ingest(collection, f"{name}/a")
    assert (image(client, collection, "G")[0] == 20).all()


def test_the_coarsest_resolution(client, bucket):
    name, put = bucket
    put("a", 1)
    collection = client.collection()
    client.ingest(collection, f"{name}/a")
    client.settled(collection)
    box = (WEST, NORTH - 10000, WEST + 10000, NORTH)
    status, message = image(client, collection, box=box, size=10)
    assert status == 400 and "exceeds the limit 500.00 meters per pixel" in message and collection in message
    assert isinstance(image(client, collection, box=box, size=20)[0], np.ndarray)


def test_the_catalog_and_statistics_know_the_collection(client, bucket):
    name, put = bucket
    put("a", 4)
    collection = client.collection(name="in the catalog")
    tile = client.ingest(collection, f"{name}/a", sensingTime="2021-03-04T05:06:07Z")
    for kind in (collection, f"byoc-{collection}", f"batch-{collection}"):
        status, document = client.ask("GET", f"/api/v1/catalog/1.0.0/collections/{kind}")
        assert status == 200 and document["title"] == "in the catalog"
        assert [band["name"] for band in document["summaries"]["eo:bands"]] == ["B1"]
    body = {"collections": [f"byoc-{collection}"], "datetime": "2021-01-01T00:00:00Z/2022-01-01T00:00:00Z", "limit": 5}
    _, found = client.ask("POST", "/api/v1/catalog/1.0.0/search", body)
    assert [item["id"] for item in found["features"]] == [tile["id"]]
    assert found["features"][0]["properties"]["datetime"] == "2021-03-04T05:06:07Z"
    request = {
        "input": {"bounds": {"bbox": [WEST, NORTH - 80, WEST + 80, NORTH], "properties": UTM},
                  "data": [{"type": f"byoc-{collection}"}]},
        "aggregation": {"timeRange": {"from": "2021-03-04T00:00:00Z", "to": "2021-03-05T00:00:00Z"},
                        "aggregationInterval": {"of": "P1D"}, "width": 8, "height": 8, "evalscript": """//VERSION=3
function setup() { return { input: ["B1", "dataMask"], output: [{ id: "b", bands: 1, sampleType: "FLOAT32" },
                                                                 { id: "dataMask", bands: 1 }] } }
function evaluatePixel(s) { return { b: [s.B1], dataMask: [s.dataMask] } }"""},
    }
    status, document = client.ask("POST", "/api/v1/statistics", request)
    assert status == 200, document
    stats = document["data"][0]["outputs"]["b"]["bands"]["B0"]["stats"]
    assert (stats["mean"], stats["sampleCount"], stats["noDataCount"]) == (4.0, 64, 0)
