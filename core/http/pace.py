"""Spread requests so that the service never has to refuse one (auth-and-limits, 3 and 5).

One ``Pace`` per account, shared by every thread and task.
"""

from __future__ import annotations

import math
import threading
import time
from typing import Callable, Optional

from sentinel_workbench.core.progress import Progress, raise_if_cancelled, wait

UNITS_BURST_S = 10.0
"""Seconds' worth of processing units that may go at once."""
UNEVEN_TRAVEL_S = 0.25
"""By how much requests may differ in the time to the service without one of them coming too early."""
NEGLIGIBLE_S = 1e-6
"""Shorter waits are rounding."""


class _Bucket:
    """Tokens that refill steadily. May fall below zero: the debt is waited for before the next."""

    def __init__(self, per_minute: float, capacity: float, now: float) -> None:
        self._rate = per_minute / 60.0
        self.capacity, self._level, self._filled_at = capacity, capacity, now

    def fill(self, now: float) -> None:
        self._level = min(self.capacity, self._level + max(now - self._filled_at, 0.0) * self._rate)
        self._filled_at = now

    def wait_s(self, amount: float) -> float:
        """Seconds until ``amount``, or a full bucket when that is less, is there."""
        return max(0.0, (min(amount, self.capacity) - self._level) / self._rate)

    def take(self, amount: float) -> None:
        self._level = min(self._level - amount, self.capacity)

    def drain(self) -> None:
        self._level = min(self._level, 0.0)


def _spared(burst: int, per_minute: float) -> int:
    """Of a burst: as many as may come in too early together, but never more than leave half of it."""
    return min(math.ceil(per_minute / 60.0 * UNEVEN_TRAVEL_S), burst // 2)


class Pace:
    """Lets requests go at the account's rate.

    Args:
        requests_per_minute: of the account, or None for no limit.
        units_per_minute: processing units of the account, or None for no limit.
        burst: requests the service takes at once; by default two seconds' worth. Some are left unused: the service
            counts when it receives, and a request may travel faster than those before it.
        clock: monotonic seconds.
    """

    def __init__(
        self,
        requests_per_minute: Optional[float] = None,
        units_per_minute: Optional[float] = None,
        burst: Optional[int] = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._requests = self._units = None
        if requests_per_minute:
            size = max(burst if burst is not None else int(requests_per_minute / 30), 1)
            self._requests = _Bucket(requests_per_minute, size - _spared(size, requests_per_minute), clock())
        if units_per_minute:
            self._units = _Bucket(units_per_minute, units_per_minute / 60 * UNITS_BURST_S, clock())
        self._held_until = clock()

    def acquire(self, progress: Progress, units: float = 0.0) -> None:
        """Wait until one request of ``units`` predicted processing units may go.

        Raises:
            Cancelled: the user asked to stop while waiting.
        """
        while True:
            raise_if_cancelled(progress)
            wait_s = self._try_take(units)
            if wait_s <= 0:
                return
            wait(progress, wait_s)

    def hold(self, seconds: float) -> None:
        """Let nothing go for a while: the service said it had too many."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock() + seconds)
            for bucket in (self._requests, self._units):
                if bucket is not None:
                    bucket.drain()

    def settle(self, predicted: float, spent: float) -> None:
        """Correct the account by what the service really charged."""
        with self._lock:
            if self._units is not None:
                self._units.take(spent - predicted)

    def _try_take(self, units: float) -> float:
        """0 when taken, else the seconds to wait before asking again."""
        with self._lock:
            now = self._clock()
            wait_s = self._held_until - now
            for bucket, amount in ((self._requests, 1.0), (self._units, units)):
                if bucket is not None:
                    bucket.fill(now)
                    wait_s = max(wait_s, bucket.wait_s(amount))
            if wait_s > NEGLIGIBLE_S:
                return wait_s
            for bucket, amount in ((self._requests, 1.0), (self._units, units)):
                if bucket is not None:
                    bucket.take(amount)
            return 0.0
