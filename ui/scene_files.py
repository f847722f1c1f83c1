"""The files behind selected scenes: what is on offer, why nothing is, and where they lie."""

from __future__ import annotations

from typing import Dict, Sequence, Tuple
from urllib.parse import urlsplit

from sentinel_workbench.core.services.clip_order import band_choices, find_asset
from sentinel_workbench.core.stac.records import StacItem
from sentinel_workbench.ui.translation import tr


def offered_files(items: Sequence[StacItem]) -> Tuple[Tuple[str, ...], Tuple[str, ...]]:
    """Names and titles of what all the scenes have and that can be read in parts."""
    names = band_choices(items)
    assets = [find_asset(items[0], name)[1] for name in names] if items else []
    return names, tuple(asset.title if asset is not None else "" for asset in assets)


def nothing_readable(items: Sequence[StacItem]) -> str:
    """Why there is no such file."""
    if any(asset.is_jp2 for item in items for asset in item.assets.values()):
        return tr("These scenes are JPEG 2000 files, which can't be read in parts. Search them in a catalog of "
                  "cloud-optimised GeoTIFFs, such as Earth Search.")
    return tr("The selected scenes have no file in common that can be read in parts.")


def hosts_of(items: Sequence[StacItem]) -> Tuple[str, ...]:
    """An address for each server the items' files lie on, for the network settings."""
    found: Dict[str, str] = {}
    for item in items:
        for asset in item.assets.values():
            if asset.href.startswith(("http://", "https://")):
                found.setdefault(urlsplit(asset.href).netloc, asset.href)
    return tuple(found.values())
