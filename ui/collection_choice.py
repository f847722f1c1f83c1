"""Which collections the current connection serves, shown in the list of all."""

from __future__ import annotations

from typing import Optional

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox

from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import find_deployment
from sentinel_workbench.ui.translation import tr


def grey_unserved(combo: QComboBox, connection: Optional[Connection]) -> None:
    """Grey out what the connection's service does not have, with the reason on hover."""
    for row in range(combo.count()):
        reason = why_unserved(combo.itemData(row), connection)
        combo.model().item(row).setEnabled(not reason)
        combo.setItemData(row, reason or None, Qt.ItemDataRole.ToolTipRole)


def why_unserved(collection_id: Optional[str], connection: Optional[Connection]) -> str:
    """One sentence, or "" where it is served or nobody can tell."""
    if connection is None or not collection_id or connection.may_serve(collection_id):
        return ""
    service = find_deployment(connection.deployment_id).title
    return tr("{service} does not serve this collection. Choose another connection.").format(service=service)
