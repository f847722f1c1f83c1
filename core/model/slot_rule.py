"""How a period is cut into time slots, as the user chose it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months, equal_slots, every_n_days


class SlotKind(Enum):
    """The ways to cut."""

    MONTHS = "months"
    EQUAL = "equal"
    DAYS = "days"
    WHOLE = "whole"
    PICKED = "picked"


@dataclass(frozen=True)
class SlotRule:
    """``count`` counts for ``EQUAL``, ``days`` for ``DAYS``, ``picked`` days for ``PICKED``."""

    kind: SlotKind = SlotKind.MONTHS
    count: int = 12
    days: int = 10
    picked: Tuple[dt.date, ...] = ()

    def cut(self, first: dt.date, last: dt.date) -> Tuple[TimeRange, ...]:
        """The slots from ``first`` to ``last``, both days included.

        Raises:
            InvalidInput: the dates are reversed, or the slots are too many, too short, or none.
        """
        period = TimeRange.of_days(first, last)
        if self.kind is SlotKind.MONTHS:
            return calendar_months(period)
        if self.kind is SlotKind.EQUAL:
            return equal_slots(period, self.count)
        if self.kind is SlotKind.DAYS:
            return every_n_days(period, self.days)
        if self.kind is SlotKind.PICKED:
            return self._picked_days(first, last)
        return (period,)

    def _picked_days(self, first: dt.date, last: dt.date) -> Tuple[TimeRange, ...]:
        days = sorted({day for day in self.picked if first <= day <= last})
        if not days:
            raise InvalidInput("slots", "No day of the period is picked.", "Click days in the timeline.")
        return tuple(TimeRange.of_days(day, day) for day in days)
