"""What ingestion does to the stored tiles: takes those that wait, writes what became of them, sums collections up."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import replace
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.model.byoc import FAILED, INGESTED, INGESTING, WAITING
from sentinel_workbench.localhub.byoc_check import Box, IngestionFailed, TileFacts, automatic_bands, source_of
from sentinel_workbench.localhub.byoc_geometry import box_geometry, in_crs
from sentinel_workbench.localhub.byoc_records import TILE_COLUMNS, TileRow, tile_from_row
from sentinel_workbench.localhub.byoc_scenes import UNTIMED, type_id
from sentinel_workbench.localhub.byoc_store import ByocStore, mark_stale, save_collection, save_tile
from sentinel_workbench.localhub.instants import format_moment
from sentinel_workbench.localhub.records import HubError
from sentinel_workbench.localhub.store import remove_scenes

_LIMIT_FACTOR = 5.0
Outcome = Tuple[TileRow, Union[TileFacts, str]]
"""A tile as it was taken, and what its files say or why it failed."""


def take_back(store: ByocStore) -> None:
    """Let tiles wait again whose ingestion was cut off when the hub ended."""
    sql = f"SELECT {TILE_COLUMNS} FROM byoc_tiles WHERE status = ?"
    with store.changing() as connection:
        for row in connection.execute(sql, (INGESTING,)).fetchall():
            save_tile(connection, _with_status(tile_from_row(row), WAITING))


def take(store: ByocStore, limit: int) -> Tuple[Dict[str, Any], List[TileRow]]:
    """The next tiles to ingest, of one collection, and that collection; one tile only while it has no bands."""
    sql = f"SELECT {TILE_COLUMNS} FROM byoc_tiles WHERE status = '{WAITING}' ORDER BY number LIMIT {limit}"
    if not any(True for _ in store.scenes.rows(sql)):
        return {}, []
    with store.changing() as connection:
        tiles = [tile_from_row(row) for row in connection.execute(sql).fetchall()]
        if not tiles:
            return {}, []
        document = store.collection(tiles[0].collection_id)
        most = limit if bands_of(document) else 1
        taken = [_with_status(t, INGESTING) for t in tiles if t.collection_id == document["id"]][:most]
        for tile in taken:
            save_tile(connection, tile)
    return document, taken


def finish(store: ByocStore, collection: Mapping[str, Any], outcomes: Sequence[Outcome]) -> None:
    """Write what became of taken tiles.

    Those deleted or asked for again meanwhile are left alone; where the bands have changed, they wait again.

    Args:
        store: holds them.
        collection: theirs, as it was when they were taken.
        outcomes: of all or some of them.
    """
    with store.changing() as connection:
        for taken, result in outcomes:
            sql = f"SELECT {TILE_COLUMNS} FROM byoc_tiles WHERE number = ? AND attempt = ?"
            for row in connection.execute(sql, (taken.number, taken.attempt)).fetchall():
                tile, document = tile_from_row(row), store.collection(taken.collection_id)
                if bands_of(document) == bands_of(collection):
                    _finish_tile(store, connection, document, tile, result)
                else:
                    save_tile(connection, _with_status(tile, WAITING))


def refresh_stale(store: ByocStore) -> None:
    """Sum up the collections whose tiles have changed: extent, times, resolution limit."""
    stale = [row[0] for row in store.scenes.rows("SELECT collection_id FROM byoc_collections WHERE stale")]
    for collection_id in stale:
        try:
            with store.changing() as connection:
                _sum_up(store, connection, collection_id)
        except HubError:
            continue  # deleted meanwhile


def bands_of(document: Mapping[str, Any]) -> Dict[str, Dict[str, Any]]:
    """The bands of a collection, empty while it has none."""
    return (document.get("additionalData") or {}).get("bands") or {}


# ---- one tile --------------------------------------------------------------------------------------------------


def _with_status(tile: TileRow, status: str) -> TileRow:
    document = {**tile.document, "status": status}
    if status == INGESTING:
        document["ingestionStart"] = format_moment(dt.datetime.now(dt.timezone.utc))
    return replace(tile, status=status, document=document)


def _finish_tile(
    store: ByocStore, connection: sqlite3.Connection, document: Dict[str, Any], tile: TileRow,
    result: Union[TileFacts, str],
) -> None:
    try:
        if isinstance(result, str):
            raise IngestionFailed(result)
        _check_path_is_free(connection, tile, result.path)
        done = _ingested(tile, result)
        has_learnt = _complete_bands(document, result)
        box = store.register(connection, document, done)
    except (IngestionFailed, HubError, WorkbenchError) as error:
        save_tile(connection, _failed(tile, _words(error)))
        remove_scenes(connection, type_id(tile.collection_id), tile.tile_id)
        mark_stale(connection, tile.collection_id)
        return
    save_tile(connection, done)
    connection.execute("UPDATE byoc_tiles SET finest_m = ?, coarsest_m = ? WHERE number = ?",
                       (result.min_metres, result.max_metres, tile.number))
    mark_stale(connection, tile.collection_id)
    if has_learnt:
        connection.execute("UPDATE byoc_collections SET finest_m = ? WHERE collection_id = ?",
                           (result.min_metres, tile.collection_id))
        save_collection(connection, document)
    _keep_order(store, connection, document, done, box)


def _check_path_is_free(connection: sqlite3.Connection, tile: TileRow, path: str) -> None:
    sql = "SELECT 1 FROM byoc_tiles WHERE collection_id = ? AND path = ? AND number != ?"
    if connection.execute(sql, (tile.collection_id, path, tile.number)).fetchone():
        raise IngestionFailed(f"A tile with the path {path} already exists in the collection.")


def _ingested(tile: TileRow, facts: TileFacts) -> TileRow:
    crs = f"EPSG:{facts.epsg}"
    cover = box_geometry(facts.cover, crs) if tile.cover is None else in_crs(tile.cover, crs)
    additional: Dict[str, Any] = {
        "bandHeaderSizes": {source: header.header_bytes for source, header in facts.headers.items()},
        "filesMetadata": {
            source: {"headerSize": header.header_bytes, "etag": facts.etags[source]}
            for source, header in facts.headers.items()
        },
        "minMetersPerPixel": facts.min_metres,
        "maxMetersPerPixel": facts.max_metres,
    }
    if facts.warnings:
        additional["warnings"] = list(facts.warnings)
    document = {
        **_without_result(tile.document), "coverGeometry": cover, "tileGeometry": box_geometry(facts.box, crs),
        "path": facts.path, "status": INGESTED, "additionalData": additional,
    }
    found = {"files": dict(facts.files), "crs": crs, "cover": list(facts.cover)}
    return replace(tile, path=facts.path, status=INGESTED, ingested=found, document=document)


def _failed(tile: TileRow, cause: str) -> TileRow:
    document = {**_without_result(tile.document), "status": FAILED,
                "additionalData": {"failedIngestionCause": cause}}
    if tile.cover is not None:
        document["coverGeometry"] = dict(tile.cover)
    return replace(tile, status=FAILED, ingested={}, document=document)


def _without_result(document: Mapping[str, Any]) -> Dict[str, Any]:
    results = ("coverGeometry", "tileGeometry", "additionalData")
    return {key: value for key, value in document.items() if key not in results}


def _words(error: Exception) -> str:
    return getattr(error, "message", None) or str(error)


def _complete_bands(document: Dict[str, Any], facts: TileFacts) -> bool:
    """Whether this tile, a collection's first, told something about its bands."""
    additional = dict(document.get("additionalData") or {})
    bands = bands_of(document)
    if bands and all("sampleFormat" in spec for spec in bands.values()):
        return False
    if bands:
        for name, spec in bands.items():
            spec.setdefault("sampleFormat", facts.headers[source_of(name, spec)].sample_format)
    else:
        bands, common = automatic_bands(facts.headers)
        if document.get("noData") is not None:
            bands = {name: {k: v for k, v in spec.items() if k != "noData"} for name, spec in bands.items()}
        elif common is not None:
            document["noData"] = common
    document["additionalData"] = {**additional, "bands": bands}
    document["isConfigured"] = True
    return True


def _keep_order(
    store: ByocStore, connection: sqlite3.Connection, document: Mapping[str, Any], tile: TileRow, box: Box
) -> None:
    """Of tiles of the same time the one created later goes on top: those over this one get a new place above it."""
    west, south, east, north = box
    sql = (
        f"SELECT {TILE_COLUMNS} FROM byoc_tiles WHERE collection_id = ? AND status = ? AND number > ? AND sensing IS ?"
        " AND west <= ? AND east >= ? AND south <= ? AND north >= ? ORDER BY number"
    )
    values = (tile.collection_id, INGESTED, tile.number, tile.sensing, east, west, north, south)
    for row in connection.execute(sql, values).fetchall():
        later = tile_from_row(row)
        remove_scenes(connection, type_id(later.collection_id), later.tile_id)
        store.register(connection, document, later)


# ---- a collection ----------------------------------------------------------------------------------------------


def _sum_up(store: ByocStore, connection: sqlite3.Connection, collection_id: str) -> None:
    document = store.collection(collection_id)
    which = "FROM byoc_tiles WHERE collection_id = ? AND status = ?"
    values = (collection_id, INGESTED)
    (count, timed, first, last, west, south, east, north, finest) = connection.execute(
        f"SELECT count(*), count(sensing), min(sensing), max(sensing), min(west), min(south), max(east), max(north),"
        f" min(finest_m) {which}", values).fetchone()
    additional = {
        key: value for key, value in (document.get("additionalData") or {}).items()
        if key in ("bands", "maxMetersPerPixelOverride")
    }
    if count:
        coarsest = _median(connection, f"SELECT coarsest_m {which} ORDER BY coarsest_m", values, count)
        additional["maxMetersPerPixel"] = round(_LIMIT_FACTOR * coarsest, 6)
        box = box_geometry((west, south, east, north), "EPSG:4326")
        additional["extent"] = {"type": box["type"], "coordinates": box["coordinates"]}
        additional["hasSensingTimes"] = "NO" if not timed else "YES" if timed == count else "PARTIALLY"
    if timed:
        additional["fromSensingTime"], additional["toSensingTime"] = _moment(first), _moment(last)
    document["additionalData"] = additional
    connection.execute("UPDATE byoc_collections SET stale = 0, finest_m = ? WHERE collection_id = ?",
                       (finest, collection_id))
    save_collection(connection, document)


def _median(connection: sqlite3.Connection, sql: str, values: Tuple[Any, ...], count: int) -> float:
    middle = connection.execute(f"{sql} LIMIT {2 - count % 2} OFFSET {(count - 1) // 2}", values).fetchall()
    return sum(row[0] for row in middle) / len(middle)


def _moment(seconds: Optional[float]) -> str:
    return format_moment(UNTIMED + dt.timedelta(seconds=seconds or 0.0))
