"""The page of a season's window with the chips of a parcel: what they show, which dates, how large."""

from __future__ import annotations

import datetime as dt
from typing import Dict, List, Optional, Sequence, Tuple

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.qgis.chip_pictures import CLASSES
from sentinel_workbench.ui.form_rows import quiet_label, roomy_combo
from sentinel_workbench.ui.picture_list import USUAL_PX, PictureList, make_size_slider
from sentinel_workbench.ui.translation import tr

MOST_COLUMNS = 8
COMPOSITES = (
    ("B08", "B04", "B03"), ("B04", "B03", "B02"), ("B8A", "B11", "B04"), ("B12", "B8A", "B04"), ("B08",),
)


class ChipsPage(QWidget):
    """Shows and reports."""

    bands_changed = pyqtSignal()
    fetch_asked = pyqtSignal()
    date_picked = pyqtSignal(object)
    zoom_asked = pyqtSignal(object)
    """A date: look at its chip closely."""
    add_asked = pyqtSignal(list)
    """Dates; none for all of them."""
    save_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._dates: List[dt.datetime] = []
        self.bands_combo: QComboBox = roomy_combo("chip_bands_combo")
        self.bands_combo.setEditable(True)
        self.bands_combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.bands_combo.setToolTip(tr("Three bands as red, green and blue, or one, such as B08 B04 B03"))
        self.clear_check = QCheckBox(tr("Cl&ear dates only"))
        self.clear_check.setObjectName("chips_clear_check")
        self.clear_check.setChecked(True)
        self.fetch_button = _button(tr("&Fetch chips"), "chips_fetch_button")
        self.size_slider = make_size_slider("chip_size_slider")
        self.pictures = PictureList("chip_sheet", most_columns=MOST_COLUMNS)
        self.pictures.setAccessibleName(tr("Chips of the parcel by date"))
        self.note = quiet_label()
        self.note.setObjectName("chips_note")
        self.zoom_button = _button(tr("&Zoom in"), "chips_zoom_button")
        self.add_button = _button(tr("Add to &map"), "chips_add_button")
        self.save_button = _button(tr("&Save as…"), "chips_save_button")
        self._build()
        self._connect()
        self.size_slider.setValue(USUAL_PX)
        self._allow()

    def _build(self) -> None:
        top, foot = QHBoxLayout(), QHBoxLayout()
        label = QLabel(tr("&Picture"))
        label.setBuddy(self.bands_combo)
        top.addWidget(label)
        top.addWidget(self.bands_combo, 1)
        for widget in (self.clear_check, self.fetch_button, self.size_slider):
            top.addWidget(widget)
        foot.addWidget(self.note, 1)
        for button in (self.zoom_button, self.add_button, self.save_button):
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 6, 6, 6)
        layout.addLayout(top)
        layout.addWidget(self.pictures, 1)
        layout.addLayout(foot)

    def _connect(self) -> None:
        self.size_slider.valueChanged.connect(self.pictures.show_size)
        self.bands_combo.currentIndexChanged.connect(lambda _row: self.bands_changed.emit())
        self.bands_combo.lineEdit().editingFinished.connect(self.bands_changed)
        self.clear_check.toggled.connect(lambda _checked: self.bands_changed.emit())
        self.fetch_button.clicked.connect(lambda _=False: self.fetch_asked.emit())
        self.pictures.itemSelectionChanged.connect(self._allow)
        self.pictures.currentRowChanged.connect(self._tell_date)
        self.pictures.itemClicked.connect(self._zoom_by_click)
        self.pictures.itemActivated.connect(self._zoom_to)
        self.zoom_button.clicked.connect(lambda _=False: self.zoom_asked.emit(self.chosen()[0]))
        self.add_button.clicked.connect(lambda _=False: self._ask_to_add())
        self.save_button.clicked.connect(lambda _=False: self.save_asked.emit())

    # ---- what to show ----------------------------------------------------------------------------------------------

    def offer_bands(self, bands: Sequence[str]) -> None:
        """Pictures that can be made of a source's bands; the scene classes first, for they are there already."""
        blocked = self.bands_combo.blockSignals(True)
        self.bands_combo.clear()
        self.bands_combo.addItem(tr("Scene classes"), CLASSES)
        for composite in COMPOSITES:
            if set(composite) <= set(bands):
                self.bands_combo.addItem(" ".join(composite), composite)
        self.bands_combo.blockSignals(blocked)

    def bands(self) -> Tuple[str, ...]:
        """The bands chosen or typed.

        Raises:
            InvalidInput: two of them, or more than three.
        """
        text = self.bands_combo.currentText().strip()
        row = self.bands_combo.findText(text)
        if row >= 0:
            return tuple(self.bands_combo.itemData(row))
        typed = tuple(text.upper().replace(",", " ").replace("_", " ").split())
        if len(typed) not in (1, 3):
            raise InvalidInput("bands", tr("A picture takes one band, or three."), tr("Such as B08 B04 B03."))
        return typed

    # ---- the sheet -------------------------------------------------------------------------------------------------

    def show_places(
        self, dates: Sequence[dt.datetime], captions: Sequence[str] = (), tips: Sequence[str] = ()
    ) -> None:
        """A place a date, without pictures yet."""
        self._dates = list(dates)
        blocked = self.pictures.blockSignals(True)
        self.pictures.show_captions(captions, tips)
        self.pictures.blockSignals(blocked)
        self._allow()

    def show_pictures(self, pictures: Dict[dt.datetime, QImage]) -> None:
        """Pictures by date."""
        for date, picture in pictures.items():
            if date in self._dates:
                self.pictures.show_picture(self._dates.index(date), picture)
        self._allow()

    def choose(self, date: Optional[dt.datetime]) -> None:
        """Mark a date, when it has a place; tells nobody."""
        if date not in self._dates or date is None:
            return
        place = self._dates.index(date)
        if self.pictures.currentRow() != place:
            blocked = self.pictures.blockSignals(True)
            self.pictures.setCurrentRow(place)
            self.pictures.blockSignals(blocked)
            self._allow()

    def chosen(self) -> List[dt.datetime]:
        """Dates of the chosen pictures."""
        return [self._dates[place] for place in self.pictures.chosen()]

    def _zoom_by_click(self, item: QListWidgetItem) -> None:
        """With a key held one chooses several."""
        if QApplication.keyboardModifiers() == Qt.KeyboardModifier.NoModifier:
            self._zoom_to(item)

    def _zoom_to(self, item: QListWidgetItem) -> None:
        self.zoom_asked.emit(self._dates[self.pictures.row(item)])

    def _ask_to_add(self) -> None:
        """One chosen picture only says at which date one is; Zoom in brings that chip alone."""
        chosen = self.chosen()
        self.add_asked.emit(chosen if len(chosen) > 1 else [])

    def _tell_date(self, place: int) -> None:
        if 0 <= place < len(self._dates):
            self.date_picked.emit(self._dates[place])

    def _allow(self) -> None:
        count, any_picture = len(self.pictures.chosen()), any(cell.picture for cell in self.pictures.cells())
        self.zoom_button.setEnabled(count == 1)
        self.zoom_button.setToolTip(
            tr("The chip in a window of its own, and on the map") if count == 1 else tr("Select one picture first."))
        self.add_button.setEnabled(any_picture)
        self.add_button.setToolTip(
            tr("All chips, or the chosen ones where several are, as a group that follows the time") if any_picture
            else tr("Fetch the chips first."))
        self.save_button.setEnabled(any_picture)
        self.save_button.setToolTip(
            tr("All pictures on one sheet, as PNG or PDF") if any_picture else tr("Fetch the chips first."))


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
