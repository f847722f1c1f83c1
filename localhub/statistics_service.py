"""The Statistical API's addresses: requests in, one render for each interval with data, answers out."""

from __future__ import annotations

import datetime as dt
import threading
from bisect import bisect_left
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Callable, Dict, List, Sequence, Tuple, Union

from sentinel_workbench.localhub.answers import Answer, json_answer
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.instants import format_moment
from sentinel_workbench.localhub.intervals import Interval
from sentinel_workbench.localhub.records import HubError, OverTime
from sentinel_workbench.localhub.scene_choice import find_scenes
from sentinel_workbench.localhub.sources import Sources
from sentinel_workbench.localhub.statistics import IntervalStatistics
from sentinel_workbench.localhub.statistics_request import StatisticsRequest, read_statistics_request
from sentinel_workbench.localhub.workers import CHECK_STATISTICS, MEASURE_INTERVAL, RenderPool

MINIMUM_UNITS = 0.01
MAX_TIMEOUTS = 2
"""So many intervals may use up their time; the others are then answered as timed out without being tried."""
_BAD_REQUEST, _EXECUTION_ERROR, _TIMEOUT = "BAD_REQUEST", "EXECUTION_ERROR", "TIMEOUT"


@dataclass(frozen=True)
class IntervalFailure:
    """Why an interval has no statistics: the service's type and our words."""

    kind: str
    message: str


_Outcome = Union[IntervalStatistics, IntervalFailure]


class StatisticsService:
    """Answers requests for statistics; the scripts run in the processes of ``pool``."""

    def __init__(self, store: Sources, finder: CollectionFinder, pool: RenderPool) -> None:
        self._store, self._finder, self._pool = store, finder, pool

    def addresses(self) -> Sequence[Tuple[str, str, Callable[[HubRequest], Answer], bool]]:
        """Method, path, answer and whether a token is needed."""
        return (("POST", r"/(?:api/v1/statistics|statistics/v1)/?", self.answer, True),)

    def answer(self, request: HubRequest) -> Answer:
        """The statistics of every interval that has data.

        Raises:
            HubError: the request, or its script whatever the interval, can't be used.
        """
        order = read_statistics_request(request.body, request.header("content-type"), self._finder.find)
        self._pool.run(CHECK_STATISTICS, order, request.abandoned)
        intervals = self._intervals_with_scenes(order)
        outcomes = _Measuring(self._pool, order, request.abandoned).outcomes(intervals)
        units = sum(o.processing_units for o in outcomes if isinstance(o, IntervalStatistics))
        document = {"data": list(map(_entry, intervals, outcomes)), "status": _status(outcomes)}
        return json_answer(document, headers={"x-processingunits-spent": repr(max(float(units), MINIMUM_UNITS))})

    def _intervals_with_scenes(self, order: StatisticsRequest) -> List[Interval]:
        """The intervals in which at least one input has a scene. One search an input, however many they are."""
        if not order.intervals:
            return []
        whole = order.during(Interval(order.intervals[0].start, order.intervals[-1].end))
        dates: List[dt.datetime] = []
        for data, timeless in zip(whole.inputs, whole.timeless):
            scenes = find_scenes(self._store, self._store.collection(data.collection), data, whole)
            if timeless and scenes:
                return list(order.intervals)
            dates += [scene.date for scene in scenes]
        dates.sort()
        places = ((interval, bisect_left(dates, interval.start)) for interval in order.intervals)
        return [interval for interval, place in places if place < len(dates) and dates[place] < interval.end]


class _Measuring:
    """The intervals of one request, as many at a time as the pool has processes."""

    def __init__(self, pool: RenderPool, order: StatisticsRequest, abandoned: Callable[[], bool]) -> None:
        self._pool, self._order, self._abandoned = pool, order, abandoned
        self._lock = threading.Lock()
        self._timeouts: List[str] = []

    def outcomes(self, intervals: Sequence[Interval]) -> List[_Outcome]:
        """One for each interval, in order."""
        if not intervals:
            return []
        with ThreadPoolExecutor(min(self._pool.size, len(intervals))) as threads:
            return list(threads.map(self._outcome, intervals))

    def _outcome(self, interval: Interval) -> _Outcome:
        with self._lock:
            if len(self._timeouts) >= MAX_TIMEOUTS:
                return IntervalFailure(_TIMEOUT, f"Not tried: {MAX_TIMEOUTS} other intervals took too long.")
        try:
            return self._pool.run(MEASURE_INTERVAL, self._order.during(interval), self._abandoned)
        except OverTime as error:
            with self._lock:
                self._timeouts.append(error.message)
            return IntervalFailure(_TIMEOUT, error.message)
        except HubError as error:
            kind = _BAD_REQUEST if error.code == "COMMON_BAD_PAYLOAD" else _EXECUTION_ERROR
            return IntervalFailure(kind, error.message)


def _entry(interval: Interval, outcome: _Outcome) -> Dict[str, Any]:
    entry: Dict[str, Any] = {"interval": {"from": format_moment(interval.start), "to": format_moment(interval.end)}}
    if isinstance(outcome, IntervalFailure):
        return {**entry, "error": {"type": outcome.kind, "message": outcome.message}}
    return {**entry, "outputs": outcome.outputs}


def _status(outcomes: Sequence[_Outcome]) -> str:
    failed = sum(isinstance(outcome, IntervalFailure) for outcome in outcomes)
    return "OK" if not failed else "FAILED" if failed == len(outcomes) else "PARTIAL"
