"""The Catalog API: landing page, collections, and searches over the scene store."""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING, Any, Callable, FrozenSet, Iterator, List, Mapping, Optional, Tuple
from urllib.parse import urlencode

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.localhub.answers import GEOJSON_TYPE, Answer, bad_payload, json_answer
from sentinel_workbench.localhub.catalog_items import STAC_VERSION, collection_document, scene_item, select_fields
from sentinel_workbench.localhub.catalog_properties import DATE, distinct_names, queryables, scene_properties
from sentinel_workbench.localhub.catalog_query import CatalogQuery, query_of_parameters, read_query
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.instants import format_moment
from sentinel_workbench.localhub.payload import parse_json
from sentinel_workbench.localhub.records import HubError, StoredScene

if TYPE_CHECKING:
    from sentinel_workbench.localhub.hub_request import HubRequest
    from sentinel_workbench.localhub.sources import Sources

ROOT = "/api/v1/catalog/1.0.0"
_FIRST_PAGE, _LARGEST_PAGE = 500, 16_000
_MOST_LOOKUPS = 100
"""Of single scenes by id; more ids are looked for among all scenes."""
_CONFORMANCE = (
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.0.0/ogcapi-features",
    "https://api.stacspec.org/v1.0.0/item-search",
    "https://api.stacspec.org/v1.0.0/item-search#fields",
    "https://api.stacspec.org/v1.0.0/item-search#context",
    "https://api.stacspec.org/v1.0.0/item-search#filter",
    "http://www.opengis.net/spec/ogcapi-features-3/1.0/conf/filter",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
    "http://www.opengis.net/spec/cql2/1.0/conf/basic-cql2",
)
Address = Tuple[str, str, Callable[..., Answer], bool]


class Catalog:
    """Answers the addresses below the catalog's root."""

    def __init__(self, store: Sources, finder: CollectionFinder) -> None:
        self._store, self._finder = store, finder

    def addresses(self) -> List[Address]:
        """(method, path pattern below the root, answer, whether a token is needed)."""
        return [
            ("GET", r"/?", self.landing, False),
            ("GET", r"/conformance/?", self.conformance, False),
            ("GET", r"/collections/?", self.collections, True),
            ("GET", r"/collections/([^/]+)/?", self.collection, True),
            ("GET", r"/collections/([^/]+)/queryables/?", self.queryables, True),
            ("GET", r"/collections/([^/]+)/items/?", self.items, True),
            ("GET", r"/collections/([^/]+)/items/([^/]+)/?", self.item, True),
            ("GET", r"/search/?", self.search_by_parameters, True),
            ("POST", r"/search/?", self.search, True),
        ]

    def landing(self, request: HubRequest) -> Answer:
        """The landing page."""
        root = request.base_url + ROOT
        names = {"root": "/", "self": "/", "data": "/collections", "conformance": "/conformance"}
        links = [{"rel": rel, "href": root + path, "type": "application/json"} for rel, path in names.items()]
        search = {"rel": "search", "href": f"{root}/search", "type": GEOJSON_TYPE}
        links += [{**search, "method": "GET"}, {**search, "method": "POST"}]
        links += [
            {"rel": "child", "href": f"{root}/collections/{c.collection_id}", "type": "application/json"}
            for c in self._finder.all_stored()
        ]
        return json_answer(
            {
                "type": "Catalog",
                "stac_version": STAC_VERSION,
                "id": "sentinel-workbench-local-hub",
                "title": "Sentinel Workbench local hub",
                "description": "Scenes in the local hub's store.",
                "conformsTo": list(_CONFORMANCE),
                "links": links,
            }
        )

    def conformance(self, request: HubRequest) -> Answer:
        """Which standards are kept."""
        return json_answer({"conformsTo": list(_CONFORMANCE)})

    def collections(self, request: HubRequest) -> Answer:
        """All collections with scenes in the store."""
        root = request.base_url + ROOT
        documents = [self._document(collection, root) for collection in self._finder.all_stored()]
        links = [{"rel": "self", "href": f"{root}/collections", "type": "application/json"}]
        return json_answer({"collections": documents, "links": links})

    def collection(self, request: HubRequest, name: str) -> Answer:
        """One collection."""
        return json_answer(self._document(self._collection(name), request.base_url + ROOT))

    def queryables(self, request: HubRequest, name: str) -> Answer:
        """What filters may compare, as JSON Schema."""
        collection = self._collection(name)
        return json_answer(
            {
                "$schema": "https://json-schema.org/draft/2019-09/schema",
                "$id": f"{request.base_url}{ROOT}/collections/{collection.collection_id}/queryables",
                "type": "object",
                "title": collection.title,
                "properties": queryables(collection),
            },
            content_type="application/schema+json",
        )

    def items(self, request: HubRequest, name: str) -> Answer:
        """A search by query parameters in one collection."""
        collection = self._collection(name)
        parameters = {"datetime": "../..", **request.query}
        query = read_query(query_of_parameters(parameters, collection.collection_id))
        return self._answer_search(request, query, collection)

    def item(self, request: HubRequest, name: str, item_id: str) -> Answer:
        """One item."""
        collection = self._collection(name)
        scene = self._store.scene(collection.collection_id, item_id)
        if scene is None:
            raise HubError(404, "COMMON_NOT_FOUND", f"Item {item_id[:200]} not found.")
        return json_answer(scene_item(scene, collection, request.base_url + ROOT), content_type=GEOJSON_TYPE)

    def search_by_parameters(self, request: HubRequest) -> Answer:
        """A search by query parameters."""
        query = read_query(query_of_parameters(request.query))
        return self._answer_search(request, query, self._collection(query.collection))

    def search(self, request: HubRequest) -> Answer:
        """A search by a JSON body."""
        query = read_query(parse_json(request.body))
        return self._answer_search(request, query, self._collection(query.collection))

    def _answer_search(self, request: HubRequest, query: CatalogQuery, collection: Collection) -> Answer:
        if query.distinct is not None and query.distinct not in distinct_names(collection):
            names = ", ".join(distinct_names(collection))
            message = f"`distinct` does not support '{query.distinct[:60]}' in {collection.collection_id}; use {names}."
            raise bad_payload(message, "distinct")
        page = self._page(query, collection, request.base_url + ROOT)
        context = {"limit": query.limit, "returned": min(len(page), query.limit)}
        if len(page) > query.limit:
            context["next"] = query.offset + query.limit
        document = {
            "type": "FeatureCollection",
            "features": page[: query.limit],
            "links": _page_links(request, context.get("next")),
            "context": context,
        }
        return json_answer(document, content_type=GEOJSON_TYPE)

    def _page(self, query: CatalogQuery, collection: Collection, root: str) -> List[Any]:
        """The items or distinct values of a page and, when there is one, the first of the next."""
        ends = query.offset, query.offset + query.limit + 1
        scenes = self._scenes(query, collection)
        if query.distinct is not None:
            return list(itertools.islice(_distinct(scenes, collection, query.distinct), *ends))
        items = [scene_item(scene, collection, root) for scene in itertools.islice(scenes, *ends)]
        return items if query.fields is None else [select_fields(item, *query.fields) for item in items]

    def _scenes(self, query: CatalogQuery, collection: Collection) -> Iterator[StoredScene]:
        """Scenes of a query, newest first, none twice."""
        boxes: Tuple[Optional[BBox], ...] = query.area.boxes if query.area is not None else (None,)
        streams = [self._stored(query, collection, box) for box in boxes]
        if query.ids is not None and len(query.ids) <= _MOST_LOOKUPS:
            streams = [self._named(query.ids, collection)]
        seen = set()
        for scene in heapq.merge(*streams, key=lambda scene: scene.date, reverse=True):
            if scene.scene_id not in seen and _matches(scene, collection, query):
                seen.add(scene.scene_id)
                yield scene

    def _named(self, ids: FrozenSet[str], collection: Collection) -> Iterator[StoredScene]:
        """The scenes of these ids, newest first."""
        found = (self._store.scene(collection.collection_id, scene_id) for scene_id in ids)
        yield from sorted((scene for scene in found if scene), key=lambda scene: scene.date, reverse=True)

    def _stored(self, query: CatalogQuery, collection: Collection, box: Optional[BBox]) -> Iterator[StoredScene]:
        """Page by page, each larger: a search runs through its first ``offset`` scenes again."""
        offset, limit = 0, _FIRST_PAGE
        while True:
            page = self._store.search(
                collection.collection_id,
                box,
                query.time_from,
                query.time_to,
                order="mostRecent",
                limit=limit,
                offset=offset,
            )
            yield from page
            if len(page) < limit:
                return
            offset, limit = offset + limit, min(2 * limit, _LARGEST_PAGE)

    def _collection(self, name: str) -> Collection:
        collection = self._finder.stored(name)
        if collection is None:
            raise HubError(404, "COMMON_NOT_FOUND", f"Collection {name[:100]} not found.")
        return collection

    def _document(self, collection: Collection, root: str) -> Mapping[str, Any]:
        ends = self._store.interval(collection.collection_id)
        first, last = (None if end is None else format_moment(end) for end in ends)
        return collection_document(collection, root, (first, last))


def _page_links(request: HubRequest, following: Optional[int]) -> List[Mapping[str, Any]]:
    """To this page, and to the next one in the way the client asked for this one."""
    href = request.base_url + request.path
    query = {key: value for key, value in request.query.items() if key != "next"}
    here = f"{href}?{urlencode(request.query)}" if request.query else href
    links: List[Mapping[str, Any]] = [{"rel": "self", "href": here, "type": GEOJSON_TYPE}]
    if following is not None and request.method == "POST":
        body = {"next": following}
        next_page = {"rel": "next", "href": href, "type": GEOJSON_TYPE, "method": "POST", "body": body, "merge": True}
        links.append(next_page)
    elif following is not None:
        href += "?" + urlencode({**query, "next": following})
        links.append({"rel": "next", "href": href, "type": GEOJSON_TYPE, "method": "GET"})
    return links


def _matches(scene: StoredScene, collection: Collection, query: CatalogQuery) -> bool:
    if query.ids is not None and scene.scene_id not in query.ids:
        return False
    if query.time_from is not None and scene.date < query.time_from:
        return False
    if query.time_to is not None and scene.date > query.time_to:
        return False
    if not query.condition.holds(scene_properties(scene, collection)):
        return False
    return query.area is None or query.area.meets(scene.footprint)


def _distinct(scenes: Iterator[StoredScene], collection: Collection, name: str) -> Iterator[str]:
    """Distinct values in the order they come: dates without their time, or another property."""
    seen = set()
    for scene in scenes:
        value = scene.date.date().isoformat() if name == DATE else scene_properties(scene, collection).get(name)
        if value is not None and value not in seen:
            seen.add(value)
            yield str(value)
