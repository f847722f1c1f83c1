"""A Process API request as text: edited by hand or pasted, checked while typing, sent as it is."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import QTimer
from qgis.PyQt.QtGui import QFontDatabase
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.services.ordertext import read_order
from sentinel_workbench.core.services.plan import plan_order
from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.plan_texts import cost_text, size_text
from sentinel_workbench.ui.translation import tr

_SETTLE_MS = 250


class RequestDialog(QDialog):
    """``to_form`` is True when the user wants the form filled, not the request sent; ``why_not`` forbids to send."""

    def __init__(self, text: str, parent: Optional[QWidget] = None, note: str = "", why_not: str = "") -> None:
        super().__init__(parent)
        self._why_not = why_not
        self.setObjectName("request_dialog")
        self.setWindowTitle(tr("Process API request"))
        self.resize(720, 600)
        self.to_form = False
        self.order: Optional[ImageOrder] = None
        self.editor = QPlainTextEdit()
        self.editor.setObjectName("request_editor")
        self.editor.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.editor.setTabChangesFocus(True)
        self.verdict = QLabel()
        self.verdict.setObjectName("request_verdict")
        self.verdict.setWordWrap(True)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.send_button: QPushButton = self.buttons.button(standard.Ok)
        self.send_button.setText(tr("&Send as it is"))
        self.form_button = self.buttons.addButton(tr("&Fill the form"), QDialogButtonBox.ButtonRole.ActionRole)
        self.form_button.setObjectName("fill_form_button")
        self._build(note)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.check)
        self.editor.textChanged.connect(self._settle.start)
        self.buttons.accepted.connect(self._send)
        self.buttons.rejected.connect(self.reject)
        self.form_button.clicked.connect(self._fill)
        self.editor.setPlainText(text)
        self.check()

    def _build(self, note: str) -> None:
        label = QLabel(tr("&JSON, a curl command, or Python code for the sentinelhub library:"))
        label.setBuddy(self.editor)
        layout = QVBoxLayout(self)
        if note:
            layout.addWidget(quiet_label(note))
        layout.addWidget(label)
        layout.addWidget(self.editor, 1)
        layout.addWidget(self.verdict)
        layout.addWidget(self.buttons)

    def check(self) -> None:
        """Say what the text asks for, or what is wrong with it."""
        self._settle.stop()
        self.order = None
        try:
            order = read_order(self.editor.toPlainText())
            plan = plan_order(order)
        except InvalidInput as problem:
            self.verdict.setText(str(problem))
        else:
            self.order = order
            cost = cost_text([plan]).replace("\n", ", ")
            words = (size_text(order.grid, [plan]), cost, *plan.warnings, self._why_not)
            self.verdict.setText("\n".join(filter(None, words)))
        self.send_button.setEnabled(self.order is not None and not self._why_not)
        self.send_button.setToolTip(self._why_not)
        self.form_button.setEnabled(self.order is not None)

    def _send(self) -> None:
        self.check()
        if self.send_button.isEnabled():
            self.accept()

    def _fill(self) -> None:
        self.check()
        if self.order is not None:
            self.to_form = True
            self.accept()
