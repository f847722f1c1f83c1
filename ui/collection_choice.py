"""Which collections the current connection serves, shown in the list of all; and what else hinders an order."""

from __future__ import annotations

from pathlib import Path
from typing import Optional, Sequence

from qgis.PyQt.QtCore import Qt
from qgis.PyQt.QtWidgets import QComboBox

from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.deployments import as_served, find_deployment
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.services.orders import collection_named
from sentinel_workbench.ui.imagery_panel import ImageryPanel
from sentinel_workbench.ui.translation import tr


def grey_unserved(combo: QComboBox, connection: Optional[Connection]) -> None:
    """Grey out what the connection's service does not have, with the reason on hover."""
    for row in range(combo.count()):
        reason = why_unserved(combo.itemData(row), connection)
        combo.model().item(row).setEnabled(not reason)
        combo.setItemData(row, reason or None, Qt.ItemDataRole.ToolTipRole)


def show_served(panel: ImageryPanel, collection: Collection, connection: Optional[Connection]) -> None:
    """The collections on offer, and of the chosen one the settings, as the connection's service has them."""
    grey_unserved(panel.collection_combo, connection)
    panel.options.show_collection(as_served(collection, connection.deployment_id) if connection else collection)


def why_no_order(collection_ids: Sequence[str], folder: Optional[Path], connection: Optional[Connection]) -> str:
    """One sentence, or "" where an order of all the collections into ``folder`` can be sent."""
    if connection is None:
        return tr("No connection yet: start the local hub or connect above.")
    unserved = [collection_id for collection_id in collection_ids if not connection.may_serve(collection_id)]
    if unserved and unserved[0] != collection_ids[0]:
        service, title = find_deployment(connection.deployment_id).title, collection_named(unserved[0]).title
        return tr("{service} does not serve the further collection {title}.").format(service=service, title=title)
    if not unserved and folder and not folder.expanduser().is_absolute():
        return tr("The folder to save to is not a full path.")
    return why_unserved(collection_ids[0], connection)


def why_unserved(collection_id: Optional[str], connection: Optional[Connection]) -> str:
    """One sentence, or "" where it is served or nobody can tell."""
    if connection is None or not collection_id or connection.may_serve(collection_id):
        return ""
    service = find_deployment(connection.deployment_id).title
    return tr("{service} does not serve this collection. Choose another connection.").format(service=service)
