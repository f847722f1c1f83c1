"""Which scenes there are, from the Catalog."""

from __future__ import annotations

from typing import Iterator, List, Optional, Protocol, Tuple

from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import DataSource, ImageOrder
from sentinel_workbench.core.model.projection import cover_bbox
from sentinel_workbench.core.model.results import TileRecord
from sentinel_workbench.core.model.scene import Scene
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.checks import known_collection


class CatalogClient(Protocol):
    """What this room needs of the hub's client."""

    def search(
        self,
        collection_id: str,
        bbox: BBox,
        period: TimeRange,
        max_cloud_percent: Optional[float] = None,
        progress: Progress = Silent(),
    ) -> Iterator[Scene]:
        """The scenes, page by page."""


class AvailabilityService:
    """Searches scenes for areas, periods and orders."""

    def __init__(self, client: CatalogClient) -> None:
        self._client = client

    def scenes(
        self,
        collection: str,
        bbox: BBox,
        period: TimeRange,
        max_cloud: Optional[float] = None,
        progress: Progress = Silent(),
    ) -> Tuple[Scene, ...]:
        """All scenes of ``collection`` (type id) that touch ``bbox`` in ``period``, oldest first.

        Raises:
            WorkbenchError: the Catalog can't be asked.
            Cancelled: on request.
        """
        area = cover_bbox(bbox, "EPSG:4326")
        found: List[Scene] = []
        for scene in self._client.search(collection, area, period, max_cloud, progress):
            raise_if_cancelled(progress)
            found.append(scene)
        return tuple(sorted(found, key=lambda scene: (scene.date, scene.scene_id)))

    def scenes_of(self, order: ImageOrder, progress: Progress = Silent()) -> Tuple[Scene, ...]:
        """The scenes that the order's filters leave, source by source, best first by its mosaicking order.

        Sources without time range or cloud cover are searched as far as that makes sense; timeless ones not at all.
        """
        found: List[Scene] = []
        for source in order.sources:
            if source.time_range is None:
                continue
            collection = known_collection(source)
            clouded = collection is None or collection.has_cloud_cover
            limit = source.max_cloud_percent if clouded else None
            type_id = collection.collection_id if collection else source.collection
            scenes = self.scenes(type_id, order.grid.bbox, source.time_range, limit, progress)
            found += _in_mosaicking_order(scenes, source)
        return tuple(found)

    def candidates(self, order: ImageOrder, progress: Progress = Silent()) -> Tuple[TileRecord, ...]:
        """The tiles that an image may be made of, best first; their share is not known."""
        return tuple(
            TileRecord(scene.scene_id, scene.date, scene.cloud_percent, None, scene.geometry)
            for scene in self.scenes_of(order, progress)
        )


def _in_mosaicking_order(scenes: Tuple[Scene, ...], source: DataSource) -> List[Scene]:
    if source.mosaicking_order == "leastRecent":
        return list(scenes)
    newest_first = list(reversed(scenes))
    if source.mosaicking_order == "leastCC":
        return sorted(newest_first, key=lambda s: 101.0 if s.cloud_percent is None else s.cloud_percent)
    return newest_first
