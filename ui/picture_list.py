"""Pictures side by side with captions below them, as large as one likes."""

from __future__ import annotations

from typing import List, Optional, Sequence

from qgis.PyQt.QtCore import QSize, Qt
from qgis.PyQt.QtGui import QColor, QIcon, QImage, QPainter, QPixmap, QResizeEvent
from qgis.PyQt.QtWidgets import QAbstractItemView, QListView, QListWidget, QListWidgetItem, QSlider, QWidget

from sentinel_workbench.core.qgis.contact_sheet import PICTURE_PX, SheetCell
from sentinel_workbench.core.qgis.pictures import BACKGROUND
from sentinel_workbench.ui.translation import tr

SMALLEST_PX, USUAL_PX = 96, 160


class PictureList(QListWidget):
    """A place a caption; places without a picture can't be chosen.

    Args:
        name: of the object.
        most_columns: pictures in a row at most; as many as there is room for when None.
    """

    def __init__(self, name: str, parent: Optional[QWidget] = None, most_columns: Optional[int] = None) -> None:
        super().__init__(parent)
        self._most_columns = most_columns
        self._side_px = USUAL_PX
        self.setObjectName(name)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setWordWrap(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._captions: List[str] = []
        self._pictures: List[Optional[QImage]] = []

    def show_captions(self, captions: Sequence[str], tips: Sequence[str] = ()) -> None:
        """Other places, without pictures yet; ``tips`` are told on hover, the captions where there is none."""
        self.clear()
        self._captions, self._pictures = list(captions), [None] * len(captions)
        for caption, tip in zip(captions, tips or captions):
            item = QListWidgetItem(caption)
            item.setTextAlignment(Qt.AlignmentFlag.AlignHCenter)
            item.setToolTip(tip)
            item.setIcon(_icon(None))
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            item.setSizeHint(self.gridSize())
            self.addItem(item)

    def show_picture(self, place: int, picture: QImage) -> None:
        """The picture of a place."""
        self._pictures[place] = picture
        self.item(place).setIcon(_icon(picture))
        self.item(place).setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)

    def show_size(self, side_px: int) -> None:
        """Pictures of this side."""
        self._side_px = side_px
        line = self.fontMetrics().height()
        least = 0 if self._most_columns is None else self.viewport().width() // (self._most_columns + 1) + 1
        self.setIconSize(QSize(side_px, side_px))
        self.setGridSize(QSize(max(side_px + 12, least), side_px + 2 * line + 14))
        for place in range(self.count()):
            self.item(place).setSizeHint(self.gridSize())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt's name."""
        super().resizeEvent(event)
        if self._most_columns is not None:
            self.show_size(self._side_px)

    def chosen(self) -> List[int]:
        """Chosen places in their order."""
        return sorted(self.row(item) for item in self.selectedItems())

    def cells(self) -> List[SheetCell]:
        """What is shown."""
        return [SheetCell(caption, picture) for caption, picture in zip(self._captions, self._pictures)]

    def columns(self) -> int:
        """Pictures in a row, as they are shown now."""
        return max(1, self.viewport().width() // self.gridSize().width())


def make_size_slider(name: str) -> QSlider:
    """For ``PictureList.show_size``."""
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setObjectName(name)
    slider.setAccessibleName(tr("Size of the pictures"))
    slider.setToolTip(tr("Size of the pictures"))
    slider.setRange(SMALLEST_PX, PICTURE_PX)
    slider.setMaximumWidth(140)
    return slider


def _icon(picture: Optional[QImage]) -> QIcon:
    """The same colours when it is chosen: the caption tells that."""
    square = _on_square(picture)
    icon = QIcon(square)
    icon.addPixmap(square, QIcon.Mode.Selected)
    return icon


def _on_square(picture: Optional[QImage]) -> QPixmap:
    """So that all captions stand in line, whatever the shape of the images."""
    square = QPixmap(PICTURE_PX, PICTURE_PX)
    square.fill(QColor(BACKGROUND))
    if picture is not None:
        painter = QPainter(square)
        painter.drawImage(square.rect().center() - picture.rect().center(), picture)
        painter.end()
    return square
