"""Catalogs that are files: ``catalog.json`` with links, collections, items, and item collections."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Tuple
from urllib.parse import urlsplit

from sentinel_workbench.core.errors import NotThere, StorageError, UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final
from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.core.stac.item_reading import links_of, local_path, read_collection, read_item, resolve
from sentinel_workbench.core.stac.matching import matcher
from sentinel_workbench.core.stac.records import SearchResult, StacCollection, StacItem, StacQuery
from sentinel_workbench.core.stac.searching import MOST_ITEMS, sorted_items

MAX_FILE_BYTES = 256 << 20
MAX_DEPTH = 30
MOST_KEPT = 2000
"""Items kept from one walk to the next; more would take hundreds of megabytes."""
Read = Callable[[str, Progress], Mapping[str, Any]]


def is_file(address: str) -> bool:
    """Whether an address is a path, not one on a server."""
    return urlsplit(address).scheme not in ("http", "https")


def read_file(address: str) -> Mapping[str, Any]:
    """The JSON object in a file; ``file://`` addresses too.

    Raises:
        StorageError: it can't be read.
        UnexpectedAnswer: it is no JSON object.
    """
    path = Path(local_path(address))
    try:
        if path.stat().st_size > MAX_FILE_BYTES:
            raise StorageError(f"{path} is too large for a catalog.", "Choose the catalog's first file.")
        document = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise StorageError(f"{path} can't be read: {error.strerror}.", "Check the path.") from error
    except (ValueError, RecursionError) as error:
        raise final(UnexpectedAnswer(f"{path} is not a JSON file.", "Choose a STAC catalog.")) from error
    if not isinstance(document, dict):
        raise final(UnexpectedAnswer(f"{path} is no STAC document.", "Choose a STAC catalog."))
    return document


class StaticCatalog:
    """A tree of documents, walked as far as a question needs.

    Args:
        document: the first one.
        address: where it lies.
        read: reads another by its address.
        keep_s: how long the items of a walk over all of them stand for the files.
        now: seconds of a clock that never goes back.

    Raises:
        UnexpectedAnswer: the document is not of STAC.
    """

    def __init__(
        self,
        document: Mapping[str, Any],
        address: str,
        read: Read,
        keep_s: float = 0.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        kind = document.get("type")
        is_old_catalog = "stac_version" in document and isinstance(document.get("links"), list)
        if kind not in ("Catalog", "Collection", "Feature", "FeatureCollection") and not is_old_catalog:
            raise final(UnexpectedAnswer(f"{address} is no STAC catalog.", "Check its address."))
        self._document, self._address, self._read = document, address, read
        self._keep_s, self._now = keep_s, now
        self._kept: Optional[Tuple[float, Tuple[StacItem, ...]]] = None

    def collections(self, progress: Progress) -> Tuple[StacCollection, ...]:
        """The collections of the tree; those that items name when it has none."""
        found: Dict[str, StacCollection] = {}
        for document, _ in self._walk(progress, items=False):
            if _is_collection(document):
                found.setdefault(str(document["id"]), read_collection(document))
        if not found and self._document.get("type") == "FeatureCollection":
            names = dict.fromkeys(item.collection for item in self._items(progress) if item.collection)
            found = {name: StacCollection(name, name) for name in names}
        return tuple(found.values())

    def collection(self, collection_id: str, progress: Progress) -> StacCollection:
        """One collection, or ``NotThere``."""
        for collection in self.collections(progress):
            if collection.collection_id == collection_id:
                return collection
        raise NotThere(f"{self._address} has no collection '{collection_id}'.", "Choose one it lists.", status=404)

    def item(self, collection_id: str, item_id: str, progress: Progress) -> StacItem:
        """One item, or ``NotThere``."""
        for item in self._items(progress):
            if item.item_id == item_id and item.collection in ("", collection_id):
                return item
        raise NotThere(f"{self._address} has no item '{item_id}'.", "Choose one it lists.", status=404)

    def search(self, query: StacQuery, progress: Progress) -> SearchResult:
        """The items that meet a query, after a walk over all of them."""
        matches = matcher(query)
        found: List[StacItem] = []
        seen = set()
        for item in self._items(progress):
            key = (item.collection, item.item_id)
            if key not in seen and matches(item):
                found.append(item)
                progress.report(0.0, f"{len(found)} items found")
            seen.add(key)
            if len(found) >= MOST_ITEMS:
                break
        ordered = sorted_items(found, query.sort)
        kept = ordered if query.max_results is None else ordered[: query.max_results]
        return SearchResult(tuple(kept), len(found), len(kept) == len(found) < MOST_ITEMS)

    def _items(self, progress: Progress) -> Iterator[StacItem]:
        """All items: those kept, else those of a new walk, kept once it is complete."""
        began, kept = self._now(), self._kept
        if kept is not None and began - kept[0] < self._keep_s:
            yield from kept[1]
            return
        if kept is not None:
            self._document = self._read(self._address, progress)
        found: List[StacItem] = []
        for item in self._walked_items(progress):
            yield item
            if self._keep_s and len(found) <= MOST_KEPT:
                found.append(item)
        if len(found) <= MOST_KEPT:
            self._kept = (began, tuple(found))

    def _walked_items(self, progress: Progress) -> Iterator[StacItem]:
        for document, address in self._walk(progress, items=True):
            if document.get("type") == "FeatureCollection":
                features = document.get("features")
                for feature in features if isinstance(features, list) else ():
                    yield read_item(feature, _base_of(feature, address), self._address)
            elif document.get("type") == "Feature":
                yield read_item(document, address, self._address)

    def _walk(self, progress: Progress, items: bool) -> Iterator[Tuple[Mapping[str, Any], str]]:
        """Every document once, with its address, parents before children."""
        waiting: List[Tuple[str, int]] = []
        document, address, depth = self._document, self._address, 0
        seen = {address}
        while True:
            raise_if_cancelled(progress)
            yield document, address
            following = [
                resolve(address, str(link["href"])) for link in links_of(document)
                if link.get("rel") in (("child", "item", "items") if items else ("child",)) and link.get("href")
            ]
            if document.get("type") not in ("Feature", "FeatureCollection") and depth < MAX_DEPTH:
                new = [entry for entry in dict.fromkeys(following) if entry not in seen]
                seen.update(new)
                waiting[:0] = [(entry, depth + 1) for entry in new]
            if not waiting:
                return
            address, depth = waiting.pop(0)
            document = self._read(address, progress)


def _is_collection(document: Mapping[str, Any]) -> bool:
    is_old = "extent" in document and "license" in document
    return (document.get("type") == "Collection" or is_old) and isinstance(document.get("id"), str)


def _base_of(feature: Any, address: str) -> str:
    """Items in a collection of items know best where they came from."""
    links = links_of(feature) if isinstance(feature, Mapping) else []
    own = next((str(link.get("href")) for link in links if link.get("rel") == "self"), "")
    return own if "://" in own else address
