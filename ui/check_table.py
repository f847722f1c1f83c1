"""What the check of files found, as a table: a row for each rule that is broken, one for a file that breaks none."""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Sequence, Set, Tuple

from qgis.PyQt.QtCore import QAbstractTableModel, QModelIndex, Qt
from qgis.PyQt.QtGui import QColor

from sentinel_workbench.core.services.file_check import Finding
from sentinel_workbench.ui.translation import tr

FILE, VERDICT, RULE, WHY, REMEDY = range(5)
_COLOURS = {"bad": QColor("#e31a1c"), "allowed": QColor("#ff9f00"), "good": QColor("#33a02c")}


class CheckTable(QAbstractTableModel):
    """Rows in the order they came; ``show_all`` decides whether those without trouble are there."""

    def __init__(self, parent: Any = None) -> None:
        super().__init__(parent)
        self._found: List[Finding] = []
        self._shown: List[Finding] = []
        self._names: Set[str] = set()
        self._all = True

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: QModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else 5

    def headerData(self, section: int, orientation: Any, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return (tr("File"), tr("Verdict"), tr("Rule"), tr("Why"), tr("What to do"))[section]

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._shown):
            return None
        found = self._shown[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return texts_of(found)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            path = found.made or found.path
            return str(path) if index.column() == FILE and path else texts_of(found)[index.column()]
        if role == Qt.ItemDataRole.DecorationRole and index.column() == VERDICT:
            return _COLOURS[_kind(found)]
        return None

    def clear(self) -> None:
        """No rows."""
        self.beginResetModel()
        self._found, self._shown, self._names = [], [], set()
        self.endResetModel()

    def take(self, found: Sequence[Finding]) -> None:
        """Rows of files; those of the same files that were there before go."""
        names = {one.name for one in found}
        known, self._names = names & self._names, self._names | names
        if known:
            self._found = _replaced(self._found, found)
            self._show_again()
            return
        self._found += found
        shown = [one for one in found if self._all or not one.allowed]
        if shown:
            self.beginInsertRows(QModelIndex(), len(self._shown), len(self._shown) + len(shown) - 1)
            self._shown += shown
            self.endInsertRows()

    def show_all(self, everything: bool) -> None:
        """Those without trouble too, or not."""
        self._all = everything
        self._show_again()

    def finding_at(self, row: int) -> Finding:
        """What a row is about."""
        return self._shown[row]

    def counts(self) -> Tuple[int, int]:
        """Files and tiles that break a rule, and those that do not."""
        bad = {one.name for one in self._found if not one.allowed}
        return len(bad), len(self._names - bad)

    def bad_files(self) -> List[Path]:
        """Files that break a rule and of which no COG was made, each once."""
        found = [one.path for one in self._found if not one.allowed and one.path is not None and one.made is None]
        return list(dict.fromkeys(found))

    def _show_again(self) -> None:
        self.beginResetModel()
        self._shown = [one for one in self._found if self._all or not one.allowed]
        self.endResetModel()


def texts_of(found: Finding) -> Tuple[str, ...]:
    """The cells of a row."""
    problem = found.problem
    verdict = {"bad": tr("refused"), "allowed": tr("allowed"), "good": tr("good")}[_kind(found)]
    if found.made is not None and found.allowed:
        verdict = tr("made good")
    if problem is None and found.made is not None:
        return found.name, verdict, "", tr("Its COG breaks no rule."), tr("Use {path}.").format(path=found.made)
    if problem is None:
        return found.name, verdict, "", tr("It breaks no rule."), ""
    return found.name, verdict, problem.rule, problem.message, problem.remedy


def _kind(found: Finding) -> str:
    if not found.allowed:
        return "bad"
    return "good" if found.problem is None else "allowed"


def _replaced(before: Sequence[Finding], found: Sequence[Finding]) -> List[Finding]:
    """``before`` with the rows of ``found`` in the places of the earlier ones of the same names."""
    names = {one.name for one in found}
    told: Set[str] = set()
    rows: List[Finding] = []
    for one in before:
        if one.name not in names:
            rows.append(one)
        elif one.name not in told:
            told.add(one.name)
            rows += [new for new in found if new.name == one.name]
    return rows
