"""A search from question to items: every condition checked here again, no item twice, no endless paging."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final
from sentinel_workbench.core.progress import Progress
from sentinel_workbench.core.stac.asking import Asker
from sentinel_workbench.core.stac.item_reading import read_item
from sentinel_workbench.core.stac.matching import matcher
from sentinel_workbench.core.stac.paging import Pages
from sentinel_workbench.core.stac.records import SearchResult, SortKey, StacItem, StacQuery
from sentinel_workbench.core.stac.service import StacService
from sentinel_workbench.core.stac.wording import left_out

MOST_ITEMS = 100_000
"""Where a search without ``max_results`` stops."""
VAIN_FACTOR, VAIN_LEAST = 10, 5000
"""A service that ignores the conditions is given up after so many unwanted items."""


def search(asker: Asker, service: StacService, query: StacQuery, progress: Progress) -> SearchResult:
    """All items that meet the query, up to its ``max_results``.

    Raises:
        InvalidInput: the query's area can't be read.
        ServiceError, NetworkError, Cancelled: as ``Asker.ask``.
    """
    found = _Found(query, service.url)
    pages = Pages(asker, service, query, progress)
    for page in pages:
        found.add(page)
        progress.report(found.fraction, f"{len(found.items)} items found")
        if found.finished:
            break
    return found.result(service, pages.repeated)


class _Found:
    def __init__(self, query: StacQuery, catalog: str) -> None:
        self._query, self._catalog = query, catalog
        self._matches = matcher(query)
        self._most = MOST_ITEMS if query.max_results is None else query.max_results
        self._seen: set = set()
        self.items: List[StacItem] = []
        self.received = self.dropped = self.unreadable = 0
        self.matched: Optional[int] = None
        self.has_more = self.in_vain = self.all_known = False

    def add(self, page: Mapping[str, Any]) -> None:
        """Take the items of a page; those after ``max_results`` are left."""
        self.matched = _matched(page)
        features = page["features"]
        self.received += len(features)
        before = len(self._seen) + self.unreadable
        for feature in features:
            try:
                item = read_item(feature, catalog=self._catalog)
            except UnexpectedAnswer:
                self.unreadable += 1
                continue
            key = (item.collection, item.item_id)
            if key in self._seen:
                continue
            self._seen.add(key)
            if not self._matches(item):
                self.dropped += 1
            elif len(self.items) < self._most:
                self.items.append(item)
            else:
                self.has_more = True
        self.all_known = bool(features) and len(self._seen) + self.unreadable == before
        self.in_vain = self.dropped + self.unreadable > max(VAIN_LEAST, VAIN_FACTOR * len(self.items))

    @property
    def finished(self) -> bool:
        """Whether another page would bring nothing wanted."""
        enough = len(self.items) >= self._most
        all_there = self.matched is not None and len(self._seen) >= self.matched
        return enough or all_there or self.all_known or self.in_vain

    @property
    def fraction(self) -> float:
        expected = min(self._most, self.matched or self._most)
        return min(1.0, len(self.items) / max(expected, 1))

    def result(self, service: StacService, repeated: bool) -> SearchResult:
        if self.unreadable and not self._seen:
            raise no_items(service.title)
        enough = len(self.items) >= self._most
        complete = not (self.in_vain or self.has_more or (enough and not self._is_all()))
        notes = [*left_out(self._query, service), *unreadable_words(service.title, self.unreadable)]
        if self.dropped:
            notes.append(f"{service.title} sent {self.dropped} items that don't meet the search; they were left out.")
        if self.in_vain:
            notes.append("It ignores the conditions, so the search was ended early. Narrow the area or the period.")
        if repeated or self.all_known:
            notes.append(f"{service.title} repeated its pages; the search ended there.")
        items = sorted_items(self.items, self._query.sort)  # pages may come in another order than asked for
        matched = self.matched if not self.dropped else None
        return SearchResult(tuple(items), matched, complete, self.dropped, tuple(notes))

    def _is_all(self) -> bool:
        return self.matched is not None and len(self._seen) >= self.matched


def no_items(catalog: str) -> UnexpectedAnswer:
    """The error for an answer that holds entries, none of which is an item."""
    return final(UnexpectedAnswer(f"{catalog} sent something that is no STAC item.", "Check the address."))


def unreadable_words(catalog: str, count: int) -> Sequence[str]:
    """A sentence about what a catalog sent that is no item, if it did."""
    return [f"{catalog} sent {count} entries that are no STAC items; they were left out."] if count else []


def _matched(page: Mapping[str, Any]) -> Optional[int]:
    context = page.get("context")
    for value in (page.get("numberMatched"), context.get("matched") if isinstance(context, Mapping) else None):
        if isinstance(value, int) and not isinstance(value, bool):
            return value
    return None


def sorted_items(items: Sequence[StacItem], keys: Sequence[SortKey]) -> List[StacItem]:
    """The items by the keys, the first one first; those without a value last."""
    ordered = list(items)
    for key in reversed(keys):
        with_value = [item for item in ordered if _value(item, key.field) is not None]
        without = [item for item in ordered if _value(item, key.field) is None]
        with_value.sort(key=lambda item, name=key.field: _rank(item, name), reverse=key.descending)  # type: ignore[misc]
        ordered = with_value + without
    return ordered


def _value(item: StacItem, field: str) -> Any:
    own: Dict[str, Any] = {"id": item.item_id, "collection": item.collection}
    name = field[len("properties."):] if field.startswith("properties.") else field
    if name == "datetime":
        return None if item.date is None else item.date.timestamp()
    return own.get(field, item.properties.get(name))


def _rank(item: StacItem, field: str) -> Tuple[bool, Any]:
    value = _value(item, field)
    return (True, str(value)) if not isinstance(value, (int, float)) else (False, value)
