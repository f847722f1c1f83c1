"""Image chips: small rasters around parcels, wherever they came from."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.timerange import TimeRange

CBM, SENTINEL_HUB, STAC = "cbm", "sentinel hub", "stac"
SAME_PASS = dt.timedelta(minutes=10)
"""Tiles of one pass are sensed within minutes, two passes of a place are most of an hour apart."""


@dataclass(frozen=True)
class ClearDate:
    """An acquisition that is clear over a parcel; ``product`` is its name where that is known."""

    date: dt.datetime
    product: str = ""


@dataclass(frozen=True)
class ChipOrder:
    """Which chips.

    Attributes:
        parcels: around which; ids unique.
        period: of the acquisitions.
        bands: such as ``("SCL",)`` or ``("B04", "B08")``.
        clear: parcel number to its clear dates: only these are fetched, all acquisitions when None.
    """

    parcels: Tuple[Parcel, ...]
    period: TimeRange
    bands: Tuple[str, ...] = ("SCL",)
    clear: Optional[Mapping[int, Sequence[ClearDate]]] = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.parcels:
            raise InvalidInput("parcels", "There is no parcel.", "Choose a layer with polygons, or select some.")
        if not self.bands or len(set(self.bands)) < len(self.bands):
            raise InvalidInput("bands", "Name every band once, and one at least.", "Such as B04 and B08.")
        seen = set()
        for parcel in self.parcels:
            if parcel.pid in seen:
                message = f"Two parcels have the id '{parcel.pid}'."
                raise InvalidInput("parcels", message, "Choose a field whose values are unique.")
            seen.add(parcel.pid)

    def wants(self, number: int, date: dt.datetime) -> bool:
        """Whether an acquisition of a parcel is asked for."""
        if self.clear is None:
            return True
        return any(abs(one.date - date) <= SAME_PASS for one in self.clear.get(number, ()))


@dataclass(frozen=True)
class Chip:
    """A raster of one acquisition around some of the order's parcels. value = stored * scale + offset.

    Attributes:
        path: GeoTIFF.
        bands: of the file, in its order.
        date: sensing time, UTC.
        product: its name as the source tells it, or "".
        parcels: numbers of the parcels it was made for.
        source: ``CBM``, ``SENTINEL_HUB`` or ``STAC``.
        baseline: such as 212 of ``N0212``, 0 when not told.
        scale, offset: of reflectance bands; 1 and 0 of classes.
        nodata: stored value of pixels without data; that of the file when None.
    """

    path: Path
    bands: Tuple[str, ...]
    date: dt.datetime
    product: str
    parcels: Tuple[int, ...]
    source: str
    baseline: int = 0
    scale: float = 1.0
    offset: float = 0.0
    nodata: Optional[float] = 0.0


@dataclass(frozen=True)
class ChipFailure:
    """Chips that are missing, and why; ``date`` is None when it concerns all dates."""

    parcels: Tuple[int, ...]
    date: Optional[dt.datetime]
    sentence: str


@dataclass(frozen=True)
class ChipSeries:
    """What a source brought, by date.

    Attributes:
        order: what was asked.
        chips: those that are there.
        failures: those that are not.
        notes: sentences for the user.
        requests: sent for them.
    """

    order: ChipOrder
    chips: Tuple[Chip, ...]
    failures: Tuple[ChipFailure, ...] = ()
    notes: Tuple[str, ...] = ()
    requests: int = 0

    @property
    def dates(self) -> Tuple[dt.datetime, ...]:
        """Sensing times, each pass once, ascending."""
        return tuple(group[0].date for group in group_by_pass(self.chips))


def group_by_pass(chips: Sequence[Chip]) -> Tuple[Tuple[Chip, ...], ...]:
    """Chips of the same acquisition together, by time."""
    groups: List[List[Chip]] = []
    for chip in sorted(chips, key=lambda one: (one.date, one.path.name)):
        if groups and chip.date - groups[-1][-1].date <= SAME_PASS:
            groups[-1].append(chip)
        else:
            groups.append([chip])
    return tuple(tuple(group) for group in groups)
