"""What comes back. Frozen records; rasters are files, never layers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.model.orders import ImageOrder, SeriesOrder
from sentinel_workbench.core.model.timerange import TimeRange


class State(str, Enum):
    """How an image ended."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class TileRecord:
    """A satellite tile behind an image.

    Attributes:
        tile_id: product or tile id, as good as the service tells it.
        date: sensing time, UTC.
        cloud_percent: of the whole tile, 0..100, or None.
        share: part of the image's pixels made from it, 0..1, or None when only a candidate.
        geometry: footprint, GeoJSON in lon/lat, or None.
    """

    tile_id: str
    date: dt.datetime
    cloud_percent: Optional[float] = None
    share: Optional[float] = None
    geometry: Optional[Mapping[str, Any]] = None


@dataclass(frozen=True)
class ImageResult:
    """One image of an order.

    Attributes:
        order: what was asked, time range included.
        time_range: None for timeless orders.
        rasters: output identifier to a georeferenced file that any GIS opens as it is.
        userdata: what the script returned as ``userdata``, or None.
        tiles: records of the tiles, empty when not asked for.
        area_cloud_percent: cloud over the area itself, 0..100, or None when the collection can't tell.
        processing_units: spent by the service as it says; 0.0 from the cache; None when it does not say.
        from_cache: no request was sent.
        requests: how many Process API requests were sent.
        error: one sentence, when ``state`` is FAILED.
        notes: sentences about an image that is there but needs a word, such as that it is empty.
    """

    order: ImageOrder
    time_range: Optional[TimeRange]
    state: State
    rasters: Mapping[str, Path] = field(default_factory=dict)
    userdata: Optional[Any] = None
    tiles: Tuple[TileRecord, ...] = ()
    area_cloud_percent: Optional[float] = None
    processing_units: Optional[float] = None
    from_cache: bool = False
    requests: int = 0
    error: Optional[str] = None
    notes: Tuple[str, ...] = ()


@dataclass(frozen=True)
class SeriesResult:
    """The images of a series in slot order, failed and cancelled ones included.

    Attributes:
        order: what was asked.
        images: one for each slot.
        stopped_by: one sentence, when the rest was not tried because no further image can succeed now: the account's
            units are used up, it is refused, or the disk is full. Else None.
    """

    order: SeriesOrder
    images: Tuple[ImageResult, ...]
    stopped_by: Optional[str] = None

    def in_state(self, state: State) -> Tuple[ImageResult, ...]:
        """The images that ended so."""
        return tuple(image for image in self.images if image.state is state)

    @property
    def requests(self) -> int:
        """Process API requests sent for the whole series."""
        return sum(image.requests for image in self.images)

    @property
    def processing_units(self) -> float:
        """Units the service said it spent."""
        return sum(image.processing_units or 0.0 for image in self.images)
