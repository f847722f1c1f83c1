"""Counts the processing units a service says it spent."""

from __future__ import annotations

import threading


class UnitMeter:
    """Adds up from any thread until it is read."""

    def __init__(self) -> None:
        self._lock, self._units, self._total = threading.Lock(), 0.0, 0.0

    def add(self, units: float) -> None:
        """Spent by one answer."""
        with self._lock:
            self._units += units
            self._total += units

    def take(self) -> float:
        """What was added since the last call."""
        with self._lock:
            units, self._units = self._units, 0.0
            return units

    @property
    def total(self) -> float:
        """All that was ever added."""
        with self._lock:
            return self._total
