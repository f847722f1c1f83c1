"""Several jobs at once, stopped together."""

from __future__ import annotations

import threading
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Callable, Dict, Generic, Iterator, List, Sequence, Tuple, TypeVar

from sentinel_workbench.core.progress import POLL_S, Progress

T = TypeVar("T")


class Stoppable:
    """Progress of one of several jobs: cancelled with the whole, or when the others give up."""

    def __init__(self, whole: Progress, stop: threading.Event, on_report: Callable[[float, str], None]) -> None:
        self._whole, self._stop, self._on_report = whole, stop, on_report

    def report(self, fraction: float, message: str = "") -> None:
        self._on_report(fraction, message)

    def cancelled(self) -> bool:
        return self._stop.is_set() or self._whole.cancelled()


class Shares:
    """The progress of a whole made of equal jobs; safe to call from any thread."""

    def __init__(self, whole: Progress, count: int) -> None:
        self._whole, self._lock = whole, threading.Lock()
        self._fractions = [0.0] * max(count, 1)

    def report(self, job: int, fraction: float, message: str = "") -> None:
        """Job number ``job`` is done to ``fraction``."""
        with self._lock:
            self._fractions[job] = max(self._fractions[job], min(fraction, 1.0))
            total = sum(self._fractions) / len(self._fractions)
        self._whole.report(total, message)


class Crew(Generic[T]):
    """Runs jobs on a few threads; the caller's thread hears of each one that ended.

    Leaving the ``with`` block starts no further job and does not wait for those that run: they hear of it by
    ``stop`` and end by themselves.
    """

    def __init__(self, max_parallel: int, name: str) -> None:
        self.stop = threading.Event()
        self._executor = ThreadPoolExecutor(max(1, max_parallel), thread_name_prefix=name)
        self._numbers: Dict[Future[T], int] = {}

    def start(self, jobs: Sequence[Callable[[], T]]) -> None:
        """Begin the jobs in their order."""
        self._numbers = {self._executor.submit(job): number for number, job in enumerate(jobs)}

    def __enter__(self) -> Crew[T]:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for future in self._numbers:
            future.cancel()
        self._executor.shutdown(wait=False)

    def ended(self) -> Iterator[List[Tuple[int, Future[T]]]]:
        """The jobs that ended since the last step, at least every 50 ms, until all have."""
        waiting = set(self._numbers)
        while waiting:
            done, waiting = wait(waiting, timeout=POLL_S, return_when=FIRST_COMPLETED)
            yield sorted(((self._numbers[future], future) for future in done), key=lambda pair: pair[0])
