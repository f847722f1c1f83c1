"""Collections and tiles of the BYOC API, in the file of the scene store so that tile and scene change together."""

from __future__ import annotations

import json
import sqlite3
import threading
from contextlib import contextmanager
from typing import Any, Callable, Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.model.byoc import INGESTED
from sentinel_workbench.localhub.bounds import geometry_extent
from sentinel_workbench.localhub.byoc_buckets import Buckets, paths_it_may_become
from sentinel_workbench.localhub.byoc_check import Box
from sentinel_workbench.localhub.byoc_pages import Key, View
from sentinel_workbench.localhub.byoc_records import TILE_COLUMNS, TileRow, compact, tile_from_row
from sentinel_workbench.localhub.byoc_scenes import hub_collection, tile_scene, type_id
from sentinel_workbench.localhub.records import HubError
from sentinel_workbench.localhub.scene_rows import kept_path
from sentinel_workbench.localhub.store import SceneStore, put_collection, remove_collection, remove_scenes

_SCHEMA = """
CREATE TABLE IF NOT EXISTS byoc_collections (
    number INTEGER PRIMARY KEY AUTOINCREMENT, collection_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL,
    stale INTEGER NOT NULL DEFAULT 0, finest_m REAL, document TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS byoc_stale ON byoc_collections (number) WHERE stale;
CREATE TABLE IF NOT EXISTS byoc_tiles (
    number INTEGER PRIMARY KEY AUTOINCREMENT, collection_id TEXT NOT NULL, tile_id TEXT NOT NULL, path TEXT NOT NULL,
    status TEXT NOT NULL, attempt INTEGER NOT NULL DEFAULT 1, sensing REAL, west REAL, south REAL, east REAL,
    north REAL, finest_m REAL, coarsest_m REAL, cover TEXT, ingested TEXT, document TEXT NOT NULL,
    UNIQUE (collection_id, tile_id), UNIQUE (collection_id, path));
CREATE INDEX IF NOT EXISTS byoc_by_number ON byoc_tiles (collection_id, number);
CREATE INDEX IF NOT EXISTS byoc_by_status ON byoc_tiles (collection_id, status, number);
CREATE TABLE IF NOT EXISTS byoc_buckets (root TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS byoc_to_do ON byoc_tiles (status, number);
"""
_SORTS = {"created": "number", "path": "path"}
Rows = List[Tuple[Key, str]]


class ByocStore:
    """May be shared by threads. What changes a tile changes its scene in the same transaction."""

    def __init__(self, scenes: SceneStore, buckets: Buckets) -> None:
        self.scenes, self._buckets = scenes, buckets
        self._one_writer = threading.Lock()
        with scenes.writing() as connection:
            self._writes_ahead = _write_ahead(connection)
            connection.executescript(_SCHEMA)

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        """A transaction that nobody else writes during, from its first read on."""
        with self._one_writer, self.scenes.writing() as connection:
            if self._writes_ahead:
                connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            yield connection

    # ---- collections -------------------------------------------------------------------------------------------

    def add_collection(self, document: Dict[str, Any]) -> None:
        """Add a new collection."""
        with self.changing() as connection:
            connection.execute(
                "INSERT INTO byoc_collections (collection_id, name, document) VALUES (?, ?, ?)",
                (document["id"], document["name"], compact(document)),
            )
            put_collection(connection, hub_collection(document, None))

    def collection(self, collection_id: str) -> Dict[str, Any]:
        """The collection as the API shows it.

        Raises:
            HubError: 404.
        """
        sql = "SELECT document, stale FROM byoc_collections WHERE collection_id = ?"
        for text, stale in self.scenes.rows(sql, (collection_id,)):
            return _shown(text, stale)
        raise HubError(404, "COMMON_NOT_FOUND", f"Collection {collection_id[:100]} not found.")

    def collections(self, view: View, wanted: Callable[[str], bool]) -> Tuple[Rows, bool]:
        """A page of the collections whose id and name are wanted, and whether there are more in its direction."""
        sql, values = _page_sql("byoc_collections", "number", [], view, False)
        found: Rows = []
        for number, collection_id, name, stale, text in self.scenes.rows(
            f"SELECT number, collection_id, name, stale, document FROM {sql}", values
        ):
            if wanted(f"{collection_id} {name}"):
                found.append((number, compact(_shown(text, stale))))
            if len(found) > view.count:
                break
        return _cut(found, view)

    def change_collection(self, collection_id: str, change: Callable[[Dict[str, Any], bool, bool], Any]) -> None:
        """Change a collection, and the scenes of its tiles with it.

        Args:
            collection_id: must exist.
            change: gets the document to change, whether there are tiles, whether any is ingested; may raise HubError.
        """
        with self.changing() as connection:
            document = self.collection(collection_id)
            before = _band_facts(document)
            ingested = self._has_tiles(collection_id, INGESTED)
            change(document, ingested or self._has_tiles(collection_id), ingested)
            save_collection(connection, document)
            if ingested and _band_facts(document) != before:
                self._register_all(connection, document)

    def remove_collection(self, collection_id: str) -> None:
        """Remove a collection with all its tiles and scenes."""
        with self.changing() as connection:
            self.collection(collection_id)
            for table in ("byoc_collections", "byoc_tiles"):
                connection.execute(f"DELETE FROM {table} WHERE collection_id = ?", (collection_id,))
            remove_collection(connection, type_id(collection_id))

    # ---- tiles -------------------------------------------------------------------------------------------------

    def tile(self, collection_id: str, tile_id: str) -> TileRow:
        """A tile.

        Raises:
            HubError: 404; of the collection, if that is what does not exist.
        """
        sql = f"SELECT {TILE_COLUMNS} FROM byoc_tiles WHERE collection_id = ? AND tile_id = ?"
        for row in self.scenes.rows(sql, (collection_id, tile_id)):
            return tile_from_row(row)
        self.collection(collection_id)
        raise HubError(404, "COMMON_NOT_FOUND", f"Tile {tile_id[:100]} not found.")

    def tiles(self, collection_id: str, view: View, conditions: Sequence[Tuple[str, Any]]) -> Tuple[Rows, bool]:
        """A page of tiles, and whether there are more in its direction."""
        sort, _, direction = view.filters.get("sort", "created:asc").partition(":")
        column = _SORTS[sort]
        conditions = [("collection_id = ?", collection_id), *conditions]
        sql, values = _page_sql("byoc_tiles", column, conditions, view, direction == "desc")
        limited = f"SELECT {column}, document FROM {sql} LIMIT {view.count + 1}"
        return _cut(list(self.scenes.rows(limited, values)), view)

    def add_tiles(self, collection_id: str, tiles: Iterable[Mapping[str, Any]]) -> None:
        """Add tiles, all or none, in one transaction. Each has the columns ``document``, ``sensing`` and ``cover``.

        Raises:
            HubError: 409, a path is there already; 404, the collection is not.
        """
        with self.changing() as connection:
            self.collection(collection_id)
            for tile in tiles:
                _insert_tile(connection, collection_id, tile)

    def tiles_to_copy(self, collection_id: str) -> List[TileRow]:
        """All tiles of a collection in order of creation."""
        sql = f"SELECT {TILE_COLUMNS} FROM byoc_tiles WHERE collection_id = ? ORDER BY number"
        return [tile_from_row(row) for row in self.scenes.rows(sql, (collection_id,))]

    def change_tile(self, collection_id: str, tile_id: str, change: Callable[[TileRow], TileRow]) -> None:
        """Change a tile, and its scene when it has one; ``change`` gets it as it is now."""
        with self.changing() as connection:
            tile = change(self.tile(collection_id, tile_id))
            save_tile(connection, tile)
            mark_stale(connection, collection_id)
            if tile.status == INGESTED:
                self.register(connection, self.collection(collection_id), tile)

    def remove_tile(self, collection_id: str, tile_id: str) -> None:
        """Remove a tile and its scene."""
        with self.changing() as connection:
            connection.execute("DELETE FROM byoc_tiles WHERE number = ?", (self.tile(collection_id, tile_id).number,))
            mark_stale(connection, collection_id)
            remove_scenes(connection, type_id(collection_id), tile_id)

    # ---- scenes ------------------------------------------------------------------------------------------------

    def register(self, connection: sqlite3.Connection, document: Mapping[str, Any], tile: TileRow) -> Box:
        """Make or replace the scene of an ingested tile within a transaction.

        Returns:
            west, south, east, north.

        Raises:
            HubError: its cover can't be expressed in degrees; nothing is written.
        """
        scene = tile_scene(document, tile, self._buckets)
        box = geometry_extent(scene.footprint)
        connection.execute("UPDATE byoc_tiles SET west = ?, south = ?, east = ?, north = ? WHERE number = ?",
                           (*box, tile.number))
        self.scenes.put_scene(connection, scene)
        return box

    def follow_buckets(self) -> None:
        """Let all scenes point to the folder of buckets of this hub, when the last hub had another."""
        root = kept_path(str(self._buckets.root), self.scenes.folder)
        known = [row[0] for row in self.scenes.rows("SELECT root FROM byoc_buckets")]
        if known == [root]:
            return
        ids = [row[0] for row in self.scenes.rows("SELECT collection_id FROM byoc_collections")] if known else []
        with self.changing() as connection:
            for collection_id in ids:
                self._register_all(connection, self.collection(collection_id))
            connection.execute("DELETE FROM byoc_buckets")
            connection.execute("INSERT INTO byoc_buckets VALUES (?)", (root,))

    def _register_all(self, connection: sqlite3.Connection, document: Mapping[str, Any]) -> None:
        sql = f"SELECT {TILE_COLUMNS} FROM byoc_tiles WHERE collection_id = ? AND status = ? ORDER BY number"
        for row in connection.execute(sql, (document["id"], INGESTED)).fetchall():
            self.register(connection, document, tile_from_row(row))

    def _has_tiles(self, collection_id: str, status: Optional[str] = None) -> bool:
        sql = "SELECT 1 FROM byoc_tiles WHERE collection_id = ?1 AND (?2 IS NULL OR status = ?2) LIMIT 1"
        return any(True for _ in self.scenes.rows(sql, (collection_id, status)))


def _write_ahead(connection: sqlite3.Connection) -> bool:
    """Let renders read while tiles are written, and write without waiting for the disk each time.

    The file stays whole whenever the hub or the machine stops; the last changes before a power cut may be missing.
    """
    try:
        return connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal"
    except sqlite3.OperationalError:
        return False  # another process has it open, or the file system can't


def save_collection(connection: sqlite3.Connection, document: Mapping[str, Any]) -> None:
    """Write a collection that exists, for the API and for requests, within a transaction."""
    row = connection.execute(
        "SELECT finest_m FROM byoc_collections WHERE collection_id = ?", (document["id"],)).fetchone()
    connection.execute("UPDATE byoc_collections SET name = ?, document = ? WHERE collection_id = ?",
                       (document["name"], compact(document), document["id"]))
    put_collection(connection, hub_collection(document, row[0]))


def save_tile(connection: sqlite3.Connection, tile: TileRow) -> None:
    """Write what may change of a tile within a transaction."""
    connection.execute(
        "UPDATE byoc_tiles SET path = ?, status = ?, attempt = ?, sensing = ?, cover = ?, ingested = ?, document = ?"
        " WHERE number = ?",
        (tile.path, tile.status, tile.attempt, tile.sensing, None if tile.cover is None else compact(tile.cover),
         compact(tile.ingested) if tile.ingested else None, compact(tile.document), tile.number),
    )


def mark_stale(connection: sqlite3.Connection, collection_id: str) -> None:
    """The collection's extent, times and resolution limit need to be made again."""
    connection.execute("UPDATE byoc_collections SET stale = 1 WHERE collection_id = ?", (collection_id,))


def _shown(text: str, stale: int) -> Dict[str, Any]:
    document = json.loads(text)
    document["isConfigured"] = bool(_band_facts(document)[0])
    document["requiresMetadataUpdate"] = bool(stale)
    return document


def _band_facts(document: Mapping[str, Any]) -> Tuple[Any, Any]:
    """What of a collection its scenes depend on."""
    return (document.get("additionalData") or {}).get("bands"), document.get("noData")


def _page_sql(
    table: str, column: str, conditions: Sequence[Tuple[str, Any]], view: View, descending: bool
) -> Tuple[str, List[Any]]:
    """What follows FROM, for the items of a page and beyond; those before an edge come in reverse."""
    if view.edge is not None:
        forward = descending == view.backwards
        conditions = [*conditions, (f"{column} {'>' if forward else '<'} ?", view.edge)]
    where = " AND ".join(text for text, _ in conditions) or "1"
    direction = "DESC" if descending != view.backwards else "ASC"
    return f"{table} WHERE {where} ORDER BY {column} {direction}", [value for _, value in conditions]


def _cut(found: Rows, view: View) -> Tuple[Rows, bool]:
    page = found[: view.count]
    return page[::-1] if view.backwards else page, len(found) > view.count


def _insert_tile(connection: sqlite3.Connection, collection_id: str, tile: Mapping[str, Any]) -> None:
    document = tile["document"]
    paths = paths_it_may_become(document["path"])
    marks = ", ".join("?" * len(paths))
    sql = f"SELECT 1 FROM byoc_tiles WHERE collection_id = ? AND path IN ({marks}) LIMIT 1"
    if connection.execute(sql, (collection_id, *paths)).fetchone():
        message = f"A tile with the path {document['path'][:200]} already exists in the collection."
        raise HubError(409, "COMMON_UNIQUE_KEY_VIOLATION", message)
    cover = None if tile["cover"] is None else compact(tile["cover"])
    connection.execute(
        "INSERT INTO byoc_tiles (collection_id, tile_id, path, status, sensing, cover, document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (collection_id, document["id"], document["path"], document["status"], tile["sensing"], cover,
         compact(document)),
    )
