"""The upper half of the My data tab: which collection, and what can be done with it."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.model.byoc import ByocCollection
from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.translation import tr

_COLLECTION = int(Qt.ItemDataRole.UserRole) + 1
MORE = ("copy", "delete")


class CollectionPicker(QWidget):
    """A list with search, and buttons for the one that is selected."""

    refresh_asked = pyqtSignal()
    selected = pyqtSignal(object)
    """The collection, or None."""
    create_asked = pyqtSignal()
    details_asked = pyqtSignal()
    copy_asked = pyqtSignal()
    delete_asked = pyqtSignal()
    use_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.search_edit = QgsFilterLineEdit()
        self.search_edit.setObjectName("collection_search")
        self.search_edit.setShowSearchIcon(True)
        self.search_edit.setPlaceholderText(tr("Search my collections"))
        self.search_edit.setAccessibleName(tr("Search my collections"))
        self.refresh_button = QPushButton(tr("&Refresh"))
        self.refresh_button.setObjectName("refresh_collections_button")
        self.list = _make_list()
        self.note = quiet_label()
        self.note.setObjectName("collections_note")
        self.new_button = _button(tr("Ne&w…"), "new_collection_button")
        self.details_button = _button(tr("Detai&ls…"), "collection_details_button")
        self.use_button = _button(tr("&Use it"), "use_collection_button")
        self.use_button.setToolTip(tr("Opens the Imagery tab with this collection, its bands, extent and time."))
        self._make_more_button()
        self._build()
        self._connect()
        self._follow_selection()

    def _make_more_button(self) -> None:
        self.more_button = QToolButton()
        self.more_button.setObjectName("collection_more_button")
        self.more_button.setText(tr("&More"))
        self.more_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.more_button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        menu = QMenu(self.more_button)
        texts = (tr("Copy tiles to another collection…"), tr("Delete collection…"))
        self.actions_of = {name: menu.addAction(text) for name, text in zip(MORE, texts)}
        self.more_button.setMenu(menu)

    def _build(self) -> None:
        top, bottom = QHBoxLayout(), QHBoxLayout()
        top.addWidget(self.search_edit, 1)
        top.addWidget(self.refresh_button)
        for button in (self.new_button, self.details_button, self.use_button, self.more_button):
            bottom.addWidget(button, 0 if button is self.more_button else 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.note)
        layout.addLayout(bottom)

    def _connect(self) -> None:
        self.search_edit.textChanged.connect(self._search)
        self.refresh_button.clicked.connect(self.refresh_asked)
        self.list.currentItemChanged.connect(lambda *_: self._tell_selection())
        self.list.itemActivated.connect(lambda *_: self.details_asked.emit())
        self.new_button.clicked.connect(self.create_asked)
        self.details_button.clicked.connect(self.details_asked)
        self.use_button.clicked.connect(self.use_asked)
        self.actions_of["copy"].triggered.connect(self.copy_asked)
        self.actions_of["delete"].triggered.connect(self.delete_asked)

    def show_collections(self, collections: Sequence[ByocCollection], current: str = "") -> None:
        """Fill the list; the one with the id ``current`` is selected, else what was."""
        wanted = current or getattr(self.current(), "collection_id", "")
        self.list.blockSignals(True)
        self.list.clear()
        for collection in collections:
            item = QTreeWidgetItem([collection.name, _bands_text(collection)])
            item.setData(0, _COLLECTION, collection)
            item.setToolTip(0, f"{collection.name}\n{collection.collection_id}")
            item.setToolTip(1, ", ".join(band.name for band in collection.bands))
            self.list.addTopLevelItem(item)
            if collection.collection_id == wanted:
                self.list.setCurrentItem(item)
        self.list.blockSignals(False)
        self._search(self.search_edit.text())
        self._tell_selection()

    def current(self) -> Optional[ByocCollection]:
        """The selected collection, or None."""
        item = self.list.currentItem()
        return item.data(0, _COLLECTION) if item is not None and not item.isHidden() else None

    def show_note(self, text: str) -> None:
        """A sentence below the list; empty hides it."""
        self.note.setText(text)
        self.note.setMinimumHeight(self.note.heightForWidth(max(self.width(), 1)) if text else 0)
        self.note.setVisible(bool(text))

    def show_usable(self, usable: bool, reason: str = "") -> None:
        """Whether a service can be asked at all."""
        for widget in (self.refresh_button, self.new_button):
            widget.setEnabled(usable)
            widget.setToolTip("" if usable else reason)

    def _search(self, text: str) -> None:
        words = text.casefold().split()
        for row in range(self.list.topLevelItemCount()):
            item = self.list.topLevelItem(row)
            name = f"{item.text(0)} {item.data(0, _COLLECTION).collection_id}".casefold()
            item.setHidden(not all(word in name for word in words))
        self._follow_selection()

    def _tell_selection(self) -> None:
        self._follow_selection()
        self.selected.emit(self.current())

    def _follow_selection(self) -> None:
        chosen = self.current() is not None
        for widget in (self.details_button, self.use_button, self.more_button):
            widget.setEnabled(chosen)


def _bands_text(collection: ByocCollection) -> str:
    names = [band.name for band in collection.bands]
    return ", ".join(names) if names else tr("no bands yet")


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    return button


def _make_list() -> QTreeWidget:
    tree = QTreeWidget()
    tree.setObjectName("collections_list")
    tree.setAccessibleName(tr("My collections"))
    tree.setHeaderLabels([tr("Collection"), tr("Bands")])
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    tree.header().setStretchLastSection(False)
    tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
    tree.header().setSectionResizeMode(1, QHeaderView.ResizeMode.Interactive)
    tree.header().resizeSection(1, tree.fontMetrics().horizontalAdvance("B04, B08, B11"))
    tree.setMinimumHeight(4 * tree.fontMetrics().height())
    return tree
