"""Which collections the current connection serves, shown in the list of all; and what else hinders an order."""

from __future__ import annotations

from pathlib import Path
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


def why_no_order(collection_id: Optional[str], folder: str, connection: Optional[Connection]) -> str:
    """One sentence, or "" where an order of the collection into ``folder`` can be sent."""
    if connection is None:
        return tr("No connection yet: start the local hub or connect above.")
    if folder and not Path(folder).expanduser().is_absolute():
        return why_unserved(collection_id, connection) or tr("The folder to save to is not a full path.")
    return why_unserved(collection_id, connection)


def why_unserved(collection_id: Optional[str], connection: Optional[Connection]) -> str:
    """One sentence, or "" where it is served or nobody can tell."""
    if connection is None or not collection_id or connection.may_serve(collection_id):
        return ""
    service = find_deployment(connection.deployment_id).title
    return tr("{service} does not serve this collection. Choose another connection.").format(service=service)
