"""The list of scripts: search, favourites, a picture and a sentence of the chosen one."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence

from qgis.gui import QgsFilterLineEdit
from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QIcon, QImage, QPixmap
from qgis.PyQt.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.evalscript.script_library import LibraryScript
from sentinel_workbench.core.qgis.own_scripts import OWN_PREFIX, OwnScripts
from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.translation import tr

ICON_SIZE = QSize(56, 42)
PICTURE_SIZE = QSize(240, 180)
WIDTH_PX = 290
_STAR = "★ "


class ScriptBrowser(QWidget):
    """Scripts of the library and the user's own, favourites first."""

    chosen = pyqtSignal(object)
    """The LibraryScript the user clicked."""

    def __init__(self, library: Sequence[LibraryScript], own: OwnScripts, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._library, self._own = tuple(library), own
        self._scripts: Dict[str, LibraryScript] = {}
        self.search = QgsFilterLineEdit()
        self.search.setObjectName("script_search")
        self.search.setPlaceholderText(tr("Find a script…"))
        self.search.setShowSearchIcon(True)
        self.list = QListWidget()
        self.list.setObjectName("script_list")
        self.list.setIconSize(ICON_SIZE)
        self.list.setAccessibleName(tr("Scripts"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.picture = QLabel()
        self.picture.setObjectName("script_picture")
        self.picture.setFixedHeight(PICTURE_SIZE.height())
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setFrameShape(QFrame.Shape.StyledPanel)
        self.about = quiet_label()
        self.about.setMinimumHeight(3 * self.about.fontMetrics().lineSpacing())
        self.about.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.favourite_button = QPushButton(tr("Fa&vourite"))
        self.favourite_button.setObjectName("favourite_button")
        self.favourite_button.setCheckable(True)
        self.delete_button = QPushButton(tr("&Delete mine"))
        self.delete_button.setObjectName("delete_script_button")
        self._build()
        self.search.textChanged.connect(self.fill)
        self.list.currentItemChanged.connect(self._take)
        self.favourite_button.clicked.connect(self._mark)
        self.delete_button.clicked.connect(self._delete)
        self.fill()

    def _build(self) -> None:
        self.setFixedWidth(WIDTH_PX)
        buttons = QHBoxLayout()
        buttons.addWidget(self.favourite_button)
        buttons.addWidget(self.delete_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addLayout(buttons)
        layout.addWidget(self.picture)
        layout.addWidget(self.about)

    def fill(self) -> None:
        """List what fits the search; the chosen one stays chosen while it is there."""
        current = self.current()
        favourites = self._own.favourites()
        found = [script for script in (*self._own.all(), *self._library) if script.matches(self.search.text())]
        self._scripts = {script.name: script for script in found}
        self.list.blockSignals(True)
        self.list.clear()
        for script in _in_order(found, favourites):
            self.list.addItem(_item(script, script.name in favourites))
        self.list.blockSignals(False)
        self.select(current.name if current else "")

    def select(self, name: str) -> None:
        """Mark a script in the list without telling anybody."""
        self.list.blockSignals(True)
        names = [self.list.item(row).data(Qt.ItemDataRole.UserRole) for row in range(self.list.count())]
        self.list.setCurrentRow(names.index(name) if name in names else -1)
        self.list.blockSignals(False)
        self._describe()

    def current(self) -> Optional[LibraryScript]:
        """The marked script, or None."""
        item = self.list.currentItem()
        return self._scripts.get(item.data(Qt.ItemDataRole.UserRole)) if item else None

    def show_picture(self, image: QImage) -> None:
        """Another picture, such as a preview, until another script is chosen."""
        self.picture.setPixmap(_fitted(QPixmap.fromImage(image)))

    def show_text(self, text: str) -> None:
        """A sentence in place of the picture."""
        self.picture.setWordWrap(True)
        self.picture.setText(text)

    def _take(self) -> None:
        self._describe()
        script = self.current()
        if script:
            self.chosen.emit(script)

    def _describe(self) -> None:
        script = self.current()
        self.about.setText(script.about if script else tr("A text of your own."))
        picture = script.picture if script else None
        if picture:
            self.picture.setPixmap(_fitted(QPixmap(str(picture))))
        else:
            self.show_text(tr("No picture yet."))
        self.favourite_button.setEnabled(script is not None)
        self.favourite_button.setChecked(script is not None and script.name in self._own.favourites())
        self.delete_button.setEnabled(script is not None and script.name.startswith(OWN_PREFIX))

    def _mark(self, is_favourite: bool) -> None:
        script = self.current()
        if script:
            self._own.mark_favourite(script.name, is_favourite)
            self.fill()

    def _delete(self) -> None:
        script = self.current()
        if script:
            self._own.delete(script.name)
            self.fill()


def _in_order(scripts: Sequence[LibraryScript], favourites: Sequence[str]) -> List[LibraryScript]:
    """Favourites, then own ones, then the library as it comes."""
    return sorted(scripts, key=lambda script: (script.name not in favourites, not script.name.startswith(OWN_PREFIX)))


def _item(script: LibraryScript, is_favourite: bool) -> QListWidgetItem:
    topic = script.topic or tr("mine")
    item = QListWidgetItem(f"{_STAR if is_favourite else ''}{script.title}\n{topic}")
    item.setData(Qt.ItemDataRole.UserRole, script.name)
    item.setToolTip(script.about)
    item.setSizeHint(QSize(0, ICON_SIZE.height() + 4))  # as wide as the list, so that long titles are elided
    if script.picture:
        item.setIcon(QIcon(str(script.picture)))
    return item


def _fitted(pixmap: QPixmap) -> QPixmap:
    return pixmap.scaled(
        PICTURE_SIZE, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
