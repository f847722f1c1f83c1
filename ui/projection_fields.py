"""The projection of the images, and whether their pixels lie on the satellite's own grid."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from sentinel_workbench.core.services.order_making import UTM
from sentinel_workbench.ui.form_rows import roomy_combo
from sentinel_workbench.ui.size_fields import SizeFields
from sentinel_workbench.ui.translation import tr


class ProjectionFields(QWidget):
    """A list, and in UTM a box below it.

    Args:
        size: only a resolution can be snapped to, not a width or height.
    """

    changed = pyqtSignal()

    def __init__(self, size: SizeFields, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self._size = size
        self.combo = roomy_combo("projection_combo")
        for text, code in (
            (tr("Lon/lat (EPSG:4326)"), "EPSG:4326"),
            (tr("UTM zone of the area"), UTM),
            (tr("Web Mercator (EPSG:3857)"), "EPSG:3857"),
        ):
            self.combo.addItem(text, code)
        self.snap_check = QCheckBox(tr("Whole multiples of the resolution"))
        self.snap_check.setObjectName("snap_check")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.combo)
        layout.addWidget(self.snap_check)
        self.combo.currentIndexChanged.connect(self._fit)
        self.combo.currentIndexChanged.connect(self.changed)
        self.snap_check.toggled.connect(self.changed)
        size.changed.connect(self._fit)
        self._fit()

    @property
    def snaps(self) -> bool:
        """Pixel edges shall lie at whole multiples of the resolution."""
        in_utm = self.combo.currentData() == UTM
        return in_utm and self.snap_check.isChecked() and self._size.leads_with_resolution

    def _fit(self) -> None:
        usable = self._size.leads_with_resolution
        self.snap_check.setVisible(self.combo.currentData() == UTM)
        self.snap_check.setEnabled(usable)
        self.snap_check.setToolTip(
            tr("Puts pixel edges where those of the satellite's own UTM tiles lie.") if usable
            else tr("Needs a resolution, not a width or height."))
