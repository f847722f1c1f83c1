"""Catalog API: scenes and collections (catalog, 1 to 4)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput, UnexpectedAnswer
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.hub.asking import JsonClient
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import cover_bbox
from sentinel_workbench.core.model.scene import Scene
from sentinel_workbench.core.model.timerange import TimeRange, parse_instant
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled

PAGE = 100
"""Largest ``limit`` of the service."""


@dataclass(frozen=True)
class CatalogCollection:
    """A collection as the Catalog lists it.

    Attributes:
        collection_id: type id.
        title: for people.
        earliest: ISO time of the first data, or None.
        bands: names of ``summaries.eo:bands``, empty when not listed.
    """

    collection_id: str
    title: str
    earliest: Optional[str] = None
    bands: Tuple[str, ...] = ()


def search(
    client: JsonClient,
    collection_id: str,
    bbox: BBox,
    period: TimeRange,
    max_cloud_percent: Optional[float] = None,
    progress: Optional[Progress] = None,
) -> Iterator[Scene]:
    """Scenes that touch ``bbox`` within ``period``; pages are asked for as they are wanted.

    Args:
        client: asks.
        collection_id: type id; collections without a Catalog (DEM) have no scenes.
        bbox: in any CRS; its lon/lat bounds are searched.
        period: half-open.
        max_cloud_percent: of the tile, 0..100; ignored by collections without cloud cover.
        progress: Cancel ends the search between pages and while waiting.

    Raises:
        ServiceError, NetworkError, Cancelled: as ``HubClient.ask_json``.
        UnexpectedAnswer: the Catalog pages in circles or its items can't be read.
    """
    watched = progress or Silent()
    url = client.connection.serving(collection_id).url("catalog") + "/search"
    body = _search_body(collection_id, bbox, period, max_cloud_percent)
    seen = set()
    while True:
        raise_if_cancelled(watched)
        answer = client.ask_json("POST", url, body, watched)
        for item in answer.get("features") or ():
            yield _scene(item, collection_id, url)
        following = _next_of(answer)
        if following is None:
            return
        if following in seen:
            raise UnexpectedAnswer(f"{url} repeats the page '{following}' without end.", "Try a shorter period.")
        seen.add(following)
        body = {**body, "next": following}


def list_collections(
    client: JsonClient, progress: Progress, policy: Optional[RetryPolicy] = None
) -> Tuple[CatalogCollection, ...]:
    """All collections of the Catalog.

    Raises:
        ServiceError, NetworkError, Cancelled: as ``HubClient.ask_json``.
    """
    url = client.connection.url("catalog") + "/collections"
    entries = client.ask_json("GET", url, None, progress, policy).get("collections")
    if not isinstance(entries, list):
        raise UnexpectedAnswer(f"{url} is not the Catalog of a Sentinel Hub.", "Check the base URL.")
    return tuple(_collection(entry) for entry in entries if isinstance(entry, Mapping) and entry.get("id"))


def _search_body(
    collection_id: str, bbox: BBox, period: TimeRange, max_cloud_percent: Optional[float]
) -> Dict[str, Any]:
    body: Dict[str, Any] = {
        "collections": [collection_id],
        "datetime": "/".join(period.wire_bounds()),
        "bbox": list(cover_bbox(bbox, "EPSG:4326").corners),
    }
    if max_cloud_percent is not None and max_cloud_percent < 100 and _tells_cloud_cover(collection_id):
        body["filter"] = f"eo:cloud_cover <= {max_cloud_percent:g}"
        body["filter-lang"] = "cql2-text"
    body["limit"] = PAGE
    return body


def _tells_cloud_cover(collection_id: str) -> bool:
    try:
        return find_collection(collection_id).has_cloud_cover
    except InvalidInput:
        return False


def _next_of(answer: Mapping[str, Any]) -> Optional[Any]:
    context = answer.get("context")
    if isinstance(context, Mapping):
        return context.get("next")
    links: List[Any] = answer.get("links") or []
    for link in links:
        if isinstance(link, Mapping) and link.get("rel") == "next":
            return (link.get("body") or {}).get("next")
    return None


def _instant(text: str) -> dt.datetime:
    """Python before 3.11 reads fractions of three or six digits only."""
    return parse_instant(re.sub(r"\.(\d+)", lambda match: "." + match.group(1)[:6].ljust(6, "0"), text))


def _scene(item: Any, collection_id: str, url: str) -> Scene:
    try:
        properties = item["properties"]
        cloud = properties.get("eo:cloud_cover")
        return Scene(
            str(item["id"]),
            str(item.get("collection") or collection_id),
            _instant(properties["datetime"]),
            None if cloud is None else float(cloud),
            item.get("geometry"),
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise UnexpectedAnswer(f"{url} sent an item that can't be read.", "Report it to the service.") from error


def _collection(entry: Mapping[str, Any]) -> CatalogCollection:
    summaries = entry.get("summaries")
    bands = summaries.get("eo:bands") if isinstance(summaries, Mapping) else None
    names = tuple(str(b["name"]) for b in bands or () if isinstance(b, Mapping) and b.get("name"))
    try:
        earliest = entry["extent"]["temporal"]["interval"][0][0]
    except (KeyError, IndexError, TypeError):
        earliest = None
    return CatalogCollection(str(entry["id"]), str(entry.get("title") or entry["id"]), earliest, names)
