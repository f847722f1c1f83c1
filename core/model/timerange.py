"""Time ranges and slots: half-open, UTC, no hole and no overlap."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Tuple, Union

from sentinel_workbench.core.errors import InvalidInput

MAX_SLOTS = 1000
InstantLike = Union[str, dt.date, dt.datetime]


def parse_instant(value: InstantLike) -> dt.datetime:
    """An ISO 8601 text, date or datetime as an aware UTC datetime; naive values are taken as UTC.

    Raises:
        InvalidInput: the text is not an ISO 8601 date or date-time.
    """
    if isinstance(value, str):
        try:
            value = dt.datetime.fromisoformat(value.strip().replace("Z", "+00:00"))
        except ValueError as error:
            raise InvalidInput(
                "time", f"'{value}' is not a date.", "Write it as 2019-01-31 or 2019-01-31T10:00:00Z."
            ) from error
    if not isinstance(value, dt.datetime):
        value = dt.datetime(value.year, value.month, value.day)
    if value.tzinfo is None:
        return value.replace(tzinfo=dt.timezone.utc)
    return value.astimezone(dt.timezone.utc)


def format_instant(value: dt.datetime) -> str:
    """``2019-01-31T10:00:00Z``, seconds precision."""
    return value.astimezone(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class TimeRange:
    """Half-open: ``start`` belongs to it, ``end`` does not. Both aware, UTC."""

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        if self.end <= self.start:
            raise InvalidInput(
                "time",
                f"The time range ends ({format_instant(self.end)}) before it begins ({format_instant(self.start)}).",
                "Swap or correct the dates.",
            )

    @classmethod
    def of_days(cls, first: InstantLike, last: InstantLike) -> TimeRange:
        """Whole days from ``first`` to ``last``, the last day included."""
        start, end = parse_instant(first), parse_instant(last)
        if end < start:
            raise InvalidInput(
                "time", f"The last day ({end.date()}) is before the first ({start.date()}).", "Swap the dates."
            )
        midnight = end.replace(hour=0, minute=0, second=0, microsecond=0)
        return cls(start, midnight + dt.timedelta(days=1))

    def wire_bounds(self) -> Tuple[str, str]:
        """``from`` and ``to`` of the service, whose bounds are both inclusive (process-api: timeRange)."""
        return format_instant(self.start), format_instant(self.end - dt.timedelta(seconds=1))

    def label(self) -> str:
        """``2019-01-01 to 2019-01-31`` with the last day included; ``timeless`` for ``ANY_TIME``."""
        if self == ANY_TIME:
            return "timeless"
        return f"{self.start.date()} to {(self.end - dt.timedelta(seconds=1)).date()}"


ANY_TIME = TimeRange(parse_instant("1900-01-01"), parse_instant("2100-01-01"))
"""The one slot of an order whose collections have no scenes in time."""


def _slots_between(edges: Tuple[dt.datetime, ...]) -> Tuple[TimeRange, ...]:
    return tuple(TimeRange(a, b) for a, b in zip(edges, edges[1:]))


def _check_count(count: int) -> None:
    if not 1 <= count <= MAX_SLOTS:
        raise InvalidInput("slots", f"{count} time slots asked for; 1 to {MAX_SLOTS} are possible.")


def equal_slots(period: TimeRange, count: int) -> Tuple[TimeRange, ...]:
    """``count`` slots of equal length, edges rounded to the second."""
    _check_count(count)
    total = period.end - period.start
    if total < dt.timedelta(seconds=count):
        raise InvalidInput("slots", f"The period is too short for {count} slots.", "Ask for fewer slots.")
    inner = [(period.start + total * i / count).replace(microsecond=0) for i in range(1, count)]
    return _slots_between((period.start, *inner, period.end))


def every_n_days(period: TimeRange, days: int) -> Tuple[TimeRange, ...]:
    """Slots of ``days`` days; the last one may be shorter."""
    if days < 1:
        raise InvalidInput("slots", f"A slot of {days} days is not possible.", "Use 1 day or more.")
    step = dt.timedelta(days=days)
    _check_count(-(-(period.end - period.start) // step))
    edges = [period.start]
    while edges[-1] + step < period.end:
        edges.append(edges[-1] + step)
    return _slots_between((*edges, period.end))


def calendar_months(period: TimeRange) -> Tuple[TimeRange, ...]:
    """One slot a calendar month; the first and last are cut to the period."""
    edges = [period.start]
    year, month = period.start.year, period.start.month
    while True:
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
        edge = dt.datetime(year, month, 1, tzinfo=dt.timezone.utc)
        if edge >= period.end:
            break
        edges.append(edge)
        _check_count(len(edges))
    return _slots_between((*edges, period.end))
