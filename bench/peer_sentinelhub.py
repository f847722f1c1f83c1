"""What ``sentinelhub`` does with the same orders. Runs in a virtual environment of its own.

Reads one JSON document from the standard input: an address, an order and ``action`` (``download`` into ``folder``,
``read`` what lies in ``folder``). Prints ``{"version", "seconds", "images", "each_s"}``.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
import time

import sentinelhub
from sentinelhub import (
    CRS,
    BBox,
    DataCollection,
    MimeType,
    MosaickingOrder,
    SentinelHubDownloadClient,
    SentinelHubRequest,
    SHConfig,
)


def make_config(task):
    """Settings of the stand-in server, nothing of the user's."""
    config = SHConfig(use_defaults=True)
    config.sh_base_url, config.sh_token_url = task["url"], task["token_url"]
    config.sh_client_id, config.sh_client_secret = task["client_id"], task["client_secret"]
    return config


def make_requests(task, config):
    """One request a day."""
    collection = DataCollection.SENTINEL2_L1C.define_from("BENCH_L1C", service_url=task["url"])
    first = dt.date.fromisoformat(task["first_day"])
    requests = []
    for number in range(task["count"]):
        day = first + dt.timedelta(days=number)
        source = SentinelHubRequest.input_data(
            collection, time_interval=(f"{day}T00:00:00Z", f"{day}T23:59:59Z"), maxcc=0.8,
            mosaicking_order=MosaickingOrder.LEAST_CC,
        )  # fmt: skip
        requests.append(
            SentinelHubRequest(
                evalscript=task["evalscript"], input_data=[source], data_folder=task["folder"], config=config,
                responses=[SentinelHubRequest.output_response("default", MimeType.TIFF)],
                bbox=BBox(task["bbox"], CRS.WGS84), size=tuple(task["size"]),
            )  # fmt: skip
        )
    return requests


def download(task, config):
    """All images at once, as its documentation advises; seconds it took."""
    downloads = [request.download_list[0] for request in make_requests(task, config)]
    for one in downloads:
        one.save_response = True
    begun = time.perf_counter()
    images = SentinelHubDownloadClient(config=config).download(downloads, max_threads=task.get("threads"))
    return time.perf_counter() - begun, [], len(images)


def read(task, config):
    """Each image from its cache, one after the other; seconds of all and of each."""
    each, images = [], 0
    for request in make_requests(task, config):
        begun = time.perf_counter()
        images += len(request.get_data(save_data=True))
        each.append(time.perf_counter() - begun)
    return sum(each), each, images


def main():
    """Run one action."""
    task = json.load(sys.stdin)
    config = make_config(task)
    seconds, each, images = {"download": download, "read": read}[task["action"]](task, config)
    print(json.dumps({"version": sentinelhub.__version__, "seconds": seconds, "images": images, "each_s": each}))


if __name__ == "__main__":
    main()
