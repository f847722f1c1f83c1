"""Statistics requests over synthetic scenes, answered by the hub's own code without processes or sockets."""

from __future__ import annotations

import copy
import json
from pathlib import Path

from sentinel_workbench.localhub.answers import error_answer
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.records import HubError
from sentinel_workbench.localhub.render_process import load_work, work_once
from sentinel_workbench.localhub.statistics_service import StatisticsService
from sentinel_workbench.localhub.store import SceneStore
from sentinel_workbench.localhub.workers import REAL_JOBS

CRS_URL = "http://www.opengis.net/def/crs/EPSG/0/32631"
RED = """//VERSION=3
function setup() { return {input: [{bands: ["B04", "dataMask"], units: ["DN", "DN"]}],
  output: [{id: "red", bands: 1}, {id: "dataMask", bands: 1}]}; }
function evaluatePixel(s) { return {red: [s.B04], dataMask: [s.dataMask]}; }
"""


class InlinePool:
    """Does the jobs of the render pool in this process; counts them."""

    size = 1

    def __init__(self, data: Path) -> None:
        self._data = data
        self.done = []

    def run(self, job, request, abandoned=lambda: False):
        self.done.append(job)
        outcome = work_once(load_work(REAL_JOBS[job]), request, self._data, self._data)
        if isinstance(outcome, HubError):
            raise outcome
        return outcome


def statistics_body(script=RED, first="2019-01-01T00:00:00Z", last="2019-02-01T00:00:00Z", of="P1D", **changes):
    """The body of a valid request; ``changes`` are dotted paths with ``__`` to new values, ``...`` removes."""
    body = {
        "input": {
            "bounds": {"properties": {"crs": CRS_URL}, "bbox": [500000, 4999920, 500080, 5000000]},
            "data": [{"type": "sentinel-2-l2a", "dataFilter": {"mosaickingOrder": "leastRecent"}}],
        },
        "aggregation": {
            "timeRange": {"from": first, "to": last},
            "aggregationInterval": {"of": of},
            "evalscript": script,
            "resx": 10,
            "resy": 10,
        },
    }
    for path, value in changes.items():
        put(body, path.split("__"), value)
    return body


def put(body, path, value):
    """Set or remove (``...``) the member at ``path``, in place."""
    *parents, last = path
    for part in parents:
        body = body[int(part)] if isinstance(body, list) else body.setdefault(part, {})
    if value is ...:
        del body[last]
    else:
        body[last] = copy.deepcopy(value)


def service_on(data: Path, pool=None) -> StatisticsService:
    """The service over the scene store in ``data``."""
    store = SceneStore(data)
    return StatisticsService(store, CollectionFinder(store), pool or InlinePool(data))


def ask(data: Path, body, pool=None):
    """Status, document and headers of the answer."""
    request = HubRequest("POST", "/api/v1/statistics", body=json.dumps(body).encode())
    try:
        answer = service_on(data, pool).answer(request)
    except HubError as error:
        answer = error_answer(error)
    return answer.status, json.loads(answer.body), answer.headers
