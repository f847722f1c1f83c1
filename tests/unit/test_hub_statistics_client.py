"""Statistics bodies byte for byte as sentinelhub-py sends them, and the recorded answers as records."""

from __future__ import annotations

import datetime as dt
import json
import math
from pathlib import Path

import pytest
from statistics_orders import RED, ask, statistics_body
from synthetic_scenes import write_scene

from sentinel_workbench.core.errors import InvalidInput, UnexpectedAnswer
from sentinel_workbench.core.hub.connection import Connection
from sentinel_workbench.core.hub.statistics import ask_statistics, build_statistics_payload, parse_statistics
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import DataSource
from sentinel_workbench.core.model.statistics import (
    EVERY_OTHER,
    Calculations,
    Histogram,
    HistogramBin,
    LastInterval,
    StatisticalOrder,
)
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.localhub.ingest import ingest_folder

RECORDED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "sentinelhub_recorded"
JUNE = TimeRange.of_days("2020-06-01", "2020-06-30")
BOX = BBox(411873, 5126285, 412036, 5126500, "EPSG:32633")


def order(**changes):
    members = {
        "bbox": BOX, "sources": (DataSource("sentinel-2-l1c", max_cloud_percent=80),), "evalscript": "E",
        "period": JUNE, "interval": "P1D", "resolution": (10, 10), "last_interval": LastInterval.SKIP,
    }
    return StatisticalOrder(**{**members, **changes})


def recorded(name):
    if not RECORDED.exists():
        pytest.skip("the recorded answers are not beside the checkout")
    return json.loads((RECORDED / name).read_text(encoding="utf-8"))


def test_the_captured_body():
    wanted = {"ndvi": Calculations({EVERY_OTHER: Histogram(20, low=-1.0, high=1.0)})}
    assert json.dumps(build_statistics_payload(order(calculations=wanted))) == (
        '{"input": {"bounds": {"properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/32633"}, "bbox": '
        '[411873.0, 5126285.0, 412036.0, 5126500.0]}, "data": [{"type": "sentinel-2-l1c", "dataFilter": '
        '{"maxCloudCoverage": 80}}]}, "aggregation": {"evalscript": "E", "timeRange": {"from": '
        '"2020-06-01T00:00:00Z", "to": "2020-06-30T23:59:59Z"}, "aggregationInterval": {"of": "P1D"}, "resx": 10, '
        '"resy": 10}, "calculations": {"ndvi": {"histograms": {"default": {"nBins": 20, "lowEdge": -1.0, '
        '"highEdge": 1.0}}}}}'
    )


def test_the_captured_body_with_everything_else():
    ring = ((1, 2), (3, 2), (3, 4), (1, 2))
    made = order(
        bbox=BBox(1, 2, 3, 4),
        sources=(
            DataSource("dem", JUNE, filters={"demInstance": "COPERNICUS_30"}),
            DataSource("sentinel-2-l2a", mosaicking_order="leastCC", identifier="s2"),
        ),
        interval="P1M", resolution=None, size=(30, 20), last_interval=LastInterval.SHORTEN,
        geometry={"type": "Polygon", "coordinates": [ring]},
        calculations={"default": Calculations({"B0": Histogram(edges=(0, 1, 2))}, {"default": (5, 50)})},
    )
    assert json.dumps(build_statistics_payload(made)) == (
        '{"input": {"bounds": {"properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/4326"}, "bbox": [1.0, '
        '2.0, 3.0, 4.0], "geometry": {"type": "Polygon", "coordinates": [[[1.0, 2.0], [3.0, 2.0], [3.0, 4.0], [1.0, '
        '2.0]]]}}, "data": [{"type": "dem", "dataFilter": {"demInstance": "COPERNICUS_30"}}, {"type": '
        '"sentinel-2-l2a", "id": "s2", "dataFilter": {"mosaickingOrder": "leastCC"}}]}, "aggregation": {"evalscript": '
        '"E", "timeRange": {"from": "2020-06-01T00:00:00Z", "to": "2020-06-30T23:59:59Z"}, "aggregationInterval": '
        '{"of": "P1M", "lastIntervalBehavior": "SHORTEN"}, "width": 30, "height": 20}, "calculations": {"default": '
        '{"histograms": {"B0": {"bins": [0, 1, 2]}}, "statistics": {"default": {"percentiles": {"k": [5, 50]}}}}}}'
    )


def test_no_calculations_are_not_sent():
    assert "calculations" not in build_statistics_payload(order())


@pytest.mark.parametrize("changes", [
    {"sources": ()}, {"evalscript": " "}, {"interval": "ten days"}, {"interval": "P"}, {"interval": "P1DT1H"},
    {"size": (5, 5)}, {"resolution": None}, {"resolution": (0, 10)},
])
def test_orders_that_can_not_be(changes):
    with pytest.raises(InvalidInput):
        order(**changes)


@pytest.mark.parametrize("members", [
    {}, {"bin_count": 3, "bin_width": 1}, {"bin_count": 0}, {"bin_width": 0}, {"edges": (1,)}, {"edges": (2, 1)},
    {"bin_count": 2, "low": 1, "high": 1},
])
def test_histograms_that_can_not_be(members):
    with pytest.raises(InvalidInput):
        Histogram(**members)


def test_percentiles_are_in_percent():
    with pytest.raises(InvalidInput):
        Calculations(percentiles={"default": (50, 101)})


def test_a_recorded_answer():
    (interval,) = parse_statistics(recorded("statistics_ok.json")[0]).intervals
    assert interval.period == TimeRange.of_days("2020-06-11", "2020-06-11") and interval.error is None
    band = interval.outputs["ndvi"]["B0"]
    assert (band.minimum, band.deviation) == (0.23480869829654694, 0.11153442042832748)
    assert (band.samples, band.without_data, band.has_data) == (112, 3, True)
    assert band.percentiles == {50.0: 0.3445783257484436}
    assert band.histogram.bins[6] == HistogramBin(0.20000000000000018, 0.40000000000000013, 68)
    assert sum(b.count for b in band.histogram.bins) == 109


def test_recorded_answers_with_failures_and_without_values():
    partial = parse_statistics(recorded("statistics_partial.json")[0])
    assert [i.error for i in partial.failed] == ["EXECUTION_ERROR"] and len(partial.intervals) == 2
    batch = recorded("batch_statistics_results_failed.json")
    assert parse_statistics(batch[0]["response"]).intervals == ()
    assert parse_statistics(batch[2]["response"]).failed[0].error == "EXECUTION_ERROR"
    empty = parse_statistics(recorded("batch_statistics_results.json")[0]["response"]).intervals[0]
    band = empty.outputs["ndvi"]["B0"]
    assert math.isnan(band.mean) and not band.has_data and band.percentiles == {}


@pytest.mark.parametrize("document", [
    {}, {"data": 5}, {"data": [{}]}, {"data": [{"interval": {"from": "x", "to": "y"}}]},
    {"data": [{"interval": {"from": "2020-01-02T00:00:00Z", "to": "2020-01-01T00:00:00Z"}}]},
    {"data": [{"interval": {"from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z"}, "outputs": {"a": {}}}]},
])
def test_answers_that_are_none(document):
    with pytest.raises(UnexpectedAnswer):
        parse_statistics(document)


class HubInHand:
    """Answers from the local hub's code, without a socket."""

    connection = Connection("here", base_url="http://127.0.0.1:1", token_url="http://127.0.0.1:1/token")

    def __init__(self, data):
        self._data = data

    def ask_json(self, method, url, body, progress, policy=None, units=0.0):
        assert (method, url) == ("POST", "http://127.0.0.1:1/api/v1/statistics")
        return ask(self._data, json.loads(json.dumps(body)))[1]


def test_an_order_asked_of_the_local_hub(tmp_path):
    """The last day of the period is there, though its interval ends a second early."""
    for name, red in (("20190103T100000", 700), ("20190110T100000", 900)):
        write_scene(tmp_path / "in" / name, {"B04": red})
    ingest_folder(tmp_path / "in", tmp_path / "data", "sentinel-2-l2a")
    made = order(
        bbox=BBox(*statistics_body()["input"]["bounds"]["bbox"], "EPSG:32631"), evalscript=RED,
        sources=(DataSource("sentinel-2-l2a"),), period=TimeRange.of_days("2019-01-01", "2019-01-10"),
        last_interval=LastInterval.SHORTEN,
        calculations={"red": Calculations({EVERY_OTHER: Histogram(2)}, {"B0": (50,)})},
    )
    result = ask_statistics(HubInHand(tmp_path / "data"), made, Silent())
    assert [i.period.start.day for i in result.intervals] == [3, 10]
    assert result.intervals[1].period.end == dt.datetime(2019, 1, 10, 23, 59, 59, tzinfo=dt.timezone.utc)
    assert [i.outputs["red"]["B0"].mean for i in result.intervals] == [700, 900]
    assert result.intervals[0].outputs["red"]["B0"].histogram.bins[-1] == HistogramBin(700, 700, 64)
