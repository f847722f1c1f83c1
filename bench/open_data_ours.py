"""One thing done with an open catalog, by our services. A process of its own.

Reads a JSON document from the standard input: an address, ``what``, ``bounds``, ``epsg``, ``assets``, ``connections``
and ``folder``. Prints ``{"seconds", "checked"}``; ``checked`` is a sum over the pixels, or the number of scenes.
"""

from __future__ import annotations

import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Tuple

from osgeo import gdal
from qgis.core import QgsApplication, QgsProject

from sentinel_workbench.core.http.ranges import HttpRanges
from sentinel_workbench.core.http.transport import RequestsTransport
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.qgis.item_layers import show_items
from sentinel_workbench.core.raster.clip_source import ClipSource
from sentinel_workbench.core.raster.remote_files import RemoteFiles
from sentinel_workbench.core.services.clip_grids import native_target
from sentinel_workbench.core.services.clip_order import ClipOrder
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.services.stac_clip import BUSY_BESIDE, BoundedRanges
from sentinel_workbench.core.services.stac_search import SceneSearch
from sentinel_workbench.core.stac.item_reading import read_item
from sentinel_workbench.core.stac.records import StacConnection, StacItem

Measured = Tuple[float, float]


def read(task: Dict[str, Any]) -> Measured:
    """The windows as arrays."""
    fetches = BoundedRanges(HttpRanges(RequestsTransport()), task["connections"])
    area = BBox(*task["bounds"], f"EPSG:{task['epsg']}")
    urls = [f"{task['url']}/files/{number}/B04.tif" for number in range(task["assets"])]
    begun = time.perf_counter()
    with RemoteFiles(fetches.watched_by(Silent()), connections=task["connections"]) as remote, ThreadPoolExecutor(
        task["connections"] + BUSY_BESIDE
    ) as pool:

        def one(url: str) -> float:
            source = ClipSource(remote.open(url))
            return float(source.read(native_target(source, area)[1]).sum())

        total = sum(pool.map(one, urls))
        seconds = time.perf_counter() - begun
    return seconds, total


def clip(task: Dict[str, Any]) -> Measured:
    """The windows as COGs."""
    service, items = CatalogService(StacConnection(task["root"]), RequestsTransport()), _items(task)
    order = ClipOrder(tuple(items), ("B04",), Area(BBox(*task["bounds"], f"EPSG:{task['epsg']}")))
    begun = time.perf_counter()
    result = service.clip(order, Path(task["folder"]))
    seconds = time.perf_counter() - begun
    return seconds, sum(float(gdal.Open(str(file.path)).ReadAsArray().sum()) for file in result.files)


def search(task: Dict[str, Any]) -> Measured:
    """All scenes as a layer in the project."""
    service, folder = CatalogService(StacConnection(task["root"]), RequestsTransport()), Path(task["folder"])
    folder.mkdir(parents=True)
    begun = time.perf_counter()
    found = service.search(SceneSearch((task["collection"],), sort=()))
    written = service.footprints(found.items, folder / "scenes.gpkg")
    layer = show_items(written, folder / "scenes.gpkg", "Scenes", QgsProject.instance())
    return time.perf_counter() - begun, layer.featureCount()


def _items(task: Dict[str, Any]) -> List[StacItem]:
    return [
        read_item({
            "type": "Feature", "id": f"scene-{number}", "collection": task["collection"], "geometry": None,
            "properties": {"datetime": "2020-02-19T11:34:25Z", "s2:processing_baseline": "03.00"},
            "assets": {"B04": {"href": f"{task['url']}/files/{number}/B04.tif", "type": "image/tiff"}},
        })
        for number in range(task["assets"])
    ]


def main() -> None:
    """Measure and print."""
    task = json.load(sys.stdin)
    application = QgsApplication([], False)
    application.initQgis()
    if task["what"] == "window":
        task, work = {**task, "assets": 1}, read
    else:
        work = {"read": read, "clip": clip, "search": search}[task["what"]]
    seconds, checked = work(task)
    print(json.dumps({"seconds": seconds, "checked": checked}), flush=True)
    QgsProject.instance().clear()
    application.exitQgis()


if __name__ == "__main__":
    main()
