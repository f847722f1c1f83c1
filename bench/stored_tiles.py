"""A collection of many tiles in the local hub's store, without files: what the hub takes to list them.

    python bench/stored_tiles.py --data DIR --tiles 20000

prints the collection's id; ``python -m sentinel_workbench.localhub serve --data DIR`` then lists them. The tiles are
those of ``byoc_server.py``, so that both services answer with the same bytes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import uuid
from pathlib import Path
from typing import Any, Dict

sys.path.insert(0, str(Path(__file__).resolve().parent))

from byoc_server import tile

from sentinel_workbench.localhub.byoc_buckets import Buckets
from sentinel_workbench.localhub.byoc_store import ByocStore
from sentinel_workbench.localhub.store import SceneStore

BUCKET = "sentinel-s2-l2a-mosaic-120"


def store_tiles(data: Path, count: int) -> str:
    """Add a collection with ``count`` tiles to the store in ``data``, made when missing; returns its id."""
    buckets = data / "buckets"
    (buckets / BUCKET).mkdir(parents=True, exist_ok=True)
    store = ByocStore(SceneStore(data), Buckets(buckets))
    collection = str(uuid.uuid4())
    now = dt.datetime.now(dt.timezone.utc).isoformat().replace("+00:00", "Z")
    store.add_collection({"id": collection, "name": f"{count} tiles", "s3Bucket": BUCKET, "created": now,
                          "additionalData": {}})
    store.add_tiles(collection, (_stored(tile(number)) for number in range(count)))
    store.scenes.close()
    return collection


def _stored(document: Dict[str, Any]) -> Dict[str, Any]:
    moment = dt.datetime.fromisoformat(document["sensingTime"]).replace(tzinfo=dt.timezone.utc)
    return {"document": document, "sensing": moment.timestamp(), "cover": None}


def main() -> int:
    """Store tiles and print the collection's id."""
    parser = argparse.ArgumentParser(description="A collection of many tiles in the local hub's store.")
    parser.add_argument("--data", type=Path, required=True, help="the hub's folder")
    parser.add_argument("--tiles", type=int, default=20000)
    options = parser.parse_args()
    print(store_tiles(options.data, options.tiles))
    return 0


if __name__ == "__main__":
    sys.exit(main())
