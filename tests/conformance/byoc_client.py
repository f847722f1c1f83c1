"""Jobs for the public ``sentinelhub`` library: the BYOC notebook against the local hub's buckets.

Usage: byoc_client.py JOB FOLDER, with the hub's address as JSON in the environment variable HUB. Prints one JSON line.
"""

import datetime as dt
import itertools
import json
import os
import sys
import time

import numpy as np
from sentinelhub import (
    CRS,
    BBox,
    ByocCollection,
    ByocCollectionAdditionalData,
    ByocCollectionBand,
    ByocTile,
    DataCollection,
    DownloadFailedException,
    Geometry,
    MimeType,
    SentinelHubBYOC,
    SentinelHubRequest,
    SHConfig,
    bbox_to_dimensions,
)

HUB = json.loads(os.environ["HUB"])
CONFIG = SHConfig(
    use_defaults=True, sh_client_id=HUB["client_id"], sh_client_secret=HUB["client_secret"],
    sh_base_url=HUB["url"], sh_token_url=HUB["token_url"], download_sleep_time=0.2,
)
BYOC = SentinelHubBYOC(config=CONFIG)
BUCKET, PATH, TIME = "sentinel-s2-l2a-mosaic-120", "2019/11/27/39T/(BAND).tif", dt.datetime(2019, 11, 27)
CASPIAN = BBox([49.9604, 44.7176, 51.0481, 45.2324], crs=CRS.WGS84)
FALSE_COLOR = """
//VERSION=3
function setup() {
  return {
    input: ["B08","B04","B03", "dataMask"],
    output: { bands: 4 },
  }
}

var f = 2.5/10000;
function evaluatePixel(sample) {
  return [f*sample.B08, f*sample.B04, f*sample.B03, sample.dataMask];
}
"""


def ended(collection, tile):
    """The tile once it is INGESTED or FAILED."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        tile = BYOC.get_tile(collection, tile)
        if tile["status"] in ("INGESTED", "FAILED"):
            return tile
        time.sleep(0.05)
    raise TimeoutError(tile["status"])


def collections(folder):
    """List, create, get, update and delete."""
    first = BYOC.create_collection(ByocCollection(name="new collection", s3_bucket=BUCKET))
    band = ByocCollectionBand(source="RGB", band_index=1, bit_depth=8, sample_format="UINT")
    more = ByocCollectionAdditionalData(bands={"R": band})
    second = BYOC.create_collection(ByocCollection(name="rgb", s3_bucket=BUCKET, additional_data=more))
    listed = [ByocCollection.from_dict(item) for item in BYOC.iter_collections()]
    renamed = dict(BYOC.get_collection(first["id"]), name="Digital Twin Earth @120m")
    nothing = BYOC.update_collection(renamed)
    dataclass = next(item for item in listed if item.collection_id == second["id"])
    dataclass.name = "red"
    BYOC.update_collection(dataclass)
    BYOC.delete_collection(first)
    try:
        BYOC.get_collection(first["id"])
        message = None
    except DownloadFailedException as error:
        message = str(error)
    found = list(BYOC.iter_collections(search="red"))
    after = BYOC.get_collection(second)
    BYOC.delete_collection(second["id"])
    return {
        "ids": [first["id"], second["id"]], "listed": [item.collection_id for item in listed],
        "created": dataclass.created.isoformat(), "renamed": renamed["name"], "answer": nothing, "message": message,
        "found": [item["name"] for item in found], "bands": after["additionalData"]["bands"],
    }


def tiles(folder):
    """Create, watch, list, update, re-ingest, copy and delete tiles."""
    collection = BYOC.create_collection(ByocCollection(name="mosaic", s3_bucket=BUCKET))
    box = Geometry(BBox((49.8, 44.5, 51.2, 45.4), crs=CRS.WGS84).geometry, crs=CRS.WGS84)
    new_tile = ByocTile(path=PATH, sensing_time=TIME, tile_geometry=box, cover_geometry=box)
    waiting = BYOC.create_tile(collection, new_tile)
    tile = ended(collection, waiting)
    failed = ended(collection, BYOC.create_tile(collection, {"path": "nowhere/(BAND).tif"}))
    first = next(BYOC.iter_tiles(collection))
    parsed = [ByocTile.from_dict(item) for item in itertools.islice(BYOC.iter_tiles(collection, count=1), 100)]
    by_path = [item["id"] for item in BYOC.iter_tiles(collection, sort="created:desc", path=PATH)]
    by_status = [item["id"] for item in BYOC.iter_tiles(collection, status="FAILED")]
    tile["sensing_time"] = "2020-01-01T10:15:12"
    BYOC.update_tile(collection, tile)
    trap = BYOC.get_tile(collection, tile)["sensingTime"]
    tile["sensingTime"] = "2020-01-01T10:15:12"
    BYOC.update_tile(collection, tile)
    updated = BYOC.get_tile(collection, tile)
    BYOC.reingest_tile(collection, tile)
    again = ended(collection, tile)
    other = BYOC.create_collection({"name": "copy", "s3Bucket": BUCKET})
    BYOC.copy_tiles(collection, other)
    copied = [ended(other, item) for item in BYOC.iter_tiles(other)]
    BYOC.delete_tile(collection, failed)
    left = [item["id"] for item in BYOC.iter_tiles(collection)]
    try:
        BYOC.create_tile(collection, {"path": PATH})
        conflict = None
    except DownloadFailedException as error:
        conflict = str(error)
    bounds = parsed[0].cover_geometry.transform(CRS.WGS84).geometry.bounds
    BYOC.delete_collection(collection)
    return {
        "waiting": waiting["status"], "tile": tile["status"], "failed": failed, "first": first, "count": len(parsed),
        "bounds": bounds, "sensing": parsed[0].sensing_time.isoformat(), "trap": trap, "by_path": by_path,
        "by_status": by_status, "updated": updated, "again": again["status"], "left": left, "conflict": conflict,
        "copied": sorted(item["status"] for item in copied), "left_collection": other["id"],
    }


def image_of(collection, tile):
    """The notebook's image of the tile's time."""
    request = SentinelHubRequest(
        evalscript=FALSE_COLOR,
        input_data=[SentinelHubRequest.input_data(
            data_collection=collection, time_interval=dt.datetime.fromisoformat(tile["sensingTime"][:19]))],
        responses=[SentinelHubRequest.output_response("default", MimeType.PNG)],
        bbox=CASPIAN, size=bbox_to_dimensions(CASPIAN, 100), config=CONFIG,
    )
    return request.get_data()[0]


def false_color(folder):
    """Retrieve data from a collection by its id, and from a copy of it by its dataclass."""
    by_id = BYOC.create_collection(ByocCollection(name="mosaic for images", s3_bucket=BUCKET))
    tile = ended(by_id, BYOC.create_tile(by_id, ByocTile(path=PATH, sensing_time=TIME)))
    image = image_of(DataCollection.define_byoc(by_id["id"]), tile)
    copy = BYOC.create_collection(ByocCollection(name="copy for images", s3_bucket=BUCKET))
    BYOC.copy_tiles(by_id, copy)
    ended(copy, next(BYOC.iter_tiles(copy)))
    by_dataclass = ByocCollection.from_dict(BYOC.get_collection(copy)).to_data_collection()
    same = image_of(by_dataclass, tile)
    np.save(os.path.join(folder, "image.npy"), image)
    return {
        "shape": list(image.shape), "dtype": str(image.dtype), "same": bool((image == same).all()),
        "bands": list(by_dataclass.bands),
    }


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](sys.argv[2])))
