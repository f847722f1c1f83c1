"""The tiles of a collection as one layer of polygons in a GeoPackage, written while the pages arrive.

    tiles  tile_id, path, status, cause, warnings, sensing_time, created, ingestion_start, crs, has_cover,
           min_metres, max_metres, details, geom (multipolygons in EPSG:4326)

Times are UTC. ``details`` holds as JSON what the service adds beyond these fields. What is not known is NULL, the
geometry of a tile that is not ingested yet included.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

from osgeo import gdal, ogr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.byoc import ByocClient, TileQuery
from sentinel_workbench.core.model.byoc import ByocTile, geometry_crs
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.services.byoc_listing import walk_tiles
from sentinel_workbench.core.services.footprint_shapes import shape_in_degrees
from sentinel_workbench.core.services.geopackage import Fields, create_table, new_geopackage, set_instant

TABLE = "tiles"
FIELDS: Fields = (
    ("tile_id", ogr.OFTString, None),
    ("path", ogr.OFTString, None),
    ("status", ogr.OFTString, None),
    ("cause", ogr.OFTString, None),
    ("warnings", ogr.OFTString, None),
    ("sensing_time", ogr.OFTDateTime, None),
    ("created", ogr.OFTDateTime, None),
    ("ingestion_start", ogr.OFTDateTime, None),
    ("crs", ogr.OFTString, None),
    ("has_cover", ogr.OFTInteger, ogr.OFSTBoolean),
    ("min_metres", ogr.OFTReal, None),
    ("max_metres", ogr.OFTReal, None),
    ("details", ogr.OFTString, ogr.OFSTJSON),
)
_TIMES = frozenset(number for number, (_, kind, _sub) in enumerate(FIELDS) if kind == ogr.OFTDateTime)
_TEXTS = frozenset(number for number, (_, kind, _sub) in enumerate(FIELDS) if kind == ogr.OFTString)
_TOLD = frozenset(("failedIngestionCause", "warnings", "minMetersPerPixel", "maxMetersPerPixel"))


@dataclass(frozen=True)
class Footprints:
    """A written layer.

    Attributes:
        path: the GeoPackage.
        tiles: how many rows.
        without_shape: rows without geometry: not ingested yet, or a CRS that is not known.
        statuses: status to number of tiles.
        first_sensing, last_sensing: UTC, None when no tile has a sensing time.
    """

    path: Path
    tiles: int
    without_shape: int
    statuses: Mapping[str, int] = field(default_factory=dict)
    first_sensing: Optional[dt.datetime] = None
    last_sensing: Optional[dt.datetime] = None


def write_footprints(
    byoc: ByocClient,
    collection_id: str,
    path: Path,
    query: TileQuery = TileQuery(),
    progress: Progress = Silent(),
) -> Footprints:
    """Fetch all tiles and write them to ``path``; what is there is replaced only when all went well.

    Raises:
        WorkbenchError: the service can't be asked, or the file not written.
        Cancelled: on request.
    """
    with new_geopackage(path) as database:
        writer = _Writer(database)
        for page in walk_tiles(byoc, collection_id, query, progress):
            writer.add_page(page)
        return writer.finish(path)


def save_footprints(tiles: Sequence[ByocTile], path: Path) -> Footprints:
    """The same for tiles at hand.

    Raises:
        StorageError: the file can't be written.
    """
    with new_geopackage(path) as database:
        writer = _Writer(database)
        writer.add_page(tuple(tiles))
        return writer.finish(path)


class _Writer:
    """Adds pages of tiles to one table within one transaction."""

    def __init__(self, database: gdal.Dataset) -> None:
        self._database = database
        self._table = create_table(database, TABLE, FIELDS, ogr.wkbMultiPolygon)
        self._definition = self._table.GetLayerDefn()
        self._statuses: Counter[str] = Counter()
        self._shapeless = 0
        self._span: Tuple[dt.datetime, ...] = ()
        database.StartTransaction()

    def add_page(self, tiles: Tuple[ByocTile, ...]) -> None:
        """One row a tile."""
        times = [*self._span, *(tile.sensing_time for tile in tiles if tile.sensing_time)]
        self._span = (min(times), max(times)) if times else ()
        for tile in tiles:
            shape = shape_in_degrees(tile.geometry)
            self._statuses[tile.status] += 1
            self._shapeless += shape is None
            row = ogr.Feature(self._definition)
            _fill(row, _values(tile))
            if shape is not None:
                row.SetGeometryDirectly(shape)
            self._table.CreateFeature(row)

    def finish(self, path: Path) -> Footprints:
        """End the transaction."""
        self._database.CommitTransaction()
        first, last = self._span or (None, None)
        return Footprints(
            path, sum(self._statuses.values()), self._shapeless, dict(self._statuses), first, last
        )


def _fill(row: ogr.Feature, values: Sequence[Any]) -> None:
    for index, value in enumerate(values):
        if value is None:
            continue
        if index in _TEXTS:
            row.SetFieldString(index, value)
        elif index in _TIMES:
            set_instant(row, index, value)
        else:
            row.SetField(index, value)


def _values(tile: ByocTile) -> Tuple[Any, ...]:
    """In the order of ``FIELDS``."""
    return (
        tile.tile_id, tile.path, tile.status, tile.cause, "; ".join(tile.warnings) or None, tile.sensing_time,
        tile.created, tile.ingestion_start, _crs(tile), int(tile.cover_geometry is not None), tile.min_metres,
        tile.max_metres, _details(tile),
    )  # fmt: skip


def _crs(tile: ByocTile) -> Optional[str]:
    try:
        return geometry_crs(tile.geometry) if tile.geometry is not None else None
    except InvalidInput:
        return None


def _details(tile: ByocTile) -> Optional[str]:
    more = tile.document.get("additionalData")
    rest: Dict[str, Any] = {}
    if isinstance(more, dict):
        rest = {key: value for key, value in more.items() if key not in _TOLD}
    return json.dumps(rest, ensure_ascii=False) if rest else None
