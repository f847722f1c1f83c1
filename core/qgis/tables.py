"""The tables ``images``, ``tiles`` and ``userdata`` as layers, related to each other in the project."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Optional

from osgeo import ogr
from qgis.core import Qgis, QgsLayerTreeGroup, QgsProject, QgsRelation, QgsVectorLayer

from sentinel_workbench.core.errors import DamagedFile
from sentinel_workbench.core.services.userdata_table import USERDATA_TABLE

IMAGES, TILES = "images", "tiles"
_RELATIONS = {
    TILES: ("tiles_of", "Tiles of the image"), USERDATA_TABLE: ("userdata_of", "User data of the image"),
}
"""Table to the beginning of its relation's id, and the relation's name."""


class Tables(NamedTuple):
    """The table layers, already in the project; ``userdata`` only where scripts returned some."""

    images: QgsVectorLayer
    tiles: QgsVectorLayer
    userdata: Optional[QgsVectorLayer] = None


def add_tables(project: QgsProject, group: QgsLayerTreeGroup, path: Path) -> Tables:
    """Add the tables of the GeoPackage ``path`` to ``group`` and relate them.

    Raises:
        DamagedFile: a table is missing.
    """
    images, tiles = _open(path, IMAGES), _open(path, TILES)
    userdata = _open(path, USERDATA_TABLE) if has_userdata(path) else None
    for layer in (images, tiles, userdata):
        if layer is not None:
            project.addMapLayer(layer, False)
            group.addLayer(layer).setItemVisibilityChecked(False)
    images.setDisplayExpression("format_date(\"slot_from\", 'yyyy-MM-dd') || ' ' || \"state\"")
    _give_instants(tiles)
    project.relationManager().addRelation(relate(images, tiles, *_RELATIONS[TILES]))
    if userdata is not None:
        project.relationManager().addRelation(relate(images, userdata, *_RELATIONS[USERDATA_TABLE]))
    return Tables(images, tiles, userdata)


def relate(images: QgsVectorLayer, parts: QgsVectorLayer, prefix: str, title: str) -> QgsRelation:
    """The relation from one image to the rows of another table that tell of it; both are in the project."""
    relation = QgsRelation()
    relation.setId(f"{prefix}_{images.id()}")
    relation.setName(title)
    relation.setReferencedLayer(images.id())
    relation.setReferencingLayer(parts.id())
    relation.addFieldPair("image_id", "id")
    relation.setStrength(QgsRelation.RelationStrength.Association)
    return relation


def relate_loaded(project: QgsProject, table: QgsVectorLayer) -> None:
    """Relate a table that was loaded by itself to the table of images of the same file, when that is there too."""
    path, _, name = table.source().rpartition("|layername=")
    images = [one for one in project.mapLayers().values() if one.source() == f"{path}|layername={IMAGES}"]
    if images and name in _RELATIONS:
        project.relationManager().addRelation(relate(images[-1], table, *_RELATIONS[name]))


def has_userdata(path: Path) -> bool:
    """Whether the GeoPackage holds user data of scripts."""
    try:
        database = ogr.Open(str(path))
    except RuntimeError:
        return False
    return database is not None and database.GetLayerByName(USERDATA_TABLE) is not None


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
