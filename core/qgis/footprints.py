"""Footprints of a collection as one layer: added once, refreshed in place. Main thread; reads no geometry."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Callable, Optional

from qgis.core import (
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsProject,
    QgsRendererCategory,
    QgsVectorLayer,
)

from sentinel_workbench.core.errors import DamagedFile, StorageError
from sentinel_workbench.core.model.byoc import FAILED, INGESTED, INGESTING, QUEUED, WAITING, ByocCollection
from sentinel_workbench.core.qgis.folders import tables_folder
from sentinel_workbench.core.qgis.temporal import give_time_field
from sentinel_workbench.core.services.byoc_footprints import TABLE, Footprints

COLLECTION_PROPERTY = "sentinelworkbench/byoc"
STATUS_COLOURS = {
    WAITING: "#9e9e9e", QUEUED: "#7fb7d9", INGESTING: "#1f78b4", INGESTED: "#33a02c", FAILED: "#e31a1c",
}  # fmt: skip
_FILL_ALPHA = 40
_EMPTY = "MultiPolygon?crs=EPSG:4326"


def footprints_path(collection_id: str) -> Path:
    """Where the footprints of a collection lie in the user's profile."""
    return tables_folder() / "byoc" / f"{collection_id}.gpkg"


def draft_path(path: Path) -> Path:
    """Where new footprints are written while the earlier ones are on the map."""
    return path.with_name(f"{path.stem}.new{path.suffix}")


def show_footprints(
    written: Footprints, path: Path, collection: ByocCollection, project: QgsProject
) -> QgsVectorLayer:
    """Put what was written to ``written.path`` at ``path`` and on the map.

    A layer of this collection stays the layer it is, with its place, name and style, and shows the new tiles.

    Raises:
        StorageError: the earlier file can't be replaced.
        DamagedFile: the file does not open.
    """
    found = find_footprints(project, collection.collection_id)
    layer = show_polygons(
        found, written.path, path, TABLE, project, lambda source: open_footprints(source, collection))
    give_sensing_time(layer, written)
    return layer


def show_polygons(
    layer: Optional[QgsVectorLayer],
    new: Path,
    path: Path,
    table: str,
    project: QgsProject,
    open_layer: Callable[[str], QgsVectorLayer],
) -> QgsVectorLayer:
    """Put the GeoPackage ``new`` at ``path`` and its ``table`` on the map.

    Args:
        layer: of the earlier file, which keeps its place, name and style; None to add one.
        new: what was written.
        path: where it belongs.
        table: in the GeoPackage.
        project: of the layer.
        open_layer: makes the layer of a source.

    Raises:
        StorageError: the earlier file can't be replaced.
        DamagedFile: the file does not open.
    """
    if layer is not None:
        layer.setDataSource(_EMPTY, layer.name(), "memory", False)  # a file that is open can't be replaced on Windows
    _replace(new, path)
    source = f"{path}|layername={table}"
    if layer is not None:
        layer.setDataSource(source, layer.name(), "ogr", False)
        _check(layer, path)
        layer.triggerRepaint()
    else:
        layer = open_layer(source)
        _check(layer, path)
        project.addMapLayer(layer)
    return layer


def find_footprints(project: QgsProject, collection_id: str) -> Optional[QgsVectorLayer]:
    """The layer of a collection's footprints in ``project``, or None."""
    for layer in project.mapLayers().values():
        if layer.customProperty(COLLECTION_PROPERTY) == collection_id and isinstance(layer, QgsVectorLayer):
            return layer
    return None


def open_footprints(source: str, collection: ByocCollection) -> QgsVectorLayer:
    """The layer, styled by status, in no project yet."""
    layer = QgsVectorLayer(source, f"{collection.name} (tiles)", "ogr")
    dress_footprints(layer)
    layer.setCustomProperty(COLLECTION_PROPERTY, collection.collection_id)
    return layer


def dress_footprints(layer: QgsVectorLayer) -> None:
    """Style by status, a tip on the map, and no editing: changes are made at the service."""
    categories = [
        QgsRendererCategory(status, _symbol(colour), status.capitalize()) for status, colour in STATUS_COLOURS.items()
    ]
    layer.setRenderer(QgsCategorizedSymbolRenderer("status", categories))
    layer.setDisplayExpression("\"path\"")
    layer.setMapTipTemplate(
        "<b>[% \"path\" %]</b><br>[% \"status\" %] [% coalesce(\"cause\", '') %]<br>"
        "[% coalesce(format_date(\"sensing_time\", 'yyyy-MM-dd HH:mm'), 'no sensing time') %]"
    )
    layer.setReadOnly(True)


def give_sensing_time(layer: QgsVectorLayer, written: Footprints) -> None:
    """Let the Temporal Controller show tiles when they were sensed; off when none has a time."""
    give_time_field(layer, "sensing_time", written.first_sensing is not None)


def _replace(new: Path, path: Path) -> None:
    if new == path:
        return
    try:
        os.replace(new, path)
    except OSError as error:
        raise StorageError(
            f"{path.name} can't be replaced in {path.parent}: {error.strerror}.", "Close what else has it open."
        ) from error


def _check(layer: QgsVectorLayer, path: Path) -> None:
    if not layer.isValid():
        raise DamagedFile(f"The footprints in {path} do not open.", "Fetch them again.")


def _symbol(colour: str) -> QgsFillSymbol:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return QgsFillSymbol.createSimple(
        {"color": f"{red},{green},{blue},{_FILL_ALPHA}", "outline_color": colour, "outline_width": "0.3"}
    )
