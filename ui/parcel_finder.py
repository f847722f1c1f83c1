"""The box that finds parcels at a CbM server: which server, area and year, and ways to say which parcels."""

from __future__ import annotations

from typing import Optional, Sequence, Tuple

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import (
    QComboBox,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.cbm.client import SERIES_KINDS
from sentinel_workbench.ui.form_rows import FormGrid, beside, quiet_label, roomy_combo
from sentinel_workbench.ui.translation import tr

_LEAST_COMBO_PX = 72
"""Three of them, a label and a button have room in a narrow dock."""


class ParcelFinder(QWidget):
    """Widgets and what the user did with them; a controller decides."""

    shown = pyqtSignal()
    """The user looks: a server may be asked for its areas now."""
    server_chosen = pyqtSignal()
    area_changed = pyqtSignal()
    table_changed = pyqtSignal()
    """Area, year or type."""
    id_asked = pyqtSignal(str)
    series_asked = pyqtSignal(str)
    background_asked = pyqtSignal(str)

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("parcel_finder")
        self._make_server_row()
        self._make_table_row()
        self._make_ways()
        self._make_actions()
        self._build()
        self.show_busy(None)
        self.show_message("")
        self.show_parcel("")

    def _make_server_row(self) -> None:
        self.server_combo = roomy_combo("cbm_server_combo")
        self.edit_button = QPushButton(tr("Edit…"))
        self.edit_button.setObjectName("cbm_servers_button")
        self.edit_button.setToolTip(tr("Add, change or test CbM servers"))
        self.hub_button = QPushButton(tr("Start the local hub"))
        self.hub_button.setObjectName("cbm_start_hub_button")
        self.hub_button.setToolTip(tr("It is a CbM server on this computer, with demo parcels and images; no account "
                                      "is needed."))
        self.server_note = quiet_label()
        self.server_note.setObjectName("cbm_server_note")

    def _make_table_row(self) -> None:
        self.area_combo = _typed_combo("cbm_area_combo", tr("area"), 6)
        self.area_combo.setToolTip(tr("Area of interest as the server names it, such as nl"))
        self.year_combo = _typed_combo("cbm_year_combo", tr("year"), 5)
        self.year_combo.setToolTip(tr("Year of the parcels"))
        self.type_combo = _typed_combo("cbm_type_combo", tr("type"), 4)
        self.type_combo.setToolTip(tr("Type of the parcels, where an area has several tables a year; else empty"))
        self.ask_button = QToolButton()
        self.ask_button.setObjectName("cbm_ask_button")
        self.ask_button.setIcon(QgsApplication.getThemeIcon("mActionRefresh.svg"))
        self.ask_button.setToolTip(tr("Ask the server for its areas and years"))

    def _make_ways(self) -> None:
        self.pick_button = _button(tr("Pi&ck"), "pick_parcel_button", tr(
            "Click on the map; each click adds the parcel there. Esc or a right click ends."))
        self.pick_button.setCheckable(True)
        self.polygon_button = _button(tr("In a pol&ygon"), "parcels_polygon_button", tr(
            "Draw a polygon on the map: click for each corner, right-click to end, Esc to begin anew. Adds the parcels "
            "that meet it, 100 at most."))
        self.polygon_button.setCheckable(True)
        self.view_button = _button(tr("In map &view"), "parcels_view_button", tr(
            "Adds the parcels the map shows, 100 at most."))
        self.id_edit = QLineEdit()
        self.id_edit.setObjectName("cbm_parcel_id_edit")
        self.id_edit.setPlaceholderText(tr("id of a parcel"))
        self.id_button = _button(tr("Add"), "cbm_parcel_id_button", tr("Add the parcel of this id to the map"))
        self.bar = QProgressBar()
        self.bar.setObjectName("finder_bar")
        self.bar.setRange(0, 100)
        self.stop_button = _button(tr("Cancel"), "finder_stop_button", "")
        self.message = QLabel()
        self.message.setObjectName("finder_message")
        self.message.setWordWrap(True)

    def _make_actions(self) -> None:
        self.parcel_label = QLabel()
        self.parcel_label.setObjectName("finder_parcel_label")
        self.parcel_label.setWordWrap(True)
        self.peers_button = _button(tr("Peers…"), "peers_button", tr(
            "Parcels near the selected one with the same crop, as a layer"))
        self.series_button = _menu_button(tr("Time series"), "server_series_button", tr(
            "What the server measured over the selected parcel, date by date"))
        self.background_button = _menu_button(tr("Background"), "background_button", tr(
            "A map around the selected parcel, from the server, as a layer"))
        self.chips_button = _button(tr("Chips here…"), "place_chips_button", tr(
            "Small Sentinel-2 or Sentinel-1 images around the selected parcel, or around any place, as a group that "
            "follows the time"))
        titles = (tr("Sentinel-2 bands"), tr("Sentinel-1 backscatter"), tr("Sentinel-1 coherence"),
                  tr("Scene classes"))
        for kind, title in zip(SERIES_KINDS, titles):
            self.series_button.menu().addAction(title).setData(kind)

    def _build(self) -> None:
        grid = FormGrid()
        grid.add_field(tr("Se&rver"), beside(self.server_combo, self.edit_button), self.server_combo)
        grid.add_note(self.server_note)
        grid.add_note(self.hub_button)
        table = beside(self.area_combo, self.year_combo, self.type_combo, self.ask_button)
        grid.add_field(tr("&Area"), table, self.area_combo)
        grid.add_field(tr("Find"), beside(self.pick_button, self.polygon_button, self.view_button, stretch=-1),
                       self.pick_button)
        grid.add_field(tr("By i&d"), beside(self.id_edit, self.id_button), self.id_edit)
        self._working = beside(self.bar, self.stop_button)
        grid.add_wide(self._working)
        grid.add_wide(self.message)
        grid.add_field(tr("Parcel"), self.parcel_label)
        grid.add_note(beside(self.peers_button, self.series_button, stretch=-1))
        grid.add_note(beside(self.background_button, self.chips_button, stretch=-1))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(grid)
        self._connect()

    def _connect(self) -> None:
        self.server_combo.activated.connect(lambda _index: self.server_chosen.emit())
        self.area_combo.currentTextChanged.connect(lambda _text: self.area_changed.emit())
        for combo in (self.area_combo, self.year_combo, self.type_combo):
            combo.currentTextChanged.connect(lambda _text: self.table_changed.emit())
        for way in (self.id_button.clicked, self.id_edit.returnPressed):
            way.connect(lambda *_: self.id_asked.emit(self.id_edit.text().strip()))
        self.series_button.menu().triggered.connect(lambda action: self.series_asked.emit(action.data()))
        self.background_button.menu().triggered.connect(lambda action: self.background_asked.emit(action.data()))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    @property
    def table_texts(self) -> Tuple[str, str, str]:
        """Area, year and type as they stand."""
        combos = (self.area_combo, self.year_combo, self.type_combo)
        return tuple(combo.currentText().strip() for combo in combos)  # type: ignore[return-value]

    def show_servers(self, names: Sequence[str], current: str, note: str, offer_hub: bool) -> None:
        """Fill the servers without telling of a choice; ``offer_hub`` shows a way to have one at once."""
        _fill(self.server_combo, names, current)
        self.server_note.setText(note)
        self.server_note.setVisible(bool(note))
        self.hub_button.setVisible(offer_hub)

    def show_choices(self, combo: QComboBox, choices: Sequence[str], current: str) -> None:
        """Fill one of the table's combo boxes without telling; what is typed there stays possible."""
        _fill(combo, choices, current)

    def show_backgrounds(self, names: Sequence[str]) -> None:
        """Fill the menu of backgrounds."""
        menu = self.background_button.menu()
        menu.clear()
        for name in names:
            menu.addAction(name).setData(name)

    def show_series(self, kinds: Sequence[str]) -> None:
        """Offer the kinds of time series the server has; all when it does not tell."""
        for action in self.series_button.menu().actions():
            action.setEnabled(not kinds or action.data() in kinds)

    def show_busy(self, fraction: Optional[float], text: str = "") -> None:
        """How far the work is; None hides the bar and gives the buttons back."""
        busy = fraction is not None
        self._working.setVisible(busy)
        for button in (self.view_button, self.id_button, self.chips_button, self.ask_button):
            button.setEnabled(not busy)
        self._busy = busy
        self._fit_actions()
        if fraction is not None:
            self.bar.setValue(int(100 * fraction))
            self.bar.setFormat(text)
            self.bar.setToolTip(text)

    def show_message(self, text: str, is_error: bool = False) -> None:
        """What came of it; empty hides it."""
        self.message.setText(("⚠ " if is_error else "") + text if text else "")
        self.message.setVisible(bool(text))

    def show_parcel(self, text: str) -> None:
        """The selected parcel; empty when there is none."""
        self._has_parcel = bool(text)
        self.parcel_label.setText(text or tr("Select one parcel to ask the server for more."))
        self._fit_actions()

    def _fit_actions(self) -> None:
        usable = getattr(self, "_has_parcel", False) and not self._busy
        for button in (self.peers_button, self.series_button, self.background_button):
            button.setEnabled(usable)


def _fill(combo: QComboBox, choices: Sequence[str], current: str) -> None:
    blocked = combo.blockSignals(True)
    combo.clear()
    combo.addItems(list(choices))
    if combo.isEditable():
        combo.setEditText(current)
    else:
        combo.setCurrentIndex(combo.findText(current))
    combo.blockSignals(blocked)


def _typed_combo(name: str, hint: str, letters: int) -> QComboBox:
    combo = QComboBox()
    combo.setObjectName(name)
    combo.setEditable(True)
    combo.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(letters)
    combo.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    combo.setMinimumWidth(_LEAST_COMBO_PX)
    combo.lineEdit().setPlaceholderText(hint)
    return combo


def _button(text: str, name: str, tip: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    return button


def _menu_button(text: str, name: str, tip: str) -> QPushButton:
    button = _button(text, name, tip)
    button.setMenu(QMenu(button))
    return button
