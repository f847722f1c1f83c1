"""The eight examples of the public Process API notebook, and the same for radar, by the public ``sentinelhub`` library.

Usage: notebook.py JOB FOLDER, as client.py; images are left in FOLDER as images.npz, one array a name.
"""

import datetime
import json
import os
import sys

import numpy as np
from client import ALL_BANDS, BOX, CLOUD_MASK, CONFIG, FACTOR, HUB, L1C, SIZE, TRUE_COLOR
from sentinelhub import (
    DataCollection,
    DownloadRequest,
    MimeType,
    SentinelHubDownloadClient,
    SentinelHubRequest,
)

DAY, JUNE = ("2020-06-12", "2020-06-13"), ("2020-06-01", "2020-06-30")
DEM = """//VERSION=3
function setup() {
  return { input: ["DEM"], output: { id: "default", bands: 1, sampleType: SampleType.FLOAT32 } }
}
function evaluatePixel(sample) { return [sample.DEM] }
"""
RADAR = """//VERSION=3
function setup() {
  return { input: ["VV", "VH", "dataMask"], output: { bands: 3, sampleType: "FLOAT32" } }
}
function evaluatePixel(s) { return [s.VV, s.VH, s.dataMask] }
"""


def request(evalscript, interval, mime, collection=L1C, responses=(), folder=None, **more):
    """A request as the notebook forms them."""
    source = SentinelHubRequest.input_data(data_collection=collection, time_interval=interval, **more)
    return SentinelHubRequest(
        evalscript=evalscript, input_data=[source], bbox=BOX, size=SIZE, config=CONFIG, data_folder=folder,
        responses=[SentinelHubRequest.output_response("default", mime), *responses],
    )


def example_1(folder):
    """True colour of a date, and 1.1: with the cloud mask."""
    images = request(TRUE_COLOR, DAY, MimeType.PNG).get_data()
    clouds = request(CLOUD_MASK, DAY, MimeType.PNG).get_data()
    return {"count": len(images)}, {"image": images[-1], "clouds": clouds[0]}


def example_2(folder):
    """The least cloudy acquisitions of a month."""
    return {}, {"image": request(TRUE_COLOR, JUNE, MimeType.PNG, mosaicking_order="leastCC").get_data()[0]}


def example_3(folder):
    """All raw bands."""
    return {}, {"image": request(ALL_BANDS, JUNE, MimeType.TIFF, mosaicking_order="leastCC").get_data()[0]}


def example_4(folder):
    """Saved, read again without a request, downloaded anew, and 4.1: saved only."""
    kept = os.path.join(folder, "test_dir")

    def make():
        return request(ALL_BANDS, JUNE, MimeType.TIFF, mosaicking_order="leastCC", folder=kept)

    first = make().get_data(save_data=True)[0]
    (entry,) = os.listdir(kept)
    written = os.path.join(kept, entry, "response.tiff")
    before = os.stat(written).st_mtime_ns
    again = make().get_data()[0]
    unread = os.stat(written).st_mtime_ns == before
    anew = make().get_data(save_data=True, redownload=True)[0]
    rewritten = os.stat(written).st_mtime_ns != before
    fresh = request(ALL_BANDS, JUNE, MimeType.TIFF, mosaicking_order="leastCC", folder=os.path.join(folder, "only"))
    fresh.save_data()
    facts = {
        "files": sorted(os.listdir(os.path.join(kept, entry))), "unread": unread, "rewritten": rewritten,
        "same": bool((first == again).all() and (first == anew).all()),
        "saved": os.path.exists(os.path.join(folder, "only", fresh.get_filename_list()[0])),
    }
    return facts, {"image": again}


def example_5(folder):
    """Another collection: elevation, with the time interval the notebook gives it."""
    collection = DataCollection.DEM.define_from("DEM_LOCAL", service_url=HUB["url"])
    return {}, {"image": request(DEM, DAY, MimeType.TIFF, collection).get_data()[0]}


def example_6(folder):
    """Several responses in one archive."""
    user_data = (SentinelHubRequest.output_response("userdata", MimeType.JSON),)
    data = request(FACTOR, JUNE, MimeType.TIFF, responses=user_data, mosaicking_order="leastCC").get_data()[0]
    return {"names": sorted(data), "user_data": data["userdata.json"]}, {"image": data["default.tif"]}


def example_7(folder):
    """A raw dictionary: legacy type, no Accept header of one's own."""
    body = {
        "input": {
            "bounds": {"properties": {"crs": BOX.crs.opengis_string}, "bbox": list(BOX)},
            "data": [{"type": "S2L1C", "dataFilter": {
                "timeRange": {"from": "2020-06-01T00:00:00Z", "to": "2020-06-30T00:00:00Z"},
                "mosaickingOrder": "leastCC"}}],
        },
        "output": {"width": SIZE[0], "height": SIZE[1],
                   "responses": [{"identifier": "default", "format": {"type": MimeType.TIFF.get_string()}}]},
        "evalscript": TRUE_COLOR,
    }
    download = DownloadRequest(request_type="POST", url=HUB["url"] + "/api/v1/process", post_values=body,
                               data_type=MimeType.TIFF, headers={"content-type": "application/json"}, use_session=True)
    return {}, {"image": SentinelHubDownloadClient(config=CONFIG).download(download)}


def example_8(folder):
    """Twelve time slots with five threads, cut as the notebook cuts them."""
    start, end, chunks = datetime.datetime(2019, 1, 1), datetime.datetime(2019, 12, 31), 13
    step = (end - start) / chunks
    edges = [(start + number * step).date().isoformat() for number in range(chunks)]
    slots = list(zip(edges, edges[1:]))
    made = [request(TRUE_COLOR, slot, MimeType.PNG, mosaicking_order="leastCC").download_list[0] for slot in slots]
    images = SentinelHubDownloadClient(config=CONFIG).download(made, max_threads=5)
    return {"slots": slots}, {f"slot{number:02d}": image for number, image in enumerate(images)}


def radar(folder):
    """Radar: one direction, and the processing options the library passes on."""
    images = {}
    plain = DataCollection.SENTINEL1_IW_DES.define_from("S1_DES_LOCAL", service_url=HUB["url"])
    images["sigma"] = request(
        RADAR, JUNE, MimeType.TIFF, plain, other_args={"processing": {"backCoeff": "SIGMA0_ELLIPSOID"}}
    ).get_data()[0]
    rising = DataCollection.SENTINEL1_IW_ASC.define_from("S1_ASC_LOCAL", service_url=HUB["url"])
    processing = {
        "backCoeff": "GAMMA0_TERRAIN", "orthorectify": True,
        "speckleFilter": {"type": "LEE", "windowSizeX": 5, "windowSizeY": 5},
    }
    images["terrain"] = request(RADAR, JUNE, MimeType.TIFF, rising, other_args={"processing": processing}).get_data()[0]
    wide = DataCollection.SENTINEL1_EW.define_from("S1_EW_LOCAL", service_url=HUB["url"])
    images["none"] = request(RADAR, JUNE, MimeType.TIFF, wide).get_data()[0]
    return {}, images


if __name__ == "__main__":
    found, arrays = globals()[sys.argv[1]](sys.argv[2])
    np.savez(os.path.join(sys.argv[2], "images.npz"), **arrays)
    print(json.dumps(found))
