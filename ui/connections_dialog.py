"""All connections: add, change, test, remove."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.PyQt.QtCore import Qt, pyqtSignal
from qgis.PyQt.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.core.hub.deployments import Deployment
from sentinel_workbench.ui.backend import ConnectionStatus, Light
from sentinel_workbench.ui.connection_form import ConnectionForm
from sentinel_workbench.ui.status_light import StatusLight
from sentinel_workbench.ui.translation import tr


class ConnectionsDialog(QDialog):
    """A list on the left, the chosen one's fields on the right. Reports; its controller decides."""

    selected = pyqtSignal(str)
    add_asked = pyqtSignal()
    remove_asked = pyqtSignal()
    save_asked = pyqtSignal()
    test_asked = pyqtSignal()

    def __init__(self, deployments: Sequence[Deployment], parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("connections_dialog")
        self.setWindowTitle(tr("Connections"))
        self.resize(760, 470)
        self.list = QListWidget()
        self.list.setObjectName("connections_list")
        self.list.setFixedWidth(210)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.form = ConnectionForm(deployments)
        self.add_button = _button(tr("&Add"), "add_connection_button")
        self.remove_button = _button(tr("Re&move"), "remove_connection_button")
        self.test_button = _button(tr("T&est connection"), "test_button")
        self.save_button = _button(tr("&Save and use"), "save_connection_button")
        self.save_button.setDefault(True)
        self.light = StatusLight()
        self.verdict = QLabel()
        self.verdict.setObjectName("test_verdict")
        self.verdict.setWordWrap(True)
        self.verdict.setMinimumHeight(54)
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._build()
        self._connect()

    def _build(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        edit_row = QHBoxLayout()
        edit_row.addWidget(self.add_button)
        edit_row.addWidget(self.remove_button)
        left.addLayout(edit_row)
        test_row = QHBoxLayout()
        test_row.setSpacing(8)
        test_row.addWidget(self.test_button, 0, Qt.AlignmentFlag.AlignTop)
        test_row.addWidget(self.light, 0, Qt.AlignmentFlag.AlignTop)
        test_row.addWidget(self.verdict, 1)
        self.light.setContentsMargins(0, 6, 0, 0)
        right = QVBoxLayout()
        right.addWidget(self.form, 1)
        right.addLayout(test_row)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addLayout(left)
        top.addLayout(right, 1)
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setAutoDefault(False)
        self.buttons.addButton(self.save_button, QDialogButtonBox.ButtonRole.ActionRole)
        layout = QVBoxLayout(self)
        layout.addLayout(top, 1)
        layout.addWidget(line)
        layout.addWidget(self.buttons)

    def _connect(self) -> None:
        self.list.currentTextChanged.connect(self.selected)
        self.add_button.clicked.connect(self.add_asked)
        self.remove_button.clicked.connect(self.remove_asked)
        self.test_button.clicked.connect(self.test_asked)
        self.save_button.clicked.connect(self.save_asked)
        self.buttons.rejected.connect(self.reject)

    def show_connections(self, names: Sequence[str], current: Optional[str]) -> None:
        """Fill the list without telling of a selection."""
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems(list(names))
        if current in names:
            self.list.setCurrentRow(list(names).index(current))
        else:
            self.list.setCurrentRow(-1)
        self.list.blockSignals(False)

    def show_verdict(self, light: Light, text: str) -> None:
        """Outcome of a test or of saving."""
        self.light.show_status(ConnectionStatus(light, text))
        self.light.setVisible(bool(text))
        self.verdict.setText(text)

    def show_testing(self, running: bool) -> None:
        """The test button becomes the way to stop."""
        self.test_button.setText(tr("Stop t&est") if running else tr("T&est connection"))


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
