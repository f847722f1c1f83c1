"""The user's limits: units before an order is asked about, and the size of the cache."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import pyqtSignal
from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QDoubleSpinBox, QPushButton, QVBoxLayout, QWidget

from sentinel_workbench.core.qgis.preferences import Preferences
from sentinel_workbench.ui.form_rows import FormGrid, beside, quiet_label
from sentinel_workbench.ui.translation import tr

_MOST_UNITS, _MOST_GB = 1_000_000, 100_000
_WIDTH_PX = 480


class LimitsDialog(QDialog):
    """Shows the preferences; ``keep`` writes them."""

    clear_asked = pyqtSignal()

    def __init__(self, preferences: Preferences, cache_text: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("limits_dialog")
        self.setWindowTitle(tr("Limits"))
        self._preferences = preferences
        self.units_spin = _spin("ask_above_spin", _MOST_UNITS, tr(" units"), tr("never"), preferences.ask_above_units)
        self.cache_spin = _spin("cache_limit_spin", _MOST_GB, tr(" GB"), tr("no limit"), preferences.cache_limit_gb)
        self.clear_button = QPushButton(tr("Clear the cache…"))
        self.clear_button.setObjectName("clear_cache_button")
        self.clear_button.setAutoDefault(False)
        self.cache_label = quiet_label(cache_text)
        self._build()

    def _build(self) -> None:
        grid = FormGrid()
        grid.add_field(tr("&Ask before orders above"), self.units_spin)
        grid.add_note(quiet_label(tr("By the estimate. Local hubs cost nothing and are never asked about.")))
        grid.add_rule()
        grid.add_field(tr("&Keep the cache below"), self.cache_spin)
        grid.add_note(quiet_label(tr(
            "After an order, what was unused for longest is removed. Images of this project are spared."
        )))
        grid.add_note(beside(self.cache_label, self.clear_button))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self.clear_button.clicked.connect(self.clear_asked)
        layout = QVBoxLayout(self)
        layout.addLayout(grid)
        layout.addStretch(1)
        layout.addWidget(buttons)
        self.setMinimumSize(_WIDTH_PX, layout.totalHeightForWidth(_WIDTH_PX))

    def keep(self) -> None:
        """Write what the fields say."""
        self._preferences.ask_above_units = self.units_spin.value()
        self._preferences.cache_limit_gb = self.cache_spin.value()


def _spin(name: str, most: float, suffix: str, nothing: str, value: float) -> QDoubleSpinBox:
    """0 stands for no limit and says so."""
    spin = QDoubleSpinBox()
    spin.setObjectName(name)
    spin.setRange(0, most)
    spin.setDecimals(1)
    spin.setSuffix(suffix)
    spin.setSpecialValueText(nothing)
    spin.setGroupSeparatorShown(True)
    spin.setValue(value)
    return spin
