"""The three sources of chips over the scenes of one store: the local hub, its CbM server, a STAC server.

    with hub_source(data, work) as chips: ...       # each gives something with ``fetch``
    with cbm_source(data, quirks=True) as chips: ...
    with stac_source(data) as chips: ...            # ``data`` holds the store; all files of scenes lie below one folder
"""

from __future__ import annotations

import json
import os
from contextlib import contextmanager
from pathlib import Path

from cbm_hub import cbm_hub
from osgeo import ogr
from stac_server import StacServer

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.services.availability import AvailabilityService
from sentinel_workbench.core.services.chips_cbm import CbmChips
from sentinel_workbench.core.services.chips_hub import HubChips
from sentinel_workbench.core.services.chips_stac import StacChips
from sentinel_workbench.core.services.image import ImageService
from sentinel_workbench.core.services.series import SeriesService
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.stac.records import StacConnection
from sentinel_workbench.localhub.cbm_chips import product_name
from sentinel_workbench.localhub.store import SceneStore

COLLECTION = "sentinel-2-l2a"


@contextmanager
def hub_source(data: Path, work: Path):
    """Chips of a local hub, a process of its own."""
    with LocalHub(data, with_demo_scenes=False, arguments=("--workers", "1")) as hub:
        client = HubClient(hub.connection, hub.credentials)
        images = ImageService(client, ResponseCache(work))
        yield HubChips(SeriesService(images, 2), AvailabilityService(client))
        client.close()


@contextmanager
def cbm_source(data: Path, **settings):
    """Chips of the hub as a CbM server, with its quirks."""
    with cbm_hub(data, **{"quirks": True, **settings}) as server:
        client = server.client()
        yield CbmChips(client)
        client.close()


@contextmanager
def stac_source(data: Path):
    """Chips of a STAC server with an item for each scene of the store."""
    scenes = SceneStore(data).search(COLLECTION)
    folder = Path(os.path.commonpath([file.path for scene in scenes for file in scene.bands.values()]))
    with StacServer(folder, [item_of(scene, folder) for scene in scenes]) as server:
        service = CatalogService(StacConnection(server.root), RequestsTransport())
        yield StacChips(service, COLLECTION)
        service.close()


def item_of(scene, folder: Path):
    """A stored scene as a STAC item; the catalog tells its product."""
    west, east, south, north = ogr.CreateGeometryFromJson(json.dumps(scene.footprint)).GetEnvelope()
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": f"item-{scene.scene_id}", "collection": COLLECTION,
        "bbox": [west, south, east, north], "geometry": scene.footprint,
        "properties": {"datetime": f"{scene.date:%Y-%m-%dT%H:%M:%SZ}", "s2:processing_baseline": "02.12",
                       "s2:product_uri": product_name(scene) + ".SAFE", "platform": "sentinel-2a"},
        "assets": {band: {"href": str(Path(file.path).relative_to(folder)), "type": "image/tiff"}
                   for band, file in scene.bands.items()},
    }  # fmt: skip
