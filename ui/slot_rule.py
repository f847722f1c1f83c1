"""How a period is cut into time slots, as the user chose it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Tuple

from sentinel_workbench.core.model.timerange import TimeRange, calendar_months, equal_slots, every_n_days


class SlotKind(Enum):
    """The ways to cut."""

    MONTHS = "months"
    EQUAL = "equal"
    DAYS = "days"
    WHOLE = "whole"


@dataclass(frozen=True)
class SlotRule:
    """``count`` counts for ``EQUAL``, ``days`` for ``DAYS``."""

    kind: SlotKind = SlotKind.MONTHS
    count: int = 12
    days: int = 10

    def cut(self, first: dt.date, last: dt.date) -> Tuple[TimeRange, ...]:
        """The slots from ``first`` to ``last``, both days included.

        Raises:
            InvalidInput: the dates are reversed, or the slots are too many or too short.
        """
        period = TimeRange.of_days(first, last)
        if self.kind is SlotKind.MONTHS:
            return calendar_months(period)
        if self.kind is SlotKind.EQUAL:
            return equal_slots(period, self.count)
        if self.kind is SlotKind.DAYS:
            return every_n_days(period, self.days)
        return (period,)
