"""The intervals over which the Statistical API aggregates (statistics-batch-async, 1.1)."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, List, Mapping, Tuple

from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.instants import parse_rfc3339
from sentinel_workbench.localhub.payload import read_choice, read_object, read_text, required

MAX_INTERVALS = 10_000
SKIP, SHORTEN, EXTEND = "SKIP", "SHORTEN", "EXTEND"
_DURATION = re.compile(
    r"P(?:(?P<years>[0-9]{1,4})Y)?(?:(?P<months>[0-9]{1,5})M)?(?:(?P<weeks>[0-9]{1,6})W)?(?:(?P<days>[0-9]{1,7})D)?"
    r"(?P<time>T(?:(?P<hours>[0-9]{1,8})H)?(?:(?P<minutes>[0-9]{1,9})M)?(?:(?P<seconds>[0-9]{1,10})S)?)?"
)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Interval:
    """From ``start`` until just before ``end``, aware UTC."""

    start: dt.datetime
    end: dt.datetime

    @property
    def last_moment(self) -> dt.datetime:
        """The last microsecond inside, for searches whose bounds are inclusive."""
        return self.end - dt.timedelta(microseconds=1)


@dataclass(frozen=True)
class Duration:
    """A step of the calendar and the clock: whole months, and a fixed time besides."""

    months: int
    rest: dt.timedelta

    def after(self, start: dt.datetime, times: int) -> dt.datetime:
        """``start`` and so many durations, always counted from ``start``: 31 January + 2 months is 31 March.

        Raises:
            OverflowError: beyond the year 9999.
        """
        month = start.year * 12 + start.month - 1 + self.months * times
        year, month = month // 12, month % 12 + 1
        if year > dt.MAXYEAR:
            raise OverflowError("a year beyond 9999")
        day = min(start.day, calendar.monthrange(year, month)[1])
        return start.replace(year=year, month=month, day=day) + self.rest * times


def parse_duration(text: str, path: str) -> Duration:
    """An ISO 8601 duration of at least a day, such as ``P10D``, ``P1M``, ``P2W`` or ``PT48H``.

    Raises:
        HubError: malformed, shorter than a day, or of both a period and a time.
    """
    match = _DURATION.fullmatch(text)
    if match is None or text[-1] in "PT":
        raise bad_payload(f"'{text[:40]}' is not an ISO 8601 duration such as P10D.", path)
    amounts = {key: int(value) for key, value in match.groupdict("0").items() if key != "time"}
    period = [match.group(key) for key in ("years", "months", "weeks", "days")]
    if match.group("time") and any(value is not None for value in period):
        raise bad_payload(f"The interval '{text[:40]}' may have either a period or a time, not both.", path)
    months = amounts["years"] * 12 + amounts["months"]
    rest = dt.timedelta(**{key: amounts[key] for key in ("weeks", "days", "hours", "minutes", "seconds")})
    if not months and rest < _DAY:
        raise bad_payload(f"The interval '{text[:40]}' must be at least one day long.", path)
    return Duration(months, rest)


def read_intervals(aggregation: Mapping[str, Any], path: str = "aggregation") -> Tuple[Interval, ...]:
    """The adjoining, half-open intervals of ``timeRange`` and ``aggregationInterval``.

    Raises:
        HubError: one of them is missing or malformed, or there are more than ``MAX_INTERVALS``.
    """
    period = required(read_object(aggregation, "timeRange", f"{path}->timeRange"), "timeRange", f"{path}->timeRange")
    start, end = (_read_bound(period, key, f"{path}->timeRange->{key}") for key in ("from", "to"))
    if start > end:
        raise bad_payload("`from` of the time range must not be after `to`.", f"{path}->timeRange")
    path = f"{path}->aggregationInterval"
    step = required(read_object(aggregation, "aggregationInterval", path), "aggregationInterval", path)
    text = required(read_text(step, "of", f"{path}->of"), "of", f"{path}->of")
    duration = parse_duration(text, f"{path}->of")
    last = read_choice(step, "lastIntervalBehavior", f"{path}->lastIntervalBehavior", (SKIP, SHORTEN, EXTEND))
    return tuple(_cut(start, end, duration, last, f"{path}->of"))


def _read_bound(period: Mapping[str, Any], key: str, path: str) -> dt.datetime:
    return parse_rfc3339(required(read_text(period, key, path), key, path), path)


def _cut(start: dt.datetime, end: dt.datetime, duration: Duration, last: str, path: str) -> List[Interval]:
    intervals: List[Interval] = []
    edge = start
    while edge < end:
        if len(intervals) == MAX_INTERVALS:
            raise bad_payload(f"There may be at most {MAX_INTERVALS} intervals in the time range.", path)
        try:
            following = duration.after(start, len(intervals) + 1)
        except OverflowError as error:
            raise bad_payload("The last interval ends after the year 9999.", path) from error
        if following > end and last == SKIP:
            break
        intervals.append(Interval(edge, min(following, end) if last == SHORTEN else following))
        edge = following
    return intervals
