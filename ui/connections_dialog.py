"""All connections: add, change, test, remove."""

from __future__ import annotations

from typing import Optional, Sequence

from qgis.PyQt.QtCore import QSize
from qgis.PyQt.QtWidgets import QWidget

from sentinel_workbench.core.hub.deployments import Deployment
from sentinel_workbench.ui.connection_form import ConnectionForm
from sentinel_workbench.ui.entries_dialog import EntriesDialog
from sentinel_workbench.ui.translation import tr


class ConnectionsDialog(EntriesDialog):
    """Connections and the fields of the chosen one."""

    def __init__(self, deployments: Sequence[Deployment], parent: Optional[QWidget] = None) -> None:
        self.form = ConnectionForm(deployments)
        super().__init__("connection", self.form, tr("T&est connection"), QSize(760, 470), parent)
        self.setWindowTitle(tr("Connections"))

    def show_testing(self, running: bool) -> None:
        """The test button becomes the way to stop."""
        self.test_button.setText(tr("Stop t&est") if running else tr("T&est connection"))
