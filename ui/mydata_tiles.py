"""The lower half of the My data tab: the tiles of a collection, filtered, and what can be done with them."""

from __future__ import annotations

from typing import Dict, List, Optional, Tuple

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAction,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.byoc import STATUSES, ByocTile
from sentinel_workbench.ui.form_rows import roomy_combo
from sentinel_workbench.ui.rows_view import make_rows_view
from sentinel_workbench.ui.tile_filter import TileFilter, parse_span
from sentinel_workbench.ui.tile_table import CREATED, PATH, SENSED, STATUS, TileTable, status_word
from sentinel_workbench.ui.translation import tr

ACTIONS = ("footprints", "add", "edit", "reingest", "delete", "watch")
FILES = ("checkcog", "makecog")


class TilePane(QWidget):
    """Filter, table, what the selected tile says, progress, buttons."""

    asked = pyqtSignal(str)
    """One of ``ACTIONS``, ``use``, ``stop`` or ``zoom``."""
    files_asked = pyqtSignal(str)
    """One of ``FILES``."""
    upload_asked = pyqtSignal()
    check_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.table = TileTable(self)
        self.view = _make_view(self.table)
        self._make_filter()
        self.summary = QLabel()
        self.summary.setObjectName("tiles_summary")
        self.summary.setWordWrap(True)
        self.details = QPlainTextEdit()
        self.details.setObjectName("tile_details")
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setMaximumHeight(64)
        self.details.setAccessibleName(tr("What the service says about the selected tile"))
        self.details.hide()
        self.bar = QProgressBar()
        self.bar.setObjectName("tiles_bar")
        self.stop_button = QPushButton(tr("&Stop"))
        self.stop_button.setObjectName("tiles_stop_button")
        self.buttons = {name: QPushButton(text) for name, text in zip(ACTIONS, _texts())}
        self._make_files_button()
        self._build()
        self._connect()
        self.show_progress(None)

    def _make_filter(self) -> None:
        self.status_combo = roomy_combo("tile_status_combo")
        self.status_combo.setAccessibleName(tr("Status"))
        self.status_combo.addItem(tr("any status"), "")
        for status in STATUSES:
            self.status_combo.addItem(status_word(status), status)
        self.path_edit = _filter_edit("tile_path_edit", tr("path contains"), tr("Words of the path, in any order."))
        self.time_edit = _filter_edit(
            "tile_time_edit", tr("sensed, e.g. 2019-03"),
            tr("A year, month or day, or two of them: 2019-03-01 .. 2019-05. Tiles without a time are left out."),
        )

    def _make_files_button(self) -> None:
        self.files_button = QToolButton()
        self.files_button.setObjectName("files_button")
        self.files_button.setText(tr("F&iles"))
        self.files_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.files_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.files_button.setToolTip(tr("Check and convert files before they are ingested, and upload them."))
        menu = QMenu(self.files_button)
        self.upload_action = menu.addAction(tr("From a folder to a collection…"))
        self.check_action = menu.addAction(tr("Check files and make COGs…"))
        menu.addSeparator()
        texts = (tr("Check COG with all settings…"), tr("Make COG with all settings…"))
        self.file_actions = {name: menu.addAction(text) for name, text in zip(FILES, texts)}
        self.files_button.setMenu(menu)

    def _build(self) -> None:
        filters = QHBoxLayout()
        filters.addWidget(self.status_combo, 3)
        filters.addWidget(self.path_edit, 4)
        filters.addWidget(self.time_edit, 4)
        working = QHBoxLayout()
        working.addWidget(self.bar, 1)
        working.addWidget(self.stop_button)
        grid = QGridLayout()
        for index, (name, button) in enumerate(self.buttons.items()):
            button.setObjectName(f"tiles_{name}_button")
            grid.addWidget(button, index // 3, index % 3)
        grid.addWidget(self.files_button, 0, 3)
        self.use_button = QPushButton(tr("Use &tile"))
        self.use_button.setObjectName("use_tile_button")
        self.use_button.setToolTip(tr("Opens the Imagery tab where and when this tile is."))
        grid.addWidget(self.use_button, 1, 3)
        self.files_button.setSizePolicy(self.use_button.sizePolicy())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(filters)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.summary)
        layout.addWidget(self.details)
        layout.addLayout(working)
        layout.addLayout(grid)

    def _connect(self) -> None:
        self.status_combo.currentIndexChanged.connect(self._use_filter)
        self.path_edit.textChanged.connect(self._use_filter)
        self.time_edit.textChanged.connect(self._use_filter)
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._follow_selection())
        self.view.doubleClicked.connect(lambda *_: self.asked.emit("zoom"))
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self.asked.emit(name))
        self.use_button.clicked.connect(lambda: self.asked.emit("use"))
        self.stop_button.clicked.connect(lambda: self.asked.emit("stop"))
        self.upload_action.triggered.connect(lambda *_: self.upload_asked.emit())
        self.check_action.triggered.connect(lambda *_: self.check_asked.emit())
        for name, action in self.file_actions.items():
            action.triggered.connect(lambda _=False, name=name: self.files_asked.emit(name))

    def selected(self) -> List[ByocTile]:
        """The selected tiles in the order of the table."""
        parts = self.view.selectionModel().selection()  # an index for each row takes seconds with thousands
        rows = {row for part in parts for row in range(part.top(), part.bottom() + 1)}
        return [self.table.tile_at(row) for row in sorted(rows)]

    def show_summary(self, extra: str = "") -> None:
        """How many tiles there are, shown and in trouble; ``extra`` ends it."""
        counts, shown = self.table.count_by_status(), self.table.rowCount()
        total = sum(counts.values())
        parts = [tr("{total} tiles").format(total=f"{total:n}")]
        parts += [f"{count:n} {status_word(status)}" for status, count in counts.items() if status != "INGESTED"]
        if shown != total:
            parts.insert(1, tr("{shown} shown").format(shown=f"{shown:n}"))
        self.summary.setText(". ".join(filter(None, (", ".join(parts), extra))))

    def show_progress(self, fraction: Optional[float], message: str = "") -> None:
        """How far the work is; None hides the bar."""
        for widget in (self.bar, self.stop_button):
            widget.setVisible(fraction is not None)
        if fraction is not None:
            self.bar.setRange(0, 100)
            self.bar.setValue(int(100 * fraction))
            self.bar.setFormat(message)

    def show_actions(self, possible: Dict[str, Tuple[bool, str]]) -> None:
        """Action name to whether it can be done now, and why not."""
        for name, (usable, reason) in possible.items():
            button = self.use_button if name == "use" else self.buttons[name]
            button.setEnabled(usable)
            if name != "use" or not usable:
                button.setToolTip("" if usable else reason)

    def show_details(self, text: str) -> None:
        """What there is to say about the selected tile; empty hides it."""
        self.details.setPlainText(text)
        self.details.setVisible(bool(text))

    def add_details(self, text: str) -> None:
        """Below what is said already of the same job."""
        self.show_details("\n".join(filter(None, (self.details.toPlainText(), text))))

    def _use_filter(self) -> None:
        try:
            span = parse_span(self.time_edit.text())
        except InvalidInput as problem:
            self.summary.setText(str(problem))
            return
        self.table.use_filter(TileFilter(self.status_combo.currentData() or "", self.path_edit.text().strip(), span))
        self.show_summary()

    def _follow_selection(self) -> None:
        self.asked.emit("selected")


def _texts() -> Tuple[str, ...]:
    return tr("&Footprints"), tr("&Add…"), tr("&Edit…"), tr("Re-in&gest"), tr("&Delete…"), tr("Wat&ch")


def _filter_edit(name: str, hint: str, tip: str) -> QgsFilterLineEdit:
    edit = QgsFilterLineEdit()
    edit.setObjectName(name)
    edit.setPlaceholderText(hint)
    edit.setAccessibleName(hint)
    edit.setToolTip(tip)
    edit.setMinimumWidth(60)
    return edit


def _make_view(table: TileTable) -> QTableView:
    view = make_rows_view("tiles_view", tr("Tiles of the collection"), table)
    view.setTextElideMode(Qt.TextElideMode.ElideRight)
    view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + 6)
    _make_header(view)
    view.setSortingEnabled(True)
    return view


def _make_header(view: QTableView) -> None:
    """The path takes the room left; when a tile was added is shown on demand, from the header's menu."""
    header = view.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setMinimumSectionSize(40)
    width = view.fontMetrics().horizontalAdvance
    for column, text in ((STATUS, "MM ingested"), (SENSED, "2019-12-31 00:00"), (CREATED, "2019-12-31 00:00")):
        header.resizeSection(column, width(text) + 8)
    header.setSectionResizeMode(PATH, QHeaderView.ResizeMode.Stretch)
    header.setSortIndicator(PATH, Qt.SortOrder.AscendingOrder)
    header.hideSection(CREATED)
    shown = QAction(tr("Show when a tile was added"), header)
    shown.setCheckable(True)
    shown.toggled.connect(lambda on: header.setSectionHidden(CREATED, not on))
    header.setContextMenuPolicy(Qt.ContextMenuPolicy.ActionsContextMenu)
    header.addAction(shown)
