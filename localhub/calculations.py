"""``calculations`` of a statistics request: which percentiles and histograms of which band of which output."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, TypeVar

from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.payload import finite_number, read_integer, read_list, read_number, read_object

DEFAULT = "default"
MAX_BINS = 10_000
_Value = TypeVar("_Value")
_Reader = Callable[[Mapping[str, Any], str], _Value]


@dataclass(frozen=True)
class HistogramRule:
    """How the range of values is cut: by exactly one of ``edges``, ``bin_count`` and ``bin_width``.

    ``low`` and ``high`` are the smallest and the largest value of the data where they are None; with ``edges`` they
    mean nothing.
    """

    edges: Tuple[float, ...] = ()
    bin_count: Optional[int] = None
    bin_width: Optional[float] = None
    low: Optional[float] = None
    high: Optional[float] = None


@dataclass(frozen=True)
class OutputCalculations:
    """Of one output: band name or ``default`` to its histogram, and to its percentiles in percent."""

    histograms: Mapping[str, HistogramRule] = field(default_factory=dict)
    percentiles: Mapping[str, Tuple[float, ...]] = field(default_factory=dict)

    def histogram(self, band: str) -> Optional[HistogramRule]:
        """The rule for a band, None when no histogram is wanted."""
        return self.histograms.get(band, self.histograms.get(DEFAULT))

    def percents(self, band: str) -> Tuple[float, ...]:
        """The percentiles wanted of a band."""
        return self.percentiles.get(band, self.percentiles.get(DEFAULT, ()))

    def named_bands(self) -> Tuple[str, ...]:
        """The bands that are named, ``default`` left out."""
        return tuple(name for name in (*self.histograms, *self.percentiles) if name != DEFAULT)


def read_calculations(document: Mapping[str, Any]) -> Dict[str, OutputCalculations]:
    """The member ``calculations``, by output id or ``default``.

    Raises:
        HubError: in the words of the service; the parameter names the place.
    """
    calculations = read_object(document, "calculations", "calculations") or {}
    return {
        name: _read_output(entry, f"calculations->{name}")
        for name, entry in _objects(calculations, "calculations").items()
    }


def calculations_of(calculations: Mapping[str, OutputCalculations], output: str) -> OutputCalculations:
    """What is wanted of an output: its own entry replaces that of ``default``, nothing is merged."""
    return calculations.get(output, calculations.get(DEFAULT, OutputCalculations()))


def _objects(parent: Mapping[str, Any], path: str) -> Dict[str, Mapping[str, Any]]:
    entries = {key: read_object(parent, key, f"{path}->{key}") for key in parent}
    return {key: entry for key, entry in entries.items() if entry is not None}


def _read_output(entry: Mapping[str, Any], path: str) -> OutputCalculations:
    return OutputCalculations(
        _read_bands(entry, "histograms", path, _read_histogram),
        _read_bands(entry, "statistics", path, _read_percentiles),
    )


def _read_bands(entry: Mapping[str, Any], key: str, path: str, read: _Reader[_Value]) -> Dict[str, _Value]:
    path = f"{path}->{key}"
    bands = read_object(entry, key, path) or {}
    return {name: read(band, f"{path}->{name}") for name, band in _objects(bands, path).items()}


def _read_percentiles(entry: Mapping[str, Any], path: str) -> Tuple[float, ...]:
    path = f"{path}->percentiles"
    percentiles = read_object(entry, "percentiles", path) or {}
    numbers = _read_numbers(percentiles, "k", f"{path}->k") or []
    if any(not 0 <= number <= 100 for number in numbers):
        raise bad_payload("Every `k` must be between 0 and 100.", f"{path}->k")
    return tuple(dict.fromkeys(numbers))


def _read_histogram(entry: Mapping[str, Any], path: str) -> HistogramRule:
    edges = _read_numbers(entry, "bins", f"{path}->bins")
    count = read_integer(entry, "nBins", f"{path}->nBins", 1, MAX_BINS)
    width = read_number(entry, "binWidth", f"{path}->binWidth")
    low, high = (read_number(entry, key, f"{path}->{key}") for key in ("lowEdge", "highEdge"))
    if [edges, count, width].count(None) != 2:
        raise bad_payload("Exactly one of `nBins`, `binWidth` and `bins` must be set.", path)
    if edges is not None and (len(edges) < 2 or any(a >= b for a, b in zip(edges, edges[1:]))):
        raise bad_payload("`bins` must be at least two edges in ascending order.", f"{path}->bins")
    if edges is not None and len(edges) > MAX_BINS + 1:
        raise bad_payload(f"There may be at most {MAX_BINS} bins.", f"{path}->bins")
    if width is not None and width <= 0:
        raise bad_payload("`binWidth` must be greater than 0.", f"{path}->binWidth")
    if low is not None and high is not None and not 0 < high - low < math.inf:
        raise bad_payload("`lowEdge` must be less than `highEdge`.", path)
    return HistogramRule(tuple(edges or ()), count, width, low, high)


def _read_numbers(parent: Mapping[str, Any], key: str, path: str) -> Optional[List[float]]:
    values = read_list(parent, key, path)
    return None if values is None else [finite_number(value, key, path) for value in values]
