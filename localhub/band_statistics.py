"""Statistics of the values of one band, in the shape and with the rules of the Statistical API.

The rules (statistics-batch-async, 1.3): population standard deviation; numbers that JSON lacks as text; no percentiles
without a value. A percentile is the value at position floor(n * k / 100) of the sorted ones, the last for 100: the
service documents no rule, but a recorded median of 48 values, 24 of them below 0.4, is 0.402.
"""

from __future__ import annotations

import math
from typing import Any, Dict, List, Optional, Sequence, Tuple, Union

import numpy as np

from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.calculations import MAX_BINS, HistogramRule

_WIDTH_TOLERANCE = 1e-9


def describe_band(
    values: np.ndarray, sample_count: int, percents: Sequence[float], rule: Optional[HistogramRule]
) -> Dict[str, Any]:
    """The entry of one band: ``stats``, and ``histogram`` when a rule is given.

    Args:
        values: the counted ones, one-dimensional, of any number type.
        sample_count: all pixels of the grid.
        percents: percentiles wanted, 0..100.
        rule: of the histogram.

    Raises:
        HubError: the histogram would have more than ``MAX_BINS`` bins.
    """
    stats: Dict[str, Any] = {**_moments(values), "sampleCount": sample_count, "noDataCount": sample_count - values.size}
    ordered = np.sort(values) if percents or rule is not None else values
    if values.size and percents:
        stats["percentiles"] = _percentiles(ordered, percents)
    entry = {"stats": stats}
    if rule is not None:
        entry["histogram"] = _histogram(ordered, rule)
    return entry


def _moments(values: np.ndarray) -> Dict[str, Any]:
    if not values.size:
        return dict.fromkeys(("min", "max", "mean", "stDev"), "NaN")
    with np.errstate(invalid="ignore", over="ignore"):
        moments = {
            "min": values.min(),
            "max": values.max(),
            "mean": values.mean(dtype=np.float64),
            "stDev": values.std(dtype=np.float64),
        }
    return {key: _number(value) for key, value in moments.items()}


def _number(value: Any) -> Union[float, str]:
    """A JSON number, or the text that stands for one JSON lacks."""
    number = float(value)
    if math.isnan(number):
        return "NaN"
    return number if math.isfinite(number) else "Infinity" if number > 0 else "-Infinity"


def _percentiles(ordered: np.ndarray, percents: Sequence[float]) -> Dict[str, Any]:
    places = [min(math.floor(ordered.size * percent / 100), ordered.size - 1) for percent in percents]
    return {repr(float(percent)): _number(ordered[place]) for percent, place in zip(percents, places)}


def _histogram(ordered: np.ndarray, rule: HistogramRule) -> Dict[str, Any]:
    """Counts of the finite values; ``ordered`` ascends, with any not-a-number at the end."""
    first, last = np.searchsorted(ordered, -np.inf, "right"), np.searchsorted(ordered, np.inf, "left")
    ordered = ordered[first:last].astype(np.float64)
    edges = _edges(ordered, rule)
    if not edges:
        return {"bins": [], "overflowCount": 0, "underflowCount": 0}
    below = [*np.searchsorted(ordered, edges[:-1], "left"), np.searchsorted(ordered, edges[-1], "right")]
    bins = [
        {"lowEdge": low, "highEdge": high, "count": int(upper - lower)}
        for low, high, lower, upper in zip(edges, edges[1:], below, below[1:])
    ]
    return {"bins": bins, "overflowCount": int(ordered.size - below[-1]), "underflowCount": int(below[0])}


def _edges(ordered: np.ndarray, rule: HistogramRule) -> List[float]:
    """Ascending edges; none when they depend on values and there is none."""
    if rule.edges:
        return list(rule.edges)
    if not ordered.size and (rule.low is None or rule.high is None):
        return []
    low, high = _ends(ordered, rule)
    if rule.bin_width is not None:
        return _edges_by_width(low, high, rule.bin_width)
    count = rule.bin_count or 1
    width = (high - low) / count
    return [low + i * width for i in range(count)] + [high]


def _ends(ordered: np.ndarray, rule: HistogramRule) -> Tuple[float, float]:
    """The outermost edges; one that is given holds when all values lie beyond it."""
    low = float(ordered[0]) if rule.low is None else rule.low
    high = float(ordered[-1]) if rule.high is None else rule.high
    if rule.low is None:
        return min(low, high), high
    return low, max(low, high)


def _edges_by_width(low: float, high: float, width: float) -> List[float]:
    ratio = (high - low) / width
    if ratio > MAX_BINS:
        raise bad_payload(f"`binWidth` {width:g} cuts the values {low:g} to {high:g} into more than {MAX_BINS} bins.")
    count = max(1, math.ceil(ratio - _WIDTH_TOLERANCE))
    edges = [low + i * width for i in range(count + 1)]
    edges[-1] = max(edges[-1], high)
    return edges
