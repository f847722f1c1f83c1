"""Streamed layers whose files need an access key. Projects keep no key, so a reopened one must be given it again.

A layer remembers the address of its catalog alone; where the files lie, whose key opens them and who pays is asked of
the user's own settings, never of the project. Main thread only, but for ``mark_keyed``.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path
from typing import List, Optional, Sequence

from qgis.core import QgsMapLayer, QgsProject, QgsRasterLayer

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.qgis.stac_catalogs import CatalogStore
from sentinel_workbench.core.services.gdal_names import KEYED
from sentinel_workbench.core.services.given_keys import can_give_keys, give_keys, keyed_names
from sentinel_workbench.core.stac.records import StacConnection
from sentinel_workbench.core.stac.s3_access import S3Account, storage_of

_CATALOG = "sentinelworkbench/keys_of"
_SOURCE = re.compile(rf"<SourceFilename[^>]*>({KEYED}[^<]+)</SourceFilename>")


def mark_keyed(layer: QgsMapLayer, catalog_url: str) -> None:
    """Remember whose key a layer is read with; nothing for ``""``."""
    if catalog_url:
        layer.setCustomProperty(_CATALOG, catalog_url)


def catalog_url_of(layer: QgsMapLayer) -> str:
    """Address of the catalog whose key a layer needs, ``""`` for others; quick."""
    return str(layer.customProperty(_CATALOG) or "")


def keyed_layers(project: QgsProject, catalog_url: Optional[str] = None) -> List[QgsRasterLayer]:
    """The layers that need the key of a catalog, or any key."""
    return [
        layer for layer in project.mapLayers().values()
        if isinstance(layer, QgsRasterLayer) and catalog_url_of(layer)
        and catalog_url in (None, catalog_url_of(layer))
    ]


def lacks_key(layer: QgsRasterLayer) -> bool:
    """Whether GDAL was not given the key of a file of the layer."""
    return not set(_files_of(layer)) <= set(keyed_names())


def saved_storage(catalog_url: str) -> S3Account:
    """The storage of the files of a saved catalog, with its key; the auth manager may ask for its master password.

    Raises:
        WorkbenchError: no catalog of that address is saved with a key, or the key can't be read.
    """
    same = (one for one in CatalogStore().all() if one.url.rstrip("/") == catalog_url.rstrip("/"))
    found = next((one for one in same if one.keys_config_id), None)
    if found is None:
        raise WorkbenchError(
            f"No access key is saved for the catalog {catalog_url}.",
            "Choose one in the catalog's settings, or add the layer again.",
        )
    return storage_of(StacConnection(found.url, found.title, {}, found.preset), found.account())


def restore_layers(layers: Sequence[QgsRasterLayer], storage: S3Account) -> int:
    """Let GDAL read the files of layers with a key again, and draw them; how many.

    Raises:
        WorkbenchError: there is no key, or this GDAL takes none.
    """
    if storage.keys is None:
        raise WorkbenchError("These layers need an access key.", "Choose one in the catalog's settings.")
    if not can_give_keys():
        raise WorkbenchError("This QGIS can't read layers with an access key.", "Cut the scenes out instead.")
    for layer in layers:
        give_keys(catalog_url_of(layer), _files_of(layer), storage)
        layer.dataProvider().reloadData()
        layer.triggerRepaint()
    return len(layers)


def _files_of(layer: QgsRasterLayer) -> List[str]:
    try:
        text = Path(layer.source()).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return []
    return [unescape(name) for name in _SOURCE.findall(text)]
