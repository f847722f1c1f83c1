"""Footprints of a collection onto the map: fetched in a worker, shown on the main thread."""

from __future__ import annotations

from qgis.core import QgsProject

from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.footprints import draft_path, footprints_path, show_footprints
from sentinel_workbench.core.services.byoc import ByocService
from sentinel_workbench.core.services.byoc_footprints import Footprints
from sentinel_workbench.ui.translation import tr


def fetch_footprints(byoc: ByocService, collection: ByocCollection, progress: Progress) -> Footprints:
    """Write all tiles beside the file that the map shows.

    Raises:
        WorkbenchError: the service can't be asked, or the file not written.
    """
    path = footprints_path(collection.collection_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    return byoc.footprints(collection.collection_id, draft_path(path), progress=progress)


def put_on_map(written: Footprints, collection: ByocCollection) -> str:
    """Show them as the collection's layer; returns what to tell.

    Raises:
        WorkbenchError: the file can't be replaced or opened.
    """
    show_footprints(written, footprints_path(collection.collection_id), collection, QgsProject.instance())
    count, without = f"{written.tiles - written.without_shape:n}", f"{written.without_shape:n}"
    if written.without_shape:
        text = tr("Footprints on the map: {count}; tiles without a shape yet: {without}.")
        return text.format(count=count, without=without)
    return tr("Footprints on the map: {count}.").format(count=count)
