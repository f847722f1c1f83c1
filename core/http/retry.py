"""Which failures are worth another try, and when (auth-and-limits, 5).

429 waits as long as the service says, never less than an own doubling back-off. 5xx, dropped connections and truncated
bodies are tried a few more times with jitter. Any other answer is final.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import BinaryIO, Callable, Optional

from sentinel_workbench.core.errors import NetworkError, TimedOut
from sentinel_workbench.core.http.pace import Pace
from sentinel_workbench.core.http.transport import HttpRequest, HttpResponse, Transport
from sentinel_workbench.core.progress import Progress, wait

TOO_MANY_REQUESTS = 429
_HOPELESS = (b"Illegal request to ", b"newLimit > capacity")
"""In a 500: a corrupt source tile, tried once more at most."""


@dataclass(frozen=True)
class RetryPolicy:
    """Bounds of the patience.

    Attributes:
        attempts: for 5xx and network failures, the first one included.
        first_delay_s: before the second attempt; doubles.
        rate_limit_attempts: for 429, the first one included.
        rate_limit_delay_s: own back-off after the first 429; doubles.
        longest_delay_s: of one wait.
        longest_total_s: of all waits together.
    """

    attempts: int = 4
    first_delay_s: float = 0.5
    rate_limit_attempts: int = 8
    rate_limit_delay_s: float = 1.0
    longest_delay_s: float = 60.0
    longest_total_s: float = 300.0


ONCE = RetryPolicy(attempts=1, rate_limit_attempts=1)
"""No second try, for questions a user waits for."""


def retry_after_s(value: Optional[str]) -> float:
    """A ``Retry-After`` header as seconds. It is an integer of milliseconds; anything else counts as absent."""
    text = (value or "").strip()
    return int(text) / 1000.0 if text.isdecimal() else 0.0


class _Patience:
    """Counts the failures of one request and decides about each."""

    def __init__(self, policy: RetryPolicy) -> None:
        self._policy = policy
        self._failures = self._refusals = 0
        self._waited_s = 0.0

    def after_failure(self, most: Optional[int] = None) -> Optional[float]:
        """Seconds to wait before the next attempt, or None to give up."""
        self._failures += 1
        if self._failures >= min(self._policy.attempts, most or self._policy.attempts):
            return None
        return self._within_bounds(self._policy.first_delay_s * 2 ** (self._failures - 1) * random.uniform(0.7, 1.3))

    def after_refusal(self, header: Optional[str]) -> Optional[float]:
        """The same after a 429. The jitter only lengthens: earlier would be refused again."""
        self._refusals += 1
        if self._refusals >= self._policy.rate_limit_attempts:
            return None
        own = self._policy.rate_limit_delay_s * 2 ** (self._refusals - 1)
        return self._within_bounds(max(own, retry_after_s(header)) * random.uniform(1.0, 1.1))

    def _within_bounds(self, delay_s: float) -> Optional[float]:
        delay_s = min(delay_s, self._policy.longest_delay_s)
        if self._waited_s + delay_s > self._policy.longest_total_s:
            return None
        self._waited_s += delay_s
        return delay_s


def _delay_after_answer(response: HttpResponse, patience: _Patience) -> Optional[float]:
    if response.status == TOO_MANY_REQUESTS:
        return patience.after_refusal(response.headers.get("retry-after"))
    if response.status >= 500:
        hopeless = any(sign in response.content for sign in _HOPELESS)
        return patience.after_failure(most=2 if hopeless else None)
    return None


def _rewind(sink: Optional[BinaryIO], start: int) -> None:
    if sink is not None and sink.tell() != start:
        sink.seek(start)
        sink.truncate()


def send_with_retry(
    transport: Transport,
    request: HttpRequest,
    progress: Progress,
    sink: Optional[BinaryIO] = None,
    pace: Optional[Pace] = None,
    units: float = 0.0,
    policy: Optional[RetryPolicy] = None,
    on_attempt: Optional[Callable[[], None]] = None,
) -> HttpResponse:
    """Send until a final answer or the policy's end; the last answer is returned whatever its status.

    Args:
        transport: sends.
        request: what to send.
        progress: told about waits; Cancel ends them.
        sink: gets a 200's body; seekable, put back before every new attempt.
        pace: asked before every attempt, told about every 429.
        units: predicted processing units, for the pace.
        policy: bounds.
        on_attempt: called before each attempt.

    Raises:
        NetworkError: the last attempt brought no usable answer.
        StorageError: the sink can't be written.
        Cancelled: the user asked to stop.
    """
    patience = _Patience(policy or RetryPolicy())
    start = sink.tell() if sink is not None else 0
    while True:
        if pace is not None:
            pace.acquire(progress, units)
        _rewind(sink, start)
        if on_attempt is not None:
            on_attempt()
        try:
            response = transport.send(request, progress, sink)
        except NetworkError as error:
            delay_s = patience.after_failure(most=2 if isinstance(error, TimedOut) else None)
            if delay_s is None or not error.transient:
                raise
        else:
            delay_s = _delay_after_answer(response, patience)
            if delay_s is None:
                return response
            if response.status == TOO_MANY_REQUESTS and pace is not None:
                pace.hold(delay_s)
        _wait(progress, delay_s)


def _wait(progress: Progress, delay_s: float) -> None:
    if delay_s >= 5:
        until = time.strftime("%H:%M:%S", time.localtime(time.time() + delay_s))
        progress.report(0.0, f"The service is busy; next try at {until}.")
    wait(progress, delay_s)
