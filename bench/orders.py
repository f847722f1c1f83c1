"""The orders all sides send."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any, Dict

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, SeriesOrder
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.image import ImageService
from sentinel_workbench.core.services.series import SeriesService

CORNERS = (46.16, -16.15, 46.51, -15.58)
FIRST_DAY = dt.date(2019, 1, 1)
THREADS = 4
SCRIPTS = {
    3: """//VERSION=3
function setup() { return { input: ["B02", "B03", "B04"], output: { bands: 3 } } }
function evaluatePixel(s) { return [2.5 * s.B04, 2.5 * s.B03, 2.5 * s.B02] }
""",
    13: """//VERSION=3
function setup() {
  return { input: [{ bands: ["B01","B02","B03","B04","B05","B06","B07","B08","B8A","B09","B10","B11","B12"],
    units: "DN" }], output: { bands: 13, sampleType: "INT16" } }
}
function evaluatePixel(s) {
  return [s.B01, s.B02, s.B03, s.B04, s.B05, s.B06, s.B07, s.B08, s.B8A, s.B09, s.B10, s.B11, s.B12]
}
""",
}


def series_order(count: int, width: int, height: int, bands: int) -> SeriesOrder:
    """``count`` daily images of the demo area from 2019-01-01 on."""
    source = DataSource("sentinel-2-l1c", mosaicking_order="leastCC", max_cloud_percent=80)
    image = ImageOrder(PixelGrid(BBox(*CORNERS), width, height), (source,), SCRIPTS[bands])
    midnight = dt.datetime.combine(FIRST_DAY, dt.time(), dt.timezone.utc)
    days = [midnight + dt.timedelta(days=number) for number in range(count + 1)]
    return SeriesOrder(image, tuple(TimeRange(start, end) for start, end in zip(days, days[1:])), "Bench")


def peer_order(count: int, width: int, height: int, bands: int) -> Dict[str, Any]:
    """The same for the peer's script."""
    return {
        "count": count, "size": [width, height], "bbox": CORNERS, "first_day": FIRST_DAY.isoformat(),
        "evalscript": SCRIPTS[bands],
    }  # fmt: skip


def hub_client(address: Dict[str, str], requests_per_minute: Any = None, burst: Any = None) -> HubClient:
    """Our client for the stand-in server."""
    connection = Connection(
        "bench", "custom", address["url"], address["token_url"], requests_per_minute=requests_per_minute, burst=burst
    )
    return HubClient(connection, Credentials(address["client_id"], address["client_secret"]))


def series_service(client: HubClient, cache: Path, parallel: int = THREADS) -> SeriesService:
    """Our whole way from order to layer-ready files."""
    return SeriesService(ImageService(client, ResponseCache(cache)), parallel)
