"""What a catalog can do, as its landing page tells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple
from urllib.parse import urljoin

from sentinel_workbench.core.stac.item_reading import links_of

QUERY, FILTER, SORT, FIELDS = "query", "filter", "sort", "fields"
_JSON_TYPES = ("application/geo+json", "application/json", "")


@dataclass(frozen=True)
class StacService:
    """A STAC API.

    Attributes:
        url: of the landing page.
        title: for people.
        conforms_to: conformance classes, empty when the service lists none.
        search_url: where searches go.
        posts: searches by POST are offered.
        data_url: the list of collections.
    """

    url: str
    title: str
    conforms_to: Tuple[str, ...]
    search_url: str
    posts: bool
    data_url: str

    def can(self, extension: str) -> bool:
        """Whether searches understand ``query``, ``filter``, ``sort`` or ``fields``.

        A service that lists no classes at all is of a time when only ``query`` was usual (Earth Search v0).
        """
        if not self.conforms_to:
            return extension == QUERY
        pattern = re.compile(rf"(item-search|collections|ogcapi-features).*#{extension}\b|item-search/#{extension}$")
        return any(pattern.search(name) for name in self.conforms_to)


def read_service(document: Mapping[str, Any], url: str) -> Optional[StacService]:
    """The API of a landing page, None when the page belongs to no STAC API.

    Args:
        document: the landing page.
        url: where it was read.
    """
    searches = [
        link for link in links_of(document)
        if link.get("rel") == "search" and isinstance(link.get("href"), str)
        and str(link.get("type") or "").partition(";")[0] in _JSON_TYPES
    ]
    if not searches:
        return None
    posting = [link for link in searches if str(link.get("method", "")).upper() == "POST"]
    told = any(link.get("method") for link in searches)
    chosen = (posting or searches)[0]
    data = next((str(link["href"]) for link in links_of(document)
                 if link.get("rel") == "data" and isinstance(link.get("href"), str)), "")
    classes = document.get("conformsTo")
    base = url if url.endswith("/") else url + "/"
    return StacService(
        url,
        str(document.get("title") or document.get("id") or url),
        tuple(str(name) for name in classes) if isinstance(classes, list) else (),
        urljoin(base, str(chosen["href"])),
        bool(posting) or not told,
        urljoin(base, data) if data else base + "collections",
    )
