"""Statistics by the public ``sentinelhub`` library, run in its own environment against the local hub.

Usage: statistics_client.py JOB FOLDER, with the hub's address as JSON in the environment variable HUB. Prints one
JSON line.
"""

import json
import os
import sys

from sentinelhub import (
    CRS,
    BBox,
    DataCollection,
    Geometry,
    SentinelHubStatistical,
    SentinelHubStatisticalDownloadClient,
    SHConfig,
)
from sentinelhub.data_utils import _extract_response_data, get_failed_statistical_requests

HUB = json.loads(os.environ["HUB"])
CONFIG = SHConfig(
    use_defaults=True, sh_client_id=HUB["client_id"], sh_client_secret=HUB["client_secret"],
    sh_base_url=HUB["url"], sh_token_url=HUB["token_url"], download_sleep_time=0.2,
)
L2A = DataCollection.SENTINEL2_L2A.define_from("L2A_LOCAL", service_url=HUB["url"])
BOX = BBox((500000, 4999920, 500080, 5000000), CRS.UTM_31N)
SCRIPT = """//VERSION=3
function setup() { return { input: [{ bands: ["B04", "B08", "dataMask"] }],
  output: [{ id: "ndvi", bands: 1 }, { id: "bands", bands: ["red", "nir"] }, { id: "dataMask", bands: 1 }] }; }
function evaluatePixel(s) {
  %s
  return { ndvi: [(s.B08 - s.B04) / (s.B08 + s.B04)], bands: [s.B04, s.B08], dataMask: [s.dataMask] };
}
"""
CALCULATIONS = {
    "ndvi": {
        "histograms": {"default": {"nBins": 20, "lowEdge": -1.0, "highEdge": 1.0}},
        "statistics": {"default": {"percentiles": {"k": [5, 50, 95]}}},
    }
}


def order(script=SCRIPT % "", interval=("2019-01-01", "2019-01-31"), of="P1D", calculations=None, folder=None, **where):
    """A request in the library's own words."""
    return SentinelHubStatistical(
        aggregation=SentinelHubStatistical.aggregation(
            evalscript=script, time_interval=interval, aggregation_interval=of, resolution=(10, 10)
        ),
        input_data=[SentinelHubStatistical.input_data(L2A, maxcc=0.8)],
        calculations=calculations, config=CONFIG, data_folder=folder, **(where or {"bbox": BOX}),
    )


def simple(folder):
    request = order()
    return {"answer": request.get_data()[0], "payload": request.download_list[0].post_values}


def calculated(folder):
    request = order(calculations=CALCULATIONS, folder=folder)
    answer = request.get_data(save_data=True)[0]
    return {
        "answer": answer, "payload": request.download_list[0].post_values,
        "rows": [
            {key: value for key, value in row.items() if not key.startswith("interval")}
            for row in _extract_response_data(answer["data"], [])
        ],
        "failed": get_failed_statistical_requests([answer]),
    }


def inside_geometry(folder):
    x, y = 500000, 4999920
    ring = [(x + 10, y + 10), (x + 50, y + 10), (x + 50, y + 60), (x + 10, y + 60), (x + 10, y + 10)]
    area = Geometry({"type": "Polygon", "coordinates": [ring]}, CRS.UTM_31N)
    return {"answer": order(of="P10D", geometry=area).get_data()[0]}


def failing_interval(folder):
    """The library asks again for intervals that failed, one by one."""
    return {"answer": order(SCRIPT % "if (s.B04 > 0.25) { throw new Error('too red'); }").get_data()[0]}


def several(folder):
    requests = [order(of=f"P{days}D").download_list[0] for days in (1, 5, 10)]
    answers = SentinelHubStatisticalDownloadClient(config=CONFIG).download(requests, max_threads=3)
    return {"counts": [len(answer["data"]) for answer in answers]}


def refused(folder):
    """The library must show the hub's own message."""
    try:
        order((SCRIPT % "").replace(', { id: "dataMask", bands: 1 }', "")).get_data()
    except Exception as error:
        return {"message": str(error)}
    return {"message": None}


def everything(folder):
    """All jobs, so that the library is imported once."""
    jobs = (simple, calculated, inside_geometry, failing_interval, several, refused)
    return {job.__name__: job(folder) for job in jobs}


if __name__ == "__main__":
    print(json.dumps(globals()[sys.argv[1]](sys.argv[2])))
