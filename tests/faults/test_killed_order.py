"""A large order whose process is killed goes on with the parts that are missing, and with no others."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
from osgeo import gdal
from stand_in import StandIn, image_bytes

from sentinel_workbench.core.services import image

gdal.UseExceptions()
PARTS = 16
CHILD = """
import json, sys
from pathlib import Path
from osgeo import gdal
from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.image import ImageService

url, token_url, client, secret, folder = sys.argv[1:]
PixelGrid.tiles.__defaults__ = (25,)  # as if the service took 25 px a side
service = ImageService(HubClient(Connection("hub", base_url=url, token_url=token_url), Credentials(client, secret)),
                       ResponseCache(Path(folder)))
script = '//VERSION=3\\nfunction setup() { return { input: ["B04"], output: { bands: 3 } }; }\\n' \\
         'function evaluatePixel(s) { return [s.B04, s.B04, s.B04]; }'
source = DataSource("sentinel-2-l2a", TimeRange.of_days("2019-01-01", "2019-01-31"))
result = service.fetch(ImageOrder(PixelGrid(BBox(46.0, -16.0, 46.4, -15.6), 100, 100), (source,), script))
print(json.dumps({"requests": result.requests, "file": str(result.rasters["default"])}))
"""


class Turnstile:
    """Answers so many requests; the others wait until it is opened, as if the service were slow."""

    def __init__(self, first):
        self.first, self.served, self.open, self.reached = first, 0, threading.Event(), threading.Event()
        self.lock = threading.Lock()

    def __call__(self, payload, accept):
        with self.lock:
            self.served += 1
            late = self.served > self.first
        if late:
            self.reached.set()
            self.open.wait(30)
        return accept, image_bytes(payload["output"]["width"], payload["output"]["height"])


def start(hub, cache):
    packages = str(Path(image.__file__).parents[3])
    command = [sys.executable, "-c", CHILD, hub.url, hub.token_url, hub.client_id, hub.client_secret, str(cache)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": packages})


def whole_parts(cache):
    return [folder for folder in cache.iterdir() if not folder.name.startswith(".")]


def test_a_killed_order_asks_only_for_what_is_missing(tmp_path):
    cache = tmp_path / "cache"
    with StandIn() as hub:
        hub.answer = turnstile = Turnstile(7)
        killed = start(hub, cache)
        assert turnstile.reached.wait(60), "no eighth request"
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        turnstile.open.set()
        kept, before = len(whole_parts(cache)), hub.seen.requests
        assert 3 <= kept <= 7, "answered, as far as they were written when the process died"
        hub.answer = lambda payload, accept: (accept, image_bytes(payload["output"]["width"],
                                                                  payload["output"]["height"]))
        told, _ = start(hub, cache).communicate(timeout=60)
        result = json.loads(told)
        assert result["requests"] == hub.seen.requests - before == PARTS - kept
        pixels = gdal.Open(result["file"]).ReadAsArray()
    rows, columns = np.mgrid[0:25, 0:25]
    part = np.stack([(rows * (band + 1) + columns) % 250 + 1 for band in range(3)])
    assert np.array_equal(pixels, np.tile(part, (1, 4, 4)))
