"""Jobs for the public ``sentinelhub`` library, run in its own environment against the local hub.

Usage: client.py JOB FOLDER, with the hub's address as JSON in the environment variable HUB. Prints one JSON line.
"""

import json
import os
import sys

import numpy as np
from sentinelhub import (
    CRS,
    BBox,
    DataCollection,
    MimeType,
    SentinelHubCatalog,
    SentinelHubRequest,
    SHConfig,
    bbox_to_dimensions,
)

HUB = json.loads(os.environ["HUB"])
CONFIG = SHConfig(
    use_defaults=True, sh_client_id=HUB["client_id"], sh_client_secret=HUB["client_secret"],
    sh_base_url=HUB["url"], sh_token_url=HUB["token_url"], download_sleep_time=0.2,
)
L1C = DataCollection.SENTINEL2_L1C.define_from("L1C_LOCAL", service_url=HUB["url"])
BOX = BBox([46.16, -16.15, 46.51, -15.58], CRS.WGS84)
SIZE = bbox_to_dimensions(BOX, 60)
TRUE_COLOR = """//VERSION=3
function setup() { return { input: [{ bands: ["B02", "B03", "B04"] }], output: { bands: 3 } }; }
function evaluatePixel(sample) { return [sample.B04, sample.B03, sample.B02]; }
"""
CLOUD_MASK = """//VERSION=3
function setup() { return { input: ["B02", "B03", "B04", "CLM"], output: { bands: 3 } } }
function evaluatePixel(s) {
  if (s.CLM == 1) { return [0.75 + s.B04, s.B03, s.B02] }
  return [3.5 * s.B04, 3.5 * s.B03, 3.5 * s.B02];
}
"""
OPTICAL = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12"]
ALL_BANDS = """//VERSION=3
function setup() { return { input: [{ bands: %s, units: "DN" }], output: { bands: 13, sampleType: "INT16" } }; }
function evaluatePixel(s) { return [%s]; }
""" % (json.dumps(OPTICAL), ", ".join("s." + band for band in OPTICAL))
FACTOR = """//VERSION=3
function setup() {
  return { input: [{ bands: ["B02", "B03", "B04"], units: "DN" }], output: { bands: 3, sampleType: "INT16" } };
}
function updateOutputMetadata(scenes, inputMetadata, outputMetadata) {
  outputMetadata.userData = { "norm_factor": inputMetadata.normalizationFactor }
}
function evaluatePixel(s) { return [s.B04, s.B03, s.B02]; }
"""


def request(script, interval, mime=MimeType.PNG, order=None, extra=(), folder=None, **more):
    """A request of the tutorial's form."""
    return SentinelHubRequest(
        evalscript=script,
        input_data=[SentinelHubRequest.input_data(data_collection=L1C, time_interval=interval,
                                                  mosaicking_order=order, **more)],
        responses=[SentinelHubRequest.output_response("default", mime), *extra],
        bbox=BOX, size=SIZE, config=CONFIG, data_folder=folder,
    )


def facts(image):
    """What a test wants to know of an array."""
    return {"shape": list(image.shape), "dtype": str(image.dtype), "mean": float(image.mean()),
            "max": float(image.max()), "distinct": int(len(np.unique(image)))}


def all_bands(folder):
    """Example 3 and 4: raw bands, saved and read again."""
    interval = ("2020-06-01", "2020-06-30")
    first = request(ALL_BANDS, interval, MimeType.TIFF, "leastCC", folder=folder).get_data(save_data=True)[0]
    again = request(ALL_BANDS, interval, MimeType.TIFF, "leastCC", folder=folder)
    entry = os.path.dirname(again.get_filename_list()[0])
    return {**facts(first), "same": bool((again.get_data()[0] == first).all()), "entry": entry,
            "payload": again.download_list[0].post_values}


def catalog(folder):
    client = SentinelHubCatalog(config=CONFIG)
    found = list(client.search(L1C, bbox=BOX, time=("2019-01-01", "2019-12-31"), limit=7))
    clear = list(client.search(L1C, bbox=BOX, time=("2019-01-01", "2019-12-31"), filter="eo:cloud_cover < 20"))
    return {
        "count": len(found), "ids": len({item["id"] for item in found}),
        "clouds": [item["properties"]["eo:cloud_cover"] for item in clear],
        "collections": [entry["id"] for entry in client.get_collections()],
        "timestamps": len(client.search(L1C, bbox=BOX, time=("2019-03-01", "2019-03-31")).get_timestamps()),
    }


def sample_types(folder):
    """The same numbers in every sample type and format, decoded by the library."""
    found = {}
    for kind, mime in (*((kind, MimeType.TIFF) for kind in ("AUTO", "UINT8", "INT8", "UINT16", "INT16", "FLOAT32")),
                       ("UINT8", MimeType.PNG), ("UINT16", MimeType.PNG), ("UINT8", MimeType.JPG)):
        script = """//VERSION=3
function setup() { return { input: ["B02"], output: { bands: 1, sampleType: "%s" } }; }
function evaluatePixel(s) { return [-7.25]; }
""" % kind
        if kind.startswith("U") or kind == "AUTO":
            script = script.replace("-7.25", "0.4" if kind == "AUTO" else "200.25")
        image = SentinelHubRequest(
            evalscript=script, input_data=[SentinelHubRequest.input_data(data_collection=L1C)],
            responses=[SentinelHubRequest.output_response("default", mime)], bbox=BOX, size=(63, 105), config=CONFIG,
        ).get_data()[0]
        found[f"{kind} {mime.value}"] = [str(image.dtype), list(image.shape), float(image.min()), float(image.max())]
    return found


def refused(folder):
    """The library must show the hub's own message."""
    try:
        request(TRUE_COLOR.replace('"B02"', '"B99"'), ("2020-06-12", "2020-06-13")).get_data()
    except Exception as error:
        return {"message": str(error)}
    return {"message": None}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](sys.argv[2])))
