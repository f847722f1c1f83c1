"""Above the tabs: which connection, how it is, and the way to change it; the first-run banner."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QProgressBar,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.ui.backend import ConnectionStatus
from sentinel_workbench.ui.form_rows import quiet_label, roomy_combo
from sentinel_workbench.ui.status_light import StatusLight
from sentinel_workbench.ui.translation import tr

_LONGEST_MESSAGE = 240
"""Characters; the whole message is in the tool tip."""


class ConnectionBar(QWidget):
    """Picker, light and the button to the connections dialog."""

    chosen = pyqtSignal(str)
    edit_asked = pyqtSignal()
    start_asked = pyqtSignal()
    open_asked = pyqtSignal()
    forget_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        label = QLabel(tr("Connectio&n"))
        self.combo = roomy_combo("connection_combo")
        label.setBuddy(self.combo)
        self.light = StatusLight()
        self.edit_button = QToolButton()
        self.edit_button.setObjectName("connections_button")
        self.edit_button.setText(tr("Edit…"))
        self.edit_button.setToolTip(tr("Add, change or test connections"))
        self.edit_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        menu = QMenu(self.edit_button)
        self.hub_action = menu.addAction(tr("Start the local hub"))
        self.open_action = menu.addAction(tr("Open data (STAC)…"))
        self.forget_action = menu.addAction(tr("Forget these open data"))
        self.edit_button.setMenu(menu)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(label)
        layout.addWidget(self.combo, 1)
        layout.addWidget(self.light)
        layout.addWidget(self.edit_button)
        self.combo.activated.connect(lambda index: self.chosen.emit(self.combo.itemText(index)))
        self.edit_button.clicked.connect(self.edit_asked)
        self.hub_action.triggered.connect(lambda: self.start_asked.emit())
        self.open_action.triggered.connect(lambda: self.open_asked.emit())
        self.forget_action.triggered.connect(lambda: self.forget_asked.emit())

    def show_connections(self, names: Sequence[str], current: Optional[str]) -> None:
        """Fill the picker."""
        self.combo.clear()
        self.combo.addItems(list(names) or [tr("none yet")])
        self.combo.setEnabled(bool(names))
        self.combo.setToolTip(current or "")
        self.combo.setCurrentIndex(names.index(current) if current in names else 0 if not names else -1)

    def offer_hub(self, possible: bool) -> None:
        """Whether the local hub can be started from the menu."""
        self.hub_action.setEnabled(possible)

    def offer_forgetting(self, possible: bool) -> None:
        """Whether the current connection is to open data, which the dialog of connections does not list."""
        self.forget_action.setEnabled(possible)

    def show_status(self, status: ConnectionStatus) -> None:
        """Colour and reason of the light."""
        self.light.show_status(status)


class FirstRunBanner(QFrame):
    """Ways to begin; shown while there is no connection."""

    start_asked = pyqtSignal()
    connect_asked = pyqtSignal()
    open_asked = pyqtSignal()
    cancel_asked = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("first_run_banner")
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.start_button = _wide_button(tr("Start local hub"), "start_hub_button")
        self.connect_button = _wide_button(tr("Connect…"), "connect_button")
        self.open_button = _wide_button(tr("Open data…"), "open_data_button")
        self.cancel_button = _wide_button(tr("Cancel"), "cancel_hub_button")
        self.progress = QProgressBar()
        self.progress.setRange(0, 100)
        self.message = quiet_label()
        self.message.setObjectName("hub_message")
        self._build()
        self.show_idle()
        self.start_button.clicked.connect(self.start_asked)
        self.connect_button.clicked.connect(self.connect_asked)
        self.open_button.clicked.connect(self.open_asked)
        self.cancel_button.clicked.connect(self.cancel_asked)

    def _build(self) -> None:
        layout = QVBoxLayout(self)
        layout.setSpacing(6)
        for sentence, button in (
            (tr("Try it now with the local hub on this computer: no account, no internet."), self.start_button),
            (tr("I have a Sentinel Hub or Copernicus account."), self.connect_button),
            (tr("Images of open archives, made on this computer: no account."), self.open_button),
        ):
            row = QHBoxLayout()
            text = QLabel(sentence)
            text.setWordWrap(True)
            row.addWidget(text, 1)
            row.addWidget(button)
            layout.addLayout(row)
        running = QHBoxLayout()
        running.addWidget(self.progress, 1)
        running.addWidget(self.cancel_button)
        layout.addLayout(running)
        layout.addWidget(self.message)

    def show_idle(self, message: str = "") -> None:
        """All ways open; ``message`` says why the last try failed."""
        self._set_running(False)
        self._say(message)

    def show_progress(self, fraction: float, message: str) -> None:
        """The local hub is being made ready."""
        self._set_running(True)
        self.progress.setValue(int(100 * fraction))
        self._say(message)

    def _set_running(self, running: bool) -> None:
        self.progress.setVisible(running)
        self.cancel_button.setVisible(running)
        self.start_button.setEnabled(not running)
        self.connect_button.setEnabled(not running)
        self.open_button.setEnabled(not running)

    def _say(self, message: str) -> None:
        short = message if len(message) <= _LONGEST_MESSAGE else message[:_LONGEST_MESSAGE] + "…"
        self.message.setText(short)
        self.message.setToolTip(message)
        self.message.setVisible(bool(message))


def _wide_button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setMinimumWidth(120)
    return button
