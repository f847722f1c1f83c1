"""A list of saved things on the left, the chosen one's fields on the right: added, changed, tested, removed."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.PyQt.QtCore import QSize, Qt, pyqtSignal
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

from sentinel_workbench.ui.backend import ConnectionStatus, Light
from sentinel_workbench.ui.status_light import StatusLight
from sentinel_workbench.ui.translation import tr

_VERDICT_LINES = 3


class EntriesDialog(QDialog):
    """Reports; its controller decides.

    Args:
        kind: what one entry is, for the names of the widgets, such as ``connection``.
        form: the fields of an entry.
        test_text: of the button that tries an entry.
        size: of the window.
    """

    selected = pyqtSignal(str)
    add_asked = pyqtSignal()
    remove_asked = pyqtSignal()
    save_asked = pyqtSignal()
    test_asked = pyqtSignal()

    def __init__(
        self, kind: str, form: QWidget, test_text: str, size: QSize, parent: Optional[QWidget] = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName(f"{kind}s_dialog")
        self.resize(size)
        self.list = QListWidget()
        self.list.setObjectName(f"{kind}s_list")
        self.list.setFixedWidth(220)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.add_button = _button(tr("&Add"), f"add_{kind}_button")
        self.remove_button = _button(tr("Re&move"), f"remove_{kind}_button")
        self.test_button = _button(test_text, f"test_{kind}_button")
        self.save_button = _button(tr("&Save and use"), f"save_{kind}_button")
        self.save_button.setDefault(True)
        self.light = StatusLight()
        self.verdict = QLabel()
        self.verdict.setObjectName(f"{kind}_verdict")
        self.verdict.setWordWrap(True)
        self.verdict.setMinimumHeight(_VERDICT_LINES * self.verdict.fontMetrics().lineSpacing())
        self.verdict.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out(form)
        self._tell()

    def _lay_out(self, form: QWidget) -> None:
        edit_row = QHBoxLayout()
        edit_row.addWidget(self.add_button)
        edit_row.addWidget(self.remove_button)
        left = QVBoxLayout()
        left.addWidget(self.list, 1)
        left.addLayout(edit_row)
        test_row = QHBoxLayout()
        test_row.setSpacing(8)
        test_row.addWidget(self.test_button, 0, Qt.AlignmentFlag.AlignTop)
        test_row.addWidget(self.light, 0, Qt.AlignmentFlag.AlignTop)
        test_row.addWidget(self.verdict, 1)
        self.light.setContentsMargins(0, 6, 0, 0)
        right = QVBoxLayout()
        right.addWidget(form, 1)
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

    def _tell(self) -> None:
        self.list.currentTextChanged.connect(self.selected)
        self.add_button.clicked.connect(self.add_asked)
        self.remove_button.clicked.connect(self.remove_asked)
        self.test_button.clicked.connect(self.test_asked)
        self.save_button.clicked.connect(self.save_asked)
        self.buttons.rejected.connect(self.reject)

    def show_names(self, names: Sequence[str], current: Optional[str]) -> None:
        """Fill the list without telling of a selection."""
        self.list.blockSignals(True)
        self.list.clear()
        self.list.addItems(list(names))
        self.list.setCurrentRow(list(names).index(current) if current in names else -1)
        self.list.blockSignals(False)

    def show_verdict(self, light: Light, text: str) -> None:
        """Outcome of a test or of saving."""
        self.light.show_status(ConnectionStatus(light, text))
        self.light.setVisible(bool(text))
        self.verdict.setText(text)


def _button(text: str, name: str) -> QPushButton:
    button = QPushButton(text)
    button.setObjectName(name)
    button.setAutoDefault(False)
    return button
