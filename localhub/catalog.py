"""The Catalog API: landing page, collections, and searches over the scene store."""

from __future__ import annotations

import heapq
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Iterator, List, Mapping, Optional, Tuple

from osgeo import gdal

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.localhub.answers import GEOJSON_TYPE, Answer, bad_payload, json_answer
from sentinel_workbench.localhub.catalog_items import (
    STAC_VERSION,
    collection_document,
    scene_item,
    scene_properties,
    select_fields,
)
from sentinel_workbench.localhub.catalog_query import CatalogQuery, query_of_parameters, read_query, shape_of
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.instants import format_moment
from sentinel_workbench.localhub.payload import parse_json
from sentinel_workbench.localhub.records import HubError, StoredScene

if TYPE_CHECKING:
    from sentinel_workbench.localhub.hub_request import HubRequest
    from sentinel_workbench.localhub.store import SceneStore

ROOT = "/api/v1/catalog/1.0.0"
_PAGE = 500
_CONFORMANCE = (
    "https://api.stacspec.org/v1.0.0/core",
    "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.0.0/item-search",
    "https://api.stacspec.org/v1.0.0/item-search#fields",
    "https://api.stacspec.org/v1.0.0/item-search#filter",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core",
    "http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/geojson",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-text",
    "http://www.opengis.net/spec/cql2/1.0/conf/cql2-json",
)
Address = Tuple[str, str, Callable[..., Answer], bool]


class Catalog:
    """Answers the addresses below the catalog's root."""

    def __init__(self, store: SceneStore, finder: CollectionFinder) -> None:
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
        names = {"self": "/", "conformance": "/conformance", "data": "/collections", "search": "/search"}
        return json_answer(
            {
                "type": "Catalog",
                "stac_version": STAC_VERSION,
                "id": "sentinel-workbench-local-hub",
                "title": "Sentinel Workbench local hub",
                "description": "Scenes in the local hub's store.",
                "conformsTo": list(_CONFORMANCE),
                "links": [{"rel": rel, "href": root + path, "type": "application/json"} for rel, path in names.items()],
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
        properties = {"eo:cloud_cover": {"type": "number", "minimum": 0, "maximum": 100}}
        return json_answer(
            {
                "$schema": "https://json-schema.org/draft/2019-09/schema",
                "$id": f"{request.base_url}{ROOT}/collections/{collection.collection_id}/queryables",
                "type": "object",
                "title": collection.title,
                "properties": properties if collection.has_cloud_cover else {},
            },
            content_type="application/schema+json",
        )

    def items(self, request: HubRequest, name: str) -> Answer:
        """A search by query parameters in one collection."""
        parameters = {"datetime": "../..", **request.query}
        return self._answer_search(request, query_of_parameters(parameters, name))

    def item(self, request: HubRequest, name: str, item_id: str) -> Answer:
        """One item."""
        query = CatalogQuery(self._collection(name).collection_id, None, None, ids=(item_id,))
        for scene in self._scenes(query):
            return json_answer(scene_item(scene, request.base_url + ROOT), content_type=GEOJSON_TYPE)
        raise HubError(404, "COMMON_NOT_FOUND", f"Item {item_id[:200]} not found.")

    def search_by_parameters(self, request: HubRequest) -> Answer:
        """A search by query parameters."""
        return self._answer_search(request, query_of_parameters(request.query))

    def search(self, request: HubRequest) -> Answer:
        """A search by a JSON body."""
        return self._answer_search(request, parse_json(request.body))

    def _answer_search(self, request: HubRequest, body: Mapping[str, Any]) -> Answer:
        query = read_query(body)
        query = replace(query, collection=self._collection(query.collection).collection_id)
        root = request.base_url + ROOT
        features = self._features(query, root)
        page = list(itertools.islice(features, query.offset, query.offset + query.limit + 1))
        context = {"limit": query.limit, "returned": min(len(page), query.limit)}
        links: List[Mapping[str, Any]] = [{"rel": "self", "href": f"{root}/search", "type": GEOJSON_TYPE}]
        if len(page) > query.limit:
            context["next"] = query.offset + query.limit
            links.append(_next_link(root, context["next"]))
        document = {
            "type": "FeatureCollection",
            "features": page[: query.limit],
            "links": links,
            "context": context,
        }
        return json_answer(document, content_type=GEOJSON_TYPE)

    def _features(self, query: CatalogQuery, root: str) -> Iterator[Any]:
        scenes = self._scenes(query)
        if query.distinct is not None:
            return _distinct(scenes, query.distinct)
        items = (scene_item(scene, root) for scene in scenes)
        if query.fields is None:
            return items
        include, exclude = query.fields
        return (select_fields(item, include, exclude) for item in items)

    def _scenes(self, query: CatalogQuery) -> Iterator[StoredScene]:
        """Scenes of a query, newest first, none twice."""
        boxes: Tuple[Optional[BBox], ...] = query.boxes or (None,)
        streams = [self._stored(query, box) for box in boxes]
        seen = set()
        for scene in heapq.merge(*streams, key=lambda scene: scene.date, reverse=True):
            if scene.scene_id not in seen and _matches(scene, query):
                seen.add(scene.scene_id)
                yield scene

    def _stored(self, query: CatalogQuery, box: Optional[BBox]) -> Iterator[StoredScene]:
        offset = 0
        while True:
            page = self._store.search(
                query.collection,
                box,
                query.time_from,
                query.time_to,
                order="mostRecent",
                limit=_PAGE,
                offset=offset,
            )
            yield from page
            if len(page) < _PAGE:
                return
            offset += _PAGE

    def _collection(self, name: str) -> Collection:
        collection = self._finder.stored(name)
        if collection is None:
            raise HubError(404, "COMMON_NOT_FOUND", f"Collection {name[:100]} not found.")
        return collection

    def _document(self, collection: Collection, root: str) -> Mapping[str, Any]:
        ends = []
        for order in ("leastRecent", "mostRecent"):
            scenes = self._store.search(collection.collection_id, None, None, None, order=order, limit=1)
            ends.append(format_moment(scenes[0].date) if scenes else None)
        return collection_document(collection, root, (ends[0], ends[1]))


def _next_link(root: str, offset: int) -> Mapping[str, Any]:
    body = {"next": offset}
    href = f"{root}/search"
    return {"rel": "next", "href": href, "type": GEOJSON_TYPE, "method": "POST", "body": body, "merge": True}


def _matches(scene: StoredScene, query: CatalogQuery) -> bool:
    if query.ids is not None and scene.scene_id not in query.ids:
        return False
    properties = scene_properties(scene)
    if not all(comparison.holds(properties) for comparison in query.comparisons):
        return False
    return query.shape is None or _intersects(scene, query)


def _intersects(scene: StoredScene, query: CatalogQuery) -> bool:
    footprint = shape_of(scene.footprint)
    gdal.PushErrorHandler("CPLQuietErrorHandler")
    try:
        return footprint is not None and bool(footprint.Intersects(query.shape))
    except RuntimeError:
        return False
    finally:
        gdal.PopErrorHandler()


def _distinct(scenes: Iterator[StoredScene], name: str) -> Iterator[str]:
    """Distinct values in the order they come: dates without their time, or another property."""
    seen = set()
    for scene in scenes:
        value = scene.date.date().isoformat() if name == "date" else scene_properties(scene).get(name)
        if not isinstance(value, (str, int, float)):
            raise bad_payload(f"`distinct` does not support '{name[:60]}'; use date.", "distinct")
        if value not in seen:
            seen.add(value)
            yield str(value)
