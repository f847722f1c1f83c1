"""Tiles from the names of files: what a template and a time pattern find is shown at once."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, List, Optional, Sequence, Tuple

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.errors import InvalidInput, WorkbenchError
from sentinel_workbench.core.model.byoc import ByocTile
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.qgis.tasks import WorkTask, add_task
from sentinel_workbench.core.services.file_names import list_names, names_of_listing
from sentinel_workbench.core.services.tile_discovery import (
    TEMPLATES,
    TIME_PATTERNS,
    Discovery,
    discover_tiles,
    guess_template,
    guess_time_pattern,
)
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label, roomy_combo
from sentinel_workbench.ui.storage_form import StorageForm
from sentinel_workbench.ui.translation import tr

_SHOWN_TILES, _SHOWN_REASONS, _SETTLE_MS = 200, 4, 200


class DiscoveryDialog(QDialog):
    """``tiles`` tells what was found, once it was accepted.

    ``buckets`` is the folder of a local hub's buckets: its bucket is listed first, at once and without keys.
    """

    def __init__(self, parent: Optional[QWidget] = None, bucket: str = "", buckets: Optional[Path] = None) -> None:
        super().__init__(parent)
        self._bucket = bucket
        self.setObjectName("discovery_dialog")
        self.setWindowTitle(tr("Tiles from the names of files"))
        self.resize(640, 560)
        self._names: Tuple[str, ...] = ()
        self._found = Discovery(())
        self._task: Optional[WorkTask] = None
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._make_source()
        self._make_rules()
        self._make_answer()
        self._build()
        self._connect()
        self._show_source()
        self._match()
        if buckets is not None:
            self._use_local_bucket(buckets)

    def _make_source(self) -> None:
        self.source_combo = roomy_combo("names_source_combo")
        self.source_combo.addItem(tr("A folder on this computer"), "folder")
        self.source_combo.addItem(tr("A listing of the bucket, pasted"), "listing")
        self.source_combo.addItem(tr("The bucket itself (S3)"), "bucket")
        self.storage = StorageForm(self)
        self.list_button = QPushButton(tr("&List the bucket"))
        self.list_button.setObjectName("list_bucket_button")
        self.list_button.setAutoDefault(False)
        self.folder = QgsFileWidget()
        self.folder.setObjectName("names_folder")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setDialogTitle(tr("Folder of files"))
        self.listing_edit = QPlainTextEdit()
        self.listing_edit.setObjectName("names_listing")
        self.listing_edit.setTabChangesFocus(True)
        self.listing_edit.setMaximumHeight(110)
        self.listing_edit.setPlaceholderText(tr("One name a line, or what 'aws s3 ls --recursive' prints."))

    def _make_rules(self) -> None:
        self.template_combo = _editable("template_combo", TEMPLATES)
        self.template_combo.setToolTip(
            tr("(BAND) once in the file's name; * is anything within a name, **/ any folders.")
        )
        self.time_combo = _editable("time_pattern_combo", ("", *TIME_PATTERNS))
        self.time_combo.setToolTip(tr("Such as {YYYY}-{MM}-{DD}, anywhere in the path; empty for no sensing time."))
        self.prefix_edit = QLineEdit()
        self.prefix_edit.setObjectName("prefix_edit")
        self.prefix_edit.setPlaceholderText(tr("top of the bucket"))

    def _make_answer(self) -> None:
        self.tree = QTreeWidget()
        self.tree.setObjectName("found_tiles")
        self.tree.setAccessibleName(tr("Tiles found"))
        self.tree.setHeaderLabels([tr("Path"), tr("Sensed"), tr("Bands")])
        self.tree.setRootIsDecorated(False)
        self.tree.setUniformRowHeights(True)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.note = quiet_label()
        self.note.setObjectName("discovery_note")
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.ok_button = self.buttons.button(standard.Ok)
        self.ok_button.setText(tr("Use &these tiles"))

    def _build(self) -> None:
        grid = FormGrid()
        grid.add_field(tr("&Names"), self.source_combo)
        grid.add_note(self.folder)
        grid.add_note(self.listing_edit)
        self.storage.add_to(grid)
        grid.add_note(self.list_button)
        grid.add_field(tr("Tem&plate"), self.template_combo)
        grid.add_field(tr("Ti&me"), self.time_combo)
        grid.add_field(tr("&Below"), self.prefix_edit)
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.note)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.source_combo.currentIndexChanged.connect(self._show_source)
        self.folder.fileChanged.connect(self._list_folder)
        self.list_button.clicked.connect(self._list_bucket)
        self.listing_edit.textChanged.connect(lambda: self.use_names(names_of_listing(self.listing_edit.toPlainText())))
        for combo in (self.template_combo, self.time_combo):
            combo.editTextChanged.connect(self._settle.start)
        self.prefix_edit.textChanged.connect(self._settle.start)
        self._settle.timeout.connect(self._match)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.finished.connect(self._end_task)

    def use_names(self, names: Sequence[str]) -> None:
        """Look for tiles in ``names``; the rules that fit them are proposed."""
        self._names = tuple(names)
        template = guess_template(self._names)
        if template is not None:
            self.template_combo.setEditText(template)
        paths = [tile.path for tile in discover_tiles(self._names, template or TEMPLATES[0]).tiles]
        self.time_combo.setEditText(guess_time_pattern(paths) or "")
        self._match()

    def tiles(self) -> List[ByocTile]:
        """What was found."""
        return [tile.as_tile(self.prefix_edit.text().strip()) for tile in self._found.tiles]

    def _show_source(self) -> None:
        source = self.source_combo.currentData()
        self.listing_edit.setVisible(source == "listing")
        self.folder.setVisible(source == "folder")
        self.storage.show_rows(source == "bucket")
        self.list_button.setVisible(source == "bucket")
        self.prefix_edit.setToolTip(
            tr("The folder of the bucket to list.") if source == "bucket" else tr("Put before every path.")
        )

    def _use_local_bucket(self, buckets: Path) -> None:
        self.storage.use_folder(buckets)
        row = self.source_combo.findData("bucket")
        self.source_combo.setItemText(row, tr("The bucket itself"))
        self.source_combo.setCurrentIndex(row)
        self._list_bucket()

    def _list_folder(self, path: str) -> None:
        if path.strip():
            self._list(lambda progress: list_names(Path(path.strip()), progress))

    def _list_bucket(self) -> None:
        prefix = self.prefix_edit.text().strip()
        try:
            bucket = self.storage.opener()(self._bucket)
        except WorkbenchError as error:
            self._complain(error)
            return
        self._list(lambda progress: tuple(one.name for one in bucket.names(prefix, progress)))

    def _list(self, work: Callable[[Progress], Sequence[str]]) -> None:
        self._end_task()
        self.note.setText(tr("Looking for files…"))
        task = WorkTask(tr("Listing files"), work)
        task.succeeded.connect(self.use_names)
        task.failed.connect(self._complain)
        task.settled.connect(self._forget_task)
        self._task = add_task(task)

    def _end_task(self, *_: object) -> None:
        task, self._task = self._task, None
        if task is not None:
            task.silence()
            task.cancel()

    def _forget_task(self) -> None:
        self._task = None

    def _complain(self, error: WorkbenchError) -> None:
        self._names = ()
        self._show(Discovery(()), str(error))

    def _match(self) -> None:
        try:
            pattern = self.time_combo.currentText().strip()
            found = discover_tiles(self._names, self.template_combo.currentText(), pattern or None)
        except InvalidInput as problem:
            self._show(Discovery(()), f"✗ {problem}")
            return
        self._show(found, _told(found, len(self._names)))

    def _show(self, found: Discovery, note: str) -> None:
        self._found = found
        self.tree.clear()
        for tile, shown in zip(found.tiles[:_SHOWN_TILES], self.tiles()):
            time = f"{tile.sensing_time:%Y-%m-%d %H:%M:%S}" if tile.sensing_time else ""
            self.tree.addTopLevelItem(QTreeWidgetItem([shown.path, time, ", ".join(sorted(tile.files))]))
        self.note.setText(note)
        self.ok_button.setEnabled(bool(found.tiles))


def _told(found: Discovery, names: int) -> str:
    if not names:
        return tr("Choose a folder or paste a listing.")
    lines = [tr("Files: {names}; tiles: {tiles}.").format(names=names, tiles=len(found.tiles))]
    for title, entries in ((tr("Left out: {count}."), found.unmatched), (tr("Uneven: {count}."), found.uneven)):
        if entries:
            lines.append(title.format(count=len(entries)))
            lines += [f"⚠ {entry.name}: {entry.reason}" for entry in entries[:_SHOWN_REASONS]]
    return "\n".join(lines)


def _editable(name: str, entries: Sequence[str]) -> QComboBox:
    combo = roomy_combo(name)
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.addItems(list(entries))
    return combo
