"""Rows and points of a season as its window shows them: by pass, so that a date is one thing for all parcels."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import dataclass, replace
from typing import Dict, List, Optional, Sequence, Tuple

from sentinel_workbench.core.model.chips import SAME_PASS
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.services.parcel_groups import group_parcels
from sentinel_workbench.core.services.parcel_series import SeriesPoint
from sentinel_workbench.core.services.scl_histogram import SclRow, Verdict


@dataclass(frozen=True)
class ParcelCount:
    """A line of the list of parcels: how many of its dates are clear."""

    number: int
    pid: str
    clear: int
    dates: int
    about: str = ""


class PassDates:
    """Sensing times told by their pass; tiles of one pass are sensed seconds apart."""

    def __init__(self, dates: Sequence[dt.datetime]) -> None:
        self._known = sorted(set(dates))
        self._starts: List[dt.datetime] = []
        for before, date in zip([None, *self._known], self._known):
            follows = before is not None and date - before <= SAME_PASS
            self._starts.append(self._starts[-1] if follows else date)

    @property
    def all(self) -> Tuple[dt.datetime, ...]:
        """First sensing time of each pass, ascending."""
        return tuple(dict.fromkeys(self._starts))

    def of(self, date: dt.datetime) -> dt.datetime:
        """The first sensing time of the pass a moment belongs to; the moment itself when it belongs to none."""
        place = bisect_left(self._known, date)
        near = [number for number in (place - 1, place) if 0 <= number < len(self._known)]
        best = min(near, key=lambda number: abs(self._known[number] - date), default=None)
        return date if best is None or abs(self._known[best] - date) > SAME_PASS else self._starts[best]


class SeasonRows:
    """The rows of a look, by parcel and by pass.

    Args:
        parcels: of the season.
        rows: of the look.
    """

    def __init__(self, parcels: Sequence[Parcel], rows: Sequence[SclRow]) -> None:
        self.passes = PassDates([row.date for row in rows])
        starts = {date: self.passes.of(date) for date in {row.date for row in rows}}
        self.rows: Tuple[SclRow, ...] = tuple(
            row if starts[row.date] == row.date else replace(row, date=starts[row.date]) for row in rows
        )
        self._of: Dict[int, List[SclRow]] = {}
        for row in self.rows:
            self._of.setdefault(row.number, []).append(row)
        self._parcels = tuple(parcels)

    def of(self, number: int) -> Tuple[SclRow, ...]:
        """Those of a parcel, in their order."""
        return tuple(self._of.get(number, ()))

    def at(self, number: int, date: dt.datetime) -> Optional[SclRow]:
        """The row of a parcel at a pass."""
        return next((row for row in self._of.get(number, ()) if row.date == date), None)

    def clear_dates(self, number: int) -> Tuple[dt.datetime, ...]:
        """Passes at which a parcel is clear."""
        return tuple(row.date for row in self.of(number) if row.verdict is Verdict.CLEAR)

    def counts(self) -> List[ParcelCount]:
        """A line for each parcel."""
        told = []
        for number, parcel in enumerate(self._parcels):
            about = ", ".join(str(value) for value in parcel.attributes.values() if value not in (None, ""))
            told.append(ParcelCount(number, parcel.pid, len(self.clear_dates(number)), len(self.of(number)), about))
        return told

    def count_images(self, numbers: Sequence[int], clear_only: bool) -> int:
        """About how many images of some parcels will be asked for: neighbours share theirs."""
        if not numbers:
            return 0
        groups = group_parcels([self._parcels[number] for number in numbers])
        return sum(
            len({
                row.date for place in group.numbers for row in self.of(numbers[place])
                if not clear_only or row.verdict is Verdict.CLEAR
            }) for group in groups
        )  # fmt: skip

    def by_pass(self, points: Sequence[SeriesPoint]) -> List[SeriesPoint]:
        """Points with the times of their passes."""
        return [replace(point, date=self.passes.of(point.date)) for point in points]
