"""All tiles of a collection as a layer in the project, by the task the dock uses. A process of its own.

    python bench/footprint_layer.py URL TOKEN_URL COLLECTION FOLDER

prints ``{"seconds", "tiles", "idle_ms", "busy_ms", "error"}``: the time from the start of the task until the layer is
in the project, and the longest gap between two beats of a 5 ms timer of the main thread, without work and meanwhile.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from orders import hub_client
from qgis.core import QgsApplication, QgsProject
from qgis.PyQt.QtCore import QEventLoop
from stall import Heartbeat, idle_gap_s

from sentinel_workbench.core.hub.byoc import ByocClient
from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.qgis.footprints import draft_path, show_footprints
from sentinel_workbench.core.qgis.tasks import WorkTask
from sentinel_workbench.core.services.byoc import ByocService


def measure(address: dict, collection: ByocCollection, path: Path) -> dict:
    """Run the task once."""
    loop, result = QEventLoop(), {"error": None, "tiles": 0}
    service = ByocService(ByocClient(hub_client(address)))
    task = WorkTask("Footprints", lambda progress: service.footprints(
        collection.collection_id, draft_path(path), progress=progress))

    def show(written) -> None:
        layer = show_footprints(written, path, collection, QgsProject.instance())
        result.update(tiles=layer.featureCount(), seconds=time.perf_counter() - begun)

    task.succeeded.connect(show)
    task.failed.connect(lambda error: result.update(error=str(error)))
    task.settled.connect(loop.quit)
    heart, begun = Heartbeat(), time.perf_counter()
    QgsApplication.taskManager().addTask(task)
    loop.exec()
    heart.stop()
    return {**result, "busy_ms": 1000 * heart.longest_s}


def main() -> None:
    """Measure and print."""
    url, token_url, collection_id, folder = sys.argv[1:]
    application = QgsApplication([], False)
    application.initQgis()
    idle_s = idle_gap_s()
    address = {"url": url, "token_url": token_url, "client_id": "bench", "client_secret": "not-a-secret"}
    collection = ByocCollection(collection_id, "Mosaic", "bucket")
    result = measure(address, collection, Path(folder) / "footprints.gpkg")
    print(json.dumps({**result, "idle_ms": 1000 * idle_s}), flush=True)
    QgsProject.instance().clear()
    application.exitQgis()


if __name__ == "__main__":
    main()
