"""Tiles as a table that stays quick at many thousands: rows arrive page by page, cells are made when they are seen."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from typing import Any, Callable, Dict, Iterable, List, Optional, Sequence

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QColor

from sentinel_workbench.core.model.byoc import FAILED, INGESTED, INGESTING, QUEUED, STATUSES, WAITING, ByocTile
from sentinel_workbench.core.qgis.footprints import STATUS_COLOURS
from sentinel_workbench.ui.tile_filter import TileFilter
from sentinel_workbench.ui.translation import tr

STATUS, PATH, SENSED, CREATED = range(4)
_RANKS = {status: rank for rank, status in enumerate(STATUSES)}
_KEYS: Dict[int, Callable[[ByocTile], float]] = {
    STATUS: lambda tile: _RANKS.get(tile.status, len(STATUSES)),
    SENSED: lambda tile: _seconds(tile.sensing_time),
    CREATED: lambda tile: _seconds(tile.created),
}
"""Of tiles that are sorted by path already. Plain numbers: thousands of times and pairs are slow to compare."""


def _seconds(moment: Optional[dt.datetime]) -> float:
    return float("-inf") if moment is None else moment.timestamp()


def slim(tile: ByocTile) -> ByocTile:
    """``tile`` without its geometries and the service's document, of which many thousands would weigh too much."""
    if not (tile.document or tile.geometry):
        return tile
    return replace(tile, cover_geometry=None, tile_geometry=None, document={})


def status_word(status: str) -> str:
    """A status in the user's language."""
    words = {
        WAITING: tr("waiting"), QUEUED: tr("queued"), INGESTING: tr("ingesting"), INGESTED: tr("ingested"),
        FAILED: tr("failed"),
    }  # fmt: skip
    return words.get(status, status.lower())


class TileTable(QAbstractTableModel):
    """All tiles of a collection; what is shown is decided by a filter."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._tiles: Dict[str, ByocTile] = {}
        self._shown: List[str] = []
        self._by_path: Optional[List[ByocTile]] = None
        self._counts: Counter[str] = Counter()
        self._filter = TileFilter()
        self._column, self._descending = PATH, False
        self._words = {status: status_word(status) for status in STATUSES}
        self._colours = {status: QColor(colour) for status, colour in STATUS_COLOURS.items()}

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.ToolTipRole and section >= SENSED:
            return tr("Times are UTC.")
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("Status"), tr("Path"), tr("Sensed"), tr("Added"))[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        tile = self._tiles[self._shown[index.row()]]
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(tile, index.column())
        if role == Qt.ItemDataRole.DecorationRole and index.column() == STATUS:
            return self._colours.get(tile.status)
        if role == Qt.ItemDataRole.ToolTipRole:
            return (tile.cause if index.column() == STATUS else None) or self._text(tile, index.column())
        return None

    def sort(self, column: int, order: Any = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; equal ones by path."""
        self._column, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self._show_again()

    def sort_again(self) -> None:
        """By the same column, after tiles came in at the end."""
        self._show_again()

    def clear(self) -> None:
        """No tiles."""
        self.beginResetModel()
        self._tiles.clear()
        self._by_path = None
        self._shown.clear()
        self._counts.clear()
        self.endResetModel()

    def add(self, tiles: Sequence[ByocTile]) -> None:
        """A page of new tiles, at the end until ``sort_again``."""
        fresh = {tile.tile_id: slim(tile) for tile in tiles if tile.tile_id not in self._tiles}
        self._tiles.update(fresh)
        self._by_path = None if fresh else self._by_path
        self._counts.update(tile.status for tile in fresh.values())
        wanted = [tile_id for tile_id, tile in fresh.items() if self._filter.shows(tile)]
        if wanted:
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(wanted) - 1)
            self._shown += wanted
            self.endInsertRows()

    def put(self, tiles: Iterable[ByocTile]) -> None:
        """Tiles as they are now: new ones come in, known ones change where they stand."""
        changed = list(tiles)
        known = [tile for tile in changed if tile.tile_id in self._tiles]
        for tile in known:
            self._counts[self._tiles[tile.tile_id].status] -= 1
            self._counts[tile.status] += 1
            self._tiles[tile.tile_id] = slim(tile)
        self._by_path = None if known else self._by_path
        self.add([tile for tile in changed if tile.tile_id not in self._tiles])
        if len(known) > 20:
            self._show_again()
            return
        for tile in known:
            self._refresh(tile.tile_id)

    def remove(self, tile_ids: Iterable[str]) -> None:
        """Tiles that are no more."""
        gone = [tile for tile in (self._tiles.pop(tile_id, None) for tile_id in tile_ids) if tile is not None]
        self._counts.subtract(tile.status for tile in gone)
        if gone:
            self._by_path = None
            self._show_again()

    def use_filter(self, tile_filter: TileFilter) -> None:
        """Show other tiles."""
        if tile_filter != self._filter:
            self._filter = tile_filter
            self._show_again()

    def tile_at(self, row: int) -> ByocTile:
        """The tile shown in a row."""
        return self._tiles[self._shown[row]]

    def row_of(self, tile_id: str) -> Optional[int]:
        """Where a tile is shown, or None."""
        return self._shown.index(tile_id) if tile_id in self._shown else None

    def all_tiles(self) -> List[ByocTile]:
        """Shown or not."""
        return list(self._tiles.values())

    def count_by_status(self) -> Dict[str, int]:
        """Of all tiles, shown or not."""
        return {status: count for status, count in self._counts.items() if count}

    def _text(self, tile: ByocTile, column: int) -> str:
        if column == STATUS:
            return self._words.get(tile.status, tile.status.lower())
        if column == PATH:
            return tile.path
        moment = tile.sensing_time if column == SENSED else tile.created
        if moment is None:
            return ""
        return f"{moment:%Y-%m-%d %H:%M}" if column == CREATED or moment.time() != dt.time() else f"{moment:%Y-%m-%d}"

    def _refresh(self, tile_id: str) -> None:
        row = self.row_of(tile_id)
        if row is not None:
            self.dataChanged.emit(self.index(row, 0), self.index(row, 3))

    def _wanted(self) -> List[ByocTile]:
        """What the filter lets through, in order; equal ones by path."""
        if self._by_path is None:
            self._by_path = sorted(self._tiles.values(), key=lambda tile: tile.path)
        wanted = self._filter.pick(self._by_path)
        if self._column != PATH:
            wanted.sort(key=_KEYS[self._column], reverse=self._descending)
        elif self._descending:
            wanted.reverse()
        return wanted

    def _show_again(self) -> None:
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        ids = [self._shown[index.row()] for index in before]
        self._shown = [tile.tile_id for tile in self._wanted()]
        rows = {tile_id: row for row, tile_id in enumerate(self._shown)} if ids else {}
        after = [
            self.index(rows[tile_id], index.column()) if tile_id in rows else QModelIndex()
            for tile_id, index in zip(ids, before)
        ]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()
