"""The scenes a search found, and what can be done with them. Shows and reports; the controller decides."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QGridLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.stac.duplicates import tile_of
from sentinel_workbench.core.stac.records import StacItem
from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.rows_view import make_rows_view
from sentinel_workbench.ui.scene_table import CLOUD, NAME, PICTURE_PX, SENSED, TILE, SceneTable
from sentinel_workbench.ui.translation import tr

ACTIONS = ("footprints", "save", "true_colour", "add", "clip", "images")


class ResultsPane(QWidget):
    """A way back, the table, what was found, buttons."""

    asked = pyqtSignal(str)
    """One of ``ACTIONS``, ``back``, ``zoom`` or ``selected``."""
    pictures_toggled = pyqtSignal(bool)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.table = SceneTable(self)
        self.view = _make_view(self.table)
        self.back_button = QPushButton(tr("‹ Change searc&h"))
        self.back_button.setObjectName("change_search_button")
        self.pictures_check = QCheckBox(tr("Pi&ctures"))
        self.pictures_check.setObjectName("pictures_check")
        self.pictures_check.setChecked(True)
        self.summary = QLabel()
        self.summary.setObjectName("search_summary")
        self.summary.setWordWrap(True)
        self.note = quiet_label()
        self.note.setObjectName("search_note")
        self.buttons = {name: QPushButton(text) for name, text in zip(ACTIONS, _texts())}
        for name, tip in _tips().items():
            self.buttons[name].setProperty("tip", tip)
        self._build()
        self._connect()
        self.show_note("")

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self.back_button)
        top.addWidget(self.summary, 1)
        top.addWidget(self.pictures_check)
        grid = QGridLayout()
        for index, (name, button) in enumerate(self.buttons.items()):
            button.setObjectName(f"scenes_{name}_button")
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            grid.addWidget(button, index // 3, index % 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.note)
        layout.addLayout(grid)

    def _connect(self) -> None:
        self.view.selectionModel().selectionChanged.connect(lambda *_: self.asked.emit("selected"))
        self.view.doubleClicked.connect(lambda *_: self.asked.emit("zoom"))
        self.back_button.clicked.connect(lambda: self.asked.emit("back"))
        for name, button in self.buttons.items():
            button.clicked.connect(lambda _=False, name=name: self.asked.emit(name))
        self.pictures_check.toggled.connect(self._show_pictures)

    def _show_pictures(self, shown: bool) -> None:
        self.table.show_pictures(shown)
        self.view.verticalHeader().setDefaultSectionSize(_row_height(self.view, shown))
        self.pictures_toggled.emit(shown)

    def show_items(self, items: Sequence[StacItem], summary: str) -> None:
        """Other scenes, in the order given until a header is clicked."""
        self.view.horizontalHeader().setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        self.table.show_items(items)
        self.view.setColumnHidden(TILE, not any(map(tile_of, items)))
        self.view.scrollToTop()
        self.summary.setText(summary)

    def selected(self) -> List[StacItem]:
        """The selected scenes in the order of the table."""
        rows = sorted(index.row() for index in self.view.selectionModel().selectedRows())
        return [self.table.item_at(row) for row in rows]

    def show_note(self, text: str) -> None:
        """Sentences below the table; empty hides them."""
        self.note.setText(text)
        self.note.setVisible(bool(text))

    def show_actions(self, reasons: Dict[str, str]) -> None:
        """Action name to why it can't be done now, empty when it can."""
        for name, reason in reasons.items():
            self.buttons[name].setEnabled(not reason)
            self.buttons[name].setToolTip(reason or self.buttons[name].property("tip"))


def _texts() -> Tuple[str, ...]:
    return (tr("&Footprints"), tr("Sa&ve…"), tr("True colo&ur"), tr("Add &layers…"), tr("Clip to &area…"),
            tr("By scri&pt…"))  # fmt: skip


def _tips() -> Dict[str, str]:
    return {
        "footprints": tr("Show all scenes found as a layer, with every property as a field."),
        "save": tr("Save the selected scenes, or all, as GeoJSON that other STAC programs read."),
        "true_colour": tr("Show the selected scenes in their own colours; read from the server as the map needs it."),
        "add": tr("Show files of the selected scenes as layers, one by one or three as a colour picture."),
        "clip": tr("Cut files of the selected scenes to the area and save them, also as a series in time."),
        "images": tr("Make images of this collection with a script in the Imagery tab, here and without an account."),
    }


def _make_view(table: SceneTable) -> QTableView:
    view = make_rows_view("scenes_view", tr("Scenes found"), table)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    view.setIconSize(QSize(PICTURE_PX, PICTURE_PX))
    view.verticalHeader().setDefaultSectionSize(_row_height(view, True))
    header = view.horizontalHeader()
    header.setMinimumSectionSize(40)
    width = view.fontMetrics().horizontalAdvance
    for column, text in ((SENSED, "2019-12-31 0"), (CLOUD, "Cloud 10"), (TILE, "M31UDS")):
        header.resizeSection(column, width(text) + 10 + (PICTURE_PX if column == SENSED else 0))
    header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
    header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
    view.setSortingEnabled(True)
    return view


def _row_height(view: QTableView, with_pictures: bool) -> int:
    return PICTURE_PX + 4 if with_pictures else view.fontMetrics().height() + 6
