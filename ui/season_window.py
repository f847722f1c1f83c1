"""The window of a season: parcels on the left; classes, chips and series of the chosen ones on the right."""

from __future__ import annotations

from typing import List, Optional

from qgis.PyQt.QtCore import Qt, QTimer
from qgis.PyQt.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.ui.chips_page import ChipsPage
from sentinel_workbench.ui.classes_page import ClassesPage
from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.parcel_list import ParcelList
from sentinel_workbench.ui.series_page import SeriesPage
from sentinel_workbench.ui.translation import tr

_WIDTH_PX, _HEIGHT_PX, _LIST_PX, _LEAST_LIST_PX = 920, 660, 200, 160
_NOTES_PX = 84
_PATIENCE_MS = 250
"""What is over sooner needs no bar that flickers."""


class SeasonWindow(QDialog):
    """Shows and reports; stays beside the map while one works there."""

    def __init__(self, title: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("season_window")
        self.setWindowTitle(tr("Season: {title}").format(title=title))
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint, True)
        self.parcels = ParcelList()
        self.classes, self.chips, self.series = ClassesPage(), ChipsPage(), SeriesPage()
        self.tabs = QTabWidget()
        self.tabs.setObjectName("season_tabs")
        self.tabs.addTab(self.classes, tr("Classes"))
        self.tabs.addTab(self.chips, tr("Chips"))
        self.tabs.addTab(self.series, tr("Series"))
        self.date_label = QLabel()
        self.date_label.setObjectName("season_date_label")
        self.date_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.date_label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._make_foot()
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(_PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._show_bar(True))
        self._build()
        self.notes_button.toggled.connect(self.notes_list.setVisible)
        self.show_notes([])
        self.show_busy(False)

    def _make_foot(self) -> None:
        self.note = quiet_label()
        self.note.setObjectName("season_note")
        self.notes_button = QPushButton()
        self.notes_button.setObjectName("season_notes_button")
        self.notes_button.setCheckable(True)
        self.notes_button.setAutoDefault(False)
        self.notes_button.setToolTip(tr("What is missing, and what the source says"))
        self.notes_list = QListWidget()
        self.notes_list.setObjectName("season_notes")
        self.notes_list.setAccessibleName(tr("What is missing, and what the source says"))
        self.notes_list.setMaximumHeight(_NOTES_PX)
        self.notes_list.setWordWrap(True)
        self.bar = QProgressBar()
        self.bar.setObjectName("season_bar")
        self.bar.setRange(0, 100)
        self.bar.setFixedWidth(150)
        self.cancel_button = QPushButton(tr("Cancel"))
        self.cancel_button.setObjectName("season_cancel_button")
        self.cancel_button.setAutoDefault(False)

    def _build(self) -> None:
        foot = QHBoxLayout()
        foot.addWidget(self.note, 1)
        for widget in (self.bar, self.cancel_button, self.notes_button):
            foot.addWidget(widget)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.tabs, 1)
        column.addWidget(self.date_label)
        split = QSplitter()
        self.parcels.setMinimumWidth(_LEAST_LIST_PX)
        split.addWidget(self.parcels)
        split.addWidget(right)
        split.setStretchFactor(1, 1)
        split.setSizes([_LIST_PX, _WIDTH_PX - _LIST_PX])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.addWidget(split, 1)
        layout.addWidget(self.notes_list)
        layout.addLayout(foot)
        self.resize(_WIDTH_PX, _HEIGHT_PX)

    def show_notes(self, notes: List[str]) -> None:
        """Sentences one may look at; nothing is seen where there is none."""
        self.notes_list.clear()
        self.notes_list.addItems(notes)
        self.notes_button.setText(tr("Notes ({count})").format(count=len(notes)))
        self.notes_button.setVisible(bool(notes))
        self.notes_list.setVisible(bool(notes) and self.notes_button.isChecked())

    def show_busy(self, busy: bool) -> None:
        """With a bar and Cancel while something runs for long; what would begin something else waits."""
        self.bar.setValue(0)
        if busy:
            self._patience.start()
        else:
            self._patience.stop()
            self._show_bar(False)
        for button in (self.chips.fetch_button, self.series.choice.measure_button):
            button.setEnabled(not busy)

    def _show_bar(self, shown: bool) -> None:
        for widget in (self.bar, self.cancel_button):
            widget.setVisible(shown)

    def show_progress(self, fraction: float, text: str) -> None:
        """How far what runs is."""
        self.bar.setValue(int(100 * min(max(fraction, 0.0), 1.0)))
        if text:
            self.note.setText(text)
