"""Processing units spent with each connection, today and this month, in QGIS's settings."""

from __future__ import annotations

import datetime as dt
import math
import threading
from dataclasses import dataclass
from typing import Any, Callable

from sentinel_workbench.core.hub.meter import UnitMeter
from sentinel_workbench.core.qgis.json_setting import read_object, write_json

_KEY = "sentinel_workbench/spent_units"
_lock = threading.Lock()


@dataclass(frozen=True)
class Spending:
    """Units the service said it spent.

    Attributes:
        today: since midnight, by the user's clock.
        this_month: since the first of the month.
    """

    today: float = 0.0
    this_month: float = 0.0


class SpendingLedger:
    """Adds up, from any thread.

    Args:
        today: tells the day.
    """

    def __init__(self, today: Callable[[], dt.date] = dt.date.today) -> None:
        self._today = today

    def of(self, connection_name: str) -> Spending:
        """What was spent with a connection."""
        return self._current(read_object(_KEY).get(connection_name))

    def add(self, connection_name: str, units: float) -> None:
        """Spent just now. Nothing is not written down."""
        if not 0 < units < math.inf:
            return
        with _lock:
            entries, day = read_object(_KEY), self._today()
            known = self._current(entries.get(connection_name))
            entries[connection_name] = {
                "day": day.isoformat(), "today": known.today + units, "this_month": known.this_month + units,
            }
            month = day.isoformat()[:7]
            recent = {name: entry for name, entry in entries.items() if _day_of(entry)[:7] == month}
            write_json(_KEY, recent)

    def book(self, connection_name: str, meter: UnitMeter) -> None:
        """Add what a meter counted since it was last read."""
        self.add(connection_name, meter.take())

    def _current(self, entry: Any) -> Spending:
        """What of an entry still belongs to this day and month."""
        day, last = self._today().isoformat(), _day_of(entry)
        if last[:7] != day[:7]:
            return Spending()
        return Spending(_units(entry, "today") if last == day else 0.0, _units(entry, "this_month"))


def _day_of(entry: Any) -> str:
    return str(entry.get("day", "")) if isinstance(entry, dict) else ""


def _units(entry: Any, name: str) -> float:
    value = entry.get(name)
    usable = isinstance(value, (int, float)) and math.isfinite(value) and value >= 0
    return float(value) if usable else 0.0
