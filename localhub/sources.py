"""Where the hub's scenes come from: its own store, and catalogs on the network."""

from __future__ import annotations

import datetime as dt
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, List, Mapping, Optional, Protocol, Tuple, Union

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.raster.reading import OpenBands
from sentinel_workbench.core.raster.remote_files import RemoteFiles
from sentinel_workbench.localhub.records import StoredScene
from sentinel_workbench.localhub.stac_source import StacSettings, StacSource, stac_source
from sentinel_workbench.localhub.store import SceneStore

OPEN_REMOTE = 64
"""Files on servers GDAL has open at a time; each takes a few file handles of the process."""
Interval = Tuple[Optional[dt.datetime], Optional[dt.datetime]]


class SceneSource(Protocol):
    """Collections and their scenes; ``SceneStore`` is one."""

    def collections(self) -> List[Collection]:
        """All collections."""

    def collection(self, name: str) -> Collection:
        """The collection of a type id or legacy name; ``HubError`` 404 when there is none."""

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
        """Scenes whose footprint meets the area; see ``SceneStore.search``."""


@dataclass(frozen=True)
class HubPlaces:
    """Everything a hub serves; goes to its render processes.

    Attributes:
        data: folder of the scene store.
        stac: collections of catalogs on the network.
    """

    data: Path
    stac: Tuple[StacSettings, ...] = ()


Places = Union[Path, HubPlaces]
"""The folder of the store alone, or everything."""


class Sources:
    """All sources as one. A collection of a catalog hides one of the same name in the store.

    Args:
        store: the hub's own scenes.
        catalogs: others.
        work_dir: existing folder for what is fetched; the system's for temporary files by default.
    """

    def __init__(
        self, store: SceneStore, catalogs: Tuple[StacSource, ...] = (), work_dir: Optional[Path] = None
    ) -> None:
        self.store = store
        self._catalogs, self._work_dir = catalogs, work_dir

    def collections(self) -> List[Collection]:
        """See ``SceneSource.collections``."""
        found = {source.collection.collection_id: source.collection for source in self._catalogs}
        for collection in self.store.collections():
            found.setdefault(collection.collection_id, collection)
        return [found[name] for name in sorted(found)]

    def collection(self, name: str) -> Collection:
        """See ``SceneSource.collection``; the catalog's own id of a collection is understood too."""
        source = next((source for source in self._catalogs if name in source.names), None)
        return self.store.collection(name) if source is None else source.collection

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
        """See ``SceneSource.search``."""
        source = self._source(collection)
        searched: SceneSource = self.store if source is None else source  # type: ignore[assignment]
        return searched.search(
            collection, bbox, time_from, time_to, max_cloud_percent, order, limit, offset, geometry
        )

    def scene(self, collection: str, scene_id: str) -> Optional[StoredScene]:
        """The scene of that id, or None."""
        source = self._source(collection)
        return self.store.scene(collection, scene_id) if source is None else source.scene(scene_id)

    def interval(self, collection: str) -> Interval:
        """Times of the first and the last scene, None without scenes or where a catalog leaves it open."""
        source = self._source(collection)
        if source is not None:
            return source.interval
        ends = [self.store.search(collection, order=order, limit=1) for order in ("leastRecent", "mostRecent")]
        first, last = (scenes[0].date if scenes else None for scenes in ends)
        return first, last

    def screens(self, collection: str) -> bool:
        """Whether scenes of the collection are looked at before they are read; see ``screening``."""
        source = self._source(collection)
        return source is not None and source.screens

    @contextmanager
    def band_files(self) -> Iterator[OpenBands]:
        """Opens band files, those on servers included; what was fetched is removed at the end of the block."""
        if not self._catalogs:
            yield OpenBands()
            return
        connections = min(source.connections for source in self._catalogs)
        with RemoteFiles(self._fetch, self._work_dir, connections) as remote:
            yield OpenBands(OPEN_REMOTE, remote)

    def close(self) -> None:
        """Close this thread's connection to the store."""
        self.store.close()

    def _source(self, collection: str) -> Optional[StacSource]:
        return next((s for s in self._catalogs if s.collection.collection_id == collection), None)

    def _fetch(self, url: str, first: int, length: int) -> Any:
        for source in self._catalogs:
            if source.owns(url):
                return source.fetch(url, first, length)
        return self._catalogs[0].fetch(url, first, length)


def open_sources(places: Places, work_dir: Optional[Path] = None) -> Sources:
    """The sources of a hub."""
    if isinstance(places, HubPlaces):
        return Sources(SceneStore(places.data), tuple(stac_source(settings) for settings in places.stac), work_dir)
    return Sources(SceneStore(places), (), work_dir)
