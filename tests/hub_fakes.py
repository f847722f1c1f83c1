"""A scene store in memory and renders that misbehave on request, for the tests of the hub's front."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
import uuid
from contextlib import contextmanager
from pathlib import Path

from evalscript_cases import make, run_simple, v3

from sentinel_workbench.core.errors import InvalidInput, ScriptRuntimeError
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.localhub.catalog import Catalog
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.hub import Hub
from sentinel_workbench.localhub.oauth import HubClientAccount, TokenIssuer
from sentinel_workbench.localhub.records import BandFile, HubError, RenderedAnswer, StoredScene
from sentinel_workbench.localhub.server import HubServer
from sentinel_workbench.localhub.statistics_service import StatisticsService
from sentinel_workbench.localhub.workers import PROCESS, RenderBudget, RenderPool

UTC = dt.timezone.utc
ACCOUNT = HubClientAccount("tester", "a key for tests only")


def square(west, south, east, north):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def scene(number, cloud=10.0, footprint=None, day=None):
    date = dt.datetime(2019, 1, 1, 7, 0, 0, 120000, tzinfo=UTC) + dt.timedelta(days=number if day is None else day)
    bands = {"B04": BandFile(f"/scenes/{number}/B04.tif")}
    where = footprint or square(46.0, -16.5, 47.0, -15.5)
    return StoredScene(f"scene-{number:03d}", "sentinel-2-l2a", date, cloud, where, bands, {"proj:epsg": 32738}, number)


class MemoryStore:
    """The part of the scene store the front uses; finds by footprint's rectangle like the R*Tree does."""

    def __init__(self, scenes=(), more_collections=()):
        self.scenes = list(scenes)
        self._more = list(more_collections)

    def collections(self):
        names = ["sentinel-2-l2a", "sentinel-2-l1c"]
        names += sorted({s.collection for s in self.scenes if s.collection.startswith("sentinel-1")})
        return [*map(find_collection, names), *self._more]

    def collection(self, name):
        for collection in self._more:
            if collection.collection_id == name:
                return collection
        try:
            return find_collection(name)
        except InvalidInput as error:
            raise HubError(404, "COMMON_NOT_FOUND", f"Collection {name} not found.") from error

    def interval(self, collection):
        dates = sorted(s.date for s in self.scenes if s.collection == collection)
        return (dates[0], dates[-1]) if dates else (None, None)

    def scene(self, collection, scene_id):
        return next((s for s in self.scenes if (s.collection, s.scene_id) == (collection, scene_id)), None)

    def search(self, collection, bbox, time_from, time_to, max_cloud_percent=None, order=None, limit=None, offset=0):
        found = [
            s
            for s in self.scenes
            if s.collection == collection
            and (time_from is None or s.date >= time_from)
            and (time_to is None or s.date <= time_to)
        ]
        found.sort(key=lambda s: s.date, reverse=order == "mostRecent")
        return found[offset : None if limit is None else offset + limit]


def fake_render(request, data, work_dir):
    """Does what the evalscript names: ``paint``, ``sleep``, ``crash``, ``grow``, ``throw``, ``refuse``, ``bug``."""
    order = request.evalscript.strip()
    if order.startswith("sleep"):
        time.sleep(float(order.split()[1]))
    elif order == "crash":
        os._exit(11)
    elif order == "grow":
        hoard = []
        while True:
            hoard.append(bytearray(b"x" * 5_000_000))
            time.sleep(0.001)
    elif order == "throw":
        raise ScriptRuntimeError("Failed to evaluate script!\nevalscript.js:3: TypeError: x", 3)
    elif order == "refuse":
        raise HubError(400, "RENDERER_EXCEPTION", "Script must return an array.")
    elif order == "bug":
        raise KeyError("a bug of the renderer")
    body = Path(work_dir) / f"{uuid.uuid4().hex}.tif"
    body.write_bytes(f"{request.grid.width}x{request.grid.height} {os.getpid()}".encode())
    return RenderedAnswer(request.responses[0].mime, body, 1.25)


def local_hour(engine, data, work_dir):
    """A job: what a script takes for the hour of midnight in UTC, said with and without a zone."""
    script = v3("return [new Date('2020-12-06T00:00:00Z').getHours(), new Date('2020-12-06T00:00:00').getUTCHours()];",
                output="{bands: 2, sampleType: 'UINT8'}")
    return run_simple(make(script, engine), B04=0.0)["default"].ravel().tolist()


def make_hub(store, pool):
    finder = CollectionFinder(store)
    return Hub(TokenIssuer(ACCOUNT), finder, Catalog(store, finder), StatisticsService(store, finder, pool), pool)


def make_pool(data, size=1, seconds=20.0, memory_mb=1024.0):
    return RenderPool(size, Path(data), RenderBudget(seconds, memory_mb), {PROCESS: "hub_fakes:fake_render"})


@contextmanager
def running_server(hub, kind=HubServer):
    server = kind(hub, 0)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def valid_request(**changes):
    body = {
        "input": {
            "bounds": {
                "properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326"},
                "bbox": [46.16, -16.15, 46.51, -15.58],
            },
            "data": [
                {
                    "type": "sentinel-2-l2a",
                    "dataFilter": {
                        "timeRange": {"from": "2019-01-01T00:00:00Z", "to": "2019-01-31T23:59:59Z"},
                        "maxCloudCoverage": 28,
                        "mosaickingOrder": "leastCC",
                    },
                    "processing": {"upsampling": "BILINEAR"},
                }
            ],
        },
        "evalscript": "paint",
        "output": {
            "responses": [{"identifier": "default", "format": {"type": "image/tiff"}}],
            "width": 631,
            "height": 1047,
        },
    }
    body.update(changes)
    return body
