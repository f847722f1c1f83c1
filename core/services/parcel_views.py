"""A few parcels of many, and a parcel with its surroundings: orders for a part of a season, told in its numbers."""

from __future__ import annotations

from dataclasses import replace
from typing import Mapping, Optional, Sequence

from sentinel_workbench.core.model.chips import ChipFailure, ChipOrder, ChipSeries, ClearDate
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.services.parcel_groups import group_parcels

VIEW_M = 640.0
"""Least side of what is shown around a parcel."""
MOST_VIEW_M = 5000.0
"""No room is added beyond this side: the largest chip of a CbM server is hardly larger."""
_ROOM, _MOST_ROOM_M = 1.5, 500.0

Clear = Optional[Mapping[int, Sequence[ClearDate]]]


def view_box(parcel: Parcel) -> BBox:
    """A square around a parcel with some of its surroundings, in its UTM zone.

    Raises:
        InvalidInput: it lies nowhere on Earth.
    """
    (group,) = group_parcels([parcel])
    roomy = max(VIEW_M, min(group.size_m * _ROOM, group.size_m + _MOST_ROOM_M))
    side = min(roomy, max(group.size_m, MOST_VIEW_M))
    x, y = (group.bbox.min_x + group.bbox.max_x) / 2, (group.bbox.min_y + group.bbox.max_y) / 2
    return BBox(x - side / 2, y - side / 2, x + side / 2, y + side / 2, group.bbox.crs)


def view_of(parcel: Parcel) -> Parcel:
    """The square as a parcel of the same id, so that any source brings it."""
    box = view_box(parcel)
    ring = [[box.min_x, box.min_y], [box.max_x, box.min_y], [box.max_x, box.max_y], [box.min_x, box.max_y]]
    return Parcel(parcel.pid, {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, box.crs)


def part_of(
    order: ChipOrder, numbers: Sequence[int], bands: Sequence[str], clear: Clear = None, with_surroundings: bool = False
) -> ChipOrder:
    """An order for the parcels ``numbers`` of another; ``clear`` goes by the numbers of that one."""
    parcels = [order.parcels[number] for number in numbers]
    dates = None if clear is None else {
        place: clear[number] for place, number in enumerate(numbers) if number in clear
    }
    shown = tuple(view_of(parcel) for parcel in parcels) if with_surroundings else tuple(parcels)
    return ChipOrder(shown, order.period, tuple(bands), dates)


def renumbered(series: ChipSeries, order: ChipOrder, numbers: Sequence[int]) -> ChipSeries:
    """What came for a part of ``order``, by the numbers of ``order`` itself."""
    def told(places: Sequence[int]) -> tuple:
        return tuple(numbers[place] for place in places)

    part = series.order
    clear = None if part.clear is None else {numbers[place]: dates for place, dates in part.clear.items()}
    return ChipSeries(
        ChipOrder(order.parcels, part.period, part.bands, clear),
        tuple(replace(chip, parcels=told(chip.parcels)) for chip in series.chips),
        tuple(ChipFailure(told(one.parcels), one.date, one.sentence) for one in series.failures),
        series.notes, series.requests,
    )  # fmt: skip
