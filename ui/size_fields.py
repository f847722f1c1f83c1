"""Resolution, width and height, each following the others."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.projection import ground_size_m
from sentinel_workbench.ui.translation import tr

MAX_SIDE_PX = 50_000


class SizeFields(QWidget):
    """What the user typed last leads; the others show what follows from it."""

    changed = pyqtSignal()

    def __init__(self, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.resolution_spin = QDoubleSpinBox()
        self.resolution_spin.setObjectName("resolution_spin")
        self.resolution_spin.setDecimals(1)
        self.resolution_spin.setRange(0.1, 100000.0)
        self.resolution_spin.setValue(60.0)
        self.resolution_spin.setSuffix(tr(" m"))
        self.width_spin, self.height_spin = _side("width_spin", tr("Width")), _side("height_spin", tr("Height"))
        self._leads: QWidget = self.resolution_spin
        self._resolution_m = self.resolution_spin.value()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        for widget in (self.resolution_spin, self.width_spin, QLabel("×"), self.height_spin):
            layout.addWidget(widget)
        layout.setStretch(1, 1)
        layout.setStretch(3, 1)
        for spin in (self.resolution_spin, self.width_spin, self.height_spin):
            spin.valueChanged.connect(lambda _value, leader=spin: self._lead(leader))

    @property
    def resolution_m(self) -> float:
        """As typed, not as rounded for the eye."""
        return self._resolution_m

    @property
    def leads_with_resolution(self) -> bool:
        """False while a width or height was typed last."""
        return self._leads is self.resolution_spin

    @property
    def width_px(self) -> Optional[int]:
        """Where the user typed it last, else None."""
        return self.width_spin.value() if self._leads is self.width_spin else None

    @property
    def height_px(self) -> Optional[int]:
        """Where the user typed it last, else None."""
        return self.height_spin.value() if self._leads is self.height_spin else None

    def lead_with_width(self, width_px: int) -> None:
        """As if the user typed the width."""
        _show(self.width_spin, width_px)
        self._lead(self.width_spin)

    def show_grid(self, grid: PixelGrid) -> None:
        """Show what follows from what was typed."""
        if self._leads is not self.width_spin:
            _show(self.width_spin, grid.width)
        if self._leads is not self.height_spin:
            _show(self.height_spin, grid.height)
        if self._leads is not self.resolution_spin:
            self._resolution_m = ground_size_m(grid.bbox)[0] / grid.width
            _show(self.resolution_spin, self._resolution_m)

    def _lead(self, leader: QWidget) -> None:
        self._leads = leader
        if leader is self.resolution_spin:
            self._resolution_m = self.resolution_spin.value()
        self.changed.emit()


def _side(name: str, text: str) -> QSpinBox:
    spin = QSpinBox()
    spin.setObjectName(name)
    spin.setAccessibleName(text)
    spin.setToolTip(text)
    spin.setRange(1, MAX_SIDE_PX)
    spin.setMinimumWidth(spin.fontMetrics().horizontalAdvance("50000") + 12)
    spin.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
    spin.setKeyboardTracking(False)
    return spin


def _show(spin: QWidget, value: float) -> None:
    spin.blockSignals(True)
    spin.setValue(value)
    spin.blockSignals(False)
