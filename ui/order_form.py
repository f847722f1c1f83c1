"""What the Imagery form says, as orders. No widgets here, so it is tested without a window."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.evalscript.reading import read_script
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.orders import TIFF, DataSource, ImageOrder, Response, SeriesOrder, TileMetadata
from sentinel_workbench.core.model.projection import (
    grid_for_resolution,
    grid_for_side,
    is_utm,
    snapped_grid,
    transform_point,
    utm_crs,
)
from sentinel_workbench.ui.slot_rule import SlotKind, SlotRule

UTM = "utm"
"""Choice of projection: the zone in which the middle of the area lies."""


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
        folder: where files go, or None for the cache only.
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
    folder: Optional[Path] = None

    def grid(self) -> PixelGrid:
        """The pixel grid over the area.

        Raises:
            InvalidInput: the area or the resolution is not possible.
        """
        bbox = self._placed().bbox
        if self.width_px or self.height_px:
            return grid_for_side(bbox, self.width_px, self.height_px)
        return snapped_grid(bbox, self.resolution_m) if self.snap else grid_for_resolution(bbox, self.resolution_m)

    def series(self) -> SeriesOrder:
        """The order.

        Raises:
            InvalidInput: a field is not possible; the sentence says which.
        """
        collection = self.collection
        clouds = collection.has_cloud_cover
        order = self.mosaicking_order if clouds or self.mosaicking_order != "leastCC" else "mostRecent"
        source = DataSource(
            collection.collection_id,
            mosaicking_order=None if collection.timeless else order,
            max_cloud_percent=self.max_cloud_percent if clouds else None,
            filters=self.filters,
            processing=self.processing,
        )
        image = ImageOrder(
            self.grid(), (source,), self.evalscript, self._responses(), self._placed().geometry,
            tile_metadata=TileMetadata.NONE if collection.timeless else self.tile_metadata,
        )
        rule = SlotRule(SlotKind.WHOLE) if collection.timeless else self.slots
        slots = rule.cut(self.first_day, self.last_day)
        return SeriesOrder(image, slots, self._title(collection.title))

    def _placed(self) -> Area:
        return self.area.in_crs(self._target_crs())

    def _target_crs(self) -> str:
        bbox = self.area.bbox
        if self.projection != UTM:
            return self.projection
        if is_utm(bbox.crs):
            return bbox.crs
        centre = ((bbox.min_x + bbox.max_x) / 2, (bbox.min_y + bbox.max_y) / 2)
        return utm_crs(*transform_point(*centre, bbox.crs, "EPSG:4326"))

    def _responses(self) -> Tuple[Response, ...]:
        outline = read_script(self.evalscript)
        names = dict.fromkeys(output.id for output in outline.outputs if output.id != "userdata")
        return tuple(Response(name, self.mime) for name in names) or (Response(mime=self.mime),)

    def _title(self, collection_title: str) -> str:
        short = collection_title.split(" (")[0]
        place = f"{self.area.name}, " if self.area.name else ""
        return f"{place}{self.script_title}, {short}, {_period(self.first_day, self.last_day)}"


def _period(first: dt.date, last: dt.date) -> str:
    whole_years = (first.month, first.day, last.month, last.day) == (1, 1, 12, 31)
    if whole_years:
        return f"{first.year}" if first.year == last.year else f"{first.year} to {last.year}"
    return f"{first} to {last}"

