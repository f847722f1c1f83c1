"""The folding part of the Imagery tab that shows on which days there are scenes."""

from __future__ import annotations

from typing import Optional

from qgis.gui import QgsCollapsibleGroupBoxBasic
from qgis.PyQt.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from sentinel_workbench.ui.form_rows import quiet_label
from sentinel_workbench.ui.timeline import Timeline
from sentinel_workbench.ui.translation import tr


class DatesBox(QgsCollapsibleGroupBoxBasic):
    """Timeline and what can be done with it."""

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(tr("Available days"), parent)
        self.setObjectName("dates_box")
        self.setCollapsed(True)
        self.timeline = Timeline()
        self.note = quiet_label()
        self.note.setObjectName("dates_note")
        self.measure_button = QPushButton(tr("&Measure here"))
        self.measure_button.setObjectName("measure_cloud_button")
        self.pick_button = QPushButton(tr("&Pick clear days"))
        self.pick_button.setObjectName("pick_days_button")
        self.pick_button.setToolTip(tr("Picks the days within the cloud limit; each is a slot of its own."))
        buttons = QHBoxLayout()
        buttons.addWidget(self.measure_button)
        buttons.addWidget(self.pick_button)
        layout = QVBoxLayout(self)
        layout.setSpacing(4)
        layout.addWidget(self.timeline)
        layout.addWidget(self.note)
        layout.addLayout(buttons)
        self.allow_measuring(False, True)

    def allow_measuring(self, usable: bool, can_tell: bool) -> None:
        """Offer to measure the cloud; ``can_tell`` is False where the collection has no cloud of its own."""
        self.measure_button.setEnabled(usable and can_tell)
        self.measure_button.setToolTip(
            tr("Cloud over the area itself, day by day; asks the Statistical API once.") if can_tell
            else tr("This collection can't tell the cloud over an area."))
