"""From a folder of rasters to a collection, in one window: what is found, where it goes, what happens next."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Sequence

from qgis.gui import QgsFileWidget
from qgis.PyQt.QtCore import Qt, QTimer, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.core.services.tile_discovery import TEMPLATES, TIME_PATTERNS
from sentinel_workbench.core.services.upload_flow import FolderOrder
from sentinel_workbench.core.services.upload_plan import GUESS
from sentinel_workbench.ui.form_rows import FormGrid, beside, quiet_label, roomy_combo
from sentinel_workbench.ui.storage_form import StorageForm
from sentinel_workbench.ui.translation import tr
from sentinel_workbench.ui.upload_texts import FoundRow

_SETTLE_MS, _MOST_ROWS = 400, 500
_OWN_BUCKET = "my-data"
_ID = int(Qt.ItemDataRole.UserRole)


class UploadDialog(QDialog):
    """Shows and asks; ``UploadController`` decides."""

    files_changed = pyqtSignal()
    """Folder, template or time pattern are others, and rest."""
    target_changed = pyqtSignal()
    start_asked = pyqtSignal()
    stop_asked = pyqtSignal()
    use_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("upload_dialog")
        self.setWindowTitle(tr("From a folder to a collection"))
        self.resize(680, 660)
        self.busy = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._make_files()
        self._make_target()
        self._make_end()
        self._build()
        self._connect()
        self.folder.setFocus()

    def _make_files(self) -> None:
        self.folder = QgsFileWidget()
        self.folder.setObjectName("upload_folder")
        self.folder.setStorageMode(QgsFileWidget.StorageMode.GetDirectory)
        self.folder.setDialogTitle(tr("Folder of rasters"))
        self.template_combo = _editable("upload_template_combo", ("", *TEMPLATES))
        self.template_combo.lineEdit().setPlaceholderText(tr("found from the names"))
        self.template_combo.setToolTip(
            tr("(BAND) once in the file's name; * is anything within a name, **/ any folders.")
        )
        self.time_combo = _editable("upload_time_combo", (GUESS, "", *TIME_PATTERNS))
        self.time_combo.lineEdit().setPlaceholderText(tr("no sensing time"))
        self.time_combo.setToolTip(
            tr("Such as {YYYY}-{MM}-{DD}, anywhere in the path; 'auto' finds out, empty for no sensing time.")
        )
        self.tree = _make_tree()
        self.found_note = quiet_label()
        self.found_note.setObjectName("upload_found_note")
        self.convert_check = QCheckBox(tr("Con&vert files that break a rule; the originals stay as they are"))
        self.convert_check.setObjectName("upload_convert_check")

    def _make_target(self) -> None:
        self.collection_combo = _editable("upload_collection_combo", ())
        self.collection_combo.lineEdit().setPlaceholderText(tr("one of yours, or the name of a new one"))
        self.bucket_edit = QLineEdit()
        self.bucket_edit.setObjectName("upload_bucket_edit")
        self.bucket_edit.setPlaceholderText(tr("bare name of the bucket, without s3://"))
        self.prefix_edit = QLineEdit()
        self.prefix_edit.setObjectName("upload_prefix_edit")
        self.prefix_edit.setPlaceholderText(tr("top of the bucket"))
        self.storage = StorageForm(self)

    def _make_end(self) -> None:
        self.next_label = QLabel()
        self.next_label.setObjectName("upload_next")
        self.next_label.setWordWrap(True)
        self.next_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setObjectName("upload_bar")
        self.bar.setRange(0, 1000)
        self.bar.hide()
        self.start_button = _button(tr("&Start"), "upload_start_button")
        self.start_button.setDefault(True)
        self.stop_button = _button(tr("S&top"), "upload_stop_button")
        self.use_button = _button(tr("&Use it"), "upload_use_button")
        self.use_button.setToolTip(tr("Opens the Imagery tab with this collection, its bands, extent and time."))
        self.close_button = _button(tr("&Close"), "upload_close_button")

    def _build(self) -> None:
        files, target = FormGrid(), FormGrid()
        files.add_field(tr("&Folder"), self.folder)
        files.add_field(tr("Tem&plate"), self.template_combo)
        files.add_field(tr("Ti&me"), self.time_combo)
        target.add_field(tr("C&ollection"), self.collection_combo)
        target.add_field(tr("&Bucket"), beside(self.bucket_edit, QLabel(tr("below")), self.prefix_edit),
                         self.bucket_edit)
        self.storage.add_to(target)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.start_button, self.stop_button, self.use_button, self.close_button):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addWidget(_title(tr("1. Your files")))
        layout.addLayout(files)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.found_note)
        layout.addWidget(self.convert_check)
        layout.addWidget(_title(tr("2. Where they go")))
        layout.addLayout(target)
        layout.addWidget(_title(tr("3. What happens")))
        layout.addWidget(self.next_label)
        layout.addWidget(self.bar)
        layout.addLayout(buttons)

    def _connect(self) -> None:
        self.folder.fileChanged.connect(self._settle.start)
        for combo in (self.template_combo, self.time_combo):
            combo.editTextChanged.connect(self._settle.start)
        self._settle.timeout.connect(self.files_changed)
        self.convert_check.toggled.connect(self.target_changed)
        self.collection_combo.editTextChanged.connect(self._follow_collection)
        self.bucket_edit.textChanged.connect(self.target_changed)
        self.prefix_edit.textChanged.connect(self.target_changed)
        self.storage.changed.connect(self.target_changed)
        self.start_button.clicked.connect(self.start_asked)
        self.stop_button.clicked.connect(self.stop_asked)
        self.use_button.clicked.connect(self.use_asked)
        self.close_button.clicked.connect(self.reject)

    def order(self) -> FolderOrder:
        """What is typed and chosen; ``collection`` is the id of a known one, else the typed name."""
        known = self._known()
        return FolderOrder(
            Path(self.folder.filePath().strip()), known or self.collection_combo.currentText().strip(),
            self.template_combo.currentText().strip(), self.time_combo.currentText().strip(),
            self.prefix_edit.text().strip(), self.bucket_edit.text().strip(), self.convert_check.isChecked(), not known,
        )

    def show_collections(self, collections: Sequence[ByocCollection], current: str = "") -> None:
        """Offer the user's collections, the one with the id ``current`` chosen."""
        self.collection_combo.blockSignals(True)
        self.collection_combo.clear()
        for collection in collections:
            self.collection_combo.addItem(collection.name, (collection.collection_id, collection.bucket))
        row = next((n for n, one in enumerate(collections) if one.collection_id == current), -1)
        self.collection_combo.setCurrentIndex(row)
        if row < 0:
            self.collection_combo.clearEditText()
        self.collection_combo.blockSignals(False)
        self._follow_collection()

    def fill_in(self, order: FolderOrder) -> None:
        """What ``order`` told; its collection is one of those offered when it is there by now."""
        self.template_combo.setEditText(order.template)
        self.time_combo.setEditText(order.time_pattern)
        self.bucket_edit.setText(order.bucket)
        self.prefix_edit.setText(order.prefix)
        self.convert_check.setChecked(order.convert)
        entries = range(self.collection_combo.count())
        known = (row for row in entries
                 if order.collection in (self.collection_combo.itemText(row), self.collection_combo.itemData(row)[0]))
        row = next(known, -1)
        self.collection_combo.setCurrentIndex(row)
        if row < 0:
            self.collection_combo.setEditText(order.collection)
        self.folder.setFilePath(str(order.folder))

    def use_folder(self, root: Optional[Path]) -> None:
        """The local hub reads the buckets in ``root``: the files are copied there. None: they go to a storage."""
        self.storage.use_folder(root)
        if root is not None and not self.bucket_edit.text():
            self.bucket_edit.setText(_OWN_BUCKET)

    def propose_collection(self, name: str) -> None:
        """A name for a new collection, where nothing is chosen or typed."""
        if not self.collection_combo.currentText().strip():
            self.collection_combo.setEditText(name)

    def show_found(self, rows: Sequence[FoundRow], note: str) -> None:
        """What the folder holds."""
        self.tree.clear()
        for row in rows[:_MOST_ROWS]:
            item = QTreeWidgetItem([row.path, row.time, row.verdict])
            for column, text in enumerate((row.path, row.time, row.verdict)):
                item.setToolTip(column, text)
            self.tree.addTopLevelItem(item)
        self.found_note.setText(note)
        self.found_note.setVisible(bool(note))

    def show_step(self, text: str, can_start: bool, can_use: bool, busy: bool) -> None:
        """The sentence below, and which buttons can be pressed."""
        self.busy = busy
        self.next_label.setText(text)
        self.bar.setVisible(busy)
        self.stop_button.setVisible(busy)
        self.start_button.setVisible(not busy)
        self.start_button.setEnabled(can_start)
        self.use_button.setVisible(can_use and not busy)
        self.use_button.setDefault(can_use)
        self.start_button.setDefault(not can_use)

    def show_progress(self, fraction: float, text: str) -> None:
        """How far the work is."""
        self.bar.setValue(round(1000 * fraction))
        if text and self.busy:
            self.next_label.setText(text)

    def reject(self) -> None:
        """While it works, Esc and the window's cross stop the work first."""
        if self.busy:
            self.stop_asked.emit()
            return
        super().reject()

    def _known(self) -> str:
        row = self.collection_combo.currentIndex()
        same = row >= 0 and self.collection_combo.itemText(row) == self.collection_combo.currentText()
        return self.collection_combo.itemData(row, _ID)[0] if same else ""

    def _follow_collection(self, *_: object) -> None:
        known = self._known()
        if known:
            self.bucket_edit.setText(self.collection_combo.itemData(self.collection_combo.currentIndex(), _ID)[1])
        self.bucket_edit.setReadOnly(bool(known))
        self.bucket_edit.setToolTip(tr("The bucket of this collection.") if known else "")
        self.target_changed.emit()


def _make_tree() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("upload_tiles")
    tree.setAccessibleName(tr("Tiles found"))
    tree.setHeaderLabels([tr("Tile"), tr("Sensed"), tr("Check")])
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setMinimumHeight(120)
    width = tree.fontMetrics().horizontalAdvance
    tree.header().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    tree.header().resizeSection(0, width("2019/11/27/28V/(BAND).tif mm"))
    tree.header().resizeSection(1, width("2019-12-31 00:00 mm"))
    tree.header().setStretchLastSection(True)
    return tree


def _editable(name: str, entries: Sequence[str]) -> QComboBox:
    combo = roomy_combo(name)
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.addItems(list(entries))
    return combo


def _title(text: str) -> QLabel:
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    return label


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
