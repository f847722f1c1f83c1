"""The scenes of the local hub: SQLite with an R*Tree over place and time.

The file ``scenes.sqlite`` may be read by several processes while one writes. Paths inside the data folder are stored
relative to it, so the folder can be moved.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
import sqlite3
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple, Union

from osgeo import ogr

from sentinel_workbench.core.errors import InvalidInput, StorageError
from sentinel_workbench.core.model.collection import Collection, collection_from_json, find_collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import cover_bbox
from sentinel_workbench.localhub.records import HubError, StoredScene
from sentinel_workbench.localhub.scene_rows import collection_document, scene_from_row, scene_row

FILE_NAME = "scenes.sqlite"
BUSY_TIMEOUT_S = 30.0
_SCHEMA = """
CREATE TABLE IF NOT EXISTS collections (
    collection_id TEXT PRIMARY KEY, legacy_name TEXT NOT NULL, document TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS scenes (
    row_id INTEGER PRIMARY KEY, collection TEXT NOT NULL, scene_id TEXT NOT NULL, date REAL NOT NULL, cloud REAL,
    footprint TEXT NOT NULL, shape BLOB NOT NULL, bands TEXT NOT NULL, properties TEXT NOT NULL,
    UNIQUE (collection, scene_id));
CREATE INDEX IF NOT EXISTS scenes_by_date ON scenes (collection, date);
CREATE TABLE IF NOT EXISTS content (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1), origin TEXT NOT NULL, changes INTEGER NOT NULL);
INSERT OR IGNORE INTO content VALUES (1, lower(hex(randomblob(8))), 0);
CREATE VIRTUAL TABLE IF NOT EXISTS scene_boxes USING rtree (row_id, west, east, south, north, first, last);
"""
_COUNT_CHANGES = "\n".join(
    f"CREATE TRIGGER IF NOT EXISTS {table}_{event} AFTER {event} ON {table} "
    "BEGIN UPDATE content SET changes = changes + 1; END;"
    for table in ("scenes", "collections") for event in ("INSERT", "UPDATE", "DELETE")
)
_ORDERS = {
    "mostRecent": "s.date DESC, s.row_id DESC",
    "leastRecent": "s.date ASC, s.row_id DESC",
    "leastCC": "s.cloud IS NULL, s.cloud ASC, s.date DESC, s.row_id DESC",
}
_COLUMNS = "s.row_id, s.collection, s.scene_id, s.date, s.cloud, s.footprint, s.bands, s.properties"


class SceneStore:
    """Collections and their scenes in ``folder``. May be shared by threads; each gets its own connection."""

    def __init__(self, folder: Union[str, Path]) -> None:
        self._folder = Path(folder).resolve()
        self._path = self._folder / FILE_NAME
        self._local = threading.local()
        self._folder.mkdir(parents=True, exist_ok=True)
        with self.writing() as connection:
            connection.executescript(_SCHEMA + _COUNT_CHANGES)

    @property
    def folder(self) -> Path:
        """Where the store lies, absolute."""
        return self._folder

    def identity(self) -> str:
        """Stands for what the store holds: the same while no scene and no collection of this folder changes."""
        (origin, changes), = self.rows("SELECT origin, changes FROM content")
        return f"{self._folder}|{origin}|{changes}"

    def collections(self) -> List[Collection]:
        """All collections of the store, by id."""
        rows = self.rows("SELECT document FROM collections ORDER BY collection_id")
        return [collection_from_json(json.loads(row[0])) for row in rows]

    def collection(self, name: str) -> Collection:
        """The collection of a type id or legacy name: the store's, else one the Workbench knows, without scenes.

        Raises:
            HubError: 404, no such collection.
        """
        sql = "SELECT document FROM collections WHERE collection_id = ?1 OR legacy_name = ?1"
        for row in self.rows(sql, (name,)):
            return collection_from_json(json.loads(row[0]))
        try:
            return find_collection(name)
        except InvalidInput as error:
            raise HubError(404, "COMMON_NOT_FOUND", f"Collection {name[:100]} not found.") from error

    def add_collection(self, collection: Collection) -> None:
        """Add a collection or replace its description; its scenes stay."""
        with self.writing() as connection:
            put_collection(connection, collection)

    def add_scenes(self, scenes: Iterable[StoredScene]) -> None:
        """Add scenes in one transaction; a scene with the same id and collection is replaced and keeps its number.

        Raises:
            StorageError: the file can't be written.
        """
        with self.writing() as connection:
            for scene in scenes:
                self.put_scene(connection, scene)

    def search(
        self,
        collection: str,
        bbox: Optional[BBox] = None,
        time_from: Optional[dt.datetime] = None,
        time_to: Optional[dt.datetime] = None,
        max_cloud_percent: Optional[float] = None,
        order: Optional[str] = None,
        limit: Optional[int] = None,
        offset: int = 0,
        geometry: Optional[Mapping[str, Any]] = None,
    ) -> List[StoredScene]:
        """Scenes whose footprint meets the area.

        Args:
            collection: type id.
            bbox: in any CRS.
            time_from: inclusive, aware.
            time_to: inclusive, aware.
            max_cloud_percent: inclusive; scenes of unknown cloud cover pass.
            order: ``mostRecent`` (also when None), ``leastRecent`` or ``leastCC``; ties by time, then last added.
            limit: at most so many.
            offset: left out at the beginning.
            geometry: GeoJSON in lon/lat, instead of or besides the box.
        """
        found = self._matching(collection, bbox, time_from, time_to, max_cloud_percent, order, geometry)
        end = None if limit is None else offset + limit
        return [scene_from_row(row, self._folder) for row in itertools.islice(found, offset, end)]

    def count(
        self,
        collection: str,
        bbox: Optional[BBox] = None,
        time_from: Optional[dt.datetime] = None,
        time_to: Optional[dt.datetime] = None,
        max_cloud_percent: Optional[float] = None,
        geometry: Optional[Mapping[str, Any]] = None,
    ) -> int:
        """How many scenes ``search`` would find without a limit."""
        return sum(1 for _ in self._matching(collection, bbox, time_from, time_to, max_cloud_percent, None, geometry))

    def scene(self, collection: str, scene_id: str) -> Optional[StoredScene]:
        """The scene of that id, or None."""
        sql = f"SELECT {_COLUMNS} FROM scenes s WHERE s.collection = ? AND s.scene_id = ?"
        return next((scene_from_row(row, self._folder) for row in self.rows(sql, (collection, scene_id))), None)

    def close(self) -> None:
        """Close this thread's connection."""
        connection = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    def _matching(
        self,
        collection: str,
        bbox: Optional[BBox],
        time_from: Optional[dt.datetime],
        time_to: Optional[dt.datetime],
        max_cloud_percent: Optional[float],
        order: Optional[str],
        geometry: Optional[Mapping[str, Any]],
    ) -> Iterator[Tuple[Any, ...]]:
        areas = [_box_shape(bbox)] if bbox is not None else []
        if geometry is not None:
            areas.append(ogr.CreateGeometryFromJson(json.dumps(geometry)))
        sql, values = _search_sql(collection, areas, time_from, time_to, max_cloud_percent, order)
        for row in self.rows(sql, values):
            if _meets(row[-1], areas):
                yield row[:-1]

    def put_scene(self, connection: sqlite3.Connection, scene: StoredScene) -> None:
        """Add or replace one scene within a transaction of ``writing``."""
        shape = ogr.CreateGeometryFromJson(json.dumps(scene.footprint))
        west, east, south, north = shape.GetEnvelope()
        sql = "SELECT row_id FROM scenes WHERE collection = ? AND scene_id = ?"
        known = connection.execute(sql, (scene.collection, scene.scene_id)).fetchone()
        row_id = known[0] if known else None
        row = scene_row(scene, bytes(shape.ExportToWkb()), self._folder)
        cursor = connection.execute("INSERT OR REPLACE INTO scenes VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", (row_id, *row))
        date = scene.date.timestamp()
        box = (cursor.lastrowid, west, east, south, north, date, date)
        connection.execute("INSERT OR REPLACE INTO scene_boxes VALUES (?, ?, ?, ?, ?, ?, ?)", box)

    def rows(self, sql: str, values: Sequence[Any] = ()) -> Iterator[Tuple[Any, ...]]:
        """What a query finds.

        Raises:
            StorageError: the file can't be read.
        """
        try:
            yield from self._connection().execute(sql, values)
        except sqlite3.Error as error:
            raise StorageError(f"The scene store {self._path} can't be read: {error}.") from error

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A transaction: all of it happens, or nothing.

        Raises:
            StorageError: the file can't be written.
        """
        try:
            with self._connection() as connection:
                yield connection
        except sqlite3.Error as error:
            raise StorageError(f"The scene store {self._path} can't be written: {error}.") from error

    def _connection(self) -> sqlite3.Connection:
        connection = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(str(self._path), timeout=BUSY_TIMEOUT_S)
            self._local.connection = connection
        return connection


def put_collection(connection: sqlite3.Connection, collection: Collection) -> None:
    """Add a collection or replace its description within a transaction; its scenes stay."""
    document = json.dumps(collection_document(collection))
    row = (collection.collection_id, collection.legacy_name, document)
    connection.execute("INSERT OR REPLACE INTO collections VALUES (?, ?, ?)", row)


def remove_scenes(connection: sqlite3.Connection, collection: str, scene_id: Optional[str] = None) -> None:
    """Remove one scene of a collection, or all, within a transaction."""
    which = "collection = ?" if scene_id is None else "collection = ? AND scene_id = ?"
    values = (collection,) if scene_id is None else (collection, scene_id)
    boxes = f"DELETE FROM scene_boxes WHERE row_id IN (SELECT row_id FROM scenes WHERE {which})"
    connection.execute(boxes, values)
    connection.execute(f"DELETE FROM scenes WHERE {which}", values)


def remove_collection(connection: sqlite3.Connection, collection: str) -> None:
    """Remove a collection and its scenes within a transaction."""
    remove_scenes(connection, collection)
    connection.execute("DELETE FROM collections WHERE collection_id = ?", (collection,))


def _search_sql(
    collection: str,
    areas: Sequence[ogr.Geometry],
    time_from: Optional[dt.datetime],
    time_to: Optional[dt.datetime],
    max_cloud_percent: Optional[float],
    order: Optional[str],
) -> Tuple[str, List[Any]]:
    """The tree narrows down (its 32 bit floats are rounded outward), the scene table decides; alone without areas."""
    conditions: List[Tuple[str, Any]] = [("s.collection = ?", collection)]
    tables = "scene_boxes b CROSS JOIN scenes s ON s.row_id = b.row_id" if areas else "scenes s"
    for area in areas:
        west, east, south, north = area.GetEnvelope()
        conditions += [("b.west <= ?", east), ("b.east >= ?", west), ("b.south <= ?", north), ("b.north >= ?", south)]
    for operator, column, value in ((">=", "last", time_from), ("<=", "first", time_to)):
        if value is not None:
            conditions.append((f"s.date {operator} ?", value.timestamp()))
            if areas:
                conditions.append((f"b.{column} {operator} ?", value.timestamp()))
    if max_cloud_percent is not None:
        conditions.append(("(s.cloud IS NULL OR s.cloud <= ?)", max_cloud_percent))
    where = " AND ".join(text for text, _ in conditions)
    sql = f"SELECT {_COLUMNS}, s.shape FROM {tables} WHERE {where} ORDER BY {_ORDERS[order or 'mostRecent']}"
    return sql, [value for _, value in conditions]


def _box_shape(bbox: BBox) -> ogr.Geometry:
    west, south, east, north = cover_bbox(bbox, "EPSG:4326").corners
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    return ogr.CreateGeometryFromWkt(f"POLYGON (({ring}))")


def _meets(shape: bytes, areas: Sequence[ogr.Geometry]) -> bool:
    """Whether a footprint really meets every area: their boxes do already."""
    footprint = ogr.CreateGeometryFromWkb(shape) if areas else None
    return all(area.Intersects(footprint) for area in areas)
