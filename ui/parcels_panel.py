"""The Parcels tab: the form, and below it what it will take, what runs, and what came of it."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtGui import QShowEvent
from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.parcels_form import ParcelsForm
from sentinel_workbench.ui.translation import tr


class ParcelsPanel(QWidget):
    """``shown`` tells when the user looks, for no layer is read and nobody is asked before."""

    shown = pyqtSignal()
    look_asked = pyqtSignal()
    stop_asked = pyqtSignal()
    window_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.form = ParcelsForm()
        self._possible = False
        self.estimate = quiet_label()
        self.estimate.setObjectName("season_estimate")
        self.message = QLabel()
        self.message.setObjectName("parcels_message")
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.bar = QProgressBar()
        self.bar.setObjectName("look_bar")
        self.bar.setRange(0, 100)
        self.stop_button = QPushButton(tr("Cancel"))
        self.stop_button.setObjectName("stop_look_button")
        self.window_button = QPushButton(tr("S&how season"))
        self.window_button.setObjectName("show_season_button")
        self.window_button.setToolTip(tr("Open the window of the last season again."))
        self.look_button = QPushButton(tr("&Look"))
        self.look_button.setObjectName("look_button")
        self.look_button.setMinimumSize(110, 32)
        font = self.look_button.font()
        font.setBold(True)
        self.look_button.setFont(font)
        self._build()
        self.look_button.clicked.connect(self.look_asked)
        self.stop_button.clicked.connect(self.stop_asked)
        self.window_button.clicked.connect(self.window_asked)
        self.window_button.hide()
        self.show_progress(None)
        self.show_message("")

    def _build(self) -> None:
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        working = QHBoxLayout()
        working.addWidget(self.bar, 1)
        working.addWidget(self.stop_button)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.window_button)
        buttons.addWidget(self.look_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(6, 8, 6, 6)
        layout.addWidget(self.form, 1)
        layout.addWidget(line)
        layout.addWidget(self.estimate)
        layout.addLayout(working)
        layout.addWidget(self.message)
        layout.addLayout(buttons)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def show_plan(self, estimate: str, reason: str) -> None:
        """What a look will take, or why there can be none yet."""
        self.estimate.setText(reason or estimate)
        self.estimate.setVisible(bool(reason or estimate))
        self.look_button.setToolTip(reason)
        self._possible = not reason
        self.look_button.setEnabled(self._possible and self.bar.isHidden())

    def show_progress(self, fraction: Optional[float], message: str = "") -> None:
        """How far the look is; None hides the bar."""
        for widget in (self.bar, self.stop_button):
            widget.setVisible(fraction is not None)
        self.look_button.setEnabled(fraction is None and self._possible)
        if fraction is not None:
            self.bar.setValue(int(100 * fraction))
            self.bar.setFormat(message)
            self.bar.setToolTip(message)

    def show_message(self, text: str) -> None:
        """What came of the last look; empty hides it."""
        self.message.setText(text)
        self.message.setVisible(bool(text))
