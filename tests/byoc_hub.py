"""A hub with buckets for tests, a small client for it, and COGs to put there."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode

import numpy as np
from hub_fakes import ACCOUNT, running_server
from synthetic_scenes import write_raster

from sentinel_workbench.localhub.byoc import Byoc
from sentinel_workbench.localhub.byoc_buckets import Buckets
from sentinel_workbench.localhub.byoc_request import read_tile
from sentinel_workbench.localhub.byoc_store import ByocStore
from sentinel_workbench.localhub.byoc_tiles import new_tile
from sentinel_workbench.localhub.catalog import Catalog
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.hub import Hub
from sentinel_workbench.localhub.oauth import TokenIssuer
from sentinel_workbench.localhub.statistics_service import StatisticsService
from sentinel_workbench.localhub.store import SceneStore

BUCKET = "my-bucket"
COLLECTIONS = "/api/v1/byoc/collections"


def write_cog(path: Path, value=100, size=8, dtype=np.uint16, **place) -> Path:
    """A COG the service takes; ``value`` is a number or the pixels."""
    pixels = np.full((size, size), value, dtype) if np.isscalar(value) else np.asarray(value, dtype)
    return write_raster(path, pixels, **place)


class Client:
    """Talks JSON to a hub."""

    def __init__(self, address, client_id=ACCOUNT.client_id, client_secret=ACCOUNT.client_secret):
        self._address = address
        self._link = http.client.HTTPConnection(*address, timeout=60)
        form = urlencode({"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret})
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self._link.request("POST", "/oauth/token", form, kind)
        token = json.loads(self._link.getresponse().read())["access_token"]
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def again(self):
        """Another connection to the same hub."""
        return Client(self._address)

    def send(self, method, path, body=None, headers=None):
        """Status, headers and body as bytes."""
        data = body if isinstance(body, (bytes, type(None))) else json.dumps(body).encode()
        self._link.request(method, path, data, {**self.headers, **(headers or {})})
        response = self._link.getresponse()
        return response.status, response.headers, response.read()

    def ask(self, method, path, body=None):
        """Status and JSON; an empty body is None."""
        status, _, data = self.send(method, path, body)
        return status, json.loads(data) if data else None

    def get(self, path):
        """The ``data`` of an answer that must be good."""
        status, document = self.ask("GET", path)
        assert status == 200, document
        return document["data"]

    def create(self, address, /, **body):
        """The ``data`` of a thing that must be created."""
        status, document = self.ask("POST", address, body)
        assert status == 201, document
        return document["data"]

    def collection(self, **more):
        """Id of a new collection."""
        return self.create(COLLECTIONS, **{"name": "new collection", "s3Bucket": BUCKET, **more})["id"]

    def tiles_of(self, collection_id):
        """Address of its tiles."""
        return f"{COLLECTIONS}/{collection_id}/tiles"

    def ingest(self, collection_id, path, **more):
        """Create a tile and return it when its ingestion has ended."""
        tile = self.create(self.tiles_of(collection_id), path=path, **more)
        assert tile["status"] == "WAITING"
        return self.ended(collection_id, tile["id"])

    def ended(self, collection_id, tile_id):
        """The tile once it is INGESTED or FAILED."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            tile = self.get(f"{self.tiles_of(collection_id)}/{tile_id}")
            if tile["status"] in ("INGESTED", "FAILED"):
                return tile
            time.sleep(0.01)
        raise AssertionError(f"still {tile['status']}")

    def settled(self, collection_id):
        """The collection once its metadata are up to date."""
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            collection = self.get(f"{COLLECTIONS}/{collection_id}")
            if not collection["requiresMetadataUpdate"]:
                return collection
            time.sleep(0.01)
        raise AssertionError("metadata were never updated")

    def close(self):
        """Hang up."""
        self._link.close()


def byoc_store(data: Path):
    """The store of ``data``, and the buckets in ``data/buckets``."""
    (data / "buckets" / BUCKET).mkdir(parents=True, exist_ok=True)
    buckets = Buckets(data / "buckets")
    return ByocStore(SceneStore(data), buckets), buckets


def waiting(*paths):
    """New tiles as the store takes them."""
    return [new_tile(read_tile({"path": path})) for path in paths]


@contextmanager
def byoc_hub(data: Path):
    """A client of a hub that answers all but renders."""
    store, buckets = byoc_store(data)
    scenes, byoc = store.scenes, Byoc(store, buckets)
    finder = CollectionFinder(scenes)
    catalog, statistics = Catalog(scenes, finder), StatisticsService(scenes, finder, None)
    hub = Hub(TokenIssuer(ACCOUNT), finder, catalog, statistics, None, byoc)
    byoc.start()
    with running_server(hub) as server:
        client = Client(server.server_address)
        try:
            yield client
        finally:
            client.close()
            byoc.close()
