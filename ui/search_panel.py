"""The Search tab: the search on one page, what it found on another; what runs is always in sight below."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.ui.search_form import SearchForm
from sentinel_workbench.ui.search_results import ResultsPane
from sentinel_workbench.ui.translation import tr


class SearchPanel(QWidget):
    """Two pages and the line below them; ``shown`` tells when the user looks, for nothing is asked before."""

    shown = pyqtSignal()
    search_asked = pyqtSignal()
    stop_asked = pyqtSignal()
    results_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.form, self.results = SearchForm(), ResultsPane()
        self.message = QLabel()
        self.message.setObjectName("search_message")
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.search_button = QPushButton(tr("&Search"))
        self.search_button.setObjectName("search_button")
        self.search_button.setMinimumSize(110, 32)
        font = self.search_button.font()
        font.setBold(True)
        self.search_button.setFont(font)
        self.results_button = QPushButton(tr("R&esults ›"))
        self.results_button.setObjectName("show_results_button")
        self.results_button.hide()
        self.bar = QProgressBar()
        self.bar.setObjectName("search_bar")
        self.bar.setRange(0, 100)
        self.stop_button = QPushButton(tr("S&top"))
        self.stop_button.setObjectName("search_stop_button")
        self._build()
        self._connect()
        self.show_progress(None)
        self.show_message("")

    def _build(self) -> None:
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.results_button)
        buttons.addWidget(self.search_button)
        search_page = QWidget()
        page = QVBoxLayout(search_page)
        page.setContentsMargins(0, 0, 0, 0)
        page.addWidget(self.form, 1)
        page.addWidget(line)
        page.addLayout(buttons)
        self.pages = QStackedWidget()
        self.pages.addWidget(search_page)
        self.pages.addWidget(self.results)
        working = QHBoxLayout()
        working.addWidget(self.bar, 1)
        working.addWidget(self.stop_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 6, 6)
        layout.addWidget(self.pages, 1)
        layout.addLayout(working)
        layout.addWidget(self.message)

    def _connect(self) -> None:
        self.search_button.clicked.connect(self.search_asked)
        self.results_button.clicked.connect(self.results_asked)
        self.stop_button.clicked.connect(self.stop_asked)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def show_results(self, shown: bool) -> None:
        """The page of results, or that of the search."""
        self.pages.setCurrentIndex(1 if shown else 0)
        (self.results.view if shown else self.search_button).setFocus()

    def offer_results(self, offered: bool) -> None:
        """Whether there are results to go back to."""
        self.results_button.setVisible(offered)

    def show_progress(self, fraction: Optional[float], message: str = "") -> None:
        """How far the work is; None hides the bar."""
        for widget in (self.bar, self.stop_button):
            widget.setVisible(fraction is not None)
        self.search_button.setEnabled(fraction is None)
        if fraction is not None:
            self.bar.setValue(int(100 * fraction))
            self.bar.setFormat(message)

    def show_message(self, text: str) -> None:
        """What went wrong, or is missing; empty hides it."""
        self.message.setText(text)
        self.message.setVisible(bool(text))
