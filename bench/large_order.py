"""One image of 10,000 x 10,000 px in 16 requests, merged to a COG. A process of its own, so that its memory is its own.

    python bench/large_order.py ours|plain URL TOKEN_URL FOLDER

prints ``{"seconds", "peak_mb", "path"}``. ``ours`` is our whole way from the order to a layer-ready file; ``plain``
is the bare downloads and GDAL's own COG driver on them.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Dict

from floor import bare_loop
from orders import THREADS, hub_client, series_order
from osgeo import gdal
from peak_memory import peak_mb

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.services.image import ImageService

SIDE_PX, PART_PX, BANDS = 10_000, 2_500, 3
gdal.UseExceptions()


def large_order() -> ImageOrder:
    """The order; its grid is split into 4 x 4 parts."""
    return series_order(1, SIDE_PX, SIDE_PX, BANDS).orders()[0]


def fetch_ours(address: Dict[str, str], folder: Path) -> Path:
    """Through the cache, checked, georeferenced, merged."""
    result = ImageService(hub_client(address), ResponseCache(folder), THREADS).fetch(large_order())
    if result.requests != (SIDE_PX // PART_PX) ** 2:
        raise RuntimeError(f"{result.requests} requests were sent.")
    return result.rasters["default"]


def fetch_plainly(address: Dict[str, str], folder: Path) -> Path:
    """The bare downloads, a VRT over them, and GDAL's COG driver as it comes."""
    order = large_order()
    parts = list(order.grid.tiles())
    bare_loop(address, [build_payload(order, part.grid) for part in parts], folder, THREADS)
    placed = []
    for number, part in enumerate(parts):
        box = part.grid.bbox
        path = folder / f"{number}.vrt"
        gdal.Translate(str(path), str(folder / f"{number}.tiff"), format="VRT", outputSRS="EPSG:4326",
                       outputBounds=(box.min_x, box.max_y, box.max_x, box.min_y))
        placed.append(str(path))
    whole, target = folder / "whole.vrt", folder / "whole.tif"
    gdal.BuildVRT(str(whole), placed)
    gdal.Translate(str(target), str(whole), format="COG")
    return target


def main() -> None:
    """Measure and print."""
    way, url, token_url, folder = sys.argv[1:]
    address = {"url": url, "token_url": token_url, "client_id": "bench", "client_secret": "not-a-secret"}
    begun = time.perf_counter()
    path = (fetch_ours if way == "ours" else fetch_plainly)(address, Path(folder))
    seconds = time.perf_counter() - begun
    print(json.dumps({"seconds": seconds, "peak_mb": peak_mb(), "path": str(path)}), flush=True)


if __name__ == "__main__":
    main()
