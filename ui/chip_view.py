"""One chip as large as its window; the arrow keys go from date to date."""

from __future__ import annotations

import datetime as dt
from typing import Dict, List, Mapping, Optional

from qgis.PyQt.QtCore import QRectF, QSize, Qt, pyqtSignal
from qgis.PyQt.QtGui import QKeyEvent, QPainter, QPaintEvent
from qgis.PyQt.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from sentinel_workbench.core.qgis.chip_pictures import ParcelPictures
from sentinel_workbench.ui.translation import tr


class ChipView(QDialog):
    """Stays beside the sheet it was opened from."""

    date_picked = pyqtSignal(object)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("chip_view")
        self._dates: List[dt.datetime] = []
        self._captions: Mapping[dt.datetime, str] = {}
        self.picture = _Picture()
        self.caption = QLabel()
        self.caption.setObjectName("chip_view_caption")
        self.caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.back_button, self.next_button = QPushButton(tr("&Before")), QPushButton(tr("&After"))
        row = QHBoxLayout()
        for button, step in ((self.back_button, -1), (self.next_button, 1)):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _=False, step=step: self._go(step))
        row.addWidget(self.back_button)
        row.addWidget(self.caption, 1)
        row.addWidget(self.next_button)
        layout = QVBoxLayout(self)
        layout.addWidget(self.picture, 1)
        layout.addLayout(row)
        self.resize(560, 620)

    def show_pictures(
        self, title: str, pictures: ParcelPictures, dates: Mapping[dt.datetime, dt.datetime],
        captions: Mapping[dt.datetime, str],
    ) -> None:
        """Other pictures; ``dates`` are those shown, to those of the pictures."""
        self.setWindowTitle(title)
        self._dates, self._captions = sorted(dates), dict(captions)
        self.picture.show_pictures(pictures, dict(dates))

    def choose(self, date: Optional[dt.datetime]) -> None:
        """Show a date, when there is a picture of it; tells nobody."""
        if date is None or date not in self._dates:
            return
        self.picture.choose(date)
        self.caption.setText(self._captions.get(date, ""))
        place = self._dates.index(date)
        self.back_button.setEnabled(place > 0)
        self.next_button.setEnabled(place < len(self._dates) - 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and Right go from date to date."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        if event.key() in steps:
            self._go(steps[event.key()])
        else:
            super().keyPressEvent(event)

    def _go(self, step: int) -> None:
        current = self.picture.date
        if current not in self._dates:
            return
        place = self._dates.index(current) + step
        if 0 <= place < len(self._dates):
            self.choose(self._dates[place])
            self.date_picked.emit(self._dates[place])


class _Picture(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("chip_view_picture")
        self.setAccessibleName(tr("The chip"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._pictures: Optional[ParcelPictures] = None
        self._dates: Dict[dt.datetime, dt.datetime] = {}
        self.date: Optional[dt.datetime] = None

    def show_pictures(self, pictures: ParcelPictures, dates: Dict[dt.datetime, dt.datetime]) -> None:
        """Other pictures."""
        self._pictures, self._dates = pictures, dates
        self.update()

    def choose(self, date: dt.datetime) -> None:
        """Another date."""
        self.date = date
        self.update()

    def sizeHint(self) -> QSize:
        """Qt's name."""
        return QSize(540, 540)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Qt's name; drawn for the pixels of the screen."""
        if self._pictures is None or self.date not in self._dates:
            return
        ratio = self.devicePixelRatioF()
        side = max(1, round(min(self.width(), self.height()) * ratio))
        drawn = self._pictures.draw(self._dates[self.date], side)
        if drawn is None:
            return
        size = drawn.size() / ratio
        painter = QPainter(self)
        left, top = (self.width() - size.width()) / 2, (self.height() - size.height()) / 2
        painter.drawImage(QRectF(left, top, size.width(), size.height()), drawn)
        painter.end()
