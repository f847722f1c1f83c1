"""Records as a table that can be sorted and copied, and stays quick at tens of thousands."""

from __future__ import annotations

from typing import Any, Callable, Generic, List, NamedTuple, Optional, Sequence, TypeVar

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QIcon, QKeySequence
from qgis.PyQt.QtWidgets import QAction, QApplication, QTableView

from sentinel_workbench.ui.rows_view import make_rows_view
from sentinel_workbench.ui.translation import tr

Record = TypeVar("Record")
_ROOM_PX, _ICON_PX, _ROW_ROOM_PX = 16, 18, 8


class Column(NamedTuple):
    """One column.

    Attributes:
        title: in the header.
        key: what records are sorted by.
        text: what is shown; the key as text when None.
        tip: about the column.
        icon: in the header.
        is_number: written to the right.
        about: hover text of a cell, or None.
        sample: a text that should fit.
    """

    title: str
    key: Callable[[Any], Any]
    text: Optional[Callable[[Any], str]] = None
    tip: str = ""
    icon: Optional[QIcon] = None
    is_number: bool = False
    about: Optional[Callable[[Any], str]] = None
    sample: str = ""

    def told(self, record: Any) -> str:
        """The cell's text."""
        return self.text(record) if self.text is not None else str(self.key(record))


class ValuesTable(QAbstractTableModel, Generic[Record]):
    """Rows of records."""

    def __init__(self, columns: Sequence[Column], parent: Any = None) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self._records: List[Record] = []
        self._sorted: Optional[int] = None
        self._descending = False

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._records)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        column = self.columns[section]
        told = {
            int(Qt.ItemDataRole.DisplayRole): column.title, int(Qt.ItemDataRole.ToolTipRole): column.tip or None,
            int(Qt.ItemDataRole.DecorationRole): column.icon,
        }  # fmt: skip
        return told.get(int(role))

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._records):
            return None
        record, column = self._records[index.row()], self.columns[index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.told(record)
        if role == Qt.ItemDataRole.TextAlignmentRole and column.is_number:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return column.about(record) if column.about is not None else column.told(record)
        return None

    def sort(self, column: int, order: Any = Qt.SortOrder.AscendingOrder) -> None:
        """By a column; equal ones keep their order."""
        if not 0 <= column < len(self.columns):
            return
        self._sorted, self._descending = column, order == Qt.SortOrder.DescendingOrder
        self.layoutAboutToBeChanged.emit()
        before = self.persistentIndexList()
        kept = [self._records[index.row()] for index in before]
        self._records = self._ordered(self._records)
        rows = {id(record): row for row, record in enumerate(self._records)} if kept else {}
        after = [self.index(rows[id(record)], index.column()) for record, index in zip(kept, before)]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def show_records(self, records: Sequence[Record]) -> None:
        """These, sorted as before, and no others."""
        self.beginResetModel()
        self._records = self._ordered(list(records))
        self.endResetModel()

    def record(self, row: int) -> Record:
        """The one shown in a row."""
        return self._records[row]

    def find(self, wanted: Callable[[Record], bool]) -> Optional[int]:
        """The first row whose record is wanted."""
        return next((row for row, record in enumerate(self._records) if wanted(record)), None)

    def as_text(self, rows: Sequence[int]) -> str:
        """Rows with their titles, columns apart by tabs, as spreadsheets take them."""
        lines = [[column.title for column in self.columns]]
        lines += [[column.told(self._records[row]) for column in self.columns] for row in rows]
        return "\n".join("\t".join(line) for line in lines) + "\n"

    def _ordered(self, records: List[Record]) -> List[Record]:
        if self._sorted is None:
            return records
        return sorted(records, key=self.columns[self._sorted].key, reverse=self._descending)


def make_values_view(name: str, title: str, model: ValuesTable) -> QTableView:
    """A view of ``model`` that sorts by its header and copies the selected rows, all of them when none is."""
    view = make_rows_view(name, title, model)
    view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    view.setSortingEnabled(True)
    view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + _ROW_ROOM_PX)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    view.horizontalHeader().setStretchLastSection(True)
    for number, column in enumerate(model.columns):
        wanted = max(view.fontMetrics().horizontalAdvance(text) for text in (column.title, column.sample))
        view.setColumnWidth(number, wanted + _ROOM_PX + (_ICON_PX if column.icon is not None else 0))
    copy = QAction(tr("&Copy rows"), view)
    copy.setObjectName(f"{name}_copy")
    copy.setShortcut(QKeySequence(QKeySequence.StandardKey.Copy))
    copy.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
    copy.triggered.connect(lambda: _copy(view, model))
    view.addAction(copy)
    view.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
    return view


def _copy(view: QTableView, model: ValuesTable) -> None:
    rows = sorted(index.row() for index in view.selectionModel().selectedRows()) or range(model.rowCount())
    QApplication.clipboard().setText(model.as_text(list(rows)))
