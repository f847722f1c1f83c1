"""One STAC catalog: an API, or files that lead from one to the next."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Tuple
from urllib.parse import quote

from sentinel_workbench.core.errors import UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final
from sentinel_workbench.core.http.transport import RequestsTransport, Transport
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.stac.asking import Asker, Question
from sentinel_workbench.core.stac.item_reading import links_of, own_address, read_collection, read_item, resolve
from sentinel_workbench.core.stac.records import SearchResult, StacCollection, StacConnection, StacItem, StacQuery
from sentinel_workbench.core.stac.searching import search
from sentinel_workbench.core.stac.service import StacService, read_service
from sentinel_workbench.core.stac.static import StaticCatalog, is_file, read_file

_QUERYABLES = "http://www.opengis.net/def/rel/ogc/1.0/queryables"
MAX_COLLECTION_PAGES = 50


class StacClient:
    """Asks a catalog. Thread-safe after ``open``.

    Args:
        connection: which catalog.
        transport: sends; made when absent.
        service: of an earlier ``open``, to do without asking again.
        keep_s: how long what was read of a catalog of files stands for them.
    """

    def __init__(
        self,
        connection: StacConnection,
        transport: Optional[Transport] = None,
        service: Optional[StacService] = None,
        keep_s: float = 0.0,
    ) -> None:
        self.connection = connection
        self._asker = Asker(transport or RequestsTransport(), connection.url, connection.headers)
        self._service, self._keep_s = service, keep_s
        self._static: Optional[StaticCatalog] = None

    def open(self, progress: Optional[Progress] = None) -> Optional[StacService]:
        """What the catalog can do; None for static files, which are searched here.

        Raises:
            UnexpectedAnswer: there is no STAC catalog at the address.
            ServiceError, NetworkError, StorageError, Cancelled.
        """
        if self._service is None and self._static is None:
            document = self._read(self.connection.url, progress or Silent())
            if document.get("type") not in ("FeatureCollection", "Feature"):
                self._service = read_service(document, self.connection.url)
            if self._service is None:
                self._static = StaticCatalog(document, self.connection.url, self._read, self._keep_s)
        return self._service

    def collections(self, progress: Optional[Progress] = None) -> Tuple[StacCollection, ...]:
        """All collections of the catalog."""
        watched = progress or Silent()
        service = self.open(watched)
        if service is None:
            return self._files().collections(watched)
        found: Dict[str, StacCollection] = {}
        url: Optional[str] = service.data_url
        for _ in range(MAX_COLLECTION_PAGES):
            raise_if_cancelled(watched)
            document = self._asker.ask(Question("GET", str(url)), watched)
            entries = document.get("collections")
            if not isinstance(entries, list):
                raise final(UnexpectedAnswer(f"{url} lists no collections.", "Check the address of the catalog."))
            for entry in entries:
                if isinstance(entry, Mapping) and isinstance(entry.get("id"), str):
                    found.setdefault(entry["id"], read_collection(entry))
            following = _next_page(document, str(url))
            if following is None or following == url:
                break
            url = following
        return tuple(found.values())

    def collection(self, collection_id: str, progress: Optional[Progress] = None) -> StacCollection:
        """One collection.

        Raises:
            NotThere: the catalog has none of this id.
        """
        watched = progress or Silent()
        service = self.open(watched)
        if service is None:
            return self._files().collection(collection_id, watched)
        document = self._asker.ask(Question("GET", self._collection_url(service, collection_id)), watched)
        return read_collection({"id": collection_id, **document})

    def queryables(
        self, collection_id: Optional[str] = None, progress: Optional[Progress] = None
    ) -> Mapping[str, Mapping[str, Any]]:
        """Properties a search may compare, by name, each as JSON Schema; empty when the catalog lists none."""
        watched = progress or Silent()
        service = self.open(watched)
        if service is None:
            return self._files().queryables(watched)
        if collection_id is None:
            url = service.url.rstrip("/") + "/queryables"
        else:
            url = self._collection_url(service, collection_id) + "/queryables"
            links = links_of(self.collection(collection_id, watched).document)
            url = next((str(link["href"]) for link in links if link.get("rel") == _QUERYABLES), url)
        properties = self._asker.ask(Question("GET", url), watched).get("properties")
        found = properties if isinstance(properties, Mapping) else {}
        return {str(name): entry for name, entry in found.items() if isinstance(entry, Mapping)}

    def item(self, collection_id: str, item_id: str, progress: Optional[Progress] = None) -> StacItem:
        """One item.

        Raises:
            NotThere: the catalog has none of this id.
        """
        watched = progress or Silent()
        service = self.open(watched)
        if service is None:
            return self._files().item(collection_id, item_id, watched)
        url = f"{self._collection_url(service, collection_id)}/items/{quote(item_id, safe='')}"
        return read_item(self._asker.ask(Question("GET", url), watched), url, service.url)

    def search(self, query: StacQuery, progress: Optional[Progress] = None) -> SearchResult:
        """The items that meet a query; see ``searching.search``."""
        watched = progress or Silent()
        service = self.open(watched)
        return self._files().search(query, watched) if service is None else search(self._asker, service, query, watched)

    def _files(self) -> StaticCatalog:
        if self._static is None:
            raise final(UnexpectedAnswer(f"{self.connection.url} is no STAC catalog.", "Check its address."))
        return self._static

    def _read(self, address: str, progress: Progress) -> Mapping[str, Any]:
        return read_file(address) if is_file(address) else self._asker.ask(Question("GET", address), progress)

    def _collection_url(self, service: StacService, collection_id: str) -> str:
        head, _, query = service.data_url.partition("?")
        return f"{head}/{quote(collection_id, safe='')}" + (f"?{query}" if query else "")


def _next_page(document: Mapping[str, Any], url: str) -> Optional[str]:
    links: List[Mapping[str, Any]] = [link for link in links_of(document) if link.get("rel") == "next"]
    return resolve(own_address(document) or url, str(links[0]["href"])) if links and links[0].get("href") else None
