"""The foot of the Downloads tab: units spent, how large the cache is, and what to do about it."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtWidgets import QFrame, QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.translation import tr


class UsageBox(QWidget):
    """Two sentences and a button."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.units_label, self.cache_label = quiet_label(), quiet_label()
        self.units_label.setObjectName("spent_units_label")
        self.cache_label.setObjectName("cache_label")
        self.limits_button = QToolButton()
        self.limits_button.setObjectName("limits_button")
        self.limits_button.setText(tr("Limits…"))
        self.limits_button.setToolTip(tr("When to ask before an order, and how large the cache may become."))
        line = QFrame()
        line.setFrameShape(QFrame.Shape.HLine)
        line.setFrameShadow(QFrame.Shadow.Sunken)
        row = QHBoxLayout()
        row.addWidget(self.cache_label, 1)
        row.addWidget(self.limits_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 2, 0, 0)
        layout.setSpacing(4)
        layout.addWidget(line)
        layout.addWidget(self.units_label)
        layout.addLayout(row)
