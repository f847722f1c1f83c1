"""The BYOC API: collections and tiles over local folders as buckets (facts: byoc)."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from sentinel_workbench.core.model.byoc import STATUSES
from sentinel_workbench.localhub.answers import JSON_TYPE, Answer, bad_payload, json_answer
from sentinel_workbench.localhub.byoc_buckets import Buckets
from sentinel_workbench.localhub.byoc_ingestion import Ingestion
from sentinel_workbench.localhub.byoc_outcomes import bands_of
from sentinel_workbench.localhub.byoc_pages import page_answer, read_view
from sentinel_workbench.localhub.byoc_request import (
    CollectionOrder,
    TileOrder,
    changed_bands,
    read_collection,
    read_tile,
    read_tile_update,
)
from sentinel_workbench.localhub.byoc_store import ByocStore
from sentinel_workbench.localhub.byoc_tiles import new_tile, sensing_time_of, updated_tile, waiting_again
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.instants import format_moment, parse_rfc3339
from sentinel_workbench.localhub.payload import parse_json

ROOT = "/api/v1/byoc"
USER_ID = str(uuid.uuid5(uuid.NAMESPACE_URL, "sentinel-workbench-local-hub"))
"""There is one user."""
_SORTS = ("created:asc", "created:desc", "path:asc", "path:desc")
_UNITS = {"x-processingunits-spent": "1.0"}
_DONE = Answer(204, JSON_TYPE, headers=_UNITS)
_TIMES = (("sensingTimeFrom", "sensing >= ?"), ("sensingTimeTo", "sensing <= ?"))
_TILE_FILTERS = ("sort", "path", "status", *(name for name, _ in _TIMES))
Address = Tuple[str, str, Callable[..., Answer], bool]


class Byoc:
    """Answers the addresses below the API's root, and ingests in a thread of its own between start and close."""

    def __init__(self, store: ByocStore, buckets: Buckets) -> None:
        self._store, self._buckets = store, buckets
        self._ingestion = Ingestion(store, buckets)

    def start(self) -> None:
        """Begin to ingest."""
        self._ingestion.start()

    def close(self) -> None:
        """End; what waits goes on waiting for the next hub."""
        self._ingestion.close()

    def addresses(self) -> List[Address]:
        """(method, path pattern below the root, answer, whether a token is needed)."""
        one, tile = r"/collections/([^/]+)", r"/collections/([^/]+)/tiles/([^/]+)"
        routes: List[Tuple[str, str, Callable[..., Answer]]] = [
            ("GET", r"/collections/?", self.collections),
            ("POST", r"/collections/?", self.create_collection),
            ("GET", one + "/?", self.collection),
            ("PUT", one + "/?", self.update_collection),
            ("DELETE", one + "/?", self.delete_collection),
            ("POST", one + "/copyTiles/?", self.copy_tiles),
            ("GET", one + "/tiles/?", self.tiles),
            ("POST", one + "/tiles/?", self.create_tile),
            ("GET", tile + "/?", self.tile),
            ("PUT", tile + "/?", self.update_tile),
            ("DELETE", tile + "/?", self.delete_tile),
            ("POST", tile + "/reingest/?", self.reingest_tile),
        ]
        return [(*route, True) for route in routes]

    # ---- collections -------------------------------------------------------------------------------------------

    def collections(self, request: HubRequest) -> Answer:
        """A page of collections, those whose name or id fits ``search``."""
        view = read_view(request.query, ("search",))
        rows, more = self._store.collections(view, _search(view.filters.get("search", "")))
        return page_answer(request.base_url + ROOT + "/collections", view, rows, more)

    def create_collection(self, request: HubRequest) -> Answer:
        """A new collection."""
        order = read_collection(parse_json(request.body))
        self._buckets.check(order.bucket)
        document: Dict[str, Any] = {
            "id": str(uuid.uuid4()), "userId": USER_ID, "accountId": USER_ID, "name": order.name,
            "s3Bucket": order.bucket, "created": format_moment(dt.datetime.now(dt.timezone.utc)),
            "isConfigured": bool(order.bands), "requiresMetadataUpdate": False, "additionalData": {},
        }
        _set_collection(document, order, order.bands)
        self._store.add_collection(document)
        return json_answer({"data": document}, 201, headers=_UNITS)

    def collection(self, request: HubRequest, collection_id: str) -> Answer:
        """One collection."""
        return json_answer({"data": self._store.collection(collection_id)})

    def update_collection(self, request: HubRequest, collection_id: str) -> Answer:
        """Change name, nodata, bands; the bucket only while there are no tiles."""
        self._store.collection(collection_id)
        order = read_collection(parse_json(request.body))

        def change(document: Dict[str, Any], has_tiles: bool, has_ingested: bool) -> None:
            if order.bucket != document["s3Bucket"]:
                if has_tiles:
                    raise bad_payload("`s3Bucket` can't be changed: the collection has tiles.", "s3Bucket")
                self._buckets.check(order.bucket)
            bands = order.bands
            if bands is not None and has_ingested:
                bands = changed_bands(bands_of(document), bands)
            _set_collection(document, order, bands)

        self._store.change_collection(collection_id, change)
        return _DONE

    def delete_collection(self, request: HubRequest, collection_id: str) -> Answer:
        """Remove a collection and all its tiles; the files stay."""
        self._store.remove_collection(collection_id)
        return _DONE

    def copy_tiles(self, request: HubRequest, collection_id: str) -> Answer:
        """Add the tiles of a collection to another of the same bucket, where they are ingested."""
        target = request.query.get("toCollection", "")
        source = self._store.collection(collection_id)
        if not target:
            raise bad_payload("`toCollection` must be set.", "toCollection")
        if self._store.collection(target)["s3Bucket"] != source["s3Bucket"]:
            raise bad_payload("Tiles can only be copied to a collection of the same bucket.", "toCollection")
        tiles = self._store.tiles_to_copy(collection_id)
        self._store.add_tiles(target, [new_tile(TileOrder(t.path, t.cover, sensing_time_of(t))) for t in tiles])
        self._ingestion.wake()
        return _DONE

    # ---- tiles -------------------------------------------------------------------------------------------------

    def tiles(self, request: HubRequest, collection_id: str) -> Answer:
        """A page of tiles, filtered and sorted."""
        view = read_view(request.query, _TILE_FILTERS)
        conditions = _tile_conditions(view.filters)
        rows, more = self._store.tiles(collection_id, view, conditions)
        if not rows:
            self._store.collection(collection_id)
        return page_answer(f"{request.base_url}{ROOT}/collections/{collection_id}/tiles", view, rows, more)

    def create_tile(self, request: HubRequest, collection_id: str) -> Answer:
        """A new tile, which waits for ingestion."""
        self._store.collection(collection_id)
        tile = new_tile(read_tile(parse_json(request.body)))
        self._store.add_tiles(collection_id, [tile])
        self._ingestion.wake()
        return json_answer({"data": tile["document"]}, 201, headers=_UNITS)

    def tile(self, request: HubRequest, collection_id: str, tile_id: str) -> Answer:
        """One tile."""
        return json_answer({"data": self._store.tile(collection_id, tile_id).document})

    def update_tile(self, request: HubRequest, collection_id: str, tile_id: str) -> Answer:
        """Set cover geometry and sensing time; what is not given is unset."""
        known = self._store.tile(collection_id, tile_id)
        order = read_tile_update(parse_json(request.body), known.path)
        self._store.change_tile(collection_id, tile_id, lambda tile: updated_tile(tile, order))
        self._ingestion.wake()
        return _DONE

    def delete_tile(self, request: HubRequest, collection_id: str, tile_id: str) -> Answer:
        """Remove a tile; its files stay."""
        self._store.remove_tile(collection_id, tile_id)
        self._ingestion.wake()
        return _DONE

    def reingest_tile(self, request: HubRequest, collection_id: str, tile_id: str) -> Answer:
        """Ingest a tile again, after its files have changed."""
        self._store.change_tile(collection_id, tile_id, waiting_again)
        self._ingestion.wake()
        return _DONE


def _set_collection(document: Dict[str, Any], order: CollectionOrder, bands: Optional[Mapping[str, Any]]) -> None:
    additional = dict(document["additionalData"])
    if bands is not None:
        additional["bands"] = dict(bands)
    if order.max_metres_override is not None:
        additional["maxMetersPerPixelOverride"] = order.max_metres_override
    if order.no_data is not None and any("noData" in spec for spec in (additional.get("bands") or {}).values()):
        raise bad_payload("`noData` can be set for the collection or for its bands, not for both.", "noData")
    document.update(name=order.name, s3Bucket=order.bucket, additionalData=additional)
    document.pop("noData", None)
    if order.no_data is not None:
        document["noData"] = order.no_data


def _search(text: str) -> Callable[[str], bool]:
    """Words separated by ``|`` (or) and ``&`` (and), in any case."""
    choices = [[word.strip().lower() for word in choice.split("&") if word.strip()] for choice in text.split("|")]
    choices = [words for words in choices if words]
    return lambda name: not choices or any(all(word in name.lower() for word in words) for words in choices)


def _tile_conditions(filters: Mapping[str, str]) -> List[Tuple[str, Any]]:
    if filters.get("sort", _SORTS[0]) not in _SORTS:
        raise bad_payload(f"`sort` must be one of {', '.join(_SORTS)}.", "sort")
    conditions: List[Tuple[str, Any]] = []
    if "path" in filters:
        conditions.append(("path = ?", filters["path"]))
    if "status" in filters:
        if filters["status"] not in STATUSES:
            raise bad_payload(f"`status` must be one of {', '.join(STATUSES)}.", "status")
        conditions.append(("status = ?", filters["status"]))
    for name, condition in _TIMES:
        if name in filters:
            conditions.append((condition, parse_rfc3339(filters[name], name).timestamp()))
    return conditions
