"""Statistics of several areas, asked of the Statistical API one area a request, several at once."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence

from sentinel_workbench.core.errors import AuthenticationFailed, Cancelled, InvalidInput, QuotaExhausted, WorkbenchError
from sentinel_workbench.core.evalscript.masking import with_data_mask
from sentinel_workbench.core.hub.asking import JsonClient
from sentinel_workbench.core.hub.statistics import ask_statistics
from sentinel_workbench.core.hub.units import estimate_units
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import MAX_SERVICE_PX
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.model.statistics import (
    EVERY_OTHER,
    BandStatistics,
    Calculations,
    Histogram,
    StatisticalOrder,
    StatisticalResult,
)
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.services.checks import check_bands, check_resolution
from sentinel_workbench.core.services.parallel import Crew, Shares, Stoppable

MOST_PARALLEL = 4
_HOPELESS = (QuotaExhausted, AuthenticationFailed)
_REVISIT_DAYS = 5.0
_DAYS = {"Y": 365, "M": 30, "W": 7, "D": 1}


@dataclass(frozen=True)
class AreaStatistics:
    """One area: its intervals, or why there are none."""

    area: Area
    result: Optional[StatisticalResult] = None
    error: Optional[str] = None


def make_statistical_order(
    image: ImageOrder,
    period: TimeRange,
    interval: str = "P1D",
    percentiles: Sequence[float] = (),
    histogram: Optional[Histogram] = None,
) -> StatisticalOrder:
    """Statistics over the pixels, the polygon and the inputs of ``image``; its script gets a data mask where it needs.

    Args:
        image: place, inputs and script; its outputs' formats and time do not count.
        period: is cut into intervals; a last one that is shorter counts.
        interval: ISO 8601 duration of days at least, such as ``P1D``, ``P10D``, ``P1M``.
        percentiles: 0..100, of every band.
        histogram: of every band.

    Raises:
        InvalidInput: what the service would refuse.
    """
    grid = image.grid
    if max(grid.width, grid.height) > MAX_SERVICE_PX:
        raise InvalidInput(
            "resolution", f"Statistics of {grid.width} x {grid.height} px: at most {MAX_SERVICE_PX} px a side.",
            "Use a coarser resolution or smaller areas.",
        )
    for source in image.sources:
        check_resolution(source, grid)
    check_bands(image)
    wanted = Calculations(
        {EVERY_OTHER: histogram} if histogram else {}, {EVERY_OTHER: tuple(percentiles)} if percentiles else {}
    )
    return StatisticalOrder(
        grid.bbox, image.sources, with_data_mask(image.evalscript), period, interval, (grid.width, grid.height),
        geometry=image.geometry, calculations={EVERY_OTHER: wanted} if percentiles or histogram else {},
    )  # fmt: skip


def most_intervals(order: StatisticalOrder) -> int:
    """How many intervals the period has, about; those without scenes cost nothing."""
    days = sum(int(count) * _DAYS[unit] for count, unit in re.findall(r"(\d+)([YMWD])", order.interval.split("T")[0]))
    return max(1, math.ceil(_days(order) / max(days, 1)))


def likely_intervals(order: StatisticalOrder) -> int:
    """How many intervals have scenes when there is one every five days."""
    return min(most_intervals(order), max(1, math.ceil(_days(order) / _REVISIT_DAYS)))


def _days(order: StatisticalOrder) -> float:
    return (order.period.end - order.period.start).total_seconds() / 86400


def interval_units(image: ImageOrder) -> float:
    """Processing units of one interval that has one scene, about."""
    return estimate_units(image)


def measure_areas(
    client: JsonClient,
    areas: Sequence[Area],
    orders: Sequence[StatisticalOrder],
    progress: Progress = Silent(),
    units: float = 1.0,
) -> List[AreaStatistics]:
    """Ask for every area, in their order. One that fails stops no other, unless no further one can succeed.

    Args:
        client: asks.
        areas: as many as orders.
        orders: one an area.
        progress: of the whole.
        units: predicted for each request, for the pace.

    Raises:
        Cancelled: on request.
        QuotaExhausted, AuthenticationFailed: no further request can succeed.
    """
    found: Dict[int, AreaStatistics] = {}
    shares = Shares(progress, len(orders))
    crew: Crew[StatisticalResult] = Crew(min(MOST_PARALLEL, len(orders)), "statistics")

    def job(number: int) -> Callable[[], StatisticalResult]:
        message = areas[number].name or f"Area {number + 1} of {len(orders)}"

        def run() -> StatisticalResult:
            watched = Stoppable(progress, crew.stop, lambda fraction, _: shares.report(number, fraction, message))
            raise_if_cancelled(watched)
            result = ask_statistics(client, orders[number], watched, units)
            shares.report(number, 1.0, message)
            return result

        return run

    with crew:
        crew.start([job(number) for number in range(len(orders))])
        for ended in crew.ended():
            raise_if_cancelled(progress)
            for number, future in ended:
                try:
                    found[number] = AreaStatistics(areas[number], future.result())
                except (*_HOPELESS, Cancelled):
                    raise
                except WorkbenchError as error:
                    found[number] = AreaStatistics(areas[number], error=str(error))
    return [found[number] for number in range(len(orders))]


@dataclass(frozen=True)
class StatisticsRow:
    """One band of one output in one interval of one area; ``statistics`` is None where there is an error instead."""

    number: int
    area: Area
    period: Optional[TimeRange] = None
    output: str = ""
    band: str = ""
    statistics: Optional[BandStatistics] = None
    error: Optional[str] = None


def statistics_rows(measured: Sequence[AreaStatistics]) -> Iterator[StatisticsRow]:
    """Row by row: areas in order, their intervals ascending; failures are rows too."""
    for number, one in enumerate(measured, start=1):
        if one.result is None:
            yield StatisticsRow(number, one.area, error=one.error)
            continue
        for interval in one.result.intervals:
            if interval.error:
                yield StatisticsRow(number, one.area, interval.period, error=interval.error)
            for output, bands in interval.outputs.items():
                for band, statistics in bands.items():
                    yield StatisticsRow(number, one.area, interval.period, output, band, statistics)


def histogram_text(statistics: BandStatistics) -> Optional[str]:
    """The histogram as JSON: edges of the bins, their counts, and what lies beside; None without one."""
    counts = statistics.histogram
    if counts is None:
        return None
    edges: List[Any] = [one.low for one in counts.bins] + ([counts.bins[-1].high] if counts.bins else [])
    return json.dumps({
        "edges": edges, "counts": [one.count for one in counts.bins], "below": counts.below, "above": counts.above,
    })
