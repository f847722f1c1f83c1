"""How far and how many: the question before peers of a parcel are asked for."""

from __future__ import annotations

from typing import Optional, Tuple

from qgis.PyQt.QtWidgets import QDialog, QDialogButtonBox, QSpinBox, QVBoxLayout, QWidget

from sentinel_workbench.core.cbm.client import LONGEST_PEER_DISTANCE_M, MOST_PEERS
from sentinel_workbench.ui.form_rows import FormGrid, quiet_label
from sentinel_workbench.ui.translation import tr

_WIDTH_PX = 340


class PeersDialog(QDialog):
    """Within what every server takes."""

    def __init__(self, pid: str, parent: Optional[QWidget] = None) -> None:
        super().__init__(parent)
        self.setObjectName("peers_dialog")
        self.setWindowTitle(tr("Peers of parcel {pid}").format(pid=pid))
        self.distance_spin = QSpinBox()
        self.distance_spin.setObjectName("peer_distance_spin")
        self.distance_spin.setRange(1, int(LONGEST_PEER_DISTANCE_M))
        self.distance_spin.setSingleStep(500)
        self.distance_spin.setValue(2000)
        self.distance_spin.setSuffix(tr(" m"))
        self.most_spin = QSpinBox()
        self.most_spin.setObjectName("peers_most_spin")
        self.most_spin.setRange(1, MOST_PEERS)
        self.most_spin.setValue(10)
        grid = FormGrid()
        grid.add_wide(quiet_label(tr("Parcels with the same crop and of more than 3000 m², the nearest first.")))
        grid.add_field(tr("&Within"), self.distance_spin)
        grid.add_field(tr("At &most"), self.most_spin)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Ok | QDialogButtonBox.StandardButton.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.addLayout(grid)
        column.addStretch(1)
        column.addWidget(self.buttons)
        self.setMinimumWidth(_WIDTH_PX)

    @property
    def wanted(self) -> Tuple[float, int]:
        """Distance in metres, and how many."""
        return float(self.distance_spin.value()), self.most_spin.value()
