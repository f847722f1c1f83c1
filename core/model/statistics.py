"""Statistics over areas: what is ordered of the Statistical API, and what comes back. Frozen, validated when made."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import DataSource
from sentinel_workbench.core.model.timerange import TimeRange

EVERY_OTHER = "default"
"""Stands for every band or output that has no entry of its own."""
_DURATION = re.compile(r"P(?=[0-9])([0-9]+Y)?([0-9]+M)?([0-9]+W)?([0-9]+D)?|PT(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+S)?")


class LastInterval(str, Enum):
    """What becomes of a last interval that the time range cuts short."""

    SKIP = "SKIP"
    SHORTEN = "SHORTEN"
    EXTEND = "EXTEND"


@dataclass(frozen=True)
class Histogram:
    """How the values of a band are cut, by exactly one of ``bin_count``, ``bin_width`` and ``edges``.

    ``low`` and ``high`` are the outermost edges; None takes those of the values.
    """

    bin_count: Optional[int] = None
    bin_width: Optional[float] = None
    edges: Tuple[float, ...] = ()
    low: Optional[float] = None
    high: Optional[float] = None

    def __post_init__(self) -> None:
        if sum((self.bin_count is not None, self.bin_width is not None, bool(self.edges))) != 1:
            raise InvalidInput("histogram", "A histogram needs either a number of bins, their width or their edges.")
        if self.bin_count is not None and self.bin_count < 1 or self.bin_width is not None and not self.bin_width > 0:
            raise InvalidInput("histogram", "A histogram needs at least one bin, and bins that have a width.")
        if self.edges and (len(self.edges) < 2 or any(a >= b for a, b in zip(self.edges, self.edges[1:]))):
            raise InvalidInput("histogram", "The edges of a histogram must ascend, and be two at least.")
        if self.low is not None and self.high is not None and self.low >= self.high:
            raise InvalidInput("histogram", f"The lowest edge ({self.low}) must be below the highest ({self.high}).")


@dataclass(frozen=True)
class Calculations:
    """What is wanted of one output besides the moments, by band name or ``EVERY_OTHER``; percentiles in percent."""

    histograms: Mapping[str, Histogram] = field(default_factory=dict)
    percentiles: Mapping[str, Tuple[float, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if any(not 0 <= percent <= 100 for percents in self.percentiles.values() for percent in percents):
            raise InvalidInput("percentiles", "A percentile must be within 0..100 %.")


@dataclass(frozen=True)
class StatisticalOrder:
    """Statistics of one area, interval by interval.

    Attributes:
        bbox: of the area.
        sources: at least one, without time ranges.
        evalscript: text with an output ``dataMask``, sent verbatim.
        period: is cut into intervals.
        interval: ISO 8601 duration of at least a day, such as ``P10D``.
        size: pixels (width, height); or else ``resolution``.
        resolution: of a pixel (x, y) in units of the CRS.
        geometry: GeoJSON (Multi)Polygon in the CRS of ``bbox``, or None for all of it.
        calculations: by output id or ``EVERY_OTHER``; an output's own entry replaces that of ``EVERY_OTHER``.
        last_interval: SHORTEN loses nothing; SKIP, the service's default, would drop the last day of a period.
    """

    bbox: BBox
    sources: Tuple[DataSource, ...]
    evalscript: str
    period: TimeRange
    interval: str
    size: Optional[Tuple[int, int]] = None
    resolution: Optional[Tuple[float, float]] = None
    geometry: Optional[Mapping[str, Any]] = None
    calculations: Mapping[str, Calculations] = field(default_factory=dict)
    last_interval: LastInterval = LastInterval.SHORTEN

    def __post_init__(self) -> None:
        if not self.sources:
            raise InvalidInput("collection", "No collection is chosen.", "Choose one.")
        if not self.evalscript.strip():
            raise InvalidInput("evalscript", "The evalscript is empty.", "Choose one or write one.")
        if _DURATION.fullmatch(self.interval) is None:
            raise InvalidInput("interval", f"'{self.interval}' is not a duration.", "Write it as P1D, P10D or P1M.")
        if (self.size is None) == (self.resolution is None):
            raise InvalidInput("size", "Either a size or a resolution is needed, not both.")
        if min(self.size or self.resolution or ()) <= 0:
            raise InvalidInput("size", "Size and resolution must be more than 0.")


@dataclass(frozen=True)
class HistogramBin:
    """``count`` values from ``low`` until just below ``high``, in the last bin ``high`` itself too."""

    low: float
    high: float
    count: int


@dataclass(frozen=True)
class HistogramCounts:
    """The bins, ascending, and how many values lie beside them."""

    bins: Tuple[HistogramBin, ...]
    below: int = 0
    above: int = 0


@dataclass(frozen=True)
class BandStatistics:
    """Of one band in one interval. Without a single value the moments are NaN.

    Attributes:
        minimum: of the values.
        maximum: of the values.
        mean: of the values.
        deviation: standard deviation of the population.
        samples: pixels of the grid, values or not.
        without_data: of these, those the script's ``dataMask`` left out.
        percentiles: percent to value.
        histogram: None when not asked for.
    """

    minimum: float
    maximum: float
    mean: float
    deviation: float
    samples: int
    without_data: int
    percentiles: Mapping[float, float] = field(default_factory=dict)
    histogram: Optional[HistogramCounts] = None

    @property
    def has_data(self) -> bool:
        """Whether there is a value at all."""
        return self.samples > self.without_data


@dataclass(frozen=True)
class IntervalStatistics:
    """One interval: output id to band name to statistics, or why there are none."""

    period: TimeRange
    outputs: Mapping[str, Mapping[str, BandStatistics]] = field(default_factory=dict)
    error: Optional[str] = None


@dataclass(frozen=True)
class StatisticalResult:
    """The intervals that have scenes, ascending; those without are absent."""

    intervals: Tuple[IntervalStatistics, ...]

    @property
    def failed(self) -> Tuple[IntervalStatistics, ...]:
        """The intervals for which the service failed."""
        return tuple(interval for interval in self.intervals if interval.error is not None)
