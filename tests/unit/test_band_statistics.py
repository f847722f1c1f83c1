"""Moments, percentiles and histograms of one band: the service's rules, and its recorded edges."""

from __future__ import annotations

import json
import statistics
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel_workbench.localhub.band_statistics import describe_band
from sentinel_workbench.localhub.calculations import HistogramRule
from sentinel_workbench.localhub.records import HubError

RECORDED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "sentinelhub_recorded"


def histogram(values, dtype="f4", **rule):
    return describe_band(np.array(values, dtype), len(values), (), HistogramRule(**rule))["histogram"]


def edges(document):
    return [entry["lowEdge"] for entry in document["bins"]] + [document["bins"][-1]["highEdge"]]


def counts(document):
    return [entry["count"] for entry in document["bins"]]


def test_the_moments_are_those_of_the_population():
    stats = describe_band(np.array([1, 2, 4], "f4"), 10, (), None)["stats"]
    assert stats == {
        "min": 1.0, "max": 4.0, "mean": 7 / 3, "stDev": pytest.approx(statistics.pstdev([1, 2, 4]), rel=1e-15),
        "sampleCount": 10, "noDataCount": 7,
    }


def test_float32_values_are_told_as_the_doubles_they_are():
    stats = describe_band(np.array([0.0797], "f4"), 1, (50,), None)["stats"]
    assert stats["min"] == stats["percentiles"]["50.0"] == 0.07970000058412552


def test_half_of_48_values_below_means_a_median_above():
    """The recorded median of 48 values, 24 of them in the bin below 0.4, is 0.402."""
    values = np.concatenate([np.linspace(0.28, 0.39, 24), [0.402], np.linspace(0.41, 0.6, 23)])
    stats = describe_band(values.astype("f4"), 48, (50,), None)["stats"]
    assert stats["percentiles"]["50.0"] == pytest.approx(0.402)


@given(st.lists(st.floats(-1e6, 1e6, width=32), min_size=1, max_size=200), st.floats(0, 100))
@settings(max_examples=80, deadline=None)
def test_a_percentile_is_a_value_with_that_share_below(values, percent):
    stats = describe_band(np.array(values, "f4"), len(values), (percent,), None)["stats"]
    (found,) = stats["percentiles"].values()
    assert found in values
    assert sum(v < found for v in values) <= len(values) * percent / 100 + 1e-9
    assert percent == 100 or sum(v <= found for v in values) > len(values) * percent / 100 - 1e-9


def test_percentiles_are_named_in_percent():
    stats = describe_band(np.arange(5), 5, (100, 33, 0.5), None)["stats"]
    assert stats["percentiles"] == {"100.0": 4.0, "33.0": 1.0, "0.5": 0.0}


def test_edges_are_those_the_service_recorded():
    if not RECORDED.exists():
        pytest.skip("the recorded answers are not beside the checkout")
    answer = json.loads((RECORDED / "statistics_ok.json").read_text())[0]
    recorded = answer["data"][0]["outputs"]["ndvi"]["bands"]["B0"]["histogram"]
    assert edges(histogram([0.5], bin_count=10, low=-1.0, high=1.0)) == edges(recorded)


def test_bins_are_half_open_and_the_last_is_closed():
    found = histogram([-1, 0, 1, 1.5, 2, 3, 4, 4, 5, 9], bin_count=4, low=0.0, high=4.0)
    assert edges(found) == [0, 1, 2, 3, 4] and counts(found) == [1, 2, 1, 3]
    assert (found["underflowCount"], found["overflowCount"]) == (1, 2)


def test_values_and_edges_meet_as_doubles():
    """0.3 in 32 bits lies above 0.3."""
    found = histogram([0.3], bin_count=1, low=0.0, high=0.3)
    assert counts(found) == [0] and found["overflowCount"] == 1


@pytest.mark.parametrize("rule, expected", [
    ({"bin_count": 4}, [1, 2, 3, 4, 5]),
    ({"bin_count": 2, "low": -1.0}, [-1, 2, 5]),
    ({"bin_count": 2, "high": 2.0}, [1, 1.5, 2]),
    ({"bin_count": 2, "low": 7.0}, [7, 7, 7]),
    ({"bin_count": 2, "high": -7.0}, [-7, -7, -7]),
    ({"bin_width": 2.0, "high": -7.0}, [-7, -5]),
    ({"bin_width": 3.0}, [1, 4, 7]),
    ({"bin_width": 2.0}, [1, 3, 5]),
    ({"bin_width": 10.0, "low": 0.0}, [0, 10]),
    ({"bin_width": 0.3, "low": 0.0, "high": 0.9}, [0, 0.3, 0.6, 0.9]),
    ({"bin_width": 1.5, "low": 0.0, "high": 4.0}, [0, 1.5, 3, 4.5]),
    ({"edges": (0.0, 1.0, 2.5)}, [0, 1, 2.5]),
])
def test_where_the_edges_lie(rule, expected):
    found = histogram([1, 2, 3, 4, 5], **rule)
    assert edges(found) == expected
    assert sum(counts(found)) + found["overflowCount"] + found["underflowCount"] == 5


def test_values_that_are_all_the_same_have_a_histogram():
    found = histogram([3, 3, 3], bin_count=3)
    assert edges(found) == [3, 3, 3, 3] and counts(found) == [0, 0, 3]
    assert counts(histogram([3, 3], bin_width=1.0)) == [2]


def test_without_values_only_given_edges_make_bins():
    assert histogram([], bin_count=3) == {"bins": [], "overflowCount": 0, "underflowCount": 0}
    assert counts(histogram([], bin_count=3, low=0.0, high=1.0)) == [0, 0, 0]
    stats = describe_band(np.array([]), 7, (50,), None)["stats"]
    assert stats == {"min": "NaN", "max": "NaN", "mean": "NaN", "stDev": "NaN", "sampleCount": 7, "noDataCount": 7}


def test_numbers_without_json():
    stats = describe_band(np.array([np.inf, -np.inf, 1], "f4"), 3, (0, 99), None)["stats"]
    assert (stats["min"], stats["max"], stats["mean"]) == ("-Infinity", "Infinity", "NaN")
    assert stats["percentiles"] == {"0.0": "-Infinity", "99.0": "Infinity"}
    assert counts(histogram([np.nan, np.inf, 1, 2], bin_count=1)) == [2]


def test_a_width_that_makes_too_many_bins_is_refused():
    with pytest.raises(HubError, match="more than 10000 bins"):
        histogram([0, 1], bin_width=1e-300)


@given(st.lists(st.integers(-1000, 1000), min_size=1, max_size=300), st.integers(1, 40))
@settings(max_examples=60, deadline=None)
def test_every_value_is_counted_once(values, count):
    found = histogram(values, "i2", bin_count=count, low=-500.0, high=700.0)
    below, above = sum(v < -500 for v in values), sum(v > 700 for v in values)
    assert (found["underflowCount"], found["overflowCount"]) == (below, above)
    assert sum(counts(found)) == len(values) - below - above
