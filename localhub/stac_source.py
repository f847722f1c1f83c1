"""Scenes of a STAC catalog, found by search and read where they lie."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, List, Mapping, Optional, Sequence, Tuple, Union

from sentinel_workbench.core.errors import InvalidInput, NetworkError, NotThere, ServiceError
from sentinel_workbench.core.http.ranges import HttpRanges, Piece
from sentinel_workbench.core.http.transport import NetworkSettings, RequestsTransport
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import cover_bbox
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.raster.remote_files import CONNECTIONS
from sentinel_workbench.core.stac.catalogs import catalog_of
from sentinel_workbench.core.stac.client import StacClient
from sentinel_workbench.core.stac.comparisons import Comparison
from sentinel_workbench.core.stac.duplicates import fold_duplicates
from sentinel_workbench.core.stac.records import DEFAULT_PAGE, SortKey, StacConnection, StacItem, StacQuery
from sentinel_workbench.core.stac.s3_access import S3Account, file_access
from sentinel_workbench.core.stac.service import StacService
from sentinel_workbench.core.stac.times import interval
from sentinel_workbench.localhub.records import HubError, StoredScene
from sentinel_workbench.localhub.screening import CLASSES
from sentinel_workbench.localhub.stac_scenes import SceneMaking

MOST_SCENES = 2000
"""Of one request; more would not be read within any budget."""
KEEP_FILES_S = 300.0
"""A catalog of files is walked again after this time, not for every request."""
_SORTS = {
    "mostRecent": (SortKey("properties.datetime", True),),
    "leastRecent": (SortKey("properties.datetime"),),
    "leastCC": (SortKey("properties.eo:cloud_cover"), SortKey("properties.datetime", True)),
}
_FIRST = dt.datetime.min.replace(tzinfo=dt.timezone.utc)


@dataclass(frozen=True, eq=False)
class StacSettings:
    """One collection of a catalog, looked up once when the hub starts.

    Attributes:
        connection: of the catalog.
        service: what it can do; None for files.
        collection_id: as the catalog names it.
        collection: as requests and scripts see it.
        making: how its items become scenes.
        interval: times of its first and last scene, None for an open end.
        network: proxy, certificates and time-outs on the way to catalog and files.
        screens: look at the classes of scenes over the area before their bands are read.
        account: keys of the storage of its files, or None.
    """

    connection: StacConnection
    service: Optional[StacService]
    collection_id: str
    collection: Collection
    making: SceneMaking
    interval: Tuple[Optional[dt.datetime], Optional[dt.datetime]] = (None, None)
    network: NetworkSettings = field(default_factory=NetworkSettings)
    screens: bool = False
    account: Optional[S3Account] = None


@lru_cache(maxsize=16)
def stac_source(settings: StacSettings) -> StacSource:
    """The source of these settings; a process keeps it with its connections and signatures."""
    return StacSource(settings)


class StacSource:
    """One collection of a catalog as a source of scenes. Thread-safe."""

    def __init__(self, settings: StacSettings) -> None:
        self.collection = settings.collection
        self.interval = settings.interval
        self.names = (settings.collection.collection_id, settings.collection.legacy_name, settings.collection_id)
        searched, kept = catalog_of(settings.connection), catalog_of(settings.making.connection)
        self.connections = kept.connections if kept else CONNECTIONS
        self._page_size = searched.page_size if searched else DEFAULT_PAGE
        self._settings = settings
        self.screens = settings.screens and settings.collection.band(CLASSES) is not None
        transport = RequestsTransport(settings.network)
        self._client = StacClient(settings.connection, transport, settings.service, KEEP_FILES_S)
        self._ranges = HttpRanges(transport, file_access(settings.making.connection, transport, settings.account))
        self._hosts: set = set()

    def search(
        self,
        collection: str,
        bbox: Optional[BBox] = None,
        time_from: Optional[dt.datetime] = None,
        time_to: Optional[dt.datetime] = None,
        max_cloud_percent: Optional[float] = None,
        order: Optional[str] = None,
        limit: Optional[int] = None,
        offset: int = 0,
        geometry: Optional[Mapping[str, Any]] = None,
    ) -> List[StoredScene]:
        """See ``SceneStore.search``. Of several processings of a scene the newest is taken.

        Raises:
            HubError: the catalog can't be searched, or there are more scenes than a request may have.
        """
        order = order or "mostRecent"
        query = self._query(bbox, geometry, time_from, time_to, max_cloud_percent, order)
        end = None if limit is None else offset + limit
        try:
            items = self._found(query, end)
        except (NetworkError, ServiceError) as error:
            raise self._unreachable(error) from error
        ordered = _in_order(items, order)
        scenes = [self._settings.making.scene(item, scene_number(item)) for item in ordered[offset:end]]
        self._hosts.update(host_of(band.path) for scene in scenes for band in scene.bands.values())
        return scenes

    def scene(self, scene_id: str) -> Optional[StoredScene]:
        """The scene of that id, or None.

        Raises:
            HubError: the catalog can't be asked.
        """
        try:
            item = self._client.item(self._settings.collection_id, scene_id)
        except NotThere:
            return None
        except (NetworkError, ServiceError) as error:
            raise self._unreachable(error) from error
        return self._settings.making.scene(item, scene_number(item))

    def owns(self, url: str) -> bool:
        """Whether one of the scenes found has files on this host."""
        return host_of(url) in self._hosts

    def fetch(self, url: str, first: int, length: int) -> Piece:
        """Bytes of one of the scenes' files; see ``HttpRanges.fetch``."""
        return self._ranges.fetch(url, first, length, Silent())

    def _unreachable(self, error: Union[NetworkError, ServiceError]) -> HubError:
        message = f"The scenes of {self._settings.collection_id} can't be searched: {error.message}"
        return HubError(500, "RENDERER_EXCEPTION", message)

    def _query(
        self,
        bbox: Optional[BBox],
        geometry: Optional[Mapping[str, Any]],
        time_from: Optional[dt.datetime],
        time_to: Optional[dt.datetime],
        max_cloud_percent: Optional[float],
        order: str,
    ) -> StacQuery:
        is_limited = max_cloud_percent is not None and max_cloud_percent < 100
        clouds = (Comparison("eo:cloud_cover", "lte", max_cloud_percent),) if is_limited else ()  # type: ignore[arg-type]
        box = None if bbox is None or geometry is not None else cover_bbox(bbox, "EPSG:4326").corners
        try:
            period = None if time_from is None and time_to is None else interval((time_from, time_to))
            return StacQuery(
                (self._settings.collection_id,), bbox=box, intersects=geometry, period=period, comparisons=clouds,
                sort=_SORTS[order], page_size=self._page_size,
            )
        except InvalidInput as error:
            raise HubError(400, "COMMON_BAD_PAYLOAD", error.message) from error

    def _found(self, query: StacQuery, wanted: Optional[int]) -> Sequence[StacItem]:
        """At least ``wanted`` items, if there are so many, duplicates folded; all without."""
        most = MOST_SCENES if wanted is None else min(wanted, MOST_SCENES)
        while True:
            result = self._client.search(replace(query, max_results=most))
            items, _ = fold_duplicates(result.items)
            if result.complete or (wanted is not None and len(items) >= wanted):
                return items
            if most >= MOST_SCENES:
                raise HubError(
                    400, "COMMON_BAD_PAYLOAD",
                    f"{self._settings.collection_id} has more than {MOST_SCENES} scenes for this request. "
                    "Use a smaller area, a shorter time range or a lower cloud cover.",
                )
            most = min(2 * most, MOST_SCENES)


def _in_order(items: Sequence[StacItem], order: str) -> List[StacItem]:
    """As the store orders: ties by time, then by id."""
    ordered = sorted(items, key=lambda item: item.item_id)
    ordered.sort(key=lambda item: item.date or _FIRST, reverse=order != "leastRecent")
    if order == "leastCC":
        ordered.sort(key=lambda item: 1000.0 if item.cloud_percent is None else item.cloud_percent)
    return ordered


def scene_number(item: StacItem) -> int:
    """A number that stays the same for an item: ``shId`` of the evalscript's tiles."""
    digest = hashlib.sha256(json.dumps([item.collection, item.item_id]).encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFFFFFF


def host_of(url: str) -> str:
    """Host and port of an address."""
    return url.partition("://")[2].partition("/")[0]
