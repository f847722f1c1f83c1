"""Check files against the rules of the service, see why which is refused, and make COGs of those: one window."""

from __future__ import annotations

from pathlib import Path
from typing import List, Optional

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QProgressBar,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.ui.check_table import FILE, REMEDY, RULE, VERDICT, WHY, CheckTable, texts_of
from sentinel_workbench.ui.form_rows import FormGrid, beside, quiet_label, roomy_combo
from sentinel_workbench.ui.rows_view import make_rows_view
from sentinel_workbench.ui.translation import tr


class CheckDialog(QDialog):
    """Shows and asks; ``CheckController`` decides."""

    check_asked = pyqtSignal()
    make_asked = pyqtSignal()
    stop_asked = pyqtSignal()
    changed = pyqtSignal()
    """Files or target are others."""
    selected = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("check_dialog")
        self.setWindowTitle(tr("Check files and make COGs"))
        self.resize(820, 600)
        self.busy = False
        self.table = CheckTable(self)
        self._make_files()
        self._make_answer()
        self._make_end()
        self._build()
        self._connect()
        self._follow_kind()
        self.places.setFocus()

    def _make_files(self) -> None:
        self.kind_combo = roomy_combo("check_kind_combo")
        self.kind_combo.addItem(tr("A folder"), "folder")
        self.kind_combo.addItem(tr("Files"), "files")
        self.kind_combo.setAccessibleName(tr("What to check"))
        self.places = QgsFileWidget()
        self.places.setObjectName("check_places")
        self.thorough_check = QCheckBox(tr("&Thorough: decode every block"))
        self.thorough_check.setObjectName("check_thorough")
        self.thorough_check.setToolTip(tr("Only that finds damaged pixels; it reads the files as a whole."))
        self.tiles_check = QCheckBox(tr("Also to&gether, as tiles of one collection"))
        self.tiles_check.setObjectName("check_tiles")
        self.tiles_check.setToolTip(
            tr("The same extent within a tile, the same bands and sample types in all; tiles are found by the names.")
        )
        self.check_button = _button(tr("&Check"), "check_button")

    def _make_answer(self) -> None:
        self.view = _make_view(self.table)
        self.details = QPlainTextEdit()
        self.details.setObjectName("check_details")
        self.details.setReadOnly(True)
        self.details.setTabChangesFocus(True)
        self.details.setMaximumHeight(4 * self.details.fontMetrics().height())
        self.details.setAccessibleName(tr("The selected row in full"))
        self.trouble_check = QCheckBox(tr("Only what is &refused"))
        self.trouble_check.setObjectName("check_only_trouble")
        self.summary = QLabel()
        self.summary.setObjectName("check_summary")
        self.summary.setWordWrap(True)

    def _make_end(self) -> None:
        self.target = QgsFileWidget()
        self.target.setObjectName("check_target")
        self.target.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.target.setDialogTitle(tr("Folder of the COGs"))
        self.make_button = _button(tr("&Make COG"), "check_make_button")
        self.make_note = quiet_label()
        self.make_note.setObjectName("check_make_note")
        self.bar = QProgressBar()
        self.bar.setObjectName("check_bar")
        self.bar.setRange(0, 1000)
        self.stop_button = _button(tr("&Stop"), "check_stop_button")
        self.close_button = _button(tr("C&lose"), "check_close_button")

    def _build(self) -> None:
        files, made = FormGrid(), FormGrid()
        files.add_field(tr("&Files"), beside(self.kind_combo, self.places, stretch=1), self.kind_combo)
        options = beside(self.thorough_check, self.tiles_check, stretch=-1)
        options.layout().addWidget(self.check_button)
        files.add_note(options)
        made.add_field(tr("COGs &into"), beside(self.target, self.make_button), self.target)
        made.add_note(self.make_note)
        above, below = QHBoxLayout(), QHBoxLayout()
        above.addWidget(self.summary, 1)
        above.addWidget(self.trouble_check)
        below.addWidget(self.bar, 1)
        below.addWidget(self.stop_button)
        below.addStretch(0)
        below.addWidget(self.close_button)
        layout = QVBoxLayout(self)
        layout.addLayout(files)
        layout.addLayout(above)
        layout.addWidget(self.view, 1)
        layout.addWidget(self.details)
        layout.addLayout(made)
        layout.addLayout(below)

    def _connect(self) -> None:
        self.kind_combo.currentIndexChanged.connect(self._follow_kind)
        self.places.fileChanged.connect(lambda *_: self.changed.emit())
        self.target.fileChanged.connect(lambda *_: self.changed.emit())
        self.check_button.clicked.connect(self.check_asked)
        self.make_button.clicked.connect(self.make_asked)
        self.stop_button.clicked.connect(self.stop_asked)
        self.close_button.clicked.connect(self.reject)
        self.trouble_check.toggled.connect(lambda on: self.table.show_all(not on))
        self.view.selectionModel().selectionChanged.connect(lambda *_: self._show_selected())
        self.table.modelReset.connect(self._show_selected)

    def chosen_folder(self) -> str:
        """The folder, empty when files are chosen."""
        return self.places.filePath().strip() if self.kind_combo.currentData() == "folder" else ""

    def chosen_files(self) -> List[str]:
        """The files, none when a folder is chosen."""
        if self.kind_combo.currentData() == "folder":
            return []
        return [path for path in QgsFileWidget.splitFilePaths(self.places.filePath()) if path.strip()]

    def selected_files(self) -> List[Path]:
        """Files of the selected rows, each once."""
        rows = {index.row() for index in self.view.selectionModel().selectedRows()}
        found = (self.table.finding_at(row).path for row in sorted(rows))
        return list(dict.fromkeys(path for path in found if path is not None))

    def show_step(self, summary: str, can_check: bool, can_make: bool, make_note: str, busy: bool) -> None:
        """The sentences, and which buttons can be pressed."""
        self.busy = busy
        self.summary.setText(summary)
        self.make_note.setText(make_note)
        self.check_button.setEnabled(can_check and not busy)
        self.make_button.setEnabled(can_make and not busy)
        self.check_button.setDefault(not can_make)
        self.make_button.setDefault(can_make)
        self.bar.setVisible(busy)
        self.stop_button.setVisible(busy)

    def show_progress(self, fraction: float, text: str) -> None:
        """How far the work is."""
        self.bar.setValue(round(1000 * fraction))
        self.bar.setFormat(text or "%p%")

    def reject(self) -> None:
        """While it works, Esc and the window's cross stop the work first."""
        if self.busy:
            self.stop_asked.emit()
            return
        super().reject()

    def _follow_kind(self, *_: object) -> None:
        folder = self.kind_combo.currentData() == "folder"
        mode = QgsFileWidget.StorageMode
        self.places.setFilePath("")
        self.places.setStorageMode(mode.GetDirectory if folder else mode.GetMultipleFiles)
        self.places.setDialogTitle(tr("Folder of rasters") if folder else tr("Rasters"))
        self.changed.emit()

    def _show_selected(self) -> None:
        rows = sorted({index.row() for index in self.view.selectionModel().selectedRows()})
        one = texts_of(self.table.finding_at(rows[0])) if len(rows) == 1 and rows[0] < self.table.rowCount() else None
        self.details.setPlainText("" if one is None else f"{one[FILE]}: {one[WHY]} {one[REMEDY]}".strip())
        self.selected.emit()


def _make_view(table: CheckTable) -> QTableView:
    view = make_rows_view("check_rows", tr("What the check found"), table)
    view.verticalHeader().setDefaultSectionSize(view.fontMetrics().height() + 6)
    header, width = view.horizontalHeader(), view.fontMetrics().horizontalAdvance
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    for column, text in ((FILE, "2019/11/27/28V/B02.tif"), (VERDICT, "MM made good"), (RULE, "overview order")):
        header.resizeSection(column, width(text) + 12)
    for column in (WHY, REMEDY):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
    return view


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
