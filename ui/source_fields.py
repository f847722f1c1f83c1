"""Fields that every source of an image has: which scene goes on top, and how cloudy a tile may be."""

from __future__ import annotations

from qgis.PyQt.QtWidgets import QComboBox, QSpinBox

from sentinel_workbench.ui.form_rows import roomy_combo
from sentinel_workbench.ui.translation import tr


def mosaic_field(name: str) -> QComboBox:
    """Mosaicking orders, the service's word as data."""
    combo = roomy_combo(name)
    for text, order in (
        (tr("Least cloudy first"), "leastCC"),
        (tr("Most recent first"), "mostRecent"),
        (tr("Least recent first"), "leastRecent"),
    ):
        combo.addItem(text, order)
    return combo


def cloud_field(name: str) -> QSpinBox:
    """Percent of cloud."""
    spin = QSpinBox()
    spin.setObjectName(name)
    spin.setRange(0, 100)
    spin.setSuffix(tr(" %"))
    return spin
