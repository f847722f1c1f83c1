"""A catalog by whatever people call it: a title, the key of a known one, an address, a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Optional

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore, SavedCatalog
from sentinel_workbench.core.stac.catalogs import known_catalogs


def named_catalog(
    named: str,
    auth_config_id: Optional[str] = None,
    keys_config_id: Optional[str] = None,
    requester_pays: bool = False,
    storage_url: str = "",
    storage_region: str = "",
) -> SavedCatalog:
    """The catalog that ``named`` means.

    Args:
        named: title of a saved catalog, key of a known one such as ``earth-search``, address of a landing page, or
            path of a ``catalog.json`` or of saved items.
        auth_config_id: login instead of the saved one.
        keys_config_id: access key for its files instead of the saved one.
        requester_pays: the owner of the key pays for what is read.
        storage_url: ``https://host`` of the storage of its files instead of the saved or usual one.
        storage_region: of that storage.

    Raises:
        InvalidInput: there is none.
    """
    found = _found(named.strip())
    return replace(
        found,
        auth_config_id=auth_config_id or found.auth_config_id,
        keys_config_id=keys_config_id or found.keys_config_id,
        requester_pays=requester_pays or found.requester_pays,
        storage_url=storage_url or found.storage_url,
        storage_region=storage_region or found.storage_region,
    )


def _found(named: str) -> SavedCatalog:
    store = CatalogStore()
    known = known_catalogs().get(named)
    saved = store.find(named) or (store.find(known.title) if known else None)
    if saved is not None:
        return saved
    if named.startswith(("http://", "https://", "file://")) or (named and Path(named).is_file()):
        return next((entry for entry in store.all() if entry.url == named.rstrip("/")), SavedCatalog(named, named))
    listed = ", ".join(known_catalogs())
    what = f"There is no catalog '{named}'." if named else "No catalog is named."
    raise InvalidInput("catalog", what, f"Use an address, a file, or one of: {listed}.")
