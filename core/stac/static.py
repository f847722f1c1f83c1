"""Catalogs that are files: ``catalog.json`` with links, collections, items, and item collections."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Callable, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple
from urllib.parse import urlsplit

from sentinel_workbench.core.errors import NotThere, PermissionDenied, StorageError, UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final
from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.core.stac.item_reading import links_of, local_path, read_collection, read_item, resolve
from sentinel_workbench.core.stac.matching import matcher
from sentinel_workbench.core.stac.records import SearchResult, StacCollection, StacItem, StacQuery
from sentinel_workbench.core.stac.searching import MOST_ITEMS, no_items, sorted_items, unreadable_words

MAX_FILE_BYTES = 256 << 20
MAX_DEPTH = 30
_JSON_KINDS: Tuple[Tuple[str, Any], ...] = (("boolean", bool), ("number", (int, float)), ("string", str))
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
        self._unreadable = 0
        self._missing: List[str] = []

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
        if self._unreadable and not seen:
            raise no_items(self._address)
        ordered = sorted_items(found, query.sort)
        kept = ordered if query.max_results is None else ordered[: query.max_results]
        complete = len(kept) == len(found) < MOST_ITEMS
        return SearchResult(tuple(kept), len(found), complete, notes=tuple(self._notes()))

    def queryables(self, progress: Progress) -> Mapping[str, Mapping[str, Any]]:
        """Properties of the items, each as JSON Schema, where they are in the first file; else none are known."""
        if self._document.get("type") != "FeatureCollection":
            return {}
        return schemas_of(tuple(self._items(progress)))

    def _notes(self) -> Iterator[str]:
        yield from unreadable_words(self._address, self._unreadable)
        if self._missing:
            count = len(self._missing)
            yield f"{count} files of the catalog can't be read and were left out, such as: {self._missing[0]}"

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
        self._unreadable = 0
        for document, address in self._walk(progress, items=True):
            features: Any = [document] if document.get("type") == "Feature" else []
            if document.get("type") == "FeatureCollection":
                features = document.get("features")
            for feature in features if isinstance(features, list) else ():
                base = address if feature is document else _base_of(feature, address)
                try:
                    item = read_item(feature, base, self._address)
                except UnexpectedAnswer:
                    self._unreadable += 1
                    continue
                yield item

    def _walk(self, progress: Progress, items: bool) -> Iterator[Tuple[Mapping[str, Any], str]]:
        """Every document once, with its address, parents before children."""
        waiting: List[Tuple[str, int]] = []
        document: Mapping[str, Any] = self._document
        address, depth = self._address, 0
        seen = {address}
        self._missing = []
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
            document = self._linked(address, progress)

    def _linked(self, address: str, progress: Progress) -> Mapping[str, Any]:
        """A file another one leads to; an empty one, noted, where it is not there or something else."""
        try:
            return self._read(address, progress)
        except (NotThere, PermissionDenied, StorageError, UnexpectedAnswer) as error:
            self._missing.append(str(error))
            return {}


def schemas_of(items: Sequence[StacItem]) -> Mapping[str, Mapping[str, Any]]:
    """The properties items have, each as JSON Schema: what can be compared where a catalog does not tell."""
    found: Dict[str, Mapping[str, Any]] = {}
    for item in items:
        for name, value in item.properties.items():
            kind = next((kind for kind, types in _JSON_KINDS if isinstance(value, types)), None)
            if kind and found.setdefault(name, {"type": kind})["type"] != kind:
                found[name] = {}
    return {name: schema for name, schema in found.items() if schema}


def _is_collection(document: Mapping[str, Any]) -> bool:
    is_old = "extent" in document and "license" in document
    return (document.get("type") == "Collection" or is_old) and isinstance(document.get("id"), str)


def _base_of(feature: Any, address: str) -> str:
    """Items in a collection of items know best where they came from."""
    links = links_of(feature) if isinstance(feature, Mapping) else []
    own = next((str(link.get("href")) for link in links if link.get("rel") == "self"), "")
    return own if "://" in own else address
