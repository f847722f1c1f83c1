"""The known catalogs and what is special about each, from ``resources/stac_catalogs.json`` (stac, 3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Mapping, Optional, Tuple

from sentinel_workbench.core.stac.records import StacConnection

_FILE = Path(__file__).resolve().parents[2] / "resources" / "stac_catalogs.json"
OPEN, PLANETARY = "open", "planetary-computer"


@dataclass(frozen=True)
class KnownCollection:
    """A collection of a known catalog.

    Attributes:
        collection_id: as searches name it.
        title: for people.
        type_id: the collection of the Workbench whose bands it has, such as ``sentinel-2-l2a``.
        offset: which rule gives its reflectance offset: ``baseline``, ``flag`` or ``asset`` (stac, 5).
        windows: parts of its files can be read; not of JPEG 2000.
    """

    collection_id: str
    title: str
    type_id: str
    offset: str
    windows: bool = True


@dataclass(frozen=True)
class KnownCatalog:
    """A catalog with its differences.

    Attributes:
        key: ``preset`` of a connection.
        title: for people.
        url: of its landing page.
        page_size: largest that works.
        access: who signs its files: ``open`` for nobody, or ``planetary-computer``.
        sign_url: where signatures come from, ``""`` without.
        connections: how many files may be read at once.
        collections: those whose bands are known.
    """

    key: str
    title: str
    url: str
    page_size: int
    access: str
    sign_url: str
    connections: int
    collections: Tuple[KnownCollection, ...]

    def connection(self) -> StacConnection:
        """A connection to it."""
        return StacConnection(self.url, self.title, preset=self.key)

    def collection(self, collection_id: str) -> Optional[KnownCollection]:
        """The collection of that id, or None."""
        return next((entry for entry in self.collections if entry.collection_id == collection_id), None)


@lru_cache(maxsize=1)
def known_catalogs() -> Mapping[str, KnownCatalog]:
    """All catalogs of the resource file by key."""
    found = {}
    for entry in _document()["catalogs"]:
        collections = tuple(
            KnownCollection(c["id"], c["title"], c["type"], c["offset"], c.get("windows", True))
            for c in entry["collections"]
        )
        found[entry["key"]] = KnownCatalog(
            entry["key"], entry["title"], entry["url"], entry["page_size"], entry["access"],
            entry.get("sign_url", ""), entry["connections"], collections,
        )
    return found


@lru_cache(maxsize=1)
def band_assets() -> Mapping[str, Mapping[str, Tuple[str, ...]]]:
    """Collection type to band to the keys its asset may have, the best first (stac, 4)."""
    return {
        type_id: {band: tuple(keys) for band, keys in bands.items()}
        for type_id, bands in _document()["band_assets"].items()
    }


def catalog_of(connection: StacConnection) -> Optional[KnownCatalog]:
    """The known catalog a connection means, by its preset or its address; None for others."""
    catalogs = known_catalogs()
    if connection.preset in catalogs:
        return catalogs[connection.preset]
    return next((entry for entry in catalogs.values() if connection.url.rstrip("/") == entry.url), None)


@lru_cache(maxsize=1)
def _document() -> Mapping:
    return json.loads(_FILE.read_text(encoding="utf-8"))
