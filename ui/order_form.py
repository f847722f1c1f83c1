"""What the Imagery form says, as orders. No widgets here, so it is tested without a window."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.orders import TIFF, DataSource, Response, SeriesOrder, TileMetadata
from sentinel_workbench.core.model.slot_rule import SlotRule
from sentinel_workbench.core.model.timerange import ANY_TIME
from sentinel_workbench.core.services.checks import outline_of
from sentinel_workbench.core.services.order_making import (
    UTM,
    Raster,
    make_image_order,
    make_responses,
    make_source,
)
from sentinel_workbench.core.services.orders import are_timeless

__all__ = ["UTM", "OrderForm"]


@dataclass(frozen=True)
class OrderForm:
    """The fields of the form.

    Attributes:
        collection: known, or one of the user's own.
        script_title: for the group's name.
        evalscript: text.
        area: as chosen on the map, in any CRS.
        width_px: where the user typed it; the height follows and ``resolution_m`` is not used.
        height_px: the same of the height.
        snap: put pixel edges on whole multiples of the resolution; UTM only.
        resolution_m: pixel size in metres.
        projection: ``EPSG:n`` of the image, or ``UTM``.
        first_day: first day of the period.
        last_day: last day, which belongs to it.
        slots: how the period is cut.
        mosaicking_order: one of the service's.
        max_cloud_percent: 0..100.
        tile_metadata: how tiles are recorded.
        filters: members of ``dataFilter`` besides time, cloud and mosaicking order.
        processing: members of ``processing``.
        mime: of every output.
        quality: of JPEGs, 1..100, or None for the service's choice.
        folder: where files go, or None for the cache only.
        source_id: under which the script reads the collection, where there are further ones.
        further: inputs beside the collection (data fusion), without time ranges.
    """

    collection: Collection
    script_title: str
    evalscript: str
    area: Area
    resolution_m: float
    projection: str
    first_day: dt.date
    last_day: dt.date
    width_px: Optional[int] = None
    height_px: Optional[int] = None
    snap: bool = False
    slots: SlotRule = field(default_factory=SlotRule)
    mosaicking_order: str = "leastCC"
    max_cloud_percent: int = 100
    tile_metadata: TileMetadata = TileMetadata.EXACT
    filters: Mapping[str, Any] = field(default_factory=dict)
    processing: Mapping[str, Any] = field(default_factory=dict)
    mime: str = TIFF
    quality: Optional[int] = None
    folder: Optional[Path] = None
    source_id: Optional[str] = None
    further: Tuple[DataSource, ...] = ()

    def grid(self) -> PixelGrid:
        """The pixel grid over the area.

        Raises:
            InvalidInput: the area or the resolution is not possible.
        """
        return self._raster().grid(self.area)

    def sources(self) -> Tuple[DataSource, ...]:
        """The collection as the first input, then the further ones."""
        first = make_source(
            self.collection, self.mosaicking_order, self.max_cloud_percent, self.filters, self.processing,
            self.source_id,
        )
        return (first, *self.further)

    def series(self) -> SeriesOrder:
        """The order.

        Raises:
            InvalidInput: a field is not possible; the sentence says which.
        """
        image = make_image_order(
            self.area, self._raster(), self.sources(), self.evalscript, self._responses(), self.tile_metadata,
        )
        slots = (ANY_TIME,) if self.is_timeless() else self.slots.cut(self.first_day, self.last_day)
        return SeriesOrder(image, slots, self._title(self.collection.title))

    def is_timeless(self) -> bool:
        """True when no input has scenes in time."""
        return self.collection.timeless and are_timeless(self.further)

    def _responses(self) -> Tuple[Response, ...]:
        """Every output, and the user data of a script that makes some."""
        told = "updateOutputMetadata" in outline_of(self.evalscript).defines
        return make_responses(self.evalscript, self.mime, self.quality, with_userdata=told)

    def _raster(self) -> Raster:
        return Raster(self.resolution_m, self.width_px, self.height_px, self.projection, self.snap)

    def _title(self, collection_title: str) -> str:
        short = collection_title.split(" (")[0]
        place = f"{self.area.name}, " if self.area.name else ""
        period = "" if self.is_timeless() else f", {_period(self.first_day, self.last_day)}"
        return f"{place}{self.script_title}, {short}{period}"


def _period(first: dt.date, last: dt.date) -> str:
    whole_years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if whole_years:
        return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"
    return f"{first} to {last}"

