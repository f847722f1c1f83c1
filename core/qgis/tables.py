"""The tables ``images`` and ``tiles`` as layers, related to each other in the project."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from qgis.core import Qgis, QgsLayerTreeGroup, QgsProject, QgsRelation, QgsVectorLayer

from sentinel_workbench.core.errors import DamagedFile

IMAGES, TILES = "images", "tiles"


class Tables(NamedTuple):
    """The two table layers, already in the project."""

    images: QgsVectorLayer
    tiles: QgsVectorLayer


def add_tables(project: QgsProject, group: QgsLayerTreeGroup, path: Path) -> Tables:
    """Add both tables of the GeoPackage ``path`` to ``group`` and relate them.

    Raises:
        DamagedFile: a table is missing.
    """
    images, tiles = _open(path, IMAGES), _open(path, TILES)
    for layer in (images, tiles):
        project.addMapLayer(layer, False)
        group.addLayer(layer).setItemVisibilityChecked(False)
    images.setDisplayExpression("format_date(\"slot_from\", 'yyyy-MM-dd') || ' ' || \"state\"")
    _give_instants(tiles)
    project.relationManager().addRelation(relate(images, tiles))
    return Tables(images, tiles)


def relate(images: QgsVectorLayer, tiles: QgsVectorLayer) -> QgsRelation:
    """The relation from one image to the tiles it was made of."""
    relation = QgsRelation()
    relation.setId(f"tiles_of_{images.id()}")
    relation.setName("Tiles of the image")
    relation.setReferencedLayer(images.id())
    relation.setReferencingLayer(tiles.id())
    relation.addFieldPair("image_id", "id")
    relation.setStrength(QgsRelation.RelationStrength.Association)
    return relation


def _open(path: Path, table: str) -> QgsVectorLayer:
    layer = QgsVectorLayer(f"{path}|layername={table}", table, "ogr")
    if not layer.isValid():
        raise DamagedFile(f"The table '{table}' can't be read from {path}.", "Run the order again.")
    layer.setReadOnly(True)
    return layer


def _give_instants(tiles: QgsVectorLayer) -> None:
    """Prepare the footprints for the Temporal Controller; left off, for instants would become frames of their own."""
    properties = tiles.temporalProperties()
    properties.setMode(Qgis.VectorTemporalMode.FeatureDateTimeInstantFromField)
    properties.setStartField("date")
    properties.setIsActive(False)
