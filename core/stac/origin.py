"""Which catalog an item comes from, also when it was read from a file that was saved long ago."""

from __future__ import annotations

from sentinel_workbench.core.stac.catalogs import catalog_of, known_catalogs
from sentinel_workbench.core.stac.item_reading import links_of
from sentinel_workbench.core.stac.records import StacConnection, StacItem


def origin(item: StacItem, connection: StacConnection) -> StacConnection:
    """The connection whose rules hold for the item's files: offsets, signatures.

    Args:
        item: of the catalog.
        connection: the item was found with; it stands unless it is of no known catalog and the item's links lead to
            one.
    """
    if catalog_of(connection) is not None:
        return connection
    addresses = [str(link.get("href") or "") for link in links_of(item.document)
                 if link.get("rel") in ("root", "self", "parent", "collection")]
    for known in known_catalogs().values():
        if any(address == known.url or address.startswith(known.url.rstrip("/") + "/") for address in addresses):
            return known.connection()
    return connection
