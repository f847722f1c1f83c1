"""On which days there are scenes, and how cloudy they are: over whole tiles, and over the area itself."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, replace
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.asking import JsonClient
from sentinel_workbench.core.hub.statistics import ask_statistics
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.model.projection import grid_for_resolution, ground_size_m
from sentinel_workbench.core.model.scene import Scene
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Progress, Silent
from sentinel_workbench.core.services.cloud import MAX_PX, cloud_statistics
from sentinel_workbench.core.services.order_making import make_source

_FINEST_M = 10.0


@dataclass(frozen=True)
class AvailableDay:
    """A UTC day with scenes.

    Attributes:
        day: of the sensing.
        scenes: how many.
        cloud_percent: mean of the tiles that know theirs, 0..100, or None.
        area_percent: measured over the area itself, or None when not measured or nothing is known there.
    """

    day: dt.date
    scenes: int
    cloud_percent: Optional[float] = None
    area_percent: Optional[float] = None

    @property
    def best_known_percent(self) -> Optional[float]:
        """Over the area where that is known, else of the tiles."""
        return self.cloud_percent if self.area_percent is None else self.area_percent


def days_of(scenes: Sequence[Scene]) -> Tuple[AvailableDay, ...]:
    """The days of ``scenes``, in ascending order."""
    by_day: Dict[dt.date, List[Scene]] = {}
    for scene in scenes:
        by_day.setdefault(scene.date.astimezone(dt.timezone.utc).date(), []).append(scene)
    return tuple(AvailableDay(day, len(found), _mean(found)) for day, found in sorted(by_day.items()))


def _mean(scenes: Sequence[Scene]) -> Optional[float]:
    known = [scene.cloud_percent for scene in scenes if scene.cloud_percent is not None]
    return sum(known) / len(known) if known else None


def measure_area_cloud(
    client: JsonClient, order: ImageOrder, period: TimeRange, progress: Progress = Silent()
) -> Mapping[dt.date, float]:
    """Percent of the area's pixels with data that are cloud, for each day that has any. One request.

    Raises:
        InvalidInput: the collection has no cloud band.
        WorkbenchError: the Statistical API refused or can't be reached.
        Cancelled: on request.
    """
    wanted = cloud_statistics(order, period)
    if wanted is None:
        advice = "Use the cloud of the tiles."
        raise InvalidInput("collection", "This collection can't tell clouds over an area.", advice)
    result = ask_statistics(client, wanted, progress)
    found = {}
    for interval in result.intervals:
        band = interval.outputs.get("cloud", {}).get("B0")
        if band is not None and band.has_data and math.isfinite(band.mean):
            found[interval.period.start.date()] = 100.0 * band.mean
    return found


def with_area_cloud(days: Sequence[AvailableDay], measured: Mapping[dt.date, float]) -> Tuple[AvailableDay, ...]:
    """``days`` with what was measured; what an earlier call knew stays."""
    return tuple(replace(day, area_percent=measured.get(day.day, day.area_percent)) for day in days)


def cloud_look(area: Area, collection: Collection, period: TimeRange) -> ImageOrder:
    """An order for ``measure_area_cloud`` where nothing else is to be ordered: ``area`` in few pixels.

    Raises:
        InvalidInput: the collection has no cloud band, or the area is too large for it.
    """
    sides = ground_size_m(area.bbox)
    metres = min(max(max(sides) / MAX_PX, _FINEST_M), collection.max_resolution_m or math.inf, *sides)
    grid = grid_for_resolution(area.bbox, metres)
    order = ImageOrder(grid, (make_source(collection),), "//VERSION=3", geometry=area.geometry)
    if cloud_statistics(order, period) is None:
        advice = "Use the cloud of the tiles, or a smaller area."
        raise InvalidInput("collection", f"{collection.title} can't tell the clouds over this area.", advice)
    return order
