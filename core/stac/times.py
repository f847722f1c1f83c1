"""Periods as STAC writes them (stac, 2)."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from typing import Any, Optional, Sequence, Tuple, Union

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.timerange import TimeRange, parse_instant

OPEN = ".."
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$")
_FRACTION = re.compile(r"\.(\d+)")
End = Union[str, dt.date, dt.datetime, None]
Interval = Tuple[Optional[dt.datetime], Optional[dt.datetime]]


def interval(value: Union[End, TimeRange, Sequence[End]]) -> str:
    """A period as a search takes it.

    Args:
        value: ``2021``, ``2021-06``, ``2021-06-10``, an RFC 3339 time, two of them as ``a/b`` or a pair, ``..`` or
            None for an open end, a date, a datetime (naive is UTC), or a ``TimeRange``.

    Returns:
        A time, or ``from/to`` with both ends inclusive. The end of a day keeps its last second whole.

    Raises:
        InvalidInput: not a period, or one that ends before it begins.
    """
    if isinstance(value, TimeRange):
        return f"{_written(value.start)}/{_written(value.end - dt.timedelta(milliseconds=1))}"
    ends: Sequence[End] = (value,) if value is None or isinstance(value, dt.date) else value
    if isinstance(value, str):
        ends = value.split("/")
    if not 1 <= len(ends) <= 2:
        raise _no_period(value)
    spans = [_span(end) for end in ends]
    first, last = spans[0][0], spans[-1][1]
    if len(ends) == 1 and first is not None and first == last:
        return _written(first)
    if first is None and last is None:
        raise _no_period(value)
    if first is not None and last is not None and last < first:
        raise InvalidInput("time", f"The period {value} ends before it begins.", "Swap the dates.")
    return f"{OPEN if first is None else _written(first)}/{OPEN if last is None else _written(last)}"


def parse_interval(text: str) -> Interval:
    """Both ends of what ``interval`` wrote, None for an open one; a time is its own beginning and end."""
    ends = [None if end in ("", OPEN) else parse_time(end) for end in text.split("/")]
    return ends[0], ends[-1]


def parse_time(text: Any) -> dt.datetime:
    """An RFC 3339 time of a catalog; any number of digits behind the second.

    Raises:
        InvalidInput: it is none.
    """
    if not isinstance(text, str):
        raise InvalidInput("time", f"{text!r} is not a time.")
    return parse_instant(_FRACTION.sub(lambda found: "." + found[1][:6].ljust(6, "0"), text, count=1))


def _span(end: End) -> Interval:
    """The first and the last moment a year, month, day or time stands for."""
    if end is None or (isinstance(end, str) and end.strip() in ("", OPEN)):
        return None, None
    if isinstance(end, dt.datetime):
        return parse_instant(end), parse_instant(end)
    text = end.isoformat() if isinstance(end, dt.date) else str(end).strip()
    found = _PARTIAL.match(text)
    if not found:
        moment = parse_time(text)
        return moment, moment
    year, month, day = (int(part) if part else None for part in found.groups())
    try:
        first = dt.datetime(year or 1, month or 1, day or 1, tzinfo=dt.timezone.utc)
        last_month = month or 12
        last_day = day or calendar.monthrange(first.year, last_month)[1]
    except ValueError as error:
        raise _no_period(end) from error
    last = first.replace(month=last_month, day=last_day, hour=23, minute=59, second=59, microsecond=999_000)
    return first, last


def _written(moment: dt.datetime) -> str:
    spec = "milliseconds" if moment.microsecond else "seconds"
    return moment.astimezone(dt.timezone.utc).isoformat(timespec=spec).replace("+00:00", "Z")


def _no_period(value: Any) -> InvalidInput:
    return InvalidInput("time", f"'{value}' is not a period.", "Write it as 2021-06 or 2021-06-01/2021-06-30.")
