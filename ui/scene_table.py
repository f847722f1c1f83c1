"""Scenes found as a table that stays quick at many thousands; pictures come for the rows that are looked at."""

from __future__ import annotations

import datetime as dt
from typing import Any, Callable, Dict, Iterable, List, Sequence, Tuple

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QImage, QPixmap

from sentinel_workbench.core.stac.duplicates import tile_of
from sentinel_workbench.core.stac.records import StacItem
from sentinel_workbench.ui.translation import tr

SENSED, CLOUD, TILE, NAME = range(4)
PICTURE_PX = 40
_EARLIEST = dt.datetime.min.replace(tzinfo=dt.timezone.utc)
Key = Tuple[str, str]
_ORDERS: Dict[int, Callable[[StacItem], Any]] = {
    SENSED: lambda item: (item.date or _EARLIEST, item.item_id),
    CLOUD: lambda item: (item.cloud_percent is None, item.cloud_percent or 0.0, item.item_id),
    TILE: lambda item: (tile_of(item), item.item_id),
    NAME: lambda item: item.item_id,
}


def key_of(item: StacItem) -> Key:
    """What tells an item from others of the catalog."""
    return item.collection, item.item_id


class SceneTable(QAbstractTableModel):
    """The items of a search.

    Signals:
        picture_wanted(): rows without a picture came into sight; ``take_wanted`` says which.
    """

    picture_wanted = pyqtSignal()

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._items: List[StacItem] = []
        self._pictures: Dict[Key, QPixmap] = {}
        self._wanted: Dict[Key, StacItem] = {}
        self._asked: set = set()
        self._with_pictures = True
        self._empty = QPixmap(PICTURE_PX, PICTURE_PX)
        self._empty.fill(Qt.GlobalColor.transparent)

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._items)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else 4

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return (tr("Times are UTC."), tr("Of the whole scene."), "", "")[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return (tr("Sensed"), tr("Cloud"), tr("Tile"), tr("Scene"))[section]
        return None

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._items):
            return None
        item, column = self._items[index.row()], index.column()
        if role == Qt.ItemDataRole.DisplayRole:
            return _text(item, column)
        if role == Qt.ItemDataRole.DecorationRole and column == SENSED and self._with_pictures:
            return self._picture(item)
        if role == Qt.ItemDataRole.TextAlignmentRole and column == CLOUD:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return _tip(item)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; scenes of unknown cloud come last. No column: as they are."""
        if column < 0:
            return
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        keys = [key_of(self._items[index.row()]) for index in before]
        self._items.sort(key=_ORDERS[column], reverse=order == Qt.SortOrder.DescendingOrder)
        if column == CLOUD:
            self._items.sort(key=lambda item: item.cloud_percent is None)
        rows = {key_of(item): row for row, item in enumerate(self._items)} if keys else {}
        after = [self.index(rows[key], index.column()) for key, index in zip(keys, before)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def show_items(self, items: Sequence[StacItem]) -> None:
        """These scenes, in this order, and no others."""
        self.beginResetModel()
        self._items = list(items)
        self._wanted.clear()
        self._asked.clear()
        known = {key_of(item) for item in items}
        self._pictures = {key: picture for key, picture in self._pictures.items() if key in known}
        self.endResetModel()

    def show_pictures(self, shown: bool) -> None:
        """Rows with pictures, or lower ones without."""
        self._with_pictures = shown
        self.layoutChanged.emit()

    def take_wanted(self, most: int) -> List[StacItem]:
        """Scenes whose picture was looked for lately, the last ones first; each is told once."""
        chosen = list(self._wanted.items())[-most:][::-1]
        self._wanted.clear()
        self._asked.update(key for key, _ in chosen)
        return [item for _, item in chosen]

    def put_picture(self, key: Key, image: QImage) -> None:
        """A picture has come."""
        size = QSize(PICTURE_PX, PICTURE_PX)
        self._pictures[key] = QPixmap.fromImage(image.scaled(size, Qt.AspectRatioMode.KeepAspectRatioByExpanding))
        row = next((row for row, item in enumerate(self._items) if key_of(item) == key), None)
        if row is not None:
            self.dataChanged.emit(self.index(row, SENSED), self.index(row, SENSED), [Qt.ItemDataRole.DecorationRole])

    def item_at(self, row: int) -> StacItem:
        """The scene in a row."""
        return self._items[row]

    def items(self) -> List[StacItem]:
        """All scenes as they are sorted."""
        return list(self._items)

    def rows_of(self, keys: Iterable[Key]) -> List[int]:
        """Where scenes are."""
        wanted = set(keys)
        return [row for row, item in enumerate(self._items) if key_of(item) in wanted]

    def _picture(self, item: StacItem) -> QPixmap:
        key = key_of(item)
        found = self._pictures.get(key)
        if found is not None:
            return found
        if key not in self._asked and key not in self._wanted:
            self._wanted[key] = item
            self.picture_wanted.emit()
        return self._empty


def _text(item: StacItem, column: int) -> str:
    if column == SENSED:
        return f"{item.date:%Y-%m-%d}" if item.date is not None else tr("no time")
    if column == CLOUD:
        return "" if item.cloud_percent is None else f"{item.cloud_percent:.0f} %"
    return tile_of(item) if column == TILE else item.item_id


def _tip(item: StacItem) -> str:
    lines = [item.item_id, item.collection]
    if item.date is not None:
        lines.append(f"{item.date:%Y-%m-%d %H:%M:%S} UTC")
    if item.cloud_percent is not None:
        lines.append(tr("{percent} % cloud").format(percent=f"{item.cloud_percent:.2f}"))
    platform = item.properties.get("platform")
    return "\n".join(filter(None, [*lines, str(platform) if platform else ""]))
