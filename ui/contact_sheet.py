"""A window with the images of a series side by side, their dates and cloud below them."""

from __future__ import annotations

from typing import List, Optional, Sequence

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QImage
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.qgis.contact_sheet import SheetCell
from sentinel_workbench.ui.form_rows import quiet_label, roomy_combo
from sentinel_workbench.ui.picture_list import USUAL_PX, PictureList, make_size_slider
from sentinel_workbench.ui.translation import tr


class ContactSheet(QDialog):
    """Pictures by slot; the buttons act on the selected ones. Stays beside the map while one works there."""

    add_asked = pyqtSignal(list)
    """Slots."""
    zoom_asked = pyqtSignal(int)
    """A slot."""
    save_asked = pyqtSignal()
    output_chosen = pyqtSignal(str)

    def __init__(self, title: str, captions: Sequence[str], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("contact_sheet")
        self.setWindowTitle(tr("Contact sheet: {title}").format(title=title))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.pictures_list = PictureList("sheet_list")
        self.output_combo: QComboBox = roomy_combo("sheet_output_combo")
        self.size_slider = make_size_slider("sheet_size_slider")
        self.note = quiet_label()
        self.add_button = _button(tr("Add to map"), "sheet_add_button")
        self.zoom_button = _button(tr("Zoom there"), "sheet_zoom_button")
        self.save_button = _button(tr("Save as…"), "sheet_save_button")
        self._build()
        self._connect()
        self.pictures_list.show_captions(captions)
        self.size_slider.setValue(USUAL_PX)
        self._allow()

    def _build(self) -> None:
        top, foot = QHBoxLayout(), QHBoxLayout()
        self._output_label = QLabel(tr("Output"))
        self._output_label.setBuddy(self.output_combo)
        top.addWidget(self._output_label)
        top.addWidget(self.output_combo)
        top.addStretch(1)
        top.addWidget(self.size_slider)
        foot.addWidget(self.note, 1)
        for button in (self.zoom_button, self.add_button, self.save_button):
            foot.addWidget(button)
        layout = QVBoxLayout(self)
        layout.addLayout(top)
        layout.addWidget(self.pictures_list, 1)
        layout.addLayout(foot)
        self.resize(760, 620)

    def _connect(self) -> None:
        self.size_slider.valueChanged.connect(self.pictures_list.show_size)
        self.output_combo.currentIndexChanged.connect(lambda _row: self.output_chosen.emit(self.output))
        self.pictures_list.itemSelectionChanged.connect(self._allow)
        self.pictures_list.itemActivated.connect(lambda item: self.add_asked.emit([self.pictures_list.row(item)]))
        self.add_button.clicked.connect(lambda: self.add_asked.emit(self.selected()))
        self.zoom_button.clicked.connect(lambda: self.zoom_asked.emit(self.selected()[0]))
        self.save_button.clicked.connect(self.save_asked)

    @property
    def output(self) -> str:
        """The output that is shown."""
        return self.output_combo.currentData() or ""

    def offer_outputs(self, identifiers: Sequence[str]) -> None:
        """Let the user choose among several outputs."""
        self.output_combo.blockSignals(True)
        for identifier in identifiers:
            self.output_combo.addItem(identifier, identifier)
        self.output_combo.blockSignals(False)
        for widget in (self.output_combo, self._output_label):
            widget.setVisible(len(identifiers) > 1)

    def show_picture(self, slot: int, picture: QImage) -> None:
        """The picture of a slot."""
        self.pictures_list.show_picture(slot, picture)

    def selected(self) -> List[int]:
        """Selected slots in their order."""
        return self.pictures_list.chosen()

    def cells(self) -> List[SheetCell]:
        """What is shown."""
        return self.pictures_list.cells()

    def columns(self) -> int:
        """Pictures in a row, as they are shown now."""
        return self.pictures_list.columns()

    def _allow(self) -> None:
        count = len(self.pictures_list.selectedItems())
        reason = "" if count else tr("Select a picture first.")
        self.add_button.setEnabled(count > 0)
        self.zoom_button.setEnabled(count == 1)
        self.add_button.setToolTip(reason)
        self.zoom_button.setToolTip("" if count == 1 else tr("Select one picture first."))


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button

