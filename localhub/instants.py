"""RFC 3339 date-times of requests, as aware UTC."""

from __future__ import annotations

import datetime as dt
import re

from sentinel_workbench.localhub.answers import bad_payload

_RFC3339 = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(\.[0-9]{1,12})?"
    r"(?:[Zz]|([+-])([0-9]{2}):?([0-9]{2}))"
)


def parse_rfc3339(text: str, path: str) -> dt.datetime:
    """``2019-01-31T10:00:00Z`` or with an offset such as ``+01:00``, as aware UTC.

    Raises:
        HubError: anything else, dates without a time included.
    """
    match = _RFC3339.fullmatch(text.strip())
    if match is None:
        raise bad_payload(f"'{text[:60]}' is not an RFC 3339 date-time such as 2019-01-31T10:00:00Z.", path)
    year, month, day, hour, minute, second = (int(match.group(i)) for i in range(1, 7))
    microseconds = int(float(match.group(7) or 0) * 1_000_000)
    offset = dt.timedelta(hours=int(match.group(9) or 0), minutes=int(match.group(10) or 0))
    if match.group(8) == "-":
        offset = -offset
    try:
        zone = dt.timezone(offset)
        return dt.datetime(year, month, day, hour, minute, second, microseconds, zone).astimezone(dt.timezone.utc)
    except (ValueError, OverflowError) as error:
        raise bad_payload(f"'{text[:60]}' is not a date that exists.", path) from error


def format_moment(value: dt.datetime) -> str:
    """``2019-01-31T10:00:00.120Z``: as many decimals as the moment needs, so that a search for it finds it."""
    step = "seconds" if not value.microsecond else "microseconds" if value.microsecond % 1000 else "milliseconds"
    return value.astimezone(dt.timezone.utc).replace(tzinfo=None).isoformat(timespec=step) + "Z"
