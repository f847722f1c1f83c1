"""Statistics requests: what is understood, and the service's own words for what is not."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hub_fakes import MemoryStore
from hypothesis import given, settings
from hypothesis import strategies as st
from statistics_orders import RED, put, statistics_body

from sentinel_workbench.localhub.calculations import HistogramRule, OutputCalculations, calculations_of
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.intervals import parse_duration, read_intervals
from sentinel_workbench.localhub.records import HubError
from sentinel_workbench.localhub.statistics_request import read_statistics_request

UTC = dt.timezone.utc
FIND = CollectionFinder(MemoryStore()).find


def read(body, content_type="application/json"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return read_statistics_request(raw, content_type, FIND)


def refusal(body):
    with pytest.raises(HubError) as caught:
        read(body)
    assert (caught.value.status, caught.value.code) == (400, "COMMON_BAD_PAYLOAD")
    return caught.value


def days(first, last, of, **more):
    aggregation = {"timeRange": {"from": first, "to": last}, "aggregationInterval": {"of": of, **more}}
    found = read_intervals(aggregation)
    return [(f"{i.start:%Y-%m-%dT%H}", f"{i.end:%Y-%m-%dT%H:%M:%S}") for i in found]


def test_everything_is_read():
    order = read(statistics_body(of="P10D"))
    assert (order.grid.width, order.grid.height, order.grid.bbox.crs) == (8, 8, "EPSG:32631")
    assert order.evalscript == RED and order.calculations == {}
    assert [i.start.day for i in order.intervals] == [1, 11, 21]
    first = order.during(order.intervals[0])
    assert first.inputs[0].mosaicking_order == "leastRecent"
    assert first.inputs[0].time_from == dt.datetime(2019, 1, 1, tzinfo=UTC)
    assert first.inputs[0].time_to == dt.datetime(2019, 1, 10, 23, 59, 59, 999999, tzinfo=UTC)


def test_a_form_may_bring_the_script_as_a_part():
    body = statistics_body(aggregation__evalscript=...)
    parts = {"request": json.dumps(body), "evalscript": "// part"}
    form = "".join(f'--b\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in parts.items())
    assert read(f"{form}--b--\r\n".encode(), "multipart/form-data; boundary=b").evalscript == "// part"


def test_the_size_of_the_documented_example():
    """54.4 x 60 pixels count as 54 x 60."""
    body = statistics_body(input__bounds__bbox=[414315, 4958219, 414859, 4958819])
    grid = read(body).grid
    assert (grid.width, grid.height) == (54, 60)
    grid = read(statistics_body(aggregation__resx=..., aggregation__resy=..., aggregation__width=30)).grid
    assert (grid.width, grid.height) == (30, 256)


@pytest.mark.parametrize("last, expected", [
    ("SKIP", [("2020-06-01T00", "2020-06-11T00:00:00"), ("2020-06-11T00", "2020-06-21T00:00:00")]),
    ("SHORTEN", [("2020-06-01T00", "2020-06-11T00:00:00"), ("2020-06-11T00", "2020-06-21T00:00:00"),
                 ("2020-06-21T00", "2020-06-30T23:59:59")]),
    ("EXTEND", [("2020-06-01T00", "2020-06-11T00:00:00"), ("2020-06-11T00", "2020-06-21T00:00:00"),
                ("2020-06-21T00", "2020-07-01T00:00:00")]),
])
def test_the_last_interval(last, expected):
    args = ("2020-06-01T00:00:00Z", "2020-06-30T23:59:59Z", "P10D")
    assert days(*args, lastIntervalBehavior=last) == expected
    if last == "SKIP":
        assert days(*args) == expected


@pytest.mark.parametrize("of, ends", [
    ("P1M", ["2020-02-29", "2020-03-31", "2020-04-30"]),
    ("P1M0D", ["2020-02-29", "2020-03-31", "2020-04-30"]),
    ("P2W", ["2020-02-14", "2020-02-28", "2020-03-13", "2020-03-27", "2020-04-10", "2020-04-24"]),
    ("PT720H", ["2020-03-01", "2020-03-31", "2020-04-30"]),
    ("P1M10D", ["2020-03-10", "2020-04-20"]),
    ("P1Y", []),
])
def test_durations_of_the_calendar_and_the_clock(of, ends):
    found = days("2020-01-31T00:00:00Z", "2020-04-30T00:00:00Z", of)
    assert [end[:10] for _, end in found] == ends


@given(st.integers(1, 60), st.integers(0, 400), st.sampled_from(["SKIP", "SHORTEN", "EXTEND"]))
@settings(max_examples=60, deadline=None)
def test_intervals_adjoin_and_cover(step, length, last):
    first = dt.datetime(2019, 12, 15, 6, tzinfo=UTC)
    end = first + dt.timedelta(days=length, hours=5)
    found = read_intervals({
        "timeRange": {"from": first.isoformat(), "to": end.isoformat()},
        "aggregationInterval": {"of": f"P{step}D", "lastIntervalBehavior": last},
    })
    assert all(a.end == b.start for a, b in zip(found, found[1:]))
    assert not found or found[0].start == first
    reach = found[-1].end if found else first
    if last == "SHORTEN":
        assert reach == end
    elif last == "EXTEND":
        assert end <= reach < end + dt.timedelta(days=step)
    else:
        assert end - dt.timedelta(days=step) < reach <= end


@pytest.mark.parametrize("text", ["", "P", "PT", "10D", "P1DT", "P-1D", "P1.5D", "p1d", "P1D ", "1D", "P99999999Y"])
def test_malformed_durations(text):
    with pytest.raises(HubError, match="not an ISO 8601 duration"):
        parse_duration(text, "here")


@pytest.mark.parametrize("text, words", [
    ("P0D", "at least one day"), ("PT23H59M59S", "at least one day"), ("P1DT12H", "not both"), ("P1MT0S", "not both"),
])
def test_durations_that_are_not_allowed(text, words):
    with pytest.raises(HubError, match=words):
        parse_duration(text, "here")


@pytest.mark.parametrize("path, value, parameter", [
    ("input", ..., "input"),
    ("input.bounds", ..., "input->bounds"),
    ("input.data", [], "input->data"),
    ("input.data.0.type", "no-such", "input->data[0]->type"),
    ("aggregation", ..., "aggregation"),
    ("aggregation", [], "aggregation"),
    ("aggregation.evalscript", ..., "aggregation->evalscript"),
    ("aggregation.evalscript", "  ", "aggregation->evalscript"),
    ("aggregation.timeRange", ..., "aggregation->timeRange"),
    ("aggregation.timeRange.from", ..., "aggregation->timeRange->from"),
    ("aggregation.timeRange.to", "..", "aggregation->timeRange->to"),
    ("aggregation.timeRange.to", "2018-01-01T00:00:00Z", "aggregation->timeRange"),
    ("aggregation.aggregationInterval", ..., "aggregation->aggregationInterval"),
    ("aggregation.aggregationInterval.of", ..., "aggregation->aggregationInterval->of"),
    ("aggregation.aggregationInterval.of", 10, "aggregation->aggregationInterval->of"),
    ("aggregation.aggregationInterval.of", "ten days", "aggregation->aggregationInterval->of"),
    ("aggregation.aggregationInterval.lastIntervalBehavior", "KEEP",
     "aggregation->aggregationInterval->lastIntervalBehavior"),
    ("aggregation.resx", 0, "aggregation->resx"),
    ("aggregation.resx", 0.001, "aggregation->resx"),
    ("aggregation.width", 100, "aggregation"),
    ("calculations", [], "calculations"),
    ("calculations.red", 3, "calculations->red"),
    ("calculations.red.histograms", [], "calculations->red->histograms"),
    ("calculations.red.histograms.B0", 1, "calculations->red->histograms->B0"),
    ("calculations.red.histograms.B0", {}, "calculations->red->histograms->B0"),
    ("calculations.red.histograms.B0", {"nBins": 2, "binWidth": 1}, "calculations->red->histograms->B0"),
    ("calculations.red.histograms.B0", {"nBins": 2, "lowEdge": 1, "highEdge": 1}, "calculations->red->histograms->B0"),
    ("calculations.red.histograms.B0", {"nBins": 2, "lowEdge": -1e308, "highEdge": 1e308},
     "calculations->red->histograms->B0"),
    ("calculations.red.histograms.B0", {"nBins": 0}, "calculations->red->histograms->B0->nBins"),
    ("calculations.red.histograms.B0", {"nBins": 10001}, "calculations->red->histograms->B0->nBins"),
    ("calculations.red.histograms.B0", {"binWidth": 0}, "calculations->red->histograms->B0->binWidth"),
    ("calculations.red.histograms.B0", {"bins": [1]}, "calculations->red->histograms->B0->bins"),
    ("calculations.red.histograms.B0", {"bins": [1, 2, 2]}, "calculations->red->histograms->B0->bins"),
    ("calculations.red.histograms.B0", {"bins": ["1", 2]}, "calculations->red->histograms->B0->bins"),
    ("calculations.red.statistics.B0.percentiles", [5], "calculations->red->statistics->B0->percentiles"),
    ("calculations.red.statistics.B0.percentiles.k", 5, "calculations->red->statistics->B0->percentiles->k"),
    ("calculations.red.statistics.B0.percentiles.k", [101], "calculations->red->statistics->B0->percentiles->k"),
])
def test_refusals_name_the_place(path, value, parameter):
    body = statistics_body()
    put(body, path.split("."), value)
    error = refusal(body)
    assert [entry["parameter"] for entry in error.errors] == [parameter]


def test_a_request_of_too_many_intervals_is_refused():
    body = statistics_body(first="1900-01-01T00:00:00Z", last="2019-01-01T00:00:00Z")
    assert "at most 10000 intervals" in refusal(body).message
    body = statistics_body(first="9999-12-01T00:00:00Z", last="9999-12-31T00:00:00Z", of="P1Y")
    assert "after the year 9999" in refusal(body).message


def test_pixels_too_coarse_for_the_collection_are_refused():
    body = statistics_body(aggregation__resx=2000, aggregation__resy=2000)
    body["input"]["bounds"]["bbox"] = [400000, 4900000, 500000, 5000000]
    with pytest.raises(HubError, match="meters per pixel exceeds the limit 1500.00"):
        read(body)


@pytest.mark.parametrize("path", [
    "calculations", "calculations.red", "calculations.red.histograms", "calculations.red.statistics.default",
    "calculations.red.statistics.default.percentiles", "calculations.red.statistics.default.percentiles.k",
])
def test_nulls_count_as_absent(path):
    body = statistics_body()
    put(body, path.split("."), None)
    order = read(body)
    assert calculations_of(order.calculations, "red").percents("B0") == ()


def test_an_outputs_own_calculations_replace_the_default():
    order = read(statistics_body(calculations={
        "default": {"histograms": {"default": {"nBins": 5, "lowEdge": -1}},
                    "statistics": {"default": {"percentiles": {"k": [50, 5, 50]}}}},
        "red": {"histograms": {"B1": {"binWidth": 2}}},
    }))
    other = calculations_of(order.calculations, "other")
    assert other.histogram("B0") == HistogramRule(bin_count=5, low=-1) and other.percents("B0") == (50, 5)
    red = calculations_of(order.calculations, "red")
    assert red.histogram("B0") is None and red.histogram("B1") == HistogramRule(bin_width=2)
    assert red.percents("B1") == () and red.named_bands() == ("B1",)
    assert calculations_of({}, "red") == OutputCalculations()
