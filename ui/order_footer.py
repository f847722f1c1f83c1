"""The foot of the Imagery tab: what the order costs, a quick look, and Get."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import (
    QAction,
    QFrame,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.translation import tr

_HEIGHT_PX = 32


class OrderFooter(QWidget):
    """Always in sight below the form."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.cost_label = QLabel()
        self.cost_label.setObjectName("cost_label")
        self.cost_label.setWordWrap(True)
        self.order_button = _tool("⋯", tr("Copy, paste or edit the request"), "order_button")
        self.order_button.setAccessibleName(tr("Copy, paste or edit the request"))
        self.order_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.preview_button = _tool(tr("Pre&view"), "", "preview_button")
        self.preview_button.setPopupMode(QToolButton.ToolButtonPopupMode.MenuButtonPopup)
        self.follow_action = QAction(tr("Follow the map"), self)
        self.follow_action.setObjectName("follow_map_action")
        self.follow_action.setCheckable(True)
        self.follow_action.setToolTip(tr("A new preview whenever the map was moved."))
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        menu.addAction(self.follow_action)
        self.preview_button.setMenu(menu)
        self.preview_label = quiet_label()
        self.preview_label.setObjectName("preview_label")
        self.preview_label.hide()
        self.reason_label = QLabel()
        self.reason_label.setObjectName("reason_label")
        self.reason_label.setWordWrap(True)
        self.reason_label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.get_button = QPushButton(tr("&Get images"))
        self.get_button.setObjectName("get_button")
        self.get_button.setMinimumSize(96, _HEIGHT_PX)
        font = self.get_button.font()
        font.setBold(True)
        self.get_button.setFont(font)
        self._build()

    def _build(self) -> None:
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        row = QHBoxLayout()
        row.addWidget(self.cost_label, 1)
        for button in (self.order_button, self.preview_button, self.get_button):
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(line)
        layout.addLayout(row)
        layout.addWidget(self.preview_label)
        layout.addWidget(self.reason_label)

    def tell_preview(self, text: str) -> None:
        """A sentence about the preview, or none."""
        self.preview_label.setText(text)
        self.preview_label.setVisible(bool(text))

    def show_plan(self, cost: str, reason: str, possible: bool) -> None:
        """Cost, and why not or what to mind."""
        self.cost_label.setText(cost)
        self.reason_label.setText(reason)
        self.reason_label.setVisible(bool(reason))
        self.get_button.setEnabled(possible)
        self.get_button.setDefault(possible)
        self.get_button.setToolTip("" if possible else reason)


def _tool(text: str, tip: str, name: str) -> QToolButton:
    button = QToolButton()
    button.setText(text)
    button.setObjectName(name)
    button.setToolTip(tip)
    button.setMinimumHeight(_HEIGHT_PX)
    button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
    return button
