"""Progress and cancellation, handed down through every long operation."""

from __future__ import annotations

import threading
import time
from typing import Callable, Optional, Protocol

from sentinel_workbench.core.errors import Cancelled

POLL_S = 0.05


class Progress(Protocol):
    """What a long operation needs of whoever watches it. Safe to call from any thread."""

    def report(self, fraction: float, message: str = "") -> None:
        """Tell how much is done, 0..1, and optionally what is being done."""

    def cancelled(self) -> bool:
        """True as soon as the user asked to stop."""


class Silent:
    """Watches nothing; never cancelled."""

    def report(self, fraction: float, message: str = "") -> None:
        pass

    def cancelled(self) -> bool:
        return False


class Watched:
    """Progress that calls ``on_report`` and can be cancelled from another thread."""

    def __init__(self, on_report: Optional[Callable[[float, str], None]] = None) -> None:
        self._on_report = on_report
        self._stop = threading.Event()

    def report(self, fraction: float, message: str = "") -> None:
        if self._on_report:
            self._on_report(fraction, message)

    def cancel(self) -> None:
        self._stop.set()

    def cancelled(self) -> bool:
        return self._stop.is_set()


class Part:
    """The stretch ``start``..``end`` of another progress, seen as 0..1."""

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self._whole, self._start, self._span = whole, start, end - start

    def report(self, fraction: float, message: str = "") -> None:
        self._whole.report(self._start + self._span * fraction, message)

    def cancelled(self) -> bool:
        return self._whole.cancelled()


def raise_if_cancelled(progress: Progress) -> None:
    """Raise ``Cancelled`` when the user asked to stop."""
    if progress.cancelled():
        raise Cancelled()


def wait(progress: Progress, seconds: float) -> None:
    """Sleep, but raise ``Cancelled`` within 50 ms of the user's asking."""
    deadline = time.monotonic() + seconds
    while True:
        raise_if_cancelled(progress)
        left = deadline - time.monotonic()
        if left <= 0:
            return
        time.sleep(min(POLL_S, left))
