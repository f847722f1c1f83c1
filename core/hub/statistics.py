"""Statistical API (statistics-batch-async, 1): bodies key for key as sentinelhub-py orders them, answers as records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Dict, Mapping, Optional

from sentinel_workbench.core.errors import InvalidInput, UnexpectedAnswer
from sentinel_workbench.core.hub.asking import JsonClient
from sentinel_workbench.core.hub.process import bounds, data_entry
from sentinel_workbench.core.model.statistics import (
    BandStatistics,
    Calculations,
    Histogram,
    HistogramBin,
    HistogramCounts,
    IntervalStatistics,
    LastInterval,
    StatisticalOrder,
    StatisticalResult,
)
from sentinel_workbench.core.model.timerange import TimeRange, parse_instant
from sentinel_workbench.core.progress import Progress


def ask_statistics(
    client: JsonClient, order: StatisticalOrder, progress: Progress, units: float = 1.0
) -> StatisticalResult:
    """Send one order.

    Args:
        client: asks.
        order: what is asked.
        progress: told about waits.
        units: predicted processing units, for the pace.

    Raises:
        ServiceError: refused, such as for a script without ``dataMask``.
        NetworkError, Cancelled: as ``HubClient.ask_json``.
        UnexpectedAnswer: the answer can't be read.
    """
    url = client.connection.serving(order.sources[0].collection).url("statistics")
    return parse_statistics(client.ask_json("POST", url, build_statistics_payload(order), progress, units=units))


def build_statistics_payload(order: StatisticalOrder) -> Dict[str, Any]:
    """The JSON body of an order."""
    sources = [data_entry(replace(source, time_range=None)) for source in order.sources]
    payload: Dict[str, Any] = {
        "input": {"bounds": bounds(order.bbox, order.geometry), "data": sources},
        "aggregation": _aggregation(order),
    }
    if order.calculations:
        payload["calculations"] = {name: _calculations(wanted) for name, wanted in order.calculations.items()}
    return payload


def _aggregation(order: StatisticalOrder) -> Dict[str, Any]:
    first, last = order.period.wire_bounds()
    interval = {"of": order.interval}
    if order.last_interval is not LastInterval.SKIP:
        interval["lastIntervalBehavior"] = order.last_interval.value
    members: Dict[str, Any] = {
        "evalscript": order.evalscript,
        "timeRange": {"from": first, "to": last},
        "aggregationInterval": interval,
    }
    if order.size is not None:
        members["width"], members["height"] = order.size
    if order.resolution is not None:
        members["resx"], members["resy"] = order.resolution
    return members


def _calculations(wanted: Calculations) -> Dict[str, Any]:
    members: Dict[str, Any] = {}
    if wanted.histograms:
        members["histograms"] = {band: _histogram(rule) for band, rule in wanted.histograms.items()}
    if wanted.percentiles:
        members["statistics"] = {band: {"percentiles": {"k": list(k)}} for band, k in wanted.percentiles.items()}
    return members


def _histogram(rule: Histogram) -> Dict[str, Any]:
    members = {
        "nBins": rule.bin_count,
        "binWidth": rule.bin_width,
        "bins": list(rule.edges) or None,
        "lowEdge": rule.low,
        "highEdge": rule.high,
    }
    return {name: value for name, value in members.items() if value is not None}


def parse_statistics(document: Mapping[str, Any]) -> StatisticalResult:
    """The service's answer as records. Moments and percentiles may be text, such as ``"NaN"``.

    Raises:
        UnexpectedAnswer: something is missing or of another kind.
    """
    try:
        return StatisticalResult(tuple(_interval(entry) for entry in document["data"] or ()))
    except (KeyError, TypeError, ValueError, AttributeError, InvalidInput) as error:
        message = "The Statistical API sent an answer that can't be read."
        raise UnexpectedAnswer(message, "Report it to the service.") from error


def _interval(entry: Mapping[str, Any]) -> IntervalStatistics:
    edges = entry["interval"]
    period = TimeRange(parse_instant(edges["from"]), parse_instant(edges["to"]))
    outputs = {
        name: {band: _band(values) for band, values in output["bands"].items()}
        for name, output in entry.get("outputs", {}).items()
    }
    return IntervalStatistics(period, outputs, _error(entry.get("error")))


def _error(error: Any) -> Optional[str]:
    if error is None or isinstance(error, str):
        return error
    return ": ".join(str(error[key]) for key in ("type", "message") if error.get(key)) or "The service failed."


def _band(values: Mapping[str, Any]) -> BandStatistics:
    stats = values["stats"]
    low, high, mean, deviation = (float(stats[key]) for key in ("min", "max", "mean", "stDev"))
    percentiles = {float(percent): float(value) for percent, value in (stats.get("percentiles") or {}).items()}
    samples, without_data = int(stats["sampleCount"]), int(stats["noDataCount"])
    histogram = _counts(values.get("histogram"))
    return BandStatistics(low, high, mean, deviation, samples, without_data, percentiles, histogram)


def _counts(histogram: Optional[Mapping[str, Any]]) -> Optional[HistogramCounts]:
    """The schema names ``overflow`` and ``underflow``, answers have them with ``Count``."""
    if histogram is None:
        return None
    bins = (HistogramBin(float(b["lowEdge"]), float(b["highEdge"]), int(b["count"])) for b in histogram["bins"])
    below, above = (
        int(histogram.get(f"{name}Count", histogram.get(name, 0))) for name in ("underflow", "overflow")
    )
    return HistogramCounts(tuple(bins), below, above)
