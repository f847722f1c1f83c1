"""Windows of time that a CbM server can make the chips of."""

from __future__ import annotations

import datetime as dt
from typing import Dict, List, Sequence, Tuple

from sentinel_workbench.core.errors import UnexpectedAnswer
from sentinel_workbench.core.http.complaints import final

_DAY = dt.timedelta(days=1)

Days = Tuple[dt.date, dt.date]
"""First and last, both included."""


def windows_of(first: dt.date, last: dt.date, days: Sequence[dt.date], most: int) -> List[Days]:
    """Windows from ``first`` to ``last`` with at most ``most`` of ``days`` in each, as few as can be."""
    per_day: Dict[dt.date, int] = {}
    for day in days:
        if first <= day <= last:
            per_day[day] = per_day.get(day, 0) + 1
    windows: List[Days] = []
    begin, held, previous = first, 0, first
    for day in sorted(per_day):
        if held and held + per_day[day] > most:
            windows.append((begin, previous))
            begin, held = day, 0
        held, previous = held + per_day[day], day
    return [*windows, (begin, last)] if per_day else []


def cut_days(first: dt.date, last: dt.date, days: int) -> List[Days]:
    """Windows of so many days, the last one shorter."""
    starts = range(0, (last - first).days + 1, days)
    return [(first + start * _DAY, min(first + (start + days - 1) * _DAY, last)) for start in starts]


def halves(window: Days, route: str) -> List[Days]:
    """Both halves of a window; a single day has none, and ``too_many`` is raised."""
    first, last = window
    if first == last:
        raise too_many(route, f"the single day {first}")
    middle = first + (last - first) // 2
    return [(first, middle), (middle + _DAY, last)]


def too_many(route: str, what: str) -> UnexpectedAnswer:
    """The error for a server that makes no chips however few are asked for."""
    return final(UnexpectedAnswer(
        f"The CbM server made no chips for {what} ('{route}').", "Choose another band or place, or try again later."
    ))
